/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/queue.h>: threads that release into queues, with objects, chains and
 * garbage cycles, while one of them drains and the library's thread collects.
 * Knows public headers and the team; the oracle is plain memory of the thread that drains, which
 * nobody else may touch. */
#include <holdfast/holdfast.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "stress/stress.h"

static hf_queue deaths;

/* Counted by destroy functions without a lock: all of them run on one thread. */
static size_t destroyed;
static pthread_t drainer;
static atomic_size_t made, releasing;

typedef struct late {
    struct late *next;
    size_t written; /* by whoever released it, as plain memory */
} late;

static void
late_destroy(void *self)
{
    const late *l = self;
    REQUIRE(pthread_equal(pthread_self(), drainer));
    REQUIRE(l->written == (size_t)(uintptr_t)self);
    destroyed++;
}

HF_DECLARE(late);
HF_TYPE(late, .destroy = late_destroy, .queue = &deaths,
        .fields = HF_FIELDS(HF_STRONG(late, next)));

static late *
late_new(void)
{
    late *l = hf_new(late);
    REQUIRE(l);
    l->written = (size_t)(uintptr_t)l;
    atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
    return l;
}

static void
release_a_chain(struct worker *worker)
{
    late *chain = late_new();
    for (size_t more = random_below(worker, 6); more > 0; more--) {
        late *l = late_new();
        hf_give(l, next, chain);
        chain = l;
    }
    if (random_below(worker, 2)) hf_release(chain);
    else hf_release_later(chain, &deaths);
}

static void
release_a_ring(void)
{
    late *l = late_new();
    hf_give(l, next, late_new());
    hf_set(l->next, next, l);
    hf_release(l);
    hf_collect_step(NULL);
}

static void
prepare(struct worker *worker)
{
    (void)worker;
    atomic_store(&made, 0);
    atomic_store(&releasing, team_size() - 1);
    destroyed = 0;
    hf_queue_limit(&deaths, 100, HF_QUEUE_WAIT);
}

/* The first drains, in small bites, until all others are done. */
static void
release_or_drain(struct worker *worker)
{
    if (worker->number == 0) {
        drainer = pthread_self();
        while (atomic_load(&releasing)) {
            if (!hf_queue_drain(&deaths, 1 + random_below(worker, 10))) sched_yield();
        }
        return;
    }
    for (size_t i = 0; i < 500; i++) {
        if (random_below(worker, 8)) release_a_chain(worker);
        else release_a_ring();
    }
    atomic_fetch_sub(&releasing, 1);
}

/* On the thread of the check, which drains what is left. */
static void
expect_all_destroyed(struct worker *worker)
{
    (void)worker;
    drainer = pthread_self();
    hf_collect();
    hf_queue_drain(&deaths, 0);
    REQUIRE(destroyed == atomic_load(&made));
    REQUIRE(hf_queue_count(&deaths) == 0);
    REQUIRE(hf_live(&hf_type_late) == 0);
}

START_TEST(all_that_is_released_dies_on_the_thread_that_drains)
{
    static const struct race race = {prepare, release_or_drain, expect_all_destroyed};
    stress_run(_i, &race, 300);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("queues");
    TCase *tests = tcase_create("queues");
    tcase_add_loop_test(tests, all_that_is_released_dies_on_the_thread_that_drains, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
