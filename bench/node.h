/* SPDX-License-Identifier: MIT
 *
 * The object that shapes are made of, and how Holdfast makes and links it.
 * Knows the public headers.
 * The same payload as a node of the floor, raw_graph.h. */
#ifndef BENCH_NODE_H
#define BENCH_NODE_H

#include "holdfast/holdfast.h"
#include "shapes.h"

typedef struct node {
    struct node *first, *second, *third;
    uint64_t number;
} node;
HF_DECLARE(node);

extern const struct shape_maker node_maker;

#endif
