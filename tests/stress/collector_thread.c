/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/collect.h>: threads that come, go and are many, and the library's own
 * thread that is started and stopped meanwhile.
 * Knows public headers and the oracle of members.h.
 * The test names begin with the case of the catalogue. */
#include <errno.h>
#include <limits.h>

#include "stress/members.h"

/* ---- C13 --------------------------------------------------------------------------------- */

/* ThreadSanitizer takes leave of a thread in the last pass over its keys, and follows nothing that
 * comes after. */
#if defined __SANITIZE_THREAD__
#define FOLLOWS_THREADS 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define FOLLOWS_THREADS 1
#endif
#endif
#ifdef FOLLOWS_THREADS
enum { PASSES = PTHREAD_DESTRUCTOR_ITERATIONS - 1 };
#else
enum { PASSES = PTHREAD_DESTRUCTOR_ITERATIONS };
#endif

/* What a thread leaves to the destructors of its keys: members of a ring, dropped one by one as
 * late as threads can, after whatever the library has of its own for the thread. */
struct legacy {
    member *held[PASSES];
    unsigned passes;
};
static pthread_key_t legacy_key;

static void
drop_late(void *value)
{
    struct legacy *legacy = value;
    member *m = legacy->held[legacy->passes++];
    if (legacy->passes < PASSES) {
        REQUIRE(pthread_setspecific(legacy_key, legacy) == 0);
    }
    member_let_go(m);
    hf_release(m);
    if (legacy->passes % 2) hf_collect_step(NULL);
}

static void
make_legacy_key(struct worker *worker)
{
    static bool is_made;
    (void)worker;
    if (!is_made) REQUIRE(pthread_key_create(&legacy_key, drop_late) == 0);
    is_made = true;
}

static void *
leave_a_legacy(void *argument)
{
    struct legacy *legacy = argument;
    member *ring = ring_new(PASSES, 0), *m = ring;
    for (size_t i = 0; i < PASSES; i++, m = m->first) {
        legacy->held[i] = hf_retain(m);
        member_hold(m);
    }
    ring_drop(ring);
    REQUIRE(pthread_setspecific(legacy_key, legacy) == 0);
    return NULL;
}

static void
start_threads_with_a_legacy(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < 20; i++) {
        struct legacy legacy = {.passes = 0};
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, leave_a_legacy, &legacy) == 0);
        REQUIRE(pthread_join(thread, NULL) == 0);
        REQUIRE(legacy.passes == PASSES);
    }
}

START_TEST(c13_what_a_thread_drops_in_its_last_destructor_is_counted_and_collected)
{
    static const struct race race = {make_legacy_key, start_threads_with_a_legacy,
                                     expect_all_collected};
    stress_run(_i, &race, 50);
}
END_TEST

/* Rings of a confined type end on their thread, even in the last destructor of a key. */
typedef struct hermit {
    struct hermit *self;
} hermit;
HF_DECLARE(hermit);
HF_TYPE(hermit, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(hermit, self)));

static pthread_key_t hermit_key;

static void
collect_hermits(void *value)
{
    hermit *h = value;
    hf_give(h, self, h);
    REQUIRE(hf_collect() >= 1);
}

static void *
be_a_hermit(void *unused)
{
    hermit *h = hf_new(hermit);
    REQUIRE(h != NULL);
    REQUIRE(pthread_setspecific(hermit_key, h) == 0);
    return unused;
}

START_TEST(c13_confined_rings_end_in_a_destructor_of_their_thread)
{
    REQUIRE(pthread_key_create(&hermit_key, collect_hermits) == 0);
    for (size_t i = 0; i < hf_test_rounds(50); i++) {
        pthread_t threads[MOST_THREADS];
        for (size_t t = 0; t < MOST_THREADS; t++) {
            REQUIRE(pthread_create(&threads[t], NULL, be_a_hermit, NULL) == 0);
        }
        for (size_t t = 0; t < MOST_THREADS; t++) pthread_join(threads[t], NULL);
        REQUIRE(hf_live(&hf_type_hermit) == 0);
    }
}
END_TEST

/* ---- C23 --------------------------------------------------------------------------------- */

static void
stop_and_expect_all_collected(struct worker *worker)
{
    hf_collector_stop();
    expect_all_collected(worker);
}

static void
prepare_to_start_and_stop(struct worker *worker)
{
    (void)worker;
    work_begin(team_size() - 1);
}

static void
start_and_stop(struct worker *worker)
{
    hf_collector_options options = {.interval_ms = 1, .threshold = 1};
    while (work_goes_on()) {
        REQUIRE(hf_collector_start(&options) == 0 || errno == EALREADY);
        for (size_t i = random_below(worker, 2000); i > 0; i--) work_goes_on();
        if (random_below(worker, 4)) hf_collector_stop();
    }
}

/* Some members ask the library's thread to stop, in their destroy function. */
static void
build_some_that_stop_it(struct worker *worker)
{
    if (worker->number == 0) {
        start_and_stop(worker);
        return;
    }
    for (size_t i = 0; i < 500; i++) {
        member *m = ring_new(1 + random_below(worker, 5), 0);
        if (random_below(worker, 50) == 0) m->last_act = ACT_STOP_COLLECTOR;
        ring_drop(m);
    }
    work_end_one();
}

START_TEST(c23_the_librarys_thread_is_started_and_stopped_by_all_while_rings_die)
{
    static const struct race race = {prepare_to_start_and_stop, build_some_that_stop_it,
                                     stop_and_expect_all_collected};
    stress_run(_i, &race, 60);
}
END_TEST

/* What a stopped thread had begun is finished: nothing dies between the stop and the next call. */
START_TEST(c23_after_a_stop_nothing_dies_until_somebody_collects)
{
    static const hf_collector_options options = {.interval_ms = 1, .threshold = 1};
    for (size_t i = 0; i < hf_test_rounds(20); i++) {
        REQUIRE(hf_collector_start(&options) == 0);
        size_t made = members_made();
        while (members_made() < made + 5000 && members_left() < 20000) ring_drop(ring_new(5, 0));
        hf_collector_stop();
        size_t destroyed = members_destroyed();
        for (size_t k = 0; k < 1000; k++) REQUIRE(members_destroyed() == destroyed);
        struct hf_stats stats;
        hf_stats(&stats);
        REQUIRE(stats.live == members_left());
    }
    expect_all_collected(NULL);
}
END_TEST

/* ---- C24 --------------------------------------------------------------------------------- */

enum { CROWD = 64 };

static void *
build_and_collect(void *argument)
{
    struct worker *worker = argument;
    for (size_t i = 0; i < 50; i++) {
        ring_drop(ring_new(1 + random_below(worker, 8), 0));
        collect_somehow(worker);
    }
    return NULL;
}

/* Each as many as there are, or more than the collector has lists for. */
START_TEST(c24_many_threads_that_collect_all_get_their_turn)
{
    static const size_t sizes[] = {9, 17, CROWD};
    uint64_t seed = hf_test_seed();
    for (size_t i = 0; i < hf_test_rounds(5); i++) {
        pthread_t threads[CROWD];
        struct worker workers[CROWD];
        for (size_t t = 0; t < sizes[_i]; t++) {
            workers[t] = (struct worker){.number = 0, .random = seed++};
            REQUIRE(pthread_create(&threads[t], NULL, build_and_collect, &workers[t]) == 0);
        }
        for (size_t t = 0; t < sizes[_i]; t++) pthread_join(threads[t], NULL);
        expect_all_collected(NULL);
    }
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("threads and the collector");
    TCase *tests = tcase_create("threads and the collector");
    tcase_add_loop_test(
        tests, c13_what_a_thread_drops_in_its_last_destructor_is_counted_and_collected, 0, TEAMS);
    tcase_add_test(tests, c13_confined_rings_end_in_a_destructor_of_their_thread);
    tcase_add_loop_test(
        tests, c23_the_librarys_thread_is_started_and_stopped_by_all_while_rings_die, 0, TEAMS);
    tcase_add_test(tests, c23_after_a_stop_nothing_dies_until_somebody_collects);
    tcase_add_loop_test(tests, c24_many_threads_that_collect_all_get_their_turn, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
