/* SPDX-License-Identifier: MIT
 *
 * What fields are, and how values are written: numbers, dates, nulls, UTF-8.
 * Knows the headers of the analyzer's lowest parts.
 * Expected values are of the standards or counted by hand. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "nulls.h"
#include "number.h"
#include "shown.h"
#include "size.h"
#include "support/run_suite.h"
#include "utf8.h"
#include "value.h"

static enum kind
kind_of(const char *field)
{
    return value_read(span_of(field)).kind;
}

START_TEST(whole_numbers_of_64_bits_are_integers)
{
    ck_assert_int_eq(value_read(span_of("0")).integer, 0);
    ck_assert_int_eq(value_read(span_of("-42")).integer, -42);
    ck_assert_int_eq(value_read(span_of("+7")).integer, 7);
    ck_assert_int_eq(value_read(span_of(" 8\t")).integer, 8);
    ck_assert_int_eq(kind_of("9223372036854775807"), KIND_INTEGER);
    ck_assert_int_eq(value_read(span_of("9223372036854775807")).integer, INT64_MAX);
    ck_assert_int_eq(kind_of("9007199254740993"), KIND_INTEGER);
}
END_TEST

START_TEST(larger_whole_numbers_are_the_nearest_double)
{
    ck_assert_int_eq(kind_of("9223372036854775808"), KIND_NUMBER);
    ck_assert(value_read(span_of("9223372036854775808")).number == 0x1p63);
    ck_assert(value_read(span_of("-123456789012345678901234567890")).number
              == -0x1.8ee90ff6c373ep96);
}
END_TEST

START_TEST(numbers_are_read_to_the_nearest_double)
{
    static const struct {
        const char *field;
        double number;
    } cases[] = {
        {"0.1", 0.1},
        {".5", 0.5},
        {"5.", 5},
        {"1e3", 1000},
        {"1.5E-3", 0.0015},
        {"-2.50", -2.5},
        {"1e23", 1e23},
        {"1e-7", 1e-7},
        {"8.98846567431158e307", 0x1p1023},
        {"5e-324", 0x1p-1074},
        {"0.000", 0},
        {"123456789.123456789", 123456789.123456789},
        {"1e-400", 0},
        {"3.14159265358979323846264338327950288", 3.141592653589793},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value value = value_read(span_of(cases[i].field));
        ck_assert_msg(value.kind == KIND_NUMBER && value.number == cases[i].number,
                      "%s is read as %.17g", cases[i].field, value.number);
    }
}
END_TEST

START_TEST(what_only_resembles_a_number_is_text)
{
    static const char *const fields[] = {
        "007", "00.5", "1,5", "1_000", "0x10",  "1e",  "e5",   "+",    "-",   ".",        "1 2",
        "12a", "--1",  "inf", "1e999", "1.2.3", "-e1", "+.e1", "１２", "1e+", "Infinity", "-007"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        ck_assert_msg(kind_of(fields[i]) == KIND_TEXT, "%s is read as a %s", fields[i],
                      kind_name(kind_of(fields[i])));
    }
}
END_TEST

START_TEST(only_true_and_false_are_booleans)
{
    ck_assert_int_eq(kind_of("true"), KIND_BOOLEAN);
    ck_assert_int_eq(kind_of("FALSE"), KIND_BOOLEAN);
    ck_assert_int_eq(kind_of("False"), KIND_BOOLEAN);
    ck_assert_int_eq(kind_of("NO"), KIND_TEXT);
    ck_assert_int_eq(kind_of("truest"), KIND_TEXT);
    ck_assert_int_eq(kind_of("t"), KIND_TEXT);
}
END_TEST

START_TEST(dates_of_iso_8601_are_milliseconds_since_1970)
{
    static const struct {
        const char *field;
        int64_t milliseconds;
    } cases[] = {
        {"1970-01-01", 0},
        {"1969-12-31", -86400000},
        {"2000-02-29", 951782400000},
        {"0001-01-01", -62135596800000},
        {"9999-12-31", 253402214400000},
        {"1970-01-01T00:00:01Z", 1000},
        {"1970-01-01 00:01", 60000},
        {"1970-01-01T00:00:00.25", 250},
        {"1970-01-01T01:00:00+01:00", 0},
        {"1969-12-31T19:30:00-0430", 0},
        {"2016-12-31T23:59:60Z", 1483228800000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value value = value_read(span_of(cases[i].field));
        ck_assert_msg(value.kind == KIND_DATE && value.integer == cases[i].milliseconds,
                      "%s is a %s of %lld", cases[i].field, kind_name(value.kind),
                      (long long)value.integer);
    }
}
END_TEST

START_TEST(days_that_no_calendar_has_are_text)
{
    static const char *const fields[] = {
        "1900-02-29",          "2023-02-29",       "2023-13-01",         "2023-00-10",
        "2023-04-31",          "0000-01-01",       "2023-1-1",           "2023-01-01T",
        "2023-01-01T24:00",    "2023-01-01T10:60", "2023-01-01T10:00+1", "2023-01-01x",
        "2023-01-01T10:00:00."};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        ck_assert_msg(kind_of(fields[i]) == KIND_TEXT, "%s is read as a %s", fields[i],
                      kind_name(kind_of(fields[i])));
    }
}
END_TEST

START_TEST(a_date_is_written_as_it_was_read)
{
    static const char *const dates[] = {"1970-01-01", "1969-12-31", "2000-02-29", "1900-03-01",
                                        "0001-01-01", "9999-12-31", "2024-12-31"};
    char out[DATE_BYTES];
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        date_write(out, value_read(span_of(dates[i])).integer, false, false);
        ck_assert_str_eq(out, dates[i]);
    }
    date_write(out, -1, true, true);
    ck_assert_str_eq(out, "1969-12-31T23:59:59.999Z");
    date_write(out, 3600000, true, false);
    ck_assert_str_eq(out, "1970-01-01T01:00:00");
}
END_TEST

START_TEST(kinds_join_to_the_narrowest_that_takes_both)
{
    ck_assert_int_eq(kind_join(KIND_EMPTY, KIND_DATE), KIND_DATE);
    ck_assert_int_eq(kind_join(KIND_BOOLEAN, KIND_EMPTY), KIND_BOOLEAN);
    ck_assert_int_eq(kind_join(KIND_INTEGER, KIND_NUMBER), KIND_NUMBER);
    ck_assert_int_eq(kind_join(KIND_NUMBER, KIND_INTEGER), KIND_NUMBER);
    ck_assert_int_eq(kind_join(KIND_INTEGER, KIND_BOOLEAN), KIND_TEXT);
    ck_assert_int_eq(kind_join(KIND_DATE, KIND_NUMBER), KIND_TEXT);
    ck_assert_int_eq(kind_join(KIND_TEXT, KIND_INTEGER), KIND_TEXT);
}
END_TEST

START_TEST(an_exactly_written_number_is_the_same_when_read)
{
    static const double numbers[] = {0.1, 1.0 / 3, 1e300, DBL_MIN, DBL_MAX, 5, 123456789.125, -0.5};
    char out[NUMBER_BYTES];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        number_write_exact(out, numbers[i]);
        ck_assert_msg(strtod(out, NULL) == numbers[i], "%s is not %.17g", out, numbers[i]);
    }
    number_write_exact(out, 0.1);
    ck_assert_str_eq(out, "0.1");
    number_write_exact(out, DBL_MAX * 10);
    ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(a_shortly_written_number_has_about_six_digits)
{
    static const struct {
        double number;
        const char *written;
    } cases[] = {
        {0, "0"},         {1, "1"},         {2.0 / 3, "0.666667"},      {1234.5678, "1234.57"},
        {-99.5, "-99.5"}, {1e6, "1000000"}, {12345678.9, "12345678.9"}, {1e20, "1e+20"},
        {1e-9, "1e-09"},  {100, "100"}};
    char out[NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        number_write_short(out, cases[i].number);
        ck_assert_str_eq(out, cases[i].written);
    }
}
END_TEST

START_TEST(the_usual_nulls_are_nulls_with_and_without_spaces)
{
    struct nulls nulls = {0};
    nulls_add_usual(&nulls);
    static const char *const is_null[] = {"",     "  ",  "NA",  " NA ", "null",
                                          "NULL", "\\N", "NaN", "None"};
    for (size_t i = 0; i < sizeof is_null / sizeof is_null[0]; i++) {
        ck_assert(nulls_match(&nulls, span_of(is_null[i])));
    }
    ck_assert(!nulls_match(&nulls, span_of("NAN")));
    ck_assert(!nulls_match(&nulls, span_of("0")));
    ck_assert(!nulls_match(&nulls, span_of("N")));
}
END_TEST

START_TEST(a_long_text_may_stand_for_null)
{
    char long_one[101];
    memset(long_one, 'x', 100);
    long_one[100] = '\0';
    struct nulls nulls = {0};
    ck_assert_int_eq(nulls_add(&nulls, long_one), 0);
    ck_assert(nulls_match(&nulls, span_of(long_one)));
    ck_assert(!nulls_match(&nulls, span_of(long_one + 1)));
    ck_assert(!nulls_match(&nulls, span_of("")));
}
END_TEST

START_TEST(well_formed_utf8_is_what_unicode_says)
{
    static const struct {
        const char *text;
        size_t valid;
    } cases[] = {{"ascii only, longer than eight", 29},
                 {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 9},
                 {"ab\xC0\x80", 2},       /* longer than needed */
                 {"\xE0\x80\x80", 0},     /* as well */
                 {"x\xED\xA0\x80", 1},    /* a surrogate */
                 {"\xF4\x90\x80\x80", 0}, /* above U+10FFFF */
                 {"12345678\xFF", 8},
                 {"\xE2\x82", 0}, /* unfinished */
                 {"\x80", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_uint_eq(utf8_valid_length(span_of(cases[i].text)), cases[i].valid);
    }
}
END_TEST

START_TEST(a_value_is_cut_between_code_points_and_shows_what_it_hides)
{
    char out[64];
    ck_assert_uint_eq(shown_text(out, sizeof out, 10, span_of("Łucja"), 6), 5);
    ck_assert_str_eq(out, "Łucja");
    ck_assert_uint_eq(shown_text(out, sizeof out, 4, span_of("Łucja"), 6), 4);
    ck_assert_str_eq(out, "Łuc…");
    shown_text(out, sizeof out, 20, span_of("a\nb\x1b[0m\x7f"), 8);
    ck_assert_str_eq(out, "a\\nb\\x1b[0m\\x7f");
    shown_text(out, sizeof out, 20, span_of("a\xFFz"), 3);
    ck_assert_str_eq(out, "a\xEF\xBF\xBDz");
    /* The kept beginning of a longer value ends inside of a sequence. */
    shown_text(out, sizeof out, 20, (struct span){"ab\xC5", 3}, 4);
    ck_assert_str_eq(out, "ab…");
    shown_text(out, 16, 60, span_of("12345678901234567890"), 20);
    ck_assert_uint_le(strlen(out), 15);
}
END_TEST

START_TEST(sizes_have_letters_for_powers_of_1024)
{
    uint64_t size = 5;
    ck_assert(size_read("64K", &size) && size == 65536);
    ck_assert(size_read("1G", &size) && size == 1073741824);
    ck_assert(size_read("18446744073709551615", &size) && size == UINT64_MAX);
    ck_assert(!size_read("18446744073709551616", &size));
    ck_assert(!size_read("18446744073709551615K", &size));
    ck_assert(!size_read("", &size) && !size_read("-1", &size) && !size_read("1Q", &size));
    ck_assert(!size_read("1KK", &size));
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: values");
    TCase *t = tcase_create("values");
    tcase_add_test(t, whole_numbers_of_64_bits_are_integers);
    tcase_add_test(t, larger_whole_numbers_are_the_nearest_double);
    tcase_add_test(t, numbers_are_read_to_the_nearest_double);
    tcase_add_test(t, what_only_resembles_a_number_is_text);
    tcase_add_test(t, only_true_and_false_are_booleans);
    tcase_add_test(t, dates_of_iso_8601_are_milliseconds_since_1970);
    tcase_add_test(t, days_that_no_calendar_has_are_text);
    tcase_add_test(t, a_date_is_written_as_it_was_read);
    tcase_add_test(t, kinds_join_to_the_narrowest_that_takes_both);
    tcase_add_test(t, an_exactly_written_number_is_the_same_when_read);
    tcase_add_test(t, a_shortly_written_number_has_about_six_digits);
    tcase_add_test(t, the_usual_nulls_are_nulls_with_and_without_spaces);
    tcase_add_test(t, a_long_text_may_stand_for_null);
    tcase_add_test(t, well_formed_utf8_is_what_unicode_says);
    tcase_add_test(t, a_value_is_cut_between_code_points_and_shows_what_it_hides);
    tcase_add_test(t, sizes_have_letters_for_powers_of_1024);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
