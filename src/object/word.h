/* SPDX-License-Identifier: MIT
 *
 * The state word: bits, the table of states and operations, and every read-modify-write of it.
 * Knows the layout page of the public headers; nobody outside this room touches a bit.
 * Guarantees and their proof: docs/internals/word.md; models/retain_release,
 * models/side_record_once.
 *
 *     63            36 35             8 7       0
 *     [  version: 28  ][   count: 28   ][ flags ]
 *
 * The live word is the object's own until SIDE is set in it, and the side record's from then on;
 * the object's own word is stale after that, whatever is added to it. The version moves with every
 * retain, upgrade and edge store, so that the collector sees that something happened; it is on top,
 * so it wraps without a carry. A confined object has the number of its thread there instead.
 *
 *     state                   retain         release               upgrade     store into an edge
 *     LIVE, count > 1         v+1 c+1        c-1                   v+1 c+1     v+1 (c+1)
 *     LIVE, count 1           v+1 c+1        DEAD, count stays 1   v+1 c+1     v+1 (c+1)
 *     LIVE, count 0           (v+1 c+1)      misuse                null        (v+1 c+1)
 *       (the moment between a subtraction that reached zero and the addition of DEAD and the pin;
 *       who adds then held no reference: the object is leaked, and reported)
 *     count at half range     IMMORTAL       IMMORTAL              IMMORTAL    IMMORTAL
 *     IMMORTAL                nothing        nothing               as it is    nothing
 *     DEAD, count > 1         v+1 c+1        c-1                   null        v+1 (c+1)
 *     DEAD, count 1           v+1 c+1        misuse                null        v+1 (c+1)
 *     DEAD and DONE           misuse         misuse                null        misuse
 *
 * The count of 1 that a dying object keeps is its pin: it belongs to the death itself. Destroy may
 * retain and release the object as it likes; if the count is not 1 when destroy is over, somebody
 * kept a reference, and the object is leaked rather than freed. DEAD and DONE: it stands in line,
 * or it is over; nobody but the death may touch it.
 *
 * ROOTABLE: the object may be part of a cycle, and stands in no list of candidates. A release that
 * leaves others, and a store of a moved reference, clear it in the step that does their work, and
 * whoever cleared it puts the object into a list (candidate/candidate.h). It is never set in the
 * words of types that can't be part of a cycle, and of objects on the stack. In an own word that
 * is stale, beside SIDE, it says for ever that the object may be part of a cycle, so that a
 * release need not ask the record. CLAIMED: the collector has asked for the object, and one cell
 * says how it ends (object/claim_status.c); everything but an upgrade ignores it. CLAIMED and
 * DEAD: the object dies as a member of a garbage set. */
#ifndef HFI_WORD_H
#define HFI_WORD_H

#include <holdfast/layout.h>

#include "base/base.h"

#define WORD_COUNT_ONE HF_WORD_COUNT_ONE_
#define WORD_COUNT_MASK ((UINT64_C(1) << HF_WORD_VERSION_SHIFT_) - WORD_COUNT_ONE)
#define WORD_VERSION_ONE (UINT64_C(1) << HF_WORD_VERSION_SHIFT_)
#define WORD_VERSION_MASK (~UINT64_C(0) << HF_WORD_VERSION_SHIFT_)

/* Half of the range: from here on the count is saturated. Each thread adds one before it looks, so
 * a count can pass this line by as many as there are threads; 2^27 threads don't exist, hence no
 * carry ever reaches the version. */
#define WORD_COUNT_TOP (UINT64_C(1) << (HF_WORD_VERSION_SHIFT_ - 1))

#define WORD_SIDE HF_WORD_SIDE_
#define WORD_ROOTABLE HF_WORD_ROOTABLE_
#define WORD_CLAIMED HF_WORD_CLAIMED_
#define WORD_DEAD HF_WORD_DEAD_
#define WORD_DONE HF_WORD_DONE_
#define WORD_CONFINED HF_WORD_CONFINED_
#define WORD_IMMORTAL HF_WORD_IMMORTAL_
#define WORD_TRACKED HF_WORD_TRACKED_

/* Whoever finds one of these takes the long way. */
#define WORD_ODD (WORD_SIDE | WORD_DEAD | WORD_DONE | WORD_CONFINED | WORD_IMMORTAL | WORD_TRACKED)

static inline uint64_t
word_count(uint64_t word)
{
    return (word & WORD_COUNT_MASK) / WORD_COUNT_ONE;
}

/* Nothing odd is said, nor is the count at half range: all that an addition looks for. It doesn't
 * look for a count of zero, which would be one more instruction before the one that must wait: who
 * may add holds a reference. If a wrong program adds in the moment before DEAD is said, the death
 * finds the reference in its count, and leaks the object. */
static inline bool
word_has_nothing_odd(uint64_t word)
{
    return (word & (WORD_ODD | WORD_COUNT_TOP)) == 0;
}

/* Living, shared, its own word, with a count from 1 to half range. A count of zero borrows from the
 * version and shows as a saturated one, so one subtraction and one test decide. */
static inline bool
word_is_plain(uint64_t word)
{
    return ((word - WORD_COUNT_ONE) & (WORD_ODD | WORD_COUNT_TOP)) == 0;
}

/* Plain, with others left when one goes, and no candidate to be made of it: a release has nothing
 * to do but to subtract. */
static inline bool
word_leaves_others(uint64_t word)
{
    uint64_t others = word - 2 * WORD_COUNT_ONE;
    return (others & (WORD_ODD | WORD_ROOTABLE | WORD_COUNT_TOP)) == 0;
}

/* Plain, and not asked for by the collector. */
static inline bool
word_can_be_upgraded(uint64_t word)
{
    return ((word - WORD_COUNT_ONE) & (WORD_ODD | WORD_COUNT_TOP | WORD_CLAIMED)) == 0;
}

/* word_is_plain for a confined object, when mark is that of the thread it belongs to
 * (sync/sync.h): then plain loads and stores do. */
static inline bool
word_is_own(uint64_t word, uint64_t mark)
{
    return ((word - WORD_COUNT_ONE) & (WORD_ODD | WORD_COUNT_TOP | WORD_VERSION_MASK)) == mark;
}

/* Whether there is nothing to upgrade to: the death has begun, or the last release is about to say
 * so. The immortal in static storage count nothing. */
static inline bool
word_is_gone(uint64_t word)
{
    return (word & WORD_DEAD) || !(word & (WORD_COUNT_MASK | WORD_IMMORTAL));
}

/* The death is over, or has not started properly: no operation is allowed. */
static inline bool
word_is_over(uint64_t word)
{
    return (word & WORD_DONE) || !(word & WORD_COUNT_MASK);
}

/* One reference less, with others left: the object becomes a candidate. */
static inline uint64_t
word_less_one(uint64_t word)
{
    return (word - WORD_COUNT_ONE) & ~WORD_ROOTABLE;
}

/* The four read-modify-writes. Before a second thread exists, when is_alone, a load and a store do
 * the same without a locked instruction; the rule that every write to a published word is a
 * read-modify-write begins with the second thread, and so does the need to move the version.
 * Confined words never need more. */

/* What a retain adds, and what an edge store that moves a reference adds. */
#define WORD_RETAIN (WORD_VERSION_ONE + WORD_COUNT_ONE)
#define WORD_MOVE WORD_VERSION_ONE

/* relaxed: a new reference is made from one that the caller holds, so nothing has to be ordered by
 * it.
 * Returns the word before. */
static inline uint64_t
word_retain(uint64_t *word, uint64_t seen, bool is_alone)
{
    if (is_alone) {
        atomic_store_relaxed(word, seen + WORD_COUNT_ONE);
        return seen;
    }
    return atomic_add_relaxed(word, WORD_RETAIN);
}

/* release: what this thread wrote through the reference happens before the death, whoever runs it.
 * pairs with: the acquire load of the word that finds a count of 1, in life/life.h, and the acquire
 * addition of DEAD, in life/release.c.
 * relaxed would: let destroy read a half-written object (models/retain_release, twin
 * RELAXED_RELEASE).
 * Returns the word before. */
static inline uint64_t
word_release(uint64_t *word, uint64_t seen, bool is_alone)
{
    if (is_alone) {
        atomic_store_relaxed(word, seen - WORD_COUNT_ONE);
        return seen;
    }
    return atomic_sub_release(word, WORD_COUNT_ONE);
}

/* release: the version has moved before the edge that is written next can be seen.
 * pairs with: the acquire loads of the collector's passes (docs/internals/word.md).
 * relaxed would: let a pass see the stored reference in two edges under one version. */
static inline uint64_t
word_bump(uint64_t *word, uint64_t seen, uint64_t amount)
{
    if (process_is_single_threaded()) {
        atomic_store_relaxed(word, seen + amount);
        return seen;
    }
    return atomic_add_release(word, amount);
}

/* acq_rel: a successful change of a word that may be final: it publishes what this thread wrote,
 * and sees what all former holders wrote. On failure *seen is the word as it is now, read with
 * acquire because it is looked through.
 * pairs with: word_release, and itself on other threads.
 * Returns whether the word was *seen and is now next. */
static inline bool
word_replace_as(uint64_t *word, uint64_t *seen, uint64_t next, bool is_alone)
{
    if (is_alone) {
        atomic_store_relaxed(word, next);
        return true;
    }
    return atomic_replace_acq_rel(word, seen, next);
}

static inline bool
word_replace(uint64_t *word, uint64_t *seen, uint64_t next)
{
    return word_replace_as(word, seen, next, process_is_single_threaded());
}

#endif
