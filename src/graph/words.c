/* SPDX-License-Identifier: MIT
 *
 * Edges, frames and cycles in words, alike in reports, in files and in the command.
 * Knows plain graphs. */
#include <inttypes.h>
#include <string.h>

#include "graph/graph.h"

/* Of a longer cycle only so many steps are written at its beginning, and its last. */
enum { STEPS_MOST = 6 };

static const char *
type_of_node(const struct hfi_graph *graph, uint32_t node)
{
    return graph->strings[graph->nodes[node].type];
}

/* C++ spells what a template returns before its name, and what it takes after it. */
bool
hfi_is_our_function(const char *function)
{
    if (!strncmp(function, "hf_", 3) || !strncmp(function, "hfi_", 4)) return true;
    const char *name = function;
    int depth = 0;
    for (const char *at = function; *at && (depth || *at != '('); at++) {
        if (*at == '<') depth++;
        else if (*at == '>') depth--;
        else if (*at == ' ' && !depth) name = at + 1;
    }
    return !strncmp(name, "hf::", 4);
}

int
hfi_edge_write(const struct hfi_graph *graph, uint32_t node, const struct hfi_graph_edge *edge,
               FILE *out)
{
    const char *type = type_of_node(graph, node), *field = graph->strings[edge->name];
    if (edge->index == NO_INDEX) return fprintf(out, "%s.%s", type, field);
    return fprintf(out, "%s.%s[%" PRIu32 "]", type, field, edge->index);
}

int
hfi_frame_write(const struct hfi_graph *graph, const struct hfi_frame *frame, FILE *out)
{
    const char *module = graph->strings[frame->module], *slash = strrchr(module, '/');
    const char *function = graph->strings[frame->function], *file = graph->strings[frame->file];
    if (slash) module = slash + 1;
    if (!*function) function = "?";
    if (*file && frame->line)
        return fprintf(out, "%s (%s:%" PRIu32 ")", function, file, frame->line);
    if (*file) return fprintf(out, "%s (%s)", function, file);
    return fprintf(out, "%s (%s+0x%" PRIx64 ")", function, *module ? module : "?", frame->offset);
}

int
hfi_cycle_write(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape, FILE *out)
{
    for (uint32_t i = 0; i < shape->length; i++) {
        if (shape->length > STEPS_MOST + 2 && i == STEPS_MOST) {
            uint32_t left_out = shape->length - STEPS_MOST - 1;
            if (fprintf(out, "(%" PRIu32 " more) -> ", left_out) < 0) return -1;
            i = shape->length - 1;
        }
        /* An element stands for its field: the next cycle of the shape has another. */
        const struct hfi_graph_edge *edge = &graph->edges[shape->edges[i]];
        const char *brackets = edge->index == NO_INDEX ? "" : "[]";
        if (fprintf(out, "%s.%s%s -> ", type_of_node(graph, shape->nodes[i]),
                    graph->strings[edge->name], brackets)
            < 0) {
            return -1;
        }
    }
    return fprintf(out, "%s", type_of_node(graph, shape->nodes[0]));
}

int
hfi_cycle_advise(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape, FILE *out)
{
    uint32_t from = shape->nodes[shape->weaken];
    const struct hfi_graph_edge *edge = &graph->edges[shape->edges[shape->weaken]];
    const char *owner = type_of_node(graph, from), *field = graph->strings[edge->name];
    const char *target = type_of_node(graph, edge->to);
    if (edge->to == from) {
        return fprintf(out, "%s.%s holds its own object: make it weak, or clear it at the end",
                       owner, field);
    }
    const char *way = shape->length == 2 ? "holds it" : "leads to it";
    return fprintf(out,
                   "make %s.%s weak (hf_weak): it leads back to the %s, which was made first and "
                   "%s",
                   owner, field, target, way);
}
