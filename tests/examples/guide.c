/* SPDX-License-Identifier: MIT
 *
 * The programs of the guide as a reader runs them.
 * Knows the programs and nothing of their insides.
 * docs/guide.md shows what each prints: the files in expected/guide. */
#include <stdio.h>
#include <stdlib.h>

#include "run_program.h"
#include "support/run_suite.h"

static const char *const steps[] = {GUIDE_STEPS};

START_TEST(each_step_prints_what_the_page_shows_and_leaves_nothing)
{
    char program[4096], expected[4096];
    snprintf(program, sizeof program, "%s/%s", GUIDE_DIRECTORY, steps[_i]);
    snprintf(expected, sizeof expected, "%s/guide/%s.txt", EXPECTED_DIRECTORY, steps[_i]);
    struct run run = run_program(program, NULL, (const char *const[]){NULL});
    char *text = read_file(expected);
    ck_assert_str_eq(run.errors, "");
    ck_assert_str_eq(run.out, text);
    ck_assert_int_eq(run.status, 0);
    free(text);
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("guide");
    TCase *t = tcase_create("steps");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_loop_test(t, each_step_prints_what_the_page_shows_and_leaves_nothing, 0,
                        sizeof steps / sizeof steps[0]);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
