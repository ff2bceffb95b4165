/* SPDX-License-Identifier: MIT
 *
 * Schedules of releases against a collection: the last one, the last but one, and those that end a
 * candidate.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, K.1 to K.4. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one, *two;

static void
drop_one(void)
{
    drop(one);
}

static void
drop_two(void)
{
    drop(two);
}

static void
make_a_listed_ring(void)
{
    one = make_ring();
    list(one);
}

START_TEST(a_ring_whose_last_holder_lets_go_during_a_collection_is_ended_once)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, drop_one},
    };
    schedule_search(&scenario, 4, 2);
}
END_TEST

/* A candidate that has been dropped before it is released again is a candidate again. */
static void
drop_one_in_two_steps(void)
{
    node *again = keep(one);
    baton_point("kept");
    drop(one);
    baton_point("dropped");
    drop(again);
}

START_TEST(a_release_to_one_is_not_lost_when_the_collector_drops_the_candidate)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, drop_one_in_two_steps},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static void
make_a_listed_ring_for_two(void)
{
    one = make_ring();
    two = keep(one);
    list(one);
}

START_TEST(a_ring_whose_two_holders_let_go_at_once_is_ended_once)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring_for_two,
        .plays = {collect, drop_one, drop_two},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static void
contend_and_drop_one(void)
{
    contend(one);
    drop(keep(one));
    drop(one);
}

static void
refer_and_drop_two(void)
{
    refer(0, two);
    drop(two);
}

START_TEST(a_contended_release_is_not_lost_when_the_word_moves_to_a_record)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring_for_two,
        .plays = {contend_and_drop_one, refer_and_drop_two},
    };
    schedule_search(&scenario, 4, 2);
}
END_TEST

START_TEST(a_contended_release_is_not_lost_when_the_collector_drops_the_candidate)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring_for_two,
        .plays = {collect, contend_and_drop_one, drop_two},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static void
make_a_ring_held_at_both_ends(void)
{
    one = make_ring();
    two = keep(one->left);
}

START_TEST(a_ring_that_is_dropped_at_both_ends_is_ended_once)
{
    static const struct scenario scenario = {
        .set_up = make_a_ring_held_at_both_ends,
        .plays = {collect, drop_one, drop_two},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static void
make_two_listed_loners(void)
{
    one = make();
    list(one);
    two = make();
    list(two);
}

START_TEST(candidates_that_die_by_their_count_are_buried_once)
{
    static const struct scenario scenario = {
        .set_up = make_two_listed_loners,
        .plays = {collect, drop_one, drop_two},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

/* Both look for the dead, without a collection. */
START_TEST(dead_candidates_are_buried_without_a_collection)
{
    static const struct scenario scenario = {
        .set_up = make_two_listed_loners,
        .plays = {drop_one, drop_two},
    };
    schedule_search(&scenario, 4, 2);
}
END_TEST

static void
push_and_drop_two(void)
{
    list(two);
    drop(two);
}

static void
make_one_listed_and_one_not(void)
{
    one = make();
    list(one);
    two = make();
}

START_TEST(a_candidate_that_is_remembered_while_another_is_buried_is_not_lost)
{
    static const struct scenario scenario = {
        .set_up = make_one_listed_and_one_not,
        .plays = {drop_one, push_and_drop_two, collect},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

/* From a borrowed pointer: the ring is held at its first node, and used at its second. */
static void
borrow_and_keep(void)
{
    node *second = get(one, left);
    baton_point("kept");
    drop(one);
    baton_point("dropped");
    drop(second);
}

START_TEST(a_retain_from_a_borrowed_pointer_keeps_the_ring)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, borrow_and_keep},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* A holder that is no part of a cycle keeps a ring. */
static void
make_a_ring_below_a_holder(void)
{
    one = make();
    node *ring = make_ring();
    list(ring);
    give(one, left, ring);
}

START_TEST(a_ring_that_loses_its_holder_by_a_death_is_ended_once)
{
    static const struct scenario scenario = {
        .set_up = make_a_ring_below_a_holder,
        .plays = {collect, drop_one},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of releases");
    TCase *tests = tcase_create("releases");
    tcase_add_test(tests, a_ring_whose_last_holder_lets_go_during_a_collection_is_ended_once);
    tcase_add_test(tests, a_release_to_one_is_not_lost_when_the_collector_drops_the_candidate);
    tcase_add_test(tests, a_ring_whose_two_holders_let_go_at_once_is_ended_once);
    tcase_add_test(tests, a_contended_release_is_not_lost_when_the_word_moves_to_a_record);
    tcase_add_test(tests, a_contended_release_is_not_lost_when_the_collector_drops_the_candidate);
    tcase_add_test(tests, a_ring_that_is_dropped_at_both_ends_is_ended_once);
    tcase_add_test(tests, candidates_that_die_by_their_count_are_buried_once);
    tcase_add_test(tests, dead_candidates_are_buried_without_a_collection);
    tcase_add_test(tests, a_candidate_that_is_remembered_while_another_is_buried_is_not_lost);
    tcase_add_test(tests, a_retain_from_a_borrowed_pointer_keeps_the_ring);
    tcase_add_test(tests, a_ring_that_loses_its_holder_by_a_death_is_ended_once);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
