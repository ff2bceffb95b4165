/* SPDX-License-Identifier: MIT
 *
 * Seam test of containers that a destroy function changes while they let go of its object.
 * Knows public headers only. */
#include <holdfast/holdfast.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct actor {
    void (*act)(void);
} actor;

static void
actor_destroy(void *self)
{
    void (*act)(void) = ((actor *)self)->act;
    if (act) act();
}
HF_DECLARE(actor);
HF_TYPE(actor, .destroy = actor_destroy);

static hf_array(actor) list;
static hf_map(actor) map;

static actor *
actor_new(void (*act)(void))
{
    actor *a = hf_new(actor);
    ck_assert_ptr_nonnull(a);
    a->act = act;
    return a;
}

static void
fill(void (*act)(void))
{
    for (uint64_t i = 0; i < 10; i++) {
        hf_auto actor *a = actor_new(i == 7 ? act : NULL);
        ck_assert_int_eq(hf_array_push(&list, a), 0);
        ck_assert_int_eq(hf_map_set(&map, hf_key_integer(i), a), 0);
    }
}

static void
push_many(void)
{
    for (uint64_t i = 0; i < 100; i++) {
        hf_auto actor *a = actor_new(NULL);
        ck_assert_int_eq(hf_array_push(&list, a), 0);
        ck_assert_int_eq(hf_map_set(&map, hf_key_integer(1000 + i), a), 0);
    }
}

static void
clear_both(void)
{
    hf_array_clear(&list);
    hf_map_clear(&map);
}

static void
let_go_of_the_seventh(void)
{
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(7)), 1);
    ck_assert_int_eq(hf_array_set(&list, 7, NULL), 0);
}

START_TEST(what_is_replaced_may_add_to_the_containers)
{
    fill(push_many);
    let_go_of_the_seventh();
    ck_assert_uint_eq(hf_array_count(&list), 110);
    ck_assert_uint_eq(hf_map_count(&map), 109);
    clear_both();
}
END_TEST

START_TEST(what_is_replaced_may_clear_the_containers)
{
    fill(clear_both);
    let_go_of_the_seventh();
    ck_assert_uint_eq(hf_array_count(&list), 0);
    ck_assert_uint_eq(hf_map_count(&map), 0);
}
END_TEST

START_TEST(what_is_taken_by_the_last_release_may_clear_the_map)
{
    fill(clear_both);
    hf_array_clear(&list);
    ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(7)), 1);
    ck_assert_uint_eq(hf_map_count(&map), 0);
}
END_TEST

START_TEST(what_is_put_while_all_is_cleared_stays)
{
    fill(push_many);
    clear_both();
    ck_assert_uint_eq(hf_array_count(&list), 100);
    ck_assert_uint_eq(hf_map_count(&map), 100);
    clear_both();
}
END_TEST

static void
clear_array(void)
{
    hf_array_clear(&list);
}

START_TEST(what_is_cut_off_may_clear_the_array)
{
    fill(clear_array);
    hf_map_clear(&map);
    hf_array_truncate(&list, 3);
    ck_assert_uint_eq(hf_array_count(&list), 0);
}
END_TEST

START_TEST(what_a_copy_replaces_may_clear_both)
{
    hf_array(actor) empty = {{NULL}};
    fill(clear_both);
    hf_map_clear(&map);
    ck_assert_int_eq(hf_array_copy(&list, &empty), 0);
    ck_assert_uint_eq(hf_array_count(&list), 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("container_changes");
    TCase *tests = tcase_create("container_changes");
    tcase_add_test(tests, what_is_replaced_may_add_to_the_containers);
    tcase_add_test(tests, what_is_replaced_may_clear_the_containers);
    tcase_add_test(tests, what_is_taken_by_the_last_release_may_clear_the_map);
    tcase_add_test(tests, what_is_put_while_all_is_cleared_stays);
    tcase_add_test(tests, what_is_cut_off_may_clear_the_array);
    tcase_add_test(tests, what_a_copy_replaces_may_clear_both);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
