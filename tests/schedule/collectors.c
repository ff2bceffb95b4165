/* SPDX-License-Identifier: MIT
 *
 * Schedules of several collections, and of threads that look after dead candidates.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, K.2. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one, *two;

/* Two candidates: one in a ring, one that will die by its count. */
static void
make_a_ring_and_a_loner(void)
{
    one = make_ring();
    two = make();
    list(two);
}

static void
drop_the_ring_and_collect(void)
{
    drop(one);
    collect();
    SHALL(is_destroyed(0) && is_destroyed(1));
}

static void
drop_the_loner(void)
{
    drop(two);
}

START_TEST(a_collection_ends_what_its_own_thread_has_dropped_while_another_prunes)
{
    static const struct scenario scenario = {
        .set_up = make_a_ring_and_a_loner,
        .plays = {drop_the_ring_and_collect, drop_the_loner},
        .needs_destroy = true,
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of collectors");
    TCase *tests = tcase_create("collectors");
    tcase_add_test(tests, a_collection_ends_what_its_own_thread_has_dropped_while_another_prunes);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
