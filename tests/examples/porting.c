/* SPDX-License-Identifier: MIT
 *
 * The spooler before, between and after, as docs/porting.md goes through it.
 * Knows the programs and nothing of their insides.
 * The first two leak on purpose, so the leak checkers are told not to look. */
#include <stdio.h>
#include <stdlib.h>

#include "run_program.h"
#include "support/run_suite.h"

static void
expect_output(struct run run, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/porting/%s.txt", EXPECTED_DIRECTORY, name);
    char *expected = read_file(path);
    ck_assert_str_eq(run.out, expected);
    ck_assert_int_eq(run.status, 0);
    free(expected);
}

static void
enter(void)
{
    enter_directory();
    setenv("HOLDFAST_REPORT", "1", 1);
}

START_TEST(counts_by_hand_leak_and_nobody_says_why)
{
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    struct run run = run_program(PORTING_BEFORE, NULL, (const char *const[]){NULL});
    expect_output(run, "before");
    run_free(&run);
}
END_TEST

START_TEST(with_counts_of_the_library_the_same_leaks_are_named)
{
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    struct run run = run_program(PORTING_BETWEEN, NULL, (const char *const[]){NULL});
    expect_output(run, "before");
    expect_part(run.errors, "of job, held from outside, made\n");
    expect_part(run.errors, "of job, held by a cycle, made\n");
    expect_part(run.errors, "printer.queue[] -> job.to -> printer\n");
    expect_part(run.errors, "make job.to weak (hf_weak)");
    run_free(&run);
}
END_TEST

START_TEST(in_the_end_nothing_is_left)
{
    struct run run = run_watched(PORTING_AFTER, NULL, (const char *const[]){NULL});
    expect_output(run, "after");
    ck_assert_str_eq(run.errors, "holdfast: nothing is left, of 7 objects made\n");
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("porting");
    TCase *t = tcase_create("spooler");
    tcase_add_checked_fixture(t, enter, leave_directory);
    tcase_add_test(t, counts_by_hand_leak_and_nobody_says_why);
    tcase_add_test(t, with_counts_of_the_library_the_same_leaks_are_named);
    tcase_add_test(t, in_the_end_nothing_is_left);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
