/* SPDX-License-Identifier: MIT
 *
 * Tests of hf_find_cycles: each group of objects that hold each other, once, with the fields that
 * lead around; and nothing dies of it.
 * Knows only public headers. include/holdfast/collect.h. */
#include <holdfast/holdfast.h>

#include "seam/story.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    struct node *pair[2];
    struct node *others[];
} node;

HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_STRONG_ARRAY(node, pair),
                                  HF_STRONG_FLEX(node, others)));

/* The base of a type can't have a flexible array. */
typedef struct plain {
    struct plain *next;
} plain;
typedef struct special {
    plain base;
    int more;
} special;
HF_DECLARE(plain);
HF_TYPE(plain, .fields = HF_FIELDS(HF_STRONG(plain, next)));
HF_DECLARE(special);
HF_TYPE(special, .base = &hf_type_plain);

/* ---- what it is told of ------------------------------------------------------------------ */

static node *
new_node(void)
{
    node *n = hf_new(node);
    ck_assert_ptr_nonnull(n);
    return n;
}

/* A ring of so many; returns the first, which the caller holds. */
static node *
new_ring(size_t count)
{
    node *first = new_node();
    node *last = hf_retain(first);
    for (size_t i = 1; i < count; i++) {
        node *n = new_node();
        hf_set(last, next, n);
        hf_release(last);
        last = n;
    }
    hf_set(last, next, first);
    hf_release(last);
    return first;
}

START_TEST(what_lives_is_not_told)
{
    expect_nothing_told();
    node *ring = new_ring(3);
    hf_give_at(ring, pair, 0, new_ring(2));
    expect_nothing_told();
    hf_release(ring);
    ck_assert_uint_eq(hf_collect(), 5);
    expect_nothing_told();
}
END_TEST

START_TEST(without_a_function_cycles_are_only_counted)
{
    ck_assert_uint_eq(hf_find_cycles(NULL, NULL), 0);
    hf_release(new_ring(3));
    hf_release(new_ring(2));
    ck_assert_uint_eq(hf_find_cycles(NULL, NULL), 2);
    ck_assert_uint_eq(hf_collect(), 5);
}
END_TEST

START_TEST(an_object_that_holds_itself_is_a_cycle)
{
    node *a = new_node();
    hf_set_at(a, pair, 1, a);
    hf_release(a);
    expect_cycle(1, "node.pair[1] ");
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(the_fields_are_named_in_their_order)
{
    node *a = new_node(), *b = new_node();
    plain *c = hf_new(plain);
    ck_assert_ptr_nonnull(c);
    hf_set(a, next, b);
    hf_set_at(b, pair, 0, (node *)(void *)c);
    hf_set(c, next, (plain *)(void *)a);
    hf_release(a);
    hf_release(b);
    expect_nothing_told();
    hf_release(c);
    expect_cycle(3, "node.next[0] node.pair[0] plain.next[0] ");
    ck_assert_uint_eq(hf_collect(), 3);
}
END_TEST

START_TEST(a_flexible_array_is_named_with_its_index)
{
    node *a = hf_new_flex(node, others, 5);
    ck_assert_ptr_nonnull(a);
    node *b = new_node();
    hf_set_at(a, others, 3, b);
    hf_set(b, next, a);
    hf_release(a);
    hf_release(b);
    expect_cycle(2, "node.others[3] node.next[0] ");
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

START_TEST(a_field_of_the_base_is_named)
{
    special *s = hf_new(special);
    ck_assert_ptr_nonnull(s);
    hf_set(&s->base, next, &s->base);
    hf_release(s);
    expect_cycle(1, "special.next[0] ");
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(the_way_around_is_no_longer_than_it_must_be)
{
    node *ring = new_ring(9);
    node *third = ring->next->next;
    hf_set_at(third, pair, 0, ring);
    hf_release(ring);
    expect_cycle(9, "node.next[0] node.next[0] node.pair[0] ");
    ck_assert_uint_eq(hf_collect(), 9);
}
END_TEST

START_TEST(a_tail_is_no_cycle_and_neither_is_what_leads_to_one)
{
    node *ring = new_ring(3), *before = new_node();
    hf_give_at(ring, pair, 0, new_node());
    hf_set(before, next, ring);
    node *first = new_ring(1);
    hf_give_at(first, pair, 0, before);
    hf_release(ring);
    hf_release(first);
    expect_groups(2, 4);
    hf_collect();
    ck_assert_uint_eq(count_living(), 0);
}
END_TEST

/* ---- groups ------------------------------------------------------------------------------ */

START_TEST(two_rings_are_two_groups_though_one_holds_the_other)
{
    node *first = new_ring(3), *second = new_ring(4);
    hf_set_at(first, pair, 0, second);
    hf_release(first);
    hf_release(second);
    expect_groups(2, 7);
    ck_assert_uint_eq(hf_collect(), 7);
}
END_TEST

START_TEST(two_rings_that_hold_each_other_are_one_group)
{
    node *first = new_ring(3), *second = new_ring(4);
    hf_set_at(first, pair, 0, second);
    hf_set_at(second, pair, 0, first);
    hf_release(first);
    hf_release(second);
    expect_groups(1, 7);
    ck_assert_uint_eq(hf_collect(), 7);
}
END_TEST

START_TEST(two_rings_with_an_object_in_common_are_one_group)
{
    node *shared = new_ring(3), *other = new_node();
    hf_set_at(shared, pair, 0, other);
    hf_set(other, next, shared);
    hf_release(other);
    hf_release(shared);
    expect_groups(1, 4);
    ck_assert_uint_eq(hf_collect(), 4);
}
END_TEST

START_TEST(many_groups_are_each_told_once)
{
    enum { GROUPS = 500 };
    for (size_t i = 0; i < GROUPS; i++) hf_release(new_ring(i % 4 + 1));
    expect_groups(GROUPS, GROUPS / 4 * (1 + 2 + 3 + 4));
    ck_assert_uint_eq(hf_collect(), GROUPS / 4 * (1 + 2 + 3 + 4));
}
END_TEST

START_TEST(a_large_ring_takes_no_stack)
{
    enum { MANY = 100000 };
    node *ring = new_ring(MANY);
    hf_release(ring);
    expect_groups(1, MANY);
    ck_assert_uint_eq(hf_collect(), MANY);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles that are told");
    TCase *tests = tcase_create("find");
    tcase_add_test(tests, what_lives_is_not_told);
    tcase_add_test(tests, without_a_function_cycles_are_only_counted);
    tcase_add_test(tests, an_object_that_holds_itself_is_a_cycle);
    tcase_add_test(tests, the_fields_are_named_in_their_order);
    tcase_add_test(tests, a_flexible_array_is_named_with_its_index);
    tcase_add_test(tests, a_field_of_the_base_is_named);
    tcase_add_test(tests, the_way_around_is_no_longer_than_it_must_be);
    tcase_add_test(tests, a_tail_is_no_cycle_and_neither_is_what_leads_to_one);
    tcase_add_test(tests, two_rings_are_two_groups_though_one_holds_the_other);
    tcase_add_test(tests, two_rings_that_hold_each_other_are_one_group);
    tcase_add_test(tests, two_rings_with_an_object_in_common_are_one_group);
    tcase_add_test(tests, many_groups_are_each_told_once);
    tcase_add_test(tests, a_large_ring_takes_no_stack);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
