/* SPDX-License-Identifier: MIT
 *
 * The floor: blocks of the size of our objects, with a count, and somebody who knows already which
 * of them are garbage. Knows malloc and free.
 * What it leaves out is all that makes a collector: to find out, in whichever order memory comes,
 * and to be right while other threads go on. */
#ifndef BENCH_RAW_GRAPH_H
#define BENCH_RAW_GRAPH_H

#include <stdbool.h>

#include "shapes.h"

/* The payload is that of struct node, node.h; before it lies a header of as many bytes as ours. */
struct raw_node {
    uint64_t unused[2];
    uint32_t count, mark;
    struct raw_node *edge[SHAPE_EDGES];
    uint64_t number;
};

/* Remembers what it makes and what is dropped; one graph in a process. */
extern const struct shape_maker raw_maker;

/* Makes room for count nodes, and for what a shape leaves alive; before any is made. */
void raw_make_room(size_t count);

/* Makes room for count nodes, builds the shape and finds out, before the clock runs, what is
 * garbage; along_edges says which of the two collections will follow. */
void raw_build(shape_build *build, size_t count, bool along_edges);

/* In the order of allocation: counts down what garbage holds, checks that nothing else holds it,
 * and frees it. */
void raw_collect_in_order(void);

/* The same in the order of edges, from what was dropped; what is to be looked at next is fetched a
 * little ahead. Frees in the order of allocation. */
void raw_collect_along_edges(void);

#endif
