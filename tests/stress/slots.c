/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/slot.h>: slots that all threads read and replace at once, of the program
 * and of objects, with threads that collect meanwhile.
 * Knows public headers and the oracle of members.h.
 * Whoever has a reference, or has peeked in a section that is open, says so to the oracle; an
 * object that is destroyed then fails the test. */
#include "stress/members.h"

enum { PLACES = 4, STEPS = 2000 };
static member_slot places[PLACES];

/* A reference to any crossing, owned, and held before the oracle. */
static member *
load(member_slot *slot)
{
    member *m = hf_slot_load(slot);
    if (!m) return NULL;
    member_hold(m);
    member_expect_whole(m);
    return m;
}

static void
give_back(member *m)
{
    if (!m) return;
    member_let_go(m);
    hf_release(m);
}

static member *
make(struct worker *worker)
{
    member *m = random_below(worker, 4) ? crossing_new(0) : member_new(0);
    member_hold(m);
    return m;
}

/* ---- what threads do with one slot ------------------------------------------------------- */

static void
store(struct worker *worker, member_slot *slot)
{
    member *m = random_below(worker, 4) ? make(worker) : NULL;
    REQUIRE(hf_slot_store(slot, m) == 0);
    give_back(m);
}

static void
exchange(struct worker *worker, member_slot *slot)
{
    member *m = make(worker);
    member *former = hf_slot_exchange(slot, m);
    if (former) member_hold(former);
    give_back(former);
    give_back(m);
}

/* Puts in front of what is there one that holds it. */
static void
push(struct worker *worker, member_slot *slot)
{
    member *m = make(worker), *seen = hf_slot_load(slot);
    do {
        hf_set(m, first, random_below(worker, 2) ? seen : NULL);
    } while (!hf_slot_compare_exchange(slot, &seen, m));
    hf_release(seen);
    give_back(m);
}

/* Looks at what is there and at what that holds, without a reference. */
static void
peek(struct worker *worker, member_slot *slot)
{
    hf_read_begin();
    member *m = hf_slot_peek(slot);
    for (size_t steps = random_below(worker, 8); m && steps > 0; steps--) {
        member_hold(m);
        member_expect_whole(m);
        if (random_below(worker, 16) == 0) store(worker, slot);
        member *kept = random_below(worker, 4) ? NULL : hf_retain(m);
        member_let_go(m);
        hf_release(kept);
        const crossing *h = hf_cast(crossing, m);
        m = h ? hf_slot_peek(&h->left) : NULL;
    }
    hf_read_end();
}

/* What is there comes to hold what is elsewhere, so that there are cycles. */
static void
tie(struct worker *worker, member_slot *slot)
{
    member *one = load(slot), *other = load(&places[random_below(worker, PLACES)]);
    crossing *h = hf_cast(crossing, one);
    if (h) REQUIRE(hf_slot_store(random_below(worker, 2) ? &h->left : &h->right, other) == 0);
    give_back(one);
    give_back(other);
}

static void
do_something(struct worker *worker)
{
    member_slot *slot = &places[random_below(worker, PLACES)];
    switch (random_below(worker, 8)) {
    case 0:
        store(worker, slot);
        break;
    case 1:
        exchange(worker, slot);
        break;
    case 2:
        push(worker, slot);
        break;
    case 3:
    case 4:
        tie(worker, slot);
        break;
    case 5:
        give_back(load(slot));
        break;
    default:
        peek(worker, slot);
    }
}

/* ---- the races --------------------------------------------------------------------------- */

static void
use_slots(struct worker *worker)
{
    for (size_t i = 0; i < STEPS; i++) do_something(worker);
}

static void
empty_places(void)
{
    for (size_t i = 0; i < PLACES; i++) REQUIRE(hf_slot_store(&places[i], NULL) == 0);
    REQUIRE(hf_slot_drain() == 0);
    struct hf_stats stats;
    hf_stats(&stats);
    REQUIRE(stats.waiting == 0);
}

static void
expect_nothing_left(struct worker *worker)
{
    empty_places();
    expect_all_collected(worker);
}

START_TEST(what_is_in_a_slot_is_never_destroyed_while_it_is_read)
{
    static const struct race race = {NULL, use_slots, expect_nothing_left};
    stress_run(_i, &race, 100);
}
END_TEST

static void
prepare_work(struct worker *worker)
{
    (void)worker;
    work_begin(team_size() - 1);
}

static void
use_slots_or_collect(struct worker *worker)
{
    if (worker->number == 0) {
        collect_while_others_work(worker);
        return;
    }
    use_slots(worker);
    work_end_one();
}

START_TEST(a_collection_sees_through_slots_while_they_are_written)
{
    static const struct race race = {prepare_work, use_slots_or_collect, expect_nothing_left};
    stress_run(_i, &race, 100);
}
END_TEST

/* ---- threads that come and go ------------------------------------------------------------ */

static void *
live_shortly(void *seed)
{
    struct worker worker = {.number = 0, .random = *(uint64_t *)seed};
    for (size_t i = 0; i < 20; i++) do_something(&worker);
    return NULL;
}

static void
start_threads(struct worker *worker)
{
    for (size_t i = 0; i < 30; i++) {
        uint64_t seed = random_below(worker, SIZE_MAX);
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, live_shortly, &seed) == 0);
        do_something(worker);
        REQUIRE(pthread_join(thread, NULL) == 0);
    }
}

START_TEST(threads_come_and_go_with_all_that_waits)
{
    static const struct race race = {NULL, start_threads, expect_nothing_left};
    stress_run(_i, &race, 100);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("slots");
    TCase *tests = tcase_create("slots");
    tcase_add_loop_test(tests, what_is_in_a_slot_is_never_destroyed_while_it_is_read, 0, TEAMS);
    tcase_add_loop_test(tests, a_collection_sees_through_slots_while_they_are_written, 0, TEAMS);
    tcase_add_loop_test(tests, threads_come_and_go_with_all_that_waits, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
