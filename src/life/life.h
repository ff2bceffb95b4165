/* SPDX-License-Identifier: MIT
 *
 * The door of the life room: make, retain, release, die.
 * Knows objects, weak references, blocks, candidates and the ledger. */
#ifndef HFI_LIFE_H
#define HFI_LIFE_H

#include "candidate/candidate.h"
#include "life/contended.h"
#include "life/deferral.h"
#include "object/object.h"

/* Returns a new object of the type for who called from site, extent as for block_new: NULL and
 * ENOMEM, or EINVAL for a type that contradicts itself. Owner: the caller. */
void *hfi_create(const hf_type *type, uint64_t extent, const void *site);

/* The short ways below look at as little as they can, and each of their ends is a jump: whoever is
 * called last takes over, and a retain returns the object for that, so they need no frame of their
 * own. A locked instruction waits for every load and store before it; what little there is shows
 * (bench/README.md). Their one question is hfi_counts_with_care, of contended.h: if not, counts are
 * changed by atomic operations, after a look at the word, which is right for every object in every
 * process. */

/* The long way of the additions: something odd stands in the word. amount is WORD_RETAIN or
 * WORD_MOVE. What comes of a retain is the caller's, and what of a bump an edge's; so they differ
 * for an object whose holders are written down, and hfi_add_odd is for others. */
void hfi_add_odd(void *object, uint64_t amount, const void *site);
APART void *hfi_retain_odd(void *object, const void *site);
void hfi_bump_odd(void *object, uint64_t amount, const void *site);

/* The addition returned `before`, which is not what was seen: SIDE was set meanwhile, so that the
 * own word was changed in vain, or another thread counts too. */
COLD void hfi_add_met(void *object, uint64_t before, uint64_t amount, const void *site);
COLD void *hfi_retain_met(void *object, uint64_t before, const void *site);

/* The process has one thread, or some thread contends for some object; or there is no object, and
 * nothing to do but to return NULL. */
APART void *hfi_retain_with_care(void *object, const void *site);

/* Something odd stands in the own word. Which is most often but that the object has a side record;
 * so that is settled here, and nobody asked for the site. */
FLATTEN_INLINE void *
retain_odd(void *object, uint64_t own, bool is_alone, const void *site)
{
    if ((own & WORD_ODD) == WORD_SIDE) {
        uint64_t *word = &side_record_of_header(header_of(object))->word;
        /* relaxed: as below. */
        uint64_t seen = atomic_load_relaxed(word);
        if (likely(word_takes_one_more(seen))) {
            (void)word_retain(word, seen, is_alone);
            return object;
        }
    }
    return hfi_retain_odd(object, site_now(site));
}

FLATTEN_INLINE void *
retain_looking(void *object, bool is_alone, const void *site)
{
    void *same = anew(object);
    /* acquire: SIDE seen means that the record is complete; pairs with the exchange in publish,
     * object/side_record.c. Else relaxed would do: the caller holds a reference, so the object
     * can't go. */
    uint64_t seen = atomic_load_acquire(&header_of(object)->word);
    if (unlikely(!word_takes_one_more(seen))) return retain_odd(same, seen, is_alone, site);
    yield_point(retain_seen);
    uint64_t before = word_retain(&header_of(same)->word, seen, is_alone);
    yield_point(retained);
    if (unlikely(before != seen)) return hfi_retain_met(same, before, site_now(site));
    return same;
}

/* One more strong reference to an object that the caller holds, which is returned. site is where
 * the program called from. */
FLATTEN_INLINE void *
retain(void *object, const void *site)
{
    hfi_object_check(object, site_now(site));
    if (unlikely(counts_with_care())) return hfi_retain_with_care(object, site_now(site));
    return retain_looking(object, false, site);
}

/* What a store into an edge does to the object before it writes the edge (docs/internals/word.md).
 * amount is WORD_RETAIN, or WORD_MOVE for a reference that the caller gives away. */
static inline void
bump(void *object, uint64_t amount, const void *site)
{
    hfi_object_check(object, site);
    if (unlikely(counts_with_care()) && is_contended(object)) {
        hfi_add_blindly(object, amount, site);
        return;
    }
    uint64_t *word = &header_of(object)->word;
    /* relaxed: as in retain; the ordering is word_bump's. */
    uint64_t seen = atomic_load_relaxed(word);
    if (unlikely(!word_takes_one_more(seen))) {
        hfi_bump_odd(object, amount, site);
        return;
    }
    yield_point(bump_seen);
    uint64_t before = word_bump(word, seen, amount);
    if (unlikely(before != seen)) hfi_add_met(object, before, amount, site);
}

/* The bump of a store that moves the caller's reference to object, which may be part of a cycle.
 * What the caller does when the edge is written: remember the candidate, with the word *bumped; or,
 * where the entry in the list is somebody else's, give back a reference, by which the collector
 * notices that something happened: it may have judged the object between bump and edge. */
enum hfi_move { MOVE_MADE_NOTHING, MOVE_MADE_A_CANDIDATE, MOVE_RETAINED };
enum hfi_move hfi_bump_moved(void *object, uint64_t *bumped, const void *site);

/* The long way of a release: something odd stands in the word. Returns whether it was the last. A
 * release without a site is that of a reference that lay in an object. */
bool hfi_release_odd(void *object, const void *site);

/* The same, and the death of the object if it was. A function of its own, so that a release can
 * end in a jump to it. */
APART void hfi_release_odd_and_die(void *object, const void *site);

/* One reference less, beginning with what was seen in the own word, odd or not. Returns whether it
 * was the last: the death is the caller's. */
bool hfi_release_seen(void *object, uint64_t *word, uint64_t seen, const void *site);

/* The subtraction returned `before`, which is not that of a plain word with others left. Returns
 * whether this release was the last. */
COLD bool hfi_release_last(void *object, uint64_t *word, uint64_t before, const void *site);

/* The same for a subtraction from the word without a look. */
COLD bool hfi_release_after_all(void *object, uint64_t *word, uint64_t before, const void *site);

/* The same for a subtraction by word_release, from the own word or the record's, that left the sign
 * there; and the death. */
COLD bool hfi_release_left_none(void *object, uint64_t *word, const void *site);
COLD void hfi_release_left_none_and_die(void *object, uint64_t *word, const void *site);

/* hfi_retain_met and hfi_release_left_none_and_die for code that HF_INLINE has made. */
HF_API void hf_retain_met_(void *object, uint64_t before);
HF_API void hf_release_left_none_(void *object, hf_word_ *word);

/* The word says DEAD, and its count is the pin: the object dies now, or when the death that runs on
 * this thread is over. Runs user code. Never allocates. */
void hfi_die(void *object);

/* What a release has done to the word, or found there. */
enum release {
    RELEASE_DONE,     /* others are left */
    RELEASE_LISTED,   /* others are left, and the object is to be remembered as a candidate */
    RELEASE_LAST,     /* the object is the caller's to end: DEAD, and its count is the pin */
    RELEASE_ODD,      /* nothing yet: something odd stands in the word */
    RELEASE_LEFT_NONE /* the subtraction left the sign in the own word, to everybody's surprise */
};

/* By the table, while nothing odd stands in the word, which was *seen; *next is what was left
 * there. For objects that may be part of a cycle. */
FLATTEN_INLINE enum release
release_linked(uint64_t *word, uint64_t *seen, uint64_t *next, bool is_alone)
{
    do {
        if (unlikely(!word_is_plain(*seen))) {
            *next = *seen;
            return RELEASE_ODD;
        }
        /* No choice by arithmetic: the exchange would have to wait for it. */
        *next = word_less_one(*seen);
        if (surely_not(word_has_one(*seen))) *next = *seen | WORD_DEAD;
        yield_point(release_decided);
        /* acq_rel inside: publishes this holder's writes; the last one sees all others'.
         * One step for the count and the flag: after the subtraction this thread owns nothing, and
         * a flag that was read earlier may have been set since (models/candidate_buffer). */
    } while (unlikely(!word_replace_as(word, seen, *next, is_alone)));
    yield_point(released);
    if (*seen & ~*next & WORD_ROOTABLE) return RELEASE_LISTED;
    return *next & WORD_DEAD ? RELEASE_LAST : RELEASE_DONE;
}

/* Whether the caller, who gives the one reference back to an object in whose word nothing odd was
 * seen, is its sole owner: nobody else has a reference to make another from, without a side record
 * there is no weak one to upgrade, and the object is in no list of candidates, from which the
 * collector would take it. So nobody writes this word, and no read-modify-write is needed: it says
 * DEAD then.
 * models/retain_release, twin SHORTCUT_WITH_SIDE; models/candidate_buffer. */
FLATTEN_INLINE bool
die_as_sole_owner(struct hfi_header *header, uint64_t seen, bool is_linked)
{
    if (is_linked && !(seen & WORD_ROOTABLE)) return false;
    /* relaxed: nobody reads it either, before the object is handed on. */
    atomic_store_relaxed(&header->word, seen | WORD_DEAD);
    yield_point(sole_owner_died);
    return true;
}

/* The short way of a release. *told is the word before, where it is odd, and after, where the
 * object is listed. */
FLATTEN_INLINE enum release
release_plainly(void *object, uint64_t *told, bool is_alone, const void *site)
{
    hfi_object_check(object, site_now(site));
    struct hfi_header *header = header_of(object);
    /* acquire: when the count is 1, this is the only reference, and what the former holders wrote
     * is seen in the death.
     * pairs with: word_release. */
    uint64_t seen = atomic_load_acquire(&header->word);
    uint64_t minus_one = anew(-WORD_COUNT_ONE), next = seen + minus_one;
    yield_point(release_seen);
    if (likely(word_is_left_to_others(next))) {
        object = anew(object);
        if (likely(!may_be_linked(header))) {
            uint64_t *word = &header_of(object)->word;
            bool left_none = word_release(word, next, minus_one, is_alone);
            yield_point(subtracted);
            return likely(!left_none) ? RELEASE_DONE : RELEASE_LEFT_NONE;
        }
        yield_point(release_decided);
        /* As in release_linked, for a word of which two things are known already. */
        if (likely(word_replace_as(&header_of(object)->word, &seen, next, is_alone))) {
            yield_point(released);
            return RELEASE_DONE;
        }
    } else if (seen & WORD_ODD) {
        *told = seen;
        return RELEASE_ODD;
    } else if (word_has_one(seen) && die_as_sole_owner(header, seen, may_be_linked(header))) {
        return RELEASE_LAST;
    }
    return release_linked(&header_of(anew(object))->word, &seen, told, is_alone);
}

/* Whether nothing odd is said in the own word, read with acquire, but that it is stale, and that
 * the object can be no part of a cycle (object/side_record.c). What else stands there is what was
 * copied: an object that is confined, or written down, is so from its birth. */
FLATTEN_INLINE bool
counts_beside(uint64_t own)
{
    return (own & (WORD_ODD | WORD_ROOTABLE)) == WORD_SIDE;
}

/* Without a look, like a contended word: an upgrade that came before has only just written it. In
 * the moment between a count of zero and DEAD another upgrade takes the object for dead.
 * models/upgrade_against_death, variant ZERO_THEN_DEAD.
 * Returns whether that was all: it was neither the last one nor that of an immortal object. */
FLATTEN_INLINE bool
leave_others(struct hfi_side_record *record)
{
    /* release inside. */
    bool left_none = word_release(&record->word, 0, -WORD_COUNT_ONE, false);
    yield_point(subtracted);
    return likely(!left_none);
}

/* Gives one reference back; returns whether it was the last, so that the object is the caller's to
 * end: its word says DEAD, and its count is the pin. */
APART bool hfi_release_is_last(void *object, const void *site);

/* Something odd stands in the own word. Which is most often that the object has a side record; so
 * that is settled here. */
FLATTEN_INLINE void
release_odd(void *object, uint64_t own, bool is_alone, const void *site)
{
    if (is_alone || !counts_beside(own)) {
        hfi_release_odd_and_die(object, site_now(site));
        return;
    }
    struct hfi_side_record *record = side_record_of_header(header_of(object));
    if (leave_others(record)) return;
    hfi_release_left_none_and_die(object, &record->word, site_now(site));
}

/* One strong reference less; the last one ends the object. */
FLATTEN_INLINE void
release_looking(void *object, bool is_alone, const void *site)
{
    uint64_t told;
    switch (release_plainly(object, &told, is_alone, site)) {
    case RELEASE_DONE:
        return;
    case RELEASE_LISTED:
        hfi_candidate_remember(object, told);
        return;
    case RELEASE_LAST:
        hfi_die(object);
        return;
    case RELEASE_ODD:
        release_odd(object, told, is_alone, site);
        return;
    case RELEASE_LEFT_NONE:
        hfi_release_left_none_and_die(object, &header_of(anew(object))->word, site_now(site));
        return;
    }
}

/* As hfi_retain_with_care. */
APART void hfi_release_with_care(void *object, const void *site);

/* One strong reference less, which the caller owned; the last one ends the object. Runs user code.
 * Never allocates. */
FLATTEN_INLINE void
release(void *object, const void *site)
{
    if (unlikely(counts_with_care())) hfi_release_with_care(object, site_now(site));
    else release_looking(object, false, site);
}

/* How many strong references there are, as hf_count. */
static inline size_t
strong_count(const void *object)
{
    /* relaxed: others may change it at once. */
    uint64_t word = atomic_load_relaxed(live_word_of(object));
    return word & WORD_IMMORTAL ? HF_IMMORTAL_COUNT : (size_t)word_count(word);
}

/* Takes the only reference to object away: the word says DEAD, and its count is the pin. Misuse if
 * there are others, with these words. */
void hfi_end(void *object, const char *misuse, const void *site);

#define HFI_STACK_OUTLIVED "object on the stack outlived its frame"

/* The steps of a death one by one, for those who end many objects together, whose words say DEAD
 * and are pinned. Run user code where they say so; what returns bool says true where nothing else
 * is said. */

/* Opens this thread's line of deaths: what dies from now on waits. No death may run here. */
void hfi_dying_begin(void);
/* Death notices: returns whether there were any. User code. */
bool hfi_dying_notify(void *object);
/* User code. */
bool hfi_dying_destroy(void *object);
/* Gives back what the object holds, or only what is not a member of the group, which is marked DEAD
 * and CLAIMED in its own word; the latter runs no user code, and leaves the counts of the members
 * alone. The former calls trace. */
bool hfi_dying_let_go(void *object);
bool hfi_dying_let_others_go(void *object);
/* User code. */
bool hfi_dying_free_buffers(void *object);
/* Gives the block back, unless somebody kept a reference: then the object is leaked and reported.
 * Returns whether it went. */
bool hfi_dying_bury(void *object);
/* The same without a look. */
bool hfi_dying_give_back(void *object);
/* The same for many of which one is like the next, so that the ledger hears of them together: a run
 * begins as zeros, and is over with its last call. word is the object's, as it dies. */
struct hfi_dying_run {
    uintptr_t meta;
    struct hfi_books *books; /* if the death of such objects is short; else NULL */
    uint64_t count;          /* of which the ledger has not heard */
};
void hfi_dying_give_back_in_run(struct hfi_dying_run *run, void *object, uint64_t word);
void hfi_dying_end_run(struct hfi_dying_run *run);
/* Whoever died of it dies now. User code. Dead candidates wait in their lists, which the caller
 * will go through, or else ask for candidates_after_death. */
void hfi_dying_end(void);

/* A dead object is kept for ever: no list needs it any more. */
void hfi_dying_leak(void *object);

/* Ends an object at once, even inside another death: its frame is about to go, or it was never
 * whole. Without destroy for the latter. The word as for hfi_die. What dies of it waits for the
 * death that runs, if one does. */
void hfi_die_in_place(void *object, bool with_destroy);

#endif
