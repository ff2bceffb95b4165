/* SPDX-License-Identifier: MIT
 *
 * Seam test of hf_snapshot_fork among threads that go on.
 * Knows public headers only. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node node;
struct node {
    node *left, *right;
};
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, left), HF_STRONG(node, right)));

static atomic_bool is_over;

static void *
build_and_drop(void *unused)
{
    while (!atomic_load(&is_over)) {
        node *top = hf_new(node);
        for (int i = 0; i < 100; i++) {
            node *n = hf_new(node);
            hf_give(n, left, hf_take(top, left));
            hf_give(top, left, n);
            if (i % 10 == 0) hf_set(n, right, top);
        }
        hf_give(top, left, NULL);
        hf_release(top);
    }
    return unused;
}

START_TEST(a_child_writes_while_threads_go_on)
{
    enum { THREADS = 3 };
    int snapshots = (int)hf_test_rounds(20);
    pthread_t threads[THREADS];
    char path[] = "/tmp/holdfast-snapshot-XXXXXX";
    ck_assert_int_eq(close(mkstemp(path)), 0);
    ck_assert_int_eq(hf_track(HF_TRACK_SITES), 0);
    hf_auto node *kept = hf_new(node);
    int written = 0;
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, build_and_drop, NULL), 0);
    }
    for (int i = 0; i < snapshots; i++) {
        int done = hf_snapshot_fork(path, HF_HEAPSNAPSHOT);
        ck_assert_int_ge(done, 0);
        if (hf_snapshot_wait(done) == 0) written++;
        else ck_assert_int_eq(errno, EAGAIN);
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    hf_collect();
    unlink(path);
    ck_assert_int_gt(written, 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("snapshot_forks");
    TCase *tests = tcase_create("threads");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_child_writes_while_threads_go_on);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
