/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/weak.h>: upgrades against the last release, and the first weak reference
 * from many threads at once.
 * Knows public headers, the oracle, and counts requests for memory to see side records.
 * Distinct references to one object are used by all threads at once, which is what is promised. */
#include <sched.h>
#include <stdatomic.h>

#include "oom/allocations.h"
#include "stress/subject.h"

/* Of each thread its own handles to every subject. */
static subject *strong[MOST_THREADS][SUBJECTS];
static subject_weak weak[MOST_THREADS][SUBJECTS];

static void
refer(subject_weak *reference, subject *s)
{
    REQUIRE(hf_weak_set(reference, s) == 0);
}

/* Holds what the reference refers to for a moment; returns whether it was alive. */
static bool
hold_by(struct worker *worker, subject_weak *reference)
{
    subject *s = hf_upgrade(reference);
    if (!s) {
        REQUIRE(hf_weak_dead(reference));
        return false;
    }
    subject_hold(worker, s);
    REQUIRE(!hf_weak_dead(reference));
    subject_let_go(worker, s);
    hf_release(s);
    return true;
}

static void
expect_all_dead(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) subject_expect_dead(i);
}

/* ---- one owner --------------------------------------------------------------------------- */

/* How many threads have come as far as this subject; relaxed, so that it orders nothing. */
static atomic_uint arrived[SUBJECTS];

/* The first thread owns all subjects, the others refer to them weakly. */
static void
prepare_one_owner(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) {
        strong[0][i] = subject_new(i);
        atomic_init(&arrived[i], 0);
        for (unsigned t = 1; t < team_size(); t++) refer(&weak[t][i], strong[0][i]);
    }
}

/* Each one as soon as another thread upgrades it. */
static void
release_all(struct worker *worker)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        while (!atomic_load_explicit(&arrived[i], memory_order_relaxed)) sched_yield();
        for (size_t holds = random_below(worker, 64); holds > 0; holds--) {
            subject_hold(worker, strong[0][i]);
            subject_let_go(worker, strong[0][i]);
        }
        hf_clear(&strong[0][i]);
    }
}

/* Each one until it is dead, and dead it stays. */
static void
upgrade_all(struct worker *worker)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        subject_weak *mine = &weak[worker->number][i];
        atomic_fetch_add_explicit(&arrived[i], 1, memory_order_relaxed);
        for (unsigned tries = 1; hold_by(worker, mine); tries++) {
            /* The owner may wait for this processor. */
            if (tries % 64 == 0) sched_yield();
        }
        REQUIRE(!hold_by(worker, mine));
        hf_weak_clear(mine);
    }
}

static void
race_one_owner(struct worker *worker)
{
    if (worker->number == 0) release_all(worker);
    else upgrade_all(worker);
}

START_TEST(an_upgrade_gets_a_living_object_or_null_while_its_owner_releases_it)
{
    static const struct race race = {prepare_one_owner, race_one_owner, expect_all_dead};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- all are owners ---------------------------------------------------------------------- */

static void
prepare_all_own(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) {
        strong[0][i] = subject_new(i);
        refer(&weak[0][i], strong[0][i]);
        for (unsigned t = 1; t < team_size(); t++) {
            strong[t][i] = hf_retain(strong[0][i]);
            hf_weak_copy(&weak[t][i], &weak[0][i]);
        }
    }
}

/* One step with one's own handles to one subject, which end here. */
static void
end_handles(struct worker *worker, size_t i)
{
    subject_weak *mine = &weak[worker->number][i];
    subject_weak copy = {.to_ = NULL};
    if (random_below(worker, 2)) hf_weak_copy(&copy, mine);
    else refer(&copy, strong[worker->number][i]);
    subject_hold(worker, strong[worker->number][i]);
    subject_let_go(worker, strong[worker->number][i]);
    hf_clear(&strong[worker->number][i]);
    bool was_alive = hold_by(worker, mine);
    hf_weak_clear(mine);
    REQUIRE(was_alive || !hold_by(worker, &copy));
    hf_weak_clear(&copy);
}

static void
race_all_own(struct worker *worker)
{
    size_t begin = random_below(worker, 2) ? 0 : random_below(worker, SUBJECTS);
    for (size_t step = 0; step < SUBJECTS; step++) {
        end_handles(worker, (begin + step) % SUBJECTS);
    }
}

START_TEST(the_last_of_many_owners_ends_the_object_while_others_upgrade)
{
    static const struct race race = {prepare_all_own, race_all_own, expect_all_dead};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- the first weak reference ------------------------------------------------------------ */

static size_t held_before;

static void
prepare_without_records(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) {
        strong[0][i] = subject_new(i);
        for (unsigned t = 1; t < team_size(); t++) strong[t][i] = hf_retain(strong[0][i]);
    }
    held_before = allocations_held();
}

/* Retains and releases on both sides of it, so that the count moves while the record is made. */
static void
race_to_refer(struct worker *worker)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        subject *s = strong[worker->number][i];
        size_t before = random_below(worker, 4), after = random_below(worker, 4);
        subject *more[8];
        for (size_t k = 0; k < before; k++) more[k] = hf_retain(s);
        refer(&weak[worker->number][i], s);
        for (size_t k = 0; k < after; k++) more[before + k] = hf_retain(s);
        for (size_t k = 0; k < before + after; k++) hf_release(more[k]);
    }
}

static void
expect_one_record_each(struct worker *worker)
{
    REQUIRE(allocations_held() == held_before + SUBJECTS);
    for (size_t i = 0; i < SUBJECTS; i++) {
        REQUIRE(hf_count(strong[0][i]) == team_size());
        for (unsigned t = 0; t < team_size(); t++) {
            REQUIRE(hold_by(worker, &weak[t][i]));
            hf_clear(&strong[t][i]);
        }
        subject_expect_dead(i);
        for (unsigned t = 0; t < team_size(); t++) hf_weak_clear(&weak[t][i]);
    }
}

START_TEST(first_weak_references_from_all_threads_make_one_record_and_lose_no_count)
{
    static const struct race race = {prepare_without_records, race_to_refer,
                                     expect_one_record_each};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("upgrades under stress");
    TCase *tests = tcase_create("upgrades under stress");
    tcase_add_loop_test(tests, an_upgrade_gets_a_living_object_or_null_while_its_owner_releases_it,
                        0, TEAMS);
    tcase_add_loop_test(tests, the_last_of_many_owners_ends_the_object_while_others_upgrade, 0,
                        TEAMS);
    tcase_add_loop_test(
        tests, first_weak_references_from_all_threads_make_one_record_and_lose_no_count, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
