/* SPDX-License-Identifier: MIT
 *
 * One trial: takes candidates, and puts them through the phases.
 * Knows all phases and their order; what becomes of candidates that live or stay open. A candidate
 * belongs to this trial from the moment it is taken out of a queue until it is ended, dropped, or
 * put back. The lock is held from the first to the last of that, and while limbo is open. */
#include "collector/round.h"

enum {
    VERDICTS_AT_MOST = 4, /* in one trial, when somebody comes in between */
    EDGES_FOR_AN_OBJECT = 8
};

static struct reach
reach_of(const struct round *round, unsigned level)
{
    if (level == LAST_LEVEL) return (struct reach){UINT64_MAX, UINT64_MAX};
    bool is_nearby = !level && !round->what->is_full;
    uint64_t objects = is_nearby ? reach_nearby(round->candidates) : reach_at(level);
    return (struct reach){objects, objects * EDGES_FOR_AN_OBJECT};
}

/* Back into a queue. */
static void
postpone(struct round *round, void *object, unsigned level)
{
    /* relaxed: for the note. */
    uint64_t word = atomic_load_relaxed(live_word_of(object));
    hfi_candidate_queue_put(&round->candidates->level[level], object, word);
    figures_add(&hfi_figures.postponed, 1);
}

/* Takes the next candidate of the level. Returns whether it is worth a walk; else it is buried or
 * put back. */
static inline bool
take_next(struct round *round, unsigned level, struct taken *taken)
{
    uint64_t note;
    taken->object = candidate_queue_take(&round->candidates->level[level], &note);
    yield_point(candidate_taken);
    taken->word = candidate_word(taken->object);
    if (candidate_bury(taken->object, taken->word)) {
        round->candidates->unburied--;
        return false;
    }
    bool is_hot = !round->what->is_full && candidate_has_moved(note, taken->word);
    if (likely(!(taken->word & WORD_DEAD) && !is_hot)) return true;
    postpone(round, taken->object, level);
    return false;
}

/* Small garbage is ended when its candidate is taken, without a trial, as long as there mostly is
 * some: what is looked at in vain is not counted, so it must be little. */
struct small_ends {
    struct hfi_dying_run run;
    size_t reach; /* objects */
    size_t ended;
    unsigned luck;
};

enum { LUCK_AT_MOST = 8 };

static struct small_ends
small_ends_of(const struct round *round, unsigned level)
{
    bool is_possible = !level && !round->confined && round->trial.is_alone;
    return (struct small_ends){.reach = (size_t)reach_of(round, level).objects,
                               .luck = is_possible ? LUCK_AT_MOST : 0};
}

/* Returns whether the candidate was garbage of that kind. */
static inline bool
end_small(struct small_ends *small, const struct taken *taken)
{
    if (!small->luck) return false;
    size_t ended = hfi_end_small(taken->object, small->reach, &small->run);
    small->ended += ended;
    if (!ended) small->luck--;
    else if (small->luck < LUCK_AT_MOST) small->luck++;
    return ended;
}

static void
count_small(struct round *round, struct small_ends *small)
{
    hfi_dying_end_run(&small->run);
    round->trial.looked_at += (uint32_t)small->ended;
    round->reclaimed += small->ended;
    figures_add(&hfi_figures.reclaimed, small->ended);
}

/* Takes so many candidates of the level that are worth a walk, or looks through those that are
 * `left`, which counts down. Those that die as small garbage are among the many. */
static void
take_some(struct round *round, unsigned level, size_t *left, uint64_t most)
{
    struct small_ends small = small_ends_of(round, level);
    unsigned count = 0, tried = 0, wanted = most < TAKEN_AT_MOST ? (unsigned)most : TAKEN_AT_MOST;
    for (; *left && tried < wanted; --*left) {
        struct taken *taken = &round->taken[count];
        if (!take_next(round, level, taken)) continue;
        tried++;
        if (end_small(&small, taken)) continue;
        trial_prefetch(&round->trial, taken->object);
        count++;
    }
    count_small(round, &small);
    round->taken_count = count;
    figures_add(&hfi_figures.tried, tried);
}

static void
walk_a_little(struct round *round, unsigned level)
{
    for (unsigned i = 0; i < round->taken_count; i++) {
        struct taken *taken = &round->taken[i];
        taken->member = hfi_propose_from(&round->trial, taken->object, reach_of(round, level));
    }
}

/* All of them into one trial, and then everything that they reach, once. */
static void
walk_everything(struct round *round, size_t *left)
{
    struct trial *trial = &round->trial;
    size_t untaken = *left;
    uint64_t tried = 0;
    hfi_trial_expect(trial, untaken);
    for (; untaken && !trial->lacks_memory; untaken--) {
        struct taken taken;
        if (!take_next(round, LAST_LEVEL, &taken)) continue;
        tried++;
        if (propose_enter(trial, taken.object, taken.word)) continue;
        postpone(round, taken.object, LAST_LEVEL);
    }
    *left = untaken;
    figures_add(&hfi_figures.tried, tried);
    hfi_propose_all(trial);
}

/* It lives, and all that it reaches was seen: it is no candidate any more. From exactly the word
 * that was read before any edge: otherwise a release would be lost, or a store whose edge was read
 * too early. Returns whether nobody came in between.
 * acq_rel, in word_replace: whoever clears the flag next comes after this.
 * models/candidate_buffer, twin DROP_BLINDLY. */
static bool
drop(struct round *round, void *object, uint64_t word)
{
    uint64_t seen = word;
    yield_point(drop);
    if (!word_replace(live_word_of(object), &seen, word | WORD_ROOTABLE)) return false;
    figures_add(&hfi_figures.dropped, 1);
    round->dropped++;
    return true;
}

/* What becomes of a candidate that this trial took out of its list, unless it is ended. word is
 * what was read first. */
static void
settle(struct round *round, struct member *member, uint64_t word, unsigned level)
{
    unsigned next = level;
    if (!round->trial.lacks_memory && !member_is_garbage(member)) {
        bool is_judged = (member->tally & MEMBER_WALKED) && member->word == word;
        if (member->tally & MEMBER_OPEN) next = round->rise_to;
        else if (is_judged && drop(round, member->object, word)) return;
    }
    postpone(round, member->object, next);
}

static void
settle_taken(struct round *round, unsigned level, bool is_ended)
{
    if (is_ended && round->trial.garbage == round->trial.count) return;
    for (unsigned i = 0; i < round->taken_count; i++) {
        const struct taken *taken = &round->taken[i];
        struct member *member = &round->trial.members[taken->member];
        if (taken->member == MEMBER_NONE) postpone(round, taken->object, level);
        else if (!is_ended || !member_is_garbage(member)) settle(round, member, taken->word, level);
    }
}

static void
settle_entered(struct round *round, bool is_ended)
{
    for (uint32_t i = 0; i < round->trial.count; i++) {
        struct member *member = &round->trial.members[i];
        if (!(member->tally & MEMBER_TAKEN) || (is_ended && member_is_garbage(member))) continue;
        settle(round, member, member->word, LAST_LEVEL);
    }
}

/* Returns whether there is garbage, and it is this thread's. */
static bool
decide(struct round *round)
{
    struct trial *trial = &round->trial;
    if (trial->lacks_memory || !hfi_propose(trial)) return false;
    if (trial->has_queue) {
        round->group = hfi_group_new(trial);
        trial->lacks_memory = !round->group;
        if (trial->lacks_memory) return false;
    }
    if (trial->is_alone) return hfi_claim_alone(trial);
    for (int i = 0; i < VERDICTS_AT_MOST; i++) {
        if (!hfi_verify(trial)) return false;
        if (hfi_claim(trial)) return true;
        figures_add(&hfi_figures.aborted, 1);
    }
    return false;
}

/* Counts the trial, and ends the garbage if there is any. The caller holds no lock. */
static void
end_trial(struct round *round, bool has_garbage)
{
    struct trial *trial = &round->trial;
    yield_point(trial_ends);
    round->walked += trial->looked_at;
    figures_add(&hfi_figures.walked, trial->looked_at);
    if (trial->lacks_memory) figures_add(&hfi_figures.gave_up, 1);
    if (trial->faulty) hfi_report_fault(trial->faulty);
    if (has_garbage && !(round->group && hfi_group_wait(round->group, trial))) {
        round->reclaimed += hfi_finalize(trial);
    } else if (has_garbage) {
        round->group = NULL;
    }
    hfi_group_free(round->group);
    round->group = NULL;
    hfi_trial_clear(trial);
}

/* Where candidates go that this trial left open. A full collection doesn't walk once more over what
 * it has just walked, to get hardly further. */
static unsigned
level_after(const struct round *round, unsigned level)
{
    do {
        if (level == LAST_LEVEL) return level;
        level++;
    } while (round->what->is_full && reach_at(level) <= round->trial.count);
    return level;
}

/* From the first look at a candidate until each is ended, dropped or put back. Returns whether
 * there is garbage, which is this thread's. */
static bool
try_locked(struct round *round, unsigned level, size_t *left, uint64_t most)
{
    bool is_last = level == LAST_LEVEL;
    if (is_last) {
        walk_everything(round, left);
    } else {
        take_some(round, level, left, most);
        walk_a_little(round, level);
    }
    yield_point(proposed);
    round->rise_to = level_after(round, level);
    bool has_garbage = decide(round);
    yield_point(decided);
    hfi_trial_unmark(&round->trial, !has_garbage);
    if (is_last) settle_entered(round, has_garbage);
    else settle_taken(round, level, has_garbage);
    return has_garbage;
}

bool
hfi_round_try(struct round *round, unsigned level, size_t *left, uint64_t most)
{
    yield_point(trial);
    round_lock(round);
    bool is_shared = !is_alone(round);
    hfi_trial_set_alone(&round->trial, !is_shared);
    if (is_shared) hfi_limbo_open();
    uint64_t begin = hfi_now();
    probe_2(trial_begins, level, *left);
    size_t there = round->candidates->level[level].count;
    if (*left > there) *left = there;
    bool has_garbage = try_locked(round, level, left, most);
    if (is_shared) hfi_limbo_close();
    round_unlock(round);
    hfi_figures_note_time(hfi_now() - begin);
    probe_2(trial_ends, level, has_garbage);
    bool lacked_memory = round->trial.lacks_memory;
    end_trial(round, has_garbage);
    return *left && !lacked_memory;
}
