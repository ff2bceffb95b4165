/* SPDX-License-Identifier: MIT
 *
 * The door of the ledger: births and deaths by type.
 * Knows types and threads. Always on: two additions to memory of the thread's own, no atomic
 * instruction. A row belongs to one thread and one type; only that thread writes it, anybody may
 * read it under the ledger's lock. A thread that has no rows (it never made an object, or is past
 * its exit, or memory was short) writes to the type's own books with atomic additions instead. */
#ifndef HFI_LEDGER_H
#define HFI_LEDGER_H

#include "object/object.h"
#include "sync/sync.h"

struct hfi_row {
    hf_word_ born, died, tail_bytes;
};

/* The rows of one thread, at books->row_at bytes for each type. Written by the thread, under the
 * ledger's lock; read by it without. */
struct hfi_rows {
    struct hfi_thread_record at_exit;
    char *rows;
    size_t row_bytes;
    bool is_over;
    struct hfi_rows *next, *previous;
};
extern __attribute__((visibility("hidden"))) THREAD_LOCAL struct hfi_rows hfi_rows;

COLD void hfi_ledger_born_elsewhere(struct hfi_books *books, size_t tail_bytes);
COLD void hfi_ledger_died_elsewhere(struct hfi_books *books, uint64_t count, size_t tail_bytes);

/* Whether this thread has a row for the type. */
static inline bool
ledger_has_row(const struct hfi_books *books)
{
    return likely(books->row_at < hfi_rows.row_bytes);
}

static inline struct hfi_row *
ledger_row(const struct hfi_rows *thread, const struct hfi_books *books)
{
    return (struct hfi_row *)(void *)(thread->rows + books->row_at);
}

/* relaxed: one writer; a reader wants a number that was true a moment ago. */
static inline void
row_add(uint64_t *cell, uint64_t amount)
{
    atomic_store_relaxed(cell, atomic_load_relaxed(cell) + amount);
}

/* An object of the type was made by a thread that has a row for it. */
static inline void
ledger_born_in_row(const struct hfi_books *books)
{
    row_add(&ledger_row(&hfi_rows, books)->born, 1);
}

/* The same by any thread, with so many bytes beyond the type's size. */
static inline void
ledger_born(struct hfi_books *books, size_t tail_bytes)
{
    if (!ledger_has_row(books)) {
        hfi_ledger_born_elsewhere(books, tail_bytes);
        return;
    }
    struct hfi_row *row = ledger_row(&hfi_rows, books);
    row_add(&row->born, 1);
    if (unlikely(tail_bytes)) row_add(&row->tail_bytes, tail_bytes);
}

/* The memory of so many goes back, with so many bytes beyond the type's size, all together. Never
 * allocates. */
static inline void
ledger_died(struct hfi_books *books, uint64_t count, size_t tail_bytes)
{
    if (!ledger_has_row(books)) {
        hfi_ledger_died_elsewhere(books, count, tail_bytes);
        return;
    }
    struct hfi_row *row = ledger_row(&hfi_rows, books);
    row_add(&row->died, count);
    if (unlikely(tail_bytes)) row_add(&row->tail_bytes, -(uint64_t)tail_bytes);
}

/* One, and none of those bytes, on a thread that has a row for the type. */
static inline void
ledger_died_in_row(const struct hfi_books *books)
{
    row_add(&ledger_row(&hfi_rows, books)->died, 1);
}

/* The sum over all threads, for one type. */
struct hfi_row hfi_ledger_sum(struct hfi_books *books);

#endif
