/* SPDX-License-Identifier: MIT
 *
 * Stress test of hf_find_cycles: cycles are told while others come to them through weak references
 * and change them.
 * Knows public headers and the team.
 * What is told must be a way around, whoever came in between; and when nobody comes any more, every
 * ring is told, and dies. */
#include <holdfast/holdfast.h>

#include <stdatomic.h>

#include "stress/stress.h"

enum { RINGS = 4, RING = 6, LOOKS = 50 };

/* Each thread writes the place with its number, and no other. */
typedef struct node {
    struct node *next;
    struct node *places[MOST_THREADS];
} node;
typedef hf_weak(node) node_weak;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_STRONG_ARRAY(node, places)));

static node_weak entrances[RINGS];
static atomic_bool is_over; /* relaxed: orders nothing */

static node *
new_node(void)
{
    node *n = hf_new(node);
    REQUIRE(n != NULL);
    return n;
}

static void
make_rings(struct worker *worker)
{
    (void)worker;
    atomic_store_explicit(&is_over, false, memory_order_relaxed);
    for (size_t i = 0; i < RINGS; i++) {
        hf_auto node *first = new_node();
        REQUIRE(hf_weak_set(&entrances[i], first) == 0);
        node *last = first;
        for (size_t k = 1; k < RING; k++) {
            hf_give(last, next, new_node());
            last = last->next;
        }
        hf_set(last, next, first);
    }
}

/* ---- who looks --------------------------------------------------------------------------- */

static void
expect_a_way_around(const struct hf_cycle *cycle, void *ctx)
{
    size_t *told = ctx;
    REQUIRE(cycle->length >= 1 && cycle->length <= RING && cycle->objects <= RING);
    for (size_t i = 0; i < cycle->length; i++) {
        const struct hf_cycle_edge *edge = &cycle->edges[i];
        REQUIRE(edge->type == &hf_type_node && edge->field && edge->index < MOST_THREADS);
    }
    ++*told;
}

static void
look(void)
{
    size_t told = 0;
    REQUIRE(hf_find_cycles(expect_a_way_around, &told) == told && told <= RINGS);
}

/* ---- who comes --------------------------------------------------------------------------- */

/* Closes shorter ways around, and opens them again. */
static void
visit(struct worker *worker)
{
    hf_auto node *found = hf_upgrade(&entrances[random_below(worker, RINGS)]);
    REQUIRE(found != NULL);
    node *there = found->next->next;
    hf_set_at(there, places, worker->number, found);
    hf_set_at(found, places, worker->number, found);
    hf_set_at(there, places, worker->number, NULL);
    hf_set_at(found, places, worker->number, NULL);
}

static void
look_or_come(struct worker *worker)
{
    if (worker->number == 0) {
        for (int i = 0; i < LOOKS; i++) look();
        atomic_store_explicit(&is_over, true, memory_order_relaxed);
    } else {
        while (!atomic_load_explicit(&is_over, memory_order_relaxed)) visit(worker);
    }
}

static void
expect_all_told(struct worker *worker)
{
    (void)worker;
    size_t told = 0;
    REQUIRE(hf_find_cycles(expect_a_way_around, &told) == RINGS && told == RINGS);
    REQUIRE(hf_collect() == RINGS * RING);
    for (size_t i = 0; i < RINGS; i++) REQUIRE(hf_upgrade(&entrances[i]) == NULL);
    for (size_t i = 0; i < RINGS; i++) hf_weak_clear(&entrances[i]);
    REQUIRE(hf_live(&hf_type_node) == 0);
}

START_TEST(cycles_are_told_while_others_change_them)
{
    static const struct race race = {make_rings, look_or_come, expect_all_told};
    stress_run(_i, &race, 150);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles that are told, by many threads");
    TCase *tests = tcase_create("told");
    tcase_add_loop_test(tests, cycles_are_told_while_others_change_them, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
