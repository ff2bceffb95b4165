/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/inspect.h>: who lives, the sum of the books, the report.
 * Knows public headers only.
 * The text of a report is for people: only what the header promises of it is looked at. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    long number;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef struct derived {
    node base;
} derived;
HF_DECLARE(derived);
HF_TYPE(derived, .base = &hf_type_node);

typedef struct never_made {
    int number;
} never_made;
HF_DECLARE(never_made);
HF_TYPE(never_made);

typedef struct numbers {
    int count;
    int cells[];
} numbers;
HF_DECLARE(numbers);
HF_TYPE(numbers);

HF_STATIC(node, everlasting);

/* ---- who lives --------------------------------------------------------------------------- */

START_TEST(live_counts_objects_from_birth_to_death)
{
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
    node *first = hf_new(node);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    hf_give(first, next, hf_new(node));
    hf_auto node *other = hf_retain(first);
    ck_assert_uint_eq(hf_live(&hf_type_node), 2);
    hf_release(first);
    ck_assert_uint_eq(hf_live(&hf_type_node), 2);
    hf_clear(&other);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

START_TEST(live_counts_objects_of_exactly_the_type)
{
    hf_auto derived *d = hf_new(derived);
    ck_assert_ptr_nonnull(d);
    ck_assert_uint_eq(hf_live(&hf_type_derived), 1);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

START_TEST(no_object_of_a_type_lives_that_was_never_made)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    ck_assert_ptr_nonnull(n);
    ck_assert_ptr_nonnull(w);
    ck_assert_uint_eq(hf_live(&hf_type_never_made), 0);
}
END_TEST

START_TEST(live_counts_objects_on_the_stack)
{
    {
        HF_ON_STACK(node, n);
        ck_assert_uint_eq(hf_live(&hf_type_node), 1);
        ck_assert_ptr_null(n->next);
    }
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

START_TEST(live_does_not_count_static_objects)
{
    hf_release(hf_retain(everlasting));
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

START_TEST(live_counts_abandoned_and_failed_objects_as_gone)
{
    hf_abandon(hf_new(node));
    ck_assert_ptr_null(hf_new_type(&hf_type_node, 1));
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

enum { HANDED_OVER = 20 };

static void *
make_many(void *unused)
{
    node *list = NULL;
    for (int i = 0; i < HANDED_OVER; i++) {
        node *n = hf_new(node);
        hf_give(n, next, list);
        list = n;
    }
    (void)unused;
    return list;
}

static void *
release_list(void *list)
{
    hf_release(list);
    return NULL;
}

static void *
on_another_thread(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    void *result;
    ck_assert_int_eq(pthread_create(&thread, NULL, function, argument), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    return result;
}

START_TEST(live_counts_what_threads_made_that_are_gone)
{
    hf_auto node *list = on_another_thread(make_many, NULL);
    ck_assert_ptr_nonnull(list);
    ck_assert_uint_eq(hf_live(&hf_type_node), HANDED_OVER);
}
END_TEST

START_TEST(an_object_may_die_on_another_thread_than_its_own)
{
    node *list = on_another_thread(make_many, NULL);
    on_another_thread(release_list, list);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
    on_another_thread(release_list, make_many(NULL));
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}
END_TEST

/* ---- the sum of the books ---------------------------------------------------------------- */

START_TEST(stats_are_zero_before_the_first_object)
{
    struct hf_stats stats;
    memset(&stats, 0xFF, sizeof stats);
    hf_stats(&stats);
    ck_assert_uint_eq(stats.born, 0);
    ck_assert_uint_eq(stats.died, 0);
    ck_assert_uint_eq(stats.live, 0);
    ck_assert_uint_eq(stats.live_bytes, 0);
    ck_assert_uint_eq(stats.types, 0);
}
END_TEST

static void
expect_stats(uint64_t born, uint64_t died, uint64_t live_bytes, size_t types)
{
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.born, born);
    ck_assert_uint_eq(stats.died, died);
    ck_assert_uint_eq(stats.live, born - died);
    ck_assert_uint_eq(stats.live_bytes, live_bytes);
    ck_assert_uint_eq(stats.types, types);
}

START_TEST(stats_count_births_deaths_types_and_bytes_without_headers)
{
    hf_auto node *n = hf_new(node);
    expect_stats(1, 0, sizeof(node), 1);
    hf_give(n, next, hf_new(node));
    expect_stats(2, 0, 2 * sizeof(node), 1);
    hf_auto witness *w = witness_new("w");
    expect_stats(3, 0, 2 * sizeof(node) + sizeof(witness), 2);
    hf_set(n, next, NULL);
    expect_stats(3, 1, sizeof(node) + sizeof(witness), 2);
    hf_clear(&n);
    hf_clear(&w);
    expect_stats(3, 3, 0, 2);
}
END_TEST

START_TEST(stats_count_flexible_arrays_and_tails)
{
    hf_auto numbers *a = hf_new_flex(numbers, cells, 100);
    expect_stats(1, 0, sizeof(numbers) + 100 * sizeof(int), 1);
    hf_auto node *n = hf_new_type(&hf_type_node, sizeof(node) + 33);
    expect_stats(2, 0, sizeof(numbers) + 100 * sizeof(int) + sizeof(node) + 33, 2);
    hf_clear(&a);
    expect_stats(2, 1, sizeof(node) + 33, 2);
    hf_clear(&n);
    expect_stats(2, 2, 0, 2);
}
END_TEST

START_TEST(stats_count_flexible_arrays_that_died_on_another_thread)
{
    on_another_thread(release_list, hf_new_flex(numbers, cells, 100));
    expect_stats(1, 1, 0, 1);
}
END_TEST

static void *
give_nothing(void *ctx, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    return NULL;
}

static void
take_nothing(void *ctx, void *block)
{
    (void)ctx;
    ck_abort_msg("a block at %p comes back that was never given", block);
}

static const hf_allocator empty = {give_nothing, take_nothing, NULL};

typedef struct unmakable {
    int number;
} unmakable;
HF_DECLARE(unmakable);
HF_TYPE(unmakable, .allocator = &empty);

START_TEST(stats_do_not_count_a_type_of_which_no_object_could_be_made)
{
    hf_release(hf_new(node));
    ck_assert_ptr_null(hf_new(unmakable));
    expect_stats(1, 1, 0, 1);
}
END_TEST

/* ---- the report -------------------------------------------------------------------------- */

/* Returns the report. Owner: the caller, with free. */
static char *
report(void)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(hf_report(out), 0);
    fclose(out);
    return text;
}

static size_t
lines_in(const char *text)
{
    size_t lines = 0;
    for (; *text; text++) lines += *text == '\n';
    return lines;
}

/* Cuts the next line off *text, and expects that it contains these, the number between blanks. */
static void
expect_line(char **text, const char *first, size_t bytes, const char *last)
{
    char *line = strsep(text, "\n"), number[32];
    ck_assert_ptr_nonnull(line);
    snprintf(number, sizeof number, " %zu ", bytes);
    ck_assert_msg(strstr(line, first) && strstr(line, number) && strstr(line, last),
                  "\"%s\", \"%s\" and \"%s\" are expected in: %s", first, number, last, line);
}

START_TEST(a_report_has_a_line_for_each_type_most_bytes_first_and_one_for_the_sums)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, next, hf_new(node));
    hf_auto numbers *a = hf_new_flex(numbers, cells, 100);
    hf_auto witness *w = witness_new("w");
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(w);
    char *const text = report();
    char *rest = text;
    ck_assert_uint_eq(lines_in(text), 4);
    size_t tail = 100 * sizeof a->cells[0];
    expect_line(&rest, "1 ", sizeof(numbers) + tail, "numbers");
    expect_line(&rest, "2 ", 2 * sizeof(node), "node");
    expect_line(&rest, "1 ", sizeof(witness), "witness");
    expect_line(&rest, "4 ", sizeof(numbers) + tail + 2 * sizeof(node) + sizeof(witness), "");
    free(text);
}
END_TEST

START_TEST(a_report_leaves_out_types_without_living_objects)
{
    hf_release(hf_new(node));
    hf_auto witness *w = witness_new("w");
    ck_assert_ptr_nonnull(w);
    char *text = report();
    ck_assert_uint_eq(lines_in(text), 2);
    ck_assert_ptr_null(strstr(text, "node"));
    free(text);
}
END_TEST

START_TEST(a_report_of_nothing_is_the_line_with_the_sums)
{
    char *text = report();
    ck_assert_uint_eq(lines_in(text), 1);
    free(text);
}
END_TEST

START_TEST(a_report_that_finds_no_room_is_an_error)
{
    FILE *full = fopen("/dev/full", "w");
    ck_assert_ptr_nonnull(full);
    errno = 0;
    ck_assert_int_eq(hf_report(full), -1);
    ck_assert_int_eq(errno, ENOSPC);
    fclose(full);
}
END_TEST

START_TEST(a_report_into_a_file_that_is_only_read_is_an_error)
{
    FILE *readable = fopen("/dev/null", "r");
    ck_assert_ptr_nonnull(readable);
    errno = 0;
    ck_assert_int_eq(hf_report(readable), -1);
    ck_assert_int_ne(errno, 0);
    hf_auto node *n = hf_new(node);
    ck_assert_ptr_nonnull(n);
    ck_assert_int_eq(hf_report(readable), -1);
    fclose(readable);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
living_objects(void)
{
    TCase *tests = tcase_create("living objects");
    tcase_add_test(tests, live_counts_objects_from_birth_to_death);
    tcase_add_test(tests, live_counts_objects_of_exactly_the_type);
    tcase_add_test(tests, no_object_of_a_type_lives_that_was_never_made);
    tcase_add_test(tests, live_counts_objects_on_the_stack);
    tcase_add_test(tests, live_does_not_count_static_objects);
    tcase_add_test(tests, live_counts_abandoned_and_failed_objects_as_gone);
    tcase_add_test(tests, live_counts_what_threads_made_that_are_gone);
    tcase_add_test(tests, an_object_may_die_on_another_thread_than_its_own);
    return tests;
}

static TCase *
sums(void)
{
    TCase *tests = tcase_create("sums");
    tcase_add_test(tests, stats_are_zero_before_the_first_object);
    tcase_add_test(tests, stats_count_births_deaths_types_and_bytes_without_headers);
    tcase_add_test(tests, stats_count_flexible_arrays_and_tails);
    tcase_add_test(tests, stats_count_flexible_arrays_that_died_on_another_thread);
    tcase_add_test(tests, stats_do_not_count_a_type_of_which_no_object_could_be_made);
    return tests;
}

static TCase *
reports(void)
{
    TCase *tests = tcase_create("reports");
    tcase_add_test(tests, a_report_has_a_line_for_each_type_most_bytes_first_and_one_for_the_sums);
    tcase_add_test(tests, a_report_leaves_out_types_without_living_objects);
    tcase_add_test(tests, a_report_of_nothing_is_the_line_with_the_sums);
    tcase_add_test(tests, a_report_that_finds_no_room_is_an_error);
    tcase_add_test(tests, a_report_into_a_file_that_is_only_read_is_an_error);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("inspect.h");
    suite_add_tcase(suite, living_objects());
    suite_add_tcase(suite, sums());
    suite_add_tcase(suite, reports());
    return suite;
}

HF_TEST_MAIN(suite)
