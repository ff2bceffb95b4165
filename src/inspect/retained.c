/* SPDX-License-Identifier: MIT
 *
 * hf_retained_size, hf_dominator, hf_path_to_root: the same questions, answered with numbers and
 * addresses.
 * Knows graphs. */
#include <errno.h>

#include "inspect/heap.h"
#include "inspect/inspect.h"
#include "object/object.h"

/* What a question about one object needs. */
struct question {
    struct heap heap;
    struct hfi_dominators dominators;
    struct hfi_paths paths;
    uint32_t node;
};

static int
question_begin(struct question *question, const void *object)
{
    *question = (struct question){0};
    if (hfi_heap_open(&question->heap)) return -1;
    question->node = hfi_heap_find(&question->heap, object);
    return 0;
}

/* Leaves errno as it is. */
static void
question_end(struct question *question)
{
    int reason = errno;
    hfi_dominators_end(&question->dominators);
    hfi_paths_end(&question->paths);
    hfi_heap_close(&question->heap);
    errno = reason;
}

static bool
find_dominators(struct question *question)
{
    const struct heap *heap = &question->heap;
    return question->node != NO_NODE
           && !hfi_dominators_find(&heap->graph, &heap->roots, &question->dominators);
}

size_t
hf_retained_size(const void *object)
{
    struct question question;
    size_t bytes = SIZE_MAX;
    if (question_begin(&question, object)) return bytes;
    if (find_dominators(&question)) bytes = (size_t)question.dominators.retained[question.node];
    question_end(&question);
    return bytes;
}

const void *
hf_dominator(const void *object)
{
    struct question question;
    const void *dominator = NULL;
    if (question_begin(&question, object)) return NULL;
    if (find_dominators(&question)) {
        uint32_t node = question.dominators.dominator[question.node];
        errno = 0;
        if (node != NO_NODE) {
            dominator = (const void *)(uintptr_t)question.heap.graph.nodes[node].address;
        }
    }
    question_end(&question);
    return dominator;
}

/* The field of the table from which the edge has its name. */
static const char *
field_name(const hf_type *type, const char *name)
{
    for (; type; type = type->base) {
        fields_of(type, field) {
            const char *a = field->name, *b = name;
            while (*a && *a == *b) a++, b++;
            if (*a == *b) return field->name;
        }
    }
    return "(trace)";
}

static struct hf_cycle_edge
edge_of(const struct question *question, uint32_t node)
{
    const struct hfi_graph *graph = &question->heap.graph;
    const struct hfi_graph_edge *edge = &graph->edges[question->paths.edge[node]];
    uint32_t from = question->paths.from[node];
    const void *holder = (const void *)(uintptr_t)graph->nodes[from].address;
    const hf_type *type = hf_type_of(holder);
    return (struct hf_cycle_edge){.object = holder,
                                  .type = type,
                                  .field = field_name(type, graph->strings[edge->name]),
                                  .index = edge->index == NO_INDEX ? 0 : edge->index};
}

size_t
hf_path_to_root(const void *object, struct hf_cycle_edge *edges, size_t room)
{
    struct question question;
    size_t length = SIZE_MAX;
    if (question_begin(&question, object)) return length;
    const struct heap *heap = &question.heap;
    uint32_t node = question.node;
    if (node != NO_NODE && !hfi_paths_find(&heap->graph, &heap->roots, &question.paths)) {
        for (length = 0; question.paths.from[node] != NO_NODE; length++) {
            if (length < room) edges[length] = edge_of(&question, node);
            node = question.paths.from[node];
        }
    }
    question_end(&question);
    return length;
}
