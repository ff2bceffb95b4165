/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/cache.h>: what is put is found, replaced, removed, and told of.
 * Knows public headers only.
 * Who goes when it gets too much is in cache_bounds.c, time in cache_time.c, loading in
 * cache_load.c. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <stdio.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static int told; /* what the program has for its functions */

/* Tells of each entry that left: "name:cause". */
static void
tell(hf_key key, void *value, enum hf_cache_cause cause, void *ctx)
{
    static const char *const causes[] = {"evicted", "expired", "replaced", "removed", "closed"};
    char event[64];
    (void)key;
    ck_assert_ptr_eq(ctx, &told);
    (void)snprintf(event, sizeof event, "%s:%s", ((witness *)value)->name, causes[cause]);
    happen(event);
}

static hf_cache *
new_cache(void)
{
    hf_cache *cache = hf_cache_new(&(hf_cache_options){.entries = 100, .left = tell, .ctx = &told});
    ck_assert_ptr_nonnull(cache);
    return cache;
}

static void
put(hf_cache *cache, hf_key key, const char *name)
{
    hf_auto witness *w = witness_new(name);
    ck_assert_int_eq(hf_cache_put(cache, key, w), 0);
}

static void
expect(hf_cache *cache, hf_key key, const char *name)
{
    hf_auto witness *w = hf_cache_get(cache, key);
    if (!name) ck_assert_ptr_null(w);
    else ck_assert(w && !strcmp(w->name, name));
}

static hf_cache_figures
figures_of(hf_cache *cache)
{
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    return figures;
}

START_TEST(an_empty_cache_finds_nothing)
{
    hf_auto hf_cache *cache = new_cache();
    expect(cache, hf_key_integer(1), NULL);
    expect(cache, hf_key_text("one"), NULL);
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(1)), 0);
    ck_assert_ptr_null(hf_cache_take(cache, hf_key_integer(1)));
    ck_assert_uint_eq(hf_cache_trim(cache, SIZE_MAX), 0);
    ck_assert_uint_eq(hf_cache_expire(cache), 0);
    hf_cache_clear(cache);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(what_is_put_is_found_under_its_key_and_no_other)
{
    hf_auto hf_cache *cache = new_cache();
    hf_auto witness *owner = witness_new("by object");
    put(cache, hf_key_integer(1), "one");
    put(cache, hf_key_text("1"), "text");
    put(cache, hf_key_string("1\0", 2), "longer");
    put(cache, hf_key_object(owner), "by object");
    expect(cache, hf_key_integer(1), "one");
    expect(cache, hf_key_text("1"), "text");
    expect(cache, hf_key_string("1\0", 2), "longer");
    expect(cache, hf_key_object(owner), "by object");
    expect(cache, hf_key_integer(2), NULL);
    expect(cache, hf_key_text(""), NULL);
    expect(cache, hf_key_object(cache), NULL);
    ck_assert_uint_eq(figures_of(cache).entries, 4);
}
END_TEST

/* They have the same hash. */
START_TEST(an_address_that_is_a_number_is_not_the_object)
{
    hf_auto hf_cache *cache = new_cache();
    hf_auto witness *owner = witness_new("owner");
    hf_key number = hf_key_integer((uintptr_t)owner), object = hf_key_object(owner);
    put(cache, object, "by object");
    expect(cache, number, NULL);
    put(cache, number, "by number");
    expect(cache, object, "by object");
    expect(cache, number, "by number");
    ck_assert_int_eq(hf_cache_remove(cache, object), 1);
    expect(cache, object, NULL);
    expect(cache, number, "by number");
    put(cache, object, "again");
    ck_assert_int_eq(hf_cache_remove(cache, number), 1);
    expect(cache, number, NULL);
    expect(cache, object, "again");
}
END_TEST

START_TEST(a_cache_holds_one_reference_and_gives_owned_ones)
{
    hf_cache *cache = new_cache();
    witness *w = witness_new("w");
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), w), 0);
    ck_assert_uint_eq(hf_count(w), 2);
    witness *got = unknown_origin(hf_cache_get(cache, hf_key_integer(1)));
    ck_assert_ptr_eq(got, w);
    ck_assert_uint_eq(hf_count(w), 3);
    hf_release(got);
    hf_release(cache);
    ck_assert_str_eq(what_happened(), "w:closed");
    ck_assert_uint_eq(hf_count(w), 1);
    hf_release(w);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(the_bytes_of_a_key_are_copied)
{
    hf_auto hf_cache *cache = new_cache();
    char key[] = "colour";
    put(cache, hf_key_text(key), "w");
    memset(key, 'x', sizeof key - 1);
    expect(cache, hf_key_text("colour"), "w");
    expect(cache, hf_key_text(key), NULL);
}
END_TEST

START_TEST(an_object_that_is_a_key_lives_as_long_as_its_entry)
{
    hf_auto hf_cache *cache = new_cache();
    witness *key = witness_new("key");
    hf_key by_key = hf_key_object(key);
    put(cache, by_key, "value");
    hf_release(key);
    ck_assert_str_eq(what_happened(), "");
    ck_assert_int_eq(hf_cache_remove(cache, by_key), 1);
    ck_assert_str_eq(what_happened(), "value:removed, value, key");
}
END_TEST

START_TEST(a_second_value_for_a_key_takes_the_place_of_the_first)
{
    hf_auto hf_cache *cache = new_cache();
    put(cache, hf_key_text("k"), "first");
    put(cache, hf_key_text("k"), "second");
    ck_assert_str_eq(what_happened(), "first:replaced, first");
    expect(cache, hf_key_text("k"), "second");
    ck_assert_uint_eq(figures_of(cache).entries, 1);
    ck_assert_uint_eq(figures_of(cache).gone[HF_CACHE_REPLACED], 1);
}
END_TEST

START_TEST(the_same_value_once_more_replaces_nothing)
{
    hf_auto hf_cache *cache = new_cache();
    hf_auto witness *w = witness_new("w");
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), w), 0);
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), w), 0);
    ck_assert_uint_eq(hf_count(w), 2);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(take_gives_the_caches_value_away)
{
    hf_auto hf_cache *cache = new_cache();
    put(cache, hf_key_integer(1), "w");
    witness *w = hf_cache_take(cache, hf_key_integer(1));
    ck_assert_str_eq(what_happened(), "w:removed");
    ck_assert_uint_eq(hf_count(w), 1);
    expect(cache, hf_key_integer(1), NULL);
    hf_release(w);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(clear_forgets_all)
{
    hf_auto hf_cache *cache = new_cache();
    char event[32];
    for (int i = 0; i < 50; i++) put(cache, hf_key_integer((uint64_t)i), "w");
    hf_cache_clear(cache);
    ck_assert_uint_eq(figures_of(cache).gone[HF_CACHE_REMOVED], 50);
    ck_assert_uint_eq(figures_of(cache).entries, 0);
    (void)snprintf(event, sizeof event, "w:removed, w, w:removed");
    ck_assert_int_eq(strncmp(what_happened(), event, strlen(event)), 0);
    for (int i = 0; i < 50; i++) expect(cache, hf_key_integer((uint64_t)i), NULL);
    put(cache, hf_key_integer(7), "again");
    expect(cache, hf_key_integer(7), "again");
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
    hf_auto hf_cache *cache = new_cache();
    hf_auto witness *w = witness_new("w");
    errno = 0;
    ck_assert_int_eq(hf_cache_put(cache, hf_key_text(NULL), w), -1);
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(1), NULL), -1);
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_ptr_null(hf_cache_load(cache, hf_key_integer(1)));
    ck_assert_int_eq(errno, ENOTSUP);
    errno = 0;
    ck_assert_ptr_null(hf_cache_new(NULL));
    ck_assert_int_eq(errno, EINVAL);
    static const unsigned wrong[] = {3, 128, 65, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        errno = 0;
        ck_assert_ptr_null(hf_cache_new(&(hf_cache_options){.shards = wrong[i]}));
        ck_assert_int_eq(errno, EINVAL);
    }
    ck_assert_ptr_null(hf_cache_get(cache, hf_key_text(NULL)));
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

typedef struct local {
    int unused;
} local;
HF_DECLARE(local);
HF_TYPE(local, .flags = HF_CONFINED);

START_TEST(a_confined_object_cannot_be_put)
{
    hf_auto hf_cache *cache = new_cache();
    hf_auto local *l = hf_new(local);
    HF_EXPECT_FATAL(hf_cache_put(cache, hf_key_integer(1), l), "confined", "local");
}
END_TEST

/* ---- what the program may do when it is told ---------------------------------------------- */

static hf_cache *told_cache;

static void
use_the_cache(hf_key key, void *value, enum hf_cache_cause cause, void *ctx)
{
    (void)value, (void)ctx;
    if (cause == HF_CACHE_CLOSED) return;
    ck_assert_ptr_null(hf_cache_get(told_cache, key));
    put(told_cache, hf_key_integer(key.is.integer + 1000), "put when told");
}

START_TEST(who_is_told_may_use_the_cache_and_does_not_find_what_left)
{
    hf_auto hf_cache *cache =
        hf_cache_new(&(hf_cache_options){.entries = 2, .shards = 1, .left = use_the_cache});
    told_cache = cache;
    put(cache, hf_key_integer(1), "one");
    ck_assert_int_eq(hf_cache_remove(cache, hf_key_integer(1)), 1);
    expect(cache, hf_key_integer(1001), "put when told");
    ck_assert_uint_eq(figures_of(cache).entries, 1);
}
END_TEST

typedef struct user {
    hf_cache *cache;
} user;

/* Looks for itself, and puts something else. */
static void
user_destroy(void *self)
{
    user *u = self;
    ck_assert_ptr_null(hf_cache_get(u->cache, hf_key_text("user")));
    put(u->cache, hf_key_text("heir"), "heir");
}
HF_DECLARE(user);
HF_TYPE(user, .destroy = user_destroy);

START_TEST(a_value_may_use_the_cache_while_it_dies)
{
    hf_auto hf_cache *cache = new_cache();
    user *u = hf_new(user);
    u->cache = cache;
    ck_assert_int_eq(hf_cache_put(cache, hf_key_text("user"), u), 0);
    hf_release(u);
    hf_cache_figures before = figures_of(cache);
    ck_assert_uint_eq(before.entries, 1);
    hf_auto user *taken = hf_cache_take(cache, hf_key_text("user"));
    hf_clear(&taken);
    expect(cache, hf_key_text("heir"), "heir");
}
END_TEST

START_TEST(figures_say_what_was_done)
{
    hf_auto hf_cache *cache = new_cache();
    for (uint64_t i = 0; i < 10; i++) put(cache, hf_key_integer(i), "w");
    for (uint64_t i = 0; i < 20; i++) expect(cache, hf_key_integer(i), i < 10 ? "w" : NULL);
    hf_auto witness *held = hf_cache_get(cache, hf_key_integer(3));
    hf_cache_figures figures = figures_of(cache);
    ck_assert_uint_eq(figures.entries, 10);
    ck_assert_uint_eq(figures.weight, 10);
    ck_assert_uint_eq(figures.peak_entries, 10);
    ck_assert_uint_eq(figures.peak_weight, 10);
    ck_assert_uint_eq(figures.hits, 11);
    ck_assert_uint_eq(figures.misses, 10);
    ck_assert_uint_eq(figures.puts, 10);
    ck_assert_uint_eq(figures.pinned_entries, 1);
    ck_assert_uint_eq(figures.pinned_weight, 1);
    hf_cache_clear(cache);
    figures = figures_of(cache);
    ck_assert_uint_eq(figures.entries + figures.weight + figures.pinned_entries, 0);
    ck_assert_uint_eq(figures.peak_entries, 10);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cache");
    TCase *tests = tcase_create("cache");
    tcase_add_test(tests, an_empty_cache_finds_nothing);
    tcase_add_test(tests, what_is_put_is_found_under_its_key_and_no_other);
    tcase_add_test(tests, an_address_that_is_a_number_is_not_the_object);
    tcase_add_test(tests, a_cache_holds_one_reference_and_gives_owned_ones);
    tcase_add_test(tests, the_bytes_of_a_key_are_copied);
    tcase_add_test(tests, an_object_that_is_a_key_lives_as_long_as_its_entry);
    tcase_add_test(tests, a_second_value_for_a_key_takes_the_place_of_the_first);
    tcase_add_test(tests, the_same_value_once_more_replaces_nothing);
    tcase_add_test(tests, take_gives_the_caches_value_away);
    tcase_add_test(tests, clear_forgets_all);
    tcase_add_test(tests, what_is_wrong_is_refused);
    tcase_add_test(tests, a_confined_object_cannot_be_put);
    tcase_add_test(tests, who_is_told_may_use_the_cache_and_does_not_find_what_left);
    tcase_add_test(tests, a_value_may_use_the_cache_while_it_dies);
    tcase_add_test(tests, figures_say_what_was_done);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
