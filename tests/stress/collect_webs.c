/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/collect.h>: a web that all threads weave at once, under the program's
 * locks, while one of them, or the library's own thread, collects.
 * Knows public headers and the oracle of members.h.
 * What a thread holds must not die, and when nobody holds anything, one collection ends all. */
#include "stress/web.h"

enum { STEPS = 3000 };

static void
weave(struct worker *worker)
{
    struct weaver weaver;
    weaver_begin(&weaver, worker);
    for (size_t i = 0; i < STEPS; i++) weaver_step(&weaver);
    weaver_end(&weaver);
}

/* ---- a thread of the team collects -------------------------------------------------------- */

static void
prepare_work(struct worker *worker)
{
    (void)worker;
    work_begin(team_size() - 1);
}

static void
weave_or_collect(struct worker *worker)
{
    if (worker->number == 0) {
        collect_while_others_work(worker);
    } else {
        weave(worker);
        work_end_one();
    }
}

static void
end_web(struct worker *worker)
{
    web_clear();
    expect_all_collected(worker);
}

START_TEST(what_threads_hold_of_a_web_stays_and_all_else_ends_while_one_collects)
{
    static const struct race race = {prepare_work, weave_or_collect, end_web};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- everybody collects ------------------------------------------------------------------- */

static void
weave_and_collect(struct worker *worker)
{
    struct weaver weaver;
    weaver_begin(&weaver, worker);
    for (size_t i = 0; i < STEPS; i++) {
        weaver_step(&weaver);
        if (random_below(worker, 50) == 0) collect_somehow(worker);
    }
    weaver_end(&weaver);
}

START_TEST(threads_that_weave_and_collect_by_turns_end_what_nobody_holds)
{
    static const struct race race = {NULL, weave_and_collect, end_web};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- the library's thread collects -------------------------------------------------------- */

static void
start_collector(struct worker *worker)
{
    hf_collector_options options = {
        .interval_ms = 1, .step = {.objects = 1 + random_below(worker, 2000)}, .threshold = 1};
    REQUIRE(hf_collector_start(&options) == 0);
}

static void
stop_collector(struct worker *worker)
{
    hf_collector_stop();
    end_web(worker);
}

START_TEST(what_threads_hold_of_a_web_stays_while_the_librarys_thread_collects)
{
    static const struct race race = {start_collector, weave, stop_collector};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("webs under collection");
    TCase *tests = tcase_create("webs under collection");
    tcase_add_loop_test(
        tests, what_threads_hold_of_a_web_stays_and_all_else_ends_while_one_collects, 0, TEAMS);
    tcase_add_loop_test(tests, threads_that_weave_and_collect_by_turns_end_what_nobody_holds, 0,
                        TEAMS);
    tcase_add_loop_test(tests, what_threads_hold_of_a_web_stays_while_the_librarys_thread_collects,
                        0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
