/* SPDX-License-Identifier: MIT
 *
 * Garbage cycles by their shape, and which of their edges should be weak.
 * Knows plain graphs.
 * One cycle of each component is told: a shortest one in a small component, in a larger one a
 * shortest through its oldest object. It begins where the oldest stands, so that the edge that
 * closes it comes last; it is the one that leads back, from child to parent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "graph/rest.h"

enum { SMALL = 64, FEWEST = 16 };

struct search {
    const struct hfi_graph *graph;
    struct rest rest;
    struct hfi_cycles *cycles;
    uint32_t *cycle;        /* vertices */
    uint32_t *shape_of;     /* by component: its shape and one; 0: no cycle */
    uint32_t *counted_with; /* by vertex: the shape of the cycle on which it hangs, and one; or 0 */
    uint32_t *queue;
    size_t used, room; /* of the places */
    bool lacks_memory;
};

/* ---- the cycle of a component ---- */

static uint64_t
serial_of(const struct search *s, uint32_t vertex)
{
    return s->graph->nodes[s->rest.nodes[vertex]].serial;
}

/* Returns the length of the cycle that is told, and leaves it in s->cycle. */
static uint32_t
choose(struct search *s, uint32_t component, const uint32_t *members)
{
    struct rest *rest = &s->rest;
    uint32_t size = rest->sizes[component], best = rest->oldest[component], least = UINT32_MAX;
    for (uint32_t i = 0; size <= SMALL && i < size; i++) {
        uint32_t length = hfi_components_cycle(&rest->graph, &rest->notes, members[i], s->cycle);
        if (!length) return 0;
        bool is_older = length == least && serial_of(s, members[i]) < serial_of(s, best);
        if (length > least || (length == least && !is_older)) continue;
        least = length;
        best = members[i];
    }
    return hfi_components_cycle(&rest->graph, &rest->notes, best, s->cycle);
}

/* The edge of one node that leads to the other. */
static uint32_t
edge_between(const struct hfi_graph *graph, uint32_t from, uint32_t to)
{
    uint32_t e = graph->nodes[from].first_edge;
    while (graph->edges[e].is_weak || graph->edges[e].to != to) e++;
    return e;
}

/* ---- shapes ---- */

/* Makes room for so many more numbers. Shapes keep offsets until all are found. */
static bool
make_places(struct search *s, size_t more)
{
    if (s->room - s->used >= more) return true;
    size_t room = 2 * (s->used + more);
    uint32_t *larger = realloc(s->cycles->places, room * sizeof *larger);
    if (!larger) return false;
    s->cycles->places = larger;
    s->room = room;
    return true;
}

/* Writes the nodes and the edges of the cycle, from its oldest node on, behind the places that are
 * used. */
static void
write_cycle(struct search *s, uint32_t length)
{
    uint32_t oldest = 0;
    uint32_t *nodes = s->cycles->places + s->used, *edges = nodes + length;
    for (uint32_t i = 1; i < length; i++) {
        if (serial_of(s, s->cycle[i]) < serial_of(s, s->cycle[oldest])) oldest = i;
    }
    for (uint32_t i = 0; i < length; i++) {
        nodes[i] = s->rest.nodes[s->cycle[(oldest + i) % length]];
    }
    for (uint32_t i = 0; i < length; i++) {
        edges[i] = edge_between(s->graph, nodes[i], nodes[(i + 1) % length]);
    }
}

/* Whether the cycle has the shape, seen from its place `from` on. */
static bool
is_alike(const struct hfi_graph *graph, const uint32_t *shape, const uint32_t *cycle,
         uint32_t length, uint32_t from)
{
    for (uint32_t i = 0; i < length; i++) {
        uint32_t at = (from + i) % length;
        if (graph->nodes[shape[i]].type != graph->nodes[cycle[at]].type) return false;
        if (graph->edges[shape[length + i]].name != graph->edges[cycle[length + at]].name) {
            return false;
        }
    }
    return true;
}

/* Returns the shape that the cycle has that was written, or NULL. Long ones are compared from their
 * oldest nodes only. */
static struct hfi_cycle_shape *
find_shape(struct search *s, uint32_t length)
{
    const uint32_t *cycle = s->cycles->places + s->used;
    for (uint32_t i = 0; i < s->cycles->count; i++) {
        struct hfi_cycle_shape *shape = &s->cycles->shapes[i];
        if (shape->length != length) continue;
        const uint32_t *known = s->cycles->places + (size_t)shape->objects;
        for (uint32_t from = 0; from < length && (!from || length <= SMALL); from++) {
            if (is_alike(s->graph, known, cycle, length, from)) return shape;
        }
    }
    return NULL;
}

static struct hfi_cycle_shape *
shape_new(struct search *s, uint32_t length)
{
    struct hfi_cycles *cycles = s->cycles;
    if (cycles->count == cycles->room) {
        uint32_t room = cycles->room ? 2 * cycles->room : FEWEST;
        struct hfi_cycle_shape *larger = realloc(cycles->shapes, room * sizeof *larger);
        if (!larger) return NULL;
        cycles->shapes = larger;
        cycles->room = room;
    }
    struct hfi_cycle_shape *shape = &cycles->shapes[cycles->count++];
    /* Until all are found, where its places begin stands in objects. The edge that closes the cycle
     * leads from a younger object to the oldest. */
    *shape = (struct hfi_cycle_shape){.length = length, .weaken = length - 1, .objects = s->used};
    s->used += 2 * (size_t)length;
    return shape;
}

static void
enter(struct search *s, uint32_t component, const uint32_t *members)
{
    uint32_t length = choose(s, component, members);
    if (!length) return;
    if (!make_places(s, 2 * (size_t)length)) {
        s->lacks_memory = true;
        return;
    }
    write_cycle(s, length);
    struct hfi_cycle_shape *shape = find_shape(s, length);
    if (!shape) shape = shape_new(s, length);
    if (!shape) {
        s->lacks_memory = true;
        return;
    }
    shape->count++;
    s->shape_of[component] = (uint32_t)(shape - s->cycles->shapes) + 1;
}

/* For each component: its vertices stand together in the queue. */
static void
enter_all(struct search *s)
{
    struct rest *rest = &s->rest;
    uint32_t *starts = s->shape_of; /* where the next of a component goes; then its shape */
    for (uint32_t c = 1, at = 0; c <= rest->components; c++) {
        starts[c] = at;
        at += rest->sizes[c];
    }
    for (uint32_t v = 0; v < rest->graph.vertices; v++) {
        s->queue[starts[rest->notes.component[v]]++] = v;
    }
    for (uint32_t c = 1; c <= rest->components && !s->lacks_memory; c++) {
        const uint32_t *members = s->queue + starts[c] - rest->sizes[c];
        starts[c] = 0;
        enter(s, c, members);
    }
}

/* ---- what hangs on them ---- */

/* Counts each vertex with the shape of its own component, or of the one that comes to it first. */
static void
count_all(struct search *s)
{
    const struct rest *rest = &s->rest;
    uint32_t in = 0;
    for (uint32_t v = 0; v < rest->graph.vertices; v++) {
        s->counted_with[v] = s->shape_of[rest->notes.component[v]];
        if (s->counted_with[v]) s->queue[in++] = v;
    }
    for (uint32_t out = 0; out < in; out++) {
        uint32_t v = s->queue[out];
        struct hfi_cycle_shape *shape = &s->cycles->shapes[s->counted_with[v] - 1];
        shape->objects++;
        shape->bytes += s->graph->nodes[rest->nodes[v]].bytes;
        for (uint64_t i = rest->graph.first[v]; i < rest->graph.first[v + 1]; i++) {
            uint32_t target = rest->graph.targets[i];
            if (s->counted_with[target]) continue;
            s->counted_with[target] = s->counted_with[v];
            s->queue[in++] = target;
        }
    }
}

static void
settle_places(struct hfi_cycles *cycles)
{
    for (uint32_t i = 0; i < cycles->count; i++) {
        struct hfi_cycle_shape *shape = &cycles->shapes[i];
        shape->nodes = cycles->places + (size_t)shape->objects;
        shape->edges = shape->nodes + shape->length;
        shape->objects = 0;
    }
}

static int
compare_shapes(const void *a, const void *b)
{
    const struct hfi_cycle_shape *left = a, *right = b;
    if (left->bytes != right->bytes) return left->bytes > right->bytes ? -1 : 1;
    return (left->nodes > right->nodes) - (left->nodes < right->nodes);
}

static void
find(struct search *s)
{
    size_t n = s->rest.graph.vertices + (size_t)1;
    s->cycle = malloc(n * sizeof *s->cycle);
    s->shape_of = calloc(n, sizeof *s->shape_of);
    s->counted_with = malloc(n * sizeof *s->counted_with);
    s->queue = malloc(n * sizeof *s->queue);
    s->lacks_memory = !s->cycle || !s->shape_of || !s->counted_with || !s->queue;
    if (!s->lacks_memory) enter_all(s);
    if (!s->lacks_memory) {
        settle_places(s->cycles);
        count_all(s);
        if (s->cycles->count) {
            qsort(s->cycles->shapes, s->cycles->count, sizeof *s->cycles->shapes, compare_shapes);
        }
    }
    free(s->cycle);
    free(s->shape_of);
    free(s->counted_with);
    free(s->queue);
}

int
hfi_cycles_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
                struct hfi_cycles *cycles)
{
    struct search search = {.graph = graph, .cycles = cycles};
    *cycles = (struct hfi_cycles){0};
    if (hfi_rest_begin(&search.rest, graph, roots->is_garbage)) {
        find(&search);
        hfi_rest_end(&search.rest);
    } else {
        search.lacks_memory = true;
    }
    if (!search.lacks_memory) return 0;
    hfi_cycles_end(cycles);
    errno = ENOMEM;
    return -1;
}

void
hfi_cycles_end(struct hfi_cycles *cycles)
{
    free(cycles->shapes);
    free(cycles->places);
    *cycles = (struct hfi_cycles){0};
}
