/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/array.h>: what an array holds, in which order, and who lets go of it.
 * Knows public headers only. What destroy functions do to an array is in container_changes.c. */
#include <holdfast/holdfast.h>

#include <errno.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct owner {
    hf_array(witness) list;
} owner;
HF_DECLARE(owner);
HF_TYPE(owner, .fields = HF_FIELDS(HF_ARRAY(owner, list)));

static hf_array(witness) list;

static void
push(const char *name)
{
    hf_auto witness *w = witness_new(name);
    ck_assert_int_eq(hf_array_push(&list, w), 0);
}

static void
push_letters(const char *letters)
{
    static const char names[][2] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    for (; *letters; letters++) push(names[*letters - 'a']);
}

/* Of each element one letter, a dot for NULL. */
static const char *
letters(void)
{
    static char text[64];
    size_t count = hf_array_count(&list);
    for (size_t i = 0; i < count; i++) {
        const witness *w = hf_array_at(&list, i);
        text[i] = w ? *w->name : '.';
    }
    text[count] = 0;
    return text;
}

START_TEST(an_empty_array_has_nothing)
{
    ck_assert_uint_eq(hf_array_count(&list), 0);
    ck_assert_ptr_null(hf_array_at(&list, 0));
    ck_assert_ptr_null(hf_array_get(&list, 0));
    ck_assert_ptr_null(hf_array_take(&list, 0));
    ck_assert_ptr_null(hf_array_pop(&list));
    ck_assert_int_eq(hf_array_remove(&list, 0), -1);
    ck_assert_uint_eq(hf_array_find(&list, NULL), SIZE_MAX);
    ck_assert_int_eq(hf_array_extend(&list, &list), 0);
    ck_assert_int_eq(hf_array_sort(&list, NULL, NULL), 0);
    ck_assert_int_eq(hf_array_fit(&list), 0);
    hf_array_truncate(&list, 0);
    hf_array_clear(&list);
}
END_TEST

START_TEST(an_array_holds_what_was_pushed_in_its_order)
{
    push_letters("abc");
    ck_assert_str_eq(letters(), "abc");
    ck_assert_uint_eq(hf_count(hf_array_at(&list, 0)), 1);
    hf_array_clear(&list);
    ck_assert_str_eq(what_happened(), "a, b, c");
    ck_assert_uint_eq(hf_array_count(&list), 0);
}
END_TEST

START_TEST(get_is_owned_and_at_is_borrowed)
{
    push("a");
    witness *got = unknown_origin(hf_array_get(&list, 0));
    ck_assert_ptr_eq(hf_array_at(&list, 0), got);
    ck_assert_uint_eq(hf_count(got), 2);
    hf_array_clear(&list);
    ck_assert_str_eq(what_happened(), "");
    hf_release(got);
}
END_TEST

START_TEST(push_move_takes_the_callers_reference)
{
    witness *w = witness_new("w");
    ck_assert_int_eq(hf_array_push_move(&list, &w), 0);
    ck_assert_ptr_null(w);
    ck_assert_uint_eq(hf_count(hf_array_at(&list, 0)), 1);
    ck_assert_int_eq(hf_array_push_move(&list, &w), 0);
    ck_assert_str_eq(letters(), "w.");
    hf_array_clear(&list);
}
END_TEST

START_TEST(elements_may_be_null)
{
    ck_assert_int_eq(hf_array_push(&list, NULL), 0);
    push("a");
    ck_assert_int_eq(hf_array_insert(&list, 1, NULL), 0);
    ck_assert_str_eq(letters(), "..a");
    ck_assert_int_eq(hf_array_set(&list, 2, NULL), 0);
    ck_assert_str_eq(what_happened(), "a");
    ck_assert_ptr_null(hf_array_pop(&list));
    ck_assert_uint_eq(hf_array_count(&list), 2);
    hf_array_clear(&list);
}
END_TEST

START_TEST(insert_puts_before_and_take_closes_the_gap)
{
    push_letters("abc");
    hf_auto witness *x = witness_new("x");
    ck_assert_int_eq(hf_array_insert(&list, 0, x), 0);
    ck_assert_int_eq(hf_array_insert(&list, 2, x), 0);
    ck_assert_int_eq(hf_array_insert(&list, 5, x), 0);
    ck_assert_str_eq(letters(), "xaxbcx");
    hf_release(hf_array_take(&list, 5));
    hf_release(hf_array_take(&list, 2));
    hf_release(hf_array_take(&list, 0));
    ck_assert_str_eq(letters(), "abc");
    ck_assert_uint_eq(hf_count(x), 1);
    hf_array_clear(&list);
}
END_TEST

START_TEST(remove_releases_one_and_closes_the_gap)
{
    push_letters("abc");
    ck_assert_int_eq(hf_array_remove(&list, 1), 0);
    ck_assert_str_eq(what_happened(), "b");
    ck_assert_str_eq(letters(), "ac");
    ck_assert_int_eq(hf_array_push(&list, NULL), 0);
    ck_assert_int_eq(hf_array_remove(&list, 2), 0);
    ck_assert_int_eq(hf_array_remove(&list, 0), 0);
    ck_assert_int_eq(hf_array_remove(&list, 0), 0);
    ck_assert_str_eq(what_happened(), "a, c");
    ck_assert_uint_eq(hf_array_count(&list), 0);
    hf_array_clear(&list);
}
END_TEST

START_TEST(find_tells_the_first_place_of_an_object)
{
    push_letters("abc");
    const witness *b = hf_array_at(&list, 1);
    ck_assert_uint_eq(hf_array_find(&list, b), 1);
    ck_assert_int_eq(hf_array_push(&list, hf_array_at(&list, 1)), 0);
    ck_assert_uint_eq(hf_array_find(&list, b), 1);
    ck_assert_uint_eq(hf_array_find(&list, NULL), SIZE_MAX);
    ck_assert_int_eq(hf_array_push(&list, NULL), 0);
    ck_assert_uint_eq(hf_array_find(&list, NULL), 4);
    hf_auto witness *other = witness_new("b");
    ck_assert_uint_eq(hf_array_find(&list, other), SIZE_MAX);
    hf_array_clear(&list);
}
END_TEST

START_TEST(extend_adds_what_the_other_holds)
{
    hf_array(witness) other = {{NULL}};
    push_letters("ab");
    ck_assert_int_eq(hf_array_extend(&other, &list), 0);
    ck_assert_int_eq(hf_array_extend(&list, &other), 0);
    ck_assert_str_eq(letters(), "abab");
    ck_assert_uint_eq(hf_count(hf_array_at(&list, 0)), 3);
    hf_array_clear(&other);
    ck_assert_int_eq(hf_array_extend(&list, &other), 0);
    ck_assert_int_eq(hf_array_extend(&list, &list), 0);
    ck_assert_str_eq(letters(), "abababab");
    ck_assert_str_eq(what_happened(), "");
    hf_array_clear(&list);
    ck_assert_str_eq(what_happened(), "a, b");
}
END_TEST

START_TEST(set_releases_what_was_there)
{
    push_letters("ab");
    hf_auto witness *x = witness_new("x");
    ck_assert_int_eq(hf_array_set(&list, 0, x), 0);
    ck_assert_str_eq(what_happened(), "a");
    ck_assert_int_eq(hf_array_set(&list, 0, x), 0);
    ck_assert_uint_eq(hf_count(x), 2);
    ck_assert_str_eq(letters(), "xb");
    hf_array_clear(&list);
}
END_TEST

START_TEST(beyond_the_end_is_refused)
{
    push_letters("ab");
    hf_auto witness *x = witness_new("x");
    errno = 0;
    ck_assert_int_eq(hf_array_set(&list, 2, x), -1);
    ck_assert_int_eq(errno, ERANGE);
    errno = 0;
    ck_assert_int_eq(hf_array_insert(&list, 3, x), -1);
    ck_assert_int_eq(errno, ERANGE);
    errno = 0;
    ck_assert_int_eq(hf_array_swap(&list, 1, 2), -1);
    ck_assert_int_eq(errno, ERANGE);
    errno = 0;
    ck_assert_int_eq(hf_array_remove(&list, 2), -1);
    ck_assert_int_eq(errno, ERANGE);
    ck_assert_ptr_null(hf_array_take(&list, 2));
    ck_assert_ptr_null(hf_array_get(&list, SIZE_MAX));
    ck_assert_str_eq(letters(), "ab");
    ck_assert_uint_eq(hf_count(x), 1);
    hf_array_clear(&list);
}
END_TEST

START_TEST(swap_exchanges_two)
{
    push_letters("abc");
    ck_assert_int_eq(hf_array_swap(&list, 0, 2), 0);
    ck_assert_int_eq(hf_array_swap(&list, 1, 1), 0);
    ck_assert_str_eq(letters(), "cba");
    hf_release(hf_array_pop(&list));
    ck_assert_str_eq(what_happened(), "a");
    hf_array_clear(&list);
}
END_TEST

START_TEST(truncate_releases_from_the_end)
{
    push_letters("abcd");
    hf_array_truncate(&list, 7);
    hf_array_truncate(&list, 2);
    ck_assert_str_eq(what_happened(), "d, c");
    ck_assert_str_eq(letters(), "ab");
    hf_array_truncate(&list, 0);
    push("e");
    ck_assert_str_eq(letters(), "e");
    hf_array_clear(&list);
}
END_TEST

static int
by_first_letter(const void *a, const void *b, void *ctx)
{
    char x = a ? *((const witness *)a)->name : 0, y = b ? *((const witness *)b)->name : 0;
    ck_assert_uint_eq(hf_array_count(&list), 0);
    return ctx ? y - x : x - y;
}

START_TEST(sort_orders_and_keeps_the_order_of_equals)
{
    push_letters("cab");
    ck_assert_int_eq(hf_array_push(&list, NULL), 0);
    hf_auto witness *other = witness_new("apart");
    ck_assert_int_eq(hf_array_push(&list, other), 0);
    ck_assert_int_eq(hf_array_sort(&list, by_first_letter, NULL), 0);
    ck_assert_str_eq(letters(), ".aabc");
    ck_assert(hf_array_at(&list, 2) == other);
    ck_assert_int_eq(hf_array_sort(&list, by_first_letter, &list), 0);
    ck_assert_str_eq(letters(), "cbaa.");
    ck_assert(hf_array_at(&list, 3) == other);
    hf_array_clear(&list);
}
END_TEST

static int
at_random(const void *a, const void *b, void *ctx)
{
    static unsigned state = 1;
    (void)a, (void)b, (void)ctx;
    state = state * 1103515245 + 12345;
    return (int)(state >> 16) % 3 - 1;
}

START_TEST(a_sort_without_sense_loses_nobody)
{
    for (int i = 0; i < 100; i++) push_letters("abc");
    ck_assert_int_eq(hf_array_sort(&list, at_random, NULL), 0);
    size_t seen[3] = {0, 0, 0};
    for (size_t i = 0; i < 300; i++) seen[*hf_array_at(&list, i)->name - 'a']++;
    ck_assert(seen[0] == 100 && seen[1] == 100 && seen[2] == 100);
    hf_array_clear(&list);
}
END_TEST

START_TEST(a_copy_holds_the_same_objects)
{
    hf_array(witness) copy = {{NULL}};
    push_letters("ab");
    ck_assert_int_eq(hf_array_copy(&copy, &list), 0);
    ck_assert_ptr_eq(hf_array_at(&copy, 1), hf_array_at(&list, 1));
    ck_assert_uint_eq(hf_count(hf_array_at(&list, 1)), 2);
    hf_array_clear(&list);
    ck_assert_str_eq(what_happened(), "");
    ck_assert_int_eq(hf_array_copy(&copy, &list), 0);
    ck_assert_str_eq(what_happened(), "a, b");
    ck_assert_uint_eq(hf_array_count(&copy), 0);
}
END_TEST

START_TEST(an_array_that_is_copied_to_itself_is_the_same)
{
    push_letters("ab");
    ck_assert_int_eq(hf_array_copy(&list, &list), 0);
    ck_assert_str_eq(letters(), "ab");
    ck_assert_str_eq(what_happened(), "");
    hf_array_clear(&list);
}
END_TEST

START_TEST(room_is_made_and_given_back)
{
    ck_assert_int_eq(hf_array_reserve(&list, 100), 0);
    ck_assert_uint_eq(hf_array_count(&list), 0);
    push_letters("abc");
    ck_assert_int_eq(hf_array_fit(&list), 0);
    ck_assert_int_eq(hf_array_reserve(&list, 2), 0);
    push_letters("d");
    ck_assert_str_eq(letters(), "abcd");
    errno = 0;
    ck_assert_int_eq(hf_array_reserve(&list, SIZE_MAX), -1);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert_str_eq(letters(), "abcd");
    hf_array_clear(&list);
}
END_TEST

START_TEST(a_field_is_emptied_with_its_object_and_a_variable_with_its_scope)
{
    {
        hf_auto owner *o = hf_new(owner);
        hf_auto witness *w = witness_new("in the field");
        ck_assert_int_eq(hf_array_push(&o->list, w), 0);
        hf_auto hf_array(witness) local = {{NULL}};
        hf_auto witness *v = witness_new("in the variable");
        ck_assert_int_eq(hf_array_push(&local, v), 0);
        ck_assert_int_eq(hf_array_push(&local, w), 0);
    }
    ck_assert_str_eq(what_happened(), "in the variable, in the field");
}
END_TEST

START_TEST(a_million_elements_come_and_go)
{
    /* Fewer where each step takes long. */
    const size_t many = hf_test_rounds(1000000);
    hf_auto witness *w = witness_new("w");
    for (size_t i = 0; i < many; i++) ck_assert_int_eq(hf_array_push(&list, w), 0);
    ck_assert_uint_eq(hf_count(w), many + 1);
    for (size_t i = 0; i < many / 2; i++) hf_release(hf_array_pop(&list));
    ck_assert_uint_eq(hf_array_count(&list), many / 2);
    hf_array_clear(&list);
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("array");
    TCase *tests = tcase_create("array");
    tcase_add_test(tests, an_empty_array_has_nothing);
    tcase_add_test(tests, an_array_holds_what_was_pushed_in_its_order);
    tcase_add_test(tests, get_is_owned_and_at_is_borrowed);
    tcase_add_test(tests, push_move_takes_the_callers_reference);
    tcase_add_test(tests, elements_may_be_null);
    tcase_add_test(tests, insert_puts_before_and_take_closes_the_gap);
    tcase_add_test(tests, remove_releases_one_and_closes_the_gap);
    tcase_add_test(tests, find_tells_the_first_place_of_an_object);
    tcase_add_test(tests, extend_adds_what_the_other_holds);
    tcase_add_test(tests, set_releases_what_was_there);
    tcase_add_test(tests, beyond_the_end_is_refused);
    tcase_add_test(tests, swap_exchanges_two);
    tcase_add_test(tests, truncate_releases_from_the_end);
    tcase_add_test(tests, sort_orders_and_keeps_the_order_of_equals);
    tcase_add_test(tests, a_sort_without_sense_loses_nobody);
    tcase_add_test(tests, a_copy_holds_the_same_objects);
    tcase_add_test(tests, an_array_that_is_copied_to_itself_is_the_same);
    tcase_add_test(tests, room_is_made_and_given_back);
    tcase_add_test(tests, a_field_is_emptied_with_its_object_and_a_variable_with_its_scope);
    tcase_add_test(tests, a_million_elements_come_and_go);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
