/* SPDX-License-Identifier: MIT
 *
 * The conductor: which candidates are tried, when, and how far.
 * Knows rounds and trials, and what they cost.
 *
 * A candidate begins at level 0, where a walk from it reaches 64 objects, or as few as two while
 * such walks lead nowhere. If that leaves the question open it rises by a level, where the walk
 * reaches eight times as far as 64. A step gives each
 * level credit in proportion to the candidates that came, so that the work for a candidate is
 * bounded however large its surroundings; trials that lead nowhere make the next of their level
 * dearer, until one pays. Steps without new candidates give more each time, so that everything gets
 * its turn. What is ended pays its walk back. */
#include "collector/collector.h"

#include "collector/round.h"
#include "handle/handle.h"
#include "ledger/ledger.h"

enum {
    SWEEPS_UNQUESTIONED = 64,
    VAIN_OBJECTS = 1024,
    /* Objects walked for one that ended or one candidate that was dropped. */
    WORTH_IT_FOR_ONE = 2,
    VAIN_FOR_ONE = 4,
    FAILURES_AT_MOST = 10,
    DEARER_BY_LEVEL = 3
};

/* What walks have cost and brought. */
struct yield {
    uint64_t walked, gained;
};

static bool
is_exhausted(const struct round *round)
{
    const struct hfi_collection *what = round->what;
    if (what->is_full) return false;
    if (round->walked >= what->objects) return true;
    /* One trial is always made: on a slow machine, no time would be enough otherwise. */
    return round->walked && what->deadline != UINT64_MAX && hfi_now() >= what->deadline;
}

static size_t
count_of(struct round *round, unsigned level)
{
    round_lock(round);
    size_t count = round->candidates->level[level].count;
    round_unlock(round);
    return count;
}

static struct yield
yield_of(const struct round *round)
{
    return (struct yield){round->walked, round->reclaimed + round->dropped};
}

static struct yield
yield_since(const struct round *round, const struct yield *before)
{
    struct yield now = yield_of(round);
    return (struct yield){now.walked - before->walked, now.gained - before->gained};
}

/* Whether the walks led nowhere. */
static bool
is_in_vain(const struct yield *yield)
{
    return yield->walked > VAIN_FOR_ONE * yield->gained;
}

/* Moves all candidates of a level to a higher one. */
static void
raise_to(struct round *round, unsigned level, unsigned higher)
{
    if (level == higher) return;
    round_lock(round);
    struct hfi_candidate_queue *queues = round->candidates->level;
    hfi_candidate_queue_splice(&queues[higher], &queues[level]);
    round_unlock(round);
}

/* The candidates of one level, as many as there are now. If their walks lead nowhere, they lie in
 * something larger, and each walks over what the others have walked. */
static void
sweep_level(struct round *round, unsigned level)
{
    struct yield before = yield_of(round);
    size_t left = count_of(round, level);
    while (left && hfi_round_try(round, level, &left, UINT64_MAX)) {
        struct yield yield = yield_since(round, &before);
        bool goes_on = yield.walked <= VAIN_OBJECTS || !is_in_vain(&yield);
        if (level == LAST_LEVEL || goes_on) continue;
        /* To where one walk is for all. */
        for (; level < LAST_LEVEL; level++) raise_to(round, level, LAST_LEVEL);
        return;
    }
}

/* Each level once, from near to far. */
static void
sweep(struct round *round)
{
    for (unsigned level = 0; level <= LAST_LEVEL; level++) sweep_level(round, level);
}

static uint64_t
objects_there(void)
{
    uint64_t count = 0;
    for (struct hfi_books *books = hfi_types(); books; books = books->next) {
        struct hfi_row sum = hfi_ledger_sum(books);
        count += sum.born - sum.died;
    }
    return count;
}

/* Whether this should end though the last sweep brought something. What died here made candidates
 * on this thread, and may make new objects that are garbage at once, for ever. Alone it may end no
 * more than there was; among threads that go on, what they make anew is for the next time. */
static bool
is_enough(const struct round *round, unsigned sweeps, uint64_t *most)
{
    if (sweeps < SWEEPS_UNQUESTIONED) return false;
    if (sweeps == SWEEPS_UNQUESTIONED) *most = round->reclaimed + objects_there();
    return !is_alone(round) || round->reclaimed > *most;
}

/* Until nothing more dies of it: garbage behind an object that no walk follows, or behind a
 * confined one, shows only after that object died. */
static void
collect_all(struct round *round)
{
    size_t before;
    uint64_t most = 0;
    unsigned sweeps = 0;
    do {
        before = round->reclaimed;
        round_lock(round);
        if (!round->confined) hfi_candidates_gather_own(round->candidates);
        round_unlock(round);
        sweep(round);
    } while (round->reclaimed != before && !is_enough(round, ++sweeps, &most));
}

/* ---- steps ---- */

/* By how many doublings walks of the level are dearer than their objects: as many as trials of this
 * or a nearer level have led nowhere, up to three for each level. So walks in a large living graph
 * soon cost next to nothing for each new candidate, the less the wider they would be. */
static unsigned
dearness_of(const struct hfi_candidates *candidates, unsigned level)
{
    unsigned dearness = 0, most = 3 + DEARER_BY_LEVEL * level;
    for (unsigned i = 0; i <= level; i++) {
        if (candidates->failures[i] > dearness) dearness = candidates->failures[i];
    }
    return dearness < most ? dearness : most;
}

/* What a trial of the level costs at most, for one candidate, and what it must have been given
 * before it begins. */
static int64_t
price_of(const struct hfi_candidates *candidates, unsigned level)
{
    return (int64_t)(reach_at(level) << dearness_of(candidates, level));
}

/* The new candidates pay for walks at each level. A step that has nothing to do at level 0 pays in
 * full, and the more of them come in a row. Nothing is saved for more than one trial. */
static void
give_credit(struct hfi_candidates *candidates, size_t arrived)
{
    candidates->idle_steps = candidates->level[0].count ? 0 : candidates->idle_steps + 1;
    for (unsigned level = 1; level <= LAST_LEVEL; level++) {
        int64_t most = price_of(candidates, level);
        int64_t idle = (int64_t)candidates->idle_steps << dearness_of(candidates, level);
        candidates->credit[level] += REACH_AT_LEAST * ((int64_t)arrived + idle);
        if (candidates->credit[level] > most) candidates->credit[level] = most;
    }
}

/* The new candidates, some of which were gathered before. Returns how many there are at level 0. */
static size_t
take_in(struct round *round, size_t arrived)
{
    round_lock(round);
    struct hfi_candidate_queue *nearest = &round->candidates->level[0];
    if (round->confined) arrived = nearest->count;
    else arrived += hfi_candidates_gather(round->candidates);
    size_t count = nearest->count;
    give_credit(round->candidates, arrived);
    round_unlock(round);
    return count;
}

/* What so many walks of the level have cost and brought. Garbage that shorter walks find says
 * nothing for longer ones: otherwise many dead pairs would make each walk among the living as long
 * as walks can be. What is found farther off says that those nearby are too short. */
static void
learn(struct hfi_candidates *candidates, unsigned level, size_t walks, const struct yield *yield)
{
    unsigned *failures = &candidates->failures[level];
    if (is_in_vain(yield)) {
        if (*failures < FAILURES_AT_MOST) ++*failures;
    } else if (!yield->walked || (!level && yield->gained < walks * reach_nearby(candidates))) {
        return;
    } else if (yield->walked <= WORTH_IT_FOR_ONE * yield->gained) {
        *failures = candidates->failures[0] = 0;
    } else {
        *failures -= *failures > 0;
    }
}

/* Counts what so many walks of the level have cost and brought since. Returns whether they were
 * worth it. */
static bool
account(struct round *round, unsigned level, size_t walks, const struct yield *before)
{
    struct yield yield = yield_since(round, before);
    round_lock(round);
    struct hfi_candidates *candidates = round->candidates;
    if (yield.walked > yield.gained) {
        int64_t vain = (int64_t)(yield.walked - yield.gained);
        candidates->credit[level] -= vain << dearness_of(candidates, level);
    }
    learn(candidates, level, walks, &yield);
    round_unlock(round);
    return !is_in_vain(&yield);
}

/* Trials of a level above 0, if they have the credit: one candidate, and more as long as that pays
 * for itself. When it doesn't, the others rise with it: most often they are part of the same. */
static void
spend_credit(struct round *round, unsigned level)
{
    bool goes_on = true;
    while (goes_on && !is_exhausted(round)) {
        round_lock(round);
        const struct hfi_candidates *candidates = round->candidates;
        size_t left = candidates->level[level].count;
        bool is_affordable = left && candidates->credit[level] >= price_of(candidates, level);
        round_unlock(round);
        if (!is_affordable) return;
        struct yield before = yield_of(round);
        hfi_round_try(round, level, &left, 1);
        goes_on = account(round, level, 1, &before);
        if (!goes_on) raise_to(round, level, level + 1 < LAST_LEVEL ? level + 1 : LAST_LEVEL);
    }
}

/* The candidates of level 0, as far as the budget goes. */
static void
spend_budget(struct round *round, size_t candidates)
{
    struct yield before = yield_of(round);
    size_t left = candidates;
    if (!left) return;
    while (!is_exhausted(round)) {
        uint64_t most = round->what->objects - round->walked;
        if (!hfi_round_try(round, 0, &left, most)) break;
    }
    account(round, 0, candidates - left, &before);
}

static void
collect_some(struct round *round, size_t arrived)
{
    spend_budget(round, take_in(round, arrived));
    for (unsigned level = 1; level <= LAST_LEVEL; level++) spend_credit(round, level);
}

static size_t
run_round(const struct hfi_collection *what, uint64_t confined, size_t arrived)
{
    /* Not by an initializer, which would clear the trial's room, too. */
    struct round round;
    round.what = what;
    round.candidates = hfi_candidates_confined();
    round.confined = confined;
    round.group = NULL;
    round.walked = round.dropped = round.reclaimed = 0;
    hfi_trial_begin(&round.trial, what->is_quiescent, confined);
    if (what->is_full) collect_all(&round);
    else collect_some(&round, arrived);
    hfi_trial_end(&round.trial);
    return round.reclaimed;
}

THREAD_LOCAL bool hfi_collect_is_barred;

/* Whether there are shared candidates; those that another thread is just going through included.
 * *arrived is how many are new. */
static bool
has_candidates(size_t *arrived)
{
    struct hfi_candidates *candidates = hfi_candidates_lock();
    *arrived = hfi_candidates_gather(candidates);
    size_t count = 0;
    for (unsigned level = 0; level <= LAST_LEVEL; level++) count += candidates->level[level].count;
    hfi_candidates_unlock();
    return count;
}

size_t
hfi_collect(const struct hfi_collection *what)
{
    if (hfi_death_runs || hfi_collect_is_barred) return 0;
    /* A reference that waits holds its object from outside. */
    hfi_slots_settle();
    size_t arrived;
    bool has_shared = has_candidates(&arrived);
    if (!has_shared && !thread_tag()) return 0;
    figures_add(&hfi_figures.steps, 1);
    size_t reclaimed = 0;
    if (thread_tag()) reclaimed += run_round(what, thread_tag(), 0);
    if (has_shared || reclaimed) reclaimed += run_round(what, 0, arrived);
    candidates_after_death();
    return reclaimed;
}
