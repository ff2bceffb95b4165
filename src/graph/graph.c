/* SPDX-License-Identifier: MIT
 *
 * The building of a graph: nodes, edges, names, one after the other.
 * Knows no runtime. All arrays grow by doubling; who cannot grow says so in lacks_memory, and the
 * graph stays as it was. */
#include "graph/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST = 64, FEWEST_PLACES = 256 };

/* Makes room for one more in an array of elements of so many bytes. */
static bool
make_room(struct hfi_graph *graph, void *array, uint32_t *room, uint32_t count, size_t bytes)
{
    if (count < *room) return true;
    uint32_t more = *room ? 2 * *room : FEWEST;
    void *former, *larger = NULL;
    memcpy(&former, array, sizeof former);
    if (*room <= UINT32_MAX / 2) larger = realloc(former, more * bytes);
    if (!larger) {
        graph->lacks_memory = true;
        errno = ENOMEM;
        return false;
    }
    memcpy(array, &larger, sizeof larger);
    *room = more;
    return true;
}

/* Whether there is room for one more in the array of this name. */
#define HAS_ROOM(graph, array, one)                                                 \
    make_room((graph), &(graph)->array, &(graph)->one##_room, (graph)->one##_count, \
              sizeof *(graph)->array)

void
hfi_graph_begin(struct hfi_graph *graph)
{
    *graph = (struct hfi_graph){0};
    hfi_graph_string(graph, "", 0);
    hfi_graph_add_stack(graph, NULL, 0);
}

void
hfi_graph_end(struct hfi_graph *graph)
{
    for (uint32_t i = 0; i < graph->string_count; i++) free(graph->strings[i]);
    free(graph->strings);
    free(graph->string_index);
    free(graph->nodes);
    free(graph->edges);
    free(graph->frames);
    free(graph->stacks);
    free(graph->stack_frames);
    free(graph->holders);
    *graph = (struct hfi_graph){0};
}

/* ---- strings ---- */

/* FNV-1a, by Fowler, Noll and Vo: names are short. */
static uint32_t
hash_of(const char *text, size_t length)
{
    uint32_t hash = 2166136261;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619;
    return hash ^ hash >> 15;
}

/* Where the index has the string, or a free place for it; it holds numbers and one. */
static uint32_t *
place_of(const struct hfi_graph *graph, const char *text, size_t length)
{
    uint32_t at = hash_of(text, length) & (graph->string_index_size - 1);
    for (;; at = (at + 1) & (graph->string_index_size - 1)) {
        uint32_t number = graph->string_index[at];
        if (!number) break;
        const char *known = graph->strings[number - 1];
        if (!strncmp(known, text, length) && !known[length]) break;
    }
    return &graph->string_index[at];
}

static bool
grow_index(struct hfi_graph *graph)
{
    uint32_t size = graph->string_index_size;
    if (size && graph->string_count < size / 2) return true;
    uint32_t *former = graph->string_index;
    uint32_t *larger = calloc(size ? 2 * size : FEWEST_PLACES, sizeof *larger);
    if (!larger) {
        graph->lacks_memory = true;
        errno = ENOMEM;
        return false;
    }
    graph->string_index = larger;
    graph->string_index_size = size ? 2 * size : FEWEST_PLACES;
    for (uint32_t i = 0; i < graph->string_count; i++) {
        *place_of(graph, graph->strings[i], strlen(graph->strings[i])) = i + 1;
    }
    free(former);
    return true;
}

uint32_t
hfi_graph_string(struct hfi_graph *graph, const char *text, size_t length)
{
    const char *end = length ? memchr(text, 0, length) : NULL;
    if (end) length = (size_t)(end - text);
    if (!grow_index(graph)) return UINT32_MAX;
    uint32_t *place = place_of(graph, text, length);
    if (*place) return *place - 1;
    if (!HAS_ROOM(graph, strings, string)) return UINT32_MAX;
    char *copy = malloc(length + 1);
    if (!copy) {
        graph->lacks_memory = true;
        errno = ENOMEM;
        return UINT32_MAX;
    }
    memcpy(copy, text, length);
    copy[length] = 0;
    graph->strings[graph->string_count] = copy;
    *place = ++graph->string_count;
    return graph->string_count - 1;
}

/* ---- the rest ---- */

uint32_t
hfi_graph_add_node(struct hfi_graph *graph, const struct hfi_node *node)
{
    if (graph->node_count >= MOST_NODES) {
        graph->lacks_memory = true;
        errno = ENOMEM;
        return UINT32_MAX;
    }
    if (!HAS_ROOM(graph, nodes, node)) return UINT32_MAX;
    graph->nodes[graph->node_count] = *node;
    graph->nodes[graph->node_count].first_edge = graph->edge_count;
    return graph->node_count++;
}

void
hfi_graph_begin_edges(struct hfi_graph *graph, uint32_t node)
{
    /* Nodes after this one have none yet, so that wherever the building ends the graph is whole. */
    graph->nodes[node].first_edge = graph->edge_count;
}

uint32_t
hfi_graph_add_edge(struct hfi_graph *graph, struct hfi_graph_edge edge)
{
    if (!HAS_ROOM(graph, edges, edge)) return UINT32_MAX;
    graph->edges[graph->edge_count] = edge;
    return graph->edge_count++;
}

uint32_t
hfi_graph_add_frame(struct hfi_graph *graph, const struct hfi_frame *frame)
{
    if (!HAS_ROOM(graph, frames, frame)) return UINT32_MAX;
    graph->frames[graph->frame_count] = *frame;
    return graph->frame_count++;
}

uint32_t
hfi_graph_add_stack(struct hfi_graph *graph, const uint32_t *frames, uint32_t count)
{
    struct hfi_stack stack = {graph->stack_frame_count, count};
    for (uint32_t i = 0; i < count; i++) {
        if (!HAS_ROOM(graph, stack_frames, stack_frame)) return UINT32_MAX;
        graph->stack_frames[graph->stack_frame_count++] = frames[i];
    }
    if (!HAS_ROOM(graph, stacks, stack)) return UINT32_MAX;
    graph->stacks[graph->stack_count] = stack;
    return graph->stack_count++;
}

uint32_t
hfi_graph_add_holder(struct hfi_graph *graph, const struct hfi_holder *holder)
{
    if (!HAS_ROOM(graph, holders, holder)) return UINT32_MAX;
    graph->holders[graph->holder_count] = *holder;
    return graph->holder_count++;
}
