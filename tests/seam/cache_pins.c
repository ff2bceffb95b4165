/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/cache.h>: entries that somebody holds, and what was evicted and lives.
 * Knows public headers only. One shard, so that the order is that of the whole cache. */
#include "seam/cached.h"
#include "seam/witness.h"
#include "support/run_suite.h"

/* ---- pinned ------------------------------------------------------------------------------- */

START_TEST(what_somebody_holds_is_passed_over)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 3});
    hf_auto item *held = put_weight(cache, 1, 1);
    put(cache, 2);
    put(cache, 3);
    put(cache, 4);
    EXPECT_LEFT(2);
    put(cache, 5);
    EXPECT_LEFT(3);
    ck_assert_uint_eq(figures_of(cache).pinned_entries, 1);
    hf_clear(&held);
    put(cache, 6);
    EXPECT_LEFT(1);
    ck_assert_uint_eq(figures_of(cache).gone_pinned, 0);
}
END_TEST

START_TEST(what_was_passed_over_and_asked_for_again_has_its_turn_anew)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 3});
    hf_auto item *held = put_weight(cache, 1, 1);
    put(cache, 2);
    put(cache, 3);
    put(cache, 4);
    hf_clear(&held);
    ck_assert(has(cache, 1));
    left_count = 0;
    put(cache, 5);
    EXPECT_LEFT(3);
}
END_TEST

START_TEST(when_all_are_pinned_the_eldest_goes_and_is_found_while_it_lives)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 3});
    item *held[5];
    for (uint64_t i = 0; i < 5; i++) held[i] = put_weight(cache, i, 1);
    EXPECT_LEFT(0, 1);
    hf_cache_figures figures = figures_of(cache);
    ck_assert_uint_eq(figures.entries, 3);
    ck_assert_uint_eq(figures.gone_pinned, 2);
    ck_assert_uint_eq(figures.weak_entries, 2);
    item *again = unknown_origin(hf_cache_get(cache, hf_key_integer(0)));
    ck_assert_ptr_eq(again, held[0]);
    hf_release(again);
    EXPECT_LEFT(2);
    ck_assert_uint_eq(figures_of(cache).revived, 1);
    ck_assert_uint_eq(figures_of(cache).weak_entries, 2);
    for (uint64_t i = 0; i < 5; i++) hf_release(held[i]);
    ck_assert_uint_eq(figures_of(cache).weak_entries, 0);
    ck_assert(!has(cache, 1) && !has(cache, 2));
    ck_assert(has(cache, 0) && has(cache, 3) && has(cache, 4));
}
END_TEST

START_TEST(what_is_put_or_removed_is_not_found_by_an_old_weak_reference)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 1});
    hf_auto item *first = put_weight(cache, 1, 1);
    hf_auto item *second = unknown_origin(put_weight(cache, 2, 1));
    hf_auto item *third = unknown_origin(put_weight(cache, 3, 1));
    EXPECT_LEFT(1, 2);
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(1)), 1);
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(1)), 0);
    ck_assert(!has(cache, 1));
    hf_auto item *newer = unknown_origin(put_weight(cache, 2, 1));
    put(cache, 4);
    hf_auto item *found = unknown_origin(hf_cache_get(cache, hf_key_integer(2)));
    ck_assert_ptr_eq(found, newer);
    hf_auto item *taken = unknown_origin(hf_cache_take(cache, hf_key_integer(3)));
    ck_assert_ptr_eq(taken, third);
    hf_cache_clear(cache);
    ck_assert(!has(cache, 2) && !has(cache, 3) && !has(cache, 4));
}
END_TEST

START_TEST(among_many_pinned_ones_the_others_are_found)
{
    enum { ENTRIES = 2000, PINNED = 1980 };
    static item *held[PINNED];
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = ENTRIES});
    for (uint64_t i = 0; i < PINNED; i++) held[i] = put_weight(cache, i, 1);
    for (uint64_t i = PINNED; i < ENTRIES; i++) put(cache, i);
    for (uint64_t i = ENTRIES; i < ENTRIES + 900; i++) put(cache, i);
    hf_cache_figures figures = figures_of(cache);
    /* Each look at a pinned one sets it aside; while that goes on some go in vain. */
    ck_assert_uint_le(figures.gone_pinned, PINNED / HF_CACHE_LOOKS_MOST + 1);
    ck_assert_uint_ge(figures.pinned_entries, PINNED - PINNED / HF_CACHE_LOOKS_MOST - 1);
    for (uint64_t i = 0; i < PINNED; i++) {
        ck_assert(has(cache, i));
        left_count = 0;
    }
    for (uint64_t i = 0; i < PINNED; i++) hf_release(held[i]);
}
END_TEST

START_TEST(trim_frees_memory_and_not_what_others_hold)
{
    hf_auto hf_cache *cache =
        cache_of((hf_cache_options){.entries = 1000, .weigh = weigh_item, .shards = 4});
    item *held[100];
    for (uint64_t i = 0; i < 100; i++) held[i] = put_weight(cache, i, 10);
    for (uint64_t i = 100; i < 300; i++) hf_release(put_weight(cache, i, 10));
    size_t trimmed = hf_cache_trim(cache, 500);
    ck_assert_uint_ge(trimmed, 500);
    ck_assert_uint_le(trimmed, 540);
    ck_assert_uint_eq(figures_of(cache).weight, 3000 - trimmed);
    ck_assert_uint_eq(hf_cache_trim(cache, SIZE_MAX), 2000 - trimmed);
    ck_assert_uint_eq(figures_of(cache).entries, 100);
    ck_assert_uint_eq(figures_of(cache).gone_pinned, 0);
    for (uint64_t i = 0; i < 100; i++) hf_release(held[i]);
    ck_assert_uint_eq(hf_cache_trim(cache, SIZE_MAX), 1000);
    ck_assert_uint_eq(figures_of(cache).entries, 0);
    put(cache, 1);
    ck_assert(has(cache, 1));
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cache_pins");
    TCase *tests = tcase_create("cache_pins");
    tcase_add_test(tests, what_somebody_holds_is_passed_over);
    tcase_add_test(tests, what_was_passed_over_and_asked_for_again_has_its_turn_anew);
    tcase_add_test(tests, when_all_are_pinned_the_eldest_goes_and_is_found_while_it_lives);
    tcase_add_test(tests, what_is_put_or_removed_is_not_found_by_an_old_weak_reference);
    tcase_add_test(tests, among_many_pinned_ones_the_others_are_found);
    tcase_add_test(tests, trim_frees_memory_and_not_what_others_hold);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
