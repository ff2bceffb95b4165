/* SPDX-License-Identifier: MIT
 *
 * Why an object lives, and who holds it, in words.
 * Knows plain graphs. Long lists are cut, and say so. */
#include <inttypes.h>

#include "graph/graph.h"

/* Of a longer way so many steps are told at its beginning, and as many at its end; of the objects
 * that hold one so many. */
enum { STEPS_TOLD_MOST = 20, EDGES_TOLD_MOST = 20 };

/* ---- beginnings ---- */

static int
tell_birth(const struct hfi_graph *graph, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &graph->nodes[node];
    if (hfi_object_write(graph, node, out) < 0) return -1;
    if (it->flags & NODE_UNLISTED) return fprintf(out, ", made before HOLDFAST_TRACK\n");
    if (!it->stack) return fprintf(out, "\n");
    if (fprintf(out, ", made\n") < 0) return -1;
    return hfi_stack_write(graph, it->stack, 4, out);
}

static int
tell_outside(const struct hfi_graph *graph, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &graph->nodes[node];
    if (hfi_object_write(graph, node, out) < 0) return -1;
    if (it->flags & NODE_IMMORTAL) return fprintf(out, ", never dies\n");
    if (it->flags & NODE_DYING && !it->outside) return fprintf(out, ", waits to die\n");
    const char *frame = it->flags & NODE_ON_STACK ? ", one of them its frame's" : "";
    if (fprintf(out, ", is held from outside by %" PRIu32 " reference%s%s\n", it->outside,
                it->outside == 1 ? "" : "s", frame)
        < 0) {
        return -1;
    }
    return hfi_holders_write(graph, node, out);
}

/* "list.items[3] of list #1 at 0x5581, 16 bytes". */
static int
tell_edge(const struct hfi_graph *graph, uint32_t from, uint32_t edge, FILE *out)
{
    if (hfi_edge_write(graph, from, &graph->edges[edge], out) < 0 || fprintf(out, " of ") < 0
        || hfi_object_write(graph, from, out) < 0) {
        return -1;
    }
    return putc('\n', out);
}

/* ---- why alive ---- */

/* Who is garbage is in the cycles, or hangs on one. */
static int
tell_garbage(const struct hfi_graph *graph, const struct hfi_roots *roots, FILE *out)
{
    struct hfi_cycles cycles;
    if (hfi_cycles_find(graph, roots, &cycles)) return -1;
    int result = fprintf(out, "only garbage holds it, which hf_collect ends:\n");
    if (result >= 0) result = hfi_cycles_write(graph, &cycles, out);
    hfi_cycles_end(&cycles);
    return result;
}

/* From the object outwards to a root; returns the root, or NO_NODE when out fails. */
static uint32_t
tell_steps(const struct hfi_graph *graph, const struct hfi_paths *paths, uint32_t node, FILE *out)
{
    uint32_t length = hfi_path_length(paths, node);
    for (uint32_t step = 0; paths->from[node] != NO_NODE; step++) {
        uint32_t from = paths->from[node];
        bool is_told = step < STEPS_TOLD_MOST || length - step <= STEPS_TOLD_MOST;
        if (is_told
            && (fprintf(out, "held by ") < 0
                || tell_edge(graph, from, paths->edge[node], out) < 0)) {
            return NO_NODE;
        }
        if (!is_told && step == STEPS_TOLD_MOST) {
            fprintf(out, "... %" PRIu32 " more steps ...\n", length - 2 * STEPS_TOLD_MOST);
        }
        node = from;
    }
    return node;
}

int
hfi_why_write(const struct hfi_graph *graph, const struct hfi_roots *roots, uint32_t node,
              FILE *out)
{
    struct hfi_paths paths;
    if (hfi_paths_find(graph, roots, &paths)) return -1;
    int result = tell_birth(graph, node, out);
    uint32_t root = result < 0 ? NO_NODE : tell_steps(graph, &paths, node, out);
    hfi_paths_end(&paths);
    if (root == NO_NODE) return -1;
    if (roots->group[root] == GROUP_CYCLES) return tell_garbage(graph, roots, out);
    return tell_outside(graph, root, out);
}

/* ---- who holds ---- */

static int
tell_edges(const struct hfi_graph *graph, uint32_t node, FILE *out)
{
    uint32_t count = 0;
    for (uint32_t from = 0; from < graph->node_count; from++) {
        for (uint32_t e = graph->nodes[from].first_edge; e < graph_edges_end(graph, from); e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            if (edge->to != node || edge->is_weak || ++count > EDGES_TOLD_MOST) continue;
            if (fprintf(out, "    ") < 0 || tell_edge(graph, from, e, out) < 0) return -1;
        }
    }
    if (count <= EDGES_TOLD_MOST) return 0;
    return fprintf(out, "    and %" PRIu32 " more references\n", count - EDGES_TOLD_MOST);
}

int
hfi_who_write(const struct hfi_graph *graph, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &graph->nodes[node];
    int result = tell_birth(graph, node, out);
    if (result < 0) return result;
    if (it->flags & NODE_IMMORTAL) {
        result = fprintf(out, "never dies\n");
    } else {
        result = fprintf(out, "%" PRIu32 " reference%s, %" PRIu32 " of them from outside\n",
                         it->count, it->count == 1 ? "" : "s", it->outside);
    }
    if (result >= 0) result = hfi_holders_write(graph, node, out);
    return result < 0 ? result : tell_edges(graph, node, out);
}
