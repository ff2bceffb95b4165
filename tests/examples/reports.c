/* SPDX-License-Identifier: MIT
 *
 * Reports of small tables: the whole of one in both forms, and single lines of others.
 * Knows the analyzer as a program, and the reports in expected/, which were checked by hand.
 * Every JSON that is written here is also read, by a reader that takes nothing but JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "run_program.h"
#include "support/run_suite.h"

/* Copies a file of expected/ into the directory. */
static void
bring(const char *name)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", EXPECTED_DIRECTORY, name);
    char *text = read_file(path);
    write_text_file(name, text);
    free(text);
}

static void
expect_file(const char *text, const char *name)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", EXPECTED_DIRECTORY, name);
    char *expected = read_file(path);
    size_t same = 0;
    while (text[same] && text[same] == expected[same]) same++;
    ck_assert_msg(text[same] == expected[same], "%s is different from here on: %.200s", name,
                  text + same);
    free(expected);
}

/* Runs the analyzer on a table without faults. */
static char *
report(const char *table, const char *option, const char *argument)
{
    write_text_file("t.csv", table);
    struct run run = argument ? run_analyzer("--quiet", option, argument, "t.csv")
                              : run_analyzer("--quiet", option, "t.csv");
    ck_assert_str_eq(run.errors, "");
    ck_assert_int_eq(run.status, 0);
    if (strcmp(option, "--json") == 0) {
        const char *fault = json_fault(run.out);
        ck_assert_msg(!fault, "no JSON from here on: %s", fault);
    }
    free(run.errors);
    return run.out;
}

static char *
json_of(const char *table)
{
    return report(table, "--json", NULL);
}

START_TEST(a_report_as_text_is_as_expected)
{
    bring("orders.csv");
    struct run run = run_analyzer("orders.csv");
    ck_assert_int_eq(run.status, 0);
    expect_file(run.out, "orders.txt");
    run_free(&run);
}
END_TEST

START_TEST(a_report_as_json_is_as_expected)
{
    bring("orders.csv");
    struct run run =
        run_analyzer("--json", "--quantiles", "0,0.5,0.9,1", "--top", "2", "orders.csv");
    ck_assert_int_eq(run.status, 0);
    ck_assert_ptr_null(json_fault(run.out));
    expect_file(run.out, "orders.json");
    run_free(&run);
}
END_TEST

START_TEST(a_report_depends_neither_on_batches_nor_on_the_locale)
{
    bring("orders.csv");
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    struct run run = run_analyzer("--batch-rows", "3", "orders.csv");
    expect_file(run.out, "orders.txt");
    run_free(&run);
}
END_TEST

START_TEST(statistics_are_those_counted_by_hand)
{
    char *json = json_of("n\n2\n4\n4\n4\n5\n5\n7\n9\n\"\"\n");
    expect_part(json, "\"values\": 8,\n          \"nulls\": 1,\n          \"distinct\": 5,");
    expect_part(json, "\"mean\": 5,\n          \"standard_deviation\": 2.138089935299395,");
    expect_part(json, "{\"fraction\": 0.25, \"value\": 4}, {\"fraction\": 0.5, \"value\": 4}, "
                      "{\"fraction\": 0.75, \"value\": 5}");
    expect_part(json, "{\"value\": \"4\", \"count\": 3, \"error\": 0},\n");
    free(json);
}
END_TEST

START_TEST(a_column_widens_and_stays_right)
{
    char *json = json_of("a,b,c\n10,1,2024-01-01\n9,2.5,2024-01-02\nx,,7\n");
    expect_part(json, "\"name\": \"a\",\n          \"type\": \"text\",\n          \"values\": 3,");
    expect_part(json, "\"kinds\": {\"integer\": {\"count\": 2, \"first_line\": 2}, "
                      "\"text\": {\"count\": 1, \"first_line\": 4}},");
    /* As texts, 10 comes before 9. */
    expect_part(json, "\"min\": \"10\",\n          \"max\": \"x\",\n          \"mean\": null,");
    expect_part(json, "\"name\": \"b\",\n          \"type\": \"number\",");
    expect_part(json, "\"min\": 1,\n          \"max\": 2.5,\n          \"mean\": 1.75,");
    expect_part(json, "\"name\": \"c\",\n          \"type\": \"text\",");
    expect_part(json, "\"min\": \"2024-01-01\",\n          \"max\": \"7\",");
    free(json);
}
END_TEST

START_TEST(integers_are_exact_to_64_bits_and_numbers_beyond)
{
    char *json = json_of("a,b\n9223372036854775807,9223372036854775808\n-9223372036854775807,1\n");
    expect_part(json, "\"min\": -9223372036854775807,\n          \"max\": 9223372036854775807,\n"
                      "          \"mean\": 0,");
    expect_part(json, "\"type\": \"number\",");
    expect_part(json, "\"max\": 9.223372036854776e+18,");
    free(json);
}
END_TEST

START_TEST(the_outermost_quantiles_of_a_long_column_are_exact)
{
    enum { ROWS = 5000 };
    char *rows = malloc(ROWS * 20);
    size_t length = (size_t)sprintf(rows, "up,down\n");
    for (int i = 1; i <= ROWS; i++) {
        length += (size_t)sprintf(rows + length, "%d,%d\n", i, ROWS + 1 - i);
    }
    write_file("t.csv", rows, length);
    struct run run = run_analyzer("--json", "--quantiles", "0,1", "t.csv");
    const char *exact = "[{\"fraction\": 0, \"value\": 1}, {\"fraction\": 1, \"value\": 5000}]";
    expect_part(run.out, exact);
    expect_part(strstr(run.out, "\"name\": \"down\""), exact);
    free(rows);
    run_free(&run);
}
END_TEST

START_TEST(what_has_no_value_in_json_is_null)
{
    char *json = json_of("a,b\n1e308,\n-1e308,\n1e308,\n");
    expect_part(json, "\"standard_deviation\": null,");
    expect_part(json, "\"type\": \"empty\",");
    expect_part(json, "\"min\": null,\n          \"max\": null,\n          \"mean\": null,");
    free(json);
}
END_TEST

START_TEST(json_escapes_what_must_be_escaped)
{
    char *json = json_of("\"q\"\"\\\"\n\"a\tb\x01\x7f\r\n\"\n");
    expect_part(json, "\"name\": \"q\\\"\\\\\",");
    expect_part(json, "\"min\": \"a\\u0009b\\u0001\\u007f\\u000d\\n\",");
    free(json);
}
END_TEST

START_TEST(json_has_no_broken_utf8)
{
    write_text_file("t.csv", "a\n\xFF\n\xED\xA0\x80\n");
    struct run run = run_analyzer("--json", "t.csv");
    ck_assert_int_eq(run.status, 1);
    ck_assert_ptr_null(json_fault(run.out));
    expect_part(run.out, "\"problem_count\": 2,");
    expect_part(run.out, "{\"line\": 2, \"what\": \"byte 0xFF in field 1 is not UTF-8\"}");
    run_free(&run);
}
END_TEST

START_TEST(json_of_several_tables_or_none_is_json)
{
    write_text_file("a.csv", "n\n1\n");
    struct run two = run_analyzer("--json", "a.csv", "a.csv");
    ck_assert_ptr_null(json_fault(two.out));
    struct run none = run_analyzer("--json", "missing.csv");
    ck_assert_ptr_null(json_fault(none.out));
    struct run empty = run_analyzer("--json", "/dev/null");
    ck_assert_ptr_null(json_fault(empty.out));
    expect_part(empty.out, "{\"line\": null, \"what\": \"there is nothing in it\"}");
    run_free(&two);
    run_free(&none);
    run_free(&empty);
}
END_TEST

START_TEST(a_long_value_is_cut_and_says_so)
{
    char table[400] = "a\n";
    for (int i = 0; i < 130; i++) strcat(table, "é");
    strcat(table, "\n");
    char *json = json_of(table);
    expect_part(json, "é\xE2\x80\xA6\", \"count\": 1");
    expect_part(json, "\"bytes\": {\"min\": 260, \"max\": 260, \"mean\": 260},");
    free(json);
}
END_TEST

START_TEST(the_mark_of_utf8_and_carriage_returns_are_no_part_of_values)
{
    char *text = report("\xEF\xBB\xBF"
                        "a,b\r\n1,2\r\n\r\n3,4\r\n",
                        "--no-header", NULL);
    expect_part(text, "t.csv: 3 rows, 2 columns");
    expect_part(text, "begins      a | 1 | 3\n");
    free(text);
    char *json = json_of("\xEF\xBB\xBF"
                         "\"a\",b\r\n1,2\r\n");
    expect_part(json, "\"name\": \"a\",\n          \"type\": \"integer\"");
    expect_part(json, "\"name\": \"b\",\n          \"type\": \"integer\"");
    free(json);
}
END_TEST

START_TEST(old_carriage_returns_alone_end_rows)
{
    char *text = report("a,b\r1,2\r3,4\r", "--top", "0");
    expect_part(text, "t.csv: 2 rows, 2 columns");
    free(text);
}
END_TEST

START_TEST(the_last_row_needs_no_line_feed)
{
    char *text = report("a,b\n1,2\n3,\"4\"", "--top", "0");
    expect_part(text, "t.csv: 2 rows, 2 columns");
    free(text);
}
END_TEST

START_TEST(any_byte_may_stand_between_fields)
{
    char *tabs = report("a\tb\n 1\t2,5\n", "--delimiter", "\\t");
    expect_part(tabs, "t.csv: 1 row, 2 columns");
    expect_part(tabs, "begins       1\n");
    expect_part(tabs, "begins      2,5\n");
    free(tabs);
    char *bars = report("a|b\n1|\"2|5\"\n", "--delimiter", "|");
    expect_part(bars, "begins      2|5\n");
    free(bars);
}
END_TEST

START_TEST(named_nulls_replace_the_usual_ones)
{
    write_text_file("t.csv", "a\n-\n?\nNA\n");
    struct run run = run_analyzer("--quiet", "--json", "--null", "-", "--null", "?", "t.csv");
    expect_part(run.out, "\"values\": 1,\n          \"nulls\": 2,");
    run_free(&run);
}
END_TEST

START_TEST(columns_without_a_name_have_numbers)
{
    char *text = report("a,,a\n1,2,3\n", "--top", "0");
    expect_part(text, "1. a: integer\n");
    expect_part(text, "2. column 2: integer\n");
    expect_part(text, "3. a: integer\n");
    free(text);
}
END_TEST

START_TEST(dates_have_a_range_and_quantiles)
{
    char *json = json_of("d,t\n2024-03-01,2024-01-01T10:00:00+02:00\n2024-02-29,2024-01-01\n");
    expect_part(json, "\"min\": \"2024-02-29\",\n          \"max\": \"2024-03-01\",");
    expect_part(json, "{\"fraction\": 0.5, \"value\": \"2024-02-29\"}");
    expect_part(json, "\"max\": \"2024-01-01T08:00:00Z\",");
    free(json);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: reports");
    TCase *t = tcase_create("reports");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_test(t, a_report_as_text_is_as_expected);
    tcase_add_test(t, a_report_as_json_is_as_expected);
    tcase_add_test(t, a_report_depends_neither_on_batches_nor_on_the_locale);
    tcase_add_test(t, statistics_are_those_counted_by_hand);
    tcase_add_test(t, a_column_widens_and_stays_right);
    tcase_add_test(t, integers_are_exact_to_64_bits_and_numbers_beyond);
    tcase_add_test(t, the_outermost_quantiles_of_a_long_column_are_exact);
    tcase_add_test(t, what_has_no_value_in_json_is_null);
    tcase_add_test(t, json_escapes_what_must_be_escaped);
    tcase_add_test(t, json_has_no_broken_utf8);
    tcase_add_test(t, json_of_several_tables_or_none_is_json);
    tcase_add_test(t, a_long_value_is_cut_and_says_so);
    tcase_add_test(t, the_mark_of_utf8_and_carriage_returns_are_no_part_of_values);
    tcase_add_test(t, old_carriage_returns_alone_end_rows);
    tcase_add_test(t, the_last_row_needs_no_line_feed);
    tcase_add_test(t, any_byte_may_stand_between_fields);
    tcase_add_test(t, named_nulls_replace_the_usual_ones);
    tcase_add_test(t, columns_without_a_name_have_numbers);
    tcase_add_test(t, dates_have_a_range_and_quantiles);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
