/* SPDX-License-Identifier: MIT
 *
 * Retain and release of the object that this thread contends for: change first, then look.
 * Knows the table of states in object/word.h.
 * Argument: docs/internals/word.md, W.8; models/retain_release. */
#include "life/contended.h"

#include "life/life.h"

THREAD_LOCAL uintptr_t hfi_contended;

void
hfi_add_blindly(void *object, uint64_t amount, const void *site)
{
    uint64_t *word = &header_of(object)->word;
    /* release: enough for a store into an edge, as in word_bump, and nothing to a retain. */
    uint64_t before = atomic_add_release(word, amount);
    if (likely(word_is_plain(before))) return;
    /* Nobody decides anything from what is taken back here: the caller holds another reference, so
     * the count doesn't reach one; a word with SIDE is stale; a confined one is this thread's.
     * relaxed: the long way does the ordering. */
    atomic_sub_relaxed(word, amount);
    hfi_add_odd(object, amount, site);
}

/* The subtraction returned `before`, and it wasn't a plain word with others left. Returns whether
 * this release was the last. */
static COLD bool
release_after_all(void *object, uint64_t before, const void *site)
{
    /* A reference that destroy, or who got it there, gives back. The pin is left. After this
     * subtraction the death may be over at any time, so there is no way back to the table. */
    if ((before & WORD_DEAD) && word_count(before) > 1) return false;
    if (!(before & (WORD_DEAD | WORD_CONFINED))) return hfi_release_last(object, before, site);
    /* Another object at a former address, confined to this thread, or misuse.
     * relaxed: as above. */
    atomic_add_relaxed(&header_of(object)->word, WORD_COUNT_ONE);
    return hfi_release_odd(object, site);
}

void
hfi_release_blindly(void *object, const void *site)
{
    if (may_be_linked(header_of(object))) {
        /* This release may make a candidate, which takes a look. acquire: as in release_plainly. */
        uint64_t seen = atomic_load_acquire(&header_of(object)->word);
        if (hfi_release_linked(object, seen, site)) hfi_die(object);
        return;
    }
    /* release: as in word_release. */
    uint64_t before = atomic_sub_release(&header_of(object)->word, WORD_COUNT_ONE);
    if (likely(word_is_plain(before - WORD_COUNT_ONE))) return;
    if (release_after_all(object, before, site)) hfi_die(object);
}
