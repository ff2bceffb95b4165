/* SPDX-License-Identifier: MIT
 *
 * Where the live word moves on the first weak reference: made once, found by all, shared with the
 * block.
 * Knows the header and the striped locks.
 * Argument: docs/internals/weak.md; models/side_record_once. In three steps, under the stripe of
 * the object: the record's address goes into meta; the object's word is copied into the record;
 * SIDE is set in the object's word by an exchange from exactly the word that was copied. Who
 * changes the object's word in between makes the exchange fail, and it is copied again; who changes
 * it afterwards finds SIDE in what the read-modify-write returns, and does it again on the record.
 * So every change lands in the live word exactly once. */
#include "object/object.h"

#include <errno.h>

struct hfi_side_record hfi_side_record_dead = {.word = WORD_DEAD | WORD_DONE, .shares = 1};

/* The own word as it stays from now on, which says whether the object may be part of a cycle. The
 * sign is for those who have looked, and subtract now; with the bit beside it, none of them takes
 * it away. */
static uint64_t
word_with_side(uint64_t word, uintptr_t meta)
{
    uint64_t flags = WORD_SIDE | (meta & HF_META_ACYCLIC_ ? 0 : WORD_ROOTABLE);
    return word_with_count(word, 1) | flags | WORD_COUNT_ODD;
}

/* Sets up the record and moves the word into it. */
static void
publish(struct hfi_header *header, struct hfi_side_record *record)
{
    /* release: the record's fields are written before its address is seen.
     * pairs with: the acquire load in meta_of. */
    atomic_store_release(&header->meta, (uintptr_t)record);
    yield_point(record_in_meta);
    /* relaxed: nothing is read through it; the exchange decides. */
    uint64_t word = atomic_load_relaxed(&header->word);
    do {
        /* relaxed: published by the exchange. */
        atomic_store_relaxed(&record->word, word);
        yield_point(record_copied);
        /* acq_rel, in word_replace: SIDE seen with acquire means meta and record->word are seen. */
    } while (!word_replace(&header->word, &word, word_with_side(word, record->meta)));
}

static struct hfi_side_record *
record_new(void *object)
{
    struct hfi_side_record *record = hfi_tools_record_new(sizeof *record);
    if (!record) {
        errno = ENOMEM;
        return NULL;
    }
    record->shares = 1;
    record->meta = header_of(object)->meta;
    record->hidden_object = ~(uintptr_t)object;
    record->notices = NULL;
    return record;
}

struct hfi_side_record *
hfi_side_record_of(void *object)
{
    struct hfi_header *header = header_of(object);
    /* acquire: the record is read through meta; pairs with the exchange in publish. */
    if (atomic_load_acquire(&header->word) & WORD_SIDE) return side_record_of_header(header);

    pthread_mutex_t *stripe = hfi_stripe_of(object);
    pthread_mutex_lock(stripe);
    struct hfi_side_record *record;
    /* relaxed: SIDE is set under the stripe, which this thread holds. */
    if (atomic_load_relaxed(&header->word) & WORD_SIDE) {
        record = side_record_of_header(header);
    } else {
        record = record_new(object);
        if (record) publish(header, record);
        yield_point(record_published);
    }
    pthread_mutex_unlock(stripe);
    return record;
}

void
hfi_side_record_share(struct hfi_side_record *record)
{
    /* relaxed: the caller has a share or a reference, so the record can't go meanwhile. */
    if (process_is_single_threaded()) record->shares++;
    else atomic_add_relaxed(&record->shares, 1);
}

void
hfi_side_record_drop(struct hfi_side_record *record)
{
    if (process_is_single_threaded()) {
        if (--record->shares > 0) return;
    } else {
        /* acq_rel: all reads of the record by other threads happen before it is freed.
         * pairs with: itself, on those threads. */
        if (atomic_sub_acq_rel(&record->shares, 1) > 1) return;
    }
    hfi_tools_record_free(record);
}
