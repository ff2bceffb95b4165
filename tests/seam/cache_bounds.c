/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/cache.h>: who goes when it gets too much. Pinned ones are in cache_pins.c.
 * Knows public headers only. One shard, so that the order is that of the whole cache. */
#include <errno.h>

#include "seam/cached.h"
#include "support/run_suite.h"

/* ---- whose turn it is --------------------------------------------------------------------- */

START_TEST(the_least_recently_used_entry_goes_first)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 3});
    for (uint64_t i = 1; i <= 3; i++) put(cache, i);
    ck_assert(has(cache, 1));
    put(cache, 4);
    EXPECT_LEFT(2);
    ck_assert(has(cache, 3));
    put(cache, 5);
    put(cache, 6);
    EXPECT_LEFT(1, 4);
    ck_assert(has(cache, 3) && has(cache, 5) && has(cache, 6));
    put(cache, 3);
    put(cache, 7);
    EXPECT_LEFT(5);
}
END_TEST

START_TEST(sieve_passes_once_over_what_was_asked_for)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 3, .policy = HF_CACHE_SIEVE});
    for (uint64_t i = 1; i <= 3; i++) put(cache, i);
    ck_assert(has(cache, 1) && has(cache, 2));
    put(cache, 4);
    EXPECT_LEFT(3);
    put(cache, 5);
    EXPECT_LEFT(1);
    ck_assert(has(cache, 2));
    put(cache, 6);
    put(cache, 7);
    EXPECT_LEFT(4, 5);
    ck_assert(has(cache, 2) && has(cache, 6) && has(cache, 7));
}
END_TEST

START_TEST(the_hand_of_sieve_begins_again_when_all_were_asked_for)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 3, .policy = HF_CACHE_SIEVE});
    for (uint64_t i = 1; i <= 3; i++) put(cache, i);
    ck_assert(has(cache, 1) && has(cache, 2) && has(cache, 3));
    put(cache, 4);
    EXPECT_LEFT(1);
    put(cache, 5);
    EXPECT_LEFT(2);
}
END_TEST

START_TEST(what_was_asked_for_once_does_not_drive_out_what_is_asked_for_often)
{
    hf_auto hf_cache *lru = cache_of((hf_cache_options){.entries = 100});
    hf_auto hf_cache *sieve =
        cache_of((hf_cache_options){.entries = 100, .policy = HF_CACHE_SIEVE});
    hf_cache *caches[] = {lru, sieve};
    size_t found[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        for (uint64_t i = 0; i < 50; i++) put(caches[k], i);
        for (uint64_t i = 0; i < 50; i++) ck_assert(has(caches[k], i));
        for (uint64_t i = 1000; i < 1100; i++) put(caches[k], i);
        for (uint64_t i = 0; i < 50; i++) found[k] += has(caches[k], i) ? 1 : 0;
        left_count = 0;
    }
    ck_assert_uint_eq(found[0], 0);
    ck_assert_uint_eq(found[1], 50);
}
END_TEST

/* ---- both bounds -------------------------------------------------------------------------- */

START_TEST(weights_are_bounded_too)
{
    hf_auto hf_cache *cache =
        cache_of((hf_cache_options){.entries = 10, .weight = 100, .weigh = weigh_item});
    hf_release(put_weight(cache, 1, 40));
    hf_release(put_weight(cache, 2, 40));
    hf_release(put_weight(cache, 3, 20));
    ck_assert_uint_eq(figures_of(cache).weight, 100);
    hf_release(put_weight(cache, 4, 41));
    EXPECT_LEFT(1, 2);
    ck_assert_uint_eq(figures_of(cache).weight, 61);
    ck_assert_uint_eq(figures_of(cache).gone_weight, 80);
    for (uint64_t i = 10; i < 20; i++) hf_release(put_weight(cache, i, 1));
    ck_assert_uint_eq(figures_of(cache).entries, 10);
    EXPECT_LEFT(3, 4);
    ck_assert_uint_eq(figures_of(cache).peak_weight, 100);
}
END_TEST

START_TEST(a_heavier_one_makes_no_more_go_than_the_bounds_ask)
{
    hf_auto hf_cache *cache =
        cache_of((hf_cache_options){.entries = 4, .weight = 100, .weigh = weigh_item});
    for (uint64_t i = 0; i < 4; i++) hf_release(put_weight(cache, i, 5));
    hf_release(put_weight(cache, 4, 50));
    ck_assert_uint_eq(figures_of(cache).entries, 4);
    ck_assert_uint_eq(figures_of(cache).weight, 65);
    ck_assert_uint_eq(figures_of(cache).gone[HF_CACHE_EVICTED], 1);
}
END_TEST

START_TEST(what_weighs_nothing_is_bounded_by_nothing)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.weight = 100, .weigh = weigh_item});
    for (uint64_t i = 0; i < 300; i++) hf_release(put_weight(cache, i, 0));
    ck_assert_uint_eq(figures_of(cache).entries, 300);
    ck_assert_uint_eq(figures_of(cache).weight, 0);
}
END_TEST

START_TEST(what_weighs_more_than_the_cache_may_is_refused)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.weight = 100, .weigh = weigh_item});
    hf_release(put_weight(cache, 1, 60));
    hf_auto item *heavy = hf_new(item);
    heavy->weight = 101;
    errno = 0;
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), heavy), -1);
    ck_assert_int_eq(errno, EFBIG);
    ck_assert(has(cache, 1));
    ck_assert_uint_eq(left_count, 0);
    heavy->weight = 100;
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(2), heavy), 0);
    EXPECT_LEFT(1);
}
END_TEST

START_TEST(a_heavier_value_for_a_key_makes_others_go_and_not_itself)
{
    hf_auto hf_cache *cache =
        cache_of((hf_cache_options){.entries = 3, .weight = 100, .weigh = weigh_item});
    for (uint64_t i = 1; i <= 3; i++) hf_release(put_weight(cache, i, 30));
    hf_release(put_weight(cache, 1, 50));
    EXPECT_LEFT(2);
    hf_release(put_weight(cache, 1, 100));
    EXPECT_LEFT(3);
    ck_assert(has(cache, 1));
    hf_release(put_weight(cache, 1, 5));
    ck_assert_uint_eq(figures_of(cache).weight, 5);
    ck_assert_uint_eq(left_count, 0);
}
END_TEST

START_TEST(one_put_may_make_many_go)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.weight = 500, .weigh = weigh_item});
    for (uint64_t i = 0; i < 500; i++) hf_release(put_weight(cache, i, 1));
    hf_release(put_weight(cache, 1000, 500));
    ck_assert_uint_eq(left_count, 500);
    for (uint64_t i = 0; i < 500; i++) ck_assert_uint_eq(left[i], i);
    ck_assert(has(cache, 1000));
}
END_TEST

START_TEST(bounds_hold_over_all_shards_together)
{
    hf_auto hf_cache *cache = cache_of(
        (hf_cache_options){.entries = 10, .weight = 50, .weigh = weigh_item, .shards = 64});
    for (unsigned i = 0; i < 300; i++) {
        hf_release(put_weight(cache, i, i % 40));
        hf_cache_figures figures = figures_of(cache);
        ck_assert_uint_le(figures.entries, 10);
        ck_assert_uint_le(figures.weight, 50);
        ck_assert(has(cache, i));
    }
    hf_release(put_weight(cache, 1000, 50));
    ck_assert(has(cache, 1000));
}
END_TEST

START_TEST(bounds_change_at_run_time)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 100, .shards = 4});
    for (uint64_t i = 0; i < 100; i++) put(cache, i);
    hf_cache_resize(cache, 10, 0);
    ck_assert_uint_eq(figures_of(cache).entries, 10);
    ck_assert_uint_eq(left_count, 90);
    hf_cache_resize(cache, 0, 5);
    ck_assert_uint_eq(figures_of(cache).entries, 5);
    hf_cache_resize(cache, 0, 0);
    for (uint64_t i = 0; i < 500; i++) put(cache, i);
    ck_assert_uint_eq(figures_of(cache).entries, 500);
}
END_TEST

START_TEST(a_cache_of_one_entry_is_a_cache)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 1, .shards = 16});
    for (uint64_t i = 0; i < 50; i++) {
        put(cache, i);
        ck_assert(has(cache, i));
        ck_assert_uint_eq(figures_of(cache).entries, 1);
    }
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cache_bounds");
    TCase *tests = tcase_create("cache_bounds");
    tcase_add_test(tests, the_least_recently_used_entry_goes_first);
    tcase_add_test(tests, sieve_passes_once_over_what_was_asked_for);
    tcase_add_test(tests, the_hand_of_sieve_begins_again_when_all_were_asked_for);
    tcase_add_test(tests, what_was_asked_for_once_does_not_drive_out_what_is_asked_for_often);
    tcase_add_test(tests, weights_are_bounded_too);
    tcase_add_test(tests, a_heavier_one_makes_no_more_go_than_the_bounds_ask);
    tcase_add_test(tests, what_weighs_nothing_is_bounded_by_nothing);
    tcase_add_test(tests, what_weighs_more_than_the_cache_may_is_refused);
    tcase_add_test(tests, a_heavier_value_for_a_key_makes_others_go_and_not_itself);
    tcase_add_test(tests, one_put_may_make_many_go);
    tcase_add_test(tests, bounds_hold_over_all_shards_together);
    tcase_add_test(tests, bounds_change_at_run_time);
    tcase_add_test(tests, a_cache_of_one_entry_is_a_cache);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
