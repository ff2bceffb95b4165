/* SPDX-License-Identifier: MIT
 *
 * Tests of hf_find_cycles: each group of objects that hold each other, once, with the fields that
 * lead around; and nothing dies of it.
 * Knows only public headers. include/holdfast/collect.h. */
#include <holdfast/holdfast.h>

#include <stdio.h>
#include <string.h>

#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    struct node *pair[2];
    struct node *others[];
} node;

HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_STRONG_ARRAY(node, pair),
                                  HF_STRONG_FLEX(node, others)));

typedef node secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(secret, next)));

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

static char story[512];
static size_t told_objects;

static void
tell(const struct hf_cycle *cycle, void *ctx)
{
    (void)ctx;
    size_t used = strlen(story);
    for (size_t i = 0; i < cycle->length; i++) {
        const struct hf_cycle_edge *edge = &cycle->edges[i];
        int written = snprintf(story + used, sizeof story - used, "%s.%s[%zu] ", edge->type->name,
                               edge->field, edge->index);
        ck_assert_int_gt(written, 0);
        used += (size_t)written;
        if (used >= sizeof story) break;
    }
    told_objects += cycle->objects;
}

static void
expect_cycles(size_t groups, size_t objects, const char *text)
{
    for (int again = 0; again < 2; again++) {
        story[0] = '\0';
        told_objects = 0;
        ck_assert_uint_eq(hf_find_cycles(tell, NULL), groups);
        ck_assert_uint_eq(told_objects, objects);
        if (text) ck_assert_str_eq(story, text);
    }
}

static node *
new_node(void)
{
    node *n = hf_new(node);
    ck_assert_ptr_nonnull(n);
    return n;
}

START_TEST(without_garbage_there_is_nothing_to_tell)
{
    expect_cycles(0, 0, "");
    node *a = new_node();
    hf_set(a, next, a);
    expect_cycles(0, 0, "");
    hf_release(a);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(an_object_that_holds_itself_is_a_cycle)
{
    node *a = new_node();
    hf_set_at(a, pair, 1, a);
    hf_release(a);
    expect_cycles(1, 1, "node.pair[1] ");
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    ck_assert_uint_eq(hf_collect(), 1);
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
    story[0] = '\0';
    ck_assert_uint_eq(hf_find_cycles(tell, NULL), 1);
    ck_assert_ptr_nonnull(strstr(story, "node.others[3] "));
    ck_assert_ptr_nonnull(strstr(story, "node.next[0] "));
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

START_TEST(a_field_of_the_base_is_named)
{
    special *s = hf_new(special);
    ck_assert_ptr_nonnull(s);
    hf_set(&s->base, next, &s->base);
    hf_release(s);
    expect_cycles(1, 1, "special.next[0] ");
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

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

START_TEST(a_tail_is_no_cycle)
{
    node *first = new_ring(3);
    hf_give_at(first, pair, 0, new_node());
    hf_release(first);
    expect_cycles(1, 3, NULL);
    ck_assert_uint_ge(hf_collect(), 3);
}
END_TEST

START_TEST(two_rings_are_two_groups_and_with_an_object_in_common_one)
{
    node *first = new_ring(3), *second = new_ring(4);
    hf_set_at(first, pair, 0, second);
    hf_release(first);
    hf_release(second);
    expect_cycles(2, 7, NULL);
    ck_assert_uint_eq(hf_collect(), 7);
    first = new_ring(3), second = new_ring(4);
    hf_set_at(first, pair, 0, second);
    hf_set_at(second, pair, 0, first);
    hf_release(first);
    hf_release(second);
    expect_cycles(1, 7, NULL);
    ck_assert_uint_eq(hf_collect(), 7);
}
END_TEST

START_TEST(a_large_ring_takes_no_stack)
{
    node *first = new_ring(100000);
    hf_release(first);
    told_objects = 0;
    story[0] = '\0';
    ck_assert_uint_eq(hf_find_cycles(tell, NULL), 1);
    ck_assert_uint_eq(told_objects, 100000);
    ck_assert_uint_eq(hf_collect(), 100000);
}
END_TEST

START_TEST(confined_cycles_are_told_on_their_thread)
{
    secret *s = hf_new(secret);
    ck_assert_ptr_nonnull(s);
    hf_give(s, next, hf_retain(s));
    hf_release(s);
    expect_cycles(1, 1, "secret.next[0] ");
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

static void
collect_inside(const struct hf_cycle *cycle, void *ctx)
{
    (void)cycle;
    *(size_t *)ctx += hf_collect() + hf_find_cycles(tell, NULL);
}

START_TEST(inside_the_report_nothing_is_collected)
{
    hf_release(new_ring(2));
    size_t inside = 0;
    ck_assert_uint_eq(hf_find_cycles(collect_inside, &inside), 1);
    ck_assert_uint_eq(inside, 0);
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles that are told");
    TCase *tests = tcase_create("find");
    tcase_add_test(tests, without_garbage_there_is_nothing_to_tell);
    tcase_add_test(tests, an_object_that_holds_itself_is_a_cycle);
    tcase_add_test(tests, a_flexible_array_is_named_with_its_index);
    tcase_add_test(tests, a_field_of_the_base_is_named);
    tcase_add_test(tests, a_tail_is_no_cycle);
    tcase_add_test(tests, two_rings_are_two_groups_and_with_an_object_in_common_one);
    tcase_add_test(tests, a_large_ring_takes_no_stack);
    tcase_add_test(tests, confined_cycles_are_told_on_their_thread);
    tcase_add_test(tests, inside_the_report_nothing_is_collected);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
