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

/* The first hands itself out; it holds the two others, the second holds it, and the third the
 * second, so that all of them are one set. */
static void
make_a_shuttle_that_hands_itself_out(void)
{
    handed_out = NULL;
    cast_on_destroy = hand_itself_out;
    cast_allow_leaks(3);
    node *first = make(), *second = make(), *third = make();
    give(first, left, second);
    give(first, right, third);
    hf_set(first->left, left, first);
    hf_set(first->right, right, first->left);
    drop(first);
}

static void
carry_a_reference_over(void)
{
    node *first = handed_out;
    if (!first) return;
    hf_give(first->right, left, hf_take(first->left, left));
    baton_point("carried over");
    SHALL(first->number == 0);
    SHALL(first->right->left == first);
}

/* Too deep for a search. The second verdict meets the same reference twice, which then stands for
 * the one that was handed out; but the word has changed. */
START_TEST(a_reference_that_the_second_verdict_meets_twice_does_not_stand_for_another)
{
    static const struct scenario scenario = {
        .set_up = make_a_shuttle_that_hands_itself_out,
        .plays = {collect, carry_a_reference_over},
        .needs_destroy = true,
    };
    schedule_script(&scenario, {A, "words_read_again", 1}, {A, "verify_edge", 3},
                    {B, "carried over", 1}, {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of second verdicts");
    TCase *tests = tcase_create("second verdict");
    tcase_add_test(tests, what_is_taken_from_a_member_that_was_handed_out_is_whole);
    tcase_add_test(tests,
                   a_reference_that_the_second_verdict_meets_twice_does_not_stand_for_another);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
