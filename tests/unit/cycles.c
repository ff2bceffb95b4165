/* SPDX-License-Identifier: MIT
 *
 * Tests of the shapes of garbage cycles, and of what is advised.
 * Knows the room of graphs. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "support/run_suite.h"

static struct hfi_graph graph;
static struct hfi_roots roots;
static struct hfi_cycles cycles;
static char *text;
static size_t text_bytes;

static void
begin(void)
{
    hfi_graph_begin(&graph);
}

static void
end(void)
{
    hfi_cycles_end(&cycles);
    hfi_roots_end(&roots);
    hfi_graph_end(&graph);
    free(text);
}

/* ---- building: "type" nodes, and edges "name" in the order of nodes ---- */

static uint32_t
name(const char *string)
{
    return hfi_graph_string(&graph, string, strlen(string));
}

static uint32_t
add(const char *type, uint64_t serial, uint64_t bytes)
{
    struct hfi_node node = {.type = name(type), .serial = serial, .bytes = bytes};
    return hfi_graph_add_node(&graph, &node);
}

static void
link_to(const char *field, uint32_t index, uint32_t to)
{
    struct hfi_graph_edge edge = {.to = to, .name = name(field) & INT32_MAX, .index = index};
    hfi_graph_add_edge(&graph, edge);
}

static void
find(void)
{
    ck_assert_int_eq(hfi_roots_find(&graph, &roots), 0);
    ck_assert_int_eq(hfi_cycles_find(&graph, &roots, &cycles), 0);
}

static const char *
written(int write(const struct hfi_graph *, const struct hfi_cycle_shape *, FILE *), uint32_t shape)
{
    free(text);
    FILE *out = open_memstream(&text, &text_bytes);
    ck_assert_int_ge(write(&graph, &cycles.shapes[shape], out), 0);
    fclose(out);
    return text;
}

/* ---- tests ---- */

START_TEST(what_leads_back_to_the_older_should_be_weak)
{
    uint32_t generator = add("generator", 2, 10), analyzer = add("analyzer", 1, 100);
    hfi_graph_begin_edges(&graph, generator);
    link_to("owner", NO_INDEX, analyzer);
    hfi_graph_begin_edges(&graph, analyzer);
    link_to("reporter", NO_INDEX, generator);
    find();
    ck_assert_uint_eq(cycles.count, 1);
    ck_assert_uint_eq(cycles.shapes[0].objects, 2);
    ck_assert_uint_eq(cycles.shapes[0].bytes, 110);
    ck_assert_str_eq(written(hfi_cycle_write, 0),
                     "analyzer.reporter -> generator.owner -> analyzer");
    ck_assert_str_eq(
        written(hfi_cycle_advise, 0),
        "make generator.owner weak (hf_weak): it leads back to the analyzer, which was "
        "made first and holds it");
}
END_TEST

START_TEST(cycles_of_one_shape_are_counted_together)
{
    /* Three pairs, one made in the other order, each with a leaf on it; and a ring of another
     * shape. */
    for (uint32_t i = 0; i < 3; i++) {
        add("a", i == 1 ? 11 : 10 + 5 * i, 1);
        add("b", i == 1 ? 10 : 11 + 5 * i, 1);
        add("leaf", 100 + i, 1000);
    }
    add("a", 200, 50);
    for (uint32_t i = 0; i < 3; i++) {
        hfi_graph_begin_edges(&graph, 3 * i);
        link_to("to", 4 + i, 3 * i + 1);
        link_to("leaf", NO_INDEX, 3 * i + 2);
        hfi_graph_begin_edges(&graph, 3 * i + 1);
        link_to("back", NO_INDEX, 3 * i);
        hfi_graph_begin_edges(&graph, 3 * i + 2);
    }
    hfi_graph_begin_edges(&graph, 9);
    link_to("self", NO_INDEX, 9);
    find();
    ck_assert_uint_eq(cycles.count, 2);
    ck_assert_uint_eq(cycles.shapes[0].count, 3);
    ck_assert_uint_eq(cycles.shapes[0].objects, 9);
    ck_assert_uint_eq(cycles.shapes[0].bytes, 3006);
    ck_assert_str_eq(written(hfi_cycle_write, 0), "a.to[] -> b.back -> a");
    ck_assert_uint_eq(cycles.shapes[1].count, 1);
    ck_assert_uint_eq(cycles.shapes[1].bytes, 50);
    ck_assert_str_eq(written(hfi_cycle_write, 1), "a.self -> a");
    ck_assert_str_eq(written(hfi_cycle_advise, 1),
                     "a.self holds its own object: make it weak, or clear it at the end");
}
END_TEST

START_TEST(of_several_cycles_in_a_small_component_a_shortest_is_told)
{
    /* A ring of five with a shortcut. */
    for (uint32_t i = 0; i < 5; i++) add("n", i + 1, 1);
    for (uint32_t i = 0; i < 5; i++) {
        hfi_graph_begin_edges(&graph, i);
        link_to("next", NO_INDEX, (i + 1) % 5);
        if (i == 3) link_to("short", NO_INDEX, 2);
    }
    find();
    ck_assert_uint_eq(cycles.count, 1);
    ck_assert_uint_eq(cycles.shapes[0].objects, 5);
    ck_assert_str_eq(written(hfi_cycle_write, 0), "n.next -> n.short -> n");
}
END_TEST

START_TEST(a_long_cycle_is_abbreviated)
{
    enum { LENGTH = 1000 };
    for (uint32_t i = 0; i < LENGTH; i++) add("n", i + 1, 1);
    for (uint32_t i = 0; i < LENGTH; i++) {
        hfi_graph_begin_edges(&graph, i);
        link_to("next", NO_INDEX, (i + 1) % LENGTH);
    }
    find();
    ck_assert_uint_eq(cycles.shapes[0].length, LENGTH);
    ck_assert_str_eq(written(hfi_cycle_write, 0),
                     "n.next -> n.next -> n.next -> n.next -> n.next -> n.next -> (993 more) -> "
                     "n.next -> n");
    ck_assert_uint_eq(cycles.shapes[0].weaken, LENGTH - 1);
}
END_TEST

START_TEST(what_is_held_from_outside_is_no_garbage)
{
    uint32_t one = add("n", 1, 1), other = add("n", 2, 1);
    graph.nodes[other].outside = 1;
    hfi_graph_begin_edges(&graph, one);
    link_to("next", NO_INDEX, other);
    hfi_graph_begin_edges(&graph, other);
    link_to("next", NO_INDEX, one);
    find();
    ck_assert_uint_eq(cycles.count, 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles");
    TCase *tests = tcase_create("shapes");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, what_leads_back_to_the_older_should_be_weak);
    tcase_add_test(tests, cycles_of_one_shape_are_counted_together);
    tcase_add_test(tests, of_several_cycles_in_a_small_component_a_shortest_is_told);
    tcase_add_test(tests, a_long_cycle_is_abbreviated);
    tcase_add_test(tests, what_is_held_from_outside_is_no_garbage);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
