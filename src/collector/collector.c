/* SPDX-License-Identifier: MIT
 *
 * The conductor: which candidates are tried, how far, and the order of the phases.
 * Knows all phases.
 *
 * A candidate begins at level 0, where a walk from it reaches 64 objects. If that leaves the
 * question open it rises by a level, where the walk reaches eight times as far. A step gives each
 * level a credit in proportion to the candidates that came, so that the work for a candidate is
 * bounded however large its surroundings; steps without new candidates give twice as much each
 * time, so that everything gets its turn. What is ended pays its walk back. */
#include "collector/collector.h"

#include "collector/figures.h"
#include "collector/trial.h"

enum {
    REACH_AT_LEAST = 64,
    EDGES_FOR_AN_OBJECT = 8,
    WIDER_BY = 8,
    LAST_LEVEL = CANDIDATE_LEVELS - 1,
    FLOCK_AT_MOST = 16,
    BATCH_MEMBERS = 4096, /* of level 0: small enough to stay in the processor's cache */
    VERDICTS_AT_MOST = 4, /* in one trial, when somebody comes in between */
    VAIN_OBJECTS = 16 * BATCH_MEMBERS,
    VAIN_FOR_ONE = 8,      /* objects walked for one that ended or one candidate that was dropped */
    EARLY_UNTIL_LEVEL = 4, /* before that a candidate that was remembered early isn't dropped */
    DOUBLINGS_AT_MOST = 40
};

/* One call of the collector, for the shared candidates or for the thread's confined ones. */
struct round {
    const struct hfi_collection *what;
    struct hfi_candidates *candidates;
    uint64_t confined; /* the tag; 0: shared */
    struct trial trial;
    unsigned rise_to; /* the level of the candidates that this trial leaves open */
    uint64_t walked, dropped;
    size_t reclaimed;
};

/* What walks have cost and brought. */
struct yield {
    uint64_t walked, gained;
};

static struct reach
reach_of(unsigned level)
{
    if (level == LAST_LEVEL) return (struct reach){UINT64_MAX, UINT64_MAX};
    uint64_t objects = REACH_AT_LEAST;
    while (level--) objects *= WIDER_BY;
    return (struct reach){objects, objects * EDGES_FOR_AN_OBJECT};
}

/* Whether nothing can change while a trial goes on. */
static bool
is_alone(const struct round *round)
{
    return round->confined || process_is_single_threaded();
}

static bool
is_exhausted(const struct round *round)
{
    const struct hfi_collection *what = round->what;
    if (what->is_full) return false;
    return round->walked >= what->objects
           || (what->deadline != UINT64_MAX && hfi_now() >= what->deadline);
}

/* ---- one trial ---- */

/* Back into a queue, unread. */
static void
postpone(struct round *round, void *object, unsigned level, bool is_early)
{
    /* relaxed: for the note. */
    uint64_t word = atomic_load_relaxed(live_word_of(object));
    hfi_candidate_queue_put(&round->candidates->level[level], object, word, is_early);
    figures_add(&hfi_figures.postponed, 1);
}

/* Takes the next candidate of the level that is worth a walk; NULL when `left`, which it counts
 * down, are looked through. */
static void *
next_candidate(struct round *round, unsigned level, size_t *left, bool *is_early)
{
    while (*left) {
        struct hfi_candidate_note note;
        --*left;
        void *object = hfi_candidate_queue_take(&round->candidates->level[level], &note);
        if (hfi_candidate_bury(object)) {
            round->candidates->unburied--;
            continue;
        }
        /* acquire: what the entry's owner did; pairs with every release of the word. */
        uint64_t word = atomic_load_acquire(live_word_of(object));
        bool is_hot = !round->what->is_full && hfi_candidate_has_moved(note, word);
        *is_early = note.is_early;
        if (!(word & WORD_DEAD) && !is_hot) return object;
        postpone(round, object, level, note.is_early);
    }
    return NULL;
}

/* Candidates that were taken out together, so that the table can be asked for all of them before
 * the first is looked up. */
struct flock {
    unsigned count;
    struct {
        void *object;
        bool is_early;
    } candidates[FLOCK_AT_MOST];
};

static void
take_flock(struct round *round, unsigned level, size_t *left, uint64_t most, struct flock *flock)
{
    flock->count = 0;
    while (flock->count < FLOCK_AT_MOST && flock->count < most) {
        bool is_early;
        void *object = next_candidate(round, level, left, &is_early);
        if (!object) return;
        trial_prefetch(&round->trial, object);
        flock->candidates[flock->count].object = object;
        flock->candidates[flock->count++].is_early = is_early;
    }
}

/* Walks from candidates of the level until `left` of them are looked through, or so many objects
 * walked. */
static void
walk_from_level(struct round *round, unsigned level, size_t *left, uint64_t members)
{
    struct trial *trial = &round->trial;
    struct reach reach = reach_of(level);
    struct flock flock;
    uint64_t tried = 0;
    while (trial->count < members) {
        take_flock(round, level, left, members - trial->count, &flock);
        if (!flock.count) break;
        for (unsigned i = 0; i < flock.count; i++) {
            void *object = flock.candidates[i].object;
            bool is_early = flock.candidates[i].is_early;
            bool is_in = hfi_propose_from(trial, object, is_early, reach);
            if (!is_in) postpone(round, object, level, is_early);
        }
        tried += flock.count;
        if (trial->lacks_memory) break;
    }
    figures_add(&hfi_figures.tried, tried);
}

/* It lives, and all that it reaches was seen: it is no candidate any more, from exactly the word by
 * which it was judged. Otherwise the release of its last holder would be lost. Returns whether
 * nobody came in between.
 * acq_rel, in word_replace: whoever clears the flag next comes after this.
 * models/candidate_buffer, twin DROP_BLINDLY. */
static bool
drop(struct round *round, struct member *member)
{
    uint64_t seen = member->word;
    if (!word_replace(live_word_of(member->object), &seen, member->word | WORD_ROOTABLE))
        return false;
    figures_add(&hfi_figures.dropped, 1);
    round->dropped++;
    return true;
}

/* What becomes of a candidate that this trial took out of its list and didn't end. */
static void
settle_candidate(struct round *round, struct member *member, unsigned level)
{
    bool is_early = member->flags & MEMBER_EARLY;
    unsigned next = level;
    if (!round->trial.lacks_memory && !member_is_garbage(member)) {
        if (member->flags & MEMBER_OPEN) next = round->rise_to;
        else if (is_early && level < EARLY_UNTIL_LEVEL) next = level + 1;
        else if ((member->flags & MEMBER_WALKED) && drop(round, member)) return;
    }
    postpone(round, member->object, next, is_early);
}

static void
settle_candidates(struct round *round, unsigned level, bool is_ended)
{
    for (uint32_t i = 0; i < round->trial.count; i++) {
        struct member *member = &round->trial.members[i];
        if (!(member->flags & MEMBER_TAKEN) || (is_ended && member_is_garbage(member))) continue;
        settle_candidate(round, member, level);
    }
}

/* Returns whether there is garbage, and it is this thread's. */
static bool
decide(struct round *round)
{
    struct trial *trial = &round->trial;
    if (trial->lacks_memory || !hfi_propose(trial)) return false;
    if (is_alone(round)) return hfi_claim_alone(trial);
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
    round->walked += trial->count;
    figures_add(&hfi_figures.walked, trial->count);
    if (trial->lacks_memory) figures_add(&hfi_figures.gave_up, 1);
    if (trial->faulty) hfi_report_fault(trial->faulty);
    if (has_garbage) {
        size_t leaked = 0;
        size_t reclaimed = hfi_finalize(trial, &leaked);
        figures_add(&hfi_figures.reclaimed, reclaimed);
        figures_add(&hfi_figures.leaked, leaked);
        round->reclaimed += reclaimed;
    }
    hfi_trial_clear(trial);
}

static void
lock(struct round *round)
{
    if (!round->confined) round->candidates = hfi_candidates_lock();
}

static void
unlock(struct round *round)
{
    if (!round->confined) hfi_candidates_unlock();
}

/* Where candidates go that this trial left open. A full collection doesn't walk once more over what
 * it has just walked, to get hardly further. */
static unsigned
level_after(const struct round *round, unsigned level)
{
    do {
        if (level == LAST_LEVEL) return level;
        level++;
    } while (round->what->is_full && reach_of(level).objects <= round->trial.count);
    return level;
}

/* Tries candidates of the level, `left` at most, with so many objects in the trial. Returns whether
 * some of them are left. */
static bool
run_trial(struct round *round, unsigned level, size_t *left, uint64_t members)
{
    lock(round);
    if (!round->confined) hfi_limbo_open();
    uint64_t begin = hfi_now();
    size_t there = round->candidates->level[level].count;
    if (*left > there) *left = there;
    walk_from_level(round, level, left, members);
    round->rise_to = level_after(round, level);
    bool has_garbage = decide(round);
    settle_candidates(round, level, has_garbage);
    if (!round->confined) hfi_limbo_close();
    unlock(round);
    hfi_figures_note_time(hfi_now() - begin);
    bool lacked_memory = round->trial.lacks_memory;
    end_trial(round, has_garbage);
    return *left && !lacked_memory;
}

/* ---- steps and full collections ---- */

static size_t
count_of(struct round *round, unsigned level)
{
    lock(round);
    size_t count = round->candidates->level[level].count;
    unlock(round);
    return count;
}

/* Whether the walks of this level, up to now, lead nowhere: the candidates lie in something larger,
 * and each walks over what the others have walked. */
static bool
is_in_vain(const struct round *round, const struct yield *before)
{
    uint64_t walked = round->walked - before->walked;
    uint64_t gained = round->reclaimed + round->dropped - before->gained;
    return walked > VAIN_OBJECTS && walked > VAIN_FOR_ONE * gained;
}

/* All that is left at this level and above goes to the last, where one walk is for all. */
static void
raise_all(struct round *round, unsigned level)
{
    lock(round);
    struct hfi_candidate_queue *queues = round->candidates->level;
    for (; level < LAST_LEVEL; level++) {
        hfi_candidate_queue_splice(&queues[LAST_LEVEL], &queues[level]);
    }
    unlock(round);
}

/* The candidates of one level, as many as there are now. */
static void
sweep_level(struct round *round, unsigned level)
{
    struct yield before = {round->walked, round->reclaimed + round->dropped};
    size_t left = count_of(round, level);
    uint64_t members = level ? UINT64_MAX : BATCH_MEMBERS;
    while (left && run_trial(round, level, &left, members)) {
        if (level == LAST_LEVEL || !is_in_vain(round, &before)) continue;
        raise_all(round, level);
        return;
    }
}

/* Each level once, from near to far. */
static void
sweep(struct round *round)
{
    for (unsigned level = 0; level <= LAST_LEVEL; level++) sweep_level(round, level);
}

static void
collect_all(struct round *round)
{
    size_t before;
    do {
        before = round->reclaimed;
        lock(round);
        if (!round->confined) hfi_candidates_gather(round->candidates);
        unlock(round);
        sweep(round);
    } while (round->reclaimed != before);
}

/* What a trial of the level may walk at most, from one candidate. */
static uint64_t
cost_of(unsigned level)
{
    return reach_of(level - 1).objects * WIDER_BY;
}

static void
give_credit(struct hfi_candidates *candidates, size_t arrived)
{
    if (arrived) candidates->idle_steps = 0;
    else if (candidates->idle_steps < DOUBLINGS_AT_MOST) candidates->idle_steps++;
    uint64_t credit =
        (uint64_t)REACH_AT_LEAST * arrived + ((uint64_t)REACH_AT_LEAST << candidates->idle_steps);
    for (unsigned level = 1; level <= LAST_LEVEL; level++) {
        uint64_t limit = WIDER_BY * cost_of(level);
        candidates->credit[level] += credit;
        if (candidates->credit[level] > limit) candidates->credit[level] = limit;
    }
}

/* The new candidates, and what they bring each level. Returns how many there are at level 0. */
static size_t
take_in(struct round *round)
{
    lock(round);
    struct hfi_candidate_queue *nearest = &round->candidates->level[0];
    size_t arrived = round->confined ? nearest->count : hfi_candidates_gather(round->candidates);
    give_credit(round->candidates, arrived);
    size_t count = nearest->count;
    unlock(round);
    return count;
}

/* A trial of a level above 0, if it has the credit for one; what it ended pays for itself. */
static void
spend_credit(struct round *round, unsigned level)
{
    lock(round);
    uint64_t credit = round->candidates->credit[level];
    size_t left = round->candidates->level[level].count;
    bool is_affordable = left && credit >= cost_of(level);
    if (is_affordable) round->candidates->credit[level] = 0;
    unlock(round);
    if (!is_affordable) return;
    uint64_t walked = round->walked, reclaimed = round->reclaimed;
    run_trial(round, level, &left, credit);
    walked = round->walked - walked;
    reclaimed = round->reclaimed - reclaimed;
    uint64_t cost = walked > reclaimed ? walked - reclaimed : 0;
    lock(round);
    if (credit > cost) round->candidates->credit[level] += credit - cost;
    unlock(round);
}

static void
collect_some(struct round *round)
{
    size_t left = take_in(round);
    bool goes_on = left;
    while (goes_on && !is_exhausted(round)) {
        uint64_t members = round->what->objects - round->walked;
        goes_on = run_trial(round, 0, &left, members < BATCH_MEMBERS ? members : BATCH_MEMBERS);
    }
    for (unsigned level = 1; level <= LAST_LEVEL && !is_exhausted(round); level++) {
        spend_credit(round, level);
    }
}

static size_t
run_round(const struct hfi_collection *what, uint64_t confined)
{
    /* Not by an initializer, which would clear the trial's room, too. */
    struct round round;
    round.what = what;
    round.candidates = hfi_candidates_confined();
    round.confined = confined;
    round.walked = round.dropped = round.reclaimed = 0;
    hfi_trial_begin(&round.trial, what->is_quiescent, confined);
    if (what->is_full) collect_all(&round);
    else collect_some(&round);
    hfi_trial_end(&round.trial);
    return round.reclaimed;
}

THREAD_LOCAL bool hfi_collect_is_barred;

size_t
hfi_collect(const struct hfi_collection *what)
{
    if (hfi_death_runs || hfi_collect_is_barred || !hfi_candidate_count()) return 0;
    figures_add(&hfi_figures.steps, 1);
    size_t reclaimed = 0;
    if (hf_confined_tag_) reclaimed += run_round(what, hf_confined_tag_);
    return reclaimed + run_round(what, 0);
}
