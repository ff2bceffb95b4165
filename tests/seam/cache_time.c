/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/cache.h>: entries whose time is over.
 * Knows public headers only. The clock is the test's. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <stdbool.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static uint64_t now_ms = 1000;

static uint64_t
read_clock(void *ctx)
{
    (void)ctx;
    return now_ms;
}

static size_t gone[HF_CACHE_CAUSES];

static void
note_left(hf_key key, void *value, enum hf_cache_cause cause, void *ctx)
{
    (void)key, (void)value, (void)ctx;
    gone[cause]++;
}

static hf_cache *
cache_of(hf_cache_options options)
{
    options.now = read_clock;
    options.left = note_left;
    options.shards = 1;
    hf_cache *cache = hf_cache_new(&options);
    ck_assert_ptr_nonnull(cache);
    return cache;
}

static void
put(hf_cache *cache, uint64_t number)
{
    hf_auto witness *w = witness_new("w");
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(number), w), 0);
}

static void
put_for(hf_cache *cache, uint64_t number, uint64_t time_to_live, uint64_t time_to_idle)
{
    hf_auto witness *w = witness_new("w");
    ck_assert_int_eq(hf_cache_put_for(cache, hf_key_integer(number), w, time_to_live, time_to_idle),
                     0);
}

static bool
has(hf_cache *cache, uint64_t number)
{
    hf_auto witness *w = hf_cache_get(cache, hf_key_integer(number));
    return w;
}

static size_t
entries_of(hf_cache *cache)
{
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    return figures.entries;
}

START_TEST(an_entry_lives_so_long_and_no_longer)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.time_to_live = 100});
    put(cache, 1);
    now_ms += 99;
    ck_assert(has(cache, 1));
    now_ms += 1;
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(2)), 0);
    ck_assert_uint_eq(gone[HF_CACHE_EXPIRED], 0);
    ck_assert(!has(cache, 1));
    ck_assert_uint_eq(gone[HF_CACHE_EXPIRED], 1);
    ck_assert_str_eq(what_happened(), "w");
    ck_assert_uint_eq(entries_of(cache), 0);
    put(cache, 1);
    now_ms += 100;
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(1)), 0);
    ck_assert_uint_eq(gone[HF_CACHE_EXPIRED], 2);
}
END_TEST

START_TEST(an_entry_that_is_asked_for_does_not_idle)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.time_to_idle = 100});
    put(cache, 1);
    put(cache, 2);
    for (int i = 0; i < 5; i++) {
        now_ms += 60;
        ck_assert(has(cache, 1));
    }
    ck_assert(!has(cache, 2));
    now_ms += 100;
    ck_assert(!has(cache, 1));
}
END_TEST

/* So it looks to a thread that has looked at the clock before another one used the entry. */
START_TEST(an_entry_that_was_used_later_than_now_does_not_idle)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.time_to_idle = 100});
    put(cache, 1);
    now_ms -= 500;
    ck_assert(has(cache, 1));
    ck_assert_uint_eq(hf_cache_expire(cache), 0);
    now_ms += 500 + 99;
    ck_assert(has(cache, 1));
    now_ms += 100;
    ck_assert(!has(cache, 1));
}
END_TEST

START_TEST(both_times_count)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.time_to_live = 100, .time_to_idle = 40});
    put(cache, 1);
    for (int i = 0; i < 3; i++) {
        now_ms += 30;
        ck_assert(has(cache, 1));
    }
    now_ms += 10;
    ck_assert(!has(cache, 1));
}
END_TEST

START_TEST(an_entry_may_have_times_of_its_own)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.time_to_live = 100});
    put(cache, 1);
    put_for(cache, 2, 0, 0);
    put_for(cache, 3, 1000, 0);
    put_for(cache, 4, UINT64_MAX, UINT64_MAX);
    now_ms += 100;
    ck_assert(!has(cache, 1) && has(cache, 2) && has(cache, 3) && has(cache, 4));
    now_ms += 900;
    ck_assert(has(cache, 2) && !has(cache, 3) && has(cache, 4));
}
END_TEST

START_TEST(the_first_time_may_come_late)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 1000});
    for (uint64_t i = 0; i < 100; i++) put(cache, i);
    put_for(cache, 100, 50, 0);
    now_ms += 50;
    for (uint64_t i = 0; i < 100; i++) ck_assert(has(cache, i));
    ck_assert(!has(cache, 100));
}
END_TEST

START_TEST(what_is_put_again_begins_its_time_anew)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.time_to_live = 100});
    put(cache, 1);
    now_ms += 99;
    put(cache, 1);
    now_ms += 99;
    ck_assert(has(cache, 1));
    ck_assert_uint_eq(gone[HF_CACHE_REPLACED], 1);
    now_ms += 1;
    put(cache, 1);
    ck_assert_uint_eq(gone[HF_CACHE_EXPIRED], 1);
    ck_assert_uint_eq(gone[HF_CACHE_REPLACED], 1);
}
END_TEST

START_TEST(expire_removes_all_that_is_over)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 1000});
    for (uint64_t i = 0; i < 500; i++) put_for(cache, i, i % 2 ? 100 : 0, 0);
    ck_assert_uint_eq(hf_cache_expire(cache), 0);
    now_ms += 100;
    ck_assert_uint_eq(hf_cache_expire(cache), 250);
    ck_assert_uint_eq(entries_of(cache), 250);
    for (uint64_t i = 0; i < 500; i++) ck_assert_int_eq(has(cache, i), i % 2 == 0);
}
END_TEST

START_TEST(what_is_over_goes_in_the_course_of_puts)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 10000});
    for (uint64_t i = 0; i < 100; i++) put_for(cache, i, 100, 0);
    now_ms += 100;
    for (uint64_t i = 1000; i < 1200; i++) put(cache, i);
    ck_assert_uint_eq(gone[HF_CACHE_EXPIRED], 100);
    ck_assert_uint_eq(entries_of(cache), 200);
}
END_TEST

START_TEST(what_had_a_time_is_not_found_by_a_weak_reference)
{
    hf_auto hf_cache *cache = cache_of((hf_cache_options){.entries = 1});
    hf_auto witness *held = witness_new("held");
    ck_assert_int_eq(hf_cache_put_for(cache, hf_key_integer(1), held, 100, 0), 0);
    hf_auto witness *too = witness_new("too");
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(2), too), 0);
    ck_assert(!has(cache, 1));
    put(cache, 3);
    ck_assert(has(cache, 2));
}
END_TEST

START_TEST(without_a_clock_of_the_program_it_is_the_systems)
{
    hf_auto hf_cache *cache = hf_cache_new(&(hf_cache_options){.time_to_live = 1});
    put_for(cache, 1, 3600 * 1000, 0);
    ck_assert(has(cache, 1));
    put(cache, 2);
    while (has(cache, 2)) continue;
    ck_assert(has(cache, 1));
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cache_time");
    TCase *tests = tcase_create("cache_time");
    tcase_add_test(tests, an_entry_lives_so_long_and_no_longer);
    tcase_add_test(tests, an_entry_that_is_asked_for_does_not_idle);
    tcase_add_test(tests, an_entry_that_was_used_later_than_now_does_not_idle);
    tcase_add_test(tests, both_times_count);
    tcase_add_test(tests, an_entry_may_have_times_of_its_own);
    tcase_add_test(tests, the_first_time_may_come_late);
    tcase_add_test(tests, what_is_put_again_begins_its_time_anew);
    tcase_add_test(tests, expire_removes_all_that_is_over);
    tcase_add_test(tests, what_is_over_goes_in_the_course_of_puts);
    tcase_add_test(tests, what_had_a_time_is_not_found_by_a_weak_reference);
    tcase_add_test(tests, without_a_clock_of_the_program_it_is_the_systems);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
