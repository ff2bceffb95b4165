/* SPDX-License-Identifier: MIT
 *
 * The members, how they are found, and what the living among them reach.
 * Knows objects only through their edges. Without memory the trial is void, which is the callers'
 * to notice. */
#include "collector/trial.h"

#include <string.h>

#include "collector/stream.h"

/* The first slots from the kernel; and how many are kept for the next trial of a round. */
enum { FIRST_SLOTS = 4096, KEPT_SLOTS = 16384 };

static size_t
slots_bytes(const struct trial *trial)
{
    return (trial->slot_mask + (size_t)1) * sizeof *trial->slots;
}

static size_t
members_bytes(const struct trial *trial)
{
    return trial->capacity * sizeof *trial->members;
}

static bool
has_few(const struct trial *trial)
{
    return trial->members == trial->few_members;
}

/* Points to the trial's own room for a few. */
static void
make_do(struct trial *trial)
{
    trial->members = trial->few_members;
    trial->capacity = FEW_MEMBERS;
    trial->slots = trial->few_slots;
    trial->slot_mask = FEW_SLOTS - 1;
}

void
hfi_trial_begin(struct trial *trial, bool is_quiescent, uint64_t confined)
{
    trial->is_quiescent = is_quiescent;
    trial->confined = confined;
    trial->is_alone = trial->marks_words = false;
    make_do(trial);
    hfi_trial_clear(trial);
}

void
hfi_trial_end(struct trial *trial)
{
    if (has_few(trial)) return;
    hfi_scratch_free(trial->members, members_bytes(trial));
    hfi_scratch_free(trial->slots, slots_bytes(trial));
}

void
hfi_trial_clear(struct trial *trial)
{
    if (trial->slot_mask >= KEPT_SLOTS) {
        hfi_trial_end(trial);
        make_do(trial);
    }
    if (!trial->marks_words) memset(trial->slots, 0, slots_bytes(trial));
    trial->count = trial->garbage = trial->looked_at = 0;
    trial->lacks_memory = trial->runs_code = trial->has_queue = false;
    trial->holds_others = trial->is_quiet = false;
    trial->faulty = NULL;
}

/* Enters all members into the slots, which are free. */
static void
fill_slots(struct trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        const void *object = trial->members[i].object;
        *trial_search(trial, object) = (i + 1) | tag_of(trial, object);
    }
}

/* Members for three of four slots, with those that there are; NULL without memory. */
static struct member *
more_members(const struct trial *trial, size_t capacity)
{
    size_t bytes = capacity * sizeof *trial->members;
    if (!has_few(trial)) return hfi_scratch_grow(trial->members, members_bytes(trial), bytes);
    struct member *members = hfi_scratch_new(bytes);
    return members ? memcpy(members, trial->few_members, sizeof trial->few_members) : NULL;
}

/* Returns whether there is memory for so many slots, a power of two, and their members; for the
 * members alone, as long as those are numbered in their words. */
static bool
resize(struct trial *trial, size_t slot_count)
{
    size_t capacity = slot_count / 4 * 3;
    uint32_t *slots = NULL;
    if (capacity >= MEMBERS_MAX) return false;
    if (!trial->marks_words && !(slots = hfi_scratch_new(slot_count * sizeof *slots))) return false;
    struct member *members = more_members(trial, capacity);
    if (!members) {
        hfi_scratch_free(slots, slot_count * sizeof *slots);
        return false;
    }
    /* Before the new ones take memory: they are filled from the members. */
    if (!has_few(trial)) hfi_scratch_free(trial->slots, slots_bytes(trial));
    trial->members = members;
    trial->slots = slots;
    trial->slot_mask = (uint32_t)(slot_count - 1);
    trial->capacity = (uint32_t)capacity;
    if (!slots) return true;
    hfi_scratch_populate(slots, slot_count * sizeof *slots);
    fill_slots(trial);
    return true;
}

bool
hfi_trial_grow(struct trial *trial)
{
    size_t slot_count = has_few(trial) ? FIRST_SLOTS : (trial->slot_mask + (size_t)1) * 2;
    if (resize(trial, slot_count)) return true;
    trial->lacks_memory = true;
    return false;
}

void
hfi_trial_expect(struct trial *trial, size_t count)
{
    size_t slot_count = FIRST_SLOTS;
    if (count <= trial->capacity) return;
    while (slot_count / 4 * 3 < count && slot_count <= MEMBERS_MAX) slot_count *= 2;
    (void)resize(trial, slot_count);
}

/* ---- words ---- */

void
hfi_trial_set_alone(struct trial *trial, bool is_alone)
{
    if (!is_alone && !trial->slots) {
        hfi_trial_end(trial);
        make_do(trial);
    }
    if (!is_alone && trial->marks_words) memset(trial->slots, 0, slots_bytes(trial));
    trial->marks_words = trial->is_alone = is_alone;
}

/* What stood in the word before its member was numbered; the count may be another now. */
static void
unmark(const struct member *member)
{
    uint64_t *live = live_word_of(member->object), marks = WORD_VERSION_MASK | WORD_CLAIMED;
    /* relaxed, twice: one thread only. */
    uint64_t word = atomic_load_relaxed(live);
    atomic_store_relaxed(live, (word & ~marks) | (member->word & marks));
}

void
hfi_trial_unmark(struct trial *trial, bool is_spared)
{
    if (!trial->marks_words || (!is_spared && trial->garbage == trial->count)) return;
    for (uint32_t i = 0; i < trial->count; i++) {
        const struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (is_spared || !member_is_garbage(member)) unmark(member);
    }
}

bool
hfi_trial_index(struct trial *trial)
{
    size_t bytes = slots_bytes(trial);
    if (!trial->slots) trial->slots = hfi_scratch_new(bytes);
    else memset(trial->slots, 0, bytes);
    trial->lacks_memory = !trial->slots;
    if (trial->lacks_memory) return false;
    hfi_trial_unmark(trial, true);
    fill_slots(trial);
    trial->marks_words = false;
    return true;
}

/* ---- what lives ---- */

/* A member that lives waits for the sweep to come to it; no number of a member. */
enum { WAITS = MEMBERS_MAX };

/* With so many members a sweep is worth while. */
enum { MANY = 1024 };

struct spreading {
    struct stream targets; /* first, so that it leads to the rest */
    uint32_t at;           /* the member to which the sweep has come */
    uint32_t found;        /* list of those that were found to live, and that no sweep comes to */
};

FLATTEN_INLINE void
spread_to(struct stream *stream, void *target)
{
    struct spreading *spreading = (struct spreading *)stream;
    struct trial *trial = stream->trial;
    struct member *member = trial_find(trial, target);
    if (!member || !member_is_garbage(member)) return;
    uint32_t number = member_lives(trial, member, spreading->found);
    if (number > spreading->at) member_set_references(member, WAITS);
    else spreading->found = number;
}

static void
spread_along(void *context, void *target)
{
    struct spreading *spreading = context;
    stream_put(&spreading->targets, target, spread_to);
}

static void
spread_from(struct spreading *spreading, const struct member *member)
{
    yield_point(spread);
    edges_walk(member->object, meta_of(member->object), spread_along, spreading);
}

/* The walk has numbered the members from near to far, so most edges lead onwards: one pass in that
 * order finds most of what lives. */
static void
sweep_onwards(struct spreading *spreading, uint32_t first)
{
    struct trial *trial = spreading->targets.trial;
    while (first != MEMBER_NONE) {
        struct member *member = &trial->members[first];
        first = member_references(member);
        member_set_references(member, WAITS);
    }
    for (uint32_t i = 0; i < trial->count && trial->garbage; i++) {
        struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (!(member->tally & MEMBER_LIVE) || member_references(member) != WAITS) continue;
        spreading->at = i;
        member_set_references(member, 0);
        spread_from(spreading, member);
    }
    spreading->at = trial->count;
    stream_end(&spreading->targets, spread_to);
}

void
hfi_trial_spread(struct trial *trial, uint32_t first)
{
    struct spreading spreading = {.at = trial->count, .found = first};
    stream_begin(&spreading.targets, trial);
    if (first != MEMBER_NONE && trial->garbage > MANY) {
        spreading.found = MEMBER_NONE;
        sweep_onwards(&spreading, first);
    }
    while (spreading.found != MEMBER_NONE && trial->garbage) {
        const struct member *member = &trial->members[spreading.found];
        spreading.found = member_references(member);
        spread_from(&spreading, member);
        if (spreading.found == MEMBER_NONE) stream_end(&spreading.targets, spread_to);
    }
}
