/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/place.h>: objects in static storage.
 * Knows public headers only; objects on the stack are in place.c.
 * They live for ever, and need no call to begin: the type of some was never used before. */
#include <pthread.h>
#include <stdbool.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    const char *text;
} node;
HF_DECLARE(node);

static void
node_destroy(void *self)
{
    (void)self;
    happen("node dies");
}

HF_TYPE(node, .destroy = node_destroy, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef hf_weak(node) node_weak;

HF_STATIC(node, plain);
HF_STATIC(node, filled, .text = "filled", .next = NULL);

typedef struct config {
    int retries;
    const char *name;
    witness *observer;
} config;
HF_DECLARE(config);
HF_TYPE(config, .fields = HF_FIELDS(HF_STRONG(config, observer)));

HF_STATIC(config, defaults, .retries = 3, .name = "defaults");
HF_STATIC(config, in_order, 5, "in order", NULL);

START_TEST(a_static_object_is_zero_but_for_its_initialisers)
{
    ck_assert_ptr_null(plain->next);
    ck_assert_str_eq(filled->text, "filled");
    ck_assert_int_eq(defaults->retries, 3);
    ck_assert_str_eq(defaults->name, "defaults");
    ck_assert_ptr_null(defaults->observer);
    ck_assert_int_eq(in_order->retries, 5);
    ck_assert_str_eq(in_order->name, "in order");
    ck_assert_ptr_eq(hf_type_of(defaults), &hf_type_config);
    ck_assert_uint_eq(hf_flex_count(defaults), 0);
}
END_TEST

typedef struct aligned {
    _Alignas(32) char letter;
} aligned;
HF_DECLARE(aligned);
HF_TYPE(aligned);
HF_STATIC(aligned, of_32, .letter = 'a');

START_TEST(a_static_object_is_aligned_up_to_32)
{
    hf_auto aligned *same = hf_retain(of_32);
    ck_assert_uint_eq((uintptr_t)unknown_origin(same) % 32, 0);
    ck_assert_int_eq(same->letter, 'a');
    ck_assert_ptr_eq(hf_type_of(of_32), &hf_type_aligned);
}
END_TEST

HF_STATIC_DECLARE(config, shared_defaults);
HF_STATIC_DEFINE(config, shared_defaults, .retries = 5);
HF_STATIC_DECLARE(config, shared_zero);
HF_STATIC_DEFINE(config, shared_zero);

START_TEST(a_static_object_may_be_declared_for_several_files)
{
    ck_assert_int_eq(shared_defaults->retries, 5);
    ck_assert_ptr_null(shared_defaults->name);
    ck_assert_int_eq(shared_zero->retries, 0);
    ck_assert_uint_eq(hf_count(shared_defaults), HF_IMMORTAL_COUNT);
    ck_assert_ptr_eq(hf_type_of(shared_zero), &hf_type_config);
}
END_TEST

/* As a function does that returns an owned reference. */
static config *
choose(bool is_default)
{
    return is_default ? defaults : hf_new(config);
}

START_TEST(a_static_object_is_owned_without_a_retain)
{
    for (int i = 0; i < 4; i++) {
        hf_auto config *c = choose(i % 2);
        ck_assert_ptr_nonnull(c);
    }
    ck_assert_int_eq(defaults->retries, 3);
    ck_assert_uint_eq(hf_count(defaults), HF_IMMORTAL_COUNT);
}
END_TEST

START_TEST(a_static_object_is_immortal)
{
    ck_assert_uint_eq(hf_count(plain), HF_IMMORTAL_COUNT);
    for (int i = 0; i < 3; i++) hf_release(unknown_origin(plain));
    ck_assert_uint_eq(hf_count(plain), HF_IMMORTAL_COUNT);
    hf_auto node *same = hf_retain(plain);
    ck_assert_ptr_eq(same, unknown_origin(plain));
    ck_assert_uint_eq(hf_count(plain), HF_IMMORTAL_COUNT);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(a_static_object_may_be_inside_a_function)
{
    HF_STATIC(config, local, .retries = 9);
    HF_STATIC(config, empty);
    ck_assert_int_eq(local->retries, 9);
    ck_assert_int_eq(empty->retries, 0);
    ck_assert_uint_eq(hf_count(empty), HF_IMMORTAL_COUNT);
}
END_TEST

START_TEST(strong_fields_of_a_static_object_are_set_at_run_time)
{
    hf_auto witness *w = witness_new("w");
    hf_set(defaults, observer, w);
    ck_assert_uint_eq(hf_count(w), 2);
    hf_auto witness *copy = hf_get(defaults, observer);
    ck_assert_ptr_eq(copy, unknown_origin(w));
    hf_give(defaults, observer, witness_new("second"));
    ck_assert_uint_eq(hf_count(w), 2);
    hf_set(defaults, observer, NULL);
    ck_assert_str_eq(what_happened(), "second");
}
END_TEST

START_TEST(a_static_object_may_be_stored_in_fields)
{
    hf_auto node *n = hf_new(node);
    hf_set(n, next, plain);
    hf_give(n, next, plain);
    ck_assert_ptr_eq(hf_take(n, next), plain);
    hf_set(n, next, plain);
    hf_clear(&n);
    ck_assert_uint_eq(hf_count(plain), HF_IMMORTAL_COUNT);
    ck_assert_str_eq(what_happened(), "node dies");
}
END_TEST

START_TEST(weak_references_to_a_static_object_are_good_for_ever)
{
    node_weak weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, plain), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_eq(hf_upgrade(&weak), plain);
        hf_release(unknown_origin(plain));
        hf_release(unknown_origin(plain));
    }
    ck_assert_uint_eq(hf_count(plain), HF_IMMORTAL_COUNT);
    ck_assert_int_eq(hf_weak_dead(&weak), 0);
    hf_weak_clear(&weak);
}
END_TEST

/* Many threads may meet at its first use. */
static void *
use_static(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        node_weak weak = {.to_ = NULL};
        ck_assert_int_eq(hf_weak_set(&weak, filled), 0);
        hf_auto node *upgraded = hf_upgrade(&weak);
        hf_auto node *retained = hf_retain(filled);
        ck_assert_ptr_eq(upgraded, unknown_origin(retained));
        hf_weak_clear(&weak);
    }
    return unused;
}

START_TEST(a_static_object_may_be_used_by_all_threads_at_once)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_static, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    ck_assert_uint_eq(hf_count(filled), HF_IMMORTAL_COUNT);
}
END_TEST

START_TEST(a_static_object_cannot_be_abandoned)
{
    HF_EXPECT_FATAL(hf_abandon(unknown_origin(plain)), "abandon");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("static objects");
    TCase *tests = tcase_create("static objects");
    tcase_add_test(tests, a_static_object_is_zero_but_for_its_initialisers);
    tcase_add_test(tests, a_static_object_is_aligned_up_to_32);
    tcase_add_test(tests, a_static_object_may_be_declared_for_several_files);
    tcase_add_test(tests, a_static_object_is_owned_without_a_retain);
    tcase_add_test(tests, a_static_object_is_immortal);
    tcase_add_test(tests, a_static_object_may_be_inside_a_function);
    tcase_add_test(tests, strong_fields_of_a_static_object_are_set_at_run_time);
    tcase_add_test(tests, a_static_object_may_be_stored_in_fields);
    tcase_add_test(tests, weak_references_to_a_static_object_are_good_for_ever);
    tcase_add_test(tests, a_static_object_may_be_used_by_all_threads_at_once);
    tcase_add_test(tests, a_static_object_cannot_be_abandoned);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
