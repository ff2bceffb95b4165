/* SPDX-License-Identifier: MIT
 *
 * A table many times as large takes no more memory.
 * Knows the programs, which are joined by a pipe, and what the system says about their memory.
 * Nothing is timed. Memory that a checker keeps back on purpose is turned off. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run_program.h"
#include "support/run_suite.h"

static pid_t
start(const char *program, const char *argument, const char *other, int in, int out, int unused)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child) return child;
    close(unused);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0) _exit(126);
    execl(program, program, argument, other, (char *)NULL);
    _exit(127);
}

/* Returns the most memory that the analyzer had for a generated table of so many MiB, in KiB. */
static long
peak_for(size_t mebibytes)
{
    char size[32];
    snprintf(size, sizeof size, "%zuM", mebibytes);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    int null = open("/dev/null", O_RDWR);
    pid_t maker = start(GENERATE_PROGRAM, size, NULL, null, ends[1], ends[0]);
    pid_t reader = start(ANALYZER_PROGRAM, "--quiet", "--memory=1M", ends[0], null, ends[1]);
    close(ends[0]);
    close(ends[1]);
    close(null);
    int status;
    struct rusage usage;
    ck_assert_int_eq(waitpid(maker, &status, 0), maker);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the maker failed");
    ck_assert_int_eq(wait4(reader, &status, 0, &usage), reader);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the analyzer failed");
    printf("%s: at most %ld KiB\n", size, usage.ru_maxrss);
    return usage.ru_maxrss;
}

START_TEST(a_larger_table_takes_no_more_memory)
{
    setenv("ASAN_OPTIONS", "quarantine_size_mb=1:thread_local_quarantine_size_kb=64", 1);
    enum { SMALL = 20, LARGE = 200, LEAST = 60 };
    size_t large_size = hf_test_rounds(LARGE);
    if (large_size < LEAST) large_size = LEAST;
    long small = peak_for(SMALL), large = peak_for(large_size);
    /* A quarter more: some sketches grow with the logarithm, and allocators take whole pages. */
    ck_assert_int_le(large, small + small / 4 + 512);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: flat memory");
    TCase *t = tcase_create("flat memory");
    tcase_add_test(t, a_larger_table_takes_no_more_memory);
    tcase_set_timeout(t, 600);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
