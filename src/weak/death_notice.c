/* SPDX-License-Identifier: MIT
 *
 * Callbacks on death, and their cancellation.
 * Knows side records; keeps process-wide state: one table of slots under one lock, empty at first.
 * A token is the slot's number and the slot's generation, which moves on when its notice has run or
 * was removed: an old token finds another generation. Slots are never given back, only used again.
 * models/death_notice_cancel. */
#include "weak/weak.h"

#include <errno.h>
#include <stdlib.h>

struct hfi_notice {
    void (*fn)(void *object, void *ctx);
    void *ctx;
    struct hfi_side_record *record;     /* NULL while the slot is free */
    struct hfi_notice *next, *previous; /* ring of the record, or list of free slots by next */
    uint32_t number;
    uint32_t generation; /* from 1 */
    bool is_running;
};

enum { SLOTS_AT_ONCE = 64 };

/* Chunks of slots, so that a slot keeps its address. */
struct chunk {
    struct hfi_notice slots[SLOTS_AT_ONCE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct chunk **chunks;
static uint32_t chunk_count;
static struct hfi_notice *free_slots;

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_NOTICES, &lock, 1);
}

/* Makes one more chunk; false without memory. */
static bool
add_chunk(void)
{
    struct chunk **longer = realloc(chunks, (chunk_count + 1) * sizeof *chunks);
    if (!longer) return false;
    chunks = longer;
    struct chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk) return false;
    for (uint32_t i = SLOTS_AT_ONCE; i-- > 0;) {
        struct hfi_notice *slot = &chunk->slots[i];
        slot->number = chunk_count * SLOTS_AT_ONCE + i;
        slot->generation = 1;
        slot->next = free_slots;
        free_slots = slot;
    }
    chunks[chunk_count++] = chunk;
    return true;
}

/* The last access to the record of whoever takes the last notice away.
 * release: that access and all before it happen before the death that finds no notice frees the
 * record. pairs with: the acquire load in notices_run, weak.h.
 * relaxed would: free the record under a canceller's hands; tests/stress/notices.c under TSan. */
static void
set_first(struct hfi_side_record *record, struct hfi_notice *notice)
{
    atomic_store_release(&record->notices, notice);
}

static void
link_last(struct hfi_side_record *record, struct hfi_notice *notice)
{
    struct hfi_notice *first = record->notices;
    if (!first) {
        notice->next = notice->previous = notice;
        set_first(record, notice);
        return;
    }
    notice->next = first;
    notice->previous = first->previous;
    first->previous->next = notice;
    first->previous = notice;
}

static void
unlink_notice(struct hfi_notice *notice)
{
    struct hfi_side_record *record = notice->record;
    notice->next->previous = notice->previous;
    notice->previous->next = notice->next;
    if (record->notices == notice) set_first(record, notice->next == notice ? NULL : notice->next);
}

/* From here on its token means nothing. A slot whose generations are used up is not used again, so
 * that no token comes twice. */
static void
retire(struct hfi_notice *notice)
{
    notice->is_running = false;
    notice->record = NULL;
    notice->generation++;
    if (!notice->generation) return;
    notice->next = free_slots;
    free_slots = notice;
}

static hf_death_token
token_of(const struct hfi_notice *notice)
{
    return (uint64_t)notice->generation << 32 | notice->number;
}

static struct hfi_notice *
find(hf_death_token token)
{
    uint32_t number = (uint32_t)token;
    if (number / SLOTS_AT_ONCE >= chunk_count) return NULL;
    struct hfi_notice *notice = &chunks[number / SLOTS_AT_ONCE]->slots[number % SLOTS_AT_ONCE];
    return notice->record && token_of(notice) == token ? notice : NULL;
}

/* Enters the promise into a free slot; 0 without memory. */
static hf_death_token
enter(struct hfi_side_record *record, void (*fn)(void *, void *), void *ctx)
{
    hf_death_token token = 0;
    pthread_mutex_lock(&lock);
    if (free_slots || add_chunk()) {
        struct hfi_notice *notice = free_slots;
        free_slots = notice->next;
        notice->fn = fn;
        notice->ctx = ctx;
        notice->record = record;
        link_last(record, notice);
        token = token_of(notice);
    }
    pthread_mutex_unlock(&lock);
    return token;
}

hf_death_token
hf_on_death(void *object, void (*fn)(void *object, void *ctx), void *ctx)
{
    if (object) hfi_object_check(object, __builtin_return_address(0));
    /* relaxed: the caller holds the object, or is part of its death. */
    if (!object || !fn || (atomic_load_relaxed(live_word_of(object)) & WORD_DEAD)) {
        errno = EINVAL;
        return 0;
    }
    struct hfi_side_record *record = hfi_side_record_of(object);
    hf_death_token token = record ? enter(record, fn, ctx) : 0;
    if (!token) errno = ENOMEM;
    return token;
}

enum hf_notice_state
hf_on_death_cancel(hf_death_token token)
{
    enum hf_notice_state state = HF_NOTICE_DONE;
    pthread_mutex_lock(&lock);
    struct hfi_notice *notice = find(token);
    if (notice && notice->is_running) {
        state = HF_NOTICE_RUNNING;
    } else if (notice) {
        state = HF_NOTICE_REMOVED;
        unlink_notice(notice);
        retire(notice);
    }
    pthread_mutex_unlock(&lock);
    return state;
}

/* Takes the first notice off the record and marks it as running; NULL when none is left. */
static struct hfi_notice *
begin_first(struct hfi_side_record *record)
{
    pthread_mutex_lock(&lock);
    struct hfi_notice *notice = record->notices;
    if (notice) {
        unlink_notice(notice);
        notice->is_running = true;
    }
    pthread_mutex_unlock(&lock);
    return notice;
}

static void
end(struct hfi_notice *notice)
{
    pthread_mutex_lock(&lock);
    retire(notice);
    pthread_mutex_unlock(&lock);
}

void
hfi_notices_run_all(struct hfi_side_record *record, void *object)
{
    struct hfi_notice *notice;
    int kept = errno;
    while ((notice = begin_first(record))) {
        notice->fn(object, notice->ctx);
        end(notice);
    }
    errno = kept;
}
