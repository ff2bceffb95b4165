/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a run of the analyzer fails once: it says so, ends with 2, and loses nothing.
 * Knows the parts of the analyzer; every allocation of theirs, of the library and of libcsv may be
 * refused.
 * Of a small table all allocations fail in turn; of a large one, every so many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer.h"
#include "directory.h"
#include "refuse_memory.h"
#include "support/run_suite.h"

/* Each row takes less. */
enum { ROW_BYTES = 60 };

static void
write_table(unsigned rows)
{
    char *csv = malloc((rows + 1) * ROW_BYTES), *end = csv;
    ck_assert_ptr_nonnull(csv);
    end += sprintf(end, "id,name,price,day\n");
    for (unsigned i = 0; i < rows; i++) {
        end += sprintf(end, "%u,\"name, %u\",%u.5,2024-01-%02u\n", i, i * 7, i, i % 28 + 1);
    }
    write_text_file("t.csv", csv);
    free(csv);
}

static struct options options;
static char *good_report; /* of the first run, which has all the memory that it wants */

static int
run(void)
{
    return analyzer_run(&options);
}

/* libcsv asks for less when it gets nothing, so a run may succeed all the same; then the report is
 * the one that there would have been. */
static void
judge(int status)
{
    if (!good_report) {
        ck_assert_int_eq(status, EXIT_FINE);
        good_report = read_file("report");
        return;
    }
    if (status == EXIT_FINE) {
        char *report = read_file("report");
        ck_assert_str_eq(report, good_report);
        free(report);
        return;
    }
    ck_assert_int_eq(status, EXIT_TROUBLE);
    expect_message_about_memory();
}

/* Lets every so many allocations fail, one in each run. Returns how many runs did not succeed. */
static unsigned long
sweep(unsigned long step)
{
    static char name[] = "t.csv";
    static char *files[] = {name};
    char *arguments[] = {name, name, NULL};
    ck_assert_int_eq(options_read(&options, 2, arguments), -1);
    options.files = files;
    options.output = "report";
    options.quiet = true;
    unsigned long failures = refuse_in_turn(run, judge, step);
    free(good_report);
    return failures;
}

START_TEST(every_allocation_for_a_small_table_may_fail)
{
    enter_directory();
    write_table(20);
    ck_assert_uint_ge(sweep(1), 100);
    leave_directory();
}
END_TEST

START_TEST(allocations_for_a_large_table_may_fail)
{
    enter_directory();
    write_table(9000);
    ck_assert_uint_ge(sweep(311), 20);
    leave_directory();
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: out of memory");
    TCase *t = tcase_create("out of memory");
    tcase_add_test(t, every_allocation_for_a_small_table_may_fail);
    tcase_add_test(t, allocations_for_a_large_table_may_fail);
    tcase_set_timeout(t, 600);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
