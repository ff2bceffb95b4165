/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a run of the analyzer fails once: it says so, ends with 2, and loses nothing.
 * Knows the parts of the analyzer; the linker sends every allocation of theirs, of the library and
 * of libcsv through here (--wrap in CMakeLists.txt).
 * Of a small table all allocations fail in turn; of a large one, every so many. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer.h"
#include "support/run_suite.h"

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
void __real_free(void *block);
void *__wrap_aligned_alloc(size_t alignment, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void __wrap_free(void *block);

static long blocks;           /* that are allocated at the moment */
static unsigned long asked;   /* allocations so far */
static unsigned long failing; /* the number of the one that fails; 0: none */

static bool
fails(void)
{
    if (++asked != failing) return false;
    errno = ENOMEM;
    return true;
}

void *
__wrap_malloc(size_t bytes)
{
    if (fails()) return NULL;
    blocks++;
    return __real_malloc(bytes);
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
    if (fails()) return NULL;
    blocks++;
    return __real_calloc(count, bytes);
}

void *
__wrap_realloc(void *block, size_t bytes)
{
    if (fails()) return NULL;
    blocks += !block;
    return __real_realloc(block, bytes);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    if (fails()) return NULL;
    blocks++;
    return __real_aligned_alloc(alignment, bytes);
}

void
__wrap_free(void *block)
{
    blocks -= block != NULL;
    __real_free(block);
}

/* Objects come from here: checked builds keep the dead ones for a while, so they are not counted as
 * blocks; the books of the library count them. */
static void *
allocate_object(void *ctx, size_t bytes)
{
    (void)ctx;
    return fails() ? NULL : __real_malloc(bytes);
}

static void
free_object(void *ctx, void *block)
{
    (void)ctx;
    __real_free(block);
}

static const hf_allocator objects = {allocate_object, free_object, NULL};

static char directory[] = "/tmp/holdfast-XXXXXX";

/* Tests run in a new directory with the table, and what goes to standard error goes to a file. */
static void
write_table(unsigned rows)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
    FILE *file = fopen("t.csv", "w");
    fputs("id,name,price,day\n", file);
    for (unsigned i = 0; i < rows; i++) {
        fprintf(file, "%u,\"name, %u\",%u.5,2024-01-%02u\n", i, i * 7, i, i % 28 + 1);
    }
    ck_assert_int_eq(fclose(file), 0);
}

static void
remove_table(void)
{
    unlink("t.csv");
    unlink("report");
    unlink("errors");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

/* Runs the analyzer with its messages in a file. Returns the exit status. */
static int
run(const struct options *options)
{
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    int file = open("errors", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
    int status = analyzer_run(options);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    return status;
}

static void
expect_message(void)
{
    char written[1000] = "";
    FILE *file = fopen("errors", "r");
    size_t length = fread(written, 1, sizeof written - 1, file);
    fclose(file);
    ck_assert_msg(length && strstr(written, "out of memory"), "allocation %lu: no message: %s",
                  failing, written);
    ck_assert_msg(strchr(written, '\n') == written + length - 1, "several messages: %s", written);
}

/* Returns the report of the latest run; for free(). */
static char *
read_report(void)
{
    enum { REPORT_BYTES = 100000 };
    char *report = calloc(1, REPORT_BYTES);
    FILE *file = fopen("report", "r");
    ck_assert_uint_lt(fread(report, 1, REPORT_BYTES - 1, file), REPORT_BYTES - 1);
    fclose(file);
    return report;
}

/* libcsv asks for less when it gets nothing, so a run may succeed all the same; then the report is
 * the one that there would have been. */
static void
expect_outcome(int status, const char *good_report)
{
    if (status == EXIT_FINE) {
        char *report = read_report();
        ck_assert_str_eq(report, good_report);
        free(report);
        return;
    }
    ck_assert_int_eq(status, EXIT_TROUBLE);
    expect_message();
}

/* Lets every so many allocations fail, one in each run, until a run needs fewer. Returns how many
 * of the runs did not succeed. */
static unsigned long
sweep(unsigned long step)
{
    static char name[] = "t.csv";
    static char *files[] = {name};
    char *arguments[] = {name, name, NULL};
    struct options options;
    ck_assert_int_eq(options_read(&options, 2, arguments), -1);
    options.files = files;
    options.output = "report";
    options.quiet = true;
    hf_set_allocator(&objects);
    /* What the library makes once, for good, is there after the first run. */
    ck_assert_int_eq(run(&options), EXIT_FINE);
    char *report = read_report();
    unsigned long failures = 0;
    for (unsigned long at = 1;; at += step) {
        /* Between runs, Check allocates too. */
        long before = blocks;
        asked = 0;
        failing = at;
        int status = run(&options);
        bool failed = asked >= at;
        failing = 0;
        long left = blocks - before;
        struct hf_stats books;
        hf_stats(&books);
        ck_assert_msg(books.live == 0, "allocation %lu: objects are left", at);
        ck_assert_msg(left == 0, "allocation %lu: %ld blocks are left", at, left);
        expect_outcome(status, report);
        if (!failed) break;
        failures += status != EXIT_FINE;
    }
    free(report);
    return failures;
}

START_TEST(every_allocation_for_a_small_table_may_fail)
{
    write_table(20);
    ck_assert_uint_ge(sweep(1), 100);
    remove_table();
}
END_TEST

START_TEST(allocations_for_a_large_table_may_fail)
{
    write_table(9000);
    ck_assert_uint_ge(sweep(311), 20);
    remove_table();
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
