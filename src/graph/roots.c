/* SPDX-License-Identifier: MIT
 *
 * What is held from outside, what waits, and what is garbage: the roots of a graph.
 * Knows plain graphs.
 * What no root of another kind reaches is garbage, and garbage hangs on cycles: the components of
 * garbage to which no edge leads from other garbage, each of which stands in for its oldest
 * object. */
#include <errno.h>
#include <stdlib.h>

#include "graph/rest.h"

const char *
hfi_group_name(enum hfi_group group)
{
    static const char *const names[GROUPS] = {
        [GROUP_OUTSIDE] = "(held from outside)",
        [GROUP_IMMORTAL] = "(immortal)",
        [GROUP_DYING] = "(waiting to die)",
        [GROUP_CYCLES] = "(leaked cycles)",
    };
    return names[group];
}

static enum hfi_group
group_of(const struct hfi_node *node)
{
    if (node->flags & NODE_IMMORTAL) return GROUP_IMMORTAL;
    if (node->outside) return GROUP_OUTSIDE;
    return node->flags & NODE_DYING ? GROUP_DYING : GROUP_NONE;
}

/* Clears is_garbage for what the nodes on the stack reach. The stack has room for all nodes. */
static void
spread(const struct hfi_graph *graph, bool *is_garbage, uint32_t *stack, uint32_t count)
{
    while (count) {
        uint32_t node = stack[--count], end = graph_edges_end(graph, node);
        for (uint32_t e = graph->nodes[node].first_edge; e < end; e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            if (edge->is_weak || !is_garbage[edge->to]) continue;
            is_garbage[edge->to] = false;
            stack[count++] = edge->to;
        }
    }
}

/* ---- garbage ---- */

/* Puts into group the oldest node of each component that no other reaches. */
static void
choose_cycles(struct rest *rest, uint8_t *group)
{
    const uint32_t *component = rest->notes.component;
    for (uint32_t v = 0; v < rest->graph.vertices; v++) {
        for (uint64_t i = rest->graph.first[v]; i < rest->graph.first[v + 1]; i++) {
            uint32_t target = component[rest->graph.targets[i]];
            if (target != component[v]) rest->is_reached[target] = true;
        }
    }
    for (uint32_t c = 1; c <= rest->components; c++) {
        if (!rest->is_reached[c]) group[rest->nodes[rest->oldest[c]]] = GROUP_CYCLES;
    }
}

/* Returns false without memory. */
static bool
find_cycles(const struct hfi_graph *graph, struct hfi_roots *roots)
{
    struct rest rest;
    if (!hfi_rest_begin(&rest, graph, roots->is_garbage)) return false;
    choose_cycles(&rest, roots->group);
    hfi_rest_end(&rest);
    return true;
}

/* ---- all of it ---- */

static void
find_roots(const struct hfi_graph *graph, struct hfi_roots *roots)
{
    roots->count = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        roots->group[i] = (uint8_t)group_of(&graph->nodes[i]);
        roots->is_garbage[i] = roots->group[i] == GROUP_NONE;
        if (!roots->is_garbage[i]) roots->nodes[roots->count++] = i;
    }
    /* The list of roots is the stack, and lost by it. */
    spread(graph, roots->is_garbage, roots->nodes, roots->count);
}

int
hfi_roots_find(const struct hfi_graph *graph, struct hfi_roots *roots)
{
    size_t n = graph->node_count ? graph->node_count : 1;
    *roots = (struct hfi_roots){.nodes = malloc(n * sizeof *roots->nodes),
                                .group = malloc(n * sizeof *roots->group),
                                .is_garbage = malloc(n * sizeof *roots->is_garbage)};
    bool has_memory = roots->nodes && roots->group && roots->is_garbage;
    if (has_memory) find_roots(graph, roots);
    if (!has_memory || !find_cycles(graph, roots)) {
        hfi_roots_end(roots);
        errno = ENOMEM;
        return -1;
    }
    roots->count = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (roots->group[i] != GROUP_NONE) roots->nodes[roots->count++] = i;
    }
    return 0;
}

void
hfi_roots_end(struct hfi_roots *roots)
{
    free(roots->nodes);
    free(roots->group);
    free(roots->is_garbage);
    *roots = (struct hfi_roots){0};
}
