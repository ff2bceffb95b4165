/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/cache.h>: values that are loaded when they are asked for.
 * Knows public headers only. Threads here wait for one another in a fixed order; what they do when
 * a load fails, is cancelled or is forked away is tested in flight.c, with the same machinery. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <pthread.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static hf_cache *cache;
static size_t loads;

static void *
load_name(hf_key key, void *ctx)
{
    loads++;
    (void)key;
    return witness_new(ctx ? ctx : "loaded");
}

static void
make_cache(hf_cache_options options)
{
    cache = hf_cache_new(&options);
    ck_assert_ptr_nonnull(cache);
}

static hf_cache_figures
figures(void)
{
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    return figures;
}

START_TEST(what_is_not_there_is_loaded_once)
{
    make_cache((hf_cache_options){.entries = 10, .load = load_name});
    for (int i = 0; i < 3; i++) {
        hf_auto witness *w = hf_cache_load(cache, hf_key_integer(1));
        ck_assert_str_eq(w->name, "loaded");
    }
    ck_assert_uint_eq(loads, 1);
    hf_auto witness *other =
        hf_cache_load_by(cache, hf_key_integer(2), load_name, (char[]){"mine"});
    ck_assert_str_eq(other->name, "mine");
    hf_cache_figures done = figures();
    ck_assert_uint_eq(done.loads, 2);
    ck_assert_uint_eq(done.hits, 2);
    ck_assert_uint_eq(done.misses, 2);
    ck_assert_uint_eq(done.puts, 2);
    hf_release(cache);
}
END_TEST

static void *
load_nothing(hf_key key, void *ctx)
{
    (void)key;
    loads++;
    errno = *(int *)ctx;
    return NULL;
}

START_TEST(a_load_that_fails_says_why_and_is_tried_again)
{
    make_cache((hf_cache_options){.entries = 10});
    static const int errors[] = {EIO, ECANCELED, ENOMEM, 0};
    for (size_t i = 0; i < 4; i++) {
        errno = 0;
        int error = errors[i];
        ck_assert_ptr_null(hf_cache_load_by(cache, hf_key_text("k"), load_nothing, &error));
        ck_assert_int_eq(errno, error ? error : ENOENT);
    }
    ck_assert_uint_eq(loads, 4);
    ck_assert_uint_eq(figures().failed_loads, 4);
    ck_assert_uint_eq(figures().entries, 0);
    hf_release(cache);
}
END_TEST

static void *
load_itself(hf_key key, void *ctx)
{
    errno = 0;
    ck_assert_ptr_null(hf_cache_load(cache, key));
    ck_assert_int_eq(errno, EDEADLK);
    return load_name(key, ctx);
}

static void *
load_the_next(hf_key key, void *ctx)
{
    if (key.is.integer == 5) return load_name(key, ctx);
    return hf_cache_load(cache, hf_key_integer(key.is.integer + 1));
}

START_TEST(a_load_may_load_others_but_not_itself)
{
    make_cache((hf_cache_options){.entries = 10, .load = load_itself});
    hf_release(hf_cache_load(cache, hf_key_integer(1)));
    hf_release(cache);
    make_cache((hf_cache_options){.entries = 10, .load = load_the_next});
    witness *w = hf_cache_load(cache, hf_key_integer(1));
    ck_assert_uint_eq(hf_count(w), 6);
    hf_release(w);
    ck_assert_uint_eq(figures().entries, 5);
    hf_release(cache);
}
END_TEST

static size_t
weigh_ten(hf_key key, const void *value, void *ctx)
{
    (void)key, (void)value, (void)ctx;
    return 10;
}

START_TEST(what_is_too_heavy_to_stay_is_given_out_all_the_same)
{
    make_cache((hf_cache_options){.weight = 9, .weigh = weigh_ten, .load = load_name});
    for (int i = 0; i < 2; i++) {
        hf_auto witness *w = hf_cache_load(cache, hf_key_integer(1));
        ck_assert_uint_eq(hf_count(w), 1);
    }
    ck_assert_uint_eq(loads, 2);
    ck_assert_uint_eq(figures().entries, 0);
    hf_release(cache);
}
END_TEST

START_TEST(a_load_evicts_to_have_room)
{
    make_cache((hf_cache_options){.weight = 50, .shards = 1, .load = load_name});
    for (uint64_t i = 0; i < 100; i++) hf_release(hf_cache_load(cache, hf_key_integer(i)));
    hf_release(cache);
    make_cache(
        (hf_cache_options){.weight = 25, .weigh = weigh_ten, .shards = 8, .load = load_name});
    for (uint64_t i = 0; i < 100; i++) {
        hf_release(hf_cache_load(cache, hf_key_integer(i)));
        ck_assert_uint_le(figures().weight, 20);
    }
    hf_release(cache);
}
END_TEST

START_TEST(what_was_evicted_and_lives_is_not_loaded_again)
{
    make_cache((hf_cache_options){.entries = 1, .load = load_name});
    witness *one = hf_cache_load(cache, hf_key_integer(1));
    witness *two = hf_cache_load(cache, hf_key_integer(2));
    witness *again = hf_cache_load(cache, hf_key_integer(1));
    ck_assert_ptr_eq(one, again);
    ck_assert_uint_eq(loads, 2);
    hf_release(one);
    hf_release(again);
    hf_release(two);
    hf_release(cache);
}
END_TEST

/* ---- changes while it is loaded ----------------------------------------------------------- */

static void *
load_and_remove(hf_key key, void *ctx)
{
    hf_cache_remove(cache, key);
    return load_name(key, ctx);
}

static void *
load_and_clear(hf_key key, void *ctx)
{
    hf_cache_clear(cache);
    return load_name(key, ctx);
}

static void *
load_and_put(hf_key key, void *ctx)
{
    hf_auto witness *newer = witness_new("newer");
    ck_assert_int_eq(hf_cache_put(cache, key, newer), 0);
    return load_name(key, ctx);
}

START_TEST(what_is_removed_or_put_while_it_is_loaded_is_newer)
{
    make_cache((hf_cache_options){.entries = 10});
    static void *(*const functions[])(hf_key, void *) = {load_and_remove, load_and_clear,
                                                         load_and_put};
    for (size_t i = 0; i < 3; i++) {
        witness *w = hf_cache_load_by(cache, hf_key_text("k"), functions[i], NULL);
        ck_assert_str_eq(w->name, "loaded");
        ck_assert_uint_eq(hf_count(w), 1);
        hf_release(w);
        ck_assert_uint_eq(figures().entries, i == 2);
    }
    hf_auto witness *w = hf_cache_get(cache, hf_key_text("k"));
    ck_assert_str_eq(w->name, "newer");
    hf_release(cache);
}
END_TEST

/* ---- threads ------------------------------------------------------------------------------ */

static pthread_barrier_t loading;

/* Waits until the others wait for it. */
static void *
load_slowly(hf_key key, void *ctx)
{
    (void)pthread_barrier_wait(&loading);
    while (figures().misses < 4) continue;
    return load_name(key, ctx);
}

static void *
never(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    ck_abort_msg("loaded twice");
    return NULL;
}

static void *
load_first(void *unused)
{
    (void)unused;
    return hf_cache_load_by(cache, hf_key_text("k"), load_slowly, NULL);
}

static void *
load_later(void *unused)
{
    (void)unused;
    return hf_cache_load_by(cache, hf_key_text("k"), never, NULL);
}

START_TEST(threads_that_want_the_same_wait_for_the_one_that_loads_it)
{
    make_cache((hf_cache_options){.entries = 10});
    ck_assert_int_eq(pthread_barrier_init(&loading, NULL, 2), 0);
    pthread_t first, later[3];
    void *made, *got;
    ck_assert_int_eq(pthread_create(&first, NULL, load_first, NULL), 0);
    (void)pthread_barrier_wait(&loading);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&later[i], NULL, load_later, NULL), 0);
    ck_assert_int_eq(pthread_join(first, &made), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(later[i], &got), 0);
        ck_assert_ptr_eq(got, made);
        hf_release(unknown_origin(got));
    }
    ck_assert_uint_eq(figures().loads, 1);
    ck_assert_uint_le(figures().waits, 3);
    hf_release(unknown_origin(made));
    hf_release(cache);
    ck_assert_int_eq(pthread_barrier_destroy(&loading), 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cache_load");
    TCase *tests = tcase_create("cache_load");
    tcase_add_test(tests, what_is_not_there_is_loaded_once);
    tcase_add_test(tests, a_load_that_fails_says_why_and_is_tried_again);
    tcase_add_test(tests, a_load_may_load_others_but_not_itself);
    tcase_add_test(tests, what_is_too_heavy_to_stay_is_given_out_all_the_same);
    tcase_add_test(tests, a_load_evicts_to_have_room);
    tcase_add_test(tests, what_was_evicted_and_lives_is_not_loaded_again);
    tcase_add_test(tests, what_is_removed_or_put_while_it_is_loaded_is_newer);
    tcase_add_test(tests, threads_that_want_the_same_wait_for_the_one_that_loads_it);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
