/* SPDX-License-Identifier: MIT
 *
 * What is left, by type and by who made it, and whether cycles hold it, or references from outside,
 * or both.
 * Knows plain graphs. Who drops the references from outside gets rid of what only they hold; what a
 * cycle holds as well stays. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "graph/rest.h"

static bool
has_edge_to_itself(const struct hfi_graph *graph, uint32_t node)
{
    for (uint32_t e = graph->nodes[node].first_edge; e < graph_edges_end(graph, node); e++) {
        if (!graph->edges[e].is_weak && graph->edges[e].to == node) return true;
    }
    return false;
}

/* Marks what the nodes of cycles reach, themselves included. */
static void
spread_from_cycles(const struct hfi_graph *graph, const struct rest *all, uint32_t *held_by,
                   uint32_t *stack)
{
    uint32_t depth = 0;
    for (uint32_t v = 0; v < all->graph.vertices; v++) {
        uint32_t node = all->nodes[v];
        bool is_in_cycle = all->sizes[all->notes.component[v]] > 1;
        if (!is_in_cycle && !has_edge_to_itself(graph, node)) continue;
        held_by[node] |= LEAK_CYCLE;
        stack[depth++] = node;
    }
    while (depth) {
        uint32_t node = stack[--depth];
        for (uint32_t e = graph->nodes[node].first_edge; e < graph_edges_end(graph, node); e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            if (edge->is_weak || held_by[edge->to] & LEAK_CYCLE) continue;
            held_by[edge->to] |= LEAK_CYCLE;
            stack[depth++] = edge->to;
        }
    }
}

/* The same for what the roots reach that are held from outside. */
static void
spread_from_outside(const struct hfi_graph *graph, const struct hfi_roots *roots, uint32_t *held_by,
                    uint32_t *stack)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < roots->count; i++) {
        uint32_t node = roots->nodes[i];
        if (roots->group[node] != GROUP_OUTSIDE && roots->group[node] != GROUP_IMMORTAL) continue;
        held_by[node] |= LEAK_OUTSIDE;
        stack[depth++] = node;
    }
    while (depth) {
        uint32_t node = stack[--depth];
        for (uint32_t e = graph->nodes[node].first_edge; e < graph_edges_end(graph, node); e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            if (edge->is_weak || held_by[edge->to] & LEAK_OUTSIDE) continue;
            held_by[edge->to] |= LEAK_OUTSIDE;
            stack[depth++] = edge->to;
        }
    }
}

/* Finds who holds each node. */
static bool
mark(const struct hfi_graph *graph, const struct hfi_roots *roots, uint32_t *held_by)
{
    size_t n = graph->node_count + (size_t)1;
    bool *everything = malloc(n * sizeof *everything);
    uint32_t *stack = malloc(n * sizeof *stack);
    struct rest all;
    bool has_memory = everything && stack;
    if (has_memory) {
        memset(everything, true, n * sizeof *everything);
        has_memory = hfi_rest_begin(&all, graph, everything);
    }
    if (has_memory) {
        spread_from_outside(graph, roots, held_by, stack);
        spread_from_cycles(graph, &all, held_by, stack);
        hfi_rest_end(&all);
    }
    free(everything);
    free(stack);
    return has_memory;
}

/* ---- sums ---- */

static int
compare_kinds(const void *a, const void *b)
{
    const struct hfi_leak *left = a, *right = b;
    if (left->type != right->type) return left->type < right->type ? -1 : 1;
    if (left->stack != right->stack) return left->stack < right->stack ? -1 : 1;
    return (left->held_by > right->held_by) - (left->held_by < right->held_by);
}

static int
compare_bytes(const void *a, const void *b)
{
    const struct hfi_leak *left = a, *right = b;
    if (left->bytes != right->bytes) return left->bytes > right->bytes ? -1 : 1;
    return compare_kinds(a, b);
}

/* One entry for each object; then equal ones are put together, in place. */
static void
add_up(const struct hfi_graph *graph, const uint32_t *held_by, struct hfi_leaks *leaks)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct hfi_node *node = &graph->nodes[i];
        if (node->flags & NODE_IMMORTAL) continue;
        leaks->leaks[count++] =
            (struct hfi_leak){node->type, node->stack, held_by[i], 1, node->bytes};
        leaks->bytes += node->bytes;
    }
    leaks->objects = count;
    qsort(leaks->leaks, count, sizeof *leaks->leaks, compare_kinds);
    for (uint32_t i = 0; i < count; i++) {
        const struct hfi_leak *one = &leaks->leaks[i];
        struct hfi_leak *last = leaks->count ? &leaks->leaks[leaks->count - 1] : NULL;
        if (last && !compare_kinds(last, one)) {
            last->objects++;
            last->bytes += one->bytes;
        } else {
            leaks->leaks[leaks->count++] = *one;
        }
    }
    qsort(leaks->leaks, leaks->count, sizeof *leaks->leaks, compare_bytes);
}

int
hfi_leaks_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
               struct hfi_leaks *leaks)
{
    size_t n = graph->node_count + (size_t)1;
    uint32_t *held_by = calloc(n, sizeof *held_by);
    *leaks = (struct hfi_leaks){.leaks = malloc(n * sizeof *leaks->leaks)};
    bool has_memory = held_by && leaks->leaks && mark(graph, roots, held_by);
    if (has_memory) add_up(graph, held_by, leaks);
    else hfi_leaks_end(leaks);
    free(held_by);
    if (has_memory) return 0;
    errno = ENOMEM;
    return -1;
}

void
hfi_leaks_end(struct hfi_leaks *leaks)
{
    free(leaks->leaks);
    *leaks = (struct hfi_leaks){0};
}

const char *
hfi_leak_words(const struct hfi_leak *leak)
{
    switch (leak->held_by) {
    case LEAK_OUTSIDE:
        return "held from outside";
    case LEAK_CYCLE:
        return "held by a cycle";
    case LEAK_OUTSIDE | LEAK_CYCLE:
        return "held by a cycle and from outside";
    default:
        return "waiting to die";
    }
}
