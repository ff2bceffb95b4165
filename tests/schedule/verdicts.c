/* SPDX-License-Identifier: MIT
 *
 * Schedules of takes, stores and moves against a verdict: what the collector has counted is moved
 * before it has judged.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, V.1 to V.4. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one;

/* Two nodes that hold each other, the first of them also a third, with nobody outside but a weak
 * reference to the first. */
static void
make_a_loop_with_a_tail(void)
{
    node *loop = make(), *tail = make(), *other = make();
    refer(0, loop);
    give(loop, left, tail);
    hf_set(other, left, loop);
    give(loop, right, other);
    drop(loop);
}

static void
revive_the_loop_and_take_its_tail(void)
{
    node *loop = upgrade(0);
    if (!loop) return;
    node *tail = take(loop, left);
    baton_point("taken");
    drop(loop);
    baton_point("loop dropped");
    drop(tail);
}

static const struct scenario revival = {
    .set_up = make_a_loop_with_a_tail,
    .plays = {collect, revive_the_loop_and_take_its_tail},
};

/* Too deep for a search. */
START_TEST(what_is_taken_from_a_member_after_its_edges_were_counted_lives)
{
    schedule_script(&revival, {A, "proposed", 1}, {B, "take", 1}, {A, "edges_read", 1},
                    {B, "taken", 1}, {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

START_TEST(what_is_taken_from_a_member_that_came_to_life_again_lives)
{
    schedule_search(&revival, 3, 1);
}
END_TEST

/* The head is held; the middle holds itself, too; all of them are candidates. */
static void
make_a_chain(void)
{
    one = make();
    node *middle = make(), *tail = make();
    give(middle, left, tail);
    hf_set(middle, right, middle);
    list(middle);
    give(one, left, middle);
    list(one);
}

static void
take_the_chain_apart(void)
{
    node *middle = take(one, left);
    node *tail = take(middle, left);
    baton_point("taken");
    drop(one);
    drop(middle);
    drop(tail);
}

static const struct scenario dismantling = {
    .set_up = make_a_chain,
    .plays = {collect, take_the_chain_apart},
};

/* Too deep for a search. */
START_TEST(what_is_taken_from_a_member_that_was_taken_itself_lives)
{
    schedule_script(&dismantling, {A, "spread", 1}, {B, "take", 2}, {A, "edges_read", 1},
                    {B, "taken", 1}, {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

START_TEST(what_is_taken_from_one_member_after_the_other_lives)
{
    schedule_search(&dismantling, 3, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of verdicts");
    TCase *tests = tcase_create("verdicts");
    tcase_add_test(tests, what_is_taken_from_a_member_after_its_edges_were_counted_lives);
    tcase_add_test(tests, what_is_taken_from_a_member_that_came_to_life_again_lives);
    tcase_add_test(tests, what_is_taken_from_a_member_that_was_taken_itself_lives);
    tcase_add_test(tests, what_is_taken_from_one_member_after_the_other_lives);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
