/* SPDX-License-Identifier: MIT
 *
 * Cycles through caches: a value or a key that holds its cache.
 * Knows public headers only. */
#include <holdfast/holdfast.h>

#include "support/run_suite.h"

typedef struct page {
    hf_cache *cache;
    struct page *other;
    hf_weak(struct page) itself;
} page;
HF_DECLARE(page);
HF_TYPE(page,
        .fields = HF_FIELDS(HF_STRONG(page, cache), HF_STRONG(page, other), HF_WEAK(page, itself)));

static size_t closed;

static void
note_left(hf_key key, void *value, enum hf_cache_cause cause, void *ctx)
{
    (void)key, (void)ctx;
    ck_assert_ptr_nonnull(value);
    closed += cause == HF_CACHE_CLOSED;
}

static hf_cache *
new_cache(void)
{
    hf_cache *cache = hf_cache_new(&(hf_cache_options){.entries = 1000, .left = note_left});
    ck_assert_ptr_nonnull(cache);
    return cache;
}

static page *
new_page(hf_cache *cache)
{
    page *p = hf_new(page);
    ck_assert_ptr_nonnull(p);
    hf_set(p, cache, cache);
    return p;
}

START_TEST(a_cache_and_values_that_hold_it_are_garbage_together)
{
    hf_cache *cache = new_cache();
    for (uint64_t i = 0; i < 100; i++) {
        hf_auto page *p = new_page(cache);
        ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(i), p), 0);
    }
    hf_auto page *seen = hf_cache_get(cache, hf_key_integer(7));
    hf_weak(page) seventh = {0};
    ck_assert_int_eq(hf_weak_set(&seventh, seen), 0);
    hf_clear(&seen);
    ck_assert_uint_eq(hf_collect(), 0);
    hf_release(cache);
    ck_assert_uint_eq(hf_live(&hf_type_page), 100);
    ck_assert_uint_gt(hf_collect(), 100);
    ck_assert_uint_eq(hf_live(&hf_type_page), 0);
    ck_assert_uint_eq(closed, 100);
    ck_assert_ptr_null(hf_upgrade(&seventh));
    hf_weak_clear(&seventh);
}
END_TEST

START_TEST(a_key_that_holds_its_cache_is_seen_too)
{
    hf_cache *cache = new_cache();
    page *key = new_page(cache);
    hf_auto page *value = new_page(NULL);
    ck_assert_int_eq(hf_cache_put(cache, hf_key_object(key), value), 0);
    hf_release(key);
    hf_release(cache);
    ck_assert_uint_gt(hf_collect(), 1);
    ck_assert_uint_eq(hf_live(&hf_type_page), 1);
}
END_TEST

START_TEST(values_in_a_cycle_stay_as_long_as_the_cache_has_them)
{
    hf_auto hf_cache *cache = new_cache();
    page *one = new_page(NULL), *two = new_page(NULL);
    hf_set(one, other, two);
    hf_set(two, other, one);
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), one), 0);
    hf_release(one);
    hf_release(two);
    ck_assert_uint_eq(hf_collect(), 0);
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(1)), 1);
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

START_TEST(what_was_evicted_is_not_held_by_its_weak_reference)
{
    hf_auto hf_cache *cache = hf_cache_new(&(hf_cache_options){.entries = 1});
    page *one = new_page(NULL), *other = new_page(NULL);
    hf_set(one, other, one);
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), one), 0);
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(2), other), 0);
    hf_release(one);
    ck_assert_uint_eq(hf_collect(), 1);
    ck_assert_ptr_null(hf_cache_get(cache, hf_key_integer(1)));
    hf_release(other);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("caches");
    TCase *tests = tcase_create("caches");
    tcase_add_test(tests, a_cache_and_values_that_hold_it_are_garbage_together);
    tcase_add_test(tests, a_key_that_holds_its_cache_is_seen_too);
    tcase_add_test(tests, values_in_a_cycle_stay_as_long_as_the_cache_has_them);
    tcase_add_test(tests, what_was_evicted_is_not_held_by_its_weak_reference);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
