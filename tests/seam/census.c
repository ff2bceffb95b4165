/* SPDX-License-Identifier: MIT
 *
 * Seam test of the census in <holdfast/inspect.h>: nothing is left behind, in three lines.
 * Knows public headers only. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct leaf {
    long number;
    char text[];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

typedef struct first_seen_later {
    int number;
} first_seen_later;
HF_DECLARE(first_seen_later);
HF_TYPE(first_seen_later);

static char *text;
static size_t text_bytes;

/* Ends the census and returns how many types have changed, with what was written in text. */
static size_t
end(hf_census *census)
{
    FILE *out = open_memstream(&text, &text_bytes);
    ck_assert_ptr_nonnull(out);
    size_t changed = hf_census_end(census, out);
    fclose(out);
    return changed;
}

static void
free_text(void)
{
    free(text);
    text = NULL;
}

START_TEST(an_operation_that_leaves_nothing_changes_nothing)
{
    hf_census *before = hf_census_take();
    ck_assert_ptr_nonnull(before);
    hf_release(hf_new_flex(leaf, text, 10));
    hf_release(hf_new(first_seen_later));
    ck_assert_uint_eq(end(before), 0);
    ck_assert_str_eq(text, "");
}
END_TEST

static void
expect_bytes(const char *form, size_t bytes)
{
    char line[64];
    snprintf(line, sizeof line, form, bytes);
    ck_assert_msg(strstr(text, line) != NULL, "%s is expected in: %s", line, text);
}

START_TEST(what_is_left_is_told_by_type)
{
    hf_auto leaf *old = hf_new(leaf);
    hf_census *before = hf_census_take();
    hf_auto leaf *left = hf_new_flex(leaf, text, 100);
    hf_auto first_seen_later *later = hf_new(first_seen_later);
    ck_assert_uint_eq(end(before), 2);
    ck_assert_ptr_nonnull(strstr(text, "+1 object "));
    expect_bytes("+%zu bytes  leaf\n", sizeof(leaf) + 100);
    ck_assert_ptr_nonnull(strstr(text, "+4 bytes  first_seen_later\n"));
}
END_TEST

START_TEST(what_went_is_told_as_well)
{
    leaf *old = hf_new(leaf), *older = hf_new(leaf);
    hf_census *before = hf_census_take();
    hf_release(old);
    hf_release(older);
    ck_assert_uint_eq(end(before), 1);
    ck_assert_ptr_nonnull(strstr(text, "-2 objects"));
    expect_bytes("-%zu bytes  leaf\n", 2 * sizeof(leaf));
}
END_TEST

START_TEST(an_object_that_took_the_place_of_another_changes_bytes_only)
{
    leaf *small = hf_new(leaf);
    hf_census *before = hf_census_take();
    hf_release(small);
    hf_auto leaf *large = hf_new_flex(leaf, text, 5);
    ck_assert_uint_eq(hf_census_compare(before, NULL), 1);
    ck_assert_uint_eq(end(before), 1);
    ck_assert_ptr_nonnull(strstr(text, "+0 objects"));
    ck_assert_ptr_nonnull(strstr(text, "+5 bytes  leaf\n"));
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("census");
    TCase *tests = tcase_create("census");
    tcase_add_checked_fixture(tests, NULL, free_text);
    tcase_add_test(tests, an_operation_that_leaves_nothing_changes_nothing);
    tcase_add_test(tests, what_is_left_is_told_by_type);
    tcase_add_test(tests, what_went_is_told_as_well);
    tcase_add_test(tests, an_object_that_took_the_place_of_another_changes_bytes_only);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
