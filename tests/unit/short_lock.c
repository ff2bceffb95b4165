/* SPDX-License-Identifier: MIT
 *
 * Tests of the lock under the shards of caches.
 * Knows it, threads, and where Linux tells what a thread does. models/short_lock. */
#include <errno.h>
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/base.h"
#include "support/run_suite.h"

/* ---- many threads ------------------------------------------------------------------------- */

enum { THREADS = 8, ROUNDS = 20000 };

static struct short_lock lock;
static unsigned cells[16]; /* all are the same while nobody has the lock */

static void *
count_up(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        short_lock_take(&lock);
        for (size_t k = 0; k < 16; k++) cells[k]++;
        short_lock_give(&lock);
    }
    return NULL;
}

/* More of them than there are processors, as a rule: so some sleep. */
START_TEST(one_thread_at_a_time_has_it)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&thread[i], NULL, count_up, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    for (size_t k = 0; k < 16; k++) ck_assert_uint_eq(cells[k], THREADS * ROUNDS);
    ck_assert_uint_eq(lock.state, SHORT_LOCK_FREE);
}
END_TEST

/* ---- a sleeper ---------------------------------------------------------------------------- */

static pid_t sleeper; /* atomic */
static int error_after;

static void *
take_after_sleep(void *arg)
{
    (void)arg;
    atomic_store_release(&sleeper, (pid_t)syscall(SYS_gettid));
    errno = EDOM;
    short_lock_take(&lock);
    error_after = errno;
    short_lock_give(&lock);
    return NULL;
}

static char
state_of(pid_t thread)
{
    char path[64], state = '?';
    (void)snprintf(path, sizeof path, "/proc/self/task/%ld/stat", (long)thread);
    FILE *file = fopen(path, "r");
    if (!file) return '?';
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1) state = '?';
    (void)fclose(file);
    return state;
}

/* Where the system doesn't tell, it may run yet: the test then shows less. */
static pthread_t
begin_to_sleep(void)
{
    enum { LOOKS_MOST = 100000 };
    pthread_t thread;
    short_lock_take(&lock);
    ck_assert_int_eq(pthread_create(&thread, NULL, take_after_sleep, NULL), 0);
    while (!atomic_load_acquire(&sleeper)) sched_yield();
    for (int i = 0; i < LOOKS_MOST && state_of(sleeper) != 'S'; i++) sched_yield();
    return thread;
}

START_TEST(a_sleeper_says_so_and_is_woken_and_errno_stays)
{
    pthread_t thread = begin_to_sleep();
    while (atomic_load_relaxed(&lock.state) != SHORT_LOCK_WANTED) sched_yield();
    short_lock_give(&lock);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(error_after, EDOM);
    ck_assert_uint_eq(lock.state, SHORT_LOCK_FREE);
}
END_TEST

/* As if it had gone to sleep just after the holder looked. */
START_TEST(a_sleeper_who_is_overlooked_wakes_by_itself)
{
    pthread_t thread = begin_to_sleep();
    atomic_store_release(&lock.state, SHORT_LOCK_FREE);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(lock.state, SHORT_LOCK_FREE);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("short_lock");
    TCase *tests = tcase_create("a lock that is given back by a store");
    tcase_add_test(tests, one_thread_at_a_time_has_it);
    tcase_add_test(tests, a_sleeper_says_so_and_is_woken_and_errno_stays);
    tcase_add_test(tests, a_sleeper_who_is_overlooked_wakes_by_itself);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
