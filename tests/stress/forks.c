/* SPDX-License-Identifier: MIT
 *
 * Catalogue, case C22: processes that fork while threads build, refer weakly, and collect.
 * Knows public headers, members.h and stress.h.
 * The child inherits what other threads were doing, but must be able to do everything itself. */
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress/members.h"

static member_slot place;
static hf_queue deaths;

/* What stood in the slot, whose readers are gone, dies; and so does what waits for a drain. */
static int
replace_as_a_child(void)
{
    hf_read_begin();
    member *m = hf_slot_peek(&place);
    if (m) member_expect_whole(m);
    if (hf_slot_store(&place, NULL)) return 5;
    hf_read_end();
    if (hf_slot_drain()) return 6;
    struct hf_stats stats;
    hf_stats(&stats);
    if (stats.waiting) return 7;
    hf_queue_drain(&deaths, 0);
    return hf_queue_count(&deaths) ? 8 : 0;
}

/* What a child can do: everything with objects of its own, and collect. What other threads were
 * doing at the fork stays as it was. */
static int
live_as_a_child(void)
{
    int fault = replace_as_a_child();
    if (fault) return fault;
    size_t before = members_left();
    for (size_t i = 0; i < 20; i++) {
        member_weak weak = {.to_ = NULL};
        member *ring = ring_new(1 + i, 0);
        if (hf_weak_set(&weak, ring)) return 2;
        ring_drop(ring);
        hf_collect();
        member *found = hf_upgrade(&weak);
        hf_weak_clear(&weak);
        if (found) return 3;
    }
    return members_left() <= before ? 0 : 4;
}

static void
fork_once(void)
{
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (!child) {
        /* A child that waits for ever for a lock that it inherited shall not stay behind. */
        alarm(120);
        _exit(live_as_a_child());
    }
    int status;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
prepare_with_collector(struct worker *worker)
{
    (void)worker;
    static const hf_collector_options options = {.interval_ms = 1, .threshold = 1};
    REQUIRE(hf_collector_start(&options) == 0);
    work_begin(1);
}

/* The first thread forks; the others build, rewire and collect, but nothing with a guard: a lock of
 * the program that another thread held at the fork would stay locked in the child. */
static void
fork_or_build(struct worker *worker)
{
    if (worker->number == 0) {
        for (size_t i = 0; i < 5; i++) fork_once();
        work_end_one();
        return;
    }
    while (work_goes_on()) {
        member *m = ring_new(2 + random_below(worker, 10), 0);
        hf_set(m->first, second, m);
        REQUIRE(hf_weak_set(&m->other, m->first) == 0);
        if (random_below(worker, 10) == 0) collect_somehow(worker);
        hf_give(m, second, hf_take(m->first, second));
        ring_drop(m);
        hf_read_begin();
        member *single = member_new(0);
        REQUIRE(hf_slot_store(&place, single) == 0);
        hf_release_later(single, &deaths);
        hf_read_end();
        hf_release_later(member_new(0), &deaths);
        hf_queue_drain(&deaths, 10);
    }
}

static void
stop_and_expect_all_collected(struct worker *worker)
{
    hf_collector_stop();
    REQUIRE(hf_slot_store(&place, NULL) == 0 && hf_slot_drain() == 0);
    hf_queue_drain(&deaths, 0);
    expect_all_collected(worker);
}

START_TEST(c22_a_child_forked_in_the_middle_of_collections_makes_and_collects_rings)
{
    static const struct race race = {prepare_with_collector, fork_or_build,
                                     stop_and_expect_all_collected};
    stress_run(_i, &race, 10);
}
END_TEST

/* ---- in the middle of a drain ------------------------------------------------------------- */

static sem_t is_draining, may_end;

static void
stop_in_the_middle(void *object, void *unused)
{
    (void)object, (void)unused;
    sem_post(&is_draining);
    sem_wait(&may_end);
}

static void *
drain_slowly(void *unused)
{
    member *m = member_new(0);
    REQUIRE(hf_on_death(m, stop_in_the_middle, NULL));
    hf_release_later(m, &deaths);
    REQUIRE(hf_queue_drain(&deaths, 0) == 1);
    return unused;
}

START_TEST(a_child_drains_what_another_thread_was_draining)
{
    pthread_t thread;
    sem_init(&is_draining, 0, 0);
    sem_init(&may_end, 0, 0);
    REQUIRE(pthread_create(&thread, NULL, drain_slowly, NULL) == 0);
    sem_wait(&is_draining);
    REQUIRE(hf_queue_drain(&deaths, 0) == 0);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (!child) {
        hf_release_later(member_new(0), &deaths);
        _exit(hf_queue_drain(&deaths, 0) == 1 ? 0 : 1);
    }
    int status;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    sem_post(&may_end);
    REQUIRE(pthread_join(thread, NULL) == 0);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("forks");
    TCase *tests = tcase_create("forks");
    tcase_add_loop_test(
        tests, c22_a_child_forked_in_the_middle_of_collections_makes_and_collects_rings, 0, TEAMS);
    tcase_add_test(tests, a_child_drains_what_another_thread_was_draining);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
