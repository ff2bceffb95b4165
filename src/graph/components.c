/* SPDX-License-Identifier: MIT
 *
 * Strongly connected components without recursion (Tarjan 1972), and a breadth-first search for a
 * short cycle.
 * Knows plain numbers only; its memory is the caller's. */
#include "graph/components.h"

struct search {
    const struct number_graph *graph;
    struct component_notes *notes;
    uint32_t found;      /* vertices that were discovered */
    uint32_t open;       /* on the stack */
    uint32_t depth;      /* of the path */
    uint32_t components; /* that are complete */
};

static void
discover(struct search *search, uint32_t vertex)
{
    struct component_notes *notes = search->notes;
    notes->index[vertex] = notes->low[vertex] = ++search->found;
    notes->stack[search->open++] = vertex;
    notes->path[search->depth++] = vertex;
    notes->next[vertex] = search->graph->first[vertex];
}

/* The vertex was left. If nothing older can be reached from it, what lies above it on the stack is
 * its component. */
static void
complete(struct search *search, uint32_t vertex)
{
    struct component_notes *notes = search->notes;
    if (notes->low[vertex] != notes->index[vertex]) return;
    search->components++;
    uint32_t member;
    do {
        member = notes->stack[--search->open];
        notes->component[member] = search->components;
    } while (member != vertex);
}

static void
lower(struct component_notes *notes, uint32_t vertex, uint32_t to)
{
    if (to < notes->low[vertex]) notes->low[vertex] = to;
}

/* One step: along the next edge of the vertex at the end of the path, or back. */
static void
step(struct search *search)
{
    struct component_notes *notes = search->notes;
    uint32_t vertex = notes->path[search->depth - 1];
    if (notes->next[vertex] < search->graph->first[vertex + 1]) {
        uint32_t target = search->graph->targets[notes->next[vertex]++];
        if (!notes->index[target]) discover(search, target);
        else if (!notes->component[target]) lower(notes, vertex, notes->index[target]);
        return;
    }
    search->depth--;
    complete(search, vertex);
    if (search->depth) lower(notes, notes->path[search->depth - 1], notes->low[vertex]);
}

uint32_t
hfi_components_find(const struct number_graph *graph, struct component_notes *notes)
{
    struct search search = {.graph = graph, .notes = notes};
    for (uint32_t vertex = 0; vertex < graph->vertices; vertex++) {
        if (!notes->index[vertex]) discover(&search, vertex);
        while (search.depth) step(&search);
    }
    return search.components;
}

/* Writes the way from start to last, which closes the cycle, by what stands in index. */
static uint32_t
write_way(const struct component_notes *notes, uint32_t start, uint32_t last, uint32_t *cycle)
{
    uint32_t length = 1;
    for (uint32_t v = last; v != start; v = notes->index[v]) length++;
    uint32_t at = length;
    for (uint32_t v = last; v != start; v = notes->index[v]) cycle[--at] = v;
    cycle[0] = start;
    return length;
}

uint32_t
hfi_components_cycle(const struct number_graph *graph, struct component_notes *notes,
                     uint32_t start, uint32_t *cycle)
{
    uint32_t component = notes->component[start], in = 0, out = 0;
    /* From here on low says in which of these searches the vertex was seen, and index who stands
     * before it. */
    uint32_t search = graph->vertices + ++notes->searches;
    notes->low[start] = search;
    notes->stack[in++] = start;
    while (out < in) {
        uint32_t vertex = notes->stack[out++];
        for (uint64_t i = graph->first[vertex]; i < graph->first[vertex + 1]; i++) {
            uint32_t target = graph->targets[i];
            if (target == start) return write_way(notes, start, vertex, cycle);
            if (notes->component[target] != component || notes->low[target] == search) continue;
            notes->low[target] = search;
            notes->index[target] = vertex;
            notes->stack[in++] = target;
        }
    }
    return 0;
}
