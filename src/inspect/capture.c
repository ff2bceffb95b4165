/* SPDX-License-Identifier: MIT
 *
 * The living heap into a graph: every object that has a ticket, and what it holds.
 * Knows objects, tickets and the graph.
 * First all objects are entered, then the edges of each; who is held more often than edges lead to
 * it is held from outside. An object without a ticket, older than the writing down, is found where
 * an edge leads to it; what holds it beside that is unknown, and counts as outside. */
#include "inspect/capture.h"

#include <errno.h>
#include <holdfast/weak.h>
#include <stdlib.h>
#include <string.h>

#include "block/block.h"
#include "inspect/inspect.h"
#include "track/track.h"

/* ---- nodes ---- */

static bool
make_room(struct capture *capture)
{
    size_t room = capture->object_room, more = room ? 2 * room : 1024;
    if (capture->graph->node_count < room) return true;
    void **larger =
        hfi_scratch_grow(capture->objects, room * sizeof *larger, more * sizeof *larger);
    if (!larger) return false;
    capture->objects = larger;
    capture->object_room = more;
    return true;
}

static uint32_t
flags_of(uintptr_t meta, uint64_t word, const struct hfi_ticket *ticket)
{
    uint32_t flags = ticket ? 0 : NODE_UNLISTED;
    if (word & WORD_DEAD) flags |= NODE_DYING;
    if (word_is_for_ever(word)) return flags | NODE_IMMORTAL;
    return meta & HF_META_PLACED_ ? flags | NODE_ON_STACK : flags;
}

static struct hfi_node
describe(struct capture *capture, void *object, const struct hfi_ticket *ticket)
{
    struct hfi_graph *graph = capture->graph;
    uintptr_t meta = meta_of(object);
    const char *name = type_of_meta(meta)->name;
    /* relaxed: nobody changes it, or nobody can tell when. */
    uint64_t word = atomic_load_relaxed(live_word_of(object));
    uint32_t flags = flags_of(meta, word, ticket);
    return (struct hfi_node){
        .address = (uintptr_t)object,
        .serial = ticket ? ticket->serial : 0,
        .bytes = payload_bytes(object, meta),
        .type = hfi_graph_string(graph, name, strlen(name)),
        .stack = ticket ? hfi_capture_stack(capture, ticket->stack) : 0,
        .count = flags & NODE_IMMORTAL ? 0 : (uint32_t)word_count(word),
        .flags = flags,
    };
}

uint32_t
hfi_capture_enter(struct capture *capture, void *object, const struct hfi_ticket *ticket)
{
    uint32_t number = capture->graph->node_count;
    struct hfi_node node = describe(capture, object, ticket);
    if (make_room(capture) && number_map_add(&capture->nodes, (uintptr_t)object, number)
        && hfi_graph_add_node(capture->graph, &node) != NO_NODE) {
        capture->objects[number] = object;
        return number;
    }
    capture->lacks_memory = true;
    return NO_NODE;
}

/* Whether the header looks like that of an object: in the child of a fork, one that its parent was
 * just making or ending does not. */
static bool
is_whole(const void *object)
{
    uintptr_t meta = meta_of(object);
    return hfi_type_is_known(type_of_meta(meta));
}

static void
enter_listed(void *context, void *object, const struct hfi_ticket *ticket)
{
    struct capture *capture = context;
    if (capture->lacks_memory) return;
    if (capture->place == CAPTURE_IN_CHILD && !is_whole(object)) return;
    hfi_capture_enter(capture, object, ticket);
}

/* ---- edges ---- */

/* The node that the edge leads to, or NO_NODE. */
static uint32_t
target_of(struct capture *capture, void *object)
{
    uint32_t number = number_map_find(&capture->nodes, (uintptr_t)object);
    if (number != NO_NUMBER || capture->place == CAPTURE_IN_CHILD) return number;
    return hfi_capture_enter(capture, object, NULL);
}

static void
add_edge(struct capture *capture, void *object, uint32_t name, uint32_t index, bool is_weak)
{
    uint32_t to = target_of(capture, object);
    if (to == NO_NODE) return;
    struct hfi_graph_edge edge = {
        .to = to, .name = name & INT32_MAX, .is_weak = is_weak, .index = index};
    hfi_graph_add_edge(capture->graph, edge);
}

/* Weak references don't lead to the dead. */
static void
add_weak(struct capture *capture, const hf_weak_ref *reference, uint32_t name)
{
    const struct hfi_side_record *record = reference->record_;
    /* relaxed: as in describe. */
    if (!record || atomic_load_relaxed(&record->word) & (WORD_DEAD | WORD_DONE)) return;
    add_edge(capture, side_record_object(record), name, NO_INDEX, true);
}

static void
add_field(struct capture *capture, void *object, uintptr_t meta, const hf_field *field)
{
    uint32_t name = hfi_graph_string(capture->graph, field->name, strlen(field->name));
    void *place = (char *)object + field->offset;
    if (field->kind == HF_FIELD_WEAK) add_weak(capture, place, name);
    if (!field_is_edge(field)) return;
    bool is_array = field->kind == HF_FIELD_STRONG_ARRAY || field->kind == HF_FIELD_STRONG_FLEX;
    size_t count = field_count(field, object, meta);
    for (size_t i = 0; i < count; i++) {
        /* relaxed: as in describe. */
        void *held = atomic_load_relaxed((void **)place + i);
        if (held) add_edge(capture, held, name, is_array ? (uint32_t)i : NO_INDEX, false);
    }
}

struct tracing {
    struct capture *capture;
    uint32_t name, count;
};

static void
add_traced(void *context, void *target)
{
    struct tracing *tracing = context;
    add_edge(tracing->capture, target, tracing->name, tracing->count++, false);
}

static void
add_edges(struct capture *capture, uint32_t number)
{
    void *object = capture->objects[number];
    uintptr_t meta = meta_of(object);
    const hf_type *type = type_of_meta(meta);
    hfi_graph_begin_edges(capture->graph, number);
    for (const hf_type *t = type; t; t = t->base) {
        fields_of(t, field) add_field(capture, object, meta, field);
    }
    if (!books_of(type)->is_traced) return;
    struct tracing tracing = {capture, hfi_graph_string(capture->graph, "(trace)", 7), 0};
    if (capture->place == CAPTURE_HERE) hfi_trace(type, object, add_traced, &tracing);
    else hfi_trace_unguarded(type, object, add_traced, &tracing);
}

/* ---- what is left ---- */

/* Counts the edges that lead to each node, and finds out how many references are none of them. */
static void
count_outside(struct capture *capture)
{
    struct hfi_graph *graph = capture->graph;
    size_t bytes = (graph->node_count + 1) * sizeof *capture->references;
    capture->references = hfi_scratch_new(bytes);
    if (!capture->references) {
        capture->lacks_memory = true;
        return;
    }
    for (uint32_t i = 0; i < graph->edge_count; i++) {
        if (!graph->edges[i].is_weak) capture->references[graph->edges[i].to]++;
    }
    for (uint32_t i = 0; i < graph->node_count; i++) {
        struct hfi_node *node = &graph->nodes[i];
        /* The pin of the dying is nobody's reference. */
        uint32_t inside = capture->references[i] + (node->flags & NODE_DYING ? 1 : 0);
        if (node->count > inside) node->outside = node->count - inside;
    }
    hfi_scratch_free(capture->references, bytes);
}

/* Objects without a ticket come after all others, in the order in which they were found. */
static void
number_unlisted(struct hfi_graph *graph)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (graph->nodes[i].serial > last) last = graph->nodes[i].serial;
    }
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (!graph->nodes[i].serial) graph->nodes[i].serial = ++last;
    }
}

static void
fill(struct capture *capture)
{
    struct hfi_graph *graph = capture->graph;
    /* The tickets stand in the order of creation, as long as none was used again. */
    if (!hfi_number_map_reserve(&capture->nodes, hfi_tickets_count())) capture->lacks_memory = true;
    hfi_tickets_visit(enter_listed, capture);
    for (uint32_t i = 0; i < graph->node_count && !capture->lacks_memory; i++) {
        add_edges(capture, i);
    }
    if (capture->lacks_memory) return;
    number_unlisted(graph);
    count_outside(capture);
    hfi_capture_holders(capture);
}

int
hfi_capture(struct hfi_graph *graph, enum hfi_capture_place place)
{
    struct capture capture = {.graph = graph, .place = place};
    fill(&capture);
    hfi_number_map_free(&capture.nodes);
    hfi_number_map_free(&capture.stacks);
    hfi_number_map_free(&capture.frames);
    hfi_scratch_free(capture.objects, capture.object_room * sizeof *capture.objects);
    if (capture.lacks_memory || graph->lacks_memory) {
        errno = ENOMEM;
        return -1;
    }
    if (graph->node_count || track_is_on()) return 0;
    errno = ENODATA;
    return -1;
}
