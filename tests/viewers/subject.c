/* SPDX-License-Identifier: MIT
 *
 * Writes a heap of objects at random to a snapshot, and what the library itself says of it to
 * standard output: for each object its identifier in the file, the bytes that it retains and its
 * dominator's identifier, 0 for none; and for each edge a line with both ends and its name.
 * Knows the rooms that capture and write. subject FILE [OBJECTS] */
#include <holdfast/holdfast.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspect/capture.h"

enum { OBJECTS = 3000, LATEST = 64, FIELDS = 3 };

typedef struct thing thing;
struct thing {
    thing *fields[FIELDS];
    hf_weak(thing) back;
    hf_array(thing) list;
    char bytes[];
};
HF_DECLARE(thing);
HF_TYPE(thing, .fields = HF_FIELDS(HF_STRONG_ARRAY(thing, fields), HF_WEAK(thing, back),
                                   HF_ARRAY(thing, list)));

typedef struct wrapper {
    thing *content;
} wrapper;
HF_DECLARE(wrapper);
HF_TYPE(wrapper, .fields = HF_FIELDS(HF_STRONG_TO(wrapper, content, thing)));

static uint64_t state = 1;

static unsigned
chance(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 33) % below);
}

static _Noreturn void
fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* Each object is held by some of those that were made a little earlier or later; half of them are
 * held by the program as well, until the end. */
static void
make_heap(size_t count, wrapper **kept)
{
    thing *latest[LATEST] = {NULL};
    for (size_t i = 0; i < count; i++) {
        thing *made = hf_new_flex(thing, bytes, chance(100));
        thing *other = latest[chance(LATEST)], *third = latest[chance(LATEST)];
        if (!made) fail("hf_new_flex");
        if (other) hf_set_at(other, fields, chance(FIELDS), made);
        if (third && chance(3) == 0) hf_set_at(made, fields, chance(FIELDS), third);
        if (third && hf_weak_set(&made->back, third)) fail("hf_weak_set");
        if (other && chance(8) == 0 && hf_array_push(&other->list, made)) fail("hf_array_push");
        if (chance(50) == 0) {
            wrapper *w = hf_new(wrapper);
            if (!w) fail("hf_new");
            hf_set(w, content, made);
            hf_release(kept[i]);
            kept[i] = w;
        }
        thing **place = &latest[chance(LATEST)];
        hf_release(*place);
        *place = made;
    }
    for (unsigned i = 0; i < LATEST; i++) hf_release(latest[i]);
}

/* As in graph/heapsnapshot_write.c. */
static uint64_t
id_of(const struct hfi_graph *graph, uint32_t node)
{
    return node == NO_NODE ? 0 : 2 * (graph->nodes[node].serial + 16) + 1;
}

static void
tell(const struct hfi_graph *graph, const struct hfi_dominators *dominators)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        printf("object %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", id_of(graph, i),
               dominators->retained[i], id_of(graph, dominators->dominator[i]));
        for (uint32_t e = graph->nodes[i].first_edge; e < graph_edges_end(graph, i); e++) {
            const struct hfi_graph_edge *edge = &graph->edges[e];
            printf("edge %" PRIu64 " %" PRIu64 " %s", id_of(graph, i), id_of(graph, edge->to),
                   graph->strings[edge->name]);
            if (edge->index != NO_INDEX) printf("[%" PRIu32 "]", edge->index);
            puts(edge->is_weak ? " weak" : " strong");
        }
    }
}

int
main(int argc, char **argv)
{
    if (argc < 2) return EXIT_FAILURE;
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : OBJECTS;
    wrapper **kept = calloc(count, sizeof(wrapper *));
    struct hfi_graph graph;
    struct hfi_roots roots;
    struct hfi_dominators dominators;
    if (!kept || hf_track(HF_TRACK_HOLDERS)) fail("hf_track");
    make_heap(count, kept);
    hfi_graph_begin(&graph);
    if (hfi_capture(&graph, CAPTURE_HERE) || hfi_roots_find(&graph, &roots)
        || hfi_dominators_find(&graph, &roots, &dominators)) {
        fail("capture");
    }
    tell(&graph, &dominators);
    hfi_dominators_end(&dominators);
    hfi_roots_end(&roots);
    hfi_graph_end(&graph);
    if (hf_snapshot_write(argv[1], HF_HEAPSNAPSHOT)) fail(argv[1]);
    for (size_t i = 0; i < count; i++) hf_release(kept[i]);
    free(kept);
    hf_collect();
    return ferror(stdout) || hf_live(&hf_type_thing) ? EXIT_FAILURE : EXIT_SUCCESS;
}
