/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/collect.h>: what other threads do to the objects that a collection looks
 * at, and to its list of candidates, at that moment.
 * Knows public headers and the oracle of members.h.
 * Objects are half made, torn apart by hand, or dropped by the thousand; the test names begin with
 * the case of the catalogue. Progress is counted in steps, never in time. */
#include <stdlib.h>

#include "stress/members.h"

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

/* ---- C14 --------------------------------------------------------------------------------- */

/* A new member stands in a structure that is a candidate before its fields are filled in: with one
 * reference, its maker's, then moved there, so that the maker borrows it. */
static void
make_in_sight(struct worker *worker)
{
    if (has_collected_instead(worker)) return;
    for (size_t i = 0; i < 300; i++) {
        member *hub = ring_new(1, 0);
        /* A candidate from here on. */
        hf_release(hf_retain(hub));
        for (size_t k = random_below(worker, 6); k > 0; k--) {
            member *made = member_new(0), *borrowed = made;
            hf_give(made, second, hf_take(hub, second));
            if (random_below(worker, 2)) hf_release(hf_retain(made));
            hf_give(hub, second, hf_move(made));
            hf_set(borrowed, first, hub);
            member_expect_whole(borrowed);
        }
        ring_drop(hub);
    }
    work_end_one();
}

START_TEST(c14_what_is_just_being_made_is_never_taken_for_garbage)
{
    static const struct race race = {prepare_work, make_in_sight, expect_all_collected};
    stress_run(_i, &race, 20);
}
END_TEST

/* ---- C15 --------------------------------------------------------------------------------- */

typedef struct vector {
    size_t home;
    size_t count, room;
    void **items; /* under the lock of its home */
} vector;
HF_DECLARE(vector);

static void
vector_lock(void *self)
{
    home_lock(((vector *)self)->home);
}

static void
vector_unlock(void *self)
{
    home_unlock(((vector *)self)->home);
}

static void
vector_trace(void *self, hf_visitor *v)
{
    const vector *from = self;
    for (size_t i = 0; i < from->count; i++) hf_visit(v, from->items[i]);
}

static void
vector_free(void *self)
{
    free(((vector *)self)->items);
}

HF_TYPE(vector, .trace = vector_trace, .free = vector_free, .guard = {vector_lock, vector_unlock});

static void
vector_push(vector *to, void *owned)
{
    home_lock(to->home);
    if (to->count == to->room) {
        to->room = to->room * 2 + 1;
        to->items = realloc(to->items, to->room * sizeof *to->items);
        REQUIRE(to->items != NULL);
    }
    hf_note_store(owned);
    to->items[to->count++] = owned;
    home_unlock(to->home);
}

static void *
vector_pop(vector *from)
{
    void *owned = NULL;
    home_lock(from->home);
    if (from->count) owned = from->items[--from->count];
    /* The memory goes, too. */
    if (!from->count) {
        free(from->items);
        from->items = NULL;
        from->room = 0;
    }
    home_unlock(from->home);
    return owned;
}

/* In a ring with itself, besides what it holds of a ring of members. */
static void
push_and_pop(struct worker *worker)
{
    if (has_collected_instead(worker)) return;
    for (size_t round = 0; round < 20; round++) {
        vector *v = hf_new(vector);
        REQUIRE(v != NULL);
        v->home = random_below(worker, HOMES);
        member *ring = ring_new(3, 0);
        vector_push(v, hf_retain(v));
        for (size_t i = 0; i < 500; i++) {
            if (random_below(worker, 5) < 3) vector_push(v, hf_retain(ring));
            else hf_release(vector_pop(v));
        }
        vector_push(v, hf_retain(v));
        ring_drop(ring);
        hf_release(v);
    }
    work_end_one();
}

static void
expect_no_vectors(struct worker *worker)
{
    expect_all_collected(worker);
    REQUIRE(hf_live(&hf_type_vector) == 0);
}

START_TEST(c15_a_vector_grows_and_shrinks_under_its_guard_while_it_is_traced)
{
    static const struct race race = {prepare_work, push_and_pop, expect_no_vectors};
    stress_run(_i, &race, 15);
}
END_TEST

/* ---- C16 --------------------------------------------------------------------------------- */

/* A ring of candidates is cut open and dies of plain releases, while a collection may look at it;
 * new objects take the memory at once. */
static void
tear_apart(struct worker *worker)
{
    if (has_collected_instead(worker)) return;
    for (size_t i = 0; i < 400; i++) {
        member *ring = ring_new(2 + random_below(worker, 20), 0);
        for (size_t k = random_below(worker, 4); k > 0; k--) {
            member *m = hf_retain(ring->first);
            hf_release(m);
        }
        if (random_below(worker, 2)) hf_release(hf_take(ring, first));
        else hf_set(ring, first, NULL);
        ring_drop(ring);
    }
    work_end_one();
}

START_TEST(c16_what_dies_of_a_release_while_a_collection_looks_at_it_stays_readable)
{
    static const struct race race = {prepare_work, tear_apart, expect_all_collected};
    stress_run(_i, &race, 20);
}
END_TEST

/* ---- C19 --------------------------------------------------------------------------------- */

/* Collections of the first thread that the others outlast, and the steps that may be needed for a
 * ring. */
enum { COLLECTIONS = 10, STEPS_ENOUGH = 100 };

/* Candidates without end, of garbage and of what lives; but a limited number of members at once, so
 * that they can't get ahead of a collector for ever. */
static void
make_candidates_while_others_collect(struct worker *worker, size_t most)
{
    member *mine = ring_new(8, 0);
    while (work_goes_on()) {
        member *m = mine;
        for (size_t i = random_below(worker, 8); i > 0; i--) m = m->first;
        hf_release(hf_retain(m));
        if (random_below(worker, 4) || members_left() > most) continue;
        ring_drop(ring_new(2, 0));
    }
    ring_drop(mine);
}

static void
prepare_one_collector(struct worker *worker)
{
    (void)worker;
    work_begin(1);
}

/* A full collection comes to its end although there is always more to do. */
static void
collect_though_others_go_on(struct worker *worker)
{
    if (worker->number > 0) {
        make_candidates_while_others_collect(worker, 5000);
        return;
    }
    for (size_t i = 0; i < COLLECTIONS; i++) hf_collect();
    work_end_one();
}

START_TEST(c19_a_full_collection_ends_though_others_make_garbage_all_the_time)
{
    static const struct race race = {prepare_one_collector, collect_though_others_go_on,
                                     expect_all_collected};
    stress_run(_i, &race, 2);
}
END_TEST

/* Garbage that comes into being while garbage dies is for the next collection, or the one after. */
START_TEST(c19_a_full_collection_ends_though_each_death_makes_new_garbage)
{
    members_live_on(true);
    member *first = ring_new(1, 0);
    first->last_act = ACT_LIVE_ON;
    ring_drop(first);
    for (size_t i = 0; i < 10; i++) {
        hf_collect();
        REQUIRE(members_left() == 1);
    }
    members_live_on(false);
    hf_collect();
    REQUIRE(members_left() == 0);
}
END_TEST

/* Rings that nobody touches end after a number of steps, whatever others do. */
static void
step_until_untouched_are_dead(struct worker *worker)
{
    if (worker->number > 0) {
        make_candidates_while_others_collect(worker, 4000);
        return;
    }
    static const hf_budget budget = {.objects = HF_STEP_OBJECTS};
    for (size_t i = 0; i < COLLECTIONS; i++) {
        member_weak weak = {.to_ = NULL};
        member *ring = ring_new(1 + random_below(worker, 30), 0);
        REQUIRE(hf_weak_set(&weak, ring) == 0);
        ring_drop(ring);
        for (size_t steps = 0; !hf_weak_dead(&weak); steps++) {
            REQUIRE(steps < STEPS_ENOUGH);
            hf_collect_step(&budget);
        }
        hf_weak_clear(&weak);
    }
    work_end_one();
}

START_TEST(c19_garbage_that_nobody_touches_ends_after_few_steps_though_others_make_candidates)
{
    static const struct race race = {prepare_one_collector, step_until_untouched_are_dead,
                                     expect_all_collected};
    stress_run(_i, &race, 2);
}
END_TEST

/* ---- C21 --------------------------------------------------------------------------------- */

/* Rings of two that each thread makes between two of its steps, and how many members may be there
 * at once for each thread. */
enum { PRODUCED = 1000, PRODUCTIONS = 20, LEFT_FOR_EACH = 20 * PRODUCED };

static void
produce_and_help(struct worker *worker)
{
    (void)worker;
    static const hf_budget budget = {.objects = HF_STEP_OBJECTS};
    for (size_t i = 0; i < PRODUCTIONS; i++) {
        for (size_t k = 0; k < PRODUCED; k++) ring_drop(ring_new(2, 0));
        hf_collect_step(&budget);
        REQUIRE(members_left() < LEFT_FOR_EACH * (size_t)team_size());
    }
}

START_TEST(c21_producers_that_help_with_a_step_now_and_then_keep_memory_bounded)
{
    static const struct race race = {NULL, produce_and_help, expect_all_collected};
    stress_run(_i, &race, 5);
}
END_TEST

/* ---- L1 ---------------------------------------------------------------------------------- */

/* Nobody races here: the adversary does its worst between any two steps. */
enum { TRAFFIC = 300, CROWD = 400, STEPS_AT_MOST = 1000 };

static void
make_traffic(member *const *crowd, size_t step)
{
    for (size_t i = 0; i < TRAFFIC; i++) {
        member *m = crowd[(step * 7 + i) % CROWD];
        hf_release(hf_retain(m));
        hf_set(m, second, crowd[(step + i * 3) % CROWD]);
    }
}

/* One budget of small ones after the other. */
START_TEST(l1_a_dead_ring_ends_after_a_bounded_number_of_steps_whatever_other_candidates_do)
{
    static const size_t budgets[] = {1, 4, 16, 64, 1000};
    static member *crowd[CROWD];
    for (size_t i = 0; i < CROWD; i++) crowd[i] = member_new(0);
    make_traffic(crowd, 0);
    member_weak weak = {.to_ = NULL};
    member *ring = ring_new(5, 0);
    REQUIRE(hf_weak_set(&weak, ring) == 0);
    ring_drop(ring);
    hf_budget budget = {.objects = budgets[_i]};
    for (size_t step = 1; !hf_weak_dead(&weak); step++) {
        REQUIRE(step < STEPS_AT_MOST);
        make_traffic(crowd, step);
        hf_collect_step(&budget);
    }
    hf_weak_clear(&weak);
    for (size_t i = 0; i < CROWD; i++) hf_release(crowd[i]);
    hf_collect();
    REQUIRE(members_left() == 0);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("traffic under collection");
    TCase *tests = tcase_create("traffic under collection");
    tcase_add_loop_test(tests, c14_what_is_just_being_made_is_never_taken_for_garbage, 0, TEAMS);
    tcase_add_loop_test(tests, c15_a_vector_grows_and_shrinks_under_its_guard_while_it_is_traced, 0,
                        TEAMS);
    tcase_add_loop_test(
        tests, c16_what_dies_of_a_release_while_a_collection_looks_at_it_stays_readable, 0, TEAMS);
    tcase_add_loop_test(tests, c19_a_full_collection_ends_though_others_make_garbage_all_the_time,
                        0, TEAMS);
    tcase_add_test(tests, c19_a_full_collection_ends_though_each_death_makes_new_garbage);
    tcase_add_loop_test(
        tests, c19_garbage_that_nobody_touches_ends_after_few_steps_though_others_make_candidates,
        0, TEAMS);
    tcase_add_loop_test(tests, c21_producers_that_help_with_a_step_now_and_then_keep_memory_bounded,
                        0, TEAMS);
    tcase_add_loop_test(
        tests, l1_a_dead_ring_ends_after_a_bounded_number_of_steps_whatever_other_candidates_do, 0,
        5);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
