/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/collect.h>: rings that threads build, rewire and drop while the
 * collector runs without a pause.
 * Knows public headers and the oracle of members.h.
 * One thread of each team collects; the test names begin with the case of the catalogue. */
#include <sched.h>

#include "stress/members.h"

/* What all threads but the first do; the first collects meanwhile. */
static void
prepare_work(struct worker *worker)
{
    (void)worker;
    work_begin(team_size() - 1);
}

static bool
has_collected_instead(struct worker *worker)
{
    if (worker->number > 0) return false;
    collect_while_others_work(worker);
    return true;
}

/* ---- C1 ---------------------------------------------------------------------------------- */

static void
build_and_drop(struct worker *worker)
{
    if (has_collected_instead(worker)) return;
    for (size_t i = 0; i < 200; i++) {
        size_t length = 1 + random_below(worker, random_below(worker, 8) ? 6 : 200);
        member *m = ring_new(length, 0);
        if (random_below(worker, 2)) m->last_act = ACT_COLLECT;
        if (random_below(worker, 4) == 0) ring_expect_whole(m, length);
        ring_drop(m);
    }
    work_end_one();
}

START_TEST(c1_rings_of_many_threads_end_once_while_a_collector_spins)
{
    static const struct race race = {prepare_work, build_and_drop, expect_all_collected};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- C2 ---------------------------------------------------------------------------------- */

enum { RING = 64, REWIRINGS = 16000, LOOK_EVERY = 500, REPLACE_EVERY = 2000 };

/* The next member of the ring holds, besides, some other one of it, or nothing. */
static member *
rewire(struct worker *worker, member *at)
{
    member *far = at;
    for (size_t i = random_below(worker, 6); i > 0; i--) far = far->first;
    switch (random_below(worker, 4)) {
    case 0:
        hf_set(at, second, far);
        break;
    case 1:
        hf_give(at, second, hf_retain(far));
        break;
    case 2:
        hf_give(far, second, hf_take(at, second));
        break;
    default:
        hf_set(at, second, NULL);
        break;
    }
    return at->first;
}

static void
rewire_and_replace(struct worker *worker)
{
    if (has_collected_instead(worker)) return;
    member *ring = ring_new(RING, 0), *at = ring;
    for (size_t i = 1; i <= REWIRINGS; i++) {
        at = rewire(worker, at);
        if (i % LOOK_EVERY == 0) ring_expect_whole(ring, RING);
        if (i % REPLACE_EVERY) continue;
        ring_drop(ring);
        at = ring = ring_new(RING, 0);
    }
    ring_drop(ring);
    work_end_one();
}

START_TEST(c2_no_member_of_a_ring_that_lives_is_taken_while_it_is_rewired)
{
    static const struct race race = {prepare_work, rewire_and_replace, expect_all_collected};
    stress_run(_i, &race, 40);
}
END_TEST

/* ---- C6 ---------------------------------------------------------------------------------- */

enum { WATCHED = 128 };

/* Of each thread its own references to a member of each ring. */
static member *watched[WATCHED];
static member_weak watching[MOST_THREADS][WATCHED];
/* Whether the owner still holds the ring; relaxed, so that it orders nothing. */
static atomic_bool is_owned[WATCHED];

static void
prepare_watched(struct worker *worker)
{
    prepare_work(worker);
    for (size_t i = 0; i < WATCHED; i++) {
        watched[i] = ring_new(1 + random_below(worker, 4), 0);
        atomic_store_explicit(&is_owned[i], true, memory_order_relaxed);
        for (unsigned t = 0; t < team_size(); t++) {
            REQUIRE(hf_weak_set(&watching[t][i], watched[i]->first) == 0);
        }
    }
}

static bool
owner_holds(size_t i)
{
    return atomic_load_explicit(&is_owned[i], memory_order_relaxed);
}

/* The one owner, at its leisure. Its flag falls before its reference. */
static void
drop_watched(struct worker *worker)
{
    for (size_t i = 0; i < WATCHED; i++) {
        for (size_t looks = random_below(worker, 64); looks > 0; looks--) {
            member_expect_whole(watched[i]->first);
        }
        if (random_below(worker, 64) == 0) sched_yield();
        atomic_store_explicit(&is_owned[i], false, memory_order_relaxed);
        ring_drop(watched[i]);
    }
}

/* While the owner held the ring all the time, the upgrade must not fail. Returns whether there was
 * anything. */
static bool
upgrade_one(struct worker *worker, size_t i)
{
    member *m = hf_upgrade(&watching[worker->number][i]);
    if (!m) {
        /* The upgrade found what came after the drop, so this finds the flag. */
        REQUIRE(!owner_holds(i));
        REQUIRE(hf_weak_dead(&watching[worker->number][i]));
        return false;
    }
    member_hold(m);
    if (random_below(worker, 4) == 0) member_expect_whole(m->first);
    member_let_go(m);
    hf_release(m);
    return true;
}

static void
watch_and_drop(struct worker *worker)
{
    if (has_collected_instead(worker)) return;
    if (worker->number == 1) {
        drop_watched(worker);
    } else {
        for (size_t step = 0; step < 8 * WATCHED; step++) {
            upgrade_one(worker, random_below(worker, WATCHED));
        }
    }
    work_end_one();
}

/* What ended is dead for all references to it. */
static void
expect_none_watched(struct worker *worker)
{
    expect_all_collected(worker);
    for (size_t i = 0; i < WATCHED; i++) {
        for (unsigned t = 0; t < team_size(); t++) {
            REQUIRE(hf_upgrade(&watching[t][i]) == NULL);
            hf_weak_clear(&watching[t][i]);
        }
    }
}

START_TEST(c6_an_upgrade_gets_null_or_a_whole_ring_and_never_null_of_one_that_is_held)
{
    static const struct race race = {prepare_watched, watch_and_drop, expect_none_watched};
    stress_run(_i, &race, 400);
}
END_TEST

/* A long ring, so that a verdict on it takes its time, whose first member alone is watched, and
 * holds something else by `second`. */
enum { LONG_RING = 1000, SLEEPERS = 20, WAKINGS = 50, LOOKS = 50000 };

static void
look_for_a_while(struct worker *worker, const member *m)
{
    for (size_t looks = random_below(worker, LOOKS); looks > 0; looks--) member_expect_whole(m);
}

/* The collector may come to the edge that led to the member while the member is in use elsewhere,
 * or when it is back. */
static void
take_and_put_back(struct worker *worker, member *awake)
{
    look_for_a_while(worker, awake);
    member *taken = hf_take(awake, second);
    member_hold(taken);
    look_for_a_while(worker, taken);
    member_let_go(taken);
    hf_give(awake, second, taken);
}

/* Lets the ring be garbage for a while, again and again, until somebody ends it. */
static void
wake_until_dead(struct worker *worker, member_weak *sleeper, const member *mine)
{
    for (size_t i = 0; i < WAKINGS; i++) {
        look_for_a_while(worker, mine);
        member *awake = hf_upgrade(sleeper);
        if (!awake) return;
        member_hold(awake);
        take_and_put_back(worker, awake);
        ring_drop(awake);
    }
}

static void
sleep_and_wake(struct worker *worker)
{
    if (worker->number == 0) {
        while (work_goes_on()) hf_collect();
        return;
    }
    member *mine = ring_new(1, 0);
    for (size_t i = 0; i < SLEEPERS; i++) {
        member_weak sleeper = {.to_ = NULL};
        member *ring = ring_new(LONG_RING, 0);
        hf_give(ring, second, member_new(0));
        REQUIRE(hf_weak_set(&sleeper, ring) == 0);
        ring_drop(ring);
        wake_until_dead(worker, &sleeper, mine);
        hf_weak_clear(&sleeper);
    }
    ring_drop(mine);
    work_end_one();
}

START_TEST(c6_what_is_taken_out_of_a_ring_that_was_garbage_until_an_upgrade_stays)
{
    static const struct race race = {prepare_work, sleep_and_wake, expect_all_collected};
    stress_run(_i, &race, 10);
}
END_TEST

/* ---- C8 ---------------------------------------------------------------------------------- */

static void
build_and_collect(struct worker *worker)
{
    for (size_t i = 0; i < 100; i++) {
        member *m = ring_new(1 + random_below(worker, 5), 0);
        m->last_act = (unsigned)random_below(worker, 3);
        ring_drop(m);
        if (random_below(worker, 8) == 0) collect_somehow(worker);
    }
    hf_collect();
}

/* Last acts may have made rings after the last collection had looked. */
static void
collect_until_none_is_left(struct worker *worker)
{
    while (hf_collect()) {
    }
    expect_all_collected(worker);
}

START_TEST(c8_threads_that_collect_at_once_and_in_destroy_end_each_ring_once)
{
    static const struct race race = {NULL, build_and_collect, collect_until_none_is_left};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- C11 --------------------------------------------------------------------------------- */

enum { CROSSINGS = 200 };

/* Rings to which two threads contribute: each makes a half, and gives it to the other's. */
static member *halves[MOST_THREADS][CROSSINGS];

static void
make_halves(struct worker *worker)
{
    (void)worker;
    for (unsigned t = 0; t < team_size(); t++) {
        for (size_t i = 0; i < CROSSINGS; i++) {
            halves[t][i] = member_new(0);
            member_hold(halves[t][i]);
        }
    }
    for (unsigned t = 0; t < team_size(); t++) {
        for (size_t i = 0; i < CROSSINGS; i++) {
            hf_set(halves[t][i], first, halves[(t + 1) % team_size()][i]);
        }
    }
}

/* All threads drop their part of the same rings at about the same time, and collect. */
static void
drop_halves(struct worker *worker)
{
    for (size_t i = 0; i < CROSSINGS; i++) {
        member *mine = halves[worker->number][i];
        member_expect_whole(mine->first);
        member_let_go(mine);
        hf_release(mine);
        if (random_below(worker, 3) == 0) collect_somehow(worker);
    }
}

START_TEST(c11_a_ring_across_threads_that_all_collect_ends_after_the_last_has_dropped_it)
{
    static const struct race race = {make_halves, drop_halves, expect_all_collected};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("rings under collection");
    TCase *tests = tcase_create("rings under collection");
    tcase_add_loop_test(tests, c1_rings_of_many_threads_end_once_while_a_collector_spins, 0, TEAMS);
    tcase_add_loop_test(tests, c2_no_member_of_a_ring_that_lives_is_taken_while_it_is_rewired, 0,
                        TEAMS);
    tcase_add_loop_test(tests,
                        c6_an_upgrade_gets_null_or_a_whole_ring_and_never_null_of_one_that_is_held,
                        0, TEAMS);
    tcase_add_loop_test(
        tests, c6_what_is_taken_out_of_a_ring_that_was_garbage_until_an_upgrade_stays, 0, TEAMS);
    tcase_add_loop_test(tests, c8_threads_that_collect_at_once_and_in_destroy_end_each_ring_once, 0,
                        TEAMS);
    tcase_add_loop_test(
        tests, c11_a_ring_across_threads_that_all_collect_ends_after_the_last_has_dropped_it, 0,
        TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
