/* SPDX-License-Identifier: MIT
 *
 * hf_why_alive and hf_who_holds: one object's reasons, in words.
 * Knows graphs. */
#include <errno.h>
#include <inttypes.h>

#include "inspect/heap.h"
#include "inspect/inspect.h"

/* More than so many objects that hold one are counted, and not told. */
enum { EDGES_TOLD_MOST = 20 };

/* ---- beginnings ---- */

static int
tell_birth(const struct heap *heap, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &heap->graph.nodes[node];
    if (hfi_tell_object(heap, node, out) < 0) return -1;
    if (it->flags & NODE_UNLISTED) return fprintf(out, ", made before HOLDFAST_TRACK\n");
    if (!it->stack) return fprintf(out, "\n");
    if (fprintf(out, ", made\n") < 0) return -1;
    return hfi_tell_stack(heap, it->stack, 4, out);
}

static int
tell_outside(const struct heap *heap, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &heap->graph.nodes[node];
    if (hfi_tell_object(heap, node, out) < 0) return -1;
    if (it->flags & NODE_IMMORTAL) return fprintf(out, ", never dies\n");
    if (it->flags & NODE_DYING && !it->outside) return fprintf(out, ", waits to die\n");
    const char *frame = it->flags & NODE_ON_STACK ? ", one of them its frame's" : "";
    if (fprintf(out, ", is held from outside by %" PRIu32 " reference%s%s\n", it->outside,
                it->outside == 1 ? "" : "s", frame)
        < 0) {
        return -1;
    }
    return hfi_tell_holders(heap, node, out);
}

/* ---- why alive ---- */

/* Who is garbage is in the cycles, or hangs on one. */
static int
tell_garbage(const struct heap *heap, FILE *out)
{
    struct hfi_cycles cycles;
    if (hfi_cycles_find(&heap->graph, &heap->roots, &cycles)) return -1;
    int result = fprintf(out, "only garbage holds it, which hf_collect ends:\n");
    for (uint32_t i = 0; i < cycles.count && result >= 0; i++) {
        const struct hfi_cycle_shape *shape = &cycles.shapes[i];
        result = fprintf(out, "    ");
        if (result >= 0) result = hfi_cycle_write(&heap->graph, shape, out);
        if (result >= 0) result = fprintf(out, "\n    ");
        if (result >= 0) result = hfi_cycle_advise(&heap->graph, shape, out);
        if (result >= 0) result = fprintf(out, "\n");
    }
    hfi_cycles_end(&cycles);
    return result;
}

/* From the object outwards to a root. */
static int
tell_path(const struct heap *heap, const struct hfi_paths *paths, uint32_t node, FILE *out)
{
    const struct hfi_graph *graph = &heap->graph;
    while (paths->from[node] != NO_NODE) {
        uint32_t from = paths->from[node];
        if (fprintf(out, "held by ") < 0
            || hfi_edge_write(graph, from, &graph->edges[paths->edge[node]], out) < 0
            || fprintf(out, " of ") < 0 || hfi_tell_object(heap, from, out) < 0
            || putc('\n', out) < 0) {
            return -1;
        }
        node = from;
    }
    if (heap->roots.group[node] == GROUP_CYCLES) return tell_garbage(heap, out);
    return tell_outside(heap, node, out);
}

static int
tell_why(const struct heap *heap, uint32_t node, FILE *out)
{
    struct hfi_paths paths;
    if (hfi_paths_find(&heap->graph, &heap->roots, &paths)) return -1;
    int result = tell_birth(heap, node, out);
    if (result >= 0) result = tell_path(heap, &paths, node, out);
    hfi_paths_end(&paths);
    return result;
}

/* ---- who holds ---- */

static int
tell_edges(const struct heap *heap, uint32_t node, FILE *out)
{
    const struct hfi_graph *graph = &heap->graph;
    uint32_t count = 0;
    for (uint32_t from = 0; from < graph->node_count; from++) {
        for (uint32_t e = graph->nodes[from].first_edge; e < graph_edges_end(graph, from); e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            if (edge->to != node || edge->is_weak || ++count > EDGES_TOLD_MOST) continue;
            if (fprintf(out, "    ") < 0 || hfi_edge_write(graph, from, edge, out) < 0
                || fprintf(out, " of ") < 0 || hfi_tell_object(heap, from, out) < 0
                || putc('\n', out) < 0) {
                return -1;
            }
        }
    }
    if (count <= EDGES_TOLD_MOST) return 0;
    return fprintf(out, "    and %" PRIu32 " more objects\n", count - EDGES_TOLD_MOST);
}

static int
tell_who(const struct heap *heap, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &heap->graph.nodes[node];
    int result = tell_birth(heap, node, out);
    if (result < 0) return result;
    if (it->flags & NODE_IMMORTAL) {
        result = fprintf(out, "never dies\n");
    } else {
        result = fprintf(out, "%" PRIu32 " reference%s, %" PRIu32 " of them from outside\n",
                         it->count, it->count == 1 ? "" : "s", it->outside);
    }
    if (result >= 0) result = hfi_tell_holders(heap, node, out);
    return result < 0 ? result : tell_edges(heap, node, out);
}

/* ---- both ---- */

static int
ask(const void *object, FILE *out, int tell(const struct heap *heap, uint32_t node, FILE *out))
{
    struct heap heap;
    if (hfi_heap_open(&heap)) return -1;
    int result = -1;
    uint32_t node = hfi_heap_find(&heap, object);
    if (node != NO_NODE) {
        hfi_heap_name_lines(&heap);
        result = tell(&heap, node, out) < 0 || fflush(out) ? -1 : 0;
    }
    int reason = errno;
    hfi_heap_close(&heap);
    errno = reason;
    return result;
}

int
hf_why_alive(const void *object, FILE *out)
{
    return ask(object, out, tell_why);
}

int
hf_who_holds(const void *object, FILE *out)
{
    return ask(object, out, tell_who);
}
