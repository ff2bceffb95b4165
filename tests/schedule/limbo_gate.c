/* SPDX-License-Identifier: MIT
 *
 * Schedules of deaths that a collection looks at: what it reads is not freed, and what it no longer
 * reads is.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/collector.md, L.1 and L.2. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one;

/* The head of four is a candidate. */
static void
make_a_chain(void)
{
    one = make();
    node *last = one;
    for (int i = 0; i < 3; i++) {
        node *next = make();
        hf_set(last, left, next);
        drop(next);
        last = last->left;
    }
    list(one);
}

static void
drop_one(void)
{
    drop(one);
}

START_TEST(a_chain_that_dies_below_what_the_collector_reads_is_read_to_its_end)
{
    static const struct scenario scenario = {
        .set_up = make_a_chain,
        .plays = {collect, drop_one},
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

static void
make_a_chain_and_want_it_back(void)
{
    make_a_chain();
    cast_wants_all_memory_back();
}

START_TEST(a_block_that_comes_into_limbo_when_it_was_just_closed_is_freed_all_the_same)
{
    static const struct scenario scenario = {
        .set_up = make_a_chain_and_want_it_back,
        .plays = {collect, drop_one},
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

/* A node that the collector looks at holds a leaf, whose death takes the shortest way. */
static void
make_a_node_with_a_leaf(void)
{
    one = make();
    list(one);
    give(one, left, make_leaf());
    cast_wants_all_memory_back();
}

static void
take_the_leaf_and_drop_it(void)
{
    node *leaf = take(one, left);
    baton_point("taken");
    drop(leaf);
}

static void
drop_one_after_all(void)
{
    drop(one);
}

START_TEST(a_leaf_that_comes_into_limbo_when_it_was_just_closed_is_freed_all_the_same)
{
    static const struct scenario scenario = {
        .set_up = make_a_node_with_a_leaf,
        .plays = {collect, take_the_leaf_and_drop_it},
        .finish = drop_one_after_all,
    };
    schedule_search(&scenario, 2, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of deaths that are looked at");
    TCase *tests = tcase_create("limbo");
    tcase_add_test(tests, a_chain_that_dies_below_what_the_collector_reads_is_read_to_its_end);
    tcase_add_test(tests,
                   a_block_that_comes_into_limbo_when_it_was_just_closed_is_freed_all_the_same);
    tcase_add_test(tests,
                   a_leaf_that_comes_into_limbo_when_it_was_just_closed_is_freed_all_the_same);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
