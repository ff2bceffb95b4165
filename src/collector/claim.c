/* SPDX-License-Identifier: MIT
 *
 * Take all members or none.
 * Knows the trial and the claim's cell. A member without a side record needs no claim: garbage that
 * nobody can reach stays garbage, so a last look at its word is enough, and nothing is written
 * before the whole is decided. One with a record may be upgraded at any moment: CLAIMED in its word
 * makes the upgrade look at the cell, where one exchange decides for all of them.
 * Argument: docs/internals/collector.md, C.1 to C.4; models/upgrade_against_claim. */
#include "collector/stream.h"

static uint64_t *
record_word_of(const struct member *member)
{
    uint64_t *word = live_word_of(member->object);
    return word == &header_of(member->object)->word ? NULL : word;
}

/* A member that this claim has claimed: its word as it is since then. A record that is made later
 * does not make it one. */
static inline bool
is_claimed(const struct member *member)
{
    return member->word & WORD_CLAIMED;
}

/* Sets CLAIMED in the words of all members with a record. Returns the first in whose way somebody
 * came, or MEMBER_NONE. */
static uint32_t
claim_records(struct trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        uint64_t *word = member_is_garbage(member) ? record_word_of(member) : NULL;
        if (!word) continue;
        uint64_t seen = member->word;
        yield_point(claim_member);
        /* acq_rel: the round that began is seen by whoever sees CLAIMED, and the member is as it
         * was verified. pairs with: the acquire load in hf_upgrade_. */
        if (!atomic_replace_acq_rel(word, &seen, member->word | WORD_CLAIMED)) return i;
        member->word |= WORD_CLAIMED;
    }
    return MEMBER_NONE;
}

/* Returns the list of those whose word has changed since it was verified. One that got its record
 * since the claims went by is among them: SIDE is in its word. */
static uint32_t
look_at_the_others(struct trial *trial)
{
    uint32_t first = MEMBER_NONE;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (!member_is_garbage(member) || is_claimed(member)) continue;
        yield_point(look_again);
        /* acquire: the last look of the proof; pairs with the release of every bump. */
        uint64_t word = atomic_load_acquire(&header_of(member->object)->word);
        if (word != member->word) first = member_lives(trial, member, first);
    }
    return first;
}

/* Takes CLAIMED back; returns the list, longer by those that somebody came to meanwhile. */
static uint32_t
take_back(struct trial *trial, uint32_t first)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (!member_is_garbage(member) || !is_claimed(member)) continue;
        yield_point(claim_taken_back);
        /* acq_rel: a claim that came back to the same word would let an old upgrade in, so the
         * version moves. pairs with: the exchange in hf_upgrade_. */
        uint64_t *word = live_word_of(member->object);
        uint64_t before = atomic_add_acq_rel(word, WORD_VERSION_ONE - WORD_CLAIMED);
        word_make_room(word, before);
        if (before != member->word) first = member_lives(trial, member, first);
    }
    return first;
}

/* What the death of the object will have to do. */
static inline void
foresee(struct trial *trial, const void *object, bool has_record)
{
    const struct hfi_books *books = books_of(type_of(object));
    /* With a record there may be notices. */
    trial->runs_code |= has_record || (books->steps & ~(unsigned)STEP_LET_GO);
    trial->holds_others |= books->holds_unwalked;
}

static inline void
mark_member(struct trial *trial, const struct member *member)
{
    uint64_t *own = &header_of(member->object)->word;
    uint64_t *word = record_word_of(member);
    yield_point(mark_member);
    /* relaxed: nobody else reaches the word, but who frees the block of a candidate, later on. The
     * own word is marked beside a record's, for life/together.c to tell members from others. */
    if (word) {
        atomic_store_relaxed(own, atomic_load_relaxed(own) | WORD_DEAD | WORD_CLAIMED);
        /* release: an upgrade that finds DEAD comes after the claim. pairs with: the acquire load
         * in hf_upgrade_. */
        atomic_store_release(word, member_dying_word(member));
    } else {
        atomic_store_relaxed(own, member_dying_word(member));
    }
    foresee(trial, member->object, word);
}

/* The garbage is this thread's: dead and pinned in one step, before anything else. Returns whether
 * there is any. */
static bool
mark_dead(struct trial *trial)
{
    bool any = false;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (member_is_garbage(member)) mark_member(trial, member);
        else trial->holds_others = true;
        any |= member_is_garbage(member);
    }
    return any;
}

bool
hfi_claim(struct trial *trial)
{
    hfi_claim_begin();
    uint32_t in_the_way = claim_records(trial);
    yield_point(claimed);
    uint32_t first = MEMBER_NONE;
    if (in_the_way == MEMBER_NONE) {
        first = look_at_the_others(trial);
        if (first == MEMBER_NONE && hfi_claim_commit()) return mark_dead(trial);
    }
    yield_point(claim_fails);
    hfi_claim_abort();
    if (in_the_way != MEMBER_NONE) {
        first = member_lives(trial, &trial->members[in_the_way], first);
    }
    hfi_trial_spread(trial, take_back(trial, first));
    return false;
}

/* What is known of the walked may be too much for the garbage, never too little. Garbage that
 * leaves nothing to be done but to free it is passed over once more only, when it is freed. */
bool
hfi_claim_alone(struct trial *trial)
{
    trial->holds_others |= trial->garbage < trial->count;
    trial->is_quiet = !trial->runs_code && !trial->holds_others;
    if (trial->is_quiet) return true;
    /* The program's code may start threads; and what it hands out is looked for afterwards. */
    if (trial->runs_code && trial->marks_words && !hfi_trial_index(trial)) return false;
    return mark_dead(trial);
}
