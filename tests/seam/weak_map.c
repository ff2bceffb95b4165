/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/weak_map.h>: at most one living object for each key.
 * Knows public headers only. Making, by one thread for many, is in flight.c. */
#include <holdfast/holdfast.h>

#include <errno.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static hf_weak_map *map;

static void
make_map(void)
{
    map = hf_weak_map_new();
    ck_assert_ptr_nonnull(map);
}

static void
drop_map(void)
{
    hf_clear(&map);
}

/* Returns what the map gives for a new object, owned. */
static witness *
intern(hf_key key, const char *name)
{
    hf_auto witness *made = witness_new(name);
    witness *interned = hf_weak_map_intern(map, key, made);
    ck_assert_ptr_nonnull(interned);
    return interned;
}

static int
has(hf_key key, const witness *expected)
{
    hf_auto witness *found = hf_weak_map_get(map, key);
    return found == expected;
}

START_TEST(a_map_holds_nobody)
{
    witness *w = witness_new("w");
    witness *interned = hf_weak_map_intern(map, hf_key_text("k"), w);
    ck_assert_ptr_eq(unknown_origin(interned), w);
    hf_release(interned);
    ck_assert_uint_eq(hf_count(w), 1);
    ck_assert(has(hf_key_text("k"), w));
    ck_assert_uint_eq(hf_weak_map_count(map), 1);
    hf_release(w);
    ck_assert_str_eq(what_happened(), "w");
    ck_assert(has(hf_key_text("k"), NULL));
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
}
END_TEST

START_TEST(who_comes_second_gets_the_first)
{
    witness *first = unknown_origin(intern(hf_key_integer(7), "first"));
    witness *second = unknown_origin(intern(hf_key_integer(7), "second"));
    ck_assert_ptr_eq(first, second);
    ck_assert_str_eq(what_happened(), "second");
    hf_release(first);
    hf_release(second);
    witness *third = intern(hf_key_integer(7), "third");
    ck_assert_str_eq(third->name, "third");
    hf_release(third);
}
END_TEST

START_TEST(keys_of_all_kinds_are_told_apart)
{
    hf_auto witness *key = witness_new("key");
    hf_auto witness *a = intern(hf_key_integer(49), "a");
    hf_auto witness *b = intern(hf_key_text("1"), "b");
    hf_auto witness *c = intern(hf_key_string("1\0", 2), "c");
    hf_auto witness *d = intern(hf_key_object(key), "d");
    ck_assert(has(hf_key_integer(49), a) && has(hf_key_text("1"), b));
    ck_assert(has(hf_key_string("1\0", 2), c) && has(hf_key_object(key), d));
    ck_assert(has(hf_key_object(a), NULL) && has(hf_key_text(""), NULL));
    ck_assert_uint_eq(hf_weak_map_count(map), 4);
}
END_TEST

START_TEST(one_object_may_stand_under_many_keys)
{
    witness *w = witness_new("w");
    for (uint64_t i = 0; i < 100; i++) {
        hf_release(hf_weak_map_intern(map, hf_key_integer(i), w));
    }
    ck_assert_uint_eq(hf_weak_map_count(map), 100);
    hf_release(w);
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
}
END_TEST

START_TEST(what_is_removed_lives_on_and_is_not_found)
{
    hf_auto witness *w = intern(hf_key_text("k"), "w");
    ck_assert_int_eq(hf_weak_map_remove(map, hf_key_text("k")), 1);
    ck_assert_int_eq(hf_weak_map_remove(map, hf_key_text("k")), 0);
    ck_assert(has(hf_key_text("k"), NULL));
    ck_assert_uint_eq(hf_count(w), 1);
    hf_auto witness *other = intern(hf_key_text("k"), "other");
    hf_clear(&w);
    ck_assert(has(hf_key_text("k"), other));
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
    hf_auto witness *w = witness_new("w");
    errno = 0;
    ck_assert_ptr_null(hf_weak_map_intern(map, hf_key_text(NULL), w));
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_ptr_null(hf_weak_map_intern(map, hf_key_integer(1), NULL));
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_ptr_null(hf_weak_map_make(map, hf_key_integer(1), NULL, NULL));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_ptr_null(hf_weak_map_get(map, hf_key_text(NULL)));
    ck_assert_int_eq(hf_weak_map_remove(map, hf_key_text(NULL)), 0);
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
}
END_TEST

/* ---- keys that are objects ---------------------------------------------------------------- */

START_TEST(an_object_that_is_a_key_is_not_held_and_takes_its_entry_along)
{
    witness *key = witness_new("key");
    hf_auto witness *value = intern(hf_key_object(key), "value");
    ck_assert_uint_eq(hf_count(key), 1);
    hf_release(key);
    ck_assert_str_eq(what_happened(), "key");
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
    ck_assert_uint_eq(hf_count(value), 1);
}
END_TEST

START_TEST(an_object_may_be_the_key_of_itself)
{
    witness *w = witness_new("w");
    hf_release(hf_weak_map_intern(map, hf_key_object(w), w));
    ck_assert(has(hf_key_object(w), w));
    hf_release(w);
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
}
END_TEST

/* ---- deaths ---------------------------------------------------------------------------------- */

typedef struct searcher {
    int looks;
    hf_weak_map *in; /* not held */
} searcher;

static void
searcher_destroy(void *self)
{
    searcher *s = self;
    if (!s->in) return;
    ck_assert_ptr_null(hf_weak_map_get(s->in, hf_key_text("self")));
    ck_assert_uint_eq(hf_weak_map_count(s->in), 0);
    errno = 0;
    ck_assert_ptr_null(hf_weak_map_intern(s->in, hf_key_text("self"), s));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_uint_eq(hf_weak_map_count(s->in), 0);
}
HF_DECLARE(searcher);
HF_TYPE(searcher, .destroy = searcher_destroy);

static void
look_when_told(void *object, void *ctx)
{
    (void)object;
    ck_assert_ptr_null(hf_weak_map_get(ctx, hf_key_text("self")));
    hf_auto searcher *heir = hf_new(searcher);
    hf_auto searcher *interned = hf_weak_map_intern(ctx, hf_key_text("heir"), heir);
    ck_assert(interned && hf_weak_map_remove(ctx, hf_key_text("heir")) == 1);
}

START_TEST(nobody_finds_what_is_dying)
{
    searcher *s = hf_new(searcher);
    s->in = map;
    ck_assert_uint_ne(hf_on_death(s, look_when_told, map), 0);
    hf_release(hf_weak_map_intern(map, hf_key_text("self"), s));
    hf_release(s);
}
END_TEST

START_TEST(a_map_that_dies_first_is_no_matter)
{
    hf_auto witness *key = witness_new("key");
    hf_auto witness *one = intern(hf_key_text("one"), "one");
    hf_auto witness *two = intern(hf_key_object(key), "two");
    drop_map();
    ck_assert_str_eq(what_happened(), "");
    hf_clear(&one);
    hf_clear(&key);
    ck_assert_str_eq(what_happened(), "one, key");
    make_map();
}
END_TEST

typedef struct local {
    int unused;
} local;
HF_DECLARE(local);
HF_TYPE(local, .flags = HF_CONFINED);

START_TEST(a_confined_object_is_refused)
{
    hf_auto local *l = hf_new(local);
    HF_EXPECT_FATAL(hf_release(hf_weak_map_intern(map, hf_key_integer(1), l)), "confined", "local");
}
END_TEST

typedef struct ring {
    struct ring *next;
} ring;
HF_DECLARE(ring);
HF_TYPE(ring, .fields = HF_FIELDS(HF_STRONG(ring, next)));

START_TEST(entries_of_garbage_are_found_until_it_is_collected)
{
    ring *a = hf_new(ring), *b = hf_new(ring);
    hf_set(a, next, b);
    hf_set(b, next, a);
    hf_release(hf_weak_map_intern(map, hf_key_integer(1), a));
    hf_release(hf_weak_map_intern(map, hf_key_integer(2), b));
    hf_release(a);
    hf_release(b);
    ring *revived = hf_weak_map_get(map, hf_key_integer(1));
    ck_assert_ptr_nonnull(revived);
    ck_assert_uint_eq(hf_collect(), 0);
    hf_release(revived);
    ck_assert_uint_eq(hf_collect(), 2);
    ck_assert_ptr_null(hf_weak_map_get(map, hf_key_integer(2)));
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
}
END_TEST

START_TEST(a_hundred_thousand_come_and_go)
{
    enum { MANY = 100000 };
    static witness *held[MANY];
    /* Fewer where each step takes long. */
    const size_t many = hf_test_rounds(MANY) < MANY ? hf_test_rounds(MANY) : MANY;
    for (uint64_t i = 0; i < many; i++) {
        hf_auto witness *w = hf_new(witness);
        w->name = "w";
        held[i] = hf_weak_map_intern(map, hf_key_integer(i), w);
    }
    ck_assert_uint_eq(hf_weak_map_count(map), many);
    for (uint64_t i = 0; i < many; i++) {
        ck_assert(has(hf_key_integer(i), held[i]));
        if (i % 2) held[i]->name = NULL;
    }
    ck_assert_uint_eq(hf_weak_map_count(map), many);
    for (uint64_t i = 0; i < many; i++)
        ck_assert_int_eq(hf_weak_map_remove(map, hf_key_integer(i)), 1);
    for (uint64_t i = 0; i < many; i++) {
        held[i]->name = "";
        hf_release(held[i]);
        (void)what_happened();
    }
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("weak_map");
    TCase *tests = tcase_create("weak_map");
    tcase_add_checked_fixture(tests, make_map, drop_map);
    tcase_add_test(tests, a_map_holds_nobody);
    tcase_add_test(tests, who_comes_second_gets_the_first);
    tcase_add_test(tests, keys_of_all_kinds_are_told_apart);
    tcase_add_test(tests, one_object_may_stand_under_many_keys);
    tcase_add_test(tests, what_is_removed_lives_on_and_is_not_found);
    tcase_add_test(tests, what_is_wrong_is_refused);
    tcase_add_test(tests, an_object_that_is_a_key_is_not_held_and_takes_its_entry_along);
    tcase_add_test(tests, an_object_may_be_the_key_of_itself);
    tcase_add_test(tests, nobody_finds_what_is_dying);
    tcase_add_test(tests, a_map_that_dies_first_is_no_matter);
    tcase_add_test(tests, a_confined_object_is_refused);
    tcase_add_test(tests, entries_of_garbage_are_found_until_it_is_collected);
    tcase_add_test(tests, a_hundred_thousand_come_and_go);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
