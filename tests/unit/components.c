/* SPDX-License-Identifier: MIT
 *
 * Tests of components and cycles of graphs, against a table of who reaches whom.
 * Knows the header of the algorithm, which is behind the collector's door: through the door only
 * garbage is seen, whose every object has an owner.
 * Graphs are small and many, and the seed is printed. */
#include "graph/components.h"

#include <string.h>

#include "support/run_suite.h"

enum { VERTICES = 12, EDGES = 40 };

/* A graph, what the algorithm needs for it, and the way from each vertex to each in edges; 0 if
 * there is none. */
static struct {
    uint64_t first[VERTICES + 1], next[VERTICES];
    uint32_t targets[EDGES];
    uint32_t component[VERTICES], low[VERTICES], index[VERTICES], stack[VERTICES], path[VERTICES];
    uint32_t distance[VERTICES][VERTICES];
} room;

static struct number_graph graph;
static struct component_notes notes;
static uint64_t state;

static uint32_t
random_below(uint32_t limit)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % limit;
}

static void
prepare(uint32_t vertices)
{
    memset(&room, 0, sizeof room);
    graph = (struct number_graph){vertices, room.first, room.targets};
    notes = (struct component_notes){.component = room.component,
                                     .low = room.low,
                                     .index = room.index,
                                     .stack = room.stack,
                                     .path = room.path,
                                     .next = room.next};
}

/* Some graphs have hardly any edges, some are dense. */
static void
make_graph(void)
{
    prepare(random_below(VERTICES) + 1);
    uint32_t at = 0, most = random_below(EDGES / graph.vertices + 1) + 1;
    for (uint32_t v = 0; v < graph.vertices; v++) {
        room.first[v] = at;
        for (uint32_t left = random_below(most); left; left--) {
            room.targets[at++] = random_below(graph.vertices);
        }
    }
    room.first[graph.vertices] = at;
}

static bool
is_edge(uint32_t from, uint32_t to)
{
    for (uint64_t i = room.first[from]; i < room.first[from + 1]; i++) {
        if (room.targets[i] == to) return true;
    }
    return false;
}

/* Floyd and Warshall's way. */
static void
measure(void)
{
    uint32_t n = graph.vertices;
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t b = 0; b < n; b++) room.distance[a][b] = is_edge(a, b);
    }
    for (uint32_t k = 0; k < n; k++) {
        for (uint32_t a = 0; a < n; a++) {
            for (uint32_t b = 0; b < n; b++) {
                uint32_t to = room.distance[a][k], from = room.distance[k][b];
                uint32_t *way = &room.distance[a][b];
                if (to && from && (!*way || to + from < *way)) *way = to + from;
            }
        }
    }
}

static void
expect_components(uint32_t count)
{
    uint32_t highest = 0;
    for (uint32_t a = 0; a < graph.vertices; a++) {
        ck_assert_uint_ge(room.component[a], 1);
        if (room.component[a] > highest) highest = room.component[a];
        for (uint32_t b = 0; b < graph.vertices; b++) {
            bool is_one = a == b || (room.distance[a][b] && room.distance[b][a]);
            ck_assert_int_eq(room.component[a] == room.component[b], is_one);
        }
    }
    ck_assert_uint_eq(highest, count);
}

static void
expect_cycles(void)
{
    uint32_t cycle[VERTICES];
    for (uint32_t v = 0; v < graph.vertices; v++) {
        uint32_t length = hfi_components_cycle(&graph, &notes, v, cycle);
        ck_assert_uint_eq(length, room.distance[v][v]);
        for (uint32_t i = 0; i < length; i++) {
            ck_assert(is_edge(cycle[i], cycle[(i + 1) % length]));
        }
        if (length) ck_assert_uint_eq(cycle[0], v);
    }
}

START_TEST(components_and_cycles_are_those_that_a_table_of_ways_has)
{
    state = hf_test_seed();
    for (size_t i = hf_test_rounds(5000); i; i--) {
        make_graph();
        measure();
        expect_components(hfi_components_find(&graph, &notes));
        expect_cycles();
    }
}
END_TEST

START_TEST(a_graph_without_vertices_has_no_components)
{
    prepare(0);
    ck_assert_uint_eq(hfi_components_find(&graph, &notes), 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("components");
    TCase *tests = tcase_create("components");
    tcase_add_test(tests, components_and_cycles_are_those_that_a_table_of_ways_has);
    tcase_add_test(tests, a_graph_without_vertices_has_no_components);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
