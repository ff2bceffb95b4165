/* SPDX-License-Identifier: MIT
 *
 * A part of a graph as a drawing for Graphviz: what is near one node, or all of a small graph.
 * Knows plain graphs.
 * What is beyond is counted where it was cut off: a drawing of more objects is no picture. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "graph/graph.h"

enum { DRAWN_MOST = 300 };

struct drawing {
    const struct hfi_graph *graph;
    const struct hfi_roots *roots;
    uint32_t *distance; /* from the centre, and one; 0: not drawn */
    uint32_t *queue;
    uint32_t count; /* nodes that are drawn */
    FILE *out;
};

/* ---- which nodes ---- */

static void
take(struct drawing *drawing, uint32_t node, uint32_t distance)
{
    if (drawing->distance[node] || drawing->count == DRAWN_MOST) return;
    drawing->distance[node] = distance;
    drawing->queue[drawing->count++] = node;
}

/* All that lies one edge further than the last distance, in both directions. One pass over all
 * edges for each step: a drawing has few, and the graph has no edges backwards. */
static void
take_next(struct drawing *drawing, uint32_t distance)
{
    const struct hfi_graph *graph = drawing->graph;
    for (uint32_t from = 0; from < graph->node_count; from++) {
        for (uint32_t e = graph->nodes[from].first_edge; e < graph_edges_end(graph, from); e++) {
            uint32_t to = graph->edges[e].to;
            if (drawing->distance[from] == distance) take(drawing, to, distance + 1);
            else if (drawing->distance[to] == distance) take(drawing, from, distance + 1);
        }
    }
}

/* ---- the words ---- */

/* Text of a quoted string. */
static void
write_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putc('\\', out);
        putc(*text, out);
    }
}

static void
write_node(const struct drawing *drawing, uint32_t node, uint32_t center)
{
    const struct hfi_node *it = &drawing->graph->nodes[node];
    fprintf(drawing->out, "  n%" PRIu32 " [label=\"", node);
    write_escaped(drawing->out, drawing->graph->strings[it->type]);
    fprintf(drawing->out, "\\n#%" PRIu64 ", %" PRIu64 " bytes", it->serial, it->bytes);
    if (it->outside) {
        fprintf(drawing->out, "\\n%" PRIu32 " from outside", it->outside);
    }
    fprintf(drawing->out, "\"");
    if (drawing->roots->is_garbage[node])
        fprintf(drawing->out, ", style=filled, fillcolor=\"#f4c7c3\"");
    else if (it->outside) fprintf(drawing->out, ", style=filled, fillcolor=\"#c9e2f5\"");
    if (node == center) fprintf(drawing->out, ", penwidth=3");
    fprintf(drawing->out, "];\n");
}

static void
write_edge(const struct drawing *drawing, uint32_t from, const struct hfi_graph_edge *edge)
{
    fprintf(drawing->out, "  n%" PRIu32 " -> n%" PRIu32 " [label=\"", from, edge->to);
    write_escaped(drawing->out, drawing->graph->strings[edge->name]);
    if (edge->index != NO_INDEX) fprintf(drawing->out, "[%" PRIu32 "]", edge->index);
    fprintf(drawing->out, edge->is_weak ? "\", style=dashed];\n" : "\"];\n");
}

/* One node that stands for those that were cut off. */
static void
write_rest(const struct drawing *drawing, uint32_t from, uint32_t count)
{
    if (!count) return;
    fprintf(drawing->out,
            "  r%" PRIu32 " [label=\"%" PRIu32 " more\", shape=plaintext];\n"
            "  n%" PRIu32 " -> r%" PRIu32 " [style=dotted];\n",
            from, count, from, from);
}

static void
write_all(const struct drawing *drawing, uint32_t center)
{
    const struct hfi_graph *graph = drawing->graph;
    fprintf(drawing->out, "digraph heap {\n  node [shape=box, fontname=\"sans-serif\"];\n"
                          "  edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (uint32_t i = 0; i < drawing->count; i++) write_node(drawing, drawing->queue[i], center);
    for (uint32_t i = 0; i < drawing->count; i++) {
        uint32_t from = drawing->queue[i], left_out = 0;
        for (uint32_t e = graph->nodes[from].first_edge; e < graph_edges_end(graph, from); e++) {
            if (drawing->distance[graph->edges[e].to]) write_edge(drawing, from, &graph->edges[e]);
            else left_out++;
        }
        write_rest(drawing, from, left_out);
    }
    fprintf(drawing->out, "}\n");
}

static void
choose(struct drawing *drawing, uint32_t center, unsigned depth)
{
    if (center != NO_NODE) {
        take(drawing, center, 1);
        for (unsigned i = 0; i < depth && drawing->count < DRAWN_MOST; i++) {
            take_next(drawing, i + 1);
        }
        return;
    }
    for (uint32_t i = 0; i < drawing->roots->count; i++) take(drawing, drawing->roots->nodes[i], 1);
    for (unsigned i = 0; i < drawing->count && drawing->count < DRAWN_MOST; i++) {
        take_next(drawing, i + 1);
    }
}

int
hfi_dot_write(const struct hfi_graph *graph, const struct hfi_roots *roots, uint32_t center,
              unsigned depth, FILE *out)
{
    size_t n = graph->node_count ? graph->node_count : 1;
    struct drawing drawing = {.graph = graph,
                              .roots = roots,
                              .distance = calloc(n, sizeof *drawing.distance),
                              .queue = malloc(DRAWN_MOST * sizeof *drawing.queue),
                              .out = out};
    bool has_memory = drawing.distance && drawing.queue;
    if (has_memory) {
        choose(&drawing, center, depth);
        write_all(&drawing, center);
    }
    free(drawing.distance);
    free(drawing.queue);
    if (!has_memory) {
        errno = ENOMEM;
        return -1;
    }
    return fflush(out) || ferror(out) ? -1 : 0;
}
