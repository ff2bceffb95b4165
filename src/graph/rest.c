/* SPDX-License-Identifier: MIT
 *
 * The garbage of a graph, apart from what lives, and its components.
 * Knows plain graphs. */
#include "graph/rest.h"

#include <stdlib.h>

static bool
make_room(struct rest *rest, const struct hfi_graph *graph, uint32_t vertices, uint64_t edges)
{
    size_t n = vertices ? vertices : 1;
    *rest = (struct rest){.graph = {.vertices = vertices,
                                    .first = calloc(n + 1, sizeof(uint64_t)),
                                    .targets = calloc((size_t)edges + 1, sizeof(uint32_t))},
                          .notes = {.component = calloc(n, sizeof(uint32_t)),
                                    .low = calloc(n, sizeof(uint32_t)),
                                    .index = calloc(n, sizeof(uint32_t)),
                                    .stack = calloc(n, sizeof(uint32_t)),
                                    .path = calloc(n, sizeof(uint32_t)),
                                    .next = calloc(n, sizeof(uint64_t))},
                          .nodes = calloc(n, sizeof(uint32_t)),
                          .oldest = calloc(n + 1, sizeof(uint32_t)),
                          .sizes = calloc(n + 1, sizeof(uint32_t)),
                          .is_reached = calloc(n + 1, sizeof(bool)),
                          .numbers = calloc(graph->node_count + (size_t)1, sizeof(uint32_t))};
    return rest->graph.first && rest->graph.targets && rest->notes.component && rest->notes.low
           && rest->notes.index && rest->notes.stack && rest->notes.path && rest->notes.next
           && rest->nodes && rest->oldest && rest->sizes && rest->is_reached && rest->numbers;
}

void
hfi_rest_end(struct rest *rest)
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
    free(rest->sizes);
    free(rest->is_reached);
    free(rest->numbers);
}

static void
fill(struct rest *rest, const struct hfi_graph *graph, const bool *is_garbage)
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

/* The oldest vertex of each component, and how many there are. */
static void
measure(struct rest *rest, const struct hfi_graph *graph)
{
    for (uint32_t v = 0; v < rest->graph.vertices; v++) {
        uint32_t component = rest->notes.component[v];
        uint32_t *oldest = &rest->oldest[component];
        uint64_t serial = graph->nodes[rest->nodes[v]].serial;
        bool is_first = rest->sizes[component]++ == 0;
        if (is_first || serial < graph->nodes[rest->nodes[*oldest]].serial) *oldest = v;
    }
}

bool
hfi_rest_begin(struct rest *rest, const struct hfi_graph *graph, const bool *is_garbage)
{
    uint32_t vertices = 0;
    uint64_t edges = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (!is_garbage[i]) continue;
        vertices++;
        edges += graph_edges_end(graph, i) - graph->nodes[i].first_edge;
    }
    if (!make_room(rest, graph, vertices, edges)) {
        hfi_rest_end(rest);
        return false;
    }
    fill(rest, graph, is_garbage);
    rest->components = hfi_components_find(&rest->graph, &rest->notes);
    measure(rest, graph);
    return true;
}
