/* SPDX-License-Identifier: MIT
 *
 * Processes that exit while their threads are in the middle of everything, and threads that leave
 * their last acts to the destructors of their keys.
 * Knows public headers, members.h and stress.h.
 * A process that exits has to come to its end, in peace; what its threads hold nobody frees. */
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress/members.h"

static member_slot place;
static hf_queue deaths;
static atomic_size_t acts;

/* ---- exit ---- */

static void
act_somehow(struct worker *worker)
{
    member_weak weak = {.to_ = NULL};
    member *ring = ring_new(1 + random_below(worker, 5), 0);
    if (random_below(worker, 2)) REQUIRE(hf_weak_set(&weak, ring) == 0);
    REQUIRE(hf_slot_store(&place, ring) == 0);
    ring_drop(ring);
    hf_read_begin();
    member *m = hf_slot_peek(&place);
    if (m) member_expect_whole(m);
    hf_read_end();
    hf_release(hf_slot_exchange(&place, NULL));
    hf_release(hf_upgrade(&weak));
    hf_weak_clear(&weak);
    hf_release_later(member_new(0), &deaths);
    hf_queue_drain(&deaths, 2);
    if (random_below(worker, 20) == 0) hf_collect();
}

static void *
act_for_ever(void *seed)
{
    struct worker worker = {.number = 0, .random = (uintptr_t)seed};
    for (;;) {
        act_somehow(&worker);
        atomic_fetch_add(&acts, 1);
    }
    return NULL;
}

/* The return of main, in effect, as soon as the threads are at work. */
_Noreturn static void
be_a_short_process(size_t number)
{
    static const hf_collector_options options = {.interval_ms = 1, .threshold = 1};
    alarm(120);
    hf_test_expect_leaks(1); /* by no means exactly: nobody counts */
    REQUIRE(hf_collector_start(&options) == 0);
    for (uintptr_t i = 0; i < 3; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, act_for_ever, (void *)(number * 3 + i + 1)) == 0);
    }
    while (atomic_load(&acts) < number * 7) sched_yield();
    exit(EXIT_SUCCESS);
}

START_TEST(a_process_may_exit_while_its_threads_run)
{
    for (size_t i = 0; i < hf_test_rounds(20); i++) {
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (!child) be_a_short_process(i);
        int status;
        REQUIRE(waitpid(child, &status, 0) == child);
        REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}
END_TEST

/* ---- the exit of a thread ---- */

static pthread_key_t early_key, late_key;

/* Before or after what the library does at that moment. */
static void
act_last(void *object)
{
    member *m = object;
    member_let_go(m);
    REQUIRE(hf_slot_store(&place, m) == 0);
    hf_read_begin();
    REQUIRE(hf_slot_peek(&place) != NULL);
    hf_read_end();
    hf_release_later(m, &deaths);
    hf_release(hf_slot_exchange(&place, NULL));
    ring_drop(ring_new(3, 0));
}

static void *
leave_with_all_that_is_pending(void *unused)
{
    member *first = ring_new(2, 0), *second = member_new(0);
    member_hold(second);
    REQUIRE(pthread_setspecific(early_key, first) == 0);
    hf_read_begin();
    REQUIRE(hf_slot_store(&place, first) == 0 && hf_slot_store(&place, second) == 0);
    hf_read_end();
    REQUIRE(pthread_setspecific(late_key, second) == 0);
    return unused;
}

START_TEST(a_thread_may_do_everything_at_its_exit)
{
    REQUIRE(pthread_key_create(&early_key, act_last) == 0);
    ring_drop(ring_new(1, 0)); /* the library's key comes between them, or before */
    hf_collect();
    REQUIRE(pthread_key_create(&late_key, act_last) == 0);
    for (size_t i = 0; i < 50; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, leave_with_all_that_is_pending, NULL) == 0);
        REQUIRE(pthread_join(thread, NULL) == 0);
    }
    REQUIRE(hf_slot_drain() == 0);
    hf_queue_drain(&deaths, 0);
    hf_collect();
    REQUIRE(members_left() == 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("exits");
    TCase *tests = tcase_create("exits");
    tcase_add_test(tests, a_process_may_exit_while_its_threads_run);
    tcase_add_test(tests, a_thread_may_do_everything_at_its_exit);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
