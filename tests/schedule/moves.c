/* SPDX-License-Identifier: MIT
 *
 * Schedules of stores against a collection: references that are moved into a cycle, within it, and
 * out of it.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, K.5 and K.6, V.2. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one, *two;

static void
make_one(void)
{
    one = make();
}

static void
make_one_listed(void)
{
    one = make();
    list(one);
}

static void
move_one_into_itself(void)
{
    give(one, left, one);
}

START_TEST(the_last_reference_may_be_moved_into_its_object)
{
    static const struct scenario scenario = {
        .set_up = make_one,
        .plays = {collect, move_one_into_itself},
    };
    schedule_search(&scenario, 4, 2);
}
END_TEST

START_TEST(the_last_reference_to_a_candidate_may_be_moved_into_its_object)
{
    static const struct scenario scenario = {
        .set_up = make_one_listed,
        .plays = {collect, move_one_into_itself},
    };
    schedule_search(&scenario, 4, 2);
}
END_TEST

static void
copy_one_into_itself(void)
{
    hf_set(one, left, one);
    baton_point("copied");
    drop(one);
}

START_TEST(the_last_reference_may_go_after_a_copy_was_stored)
{
    static const struct scenario scenario = {
        .set_up = make_one_listed,
        .plays = {collect, copy_one_into_itself},
    };
    schedule_search(&scenario, 4, 2);
}
END_TEST

/* One holds two, and both are held. */
static void
make_a_pair(void)
{
    one = make();
    two = make();
    hf_set(one, left, two);
}

static void
make_a_listed_pair(void)
{
    make_a_pair();
    list(one);
    list(two);
}

static void
close_the_ring(void)
{
    give(two, left, one);
    drop(two);
}

START_TEST(a_ring_may_be_closed_by_moving_the_last_reference_into_it)
{
    static const struct scenario scenario = {
        .set_up = make_a_pair,
        .plays = {collect, close_the_ring},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

START_TEST(a_ring_of_candidates_may_be_closed_by_moving_the_last_reference_into_it)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_pair,
        .plays = {collect, close_the_ring},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* The other way round: nobody has two but one, when one's last reference is moved. */
static void
close_the_ring_last(void)
{
    node *borrowed = two;
    drop(two);
    hf_give(borrowed, left, part(one));
}

START_TEST(a_ring_may_be_closed_by_a_move_into_a_node_that_only_the_ring_holds)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_pair,
        .plays = {collect, close_the_ring_last},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* A new holder stands in no edge: to move into it makes no candidate, to move it does. */
static void
close_the_ring_with_a_new_node(void)
{
    node *fresh = make();
    node *borrowed = one;
    give(fresh, left, one);
    hf_give(borrowed, left, part(fresh));
}

START_TEST(a_ring_may_be_closed_by_moving_a_new_holder_into_what_it_holds)
{
    static const struct scenario scenario = {
        .set_up = make_one_listed,
        .plays = {collect, close_the_ring_with_a_new_node},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static void
make_two_for_two(void)
{
    one = make();
    two = make();
    keep(one);
    keep(two);
}

static void
move_one_into_two(void)
{
    give(two, left, one);
    drop(two);
}

static void
move_two_into_one(void)
{
    give(one, left, two);
    drop(one);
}

START_TEST(two_threads_may_close_a_ring_from_both_sides)
{
    static const struct scenario scenario = {
        .set_up = make_two_for_two,
        .plays = {move_one_into_two, move_two_into_one, collect},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static void
make_a_listed_ring(void)
{
    one = make_ring();
    list(one);
}

/* The reference to the second node moves from edge to edge, and through this thread's hands. */
static void
move_within_the_ring(void)
{
    node *second = take(one, left);
    baton_point("in hand");
    give(one, right, second);
    baton_point("stored");
    second = take(one, right);
    give(second, right, second);
    baton_point("in itself");
    drop(one);
}

START_TEST(what_is_moved_from_edge_to_edge_during_a_verdict_is_not_counted_twice)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, move_within_the_ring},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static void
take_out_and_drop_the_rest(void)
{
    node *second = take(one, left);
    drop(one);
    baton_point("in hand");
    drop(second);
}

START_TEST(what_is_taken_out_during_a_verdict_lives)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, take_out_and_drop_the_rest},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* As an array of edges grows: another object gets what the former one had, and takes its place. */
static void
move_to_a_larger_place(void)
{
    node *former = hf_get(one, left);
    hold(former);
    node *larger = make();
    give(larger, left, take(former, left));
    give(one, left, larger);
    baton_point("replaced");
    drop(former);
    drop(one);
}

START_TEST(c15_an_array_that_grows_under_the_collector_loses_nothing)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, move_to_a_larger_place},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* What is stored is new, and seen at once. */
static void
store_a_new_node(void)
{
    node *fresh = make();
    hf_set(fresh, right, fresh);
    hf_set(one, right, fresh);
    baton_point("stored");
    drop(one);
    baton_point("dropped");
    drop(fresh);
}

START_TEST(c14_a_new_node_is_no_garbage_when_the_collector_sees_it_first)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, store_a_new_node},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static node *child;

/* The child comes to its turn before the ring that holds it, of which the other node is listed. */
static void
make_a_ring_with_a_listed_child(void)
{
    one = make_ring();
    child = make();
    two = make();
    hf_set(one, right, child);
    collect();
    list(child);
    list(one->left);
    drop(child);
}

static void
give_two_to_the_child_and_drop_one(void)
{
    give(child, left, two);
    drop(one);
}

/* The collector has walked the child before it holds two, and never hears of that; all else is
 * garbage when it looks again. */
START_TEST(what_a_child_is_given_last_dies_with_it)
{
    static const struct scenario scenario = {
        .set_up = make_a_ring_with_a_listed_child,
        .plays = {collect, give_two_to_the_child_and_drop_one},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of moves");
    TCase *tests = tcase_create("moves");
    tcase_add_test(tests, the_last_reference_may_be_moved_into_its_object);
    tcase_add_test(tests, the_last_reference_to_a_candidate_may_be_moved_into_its_object);
    tcase_add_test(tests, the_last_reference_may_go_after_a_copy_was_stored);
    tcase_add_test(tests, a_ring_may_be_closed_by_moving_the_last_reference_into_it);
    tcase_add_test(tests, a_ring_of_candidates_may_be_closed_by_moving_the_last_reference_into_it);
    tcase_add_test(tests, a_ring_may_be_closed_by_a_move_into_a_node_that_only_the_ring_holds);
    tcase_add_test(tests, a_ring_may_be_closed_by_moving_a_new_holder_into_what_it_holds);
    tcase_add_test(tests, two_threads_may_close_a_ring_from_both_sides);
    tcase_add_test(tests, what_is_moved_from_edge_to_edge_during_a_verdict_is_not_counted_twice);
    tcase_add_test(tests, what_is_taken_out_during_a_verdict_lives);
    tcase_add_test(tests, c15_an_array_that_grows_under_the_collector_loses_nothing);
    tcase_add_test(tests, c14_a_new_node_is_no_garbage_when_the_collector_sees_it_first);
    tcase_add_test(tests, what_a_child_is_given_last_dies_with_it);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
