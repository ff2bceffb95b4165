/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/weak.h>: what a weak reference refers to, from empty to dead.
 * Knows public headers only; built a second time with HF_INLINE.
 * What it costs in memory is in weak_memory.c, death notices are in notice.c. */
#include <holdfast/holdfast.h>

#include <stdalign.h>
#include <string.h>

#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    hf_weak(struct node) back;
    long number;
} node;
typedef hf_weak(node) node_weak;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, back)));

static void
refer(node_weak *weak, node *to)
{
    ck_assert_int_eq(hf_weak_set(weak, to), 0);
}

/* NULL for a reference that is dead or empty. */
static void
expect_to_refer(node_weak *weak, const node *to)
{
    size_t count = hf_count(to);
    node *upgraded = hf_upgrade(weak);
    ck_assert_ptr_eq(upgraded, to);
    ck_assert_uint_eq(hf_count(to), to ? count + 1 : 0);
    hf_release(upgraded);
}

/* ---- empty ------------------------------------------------------------------------------- */

static void
expect_empty(node_weak *weak)
{
    expect_to_refer(weak, NULL);
    ck_assert_int_eq(hf_weak_dead(weak), 0);
}

START_TEST(a_reference_of_zero_bytes_is_empty)
{
    node_weak weak;
    memset(&weak, 0, sizeof weak);
    expect_empty(&weak);
    hf_weak_clear(&weak);
    expect_empty(&weak);
}
END_TEST

START_TEST(a_reference_in_a_new_object_is_empty)
{
    hf_auto node *n = hf_new(node);
    ck_assert_ptr_null(hf_upgrade(&n->back));
    ck_assert_int_eq(hf_weak_dead(&n->back), 0);
}
END_TEST

START_TEST(a_cleared_reference_is_empty)
{
    hf_auto node *n = hf_new(node);
    node_weak weak = {.to_ = NULL};
    refer(&weak, n);
    hf_weak_clear(&weak);
    expect_empty(&weak);
    refer(&weak, n);
    refer(&weak, NULL);
    expect_empty(&weak);
}
END_TEST

START_TEST(a_dead_reference_is_empty_once_it_is_cleared)
{
    node *n = hf_new(node);
    node_weak cleared = {.to_ = NULL}, set_to_null = {.to_ = NULL};
    refer(&cleared, n);
    refer(&set_to_null, n);
    hf_release(n);
    hf_weak_clear(&cleared);
    refer(&set_to_null, NULL);
    expect_empty(&cleared);
    expect_empty(&set_to_null);
}
END_TEST

/* ---- alive ------------------------------------------------------------------------------- */

START_TEST(a_reference_keeps_nothing_alive_and_gives_an_owned_one)
{
    node *n = hf_new(node);
    node_weak weak = {.to_ = NULL};
    refer(&weak, n);
    ck_assert_uint_eq(hf_count(n), 1);
    node *upgraded = hf_upgrade(&weak);
    ck_assert_ptr_eq(upgraded, n);
    ck_assert_uint_eq(hf_count(n), 2);
    hf_release(n);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    ck_assert_int_eq(hf_weak_dead(&weak), 0);
    hf_release(upgraded);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(a_reference_may_be_turned_to_another_object)
{
    node *first = hf_new(node);
    hf_auto node *second = hf_new(node);
    node_weak weak = {.to_ = NULL};
    refer(&weak, first);
    refer(&weak, first);
    expect_to_refer(&weak, first);
    refer(&weak, second);
    hf_release(first);
    expect_to_refer(&weak, second);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(a_dead_reference_may_be_turned_to_a_living_object)
{
    node *first = hf_new(node);
    hf_auto node *second = hf_new(node);
    node_weak weak = {.to_ = NULL};
    refer(&weak, first);
    hf_release(first);
    refer(&weak, second);
    expect_to_refer(&weak, second);
    ck_assert_int_eq(hf_weak_dead(&weak), 0);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(an_object_that_is_referred_to_counts_as_before)
{
    enum { MANY = 1000 };
    hf_auto node *n = hf_new(node);
    hf_auto node *holder = hf_new(node);
    node *handles[MANY];
    node_weak weak = {.to_ = NULL};
    hf_set(holder, next, n);
    refer(&weak, n);
    for (size_t i = 0; i < MANY; i++) {
        handles[i] = i % 2 ? hf_retain(n) : hf_upgrade(&weak);
        ck_assert_uint_eq(hf_count(n), i + 3);
    }
    for (size_t i = 0; i < MANY; i++) hf_clear(&handles[i]);
    ck_assert_uint_eq(hf_count(n), 2);
    hf_set(holder, next, NULL);
    ck_assert_uint_eq(hf_count(n), 1);
    hf_weak_clear(&weak);
    ck_assert_uint_eq(hf_count(n), 1);
}
END_TEST

typedef struct large {
    alignas(256) char bytes[256];
    node *edges[];
} large;
HF_DECLARE(large);
HF_TYPE(large, .fields = HF_FIELDS(HF_STRONG_FLEX(large, edges)));

START_TEST(an_object_that_is_referred_to_keeps_its_type_tail_and_alignment)
{
    large *l = hf_new_flex(large, edges, 9);
    hf_weak(large) weak = {.to_ = NULL};
    hf_give_at(l, edges, 8, hf_new(node));
    ck_assert_int_eq(hf_weak_set(&weak, l), 0);
    ck_assert_ptr_eq(hf_type_of(l), &hf_type_large);
    ck_assert_uint_eq(hf_flex_count(l), 9);
    ck_assert_uint_eq((uintptr_t)l % 256, 0);
    hf_give_at(l, edges, 0, hf_new(node));
    ck_assert_uint_eq(hf_live(&hf_type_node), 2);
    hf_release(l);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
    ck_assert_ptr_null(hf_upgrade(&weak));
    hf_weak_clear(&weak);
}
END_TEST

typedef node confined;
HF_DECLARE(confined);
HF_TYPE(confined, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(confined, next)));

START_TEST(a_confined_object_is_referred_to_on_its_thread)
{
    confined *c = hf_new(confined);
    node_weak weak = {.to_ = NULL}, copy = {.to_ = NULL};
    refer(&weak, c);
    ck_assert_int_eq(hf_weak_copy(&copy, &weak), 0);
    expect_to_refer(&weak, c);
    expect_to_refer(&copy, c);
    hf_release(c);
    expect_to_refer(&weak, NULL);
    ck_assert_int_ne(hf_weak_dead(&copy), 0);
    hf_weak_clear(&weak);
    hf_weak_clear(&copy);
}
END_TEST

struct hidden;
typedef hf_weak(struct hidden) hidden_weak;

static struct hidden *
upgrade_hidden(hidden_weak *weak)
{
    return hf_upgrade(weak);
}

START_TEST(the_type_that_is_referred_to_may_be_incomplete)
{
    hf_auto node *n = hf_new(node);
    hidden_weak weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, (struct hidden *)(void *)n), 0);
    struct hidden *upgraded = upgrade_hidden(&weak);
    ck_assert_ptr_eq((void *)upgraded, n);
    hf_release(upgraded);
    hf_weak_clear(&weak);
}
END_TEST

/* ---- copies ------------------------------------------------------------------------------ */

START_TEST(a_copy_refers_to_the_same_object_and_is_a_reference_of_its_own)
{
    node *n = hf_new(node);
    node_weak weak = {.to_ = NULL}, copy = {.to_ = NULL};
    refer(&weak, n);
    ck_assert_int_eq(hf_weak_copy(&copy, &weak), 0);
    hf_weak_clear(&weak);
    expect_to_refer(&copy, n);
    hf_release(n);
    expect_to_refer(&copy, NULL);
    ck_assert_int_ne(hf_weak_dead(&copy), 0);
    hf_weak_clear(&copy);
}
END_TEST

START_TEST(a_copy_forgets_what_it_referred_to)
{
    hf_auto node *first = hf_new(node);
    hf_auto node *second = hf_new(node);
    node_weak weak = {.to_ = NULL}, copy = {.to_ = NULL};
    refer(&weak, first);
    refer(&copy, second);
    hf_weak_copy(&copy, &weak);
    expect_to_refer(&copy, first);
    hf_weak_copy(&copy, &copy);
    expect_to_refer(&copy, first);
    hf_weak_clear(&weak);
    hf_weak_copy(&copy, &weak);
    expect_empty(&copy);
    ck_assert_int_ne(hf_is_unique(first), 0);
    ck_assert_int_ne(hf_is_unique(second), 0);
}
END_TEST

START_TEST(a_copy_of_a_dead_reference_is_dead)
{
    node *n = hf_new(node);
    node_weak weak = {.to_ = NULL}, copy = {.to_ = NULL};
    refer(&weak, n);
    hf_release(n);
    hf_weak_copy(&copy, &weak);
    hf_weak_clear(&weak);
    expect_to_refer(&copy, NULL);
    ck_assert_int_ne(hf_weak_dead(&copy), 0);
    hf_weak_clear(&copy);
}
END_TEST

/* ---- dying ------------------------------------------------------------------------------- */

/* What the steps of a death do with these references. */
static node_weak before_death, from_notice, from_destroy, from_free;

static void
refer_from(node_weak *weak, void *self)
{
    expect_to_refer(&before_death, NULL);
    ck_assert_int_ne(hf_weak_dead(&before_death), 0);
    refer(weak, self);
    expect_to_refer(weak, NULL);
    ck_assert_int_ne(hf_weak_dead(weak), 0);
}

static void
refer_from_notice(void *object, void *ctx)
{
    (void)ctx;
    refer_from(&from_notice, object);
}

static void
refer_from_destroy(void *self)
{
    refer_from(&from_destroy, self);
}

static void
refer_from_free(void *self)
{
    refer_from(&from_free, self);
}

typedef node mortal;
HF_DECLARE(mortal);
HF_TYPE(mortal, .destroy = refer_from_destroy, .free = refer_from_free);

START_TEST(while_an_object_dies_references_to_it_are_dead_and_new_ones_are_born_dead)
{
    mortal *m = hf_new(mortal);
    refer(&before_death, m);
    ck_assert_uint_ne(hf_on_death(m, refer_from_notice, NULL), 0);
    hf_release(m);
    node_weak *const all[] = {&before_death, &from_notice, &from_destroy, &from_free};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        expect_to_refer(all[i], NULL);
        ck_assert_int_ne(hf_weak_dead(all[i]), 0);
        hf_weak_clear(all[i]);
        expect_empty(all[i]);
    }
}
END_TEST

START_TEST(an_object_may_refer_to_itself)
{
    node *n = hf_new(node);
    ck_assert_int_eq(hf_weak_set(&n->back, n), 0);
    ck_assert_int_eq(hf_is_unique(n), 0);
    hf_release(n);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

START_TEST(objects_may_refer_to_each_other)
{
    node *parent = hf_new(node);
    hf_auto node *child = hf_new(node);
    hf_set(parent, next, child);
    ck_assert_int_eq(hf_weak_set(&child->back, parent), 0);
    ck_assert_int_eq(hf_weak_set(&parent->back, child), 0);
    hf_release(parent);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    ck_assert_int_ne(hf_weak_dead(&child->back), 0);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
states(void)
{
    TCase *tests = tcase_create("states");
    tcase_add_test(tests, a_reference_of_zero_bytes_is_empty);
    tcase_add_test(tests, a_reference_in_a_new_object_is_empty);
    tcase_add_test(tests, a_cleared_reference_is_empty);
    tcase_add_test(tests, a_dead_reference_is_empty_once_it_is_cleared);
    tcase_add_test(tests, a_reference_keeps_nothing_alive_and_gives_an_owned_one);
    tcase_add_test(tests, a_reference_may_be_turned_to_another_object);
    tcase_add_test(tests, a_dead_reference_may_be_turned_to_a_living_object);
    tcase_add_test(tests, a_copy_refers_to_the_same_object_and_is_a_reference_of_its_own);
    tcase_add_test(tests, a_copy_forgets_what_it_referred_to);
    tcase_add_test(tests, a_copy_of_a_dead_reference_is_dead);
    return tests;
}

static TCase *
objects(void)
{
    TCase *tests = tcase_create("objects");
    tcase_add_test(tests, an_object_that_is_referred_to_counts_as_before);
    tcase_add_test(tests, an_object_that_is_referred_to_keeps_its_type_tail_and_alignment);
    tcase_add_test(tests, a_confined_object_is_referred_to_on_its_thread);
    tcase_add_test(tests, the_type_that_is_referred_to_may_be_incomplete);
    tcase_add_test(tests,
                   while_an_object_dies_references_to_it_are_dead_and_new_ones_are_born_dead);
    tcase_add_test(tests, an_object_may_refer_to_itself);
    tcase_add_test(tests, objects_may_refer_to_each_other);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("weak references");
    suite_add_tcase(suite, states());
    suite_add_tcase(suite, objects());
    return suite;
}

HF_TEST_MAIN(suite)
