/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/weak.h>: death notices that are cancelled while their object dies.
 * Knows public headers and the oracle.
 * What a notice writes is plain memory, and so is what its canceller writes when it learns that the
 * notice will never run, or is over: a checker of races sees whether the answer was too early. */
#include <sched.h>
#include <stdatomic.h>

#include "stress/subject.h"

static subject *subjects[SUBJECTS];

static void
expect_all_dead(void)
{
    for (size_t i = 0; i < SUBJECTS; i++) subject_expect_dead(i);
}

/* ---- one canceller for each notice ------------------------------------------------------- */

enum { NOTICES = 3 };

static struct promise {
    hf_death_token token;
    bool has_run, was_removed;
} promises[SUBJECTS][NOTICES];

static void
keep_promise(void *object, void *ctx)
{
    struct promise *promise = ctx;
    REQUIRE(object != NULL && !promise->has_run && !promise->was_removed);
    /* Long enough for its canceller to come meanwhile. */
    sched_yield();
    promise->has_run = true;
}

static void
prepare_promises(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) {
        subjects[i] = subject_new(i);
        for (size_t k = 0; k < NOTICES; k++) {
            promises[i][k] = (struct promise){0};
            promises[i][k].token = hf_on_death(subjects[i], keep_promise, &promises[i][k]);
            REQUIRE(promises[i][k].token != 0);
        }
    }
}

static void
cancel(struct promise *promise)
{
    switch (hf_on_death_cancel(promise->token)) {
    case HF_NOTICE_REMOVED:
        REQUIRE(!promise->has_run);
        promise->was_removed = true;
        break;
    case HF_NOTICE_RUNNING:
        /* The notice has it still. */
        break;
    case HF_NOTICE_DONE:
        REQUIRE(promise->has_run);
        break;
    }
}

/* The first thread releases what the others cancel. */
static void
release_or_cancel(struct worker *worker)
{
    unsigned cancellers = team_size() - 1;
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (worker->number == 0) {
            hf_clear(&subjects[i]);
            continue;
        }
        for (size_t k = 0; k < NOTICES; k++) {
            if ((i + k) % cancellers + 1 == worker->number) cancel(&promises[i][k]);
        }
    }
}

static void
expect_each_kept_or_removed(struct worker *worker)
{
    (void)worker;
    expect_all_dead();
    for (size_t i = 0; i < SUBJECTS; i++) {
        for (size_t k = 0; k < NOTICES; k++) {
            REQUIRE(promises[i][k].has_run != promises[i][k].was_removed);
            REQUIRE(hf_on_death_cancel(promises[i][k].token) == HF_NOTICE_DONE);
        }
    }
}

START_TEST(a_notice_either_runs_or_is_removed)
{
    static const struct race race = {prepare_promises, release_or_cancel,
                                     expect_each_kept_or_removed};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- many cancellers for each notice ----------------------------------------------------- */

static struct {
    hf_death_token token;
    atomic_uint runs, removals;
} disputes[SUBJECTS];

static void
count_run(void *object, void *ctx)
{
    (void)object;
    atomic_fetch_add_explicit((atomic_uint *)ctx, 1, memory_order_relaxed);
}

static void
prepare_disputes(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) {
        subjects[i] = subject_new(i);
        atomic_init(&disputes[i].runs, 0);
        atomic_init(&disputes[i].removals, 0);
        disputes[i].token = hf_on_death(subjects[i], count_run, &disputes[i].runs);
        REQUIRE(disputes[i].token != 0);
    }
}

static void
release_and_cancel(struct worker *worker)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (i % team_size() == worker->number) hf_clear(&subjects[i]);
        if (hf_on_death_cancel(disputes[i].token) == HF_NOTICE_REMOVED) {
            atomic_fetch_add_explicit(&disputes[i].removals, 1, memory_order_relaxed);
        }
    }
}

static void
expect_one_outcome(struct worker *worker)
{
    (void)worker;
    expect_all_dead();
    for (size_t i = 0; i < SUBJECTS; i++) {
        unsigned runs = atomic_load_explicit(&disputes[i].runs, memory_order_relaxed);
        unsigned removals = atomic_load_explicit(&disputes[i].removals, memory_order_relaxed);
        REQUIRE(runs + removals == 1);
    }
}

START_TEST(only_one_of_many_cancellers_removes_a_notice)
{
    static const struct race race = {prepare_disputes, release_and_cancel, expect_one_outcome};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- registration from all threads ------------------------------------------------------- */

enum { WATCHED = 16 };

/* One thread's handle to one subject, and its notices for it. */
static struct watch {
    subject *held;
    size_t registered, removed;
    size_t runs;
    size_t latest; /* the number of the notice that ran last */
    struct notice {
        struct watch *watch;
        size_t number; /* from 1 */
    } notices[SUBJECTS];
} watches[MOST_THREADS][WATCHED];

static void
run_in_order(void *object, void *ctx)
{
    const struct notice *notice = ctx;
    REQUIRE(object != NULL && notice->number > notice->watch->latest);
    notice->watch->latest = notice->number;
    notice->watch->runs++;
}

static void
prepare_watches(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < WATCHED; i++) {
        subject *s = subject_new(i);
        for (unsigned t = 0; t < team_size(); t++) {
            struct watch *watch = &watches[t][i];
            watch->held = t ? hf_retain(s) : s;
            watch->registered = watch->removed = watch->runs = watch->latest = 0;
        }
    }
}

static void
watch_one(struct worker *worker, struct watch *watch)
{
    struct notice *notice = &watch->notices[watch->registered];
    *notice = (struct notice){watch, ++watch->registered};
    hf_death_token token = hf_on_death(watch->held, run_in_order, notice);
    REQUIRE(token != 0);
    if (random_below(worker, 2)) return;
    REQUIRE(hf_on_death_cancel(token) == HF_NOTICE_REMOVED);
    watch->removed++;
}

static void
watch_and_release(struct worker *worker)
{
    for (size_t step = 0; step < SUBJECTS; step++) {
        watch_one(worker, &watches[worker->number][random_below(worker, WATCHED)]);
    }
    for (size_t i = 0; i < WATCHED; i++) hf_clear(&watches[worker->number][i].held);
}

static void
expect_all_notices(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < WATCHED; i++) {
        subject_expect_dead(i);
        for (unsigned t = 0; t < team_size(); t++) {
            const struct watch *watch = &watches[t][i];
            REQUIRE(watch->runs + watch->removed == watch->registered);
        }
    }
}

START_TEST(notices_that_all_threads_register_run_in_the_order_of_each)
{
    static const struct race race = {prepare_watches, watch_and_release, expect_all_notices};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("death notices under stress");
    TCase *tests = tcase_create("death notices under stress");
    tcase_add_loop_test(tests, a_notice_either_runs_or_is_removed, 0, TEAMS);
    tcase_add_loop_test(tests, only_one_of_many_cancellers_removes_a_notice, 0, TEAMS);
    tcase_add_loop_test(tests, notices_that_all_threads_register_run_in_the_order_of_each, 0,
                        TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
