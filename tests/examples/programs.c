/* SPDX-License-Identifier: MIT
 *
 * The example programs as a user runs them: options, files, exit statuses, what the books say.
 * Knows the programs and nothing of their insides.
 * docs/analyzer.md promises what is tested here. */
#include <stdlib.h>
#include <string.h>

#include "run_program.h"
#include "support/run_suite.h"

START_TEST(the_first_program_loses_its_parent)
{
    struct run run = run_program(FIRST_PROGRAM, NULL, (const char *const[]){NULL});
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.out, "child's parent: the parent\nchild's parent: none\n");
    run_free(&run);
}
END_TEST

START_TEST(the_cycle_program_names_the_fields_and_leaves_nothing)
{
    struct run run = run_program(CYCLE_PROGRAM, NULL, (const char *const[]){NULL});
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.out,
                     "analyzer.reporter -> report_generator.owner -> the first again; 2 objects\n"
                     "1 circle found, 2 objects collected\n"
                     "the document is gone, and nobody had to collect\n"
                     "the second has number 2\n"
                     "2 objects collected\n"
                     "1 shelf collected, which held itself\n"
                     "0 tasks left, 0 secrets\n");
    run_free(&run);
}
END_TEST

#ifdef RELOAD_PROGRAM
START_TEST(the_reload_program_never_shows_half_a_configuration)
{
    struct run run = run_program(RELOAD_PROGRAM, NULL, (const char *const[]){"300", NULL});
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.out, "301 configurations, 0 left; of all requests 0 saw a torn one\n");
    run_free(&run);
}
END_TEST
#endif

START_TEST(the_event_loop_program_closes_all_on_its_thread)
{
    struct run run = run_program(EVENT_LOOP_PROGRAM, NULL, (const char *const[]){NULL});
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.out, "1000 sessions closed, 0 of them on another thread than the loop's, "
                              "0 left\n");
    run_free(&run);
}
END_TEST

#ifdef MIXED_PROGRAM
START_TEST(the_mixed_program_shares_objects_between_c_and_cxx)
{
    struct run run = run_program(MIXED_PROGRAM, NULL, (const char *const[]){NULL});
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.out, "Ada has [PS] [Dear Ada]\n"
                              "[Dear Ada] lies in an inbox\n"
                              "Ada moves away, with [PS] on top\n"
                              "[Dear Ada] lies in no inbox\n"
                              "0 inboxes and 0 letters are left\n");
    run_free(&run);
}
END_TEST
#endif

START_TEST(a_good_table_is_reported_and_nothing_is_left)
{
    write_text_file("a.csv", "n\n1\n");
    struct run run = run_analyzer("a.csv");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "a.csv: 1 row, 1 column, 4 bytes\n");
    expect_part(run.errors, "objects made, none left\n");
    run_free(&run);
}
END_TEST

START_TEST(quiet_says_nothing_when_all_is_well)
{
    write_text_file("a.csv", "n\n1\n");
    struct run run = run_analyzer("--quiet", "a.csv");
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.errors, "");
    run_free(&run);
}
END_TEST

START_TEST(standard_input_is_read_without_files_and_for_a_dash)
{
    write_text_file("a.csv", "n\n1\n");
    const char *const dash[] = {"-", NULL};
    struct run plain = run_program(ANALYZER_PROGRAM, "a.csv", dash + 1);
    struct run dashed = run_program(ANALYZER_PROGRAM, "a.csv", dash);
    ck_assert_int_eq(plain.status, 0);
    expect_part(plain.out, "standard input: 1 row");
    ck_assert_str_eq(plain.out, dashed.out);
    run_free(&plain);
    run_free(&dashed);
}
END_TEST

START_TEST(several_files_are_several_tables)
{
    write_text_file("a.csv", "n\n1\n");
    write_text_file("b.csv", "m,o\n1,2\n3,4\n");
    struct run run = run_analyzer("a.csv", "b.csv");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "a.csv: 1 row, 1 column");
    expect_part(run.out, "b.csv: 2 rows, 2 columns");
    run_free(&run);
}
END_TEST

START_TEST(a_file_that_is_missing_does_not_keep_the_others_from_being_read)
{
    write_text_file("a.csv", "n\n1\n");
    struct run run = run_analyzer("missing.csv", "a.csv");
    ck_assert_int_eq(run.status, 2);
    expect_part(run.errors, "analyzer: can't open missing.csv: No such file or directory\n");
    expect_part(run.errors, "none left");
    expect_part(run.out, "a.csv: 1 row");
    run_free(&run);
}
END_TEST

START_TEST(a_directory_is_no_table)
{
    struct run run = run_analyzer(".");
    ck_assert_int_eq(run.status, 2);
    expect_part(run.errors, "analyzer: can't read .: Is a directory\n");
    expect_part(run.errors, "none left");
    run_free(&run);
}
END_TEST

START_TEST(the_report_goes_to_the_file_that_output_names)
{
    write_text_file("a.csv", "n\n1\n");
    struct run run = run_analyzer("--output", "report.txt", "a.csv");
    ck_assert_int_eq(run.status, 0);
    ck_assert_str_eq(run.out, "");
    char *report = read_file("report.txt");
    expect_part(report, "a.csv: 1 row");
    free(report);
    run_free(&run);
}
END_TEST

START_TEST(a_report_that_cannot_be_written_is_trouble)
{
    write_text_file("a.csv", "n\n1\n");
    struct run full = run_analyzer("--output", "/dev/full", "a.csv");
    ck_assert_int_eq(full.status, 2);
    expect_part(full.errors, "analyzer: can't write /dev/full: No space left on device\n");
    expect_part(full.errors, "none left");
    struct run nowhere = run_analyzer("--output", "no/such/place", "a.csv");
    ck_assert_int_eq(nowhere.status, 2);
    expect_part(nowhere.errors, "analyzer: can't write no/such/place: No such file or directory\n");
    run_free(&full);
    run_free(&nowhere);
}
END_TEST

START_TEST(an_option_with_a_wrong_argument_is_named)
{
    static const char *const wrong[][3] = {
        {"--delimiter", "ab", "--delimiter takes one byte"},
        {"--delimiter", "é", "--delimiter takes one byte"},
        {"--delimiter", "", "--delimiter takes one byte"},
        {"--delimiter", "\"", "--delimiter can't be a quote"},
        {"--top", "many", "--top takes a number"},
        {"--top", "101", "--top takes a number in the range"},
        {"--batch-rows", "0", "--batch-rows takes a number in the range"},
        {"--max-field", "1T", "--max-field takes a number"},
        {"--quantiles", "0.5,1.5", "--quantiles takes numbers from 0 to 1"},
        {"--quantiles", "0.5,", "--quantiles takes numbers from 0 to 1"},
        {"--quantiles", "", "--quantiles takes numbers from 0 to 1"},
        {"--colour", "x", "--help tells"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct run run = run_analyzer(wrong[i][0], wrong[i][1]);
        ck_assert_int_eq(run.status, 2);
        expect_part(run.errors, wrong[i][2]);
        run_free(&run);
    }
}
END_TEST

START_TEST(help_and_version_are_no_errors)
{
    struct run help = run_analyzer("--help");
    ck_assert_int_eq(help.status, 0);
    expect_part(help.out, "Usage: analyzer");
    expect_part(help.out, "Exit status");
    struct run version = run_analyzer("--version");
    ck_assert_int_eq(version.status, 0);
    expect_part(version.out, "analyzer 0.");
    run_free(&help);
    run_free(&version);
}
END_TEST

START_TEST(a_strong_edge_back_is_reported_as_a_leak)
{
    write_text_file("a.csv", "n\n1\n");
    /* The leak is the point here; the memory checker would change the exit status. */
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    struct run run = run_analyzer("--leak", "--quiet", "a.csv");
    ck_assert_int_eq(run.status, 3);
    expect_part(run.out, "a.csv: 1 row");
    expect_part(run.errors, "objects are left:\n");
    expect_part(run.errors, "holding_generator");
    expect_part(run.errors, "a weak reference back is the cure");
    run_free(&run);
}
END_TEST

START_TEST(the_same_seed_generates_the_same_table)
{
    const char *const one[] = {"100K", "--seed", "7", NULL};
    const char *const other[] = {"100K", "--seed", "8", NULL};
    struct run a = run_program(GENERATE_PROGRAM, NULL, one);
    struct run b = run_program(GENERATE_PROGRAM, NULL, one);
    struct run c = run_program(GENERATE_PROGRAM, NULL, other);
    ck_assert_int_eq(a.status, 0);
    ck_assert_uint_ge(strlen(a.out), 100 * 1024);
    ck_assert_uint_le(strlen(a.out), 100 * 1024 + 1024);
    ck_assert_str_eq(a.out, b.out);
    ck_assert_str_ne(a.out, c.out);
    run_free(&a);
    run_free(&b);
    run_free(&c);
}
END_TEST

START_TEST(a_generated_table_has_no_problems)
{
    struct run made = run_program(GENERATE_PROGRAM, NULL, (const char *const[]){"1M", NULL});
    write_text_file("made.csv", made.out);
    struct run run = run_analyzer("made.csv");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, " 10 columns");
    run_free(&made);
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("example programs");
    TCase *t = tcase_create("programs");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_test(t, the_first_program_loses_its_parent);
    tcase_add_test(t, the_cycle_program_names_the_fields_and_leaves_nothing);
#ifdef RELOAD_PROGRAM
    tcase_add_test(t, the_reload_program_never_shows_half_a_configuration);
#endif
    tcase_add_test(t, the_event_loop_program_closes_all_on_its_thread);
#ifdef MIXED_PROGRAM
    tcase_add_test(t, the_mixed_program_shares_objects_between_c_and_cxx);
#endif
    tcase_add_test(t, a_good_table_is_reported_and_nothing_is_left);
    tcase_add_test(t, quiet_says_nothing_when_all_is_well);
    tcase_add_test(t, standard_input_is_read_without_files_and_for_a_dash);
    tcase_add_test(t, several_files_are_several_tables);
    tcase_add_test(t, a_file_that_is_missing_does_not_keep_the_others_from_being_read);
    tcase_add_test(t, a_directory_is_no_table);
    tcase_add_test(t, the_report_goes_to_the_file_that_output_names);
    tcase_add_test(t, a_report_that_cannot_be_written_is_trouble);
    tcase_add_test(t, an_option_with_a_wrong_argument_is_named);
    tcase_add_test(t, help_and_version_are_no_errors);
    tcase_add_test(t, a_strong_edge_back_is_reported_as_a_leak);
    tcase_add_test(t, the_same_seed_generates_the_same_table);
    tcase_add_test(t, a_generated_table_has_no_problems);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
