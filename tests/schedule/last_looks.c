/* SPDX-License-Identifier: MIT
 *
 * Written schedules in which nothing but a last look saves what lives: each is too deep for a
 * search.
 * Knows the cast.
 * docs/internals/collector.md, V.1 and C.2. */
#include "schedule/schedule.h"

#include "handle/handle.h"
#include "schedule/cast.h"
#include "support/run_suite.h"

static node *one;

/* One is held, and holds two others; the left one holds it. */
static void
make_a_shuttle(void)
{
    one = make();
    node *left = make(), *right = make();
    give(one, left, left);
    give(one, right, right);
    hf_set(one->left, left, one);
    list(one);
}

/* The reference to the first goes from the left one to the right one, and back, and there again: it
 * is one, and may be met twice. */
static void
move_to_and_fro(void)
{
    give(one->right, left, take(one->left, left));
    baton_point("carried over");
    give(one->left, left, take(one->right, left));
    baton_point("carried back");
    give(one->right, left, take(one->left, left));
    baton_point("carried again");
    touch(one);
    drop(one);
}

/* The walk meets it on the left, and then on the right; the verdict does so once more. The counts
 * are as if nobody held the first; its word has changed. */
START_TEST(a_reference_that_two_edges_have_shown_does_not_stand_for_another)
{
    static const struct scenario scenario = {
        .set_up = make_a_shuttle,
        .plays = {collect, move_to_and_fro},
    };
    schedule_script(&scenario, {A, "propose_object", 3}, {B, "carried over", 1}, {A, "proposed", 1},
                    {B, "carried back", 1}, {A, "words_read", 1}, {A, "verify_edge", 3},
                    {B, "carried again", 1}, {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

/* The same as containers do it, when the only word that changes is that of the new holder. */
static void
carry(node *to, node *from)
{
    hfi_edges_move(to, (void **)(void *)&to->left, (void **)(void *)&from->left, 1, NULL);
}

static void
carry_to_and_fro(void)
{
    carry(one->right, one->left);
    baton_point("carried over");
    carry(one->left, one->right);
    baton_point("carried back");
    carry(one->right, one->left);
    baton_point("carried again");
    touch(one);
    drop(one);
}

START_TEST(a_reference_that_moves_in_bulk_does_not_stand_for_another_either)
{
    static const struct scenario scenario = {
        .set_up = make_a_shuttle,
        .plays = {collect, carry_to_and_fro},
    };
    schedule_script(&scenario, {A, "propose_object", 3}, {B, "carried over", 1}, {A, "proposed", 1},
                    {B, "carried back", 1}, {A, "words_read", 1}, {A, "verify_edge", 3},
                    {B, "carried again", 1}, {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

static void
move_to_and_fro_and_refer(void)
{
    give(one->right, left, take(one->left, left));
    baton_point("carried over");
    give(one->left, left, take(one->right, left));
    baton_point("carried back");
    give(one->right, left, take(one->left, left));
    baton_point("carried again");
    refer(0, one);
    baton_point("referred");
    touch(one);
    drop(one);
}

/* The same, and between the claim of those with a side record and the last look at the others it
 * gets one: now it is neither claimed nor the same as before. */
START_TEST(a_first_weak_reference_in_the_middle_of_a_claim_hides_no_change)
{
    static const struct scenario scenario = {
        .set_up = make_a_shuttle,
        .plays = {collect, move_to_and_fro_and_refer},
    };
    schedule_script(&scenario, {A, "propose_object", 3}, {B, "carried over", 1}, {A, "proposed", 1},
                    {B, "carried back", 1}, {A, "words_read", 1}, {A, "verify_edge", 3},
                    {B, "carried again", 1}, {A, "claimed", 1}, {B, "referred", 1},
                    {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

/* Two rings that are garbage, but for weak references to both nodes of the first. */
static void
make_two_rings(void)
{
    node *first = make_ring(), *second = make_ring();
    refer(0, first);
    refer(1, first->left);
    drop(first);
    drop(second);
}

static void
upgrade_the_first(void)
{
    node *held = upgrade(0);
    if (held) drop(held);
}

static void
upgrade_the_second_and_keep_it(void)
{
    one = upgrade(1);
}

static void
drop_what_was_kept(void)
{
    if (one) drop(one);
    one = NULL;
}

/* The claim of both rings is aborted, and the next, of the second ring alone, is committed. Who had
 * seen the mark of the first claim finds that something was committed: it was something else. */
START_TEST(an_upgrade_that_finds_another_claim_committed_is_none_the_worse)
{
    static const struct scenario scenario = {
        .set_up = make_two_rings,
        .plays = {collect, upgrade_the_first, upgrade_the_second_and_keep_it},
        .finish = drop_what_was_kept,
    };
    schedule_script(&scenario, {A, "claimed", 1}, {B, "upgrade_seen", 1}, {C, TO_THE_END, 1},
                    {A, TO_THE_END, 1}, {B, TO_THE_END, 1});
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of last looks");
    TCase *tests = tcase_create("last looks");
    tcase_add_test(tests, a_reference_that_two_edges_have_shown_does_not_stand_for_another);
    tcase_add_test(tests, a_reference_that_moves_in_bulk_does_not_stand_for_another_either);
    tcase_add_test(tests, a_first_weak_reference_in_the_middle_of_a_claim_hides_no_change);
    tcase_add_test(tests, an_upgrade_that_finds_another_claim_committed_is_none_the_worse);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
