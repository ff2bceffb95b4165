/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/slice.h>: bytes, views of them, and who lives how long.
 * Knows public headers only. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <stdlib.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct record {
    char *text; /* plain memory, outside of the object's own block */
    hf_slice field;
    struct record *other;
} record;
HF_DECLARE(record);
HF_TYPE(record, .fields = HF_FIELDS(HF_OWNED(record, text, free), HF_SLICE(record, field),
                                    HF_STRONG(record, other)));

static hf_buffer *
buffer_of(const char *text)
{
    hf_buffer *buffer = hf_buffer_copy(text, strlen(text));
    ck_assert_ptr_nonnull(buffer);
    return buffer;
}

#define EXPECT_SHOWS(slice, text)                                                \
    do {                                                                         \
        ck_assert_uint_eq((slice).length, strlen(text));                         \
        if ((slice).length) ck_assert_mem_eq((slice).bytes, text, strlen(text)); \
    } while (0)

START_TEST(a_buffer_has_its_bytes)
{
    hf_auto hf_buffer *empty = hf_buffer_new(0);
    ck_assert(empty && empty->length == 0 && hf_buffer_room(empty) == 0);
    hf_auto hf_buffer *zeros = hf_buffer_new(1000);
    ck_assert(zeros && zeros->length == 1000 && hf_buffer_room(zeros) == 1000);
    for (size_t i = 0; i < 1000; i++) ck_assert_int_eq(zeros->bytes[i], 0);
    hf_auto hf_buffer *copy = buffer_of("copied");
    ck_assert_mem_eq(copy->bytes, "copied", 6);
    errno = 0;
    ck_assert_ptr_null(hf_buffer_new(SIZE_MAX));
    ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

START_TEST(a_slice_keeps_its_owner_and_copies_nothing)
{
    hf_buffer *batch = buffer_of("one two three");
    hf_slice two = hf_slice_of(batch, 4, 3);
    EXPECT_SHOWS(two, "two");
    ck_assert_ptr_eq(two.bytes, batch->bytes + 4);
    ck_assert_uint_eq(hf_count(batch), 2);
    hf_release(batch);
    EXPECT_SHOWS(two, "two");
    hf_slice_clear(&two);
    ck_assert(!two.owner && !two.bytes && !two.length);
    ck_assert_uint_eq(hf_live(&hf_type_hf_buffer), 0);
}
END_TEST

START_TEST(a_part_of_a_slice_needs_the_owner_and_not_the_slice)
{
    hf_auto hf_slice word = {NULL, NULL, 0};
    {
        hf_auto hf_buffer *batch = buffer_of("one two three");
        hf_auto hf_slice line = hf_slice_of(batch, 4, 100);
        EXPECT_SHOWS(line, "two three");
        hf_slice_set(&word, (hf_slice){NULL, NULL, 0});
        hf_slice part = hf_slice_sub(line, 4, 5);
        EXPECT_SHOWS(part, "three");
        word = hf_slice_move(&part);
        ck_assert_ptr_null(part.owner);
    }
    EXPECT_SHOWS(word, "three");
    ck_assert_uint_eq(hf_count(word.owner), 1);
}
END_TEST

START_TEST(what_lies_beyond_is_cut_off)
{
    hf_auto hf_buffer *batch = buffer_of("0123456789");
    static const struct {
        size_t offset, length;
        const char *shown;
    } cases[] = {{0, 10, "0123456789"}, {0, SIZE_MAX, "0123456789"}, {9, 5, "9"}, {10, 1, ""},
                 {11, 1, ""},           {SIZE_MAX, SIZE_MAX, ""},    {3, 0, ""},  {4, 3, "456"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hf_auto hf_slice of = hf_slice_of(batch, cases[i].offset, cases[i].length);
        EXPECT_SHOWS(of, cases[i].shown);
        hf_auto hf_slice whole = hf_slice_of(batch, 0, 10);
        hf_auto hf_slice sub = hf_slice_sub(whole, cases[i].offset, cases[i].length);
        EXPECT_SHOWS(sub, cases[i].shown);
        ck_assert_ptr_eq(sub.owner, batch);
    }
    batch->length = 4;
    hf_auto hf_slice used = hf_slice_of(batch, 2, 8);
    EXPECT_SHOWS(used, "23");
}
END_TEST

START_TEST(any_object_may_own_what_a_slice_shows)
{
    record *r = hf_new(record);
    r->text = strdup("in plain memory");
    hf_slice plain = hf_slice_of_object(r, r->text + 3, 5);
    hf_release(r);
    EXPECT_SHOWS(plain, "plain");
    hf_slice copy = hf_slice_copy(plain);
    ck_assert_int_eq(hf_slice_is(copy, plain), 1);
    hf_slice_clear(&plain);
    EXPECT_SHOWS(copy, "plain");
    ck_assert_int_eq(hf_slice_is(copy, plain), 0);
    hf_slice_clear(&copy);
}
END_TEST

START_TEST(nothing_is_a_slice_too)
{
    hf_slice nothing = {NULL, NULL, 0};
    hf_slice others[] = {hf_slice_of(NULL, 0, 5), hf_slice_of_object(NULL, "x", 1),
                         hf_slice_sub(nothing, 3, 4), hf_slice_copy(nothing),
                         hf_slice_move(&nothing)};
    for (size_t i = 0; i < 5; i++) {
        ck_assert(!others[i].owner && !others[i].length);
        ck_assert_int_eq(hf_slice_is(others[i], nothing), 1);
        hf_slice_clear(&others[i]);
    }
}
END_TEST

START_TEST(a_field_holds_and_lets_go)
{
    hf_auto hf_buffer *one = buffer_of("one"), *two = buffer_of("two");
    {
        hf_auto record *r = hf_new(record);
        hf_auto hf_slice of_one = hf_slice_of(one, 0, 3), of_two = hf_slice_of(two, 1, 2);
        hf_slice_set(&r->field, of_one);
        ck_assert_uint_eq(hf_count(one), 3);
        hf_slice_set(&r->field, of_two);
        ck_assert_uint_eq(hf_count(one), 2);
        EXPECT_SHOWS(r->field, "wo");
        hf_slice_set(&r->field, r->field);
        ck_assert_uint_eq(hf_count(two), 3);
        hf_auto hf_slice part = hf_slice_sub(r->field, 1, 1);
        hf_slice_set(&r->field, part);
        EXPECT_SHOWS(r->field, "o");
    }
    ck_assert(hf_count(one) == 1 && hf_count(two) == 1);
}
END_TEST

START_TEST(a_slice_of_its_own_record_is_a_cycle)
{
    record *r = hf_new(record);
    r->text = strdup("mine");
    hf_slice mine = hf_slice_of_object(r, r->text, 4);
    hf_slice_set(&r->field, mine);
    hf_slice_clear(&mine);
    hf_release(r);
    ck_assert_uint_eq(hf_live(&hf_type_record), 1);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

typedef struct local {
    int unused;
} local;
HF_DECLARE(local);
HF_TYPE(local, .flags = HF_CONFINED);

START_TEST(a_slice_of_a_confined_object_is_for_variables)
{
    hf_auto local *l = hf_new(local);
    hf_auto hf_slice slice = hf_slice_of_object(l, l, 1);
    hf_auto record *r = hf_new(record);
    HF_EXPECT_FATAL(hf_slice_set(&r->field, slice), "confined", "local");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("slice");
    TCase *tests = tcase_create("slice");
    tcase_add_test(tests, a_buffer_has_its_bytes);
    tcase_add_test(tests, a_slice_keeps_its_owner_and_copies_nothing);
    tcase_add_test(tests, a_part_of_a_slice_needs_the_owner_and_not_the_slice);
    tcase_add_test(tests, what_lies_beyond_is_cut_off);
    tcase_add_test(tests, any_object_may_own_what_a_slice_shows);
    tcase_add_test(tests, nothing_is_a_slice_too);
    tcase_add_test(tests, a_field_holds_and_lets_go);
    tcase_add_test(tests, a_slice_of_its_own_record_is_a_cycle);
    tcase_add_test(tests, a_slice_of_a_confined_object_is_for_variables);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
