/* SPDX-License-Identifier: MIT
 *
 * Soak of the collector: everything that the stress tests do, together, for as long as one likes,
 * with lines that say how it goes.
 * Knows public headers and the oracle of members.h.
 * `soak --seconds 600`, or `./run stress --soak 600`; without --seconds a few rounds, as a test of
 * itself. The first wrong thing ends it. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "stress/web.h"

enum {
    STEPS = 4000,       /* of each weaver in a round */
    KEPT = 4096,        /* rings that outlive rounds */
    ROUNDS_TO_ZERO = 50 /* until nothing at all may be left */
};

static struct {
    atomic_uint_fast64_t operations;
    uint64_t rounds;
    struct timespec began, told;
    member *kept[KEPT];
    size_t lengths[KEPT];
} soak;

/* ---- what is told ------------------------------------------------------------------------ */

static double
seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + 1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

static void
tell_progress(void)
{
    struct hf_collect_stats c;
    struct hf_stats all;
    hf_collect_stats(&c);
    hf_stats(&all);
    printf("%6.0f s: %" PRIu64 " rounds, %" PRIu64 " operations, %" PRIu64 " live of %" PRIu64
           " made\n          collector: %" PRIu64 " reclaimed, %" PRIu64 " walked, %" PRIu64
           " steps, %" PRIu64 " candidates, %" PRIu64 " dropped, %" PRIu64 " postponed, %" PRIu64
           " aborted, longest step %" PRIu64 " us\n",
           seconds_since(&soak.began), soak.rounds,
           (uint64_t)atomic_load_explicit(&soak.operations, memory_order_relaxed), all.live,
           all.born, c.reclaimed, c.walked, c.steps, c.candidates, c.dropped, c.postponed,
           c.aborted, c.longest_step_us);
    fflush(stdout);
}

/* Every ten seconds. */
static void
tell_progress_now_and_then(void)
{
    if (seconds_since(&soak.told) < 10) return;
    clock_gettime(CLOCK_MONOTONIC, &soak.told);
    tell_progress();
}

/* ---- what lives long --------------------------------------------------------------------- */

/* Some of the long-lived rings are looked at, hung onto each other, and replaced. */
static void
change_what_is_kept(struct worker *worker)
{
    for (size_t i = 0; i < KEPT / 16; i++) {
        size_t at = random_below(worker, KEPT);
        if (soak.kept[at]) {
            ring_expect_whole(soak.kept[at], soak.lengths[at]);
            hf_set(soak.kept[at], second, soak.kept[random_below(worker, KEPT)]);
            if (random_below(worker, 4)) continue;
            ring_drop(hf_move(soak.kept[at]));
        }
        soak.lengths[at] = 1 + random_below(worker, random_below(worker, 50) ? 10 : 3000);
        soak.kept[at] = ring_new(soak.lengths[at], 0);
    }
}

static void
drop_what_is_kept(void)
{
    for (size_t i = 0; i < KEPT; i++) {
        if (soak.kept[i]) ring_drop(hf_move(soak.kept[i]));
    }
}

/* ---- a round ----------------------------------------------------------------------------- */

static void
start_collector(struct worker *worker)
{
    hf_collector_options options = {
        .interval_ms = 1 + (unsigned)random_below(worker, 3),
        .step = {.objects = random_below(worker, 2) ? random_below(worker, 5000) : 0},
        .threshold = 1 + random_below(worker, 300)};
    REQUIRE(hf_collector_start(&options) == 0);
}

static void
begin_round(struct worker *worker)
{
    if (!soak.rounds) {
        clock_gettime(CLOCK_MONOTONIC, &soak.began);
        soak.told = soak.began;
    }
    change_what_is_kept(worker);
    if (random_below(worker, 4)) start_collector(worker);
    work_begin(team_size() - 1);
}

static void
run_round(struct worker *worker)
{
    if (worker->number == 0) {
        if (random_below(worker, 2)) change_what_is_kept(worker);
        else collect_while_others_work(worker);
        return;
    }
    struct weaver weaver;
    weaver_begin(&weaver, worker);
    for (size_t i = 0; i < STEPS; i++) {
        weaver_step(&weaver);
        if (random_below(worker, 400) == 0) collect_somehow(worker);
        if (random_below(worker, 100) == 0) {
            member *m = ring_new(1 + random_below(worker, 5), 0);
            m->last_act = (unsigned)random_below(worker, 3);
            ring_drop(m);
        }
    }
    weaver_end(&weaver);
    atomic_fetch_add_explicit(&soak.operations, STEPS, memory_order_relaxed);
    work_end_one();
}

static void
expect_nothing_left(struct worker *worker)
{
    drop_what_is_kept();
    web_clear();
    while (hf_collect()) {
    }
    expect_all_collected(worker);
}

static void
end_round(struct worker *worker)
{
    hf_collector_stop();
    if (++soak.rounds % ROUNDS_TO_ZERO == 0) expect_nothing_left(worker);
    struct hf_stats stats;
    hf_stats(&stats);
    REQUIRE(stats.live == members_left());
    tell_progress_now_and_then();
}

START_TEST(what_many_threads_do_for_long_leaves_nothing_and_takes_nothing_that_lives)
{
    static const struct race race = {begin_round, run_round, end_round};
    stress_run(_i, &race, 40);
    expect_nothing_left(NULL);
    tell_progress();
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("soak");
    TCase *tests = tcase_create("soak");
    /* Four threads, unless --threads says otherwise. */
    tcase_add_loop_test(
        tests, what_many_threads_do_for_long_leaves_nothing_and_takes_nothing_that_lives, 1, 2);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
