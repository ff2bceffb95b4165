/* SPDX-License-Identifier: MIT
 *
 * The garbage of a graph, apart from what lives, and its components.
 * Knows plain graphs. For this room alone. */
#ifndef HFI_REST_H
#define HFI_REST_H

#include "graph/graph.h"

struct rest {
    struct number_graph
        graph; /* garbage with numbers of its own, its edges in the order of the graph's */
    struct component_notes notes;
    uint32_t components;
    uint32_t *nodes;   /* by vertex */
    uint32_t *oldest;  /* by component: the vertex with the least serial */
    uint32_t *sizes;   /* by component */
    bool *is_reached;  /* by component: for the caller */
    uint32_t *numbers; /* by node: its vertex */
};

/* Returns whether there was memory. */
bool hfi_rest_begin(struct rest *rest, const struct hfi_graph *graph, const bool *is_garbage);
void hfi_rest_end(struct rest *rest);

#endif
