/* SPDX-License-Identifier: MIT
 *
 * The objects of a page, column by column.
 * Knows pictures. */
#include <inttypes.h>
#include <stdlib.h>

#include "view.h"

/* Edges of one object on a page; and how the page says that something is not on it. */
enum { EDGES_MOST = 200, NOT_HERE = -2 };

/* ---- objects, a column for each property ---- */

static const struct hfi_node *
node_at(const struct view *view, uint32_t i)
{
    return &view->picture->graph.nodes[view->selection.nodes[i]];
}

#define COLUMN(view, key, value)                                 \
    do {                                                         \
        view_begin_column((view), (key));                        \
        for (uint32_t i = 0; i < (view)->selection.count; i++) { \
            const struct hfi_node *node = node_at((view), i);    \
            uint32_t index = (view)->selection.nodes[i];         \
            view_number((view), (int64_t)(value));               \
            (void)node, (void)index;                             \
        }                                                        \
        yajl_gen_array_close((view)->json);                      \
    } while (0)

static void
write_addresses(const struct view *view)
{
    char address[32];
    view_begin_column(view, "address");
    for (uint32_t i = 0; i < view->selection.count; i++) {
        snprintf(address, sizeof address, "0x%" PRIx64, node_at(view, i)->address);
        view_text(view, address);
    }
    yajl_gen_array_close(view->json);
}

/* The number on the page; -1 for nothing, NOT_HERE for what isn't there. */
static int64_t
place_of(const struct view *view, uint32_t node)
{
    if (node == NO_NODE) return -1;
    uint32_t place = view->selection.number[node];
    return place == NOT_SELECTED ? NOT_HERE : (int64_t)place;
}

/* The name of the field by which the shortest way leads to each, and its index and one. */
static void
write_fields(const struct view *view)
{
    const struct hfi_graph *graph = &view->picture->graph;
    view_begin_column(view, "by");
    for (uint32_t i = 0; i < view->selection.count; i++) {
        uint32_t node = view->selection.nodes[i], edge = view->picture->paths.edge[node];
        yajl_gen_array_open(view->json);
        if (edge != NO_NODE) {
            uint32_t index = graph->edges[edge].index;
            view_number(view, graph->edges[edge].name);
            view_number(view, index == NO_INDEX ? 0 : index + INT64_C(1));
        }
        yajl_gen_array_close(view->json);
    }
    yajl_gen_array_close(view->json);
}

/* How many edges of the node are on the page. */
static uint32_t
edges_here(const struct view *view, uint32_t node)
{
    const struct hfi_graph *graph = &view->picture->graph;
    uint32_t count = 0;
    for (uint32_t e = graph->nodes[node].first_edge; e < graph_edges_end(graph, node); e++) {
        count += count < EDGES_MOST && view->selection.number[graph->edges[e].to] != NOT_SELECTED;
    }
    return count;
}

static void
write_columns(const struct view *view)
{
    const struct picture *picture = view->picture;
    json_key(view->json, "objects");
    yajl_gen_map_open(view->json);
    COLUMN(view, "serial", node->serial);
    COLUMN(view, "type", view->type_numbers[node->type]);
    write_addresses(view);
    COLUMN(view, "bytes", node->bytes);
    COLUMN(view, "retained", picture->dominators.retained[index]);
    COLUMN(view, "count", node->count);
    COLUMN(view, "outside", node->outside);
    COLUMN(view, "flags", node->flags);
    COLUMN(view, "group", picture->roots.group[index]);
    COLUMN(view, "garbage", picture->roots.is_garbage[index]);
    COLUMN(view, "stack", node->stack);
    COLUMN(view, "dominator", place_of(view, picture->dominators.dominator[index]));
    COLUMN(view, "from", place_of(view, picture->paths.from[index]));
    write_fields(view);
    COLUMN(view, "rest_objects", view->selection.rest_objects[i]);
    COLUMN(view, "rest_bytes", view->selection.rest_bytes[i]);
    COLUMN(view, "rest_edges",
           graph_edges_end(&picture->graph, index) - node->first_edge - edges_here(view, index));
    yajl_gen_map_close(view->json);
}

/* ---- edges ---- */

/* What stands in a column of edges. */
enum edge_column { FROM, TO, NAME, INDEX, IS_WEAK, EDGE_COLUMNS };

static void
write_edge_column(const struct view *view, enum edge_column column)
{
    const struct hfi_graph *graph = &view->picture->graph;
    for (uint32_t i = 0; i < view->selection.count; i++) {
        uint32_t node = view->selection.nodes[i], count = 0;
        uint32_t end = graph_edges_end(graph, node);
        for (uint32_t e = graph->nodes[node].first_edge; e < end && count < EDGES_MOST; e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            uint32_t to = view->selection.number[edge->to];
            if (to == NOT_SELECTED) continue;
            count++;
            int64_t index = edge->index == NO_INDEX ? 0 : edge->index + INT64_C(1);
            int64_t values[EDGE_COLUMNS] = {i, to, edge->name, index, edge->is_weak};
            view_number(view, values[column]);
        }
    }
}

static void
write_edges(const struct view *view)
{
    static const char *const keys[EDGE_COLUMNS] = {"from", "to", "name", "index", "weak"};
    json_key(view->json, "edges");
    yajl_gen_map_open(view->json);
    for (unsigned i = 0; i < EDGE_COLUMNS; i++) {
        view_begin_column(view, keys[i]);
        write_edge_column(view, (enum edge_column)i);
        yajl_gen_array_close(view->json);
    }
    yajl_gen_map_close(view->json);
}

/* ---- who made and holds them ---- */

static void
write_stacks(const struct view *view)
{
    const struct hfi_graph *graph = &view->picture->graph;
    view_begin_column(view, "frames");
    for (uint32_t i = 0; i < graph->frame_count; i++) {
        json_frame_field(view->json, NULL, graph, &graph->frames[i]);
    }
    yajl_gen_array_close(view->json);
    view_begin_column(view, "stacks");
    for (uint32_t i = 0; i < graph->stack_count; i++) {
        struct hfi_stack told = hfi_stack_told(graph, i);
        yajl_gen_array_open(view->json);
        for (uint32_t f = 0; f < told.count; f++) {
            view_number(view, graph->stack_frames[told.first + f]);
        }
        yajl_gen_array_close(view->json);
    }
    yajl_gen_array_close(view->json);
}

static void
write_holders(const struct view *view)
{
    const struct hfi_graph *graph = &view->picture->graph;
    view_begin_column(view, "holders");
    for (uint32_t i = 0; i < graph->holder_count; i++) {
        const struct hfi_holder *holder = &graph->holders[i];
        int64_t node = place_of(view, holder->node);
        if (node < 0) continue;
        yajl_gen_array_open(view->json);
        view_number(view, node);
        view_number(view, holder->references);
        view_number(view, holder->stack);
        view_number(view, holder->place);
        yajl_gen_array_close(view->json);
    }
    yajl_gen_array_close(view->json);
}

void
view_write_objects(const struct view *view)
{
    write_columns(view);
    write_edges(view);
    write_stacks(view);
    write_holders(view);
}
