/* SPDX-License-Identifier: MIT
 *
 * Schedules of destroy functions that hand out members of dying cycles, which others then use.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, F.2. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

/* Where destroy puts what it hands out. */
static node *handed_out;

static void
hand_itself_out(node *dying)
{
    if (dying->number == 0) handed_out = hf_retain(dying);
}

static void
make_a_ring_that_hands_itself_out(void)
{
    handed_out = NULL;
    cast_on_destroy = hand_itself_out;
    cast_allow_leaks(3);
    node *first = make(), *second = make(), *third = make();
    hf_set(third, left, first);
    give(second, left, third);
    give(first, left, second);
    drop(first);
}

/* What hangs below it is leaked with it, so it may be walked down for ever. */
static void
take_from_what_is_handed_out(void)
{
    node *first = handed_out;
    if (!first) return;
    node *second = hf_take(first, left);
    if (!second) return;
    baton_point("taken");
    node *third = hf_get(second, left);
    SHALL(third && third->number == 2);
    hf_release(third);
    hf_give(first, left, second);
}

START_TEST(what_is_taken_from_a_member_that_was_handed_out_is_whole)
{
    static const struct scenario scenario = {
        .set_up = make_a_ring_that_hands_itself_out,
        .plays = {collect, take_from_what_is_handed_out},
        .needs_destroy = true,
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of second verdicts");
    TCase *tests = tcase_create("second verdict");
    tcase_add_test(tests, what_is_taken_from_a_member_that_was_handed_out_is_whole);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
