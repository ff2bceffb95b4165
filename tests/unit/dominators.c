/* SPDX-License-Identifier: MIT
 *
 * Tests of roots, dominators and paths of graphs, against what follows from their definitions.
 * Knows the room of graphs. A node dominates another if nobody comes to the other when it is taken
 * away, which is tried for all pairs of small graphs; large ones have shapes whose answer is
 * known. */
#include <stdlib.h>

#include "graph/graph.h"
#include "support/run_suite.h"

enum { MOST = 12, GRAPHS = 20000, MILLION = 1000000 };

static uint64_t state;

static uint32_t
chance(uint32_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % below);
}

/* ---- building ---- */

static uint32_t
add_node(struct hfi_graph *graph, uint32_t outside)
{
    struct hfi_node node = {.serial = graph->node_count + 1, .bytes = 1, .outside = outside};
    node.bytes = UINT64_C(1) << (graph->node_count % 40);
    return hfi_graph_add_node(graph, &node);
}

static void
add_edge(struct hfi_graph *graph, uint32_t to, bool is_weak)
{
    hfi_graph_add_edge(graph, (struct hfi_graph_edge){.to = to, .is_weak = is_weak});
}

static void
begin_at_random(struct hfi_graph *graph)
{
    uint32_t nodes = 1 + chance(MOST), edges = chance(3);
    hfi_graph_begin(graph);
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t node = add_node(graph, chance(4) == 0);
        if (chance(12) == 0) graph->nodes[node].flags = NODE_DYING;
        if (chance(12) == 0) graph->nodes[node].flags = NODE_IMMORTAL;
        /* Serials that don't follow the order of nodes. */
        graph->nodes[node].serial = (i * 7 + 3) % 13 + 13 * (i / 13);
    }
    for (uint32_t i = 0; i < nodes; i++) {
        hfi_graph_begin_edges(graph, i);
        for (uint32_t e = chance(edges + 2); e; e--) add_edge(graph, chance(nodes), !chance(6));
    }
}

/* ---- what follows from the definitions ---- */

/* Marks what the node reaches by strong edges, without `but`. */
static void
reach(const struct hfi_graph *graph, uint32_t node, uint32_t but, bool *is_reached)
{
    if (node == but || is_reached[node]) return;
    is_reached[node] = true;
    for (uint32_t e = graph->nodes[node].first_edge; e < graph_edges_end(graph, node); e++) {
        if (!graph->edges[e].is_weak) reach(graph, graph->edges[e].to, but, is_reached);
    }
}

static void
reach_from_roots(const struct hfi_graph *graph, const struct hfi_roots *roots, enum hfi_group below,
                 uint32_t but, bool *is_reached)
{
    for (uint32_t i = 0; i < graph->node_count; i++) is_reached[i] = false;
    for (uint32_t i = 0; i < roots->count; i++) {
        if (roots->group[roots->nodes[i]] < below) reach(graph, roots->nodes[i], but, is_reached);
    }
}

static void
expect_groups(const struct hfi_graph *graph, const struct hfi_roots *roots)
{
    bool lives[MOST], is_reached[MOST];
    reach_from_roots(graph, roots, GROUP_CYCLES, NO_NODE, lives);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct hfi_node *node = &graph->nodes[i];
        ck_assert_int_eq(roots->is_garbage[i], !lives[i]);
        if (node->flags & NODE_IMMORTAL) ck_assert_int_eq(roots->group[i], GROUP_IMMORTAL);
        else if (node->outside) ck_assert_int_eq(roots->group[i], GROUP_OUTSIDE);
        else if (node->flags & NODE_DYING) ck_assert_int_eq(roots->group[i], GROUP_DYING);
        else if (lives[i]) ck_assert_int_eq(roots->group[i], GROUP_NONE);
    }
    reach_from_roots(graph, roots, GROUPS, NO_NODE, is_reached);
    for (uint32_t i = 0; i < graph->node_count; i++) ck_assert(is_reached[i]);
}

/* A root of garbage reaches itself only from what it reaches, and is the oldest of those. */
static void
expect_cycles(const struct hfi_graph *graph, const struct hfi_roots *roots)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (roots->group[i] != GROUP_CYCLES) continue;
        bool from_root[MOST] = {false};
        reach(graph, i, NO_NODE, from_root);
        for (uint32_t other = 0; other < graph->node_count; other++) {
            bool from_other[MOST] = {false};
            reach(graph, other, NO_NODE, from_other);
            if (!roots->is_garbage[other] || !from_other[i] || other == i) continue;
            ck_assert(from_root[other]);
            ck_assert_uint_ge(graph->nodes[other].serial, graph->nodes[i].serial);
            ck_assert_int_ne(roots->group[other], GROUP_CYCLES);
        }
    }
}

static void
expect_dominators(const struct hfi_graph *graph, const struct hfi_roots *roots,
                  const struct hfi_dominators *dominators)
{
    bool dominates[MOST][MOST];
    uint64_t retained[MOST] = {0};
    uint32_t above[MOST] = {0};
    for (uint32_t d = 0; d < graph->node_count; d++) {
        bool is_reached[MOST];
        reach_from_roots(graph, roots, GROUPS, d, is_reached);
        for (uint32_t i = 0; i < graph->node_count; i++) {
            dominates[d][i] = !is_reached[i];
            if (is_reached[i]) continue;
            retained[d] += graph->nodes[i].bytes;
            above[i]++;
        }
    }
    for (uint32_t i = 0; i < graph->node_count; i++) {
        uint32_t nearest = dominators->dominator[i];
        ck_assert_uint_eq(dominators->retained[i], retained[i]);
        /* Of those that dominate it, itself included, the nearest has one fewer above. */
        if (nearest == NO_NODE) ck_assert_uint_eq(above[i], 1);
        else ck_assert(dominates[nearest][i] && above[nearest] == above[i] - 1);
    }
}

static void
expect_paths(const struct hfi_graph *graph, const struct hfi_roots *roots,
             const struct hfi_paths *paths)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (paths->from[i] == NO_NODE) {
            ck_assert_int_ne(roots->group[i], GROUP_NONE);
            ck_assert_uint_eq(paths->edge[i], NO_NODE);
            continue;
        }
        uint32_t e = paths->edge[i], from = paths->from[i];
        ck_assert(e >= graph->nodes[from].first_edge && e < graph_edges_end(graph, from));
        ck_assert_uint_eq(graph->edges[e].to, i);
        ck_assert(!graph->edges[e].is_weak);
        ck_assert_uint_eq(hfi_path_length(paths, i), hfi_path_length(paths, from) + 1);
    }
    /* No edge between nodes of one beginning leads further than one step. */
    for (uint32_t i = 0; i < graph->node_count; i++) {
        for (uint32_t e = graph->nodes[i].first_edge; e < graph_edges_end(graph, i); e++) {
            uint32_t to = graph->edges[e].to;
            if (graph->edges[e].is_weak || roots->is_garbage[to]) continue;
            bool from_outside[MOST];
            reach_from_roots(graph, roots, GROUP_IMMORTAL, NO_NODE, from_outside);
            if (!from_outside[i]) continue;
            ck_assert_uint_le(hfi_path_length(paths, to), hfi_path_length(paths, i) + 1);
        }
    }
}

START_TEST(roots_dominators_and_paths_are_what_they_are_defined_to_be)
{
    for (uint32_t i = 0; i < hf_test_rounds(GRAPHS); i++) {
        struct hfi_graph graph;
        struct hfi_roots roots;
        struct hfi_dominators dominators;
        struct hfi_paths paths;
        state = i;
        begin_at_random(&graph);
        ck_assert_int_eq(hfi_roots_find(&graph, &roots), 0);
        ck_assert_int_eq(hfi_dominators_find(&graph, &roots, &dominators), 0);
        ck_assert_int_eq(hfi_paths_find(&graph, &roots, &paths), 0);
        expect_groups(&graph, &roots);
        expect_cycles(&graph, &roots);
        expect_dominators(&graph, &roots, &dominators);
        expect_paths(&graph, &roots, &paths);
        hfi_paths_end(&paths);
        hfi_dominators_end(&dominators);
        hfi_roots_end(&roots);
        hfi_graph_end(&graph);
    }
}
END_TEST

/* ---- large ones ---- */

static void
expect_large(struct hfi_graph *graph, uint64_t retained_by_first, uint32_t above_last)
{
    struct hfi_roots roots;
    struct hfi_dominators dominators;
    ck_assert(!graph->lacks_memory);
    ck_assert_int_eq(hfi_roots_find(graph, &roots), 0);
    ck_assert_int_eq(hfi_dominators_find(graph, &roots, &dominators), 0);
    ck_assert_uint_eq(dominators.retained[0], retained_by_first);
    ck_assert_uint_eq(dominators.dominator[graph->node_count - 1], above_last);
    hfi_dominators_end(&dominators);
    hfi_roots_end(&roots);
    hfi_graph_end(graph);
}

static void
begin_large(struct hfi_graph *graph)
{
    hfi_graph_begin(graph);
    for (uint32_t i = 0; i < MILLION; i++) {
        uint32_t node = add_node(graph, i == 0);
        graph->nodes[node].bytes = 3;
    }
}

START_TEST(a_chain_of_a_million_is_dominated_link_by_link)
{
    struct hfi_graph graph;
    begin_large(&graph);
    for (uint32_t i = 0; i < MILLION; i++) {
        hfi_graph_begin_edges(&graph, i);
        if (i + 1 < MILLION) add_edge(&graph, i + 1, false);
    }
    expect_large(&graph, 3 * UINT64_C(1000000), MILLION - 2);
}
END_TEST

START_TEST(a_ladder_of_a_million_is_dominated_by_its_foot)
{
    struct hfi_graph graph;
    begin_large(&graph);
    /* Two rails, and rungs both ways. */
    for (uint32_t i = 0; i < MILLION; i++) {
        hfi_graph_begin_edges(&graph, i);
        if (i + 2 < MILLION) add_edge(&graph, i + 2, false);
        if (i % 2 == 0 && i + 1 < MILLION) add_edge(&graph, i + 1, false);
        if (i % 2 == 1) add_edge(&graph, i - 1, false);
    }
    expect_large(&graph, 3 * UINT64_C(1000000), 0);
}
END_TEST

START_TEST(an_empty_graph_has_no_roots)
{
    struct hfi_graph graph;
    struct hfi_roots roots;
    struct hfi_dominators dominators;
    struct hfi_paths paths;
    hfi_graph_begin(&graph);
    ck_assert_int_eq(hfi_roots_find(&graph, &roots), 0);
    ck_assert_uint_eq(roots.count, 0);
    ck_assert_int_eq(hfi_dominators_find(&graph, &roots, &dominators), 0);
    ck_assert_int_eq(hfi_paths_find(&graph, &roots, &paths), 0);
    hfi_paths_end(&paths);
    hfi_dominators_end(&dominators);
    hfi_roots_end(&roots);
    hfi_graph_end(&graph);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("dominators");
    TCase *tests = tcase_create("graphs");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, roots_dominators_and_paths_are_what_they_are_defined_to_be);
    tcase_add_test(tests, a_chain_of_a_million_is_dominated_link_by_link);
    tcase_add_test(tests, a_ladder_of_a_million_is_dominated_by_its_foot);
    tcase_add_test(tests, an_empty_graph_has_no_roots);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
