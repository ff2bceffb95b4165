/* SPDX-License-Identifier: MIT
 *
 * From the rows of a snapshot to a graph.
 * Knows plain graphs. Each number that names a string, a node, a frame or a stack is checked here,
 * before the graph has it: what works on graphs checks nothing. */
#include <inttypes.h>

#include "rows.h"

/* As in src/graph/heapsnapshot.h, which is that room's own. */
enum { NODE_COLUMNS = 7, PROPERTY = 2, WEAK = 6 };

static bool
check(struct rows *rows, const char *what, uint64_t number, uint64_t count)
{
    return number < count || rows_fault(rows, "there is no %s %" PRIu64, what, number);
}

static bool
check_stacks(struct rows *rows)
{
    const struct hfi_graph *graph = rows->graph;
    for (uint32_t i = 0; i < graph->frame_count; i++) {
        const struct hfi_frame *frame = &graph->frames[i];
        if (!check(rows, "string", frame->module, graph->string_count)
            || !check(rows, "string", frame->function, graph->string_count)
            || !check(rows, "string", frame->file, graph->string_count)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < graph->stack_frame_count; i++) {
        if (!check(rows, "frame", graph->stack_frames[i], graph->frame_count)) return false;
    }
    return true;
}

static bool
check_holders(struct rows *rows)
{
    const struct hfi_graph *graph = rows->graph;
    for (uint32_t i = 0; i < graph->holder_count; i++) {
        const struct hfi_holder *holder = &graph->holders[i];
        if (!check(rows, "object", holder->node, rows->object_count)
            || !check(rows, "stack", holder->stack, graph->stack_count)
            || !check(rows, "string", holder->place, graph->string_count)) {
            return false;
        }
        if (i && graph->holders[i - 1].node > holder->node) {
            return rows_fault(rows, "its holders are in disorder");
        }
    }
    return true;
}

/* The root and the groups come before the objects. */
static bool
count_groups(struct rows *rows, uint32_t *groups)
{
    if (!rows->node_count) return rows_fault(rows, "it has no nodes");
    *groups = rows->nodes[0].edges;
    uint64_t expected = 1 + (uint64_t)*groups + rows->object_count;
    if (expected == rows->node_count) return true;
    return rows_fault(rows, "it has %zu nodes, where %" PRIu64 " should be", rows->node_count,
                      expected);
}

static bool
add_edge(struct rows *rows, const struct edge_row *row, uint32_t first_object)
{
    struct hfi_graph *graph = rows->graph;
    uint64_t node = row->to / NODE_COLUMNS;
    if (row->to % NODE_COLUMNS || node < first_object || node >= rows->node_count) {
        return rows_fault(rows, "an edge leads to %" PRIu64 ", where no object is", row->to);
    }
    if (row->type != PROPERTY && row->type != WEAK) {
        return rows_fault(rows, "there is no edge of type %" PRIu32, row->type);
    }
    struct element_name name = {row->name, NO_INDEX};
    if (row->name >= rows->string_count) {
        if (!check(rows, "string", row->name, rows->strings_seen)) return false;
        name = rows->elements[row->name - rows->string_count];
        if (name.string == UINT32_MAX) {
            return rows_fault(rows, "string %" PRIu32 " is no name of an edge", row->name);
        }
    }
    struct hfi_graph_edge edge = {.to = (uint32_t)node - first_object,
                                  .name = name.string & INT32_MAX,
                                  .is_weak = row->type == WEAK,
                                  .index = name.index};
    return hfi_graph_add_edge(graph, edge) != UINT32_MAX || rows_fault(rows, "not enough memory");
}

static bool
add_nodes(struct rows *rows, uint32_t first_object)
{
    for (size_t i = 0; i < rows->object_count; i++) {
        struct hfi_node *node = &rows->objects[i];
        node->type = rows->nodes[first_object + i].name;
        if (!check(rows, "string", node->type, rows->string_count)
            || !check(rows, "stack", node->stack, rows->graph->stack_count)) {
            return false;
        }
        if (hfi_graph_add_node(rows->graph, node) == UINT32_MAX) {
            return rows_fault(rows, "not enough memory");
        }
    }
    return true;
}

static bool
add_edges(struct rows *rows, uint32_t first_object)
{
    uint64_t next = 0;
    for (size_t i = 0; i < rows->node_count; i++) {
        uint64_t end = next + rows->nodes[i].edges;
        if (end > rows->edge_count) return rows_fault(rows, "it has too few edges");
        if (i < first_object) {
            next = end;
            continue;
        }
        hfi_graph_begin_edges(rows->graph, (uint32_t)i - first_object);
        for (; next < end; next++) {
            if (!add_edge(rows, &rows->edges[next], first_object)) return false;
        }
    }
    return next == rows->edge_count || rows_fault(rows, "it has too many edges");
}

bool
rows_build(struct rows *rows)
{
    uint32_t groups = 0;
    if (!rows->version) return rows_fault(rows, "it was not written by Holdfast");
    if (rows->version > 1) return rows_fault(rows, "a newer version of Holdfast wrote it");
    if (!rows->has_strings || rows->strings_seen < rows->string_count) {
        return rows_fault(rows, "its strings are missing");
    }
    return check_stacks(rows) && check_holders(rows) && count_groups(rows, &groups)
           && add_nodes(rows, 1 + groups) && add_edges(rows, 1 + groups);
}
