/* SPDX-License-Identifier: MIT
 *
 * Schedules of upgrades against the claim of a garbage cycle, and against the last release.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, C.1 to C.4. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one;

/* A ring of two that is garbage but for weak references, 0 and 1, to its nodes. */
static void
make_a_weak_ring(void)
{
    node *ring = make_ring();
    refer(0, ring);
    refer(1, ring->left);
    drop(ring);
}

/* The second node has no record. */
static void
make_a_ring_with_one_weak_node(void)
{
    node *ring = make_ring();
    refer(0, ring);
    drop(ring);
}

static void
upgrade_and_drop(size_t weak)
{
    node *held = upgrade(weak);
    if (!held) return;
    baton_point("upgraded");
    drop(held);
}

static void
upgrade_first(void)
{
    upgrade_and_drop(0);
}

static void
upgrade_second(void)
{
    upgrade_and_drop(1);
}

START_TEST(c6_an_upgrade_returns_null_or_what_lives)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect, upgrade_first},
    };
    schedule_search(&scenario, 4, 1);
}
END_TEST

START_TEST(c6_so_does_one_to_a_cycle_whose_other_nodes_have_no_record)
{
    static const struct scenario scenario = {
        .set_up = make_a_ring_with_one_weak_node,
        .plays = {collect, upgrade_first},
    };
    schedule_search(&scenario, 4, 1);
}
END_TEST

START_TEST(two_upgrades_at_once_abort_one_claim)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect, upgrade_first, upgrade_second},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

START_TEST(two_upgrades_of_one_node_abort_one_claim)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect, upgrade_first, upgrade_first},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

/* The second is what the first holds, so it lives as long. */
static void
upgrade_one_after_the_other(void)
{
    node *first = upgrade(0);
    if (!first) return;
    node *second = upgrade(1);
    SHALL(second != NULL);
    drop(first);
    baton_point("dropped");
    drop(second);
}

START_TEST(what_an_upgraded_node_holds_can_be_upgraded_too)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect, upgrade_one_after_the_other},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static void
collect_twice(void)
{
    collect();
    collect();
}

static void
upgrade_twice(void)
{
    upgrade_and_drop(0);
    upgrade_and_drop(1);
}

START_TEST(an_upgrade_from_before_one_claim_does_not_get_through_the_next)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect_twice, upgrade_twice},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* Two rings, each with a weak reference: rounds of the one against upgrades of the other. */
static void
make_two_weak_rings(void)
{
    make_a_ring_with_one_weak_node();
    node *ring = make_ring();
    refer(1, ring);
    drop(ring);
}

START_TEST(a_decision_about_one_ring_is_none_about_another)
{
    static const struct scenario scenario = {
        .set_up = make_two_weak_rings,
        .plays = {collect, upgrade_first, upgrade_second},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

START_TEST(upgrades_against_two_collectors_return_null_or_what_lives)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect, upgrade_first, collect},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

/* What is upgraded is dismantled, so that the ring does not come back. */
static void
upgrade_and_cut(void)
{
    node *first = upgrade(0);
    if (!first) return;
    node *second = take(first, left);
    baton_point("cut");
    drop(first);
    baton_point("dropped");
    drop(second);
}

START_TEST(an_upgraded_ring_may_be_taken_apart)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring,
        .plays = {collect, upgrade_and_cut},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* ---- records that are made meanwhile ---- */

static void
make_a_listed_ring(void)
{
    one = make_ring();
    list(one);
}

static void
refer_and_drop(void)
{
    refer(0, one);
    baton_point("referred");
    drop(one);
    baton_point("dropped");
    upgrade_and_drop(0);
}

START_TEST(the_first_weak_reference_may_be_made_during_a_trial)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, refer_and_drop},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

/* To a node that is reached by a borrowed pointer. */
static void
refer_to_the_second_and_drop(void)
{
    refer(1, one->left);
    baton_point("referred");
    drop(one);
    baton_point("dropped");
    upgrade_and_drop(1);
}

START_TEST(so_may_one_to_a_node_that_is_only_reached)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring,
        .plays = {collect, refer_to_the_second_and_drop},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static node *two;

static void
make_a_listed_ring_for_two(void)
{
    make_a_listed_ring();
    two = keep(one);
}

static void
drop_two(void)
{
    drop(two);
}

START_TEST(a_record_may_be_made_while_another_thread_releases)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring_for_two,
        .plays = {collect, refer_and_drop, drop_two},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static void
move_two_into_itself(void)
{
    give(two, right, two);
}

START_TEST(a_record_may_be_made_while_another_thread_moves_its_reference_in)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_ring_for_two,
        .plays = {collect, refer_and_drop, move_two_into_itself},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

/* ---- other deaths ---- */

static void
make_a_listed_weak_loner(void)
{
    one = make();
    refer(0, one);
    list(one);
}

static void
drop_one(void)
{
    drop(one);
}

START_TEST(an_upgrade_against_the_last_release_of_a_candidate_returns_null_or_what_lives)
{
    static const struct scenario scenario = {
        .set_up = make_a_listed_weak_loner,
        .plays = {collect, upgrade_first, drop_one},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static void
find_the_dying_dead(node *dying)
{
    SHALL(dying->left && dying->left->left == dying);
    SHALL(upgrade(0) == NULL);
    SHALL(upgrade(1) == NULL);
}

static void
make_a_weak_ring_that_upgrades(void)
{
    make_a_weak_ring();
    cast_on_destroy = find_the_dying_dead;
}

START_TEST(w3_in_destroy_all_of_the_cycle_is_dead)
{
    static const struct scenario scenario = {
        .set_up = make_a_weak_ring_that_upgrades,
        .plays = {collect, upgrade_first},
        .needs_destroy = true,
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of claims");
    TCase *tests = tcase_create("claims");
    tcase_add_test(tests, c6_an_upgrade_returns_null_or_what_lives);
    tcase_add_test(tests, c6_so_does_one_to_a_cycle_whose_other_nodes_have_no_record);
    tcase_add_test(tests, two_upgrades_at_once_abort_one_claim);
    tcase_add_test(tests, two_upgrades_of_one_node_abort_one_claim);
    tcase_add_test(tests, what_an_upgraded_node_holds_can_be_upgraded_too);
    tcase_add_test(tests, an_upgrade_from_before_one_claim_does_not_get_through_the_next);
    tcase_add_test(tests, a_decision_about_one_ring_is_none_about_another);
    tcase_add_test(tests, upgrades_against_two_collectors_return_null_or_what_lives);
    tcase_add_test(tests, an_upgraded_ring_may_be_taken_apart);
    tcase_add_test(tests, the_first_weak_reference_may_be_made_during_a_trial);
    tcase_add_test(tests, so_may_one_to_a_node_that_is_only_reached);
    tcase_add_test(tests, a_record_may_be_made_while_another_thread_releases);
    tcase_add_test(tests, a_record_may_be_made_while_another_thread_moves_its_reference_in);
    tcase_add_test(tests,
                   an_upgrade_against_the_last_release_of_a_candidate_returns_null_or_what_lives);
    tcase_add_test(tests, w3_in_destroy_all_of_the_cycle_is_dead);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
