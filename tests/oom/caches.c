/* SPDX-License-Identifier: MIT
 *
 * Caches are filled, loaded and trimmed while memory is short.
 * Knows public headers and the sweep.
 * A put that fails leaves the cache as it was; what is loaded is given out also when there is no
 * memory to keep it; a weak reference that can't be made is forgotten. */
#include <holdfast/holdfast.h>

#include <errno.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct item {
    uint64_t number;
} item;
HF_DECLARE(item);
HF_TYPE(item);

enum { ENTRIES = 12, PUTS = 20 };

static size_t
weigh_three(hf_key key, const void *value, void *ctx)
{
    (void)key, (void)value, (void)ctx;
    return 3;
}

static void *
load_item(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    return hf_new(item);
}

static hf_cache_figures
figures_of(hf_cache *cache)
{
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    return figures;
}

static bool
put_new(hf_cache *cache, hf_key key)
{
    hf_auto item *i = hf_new(item);
    if (!i) return out_of_memory();
    hf_cache_figures before = figures_of(cache);
    if (hf_cache_put(cache, key, i) == 0) return true;
    ck_assert_uint_eq(hf_count(i), 1);
    hf_cache_figures after = figures_of(cache);
    ck_assert_uint_eq(after.entries, before.entries);
    ck_assert_uint_eq(after.weight, before.weight);
    ck_assert_uint_eq(after.gone[HF_CACHE_EVICTED], before.gone[HF_CACHE_EVICTED]);
    return out_of_memory();
}

static bool
fill(hf_cache *cache)
{
    for (uint64_t i = 0; i < PUTS; i++) {
        if (!put_new(cache, hf_key_integer(i))) return false;
    }
    return put_new(cache, hf_key_text("text")) && put_new(cache, hf_key_object(cache));
}

static bool
put_with_a_time(hf_cache *cache)
{
    hf_auto item *i = hf_new(item);
    if (!i || hf_cache_put_for(cache, hf_key_text("timed"), i, 1000000, 0)) return out_of_memory();
    return true;
}

static bool
fill_and_empty(void)
{
    hf_auto hf_cache *cache = hf_cache_new(&(hf_cache_options){.entries = ENTRIES, .shards = 2});
    if (!cache) return out_of_memory();
    bool is_done = fill(cache) && put_with_a_time(cache);
    if (is_done) ck_assert_uint_eq(figures_of(cache).entries, ENTRIES);
    WITHOUT_MEMORY(hf_cache_clear(cache));
    return is_done;
}

START_TEST(a_cache_is_filled)
{
    sweep(fill_and_empty);
}
END_TEST

/* Returns whether all was kept, too. */
/* How many of the numbers below are found. */
static uint64_t
found_below(hf_cache *cache, uint64_t number)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < number; i++) {
        hf_auto item *value = hf_cache_get(cache, hf_key_integer(i));
        found += value != NULL;
    }
    return found;
}

/* One shard, whose rows and index grow under what is there. */
static bool
fill_by_weight(void)
{
    enum { MANY = 40 };
    hf_auto hf_cache *cache =
        hf_cache_new(&(hf_cache_options){.weight = 1000, .weigh = weigh_three, .shards = 1});
    if (!cache) return out_of_memory();
    for (uint64_t i = 0; i < MANY; i++) {
        bool is_put = put_new(cache, hf_key_integer(i));
        ck_assert_uint_eq(found_below(cache, MANY), i + is_put);
        if (!is_put) return false;
    }
    ck_assert_uint_eq(figures_of(cache).weight, MANY * 3);
    return true;
}

START_TEST(a_weighed_cache_grows)
{
    sweep(fill_by_weight);
}
END_TEST

static bool
load_all(hf_cache *cache)
{
    bool is_kept = true;
    for (uint64_t i = 0; i < ENTRIES; i++) {
        errno = 0;
        hf_auto item *loaded = hf_cache_load(cache, hf_key_integer(i));
        if (!loaded) return out_of_memory();
        hf_auto item *found = hf_cache_get(cache, hf_key_integer(i));
        ck_assert(!found || found == loaded);
        is_kept = is_kept && found;
    }
    return is_kept;
}

static bool
load_and_empty(void)
{
    hf_auto hf_cache *cache =
        hf_cache_new(&(hf_cache_options){.entries = ENTRIES, .load = load_item});
    return cache ? load_all(cache) : out_of_memory();
}

START_TEST(a_cache_loads)
{
    sweep(load_and_empty);
}
END_TEST

/* Returns whether the weak reference was made, too. */
static bool
evict_and_revive(void)
{
    hf_auto hf_cache *cache = hf_cache_new(&(hf_cache_options){.entries = 1});
    hf_auto item *held = hf_new(item);
    if (!cache || !held || hf_cache_put(cache, hf_key_text("held"), held)) return out_of_memory();
    held->number = 7;
    if (!put_new(cache, hf_key_text("other"))) return false;
    hf_auto item *found = hf_cache_get(cache, hf_key_text("held"));
    ck_assert(!found || found->number == 7);
    return found && figures_of(cache).revived == 1;
}

START_TEST(a_cache_remembers_what_it_evicted)
{
    sweep(evict_and_revive);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("caches");
    TCase *tests = tcase_create("caches");
    tcase_add_test(tests, a_cache_is_filled);
    tcase_add_test(tests, a_weighed_cache_grows);
    tcase_add_test(tests, a_cache_loads);
    tcase_add_test(tests, a_cache_remembers_what_it_evicted);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
