/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/place.h>: objects on the stack.
 * Knows public headers only; objects in static storage are in static.c.
 * What outlives its frame is fatal. */
#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    witness *strong;
    hf_weak(witness) weak;
    char *text;
} node;
HF_DECLARE(node);

static void
own(void *text)
{
    happen(text);
}

static void
node_destroy(void *self)
{
    (void)self;
    happen("node dies");
}

HF_TYPE(node, .destroy = node_destroy,
        .fields = HF_FIELDS(HF_STRONG(node, next), HF_STRONG(node, strong), HF_WEAK(node, weak),
                            HF_OWNED(node, text, own)));

typedef hf_weak(node) node_weak;

static void
notice(void *object, void *ctx)
{
    (void)object;
    happen(ctx);
}

/* ---- on the stack ------------------------------------------------------------------------ */

/* Leaves a mark all over the stack below the caller. */
static __attribute__((noinline)) void
soil_stack(void)
{
    volatile unsigned char frame[4096];
    for (size_t i = 0; i < sizeof frame; i++) frame[i] = 0xA5;
}

static __attribute__((noinline)) void
expect_new_on_stack(void)
{
    static const char zeros[sizeof(node)];
    HF_ON_STACK(node, n);
    ck_assert_mem_eq(n, zeros, sizeof zeros);
    ck_assert_uint_eq(hf_count(n), 1);
    ck_assert_ptr_eq(hf_type_of(n), &hf_type_node);
    ck_assert_uint_eq(hf_flex_count(n), 0);
}

START_TEST(an_object_on_the_stack_begins_zero_with_one_reference)
{
    soil_stack();
    expect_new_on_stack();
}
END_TEST

START_TEST(an_object_on_the_stack_dies_at_the_end_of_its_scope)
{
    static char text[] = "text";
    {
        HF_ON_STACK(node, n);
        hf_give(n, strong, witness_new("strong"));
        n->text = text;
        ck_assert_uint_ne(hf_on_death(n, notice, "notice"), 0);
        happen("last statement");
    }
    ck_assert_str_eq(what_happened(), "last statement, notice, node dies, text, strong");
}
END_TEST

START_TEST(an_object_on_the_stack_may_be_retained_and_held_for_a_while)
{
    HF_ON_STACK(node, n);
    hf_auto node *holder = hf_new(node);
    hf_set(holder, next, n);
    node *retained = hf_retain(n);
    ck_assert_uint_eq(hf_count(n), 3);
    hf_clear(&retained);
    hf_set(holder, next, NULL);
    ck_assert_uint_eq(hf_count(n), 1);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(weak_references_to_an_object_on_the_stack_become_null)
{
    node_weak weak = {.to_ = NULL};
    {
        HF_ON_STACK(node, n);
        ck_assert_int_eq(hf_weak_set(&weak, n), 0);
        hf_auto node *upgraded = hf_upgrade(&weak);
        ck_assert_ptr_eq(upgraded, n);
        ck_assert_int_eq(hf_weak_dead(&weak), 0);
    }
    ck_assert_ptr_null(hf_upgrade(&weak));
    ck_assert_int_ne(hf_weak_dead(&weak), 0);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(a_weak_field_of_an_object_on_the_stack_is_cleared)
{
    hf_auto witness *w = witness_new("w");
    {
        HF_ON_STACK(node, n);
        ck_assert_int_eq(hf_weak_set(&n->weak, w), 0);
        ck_assert_int_eq(hf_is_unique(w), 0);
    }
    ck_assert_int_ne(hf_is_unique(w), 0);
}
END_TEST

static int
return_early(int is_early)
{
    HF_ON_STACK(node, first);
    if (is_early) return hf_count(first) == 1;
    HF_ON_STACK(node, second);
    hf_set(first, next, second);
    hf_set(first, next, NULL);
    return hf_count(second) == 2;
}

START_TEST(an_early_return_ends_what_was_declared_until_then)
{
    ck_assert_int_eq(return_early(1), 1);
    ck_assert_str_eq(what_happened(), "node dies");
    ck_assert_int_eq(return_early(0), 0);
    ck_assert_str_eq(what_happened(), "node dies, node dies");
}
END_TEST

START_TEST(each_round_of_a_loop_has_an_object_of_its_own)
{
    node_weak weak = {.to_ = NULL};
    for (int i = 0; i < 3; i++) {
        HF_ON_STACK(node, n);
        ck_assert_ptr_null(n->next);
        ck_assert_ptr_null(hf_upgrade(&weak));
        ck_assert_int_eq(hf_weak_set(&weak, n), 0);
        hf_give(n, next, hf_new(node));
        if (i == 1) continue;
        n->next->text = NULL;
    }
    hf_weak_clear(&weak);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

typedef struct aligned_16 {
    _Alignas(16) char bytes[40];
} aligned_16;
HF_DECLARE(aligned_16);
HF_TYPE(aligned_16);

typedef struct aligned_32 {
    _Alignas(32) char bytes[40];
} aligned_32;
HF_DECLARE(aligned_32);
HF_TYPE(aligned_32);

START_TEST(objects_on_the_stack_are_aligned_up_to_32)
{
    HF_ON_STACK(aligned_16, first);
    char between = 0;
    HF_ON_STACK(aligned_32, second);
    HF_ON_STACK(aligned_16, third);
    HF_ON_STACK(aligned_32, fourth);
    ck_assert_uint_eq((uintptr_t)unknown_origin(first) % 16, 0);
    ck_assert_uint_eq((uintptr_t)unknown_origin(second) % 32, 0);
    ck_assert_uint_eq((uintptr_t)unknown_origin(third) % 16, 0);
    ck_assert_uint_eq((uintptr_t)unknown_origin(fourth) % 32, 0);
    ck_assert_uint_eq(hf_count(second) + hf_count(fourth), 2);
    ck_assert_int_eq(between, 0);
}
END_TEST

typedef struct secret {
    int number;
} secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED);

START_TEST(a_confined_object_may_be_on_the_stack)
{
    hf_auto secret *of_the_same_thread = hf_new(secret);
    ck_assert_uint_eq(hf_count(of_the_same_thread), 1);
    HF_ON_STACK(secret, s);
    secret *same = hf_retain(s);
    ck_assert_uint_eq(hf_count(s), 2);
    hf_clear(&same);
    ck_assert_uint_eq(hf_count(s), 1);
}
END_TEST

/* Has an object in the frame of its destroy. */
typedef struct outer {
    int number;
} outer;
HF_DECLARE(outer);

static void
outer_destroy(void *self)
{
    (void)self;
    {
        HF_ON_STACK(node, inner);
        hf_give(inner, strong, witness_new("strong"));
    }
    happen("outer dies");
}

HF_TYPE(outer, .destroy = outer_destroy);

/* The frame goes, so it can't wait in line; what it held can. */
START_TEST(an_object_on_the_stack_dies_at_once_even_inside_a_death)
{
    hf_release(hf_new(outer));
    ck_assert_str_eq(what_happened(), "node dies, outer dies, strong");
}
END_TEST

/* ---- what outlives a frame --------------------------------------------------------------- */

static node *outside;

static __attribute__((noinline)) void
leave_with(int is_kept)
{
    HF_ON_STACK(node, n);
    if (is_kept) outside = hf_retain(n);
}

START_TEST(a_reference_that_outlives_the_frame_is_fatal)
{
    leave_with(0);
    HF_EXPECT_FATAL(leave_with(1), "object on the stack outlived its frame", "node");
}
END_TEST

static __attribute__((noinline)) void
leave_in(node *holder)
{
    HF_ON_STACK(node, n);
    hf_set(holder, next, n);
}

START_TEST(a_field_that_outlives_the_frame_is_fatal)
{
    hf_auto node *holder = hf_new(node);
    HF_EXPECT_FATAL(leave_in(holder), "object on the stack outlived its frame", "node");
}
END_TEST

/* Its destroy keeps it. */
typedef struct clinging {
    int number;
} clinging;
HF_DECLARE(clinging);

static clinging *clung_to;

static void
cling(void *self)
{
    clung_to = hf_retain((clinging *)self);
}

HF_TYPE(clinging, .destroy = cling);

static __attribute__((noinline)) void
leave_clinging(void)
{
    HF_ON_STACK(clinging, c);
    c->number = 1;
}

START_TEST(a_destroy_that_keeps_an_object_on_the_stack_is_fatal)
{
    HF_EXPECT_FATAL(leave_clinging(), "object on the stack outlived its frame", "clinging");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
on_the_stack(void)
{
    TCase *tests = tcase_create("on the stack");
    tcase_add_test(tests, an_object_on_the_stack_begins_zero_with_one_reference);
    tcase_add_test(tests, an_object_on_the_stack_dies_at_the_end_of_its_scope);
    tcase_add_test(tests, an_object_on_the_stack_may_be_retained_and_held_for_a_while);
    tcase_add_test(tests, weak_references_to_an_object_on_the_stack_become_null);
    tcase_add_test(tests, a_weak_field_of_an_object_on_the_stack_is_cleared);
    tcase_add_test(tests, an_early_return_ends_what_was_declared_until_then);
    tcase_add_test(tests, each_round_of_a_loop_has_an_object_of_its_own);
    tcase_add_test(tests, objects_on_the_stack_are_aligned_up_to_32);
    tcase_add_test(tests, a_confined_object_may_be_on_the_stack);
    tcase_add_test(tests, an_object_on_the_stack_dies_at_once_even_inside_a_death);
    return tests;
}

static TCase *
beyond_the_frame(void)
{
    TCase *tests = tcase_create("beyond the frame");
    tcase_add_test(tests, a_reference_that_outlives_the_frame_is_fatal);
    tcase_add_test(tests, a_field_that_outlives_the_frame_is_fatal);
    tcase_add_test(tests, a_destroy_that_keeps_an_object_on_the_stack_is_fatal);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("objects on the stack");
    suite_add_tcase(suite, on_the_stack());
    suite_add_tcase(suite, beyond_the_frame());
    return suite;
}

HF_TEST_MAIN(suite)
