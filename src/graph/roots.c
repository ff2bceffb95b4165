/* SPDX-License-Identifier: MIT
 *
 * What is held from outside, what waits, and what is garbage: the roots of a graph.
 * Knows plain graphs.
 * What no root of another kind reaches is garbage, and garbage hangs on cycles: the components of
 * garbage to which no edge leads from other garbage, each of which stands in for its oldest
 * object. */
#include <errno.h>
#include <stdlib.h>

#include "graph/graph.h"

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

/* Garbage alone, with numbers of its own. */
struct rest {
    struct number_graph graph;
    struct component_notes notes;
    uint32_t *nodes;   /* by vertex */
    uint32_t *oldest;  /* by component: a vertex */
    bool *is_reached;  /* by component: from another */
    uint32_t *numbers; /* by node: its vertex */
};

static bool
rest_begin(struct rest *rest, const struct hfi_graph *graph, uint32_t vertices, uint64_t edges)
{
    size_t n = vertices;
    *rest = (struct rest){.graph = {.vertices = vertices,
                                    .first = calloc(n + 1, sizeof(uint64_t)),
                                    .targets = calloc(edges + 1, sizeof(uint32_t))},
                          .notes = {.component = calloc(n, sizeof(uint32_t)),
                                    .low = calloc(n, sizeof(uint32_t)),
                                    .index = calloc(n, sizeof(uint32_t)),
                                    .stack = calloc(n, sizeof(uint32_t)),
                                    .path = calloc(n, sizeof(uint32_t)),
                                    .next = calloc(n, sizeof(uint64_t))},
                          .nodes = calloc(n, sizeof(uint32_t)),
                          .oldest = calloc(n + 1, sizeof(uint32_t)),
                          .is_reached = calloc(n + 1, sizeof(bool)),
                          .numbers = calloc(graph->node_count, sizeof(uint32_t))};
    return rest->graph.first && rest->graph.targets && rest->notes.component && rest->notes.low
           && rest->notes.index && rest->notes.stack && rest->notes.path && rest->notes.next
           && rest->nodes && rest->oldest && rest->is_reached && rest->numbers;
}

static void
rest_end(struct rest *rest)
{
    free(rest->graph.first);
    free(rest->graph.targets);
    free(rest->notes.component);
    free(rest->notes.low);
    free(rest->notes.index);
    free(rest->notes.stack);
    free(rest->notes.path);
    free(rest->notes.next);
    free(rest->nodes);
    free(rest->oldest);
    free(rest->is_reached);
    free(rest->numbers);
}

static void
rest_fill(struct rest *rest, const struct hfi_graph *graph, const bool *is_garbage)
{
    uint32_t vertex = 0;
    uint64_t edges = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (!is_garbage[i]) continue;
        rest->nodes[vertex] = i;
        rest->numbers[i] = vertex++;
    }
    for (vertex = 0; vertex < rest->graph.vertices; vertex++) {
        uint32_t node = rest->nodes[vertex], end = graph_edges_end(graph, node);
        rest->graph.first[vertex] = edges;
        for (uint32_t e = graph->nodes[node].first_edge; e < end; e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            /* What garbage holds may live. */
            if (!edge->is_weak && is_garbage[edge->to]) {
                rest->graph.targets[edges++] = rest->numbers[edge->to];
            }
        }
    }
    rest->graph.first[vertex] = edges;
}

/* Puts into group the oldest node of each component that no other reaches. */
static void
choose_cycles(struct rest *rest, const struct hfi_graph *graph, uint8_t *group)
{
    const uint32_t *component = rest->notes.component;
    uint32_t components = hfi_components_find(&rest->graph, &rest->notes);
    for (uint32_t c = 0; c <= components && c <= rest->graph.vertices; c++) {
        rest->oldest[c] = UINT32_MAX;
    }
    for (uint32_t v = 0; v < rest->graph.vertices; v++) {
        uint32_t *oldest = &rest->oldest[component[v]];
        uint64_t serial = graph->nodes[rest->nodes[v]].serial;
        if (*oldest == UINT32_MAX || serial < graph->nodes[rest->nodes[*oldest]].serial) {
            *oldest = v;
        }
        for (uint64_t i = rest->graph.first[v]; i < rest->graph.first[v + 1]; i++) {
            uint32_t target = component[rest->graph.targets[i]];
            if (target != component[v]) rest->is_reached[target] = true;
        }
    }
    for (uint32_t c = 1; c <= components; c++) {
        if (!rest->is_reached[c]) group[rest->nodes[rest->oldest[c]]] = GROUP_CYCLES;
    }
}

/* Returns false without memory. */
static bool
find_cycles(const struct hfi_graph *graph, struct hfi_roots *roots)
{
    uint32_t vertices = 0;
    uint64_t edges = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (!roots->is_garbage[i]) continue;
        vertices++;
        edges += graph_edges_end(graph, i) - graph->nodes[i].first_edge;
    }
    if (!vertices) return true;
    struct rest rest;
    bool has_memory = rest_begin(&rest, graph, vertices, edges);
    if (has_memory) {
        rest_fill(&rest, graph, roots->is_garbage);
        choose_cycles(&rest, graph, roots->group);
    }
    rest_end(&rest);
    return has_memory;
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
