/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group G: a few objects that hold each other and run no code of the program when they
 * die, in whose death a process with one thread takes a short way.
 * Knows public headers and the nodes of graph.h. */
#include <string.h>

#include "collect/graph.h"

/* Around the number of those that are ended without a trial. */
enum { NODES = 12, EDGES = 3, ROUNDS = 3000, ROUNDS_BESIDE_OTHERS = 20 };

static uint64_t chance = 0x9E3779B97F4A7C15;

static size_t
choose(size_t limit)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (size_t)((chance >> 20) % limit);
}

/* ---- G29 --------------------------------------------------------------------------------- */

/* The node to which each edge of each leads, or its own number and a half more: nowhere. */
struct small_graph {
    size_t count;
    node *nodes[NODES];
    size_t to[NODES][EDGES];
    bool is_held[NODES];
};

static void
mark(const struct small_graph *graph, size_t number, bool *reached)
{
    if (number >= graph->count || reached[number]) return;
    reached[number] = true;
    for (size_t i = 0; i < EDGES; i++) mark(graph, graph->to[number][i], reached);
}

/* How many objects are reached from those that are held. */
static size_t
count_living(const struct small_graph *graph)
{
    bool reached[NODES] = {false};
    size_t living = 0;
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->is_held[i]) mark(graph, i, reached);
    }
    for (size_t i = 0; i < graph->count; i++) living += reached[i];
    return living;
}

/* Edges mostly lead to neighbours, so that there are many small cycles. */
static void
build(struct small_graph *graph)
{
    graph->count = 1 + choose(NODES);
    for (size_t i = 0; i < graph->count; i++) {
        graph->nodes[i] = make(BARE);
        graph->is_held[i] = true;
    }
    for (size_t i = 0; i < graph->count; i++) {
        for (size_t k = 0; k < EDGES; k++) {
            size_t to = choose(2) ? choose(graph->count) : (i + choose(3)) % graph->count;
            graph->to[i][k] = choose(3) ? to : NODES;
            if (graph->to[i][k] != NODES) link_to(graph->nodes[i], k, graph->nodes[to]);
        }
    }
}

/* Drops some of those that are held, in no particular order. */
static void
drop_some(struct small_graph *graph, size_t one_of)
{
    size_t first = choose(graph->count);
    for (size_t i = 0; i < graph->count; i++) {
        size_t number = (first + i) % graph->count;
        if (!graph->is_held[number] || choose(one_of)) continue;
        graph->is_held[number] = false;
        drop(graph->nodes[number]);
    }
}

CASE(G29_of_small_random_graphs_exactly_what_nobody_reaches_dies)
{
    size_t rounds = is_concurrent() ? ROUNDS_BESIDE_OTHERS : ROUNDS, before = 0;
    for (size_t round = 0; round < rounds; round++) {
        struct small_graph graphs[3];
        size_t made = 0, living = 0;
        for (size_t i = 0; i < 3; i++) build(&graphs[i]);
        for (size_t i = 0; i < 3; i++) drop_some(&graphs[i], 1 + choose(2));
        collect();
        for (size_t i = 0; i < 3; i++) {
            made += graphs[i].count;
            living += count_living(&graphs[i]);
        }
        expect_dead(before + made - living);
        for (size_t i = 0; i < 3; i++) drop_some(&graphs[i], 1);
        collect();
        expect_dead(before += made);
    }
}

CASE(G29_a_candidate_that_was_tried_in_vain_dies_with_the_next_one)
{
    node *pair = make_ring(BARE, 2), *holder = make(BARE);
    link_to(holder, 0, holder);
    link_to(holder, 1, pair);
    /* The pair comes first, and is held by the holder. */
    drop(pair);
    drop(holder);
    collect();
    expect_dead(3);
}

CASE(G29_each_member_may_be_a_candidate)
{
    enum { PAIRS = 600 };
    static node *members[PAIRS][2];
    for (size_t i = 0; i < PAIRS; i++) {
        members[i][0] = make(BARE);
        members[i][1] = make(BARE);
        link_to(members[i][0], 0, members[i][1]);
        link_to(members[i][1], 0, members[i][0]);
    }
    for (size_t i = 0; i < PAIRS; i++) {
        drop(members[i][i % 2]);
        if (i % 3) drop(members[i][(i + 1) % 2]);
    }
    collect();
    expect_dead(2 * (PAIRS - PAIRS / 3));
    for (size_t i = 0; i < PAIRS; i += 3) drop(members[i][(i + 1) % 2]);
    collect();
    expect_dead(2 * PAIRS);
}

CASE(G29_who_is_held_from_outside_keeps_the_few_that_it_reaches)
{
    for (size_t length = 1; length <= NODES; length++) {
        node *ring = make_ring(BARE, length), *held = hf_retain(ring);
        drop(ring);
        collect();
        expect_dead(length * (length - 1) / 2);
        expect_count(held, 2);
        drop(held);
        collect();
        expect_dead(length * (length + 1) / 2);
    }
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("small garbage");
    TCase *tests = tcase_create("small garbage");
    tcase_set_timeout(tests, 60);
    add_case(tests, G29_of_small_random_graphs_exactly_what_nobody_reaches_dies);
    add_case(tests, G29_a_candidate_that_was_tried_in_vain_dies_with_the_next_one);
    add_case(tests, G29_each_member_may_be_a_candidate);
    add_case(tests, G29_who_is_held_from_outside_keeps_the_few_that_it_reaches);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
