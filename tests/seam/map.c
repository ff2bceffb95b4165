/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/map.h> and <holdfast/key.h>: what stands under which key, and how long.
 * Knows public headers only. Order and cursors are in map_order.c. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct owner {
    hf_map(witness) map;
} owner;
HF_DECLARE(owner);
HF_TYPE(owner, .fields = HF_FIELDS(HF_MAP(owner, map)));

static hf_map(witness) map;

static void
set(hf_key key, const char *name)
{
    hf_auto witness *w = witness_new(name);
    ck_assert_int_eq(hf_map_set(&map, key, w), 0);
}

static bool
has(hf_key key, const char *name)
{
    const witness *w = hf_map_at(&map, key);
    return w && !strcmp(w->name, name);
}

START_TEST(an_empty_map_has_nothing)
{
    hf_map_cursor cursor = {.order_ = 0};
    ck_assert_uint_eq(hf_map_count(&map), 0);
    ck_assert_ptr_null(hf_map_at(&map, hf_key_text("x")));
    ck_assert_ptr_null(hf_map_get(&map, hf_key_integer(0)));
    ck_assert_ptr_null(hf_map_take(&map, hf_key_integer(0)));
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(0)), 0);
    ck_assert_ptr_null(hf_map_next(&map, &cursor));
    hf_map_clear(&map);
}
END_TEST

START_TEST(keys_of_all_kinds_are_told_apart)
{
    static const char zeros[8];
    hf_auto owner *one = hf_new(owner), *two = hf_new(owner);
    const hf_key keys[] = {hf_key_integer(0),
                           hf_key_integer(UINT64_MAX),
                           hf_key_integer(49),
                           hf_key_text("1"),
                           hf_key_text(""),
                           hf_key_string(zeros, 1),
                           hf_key_string(zeros, 2),
                           hf_key_string("1\0", 2),
                           hf_key_object(one),
                           hf_key_object(two),
                           hf_key_integer((uintptr_t)one)};
    enum { KEYS = sizeof keys / sizeof *keys };
    char names[KEYS][8];
    for (size_t i = 0; i < KEYS; i++) {
        (void)snprintf(names[i], sizeof names[i], "%zu", i);
        set(keys[i], names[i]);
    }
    ck_assert_uint_eq(hf_map_count(&map), KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        ck_assert(has(keys[i], names[i]));
        for (size_t k = 0; k < KEYS; k++) ck_assert_int_eq(hf_key_is(keys[i], keys[k]), i == k);
    }
    ck_assert(has(hf_key_string(zeros + 3, 2), "6"));
    hf_map_clear(&map);
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    hf_auto witness *w = witness_new("w");
    hf_key none[] = {
        {.kind = HF_KEY_NONE},
        {.kind = 77},
        hf_key_text(NULL),
        hf_key_string(NULL, 1),
        hf_key_object(NULL),
#if SIZE_MAX > UINT32_MAX
        hf_key_string("", (size_t)UINT32_MAX + 1)
#endif
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        errno = 0;
        ck_assert_int_eq(hf_map_set(&map, none[i], w), -1);
        ck_assert_int_eq(errno, EINVAL);
        ck_assert_ptr_null(hf_map_at(&map, none[i]));
        ck_assert_int_eq(hf_key_is(none[i], none[i]), 0);
    }
    errno = 0;
    ck_assert_int_eq(hf_map_set(&map, hf_key_integer(1), NULL), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_uint_eq(hf_map_count(&map), 0);
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

START_TEST(the_bytes_of_a_key_are_copied)
{
    char key[] = "colour";
    set(hf_key_text(key), "w");
    memset(key, 'x', sizeof key - 1);
    ck_assert(has(hf_key_text("colour"), "w"));
    ck_assert_ptr_null(hf_map_at(&map, hf_key_text(key)));
    hf_map_clear(&map);
}
END_TEST

START_TEST(a_value_is_held_until_it_is_replaced_removed_or_taken)
{
    set(hf_key_integer(1), "one");
    set(hf_key_integer(1), "another");
    ck_assert_str_eq(what_happened(), "one");
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(1)), 1);
    ck_assert_str_eq(what_happened(), "another");
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(1)), 0);
    set(hf_key_text("k"), "taken");
    witness *taken = hf_map_take(&map, hf_key_text("k"));
    ck_assert_uint_eq(hf_count(taken), 1);
    hf_release(taken);
    set(hf_key_integer(2), "two");
    witness *got = hf_map_get(&map, hf_key_integer(2));
    ck_assert_uint_eq(hf_count(got), 2);
    hf_release(got);
    (void)what_happened();
    hf_map_clear(&map);
    ck_assert_str_eq(what_happened(), "two");
}
END_TEST

START_TEST(an_object_that_is_a_key_lives_as_long_as_its_entry)
{
    witness *key = witness_new("key");
    hf_key by_key = hf_key_object(unknown_origin(key));
    set(hf_key_integer(1), "before");
    set(by_key, "value");
    ck_assert_uint_eq(hf_count(key), 2);
    hf_release(key);
    for (uint64_t i = 10; i < 50; i++) set(hf_key_integer(i), "more");
    ck_assert(has(by_key, "value"));
    ck_assert_str_eq(what_happened(), "");
    ck_assert_int_eq(hf_map_remove(&map, by_key), 1);
    ck_assert_str_eq(what_happened(), "key, value");
    hf_map_clear(&map);
}
END_TEST

START_TEST(a_field_is_emptied_with_its_object_and_a_variable_with_its_scope)
{
    {
        hf_auto owner *o = hf_new(owner);
        hf_auto witness *w = witness_new("in the field");
        ck_assert_int_eq(hf_map_set(&o->map, hf_key_text("a"), w), 0);
        hf_auto hf_map(witness) local = {{NULL}};
        hf_auto witness *v = witness_new("in the variable");
        ck_assert_int_eq(hf_map_set(&local, hf_key_text("b"), v), 0);
        ck_assert_int_eq(hf_map_set(&local, hf_key_object(o), w), 0);
    }
    ck_assert_str_eq(what_happened(), "in the variable, in the field");
}
END_TEST

START_TEST(a_copy_holds_the_same_under_keys_of_its_own)
{
    hf_map(witness) copy = {{NULL}};
    hf_auto owner *key = hf_new(owner);
    set(hf_key_text("text"), "a");
    set(hf_key_object(key), "b");
    set(hf_key_integer(3), "c");
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(3)), 1);
    ck_assert_int_eq(hf_map_copy(&copy, &map), 0);
    ck_assert_ptr_eq(hf_map_at(&copy, hf_key_text("text")), hf_map_at(&map, hf_key_text("text")));
    hf_map_clear(&map);
    ck_assert_uint_eq(hf_map_count(&copy), 2);
    ck_assert_str_eq(hf_map_at(&copy, hf_key_object(key))->name, "b");
    ck_assert_int_eq(hf_map_copy(&copy, &copy), 0);
    ck_assert_uint_eq(hf_map_count(&copy), 2);
    ck_assert_int_eq(hf_map_copy(&copy, &map), 0);
    ck_assert_uint_eq(hf_map_count(&copy), 0);
}
END_TEST

START_TEST(room_is_made_for_so_many)
{
    ck_assert_int_eq(hf_map_reserve(&map, 1000), 0);
    ck_assert_uint_eq(hf_map_count(&map), 0);
    set(hf_key_integer(1), "one");
    ck_assert_int_eq(hf_map_reserve(&map, 2000), 0);
    ck_assert_int_eq(hf_map_reserve(&map, 10), 0);
    ck_assert(has(hf_key_integer(1), "one"));
    errno = 0;
    ck_assert_int_eq(hf_map_reserve(&map, SIZE_MAX), -1);
    ck_assert_int_eq(errno, ENOMEM);
    hf_map_clear(&map);
}
END_TEST

START_TEST(a_million_entries_come_and_go)
{
    /* Fewer where each step takes long. */
    const size_t many = hf_test_rounds(1000000);
    hf_auto witness *w = witness_new("w");
    for (uint64_t i = 0; i < many; i++) {
        ck_assert_int_eq(hf_map_set(&map, hf_key_integer(i << 20), w), 0);
    }
    ck_assert_uint_eq(hf_count(w), many + 1);
    for (uint64_t i = 0; i < many; i += 2) {
        ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(i << 20)), 1);
    }
    for (uint64_t i = 0; i < many; i++) {
        ck_assert_int_eq(hf_map_at(&map, hf_key_integer(i << 20)) == w, i % 2);
    }
    hf_map_clear(&map);
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

typedef struct local {
    int unused;
} local;
HF_DECLARE(local);
HF_TYPE(local, .flags = HF_CONFINED);

START_TEST(a_confined_object_is_refused)
{
    hf_map(local) locals = {{NULL}};
    hf_auto local *l = hf_new(local);
    HF_EXPECT_FATAL(hf_map_set(&locals, hf_key_integer(1), l), "confined", "local");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("map");
    TCase *tests = tcase_create("map");
    tcase_add_test(tests, an_empty_map_has_nothing);
    tcase_add_test(tests, keys_of_all_kinds_are_told_apart);
    tcase_add_test(tests, what_is_no_key_is_refused);
    tcase_add_test(tests, the_bytes_of_a_key_are_copied);
    tcase_add_test(tests, a_value_is_held_until_it_is_replaced_removed_or_taken);
    tcase_add_test(tests, an_object_that_is_a_key_lives_as_long_as_its_entry);
    tcase_add_test(tests, a_field_is_emptied_with_its_object_and_a_variable_with_its_scope);
    tcase_add_test(tests, a_copy_holds_the_same_under_keys_of_its_own);
    tcase_add_test(tests, room_is_made_for_so_many);
    tcase_add_test(tests, a_million_entries_come_and_go);
    tcase_add_test(tests, a_confined_object_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
