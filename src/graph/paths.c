/* SPDX-License-Identifier: MIT
 *
 * Shortest ways from the roots to every node, breadth first.
 * Knows plain graphs.
 * Roots of earlier groups begin, each group when all that the former reach is done: a way from
 * outside is told before one from garbage, even if it is longer. */
#include <errno.h>
#include <stdlib.h>

#include "graph/graph.h"

static void
search(const struct hfi_graph *graph, struct hfi_paths *paths, bool *is_found, uint32_t *queue,
       uint32_t in)
{
    for (uint32_t out = 0; out < in;) {
        uint32_t node = queue[out++], end = graph_edges_end(graph, node);
        for (uint32_t e = graph->nodes[node].first_edge; e < end; e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            if (edge->is_weak || is_found[edge->to]) continue;
            is_found[edge->to] = true;
            paths->edge[edge->to] = e;
            paths->from[edge->to] = node;
            queue[in++] = edge->to;
        }
    }
}

/* From the roots of one group. */
static void
search_group(const struct hfi_graph *graph, const struct hfi_roots *roots, struct hfi_paths *paths,
             bool *is_found, uint32_t *queue, enum hfi_group group)
{
    uint32_t in = 0;
    for (uint32_t i = 0; i < roots->count; i++) {
        uint32_t node = roots->nodes[i];
        if (roots->group[node] != group || is_found[node]) continue;
        is_found[node] = true;
        queue[in++] = node;
    }
    search(graph, paths, is_found, queue, in);
}

int
hfi_paths_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
               struct hfi_paths *paths)
{
    size_t n = graph->node_count ? graph->node_count : 1;
    bool *is_found = calloc(n, sizeof *is_found);
    uint32_t *queue = malloc(n * sizeof *queue);
    paths->edge = malloc(n * sizeof *paths->edge);
    paths->from = malloc(n * sizeof *paths->from);
    bool has_memory = is_found && queue && paths->edge && paths->from;
    if (has_memory) {
        for (size_t i = 0; i < n; i++) paths->edge[i] = paths->from[i] = NO_NODE;
        for (enum hfi_group group = 0; group < GROUPS; group++) {
            search_group(graph, roots, paths, is_found, queue, group);
        }
    } else {
        hfi_paths_end(paths);
    }
    free(is_found);
    free(queue);
    if (has_memory) return 0;
    errno = ENOMEM;
    return -1;
}

void
hfi_paths_end(struct hfi_paths *paths)
{
    free(paths->edge);
    free(paths->from);
    *paths = (struct hfi_paths){0};
}

uint32_t
hfi_path_length(const struct hfi_paths *paths, uint32_t node)
{
    uint32_t length = 0;
    while (paths->from[node] != NO_NODE) {
        node = paths->from[node];
        length++;
    }
    return length;
}
