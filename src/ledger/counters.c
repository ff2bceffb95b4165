/* SPDX-License-Identifier: MIT
 *
 * Births, deaths and bytes per type, per thread, summed on reading.
 * Knows types and thread exit; keeps process-wide state: the list of threads that have rows, under
 * one lock, empty at first. A forked child keeps the rows of threads that it doesn't have: what
 * they counted is still true. */
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_ROWS = 16 };

THREAD_LOCAL struct hfi_rows hfi_rows;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct hfi_rows threads = {.next = &threads, .previous = &threads};

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_LEDGER, &lock, 1);
}

/* relaxed, thrice: numbers that are only added up. To add zero is left out, of which Clang 14 makes
 * the call of a library of locks for 32 bits. */
static void
add_to_books(struct hfi_books *books, struct hfi_row row)
{
    if (row.born) atomic_add_relaxed(&books->born, row.born);
    if (row.died) atomic_add_relaxed(&books->died, row.died);
    if (row.tail_bytes) atomic_add_relaxed(&books->tail_bytes, row.tail_bytes);
}

/* At thread exit: what the thread counted goes to the books of the types. Under the lock, so that a
 * sum sees it either here or there. */
static void
fold(struct hfi_thread_record *record)
{
    struct hfi_rows *mine = (struct hfi_rows *)record;
    pthread_mutex_lock(&lock);
    for (struct hfi_books *books = hfi_types(); books; books = books->next) {
        if (books->row_at < mine->row_bytes) add_to_books(books, *ledger_row(mine, books));
    }
    mine->next->previous = mine->previous;
    mine->previous->next = mine->next;
    mine->row_bytes = 0;
    mine->is_over = true;
    pthread_mutex_unlock(&lock);
    free(mine->rows);
    mine->rows = NULL;
}

static size_t
room_for(size_t row_at)
{
    size_t bytes = FEWEST_ROWS * sizeof(struct hfi_row);
    while (bytes <= row_at) bytes *= 2;
    return bytes;
}

/* Makes room for a row at this place; false without memory, or when the thread is past its exit. */
static bool
make_room(size_t row_at)
{
    struct hfi_rows *mine = &hfi_rows;
    if (mine->is_over) return false;
    size_t bytes = room_for(row_at);
    char *rows = calloc(1, bytes);
    bool is_first = mine->row_bytes == 0;
    mine->at_exit.run = fold;
    if (!rows || (is_first && !hfi_thread_at_exit(&mine->at_exit))) {
        free(rows);
        return false;
    }
    pthread_mutex_lock(&lock);
    char *former = mine->rows;
    if (!is_first) memcpy(rows, former, mine->row_bytes);
    mine->rows = rows;
    mine->row_bytes = bytes;
    if (is_first) {
        mine->next = &threads;
        mine->previous = threads.previous;
        threads.previous->next = mine;
        threads.previous = mine;
    }
    pthread_mutex_unlock(&lock);
    free(former);
    return true;
}

void
hfi_ledger_born_elsewhere(struct hfi_books *books, size_t tail_bytes)
{
    if (make_room(books->row_at)) ledger_born(books, tail_bytes);
    else add_to_books(books, (struct hfi_row){.born = 1, .tail_bytes = tail_bytes});
}

void
hfi_ledger_died_elsewhere(struct hfi_books *books, uint64_t count, size_t tail_bytes)
{
    add_to_books(books, (struct hfi_row){.died = count, .tail_bytes = -(uint64_t)tail_bytes});
}

struct hfi_row
hfi_ledger_sum(struct hfi_books *books)
{
    pthread_mutex_lock(&lock);
    /* relaxed, here and below: the sum is exact when nobody counts meanwhile, and near when
     * somebody does. */
    struct hfi_row sum = {atomic_load_relaxed(&books->born), atomic_load_relaxed(&books->died),
                          atomic_load_relaxed(&books->tail_bytes)};
    for (const struct hfi_rows *thread = threads.next; thread != &threads; thread = thread->next) {
        if (books->row_at >= thread->row_bytes) continue;
        const struct hfi_row *row = ledger_row(thread, books);
        sum.born += atomic_load_relaxed(&row->born);
        sum.died += atomic_load_relaxed(&row->died);
        sum.tail_bytes += atomic_load_relaxed(&row->tail_bytes);
    }
    pthread_mutex_unlock(&lock);
    return sum;
}
