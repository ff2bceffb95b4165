/* SPDX-License-Identifier: MIT
 *
 * Blocks that a running collection may still read wait here; opened and closed by the collector.
 * Knows headers; keeps process-wide state: whether limbo is open, and a lock-free stack of those
 * who wait, both empty at first. A forked child finds what the parent had: a collection never runs
 * while the process forks.
 *
 * The protocol: the collector opens limbo and passes a fence before it takes the first candidate;
 * who frees a block passes a fence after the last way to the block was cut, and looks whether limbo
 * is open. One of the two sees the other: either the collector finds no way to the block, or the
 * block waits. On x86 the second fence costs nothing: the last way was cut by a read-modify-write,
 * an exchange of an edge or of a word, and a locked instruction is a fence there.
 * Argument: docs/internals/collector.md; models/limbo_gate. */
#include "block/block.h"

bool hfi_limbo_is_open;

/* Linked by limbo_link. */
static void *waiting;

/* Objects that may be part of a cycle have a link word. The collector reads no word of others, only
 * their types, so the link is packed into the word as in life/worklist.h. */
static void
limbo_link(void *object, const void *next)
{
    struct hfi_header *header = header_of(object);
    if (!(meta_of(object) & HF_META_ACYCLIC_)) {
        header->link = (uintptr_t)next;
        return;
    }
    /* relaxed: published by the exchange of the stack's head. */
    uint64_t side = atomic_load_relaxed(&header->word) & WORD_SIDE;
    uint64_t packed = (uint64_t)(uintptr_t)next >> 3 << HF_WORD_FLAG_BITS_;
    atomic_store_relaxed(&header->word, packed | side | WORD_DEAD | WORD_DONE);
}

static void *
limbo_next(const void *object)
{
    const struct hfi_header *header = header_of(object);
    if (!(meta_of(object) & HF_META_ACYCLIC_)) return (void *)(uintptr_t)header->link;
    /* relaxed: the whole stack was taken with acquire. */
    uint64_t word = atomic_load_relaxed(&header->word);
    return (void *)(uintptr_t)(word >> HF_WORD_FLAG_BITS_ << 3);
}

void
hfi_limbo_park(void *object)
{
    /* relaxed: only the address is taken. */
    void *first = atomic_load_relaxed(&waiting);
    do {
        limbo_link(object, first);
        yield_point(park_linked);
        /* release: the link is written before the object can be found.
         * pairs with: the acquire exchange in hfi_limbo_close. */
    } while (!atomic_replace_release(&waiting, &first, object));
    /* seq_cst: either whoever closed limbo finds the object, or this thread finds limbo closed. The
     * exchange is the fence on x86. pairs with: the fence in hfi_limbo_close. */
    atomic_fence_seq_cst_after_rmw();
    /* relaxed: ordered by the fence. */
    hfi_limbo_is_missed |= !atomic_load_relaxed(&hfi_limbo_is_open);
}

THREAD_LOCAL bool hfi_limbo_is_missed;

void
hfi_limbo_open(void)
{
    /* relaxed: the fence orders it. seq_cst: nothing that the collector reads is older than this.
     * pairs with: the fence in limbo_holds, block.h. */
    atomic_store_relaxed(&hfi_limbo_is_open, true);
    atomic_fence_seq_cst();
    yield_point(limbo_opened);
}

void
hfi_limbo_close(void)
{
    yield_point(limbo_closes);
    /* release: all that the collection read happens before a block is freed on the spot.
     * pairs with: the acquire load in limbo_holds, block.h. */
    atomic_store_release(&hfi_limbo_is_open, false);
    /* seq_cst: as in hfi_limbo_park. */
    atomic_fence_seq_cst();
    yield_point(limbo_closed);
    /* acquire: the links. pairs with: the release in hfi_limbo_park. */
    void *object = atomic_exchange_acquire(&waiting, NULL);
    while (object) {
        void *next = limbo_next(object);
        hfi_block_give_back(object, meta_of(object));
        object = next;
    }
}
