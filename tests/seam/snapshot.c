/* SPDX-License-Identifier: MIT
 *
 * Seam test of the files in <holdfast/inspect.h>.
 * Knows public headers only. That other programs can read them is seen in tests/viewers. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node node;
struct node {
    node *left, *right;
    char name[8];
};
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, left), HF_STRONG(node, right)));

static char directory[] = "/tmp/holdfast-snapshot-XXXXXX";
static char path[64], other_path[64];

static void
make_directory(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/heap", directory);
    snprintf(other_path, sizeof other_path, "%s/other", directory);
    ck_assert_int_eq(hf_track(HF_TRACK_SITES), 0);
}

/* Nothing else may be left there, so that it can be removed. */
static void
remove_directory(void)
{
    unlink(path);
    unlink(other_path);
    ck_assert_int_eq(rmdir(directory), 0);
}

/* The contents of the file. Owner: the caller. */
static char *
contents(const char *file)
{
    FILE *in = fopen(file, "re");
    ck_assert_ptr_nonnull(in);
    char *text = NULL;
    size_t room = 0;
    ssize_t length = getdelim(&text, &room, 0, in);
    ck_assert_int_gt(length, 0);
    fclose(in);
    return text;
}

static void
expect(enum hf_snapshot_format format, const char *part)
{
    ck_assert_int_eq(hf_snapshot_write(path, format), 0);
    char *text = contents(path);
    ck_assert_msg(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
    free(text);
}

START_TEST(each_format_names_types_and_fields)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, left, hf_new(node));
    expect(HF_HEAPSNAPSHOT, "{\"snapshot\":{\"meta\":{");
    expect(HF_HEAPSNAPSHOT, "\"left\"");
    expect(HF_DOT, "[label=\"left\"]");
    expect(HF_DHAT, "\"dhatFileVersion\":2");
    expect(HF_COLLAPSED, "each_format_names");
}
END_TEST

START_TEST(a_neighbourhood_ends_at_its_depth)
{
    hf_auto node *first = hf_new(node);
    node *second = hf_new(node), *third = hf_new(node);
    hf_give(second, right, third);
    hf_give(first, left, second);
    ck_assert_int_eq(hf_neighbourhood_write(path, first, 1), 0);
    char *text = contents(path);
    ck_assert_ptr_nonnull(strstr(text, "label=\"left\""));
    ck_assert_ptr_null(strstr(text, "label=\"right\""));
    ck_assert_ptr_nonnull(strstr(text, "1 more"));
    free(text);
    ck_assert_int_eq(hf_neighbourhood_write(path, first, 2), 0);
    text = contents(path);
    ck_assert_ptr_nonnull(strstr(text, "label=\"right\""));
    free(text);
}
END_TEST

START_TEST(what_cannot_be_written_leaves_no_file)
{
    hf_auto node *n = hf_new(node);
    ck_assert_int_eq(hf_snapshot_write("/nowhere/heap", HF_HEAPSNAPSHOT), -1);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(hf_snapshot_write(directory, HF_HEAPSNAPSHOT), -1);
    ck_assert_int_eq(errno, EISDIR);
    ck_assert_int_eq(hf_snapshot_write(path, (enum hf_snapshot_format)99), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(hf_snapshot_fork(path, (enum hf_snapshot_format)99), -1);
    ck_assert_int_eq(hf_neighbourhood_write("/nowhere/heap", n, 1), -1);
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(a_child_writes_what_this_process_would)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, left, hf_new(node));
    ck_assert_int_eq(hf_snapshot_write(path, HF_HEAPSNAPSHOT), 0);
    int done = hf_snapshot_fork(other_path, HF_HEAPSNAPSHOT);
    ck_assert_int_ge(done, 0);
    /* What happens here meanwhile is not in the file. */
    hf_give(n, right, hf_new(node));
    struct pollfd ready = {.fd = done, .events = POLLIN};
    ck_assert_int_eq(poll(&ready, 1, -1), 1);
    ck_assert_int_eq(hf_snapshot_wait(done), 0);
    char *here = contents(path), *there = contents(other_path);
    ck_assert_str_eq(here, there);
    free(here);
    free(there);
    /* The child was nobody's but the library's. */
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(a_child_tells_its_error)
{
    hf_auto node *n = hf_new(node);
    int done = hf_snapshot_fork("/nowhere/heap", HF_HEAPSNAPSHOT);
    ck_assert_int_ge(done, 0);
    ck_assert_int_eq(hf_snapshot_wait(done), -1);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* Waits for a thread that only the parent has. */
typedef struct guarded {
    pid_t home;
} guarded;
HF_DECLARE(guarded);

static void
trace_at_home(void *object, hf_visitor *visitor)
{
    guarded *g = object;
    (void)visitor;
    while (getpid() != g->home) pause();
}
HF_TYPE(guarded, .trace = trace_at_home);

static bool waits_for_ever;

/* In place of the C library's: ten minutes are soon over for a child that waits for ever. */
unsigned
alarm(unsigned seconds)
{
    struct itimerval soon = {.it_value.tv_usec = 1000};
    ck_assert_uint_eq(seconds, 600);
    if (waits_for_ever) setitimer(ITIMER_REAL, &soon, NULL);
    return 0;
}

START_TEST(a_child_that_waits_for_ever_has_failed)
{
    hf_auto guarded *g = hf_new(guarded);
    g->home = getpid();
    waits_for_ever = true;
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &alarms, NULL), 0);
    int done = hf_snapshot_fork(path, HF_HEAPSNAPSHOT);
    ck_assert_int_ge(done, 0);
    ck_assert_int_eq(hf_snapshot_wait(done), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("snapshot");
    TCase *tests = tcase_create("files");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, make_directory, remove_directory);
    tcase_add_test(tests, each_format_names_types_and_fields);
    tcase_add_test(tests, a_neighbourhood_ends_at_its_depth);
    tcase_add_test(tests, what_cannot_be_written_leaves_no_file);
    tcase_add_test(tests, a_child_writes_what_this_process_would);
    tcase_add_test(tests, a_child_tells_its_error);
    tcase_add_test(tests, a_child_that_waits_for_ever_has_failed);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
