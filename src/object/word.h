/* SPDX-License-Identifier: MIT
 *
 * The state word: bits, the table of states and operations, and every read-modify-write of it.
 * Knows the layout page of the public headers; nobody outside this room touches a bit.
 * Guarantees and their proof: docs/internals/word.md; models/retain_release,
 * models/side_record_once.
 *
 *     63            36 35             8 7       0
 *     [   others: 28  ][  version: 28  ][ flags ]
 *
 * The live word is the object's own until SIDE is set in it, and the side record's from then on;
 * the object's own word is stale after that, whatever is added to it. What stands on top is the
 * count less one, so the sign of what a subtraction leaves tells whether it took the last: on x86
 * nothing else has to be looked at (W.1). The version moves with every retain, upgrade and edge
 * store, so that the collector sees that something happened; a carry out of it would be a
 * reference, so whoever sees its highest bit takes that back (W.7). A confined object has the
 * number of its thread there instead.
 *
 *     state                   retain         release               upgrade     store into an edge
 *     LIVE, count > 1         v+1 c+1        c-1                   v+1 c+1     v+1 (c+1)
 *     LIVE, count 1           v+1 c+1        DEAD, count stays 1   v+1 c+1     v+1 (c+1)
 *     LIVE, count 0           misuse         misuse                null        misuse
 *       (the moment between a subtraction that reached zero and the addition of DEAD and the pin)
 *     saturated               IMMORTAL       IMMORTAL              IMMORTAL    IMMORTAL
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
#define WORD_COUNT_MASK (~UINT64_C(0) << HF_WORD_COUNT_SHIFT_)
#define WORD_VERSION_ONE HF_WORD_VERSION_ONE_
#define WORD_VERSION_MASK (WORD_COUNT_ONE - WORD_VERSION_ONE)

/* Each thread may add three before it takes the bit back, so a version can pass its half by thrice
 * as many as there are threads; 2^25 threads don't exist, hence no carry ever reaches the count.
 * models/version_room. */
#define WORD_VERSION_TOP HF_WORD_VERSION_TOP_

/* Set in what a subtraction leaves if it took the last reference, and while the word is immortal
 * after saturation: then the two bits together put the number into the middle of the negative
 * ones, and nobody who subtracts without a look takes it to zero. */
#define WORD_COUNT_SIGN HF_WORD_COUNT_SIGN_

/* A quarter of the range: from here on the count is saturated. A count can pass this line by as
 * many as there are threads. */
#define WORD_COUNT_TOP HF_WORD_COUNT_TOP_

/* No reference is left, or too many are. */
#define WORD_COUNT_ODD (WORD_COUNT_SIGN | WORD_COUNT_TOP)

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
    return (word + WORD_COUNT_ONE) / WORD_COUNT_ONE;
}

/* A word that is otherwise the same. */
static inline uint64_t
word_with_count(uint64_t word, uint64_t count)
{
    return (word & ~WORD_COUNT_MASK) + (count - 1) * WORD_COUNT_ONE;
}

static inline uint64_t
word_version(uint64_t word)
{
    return (word & WORD_VERSION_MASK) / WORD_VERSION_ONE;
}

/* Living, shared, its own word, with a count from 1 to where it is saturated. */
static inline bool
word_is_plain(uint64_t word)
{
    return (word & (WORD_ODD | WORD_COUNT_ODD)) == 0;
}

/* Plain, and the version has room: all that an addition looks for. */
static inline bool
word_takes_one_more(uint64_t word)
{
    return (word & (WORD_ODD | WORD_COUNT_ODD | WORD_VERSION_TOP)) == 0;
}

/* The word less one reference is plain, so that others are left, and no candidate is to be made of
 * it: a release has nothing to do but to subtract. */
static inline bool
word_is_left_to_others(uint64_t less_one)
{
    return (less_one & (WORD_ODD | WORD_ROOTABLE | WORD_COUNT_ODD)) == 0;
}

/* Plain, with one reference. */
static inline bool
word_is_of_one(uint64_t word)
{
    return (word & (WORD_ODD | WORD_COUNT_MASK)) == 0;
}

/* Of the living: there is one reference. */
static inline bool
word_has_one(uint64_t word)
{
    return (word & WORD_COUNT_MASK) == 0;
}

/* Takes one more, and is not asked for by the collector. */
static inline bool
word_can_be_upgraded(uint64_t word)
{
    return (word & (WORD_ODD | WORD_COUNT_ODD | WORD_VERSION_TOP | WORD_CLAIMED)) == 0;
}

/* word_is_plain for a confined object, when mark is that of the thread it belongs to
 * (sync/sync.h): then plain loads and stores do. */
static inline bool
word_is_own(uint64_t word, uint64_t mark)
{
    return (word & (WORD_ODD | WORD_COUNT_ODD | WORD_VERSION_MASK)) == mark;
}

static inline bool
word_is_saturated(uint64_t word)
{
    return (word & WORD_COUNT_ODD) == WORD_COUNT_TOP;
}

/* Never dies: saturated, or said to be immortal. */
static inline bool
word_is_for_ever(uint64_t word)
{
    return (word & WORD_IMMORTAL) || word_is_saturated(word);
}

/* Whether there is nothing to upgrade to: the death has begun, or the last release is about to say
 * so. */
static inline bool
word_is_gone(uint64_t word)
{
    return (word & WORD_DEAD) || (!(word & WORD_IMMORTAL) && word_count(word) == 0);
}

/* The death is over, or has not started properly: no operation is allowed. */
static inline bool
word_is_over(uint64_t word)
{
    return (word & WORD_DONE) || word_count(word) == 0;
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

/* The word with room in its version, for those who change it by an exchange. The number of a thread
 * never has the highest bit. */
static inline uint64_t
word_with_room(uint64_t word)
{
    return word & ~WORD_VERSION_TOP;
}

/* The same after an addition, which found `before`. Whoever finds the bit takes it back, as often
 * as it likes: if another thread has done so, there is nothing left to take.
 * relaxed: the version orders nothing but by the additions. models/version_room. */
static inline void
word_make_room(uint64_t *word, uint64_t before)
{
    if (unlikely(before & WORD_VERSION_TOP)) atomic_and_relaxed(word, ~WORD_VERSION_TOP);
}

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
 * less_one is the word that was seen, less one; minus_one is -WORD_COUNT_ONE, in a register that
 * the look has needed as well.
 * Returns whether the sign is left: no reference is, or the word is stale, or immortal. The flags
 * of an x86 tell it; what was there would come in a register, and be compared. */
static inline bool
word_release(uint64_t *word, uint64_t less_one, uint64_t minus_one, bool is_alone)
{
    if (is_alone) {
        atomic_store_relaxed(word, less_one);
        return false;
    }
    return atomic_add_leaves_sign_release(word, minus_one);
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
