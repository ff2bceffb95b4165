/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/map.h>: the order of entries, and cursors while the map changes.
 * Knows public headers only. */
#include <holdfast/holdfast.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct number {
    uint64_t value;
} number;
HF_DECLARE(number);
HF_TYPE(number);

static hf_map(number) map;

static void
set(uint64_t key)
{
    hf_auto number *n = hf_new(number);
    ck_assert_ptr_nonnull(n);
    n->value = key;
    ck_assert_int_eq(hf_map_set(&map, hf_key_integer(key), n), 0);
}

static void
fill(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) set(i);
}

static void
cut(uint64_t key)
{
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(key)), 1);
}

/* Goes on with the cursor to the end, and compares. */
static void
expect_from(hf_map_cursor *cursor, const uint64_t *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const number *n = hf_map_next(&map, cursor);
        ck_assert_ptr_nonnull(n);
        ck_assert_uint_eq(n->value, keys[i]);
        ck_assert_uint_eq(cursor->key.is.integer, keys[i]);
    }
    ck_assert_ptr_null(hf_map_next(&map, cursor));
}

#define EXPECT_FROM(cursor, ...)                                    \
    do {                                                            \
        const uint64_t keys_[] = {__VA_ARGS__};                     \
        expect_from((cursor), keys_, sizeof keys_ / sizeof *keys_); \
    } while (0)

static hf_map_cursor
start(void)
{
    return (hf_map_cursor){.order_ = 0};
}

START_TEST(entries_stand_in_the_order_in_which_their_keys_came)
{
    static const uint64_t keys[] = {9, 3, 7, 1, 8};
    for (size_t i = 0; i < 5; i++) set(keys[i]);
    set(3);
    hf_map_cursor cursor = start();
    EXPECT_FROM(&cursor, 9, 3, 7, 1, 8);
    cut(7);
    set(7);
    cut(8);
    cursor = start();
    EXPECT_FROM(&cursor, 9, 3, 1, 7);
    hf_map_clear(&map);
}
END_TEST

START_TEST(order_outlives_growth_and_holes)
{
    fill(1000);
    for (uint64_t i = 0; i < 1000; i++) {
        if (i % 3) cut(i);
    }
    for (uint64_t i = 1000; i < 2000; i++) set(i);
    hf_map_cursor cursor = start();
    for (uint64_t i = 0; i < 2000; i++) {
        if (i < 1000 && i % 3) continue;
        ck_assert_uint_eq(hf_map_next(&map, &cursor)->value, i);
    }
    ck_assert_ptr_null(hf_map_next(&map, &cursor));
    hf_map_clear(&map);
}
END_TEST

START_TEST(what_is_removed_before_its_turn_is_not_met)
{
    fill(6);
    hf_map_cursor cursor = start();
    ck_assert_uint_eq(hf_map_next(&map, &cursor)->value, 0);
    ck_assert_uint_eq(hf_map_next(&map, &cursor)->value, 1);
    cut(0);
    cut(1);
    cut(3);
    cut(5);
    EXPECT_FROM(&cursor, 2, 4);
    hf_map_clear(&map);
}
END_TEST

START_TEST(all_may_be_removed_one_by_one)
{
    fill(100);
    hf_map_cursor cursor = start();
    const number *n;
    size_t met = 0;
    while ((n = hf_map_next(&map, &cursor))) {
        ck_assert_uint_eq(n->value, met++);
        cut(cursor.key.is.integer);
    }
    ck_assert_uint_eq(met, 100);
    ck_assert_uint_eq(hf_map_count(&map), 0);
    hf_map_clear(&map);
}
END_TEST

START_TEST(what_is_new_comes_last_and_is_met)
{
    fill(3);
    hf_map_cursor cursor = start();
    for (uint64_t i = 0; i < 200; i++) {
        ck_assert_uint_eq(hf_map_next(&map, &cursor)->value, i);
        if (i + 3 < 200) set(i + 3);
        if (i % 2) cut(i);
    }
    ck_assert_ptr_null(hf_map_next(&map, &cursor));
    set(500);
    EXPECT_FROM(&cursor, 500);
    hf_map_clear(&map);
}
END_TEST

START_TEST(an_end_that_is_removed_and_set_again_is_met_again)
{
    fill(3);
    hf_map_cursor cursor = start();
    EXPECT_FROM(&cursor, 0, 1, 2);
    cut(2);
    cut(1);
    ck_assert_ptr_null(hf_map_next(&map, &cursor));
    set(1);
    EXPECT_FROM(&cursor, 1);
    hf_map_clear(&map);
}
END_TEST

START_TEST(what_comes_after_the_map_was_cleared_is_met)
{
    fill(50);
    hf_map_cursor cursor = start();
    for (uint64_t i = 0; i < 20; i++) (void)hf_map_next(&map, &cursor);
    hf_map_clear(&map);
    ck_assert_ptr_null(hf_map_next(&map, &cursor));
    fill(3);
    EXPECT_FROM(&cursor, 0, 1, 2);
    hf_map_clear(&map);
}
END_TEST

START_TEST(a_copy_has_the_same_order)
{
    hf_map(number) copy = {{NULL}};
    fill(20);
    cut(0);
    cut(10);
    set(0);
    ck_assert_int_eq(hf_map_copy(&copy, &map), 0);
    hf_map_cursor of_map = start(), of_copy = start();
    const number *n;
    while ((n = hf_map_next(&map, &of_map))) {
        ck_assert(hf_map_next(&copy, &of_copy) == n);
        ck_assert_int_eq(hf_key_is(of_map.key, of_copy.key), 1);
    }
    ck_assert_ptr_null(hf_map_next(&copy, &of_copy));
    hf_map_clear(&map);
    hf_map_clear(&copy);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("map_order");
    TCase *tests = tcase_create("map_order");
    tcase_add_test(tests, entries_stand_in_the_order_in_which_their_keys_came);
    tcase_add_test(tests, order_outlives_growth_and_holes);
    tcase_add_test(tests, what_is_removed_before_its_turn_is_not_met);
    tcase_add_test(tests, all_may_be_removed_one_by_one);
    tcase_add_test(tests, what_is_new_comes_last_and_is_met);
    tcase_add_test(tests, an_end_that_is_removed_and_set_again_is_met_again);
    tcase_add_test(tests, what_comes_after_the_map_was_cleared_is_met);
    tcase_add_test(tests, a_copy_has_the_same_order);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
