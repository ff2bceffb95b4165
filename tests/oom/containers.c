/* SPDX-License-Identifier: MIT
 *
 * Arrays, maps, buffers and weak maps are used while memory is short.
 * Knows public headers and the sweep.
 * What fails must have changed nothing: the same elements, the same entries, the same counts. */
#include <holdfast/holdfast.h>

#include <stdlib.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct thing {
    size_t number;
} thing;
HF_DECLARE(thing);
HF_TYPE(thing);

enum { THINGS = 20 };

/* ---- arrays ------------------------------------------------------------------------------- */

static hf_array(thing) list;

static void
expect_elements(size_t count)
{
    ck_assert_uint_eq(hf_array_count(&list), count);
    for (size_t i = 0; i < count; i++) ck_assert_uint_eq(hf_array_at(&list, i)->number, i);
}

static bool
push_new(size_t number)
{
    thing *t = hf_new(thing);
    if (!t) return out_of_memory();
    t->number = number;
    thing *mine = hf_retain(t);
    bool is_done = (number % 3 == 0   ? hf_array_push(&list, t)
                    : number % 3 == 1 ? hf_array_insert(&list, number, t)
                                      : hf_array_push_move(&list, &t))
                   == 0;
    ck_assert_uint_eq(hf_count(mine), 1u + (t != NULL) + is_done);
    hf_release(t);
    hf_release(mine);
    return is_done ? true : out_of_memory();
}

static int
upwards(const void *a, const void *b, void *ctx)
{
    size_t x = ((const thing *)a)->number, y = ((const thing *)b)->number;
    (void)ctx;
    return (x > y) - (x < y);
}

static bool
rearrange(void)
{
    hf_array(thing) copy = {{NULL}};
    bool is_done = hf_array_sort(&list, upwards, NULL) == 0;
    expect_elements(THINGS);
    is_done = is_done && hf_array_copy(&copy, &list) == 0;
    ck_assert_uint_eq(hf_array_count(&copy), is_done ? THINGS : 0);
    WITHOUT_MEMORY(hf_array_clear(&copy));
    is_done = is_done && hf_array_extend(&list, &list) == 0;
    ck_assert_uint_eq(hf_array_count(&list), is_done ? 2 * THINGS : THINGS);
    WITHOUT_MEMORY(hf_array_truncate(&list, THINGS));
    is_done = is_done && hf_array_fit(&list) == 0 && hf_array_reserve(&list, 3 * THINGS) == 0;
    expect_elements(THINGS);
    return is_done ? true : out_of_memory();
}

static bool
use_an_array(void)
{
    bool is_done = true;
    for (size_t i = 0; is_done && i < THINGS; i++) {
        is_done = push_new(i);
        expect_elements(i + is_done);
    }
    is_done = is_done && rearrange();
    if (is_done) WITHOUT_MEMORY(hf_release(hf_array_take(&list, 3)));
    if (is_done) WITHOUT_MEMORY(ck_assert_int_eq(hf_array_remove(&list, 3), 0));
    WITHOUT_MEMORY(hf_array_truncate(&list, 1));
    WITHOUT_MEMORY(hf_array_clear(&list));
    return is_done;
}

START_TEST(an_array_without_memory_is_what_it_was)
{
    sweep(use_an_array);
}
END_TEST

/* ---- maps --------------------------------------------------------------------------------- */

static hf_map(thing) map;

static void
expect_entries(size_t count)
{
    hf_map_cursor cursor = {.order_ = 0};
    ck_assert_uint_eq(hf_map_count(&map), count);
    for (size_t i = 0; i < count; i++) ck_assert_uint_eq(hf_map_next(&map, &cursor)->number, i);
    ck_assert_ptr_null(hf_map_next(&map, &cursor));
}

/* Texts, numbers, and from the middle on objects. */
static hf_key
key_of(const thing *t)
{
    static char text[THINGS][2];
    if (t->number > THINGS / 2) return hf_key_object(t);
    if (t->number % 2) return hf_key_integer(t->number);
    text[t->number][0] = (char)('a' + t->number);
    return hf_key_text(text[t->number]);
}

static bool
set_new(size_t number)
{
    hf_auto thing *t = hf_new(thing);
    if (!t) return out_of_memory();
    t->number = number;
    bool is_done = hf_map_set(&map, key_of(t), t) == 0;
    ck_assert(is_done || hf_count(t) == 1);
    ck_assert(hf_map_at(&map, key_of(t)) == (is_done ? t : NULL));
    return is_done ? true : out_of_memory();
}

/* What a key has already is replaced without memory, whatever kind of key it is. */
static void
replace_all_values(void)
{
    hf_map_cursor cursor = {.order_ = 0};
    thing *latest = NULL;
    for (thing *each; (each = hf_map_next(&map, &cursor)); latest = each) {
        if (!latest) continue;
        hf_auto thing *former = hf_retain(each);
        WITHOUT_MEMORY(ck_assert_int_eq(hf_map_set(&map, cursor.key, latest), 0));
        ck_assert(hf_map_at(&map, cursor.key) == latest);
        WITHOUT_MEMORY(ck_assert_int_eq(hf_map_set(&map, cursor.key, former), 0));
    }
    expect_entries(THINGS);
}

static bool
use_a_map(void)
{
    bool is_done = true;
    for (size_t i = 0; is_done && i < THINGS; i++) {
        is_done = set_new(i);
        expect_entries(i + is_done);
    }
    hf_map(thing) copy = {{NULL}};
    if (is_done) {
        is_done = (hf_map_copy(&copy, &map) == 0 && hf_map_reserve(&map, 5 * THINGS) == 0)
                  || out_of_memory();
        expect_entries(THINGS);
        replace_all_values();
        WITHOUT_MEMORY(ck_assert(hf_map_remove(&map, hf_key_integer(1)) == 1));
    }
    WITHOUT_MEMORY(hf_map_clear(&copy));
    WITHOUT_MEMORY(hf_map_clear(&map));
    return is_done;
}

START_TEST(a_map_without_memory_is_what_it_was)
{
    sweep(use_a_map);
}
END_TEST

/* ---- buffers ------------------------------------------------------------------------------ */

static bool
use_a_buffer(void)
{
    hf_auto hf_buffer *empty = hf_buffer_new(100);
    hf_auto hf_buffer *full = hf_buffer_copy("bytes", 5);
    if (!empty || !full) return out_of_memory();
    WITHOUT_MEMORY(hf_auto hf_slice part = hf_slice_of(full, 1, 2); (void)part);
    return true;
}

START_TEST(a_slice_needs_no_memory)
{
    sweep(use_a_buffer);
}
END_TEST

/* ---- weak maps ---------------------------------------------------------------------------- */

static void *
make_thing(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    return hf_new(thing);
}

/* Keeps what it interns alive, and lets go of all at the end. */
static bool
intern_some(hf_weak_map *names, thing **held)
{
    for (uint64_t i = 0; i < THINGS; i++) {
        hf_auto thing *t = hf_new(thing);
        if (!t) return out_of_memory();
        hf_key key = i % 3 == 0   ? hf_key_integer(i)
                     : i % 3 == 1 ? hf_key_text("k")
                                  : hf_key_object(t);
        size_t before = hf_weak_map_count(names);
        held[i] = hf_weak_map_intern(names, key, t);
        if (held[i]) continue;
        ck_assert_uint_eq(hf_weak_map_count(names), before);
        ck_assert_uint_eq(hf_count(t), 1);
        return out_of_memory();
    }
    return true;
}

static bool
use_a_weak_map(void)
{
    thing *held[THINGS] = {NULL};
    hf_auto hf_weak_map *names = hf_weak_map_new();
    if (!names) return out_of_memory();
    bool is_done = intern_some(names, held);
    hf_auto thing *made = hf_weak_map_make(names, hf_key_text("made"), make_thing, NULL);
    if (!made) is_done = out_of_memory();
    for (size_t i = 0; i < THINGS; i++) {
        if (held[i]) WITHOUT_MEMORY(hf_release(held[i]));
    }
    ck_assert_uint_eq(hf_weak_map_count(names), made != NULL);
    return is_done;
}

START_TEST(a_weak_map_without_memory_is_what_it_was)
{
    sweep(use_a_weak_map);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("containers");
    TCase *tests = tcase_create("containers");
    tcase_add_test(tests, an_array_without_memory_is_what_it_was);
    tcase_add_test(tests, a_map_without_memory_is_what_it_was);
    tcase_add_test(tests, a_slice_needs_no_memory);
    tcase_add_test(tests, a_weak_map_without_memory_is_what_it_was);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
