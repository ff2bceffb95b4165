/* SPDX-License-Identifier: MIT
 *
 * Tables with something wrong in them: what is told, on which line, and that the rest is reported.
 * Knows the analyzer as a program.
 * Lines are counted by hand in the texts below. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_program.h"
#include "support/run_suite.h"

/* Runs the analyzer on a faulty table and expects it to go on, and to leave nothing behind. */
static struct run
run_on(const char *table, size_t length)
{
    write_file("t.csv", table, length);
    struct run run = run_analyzer("t.csv");
    ck_assert_int_eq(run.status, 1);
    expect_part(run.errors, "objects made, none left\n");
    return run;
}

#define RUN_ON(table) run_on(table, sizeof(table) - 1)

static void
expect_error(struct run *run, const char *message)
{
    expect_part(run->errors, message);
}

START_TEST(rows_of_another_length_are_left_out_and_told)
{
    struct run run = RUN_ON("a,b,c\n1,2,3\n4,5\n\"x\ny\",2,3\n6,7,8,9\n1,1,1\n");
    expect_error(&run, "analyzer: t.csv:3: the row has 2 fields instead of 3; left out\n");
    expect_error(&run, "analyzer: t.csv:6: the row has 4 fields instead of 3; left out\n");
    expect_part(run.out, "t.csv: 3 rows, 3 columns");
    expect_part(run.out, ", 2 problems\n");
    run_free(&run);
}
END_TEST

START_TEST(of_many_faults_the_first_are_told_and_the_others_counted)
{
    char table[200] = "a,b\n1,2\n";
    for (int i = 0; i < 25; i++) strcat(table, "1\n");
    struct run run = run_on(table, strlen(table));
    expect_error(&run, "t.csv:3: the row");
    expect_error(&run, "t.csv:12: the row");
    expect_error(&run, "analyzer: t.csv: and 15 more problems\n");
    ck_assert_ptr_null(strstr(run.errors, "t.csv:13:"));
    run_free(&run);
}
END_TEST

START_TEST(a_zero_byte_is_told_and_its_row_is_kept)
{
    struct run run = RUN_ON("a,b\n1,\"x\ny\0z\"\n2,w\n");
    expect_error(&run, "analyzer: t.csv:3: a zero byte in field 2\n");
    expect_part(run.out, "t.csv: 2 rows");
    expect_part(run.out, "x\\ny\\x00z");
    run_free(&run);
}
END_TEST

START_TEST(broken_utf8_is_told_and_shown_as_a_replacement)
{
    struct run run = RUN_ON("a,b\nok,1\n\xC3,\xA9\nfine,\"l\n\xFF\"\n");
    expect_error(&run, "analyzer: t.csv:3: byte 0xC3 in field 1 is not UTF-8\n");
    expect_error(&run, "analyzer: t.csv:3: byte 0xA9 in field 2 is not UTF-8\n");
    expect_error(&run, "analyzer: t.csv:5: byte 0xFF in field 2 is not UTF-8\n");
    expect_part(run.out, "t.csv: 3 rows");
    expect_part(run.out, "\xEF\xBF\xBD");
    ck_assert_ptr_null(strchr(run.out, '\xFF'));
    run_free(&run);
}
END_TEST

START_TEST(broken_utf8_in_a_header_is_told)
{
    struct run run = RUN_ON("a,b\xFF\n1,2\n");
    expect_error(&run, "analyzer: t.csv:1: byte 0xFF in field 2 is not UTF-8\n");
    expect_part(run.out, "t.csv: 1 row, 2 columns");
    run_free(&run);
}
END_TEST

START_TEST(a_quote_without_an_end_is_told_where_it_begins)
{
    struct run run = RUN_ON("a,b\n1,\"two\nlines\"\n2,\"open\n3,4\n5,6\n");
    expect_error(&run, "analyzer: t.csv:4: the quoted field that begins here has no end");
    expect_part(run.out, "t.csv: 1 row, 2 columns");
    run_free(&run);
}
END_TEST

START_TEST(a_misplaced_quote_costs_its_row_only)
{
    struct run run = RUN_ON("a,b\n1,5\" disk\n2,x\n\"y\"z,3\n4,w\n");
    expect_error(&run, "analyzer: t.csv:2: a quote is misplaced in field 2; the row is left out\n");
    expect_error(&run, "analyzer: t.csv:4: a quote is misplaced in field 1; the row is left out\n");
    expect_part(run.out, "t.csv: 2 rows, 2 columns");
    run_free(&run);
}
END_TEST

START_TEST(lines_are_counted_on_after_a_misplaced_quote)
{
    struct run run = RUN_ON("a,b\n\"1\n1\",5\" disk\nshort\n");
    expect_error(&run, "t.csv:3: a quote is misplaced in field 2");
    expect_error(&run, "t.csv:4: the row has 1 field instead of 2; left out");
    run_free(&run);
}
END_TEST

START_TEST(a_line_feed_after_a_carriage_return_ends_the_same_line)
{
    struct run run = RUN_ON("a,b\r\n1,2\r\n\r\n\"x\r\ny\",2\r\n3\r\n");
    expect_error(&run, "analyzer: t.csv:6: the row has 1 field instead of 2; left out\n");
    run_free(&run);
    run = RUN_ON("a,b\r1,2\r\r3\r");
    expect_error(&run, "analyzer: t.csv:4: the row has 1 field instead of 2; left out\n");
    run_free(&run);
}
END_TEST

START_TEST(a_header_with_a_misplaced_quote_ends_the_table)
{
    struct run run = RUN_ON("a,b\"c\n1,2\n");
    expect_error(&run, "analyzer: t.csv:1: a quote is misplaced in field 2");
    expect_part(run.out, "t.csv: 0 rows, 0 columns");
    run_free(&run);
}
END_TEST

START_TEST(an_empty_file_has_nothing_in_it)
{
    struct run run = run_on("", 0);
    expect_error(&run, "analyzer: t.csv: there is nothing in it\n");
    run_free(&run);
    run = RUN_ON("\n\r\n\n");
    expect_error(&run, "analyzer: t.csv: there is nothing in it\n");
    run_free(&run);
}
END_TEST

START_TEST(utf16_is_recognized)
{
    struct run run = RUN_ON("\xFF\xFE"
                            "a\0,\0b\0\n\0");
    expect_error(&run, "analyzer: t.csv:1: this is UTF-16; convert it to UTF-8 first\n");
    run_free(&run);
}
END_TEST

/* A table whose third line has a field of this many bytes. */
static void
write_long_table(size_t bytes)
{
    char *table = malloc(bytes + 100);
    size_t length = (size_t)sprintf(table, "a,b\n1,2\n3,");
    memset(table + length, 'x', bytes);
    length += bytes;
    length += (size_t)sprintf(table + length, "\n4,5\n");
    write_file("t.csv", table, length);
    free(table);
}

START_TEST(a_field_over_the_limit_ends_the_table)
{
    static const size_t sizes[] = {1001, 70000, 1000000};
    for (int i = 0; i < 3; i++) {
        write_long_table(sizes[i]);
        struct run run = run_analyzer("--max-field", "1000", "t.csv");
        ck_assert_int_eq(run.status, 1);
        expect_error(&run, "analyzer: t.csv:3: the field is longer than 1000 bytes; "
                           "perhaps a quote is missing; the table ends here\n");
        expect_error(&run, "none left");
        expect_part(run.out, "t.csv: 1 row, 2 columns");
        run_free(&run);
    }
}
END_TEST

START_TEST(a_field_at_the_limit_is_no_problem)
{
    write_long_table(70000);
    struct run run = run_analyzer("--max-field", "70000", "t.csv");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "t.csv: 3 rows, 2 columns");
    run_free(&run);
}
END_TEST

START_TEST(a_row_of_many_long_fields_is_over_the_limit_too)
{
    char table[1000] = "a\nb\n";
    for (int i = 0; i < 9; i++) strcat(table, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy,");
    write_text_file("t.csv", table);
    struct run run = run_analyzer("--no-header", "--max-field", "50", "t.csv");
    ck_assert_int_eq(run.status, 1);
    expect_error(&run, "t.csv:3: the row has 10 fields instead of 1; left out");
    write_text_file("u.csv", table + 4);
    struct run wide = run_analyzer("--max-field", "50", "u.csv");
    ck_assert_int_eq(wide.status, 1);
    expect_error(&wide, "u.csv:1: the row is longer than 200 bytes");
    run_free(&run);
    run_free(&wide);
}
END_TEST

START_TEST(more_columns_than_the_limit_end_the_table)
{
    char *table = malloc(40001);
    memset(table, ',', 40000);
    table[40000] = '\0';
    struct run run = run_on(table, 40000);
    expect_error(&run,
                 "analyzer: t.csv:1: there are more than 16384 columns; the table ends here\n");
    free(table);
    run_free(&run);
}
END_TEST

START_TEST(a_fault_is_found_in_whatever_batch_and_chunk_it_lies)
{
    char *table = malloc(600000);
    size_t length = (size_t)sprintf(table, "a,b\n");
    for (int line = 2; line < 40000;) {
        bool has_two_lines = line % 3 == 0 && line != 30999;
        const char *row = has_two_lines ? "\"1\n\",\"x\"\n" : "12345,ab\n";
        length += (size_t)sprintf(table + length, "%s", line == 31000 ? "1,2,3\n" : row);
        line += 1 + has_two_lines;
    }
    struct run run = run_on(table, length);
    expect_error(&run, "t.csv:31000: the row has 3 fields instead of 2; left out\n");
    expect_part(run.out, ", 1 problem\n");
    free(table);
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: bad data");
    TCase *t = tcase_create("bad data");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_test(t, rows_of_another_length_are_left_out_and_told);
    tcase_add_test(t, of_many_faults_the_first_are_told_and_the_others_counted);
    tcase_add_test(t, a_zero_byte_is_told_and_its_row_is_kept);
    tcase_add_test(t, broken_utf8_is_told_and_shown_as_a_replacement);
    tcase_add_test(t, broken_utf8_in_a_header_is_told);
    tcase_add_test(t, a_quote_without_an_end_is_told_where_it_begins);
    tcase_add_test(t, a_misplaced_quote_costs_its_row_only);
    tcase_add_test(t, lines_are_counted_on_after_a_misplaced_quote);
    tcase_add_test(t, a_line_feed_after_a_carriage_return_ends_the_same_line);
    tcase_add_test(t, a_header_with_a_misplaced_quote_ends_the_table);
    tcase_add_test(t, an_empty_file_has_nothing_in_it);
    tcase_add_test(t, utf16_is_recognized);
    tcase_add_test(t, a_field_over_the_limit_ends_the_table);
    tcase_add_test(t, a_field_at_the_limit_is_no_problem);
    tcase_add_test(t, a_row_of_many_long_fields_is_over_the_limit_too);
    tcase_add_test(t, more_columns_than_the_limit_end_the_table);
    tcase_add_test(t, a_fault_is_found_in_whatever_batch_and_chunk_it_lies);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
