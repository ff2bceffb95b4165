/* SPDX-License-Identifier: MIT
 *
 * Retain and release: one more, one less, the last one, or misuse.
 * Knows the state word; the table of states is in object/word.h, and every branch here is a cell of
 * it.
 * Argument: docs/internals/word.md; models/retain_release, models/upgrade_against_death. */
#include <holdfast/object.h>

#include "candidate/candidate.h"
#include "life/life.h"
#include "sync/sync.h"
#include "track/track.h"

/* The count has come too far: the object becomes immortal, once. */
static COLD void
saturate(uint64_t *word, void *object, const void *site)
{
    /* relaxed: the flag orders nothing; whoever misses it finds the count's top bit. */
    uint64_t before = atomic_or_relaxed(word, WORD_IMMORTAL | WORD_COUNT_SIGN);
    if (!(before & WORD_IMMORTAL)) {
        hfi_suspect("reference count saturated, so the object is never freed", object, site);
    }
}

/* A confined word is written by plain stores, which only its own thread may do. */
static void
check_thread(uint64_t seen, const void *object, const void *site)
{
    if (unlikely((seen & WORD_VERSION_MASK) != thread_tag())) {
        hfi_misuse("confined object used on another thread", object, site);
    }
}

/* The rest of the table, but for the immortal: saturated, dead, of another thread. */
static COLD void
add_by_table(void *object, uint64_t *word, uint64_t seen, uint64_t amount, const void *site)
{
    if (word_is_over(seen)) hfi_misuse("retain of a dead object", object, site);
    if (word_is_saturated(seen)) {
        saturate(word, object, site);
    } else if (seen & WORD_CONFINED) {
        check_thread(seen, object, site);
        /* relaxed: one thread only. */
        atomic_store_relaxed(word, seen + (amount & WORD_COUNT_MASK));
    } else {
        /* release inside: enough for an edge store, and nothing to a retain. */
        word_make_room(word, word_bump(word, seen, amount));
    }
}

/* Returns the word before. */
static inline uint64_t
add_odd(void *object, uint64_t amount, const void *site)
{
    uint64_t *word = live_word_of(object);
    /* relaxed: as in retain, life.h. */
    uint64_t seen = atomic_load_relaxed(word);
    if (likely(word_is_plain(seen))) {
        /* release inside: as above. */
        word_make_room(word, word_bump(word, seen, amount));
    } else if (word_is_own(seen, hf_confined_mark_)) {
        /* relaxed: one thread only. The version field is the thread's number and doesn't move. */
        atomic_store_relaxed(word, seen + (amount & WORD_COUNT_MASK));
    } else if (!(seen & WORD_IMMORTAL)) {
        add_by_table(object, word, seen, amount, site);
    }
    return seen;
}

void
hfi_add_odd(void *object, uint64_t amount, const void *site)
{
    add_odd(object, amount, site);
}

void *
hfi_retain_odd(void *object, const void *site)
{
    uint64_t seen = add_odd(object, WORD_RETAIN, site);
    if (unlikely(seen & WORD_TRACKED)) hfi_holders_took(object, site);
    return object;
}

void
hfi_bump_odd(void *object, uint64_t amount, const void *site)
{
    uint64_t seen = add_odd(object, amount, site);
    /* What is stored was the caller's, unless it was retained for the edge. */
    if (unlikely(seen & WORD_TRACKED) && amount == WORD_MOVE) hfi_holders_dropped(object, site);
}

void
hfi_add_met(void *object, uint64_t before, uint64_t amount, const void *site)
{
    if (before & WORD_SIDE) hfi_add_odd(object, amount, site);
    else hfi_contended_remember(object);
}

void *
hfi_retain_met(void *object, uint64_t before, const void *site)
{
    hfi_add_met(object, before, WORD_RETAIN, site);
    return object;
}

/* The word with a moved reference about to be stored: a candidate, or, where somebody has the entry
 * already, with one reference more. */
static uint64_t
word_moved(uint64_t seen)
{
    uint64_t bump = seen & WORD_CONFINED ? 0 : WORD_MOVE, next = word_with_room(seen) + bump;
    return seen & WORD_ROOTABLE ? next & ~WORD_ROOTABLE : next + WORD_COUNT_ONE;
}

enum hfi_move
hfi_bump_moved(void *object, uint64_t *bumped, const void *site)
{
    uint64_t *word = live_word_of(object);
    /* relaxed: as in retain, life.h. */
    uint64_t seen = atomic_load_relaxed(word);
    do {
        while (unlikely(seen & WORD_SIDE)) {
            /* The own word was replaced by the record's since it was looked for.
             * acquire: pairs with the exchange in publish, object/side_record.c. */
            word = live_word_of(object);
            seen = atomic_load_acquire(word);
        }
        if (unlikely(seen & (WORD_DEAD | WORD_IMMORTAL | WORD_COUNT_ODD))) {
            hfi_bump_odd(object, WORD_MOVE, site);
            return MOVE_MADE_NOTHING;
        }
        if (seen & WORD_CONFINED) check_thread(seen, object, site);
        *bumped = word_moved(seen);
        yield_point(move_decided);
        /* acq_rel, in word_replace: the release half is word_bump's. */
    } while (!word_replace(word, &seen, *bumped));
    yield_point(moved);
    if (!(seen & WORD_ROOTABLE)) return MOVE_RETAINED;
    if (unlikely(seen & WORD_TRACKED)) hfi_holders_dropped(object, site);
    return MOVE_MADE_A_CANDIDATE;
}

/* The word without one reference; the last one leaves its own as the pin. Misuse where there is
 * none to give back. */
static uint64_t
word_without_one(uint64_t seen, const void *object, const void *site)
{
    if (word_is_over(seen)) hfi_misuse("release of a dead object", object, site);
    if (word_has_one(seen)) {
        if (seen & WORD_DEAD) hfi_misuse("release of a dying object", object, site);
        return seen | WORD_DEAD;
    }
    return seen & WORD_DEAD ? seen - WORD_COUNT_ONE : word_less_one(seen);
}

/* This thread has changed the word from seen to next; if that made a candidate, it is remembered.
 * The thread may own nothing of the object any more but the entry in the list. */
static inline void
remember_candidate(void *object, uint64_t seen, uint64_t next)
{
    yield_point(released);
    if (seen & ~next & WORD_ROOTABLE) hfi_candidate_remember(object, next);
}

/* The rest of the table: one step of it, decided and done by one exchange. */
static COLD bool
release_by_table(void *object, uint64_t *word, uint64_t seen, const void *site)
{
    uint64_t next;
    do {
        if (seen & WORD_IMMORTAL) return false;
        if (word_is_saturated(seen)) {
            saturate(word, object, site);
            return false;
        }
        next = word_without_one(seen, object, site);
        yield_point(release_decided);
        if (seen & WORD_CONFINED) {
            check_thread(seen, object, site);
            /* relaxed: one thread only. */
            atomic_store_relaxed(word, next);
            break;
        }
        /* acq_rel, in word_replace: publishes this holder's writes; the last one sees all
         * others'. */
    } while (!word_replace(word, &seen, next));
    remember_candidate(object, seen, next);
    return (next & WORD_DEAD) && !(seen & WORD_DEAD);
}

/* Of a confined object of this thread, in whose word nothing else odd was seen. Returns whether it
 * was the last. */
static inline bool
release_own(void *object, uint64_t *word, uint64_t seen)
{
    bool is_last = word_has_one(seen);
    uint64_t next = is_last ? seen | WORD_DEAD : word_less_one(seen);
    /* relaxed: one thread only. */
    atomic_store_relaxed(word, next);
    remember_candidate(object, seen, next);
    return is_last;
}

/* From what was seen in the word, which may turn out to be stale. */
static inline bool
release_seen(void *object, uint64_t *word, uint64_t seen, const void *site)
{
    for (;;) {
        /* Plain without the one: others are left. */
        while (likely(word_is_plain(seen - WORD_COUNT_ONE))) {
            uint64_t next = word_less_one(seen);
            yield_point(release_decided);
            /* acq_rel inside: publishes this holder's writes; the last one sees all others'. */
            if (likely(word_replace(word, &seen, next))) {
                remember_candidate(object, seen, next);
                return false;
            }
        }
        if (likely(!(seen & WORD_SIDE))) break;
        word = live_word_of(object);
        /* acquire: as in release_with_look. */
        seen = atomic_load_acquire(word);
    }
    if (seen & WORD_IMMORTAL) return false;
    if (unlikely(seen & WORD_TRACKED) && site) hfi_holders_dropped(object, site);
    if (!word_is_own(seen, hf_confined_mark_)) return release_by_table(object, word, seen, site);
    return release_own(object, word, seen);
}

static inline bool
release_with_look(void *object, const void *site)
{
    uint64_t *word = live_word_of(object);
    /* acquire: if this is the last reference, what all former holders wrote is seen in the death.
     * pairs with: word_release, and the exchanges above. */
    return release_seen(object, word, atomic_load_acquire(word), site);
}

bool
hfi_release_seen(void *object, uint64_t *word, uint64_t seen, const void *site)
{
    return release_seen(object, word, seen, site);
}

bool
hfi_release_after_all(void *object, uint64_t *word, uint64_t before, const void *site)
{
    /* A reference that destroy, or who got it there, gives back. The pin is left. After this
     * subtraction the death may be over at any time, so there is no way back to the table. */
    if ((before & WORD_DEAD) && word_count(before) > 1) return false;
    if (!(before & (WORD_DEAD | WORD_CONFINED))) {
        return hfi_release_last(object, word, before, site);
    }
    /* Another object at a former address, confined to this thread, or misuse.
     * relaxed: the long way does the ordering. */
    atomic_add_relaxed(word, WORD_COUNT_ONE);
    return release_with_look(object, site);
}

bool
hfi_release_odd(void *object, const void *site)
{
    struct hfi_header *header = header_of(object);
    /* acquire: SIDE seen means that the record is complete; pairs with the exchange in publish,
     * object/side_record.c. */
    bool is_beside = counts_beside(atomic_load_acquire(&header->word));
    if (!is_beside || process_is_single_threaded()) return release_with_look(object, site);
    struct hfi_side_record *record = side_record_of_header(header);
    return !leave_others(record) && hfi_release_left_none(object, &record->word, site);
}

bool
hfi_release_is_last(void *object, const void *site)
{
    uint64_t told;
    switch (release_plainly(object, &told, process_is_single_threaded(), site)) {
    case RELEASE_DONE:
        return false;
    case RELEASE_LISTED:
        hfi_candidate_remember(object, told);
        return false;
    case RELEASE_LAST:
        return true;
    case RELEASE_ODD:
        return hfi_release_odd(object, site);
    case RELEASE_LEFT_NONE:
        return hfi_release_left_none(object, &header_of(object)->word, site);
    }
    __builtin_unreachable();
}

bool
hfi_release_left_none(void *object, uint64_t *word, const void *site)
{
    /* While DEAD isn't said, none but this thread can have been told so, and the word stays; if it
     * is said, somebody has released what was not theirs.
     * relaxed: what this thread left there or what came later; the next step does the ordering. */
    uint64_t now = atomic_load_relaxed(word);
    /* The own word was stale already, so once more, on the record's. */
    if (now & WORD_SIDE) return hfi_release_odd(object, site);
    if (!(now & (WORD_DEAD | WORD_IMMORTAL))) {
        return hfi_release_last(object, word, now + WORD_COUNT_ONE, site);
    }
    /* relaxed: the long way does the ordering. */
    atomic_add_relaxed(word, WORD_COUNT_ONE);
    return release_with_look(object, site);
}

void
hfi_release_left_none_and_die(void *object, uint64_t *word, const void *site)
{
    if (hfi_release_left_none(object, word, site)) hfi_die(object);
}

void
hfi_release_odd_and_die(void *object, const void *site)
{
    uint64_t *word = &header_of(object)->word;
    /* relaxed: only what this thread wrote is believed. */
    uint64_t seen = atomic_load_relaxed(word);
    if (word_is_own(seen, hf_confined_mark_)) {
        if (release_own(object, word, seen)) hfi_die(object);
    } else if (release_with_look(object, site)) {
        hfi_die(object);
    }
}

bool
hfi_release_last(void *object, uint64_t *word, uint64_t before, const void *site)
{
    /* SIDE: the own word was stale already, so once more, on the record's. */
    if (before & WORD_SIDE) return hfi_release_odd(object, site);
    /* Saturated by others, after this thread looked. */
    if (word_is_for_ever(before)) return false;
    if (!word_is_plain(before)) hfi_misuse("release of a dead object", object, site);
    /* acquire: what all former holders wrote is seen in the death; pairs with word_release.
     * Dead and pinned in one step, before anything else. */
    atomic_add_acquire(word, WORD_COUNT_ONE | WORD_DEAD);
    return true;
}

/* These two leave NULL to the long way: the short one of a retain fits into a line of the
 * instruction cache then, and costs a twentieth less than where it does not. */
ALIGNED void
hf_release(void *object)
{
    if (unlikely(!object)) hfi_release_with_care(NULL, NULL);
    else release(object, SITE_OF_CALLER);
}

ALIGNED void *
hf_retain_(const void *borrowed)
{
    void *object = (void *)(uintptr_t)borrowed;
    if (unlikely(!object)) return hfi_retain_with_care(NULL, NULL);
    return retain(object, SITE_OF_CALLER);
}

void
hf_retain_met_(void *object, uint64_t before)
{
    hfi_retain_met(object, before, __builtin_return_address(0));
}

void
hf_release_left_none_(void *object, hf_word_ *word)
{
    hfi_release_left_none_and_die(object, word, __builtin_return_address(0));
}

void
hfi_end(void *object, const char *misuse, const void *site)
{
    uint64_t *word = live_word_of(object);
    /* acquire: as in hfi_release_odd. */
    uint64_t seen = atomic_load_acquire(word);
    do {
        if (!word_has_one(seen) || (seen & (WORD_DEAD | WORD_IMMORTAL))) {
            hfi_misuse(misuse, object, site);
        }
        if (seen & WORD_CONFINED) check_thread(seen, object, site);
        /* acq_rel, in word_replace: as in hfi_release_odd. */
    } while (!word_replace(word, &seen, seen | WORD_DEAD));
}

size_t
hf_count(const void *object)
{
    return object ? strong_count(object) : 0;
}
