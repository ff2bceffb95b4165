/* SPDX-License-Identifier: MIT
 *
 * Seam test of what is said at exit, of programs that never ask for it and of one that does.
 * Knows forgetful.c, which is linked with either library. */
#define _GNU_SOURCE
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static const char *const programs[] = {FORGETFUL_SHARED, FORGETFUL_STATIC};
enum { PROGRAMS = sizeof programs / sizeof programs[0] };

static char text[64 * 1024];

/* What the program writes to standard error. Leak checkers would find the same again. */
static void
run_program(const char *program, const char *variables, const char *what)
{
    char command[4096];
    snprintf(command, sizeof command,
             "%s ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=report_bugs=0 " FORGETFUL_EMULATOR
             " '%s' %s 2>&1",
             variables, program, what);
    FILE *out = popen(command, "re");
    ck_assert_ptr_nonnull(out);
    text[fread(text, 1, sizeof text - 1, out)] = 0;
    ck_assert_int_eq(pclose(out), 0);
}

static void
run(int program, const char *variables, const char *what)
{
    run_program(programs[program], variables, what);
}

static void
expect(const char *part)
{
    ck_assert_msg(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
}

/* The same where the sizes of objects stand, which depend on that of a pointer. */
static void
expect_bytes(const char *form, size_t pointers)
{
    char part[128];
    snprintf(part, sizeof part, form, pointers * sizeof(void *));
    expect(part);
}

START_TEST(who_is_not_asked_says_nothing)
{
    run(_i, "", "both");
    ck_assert_str_eq(text, "");
    run(_i, "HOLDFAST_REPORT=0", "both");
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(a_program_that_leaves_nothing_is_told_so)
{
    run(_i, "HOLDFAST_REPORT=1", "nothing");
    ck_assert_str_eq(text, "holdfast: nothing is left, of 1 object made\n");
}
END_TEST

START_TEST(what_is_held_from_outside_is_told_with_its_maker)
{
    run(_i, "HOLDFAST_REPORT=1", "outside");
    expect_bytes("holdfast: 1 object, %zu bytes, left at exit\n", 2);
    expect_bytes("1 object, %zu bytes, of analyzer, held from outside, made\n", 2);
    expect("by make_analyzer");
}
END_TEST

START_TEST(a_cycle_is_told_with_the_field_to_make_weak)
{
    run(_i, "HOLDFAST_REPORT=1", "cycle");
    expect_bytes("1 object, %zu bytes, of analyzer, held by a cycle, made\n", 2);
    expect_bytes("1 object, %zu bytes, of reporter, held by a cycle, made\n", 1);
    expect_bytes("1 garbage cycle, with 2 objects, %zu bytes:\n", 3);
    expect("analyzer.reporter -> reporter.owner -> analyzer\n");
    expect("make reporter.owner weak");
}
END_TEST

START_TEST(a_cycle_that_is_held_from_outside_is_told_as_both)
{
    run(_i, "HOLDFAST_REPORT=1", "both");
    expect("of analyzer, held by a cycle and from outside, made\n");
    run(_i, "HOLDFAST_REPORT=1", "array");
    expect("of analyzer, held by a cycle and from outside, made\n");
    expect("of hf_array_items, held by a cycle and from outside, made\n");
}
END_TEST

/* How many bytes the file has; removes it. -1: it is not there. */
static long
take_file(const char *path)
{
    struct stat about;
    if (stat(path, &about)) return -1;
    unlink(path);
    return (long)about.st_size;
}

START_TEST(a_snapshot_may_be_written_at_exit)
{
    char variable[256], path[64] = "/tmp/holdfast_exit_XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    close(descriptor);
    unlink(path);
    snprintf(variable, sizeof variable, "HOLDFAST_SNAPSHOT=%s", path);
    static const char *const ways[] = {"both", "threads", "nothing"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        run(_i, variable, ways[i]);
        ck_assert_str_eq(text, "");
        ck_assert_msg(take_file(path) > 100, "no snapshot of %s", ways[i]);
    }
}
END_TEST

START_TEST(the_path_of_a_snapshot_may_have_the_number_of_the_process)
{
    char variable[256], directory[64] = "/tmp/holdfast_exit_XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(variable, sizeof variable, "cd %s && HOLDFAST_SNAPSHOT=%%p.%%p.heapsnapshot",
             directory);
    run(_i, variable, "cycle");
    glob_t found;
    char pattern[128];
    snprintf(pattern, sizeof pattern, "%s/[1-9]*.[1-9]*.heapsnapshot", directory);
    ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
    ck_assert_uint_eq(found.gl_pathc, 1);
    ck_assert_int_gt(take_file(found.gl_pathv[0]), 100);
    globfree(&found);
    rmdir(directory);
}
END_TEST

START_TEST(a_snapshot_that_fails_says_so)
{
    run(_i, "HOLDFAST_SNAPSHOT=/nowhere/at/all", "both");
    ck_assert_str_eq(text, "holdfast: no snapshot in /nowhere/at/all: No such file or directory\n");
}
END_TEST

START_TEST(a_program_may_ask_for_it_itself)
{
    run(_i, "", "api");
    /* What was made before is known because something leads to it, or not at all. */
    expect_bytes("holdfast: 1 object, %zu bytes, left at exit\n", 1);
    expect("1 more were made before they were written down\n");
}
END_TEST

START_TEST(threads_that_go_on_are_no_hindrance)
{
    run(_i, "HOLDFAST_REPORT=1", "threads");
    expect("left at exit\n");
    expect("of analyzer");
}
END_TEST

/* Who starts a program that runs with the rights of another user must not make it write files. */
START_TEST(a_program_with_the_rights_of_another_user_reads_no_wishes)
{
    enum { ANOTHER_USER = 65534 };
    char command[512], path[64] = "/tmp/holdfast_exit_XXXXXX", variables[256];
    ck_assert_ptr_nonnull(mkdtemp(path));
    ck_assert_int_eq(chmod(path, 0777), 0);
    snprintf(command, sizeof command,
             "cp '%s' %s/program && chown %d %s/program && chmod u+s %s/program", FORGETFUL_STATIC,
             path, ANOTHER_USER, path, path);
    ck_assert_int_eq(system(command), 0);
    snprintf(variables, sizeof variables,
             "cd %s && HOLDFAST_REPORT=1 HOLDFAST_SNAPSHOT=%s/snapshot", path, path);
    run_program("./program", variables, "both");
    ck_assert_str_eq(text, "");
    snprintf(command, sizeof command, "rm %s/program && rmdir %s", path, path);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(a_level_that_is_none_is_told)
{
    run(_i, "HOLDFAST_TRACK=everything", "nothing");
    expect("HOLDFAST_TRACK is \"everything\"");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("exit report");
    TCase *tests = tcase_create("programs");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, who_is_not_asked_says_nothing, 0, PROGRAMS);
    tcase_add_loop_test(tests, a_program_that_leaves_nothing_is_told_so, 0, PROGRAMS);
    tcase_add_loop_test(tests, what_is_held_from_outside_is_told_with_its_maker, 0, PROGRAMS);
    tcase_add_loop_test(tests, a_cycle_is_told_with_the_field_to_make_weak, 0, PROGRAMS);
    tcase_add_loop_test(tests, a_cycle_that_is_held_from_outside_is_told_as_both, 0, PROGRAMS);
    tcase_add_loop_test(tests, a_program_may_ask_for_it_itself, 0, PROGRAMS);
    tcase_add_loop_test(tests, threads_that_go_on_are_no_hindrance, 0, PROGRAMS);
    tcase_add_loop_test(tests, a_snapshot_may_be_written_at_exit, 0, PROGRAMS);
    tcase_add_loop_test(tests, the_path_of_a_snapshot_may_have_the_number_of_the_process, 0,
                        PROGRAMS);
    tcase_add_loop_test(tests, a_snapshot_that_fails_says_so, 0, PROGRAMS);
    tcase_add_loop_test(tests, a_level_that_is_none_is_told, 0, PROGRAMS);
    /* Nobody else may give a program such rights; and leak checkers can't look into one that has
     * them, and end it; nor does an emulator get them. */
    if (geteuid() == 0 && FORGETFUL_MAKES && !FORGETFUL_EMULATOR[0]) {
        tcase_add_test(tests, a_program_with_the_rights_of_another_user_reads_no_wishes);
    }
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
