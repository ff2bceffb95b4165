/* SPDX-License-Identifier: MIT
 *
 * A captured heap, and the sentences about single objects of it.
 * Knows capture, graph, and the lock that keeps collections away. */
#include "inspect/heap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/collector.h"
#include "inspect/capture.h"

int
hfi_heap_open(struct heap *heap)
{
    /* Inside hf_find_cycles this thread has the lock. */
    if (hfi_collect_is_barred) {
        errno = EDEADLK;
        return -1;
    }
    hfi_graph_begin(&heap->graph);
    hfi_candidates_lock();
    int result = hfi_capture(&heap->graph, CAPTURE_HERE);
    hfi_candidates_unlock();
    if (result == 0) result = hfi_roots_find(&heap->graph, &heap->roots);
    if (result) hfi_graph_end(&heap->graph);
    return result;
}

void
hfi_heap_close(struct heap *heap)
{
    hfi_roots_end(&heap->roots);
    hfi_graph_end(&heap->graph);
}

uint32_t
hfi_heap_find(const struct heap *heap, const void *object)
{
    for (uint32_t i = 0; i < heap->graph.node_count; i++) {
        if (heap->graph.nodes[i].address == (uintptr_t)object) return i;
    }
    errno = ENOENT;
    return NO_NODE;
}

void
hfi_heap_name_lines(struct heap *heap)
{
    const char *wish = getenv("HOLDFAST_SYMBOLS");
    if (!wish || strcmp(wish, "off") != 0) hfi_symbols_find(&heap->graph);
}

int
hfi_tell_object(const struct heap *heap, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &heap->graph.nodes[node];
    return fprintf(out, "%s #%" PRIu64 " at 0x%" PRIx64 ", %" PRIu64 " byte%s",
                   heap->graph.strings[it->type], it->serial, it->address, it->bytes,
                   it->bytes == 1 ? "" : "s");
}

/* Whether what calls this function is the C library's business. */
static bool
is_outermost(const struct hfi_graph *graph, const struct hfi_frame *frame)
{
    return !strcmp(graph->strings[frame->function], "main");
}

/* Whether the frame is the library's own, as when an array makes room. Where the library is linked
 * into the program, all frames are told. */
static bool
is_ours(const struct hfi_graph *graph, const struct hfi_frame *frame)
{
    static const char ours[] = "libholdfast.so";
    const char *module = graph->strings[frame->module], *slash = strrchr(module, '/');
    return !strncmp(slash ? slash + 1 : module, ours, sizeof ours - 1);
}

int
hfi_tell_stack(const struct heap *heap, uint32_t stack, int blanks, FILE *out)
{
    const struct hfi_graph *graph = &heap->graph;
    const struct hfi_stack *it = &graph->stacks[stack];
    uint32_t first = 0;
    while (first + 1 < it->count
           && is_ours(graph, &graph->frames[graph->stack_frames[it->first + first]])) {
        first++;
    }
    for (uint32_t i = first; i < it->count; i++) {
        const struct hfi_frame *frame = &graph->frames[graph->stack_frames[it->first + i]];
        if (fprintf(out, "%*s%s", blanks, "", i > first ? "from " : "by ") < 0
            || hfi_frame_write(graph, frame, out) < 0 || putc('\n', out) < 0) {
            return -1;
        }
        if (is_outermost(graph, frame)) break;
    }
    return 0;
}

/* Whether two stacks are told alike: they may differ in calls that stand in one line. */
static bool
are_alike(const struct hfi_graph *graph, uint32_t one, uint32_t other)
{
    const struct hfi_stack *a = &graph->stacks[one], *b = &graph->stacks[other];
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct hfi_frame *left = &graph->frames[graph->stack_frames[a->first + i]];
        const struct hfi_frame *right = &graph->frames[graph->stack_frames[b->first + i]];
        bool is_one_line = left->line && left->line == right->line && left->file == right->file
                           && left->function == right->function;
        if (left != right && !is_one_line) return false;
    }
    return true;
}

/* Whether a holder before this one, of the same node, is told like it. */
static bool
is_told(const struct hfi_graph *graph, uint32_t number)
{
    const struct hfi_holder *holder = &graph->holders[number];
    for (uint32_t i = number; i-- > 0 && graph->holders[i].node == holder->node;) {
        const struct hfi_holder *other = &graph->holders[i];
        if (other->place || holder->place) continue;
        if (are_alike(graph, other->stack, holder->stack)) return true;
    }
    return false;
}

/* The references of the holder, and of those after it that are told like it. */
static uint32_t
references_of(const struct hfi_graph *graph, uint32_t number)
{
    const struct hfi_holder *holder = &graph->holders[number];
    uint32_t references = 0;
    for (uint32_t i = number; i < graph->holder_count && graph->holders[i].node == holder->node;
         i++) {
        const struct hfi_holder *other = &graph->holders[i];
        if (!other->place && are_alike(graph, other->stack, holder->stack)) {
            references += other->references;
        }
    }
    return references;
}

static int
tell_holder(const struct heap *heap, uint32_t number, FILE *out)
{
    const struct hfi_holder *holder = &heap->graph.holders[number];
    if (holder->place) {
        return fprintf(out, "    its address stands in %s\n", heap->graph.strings[holder->place]);
    }
    uint32_t references = references_of(&heap->graph, number);
    const char *plural = references == 1 ? "" : "s";
    if (!holder->stack) {
        return fprintf(out, "    %" PRIu32 " reference%s, taken at a place that is not known\n",
                       references, plural);
    }
    if (fprintf(out, "    %" PRIu32 " reference%s, taken\n", references, plural) < 0) {
        return -1;
    }
    return hfi_tell_stack(heap, holder->stack, 8, out);
}

int
hfi_tell_holders(const struct heap *heap, uint32_t node, FILE *out)
{
    for (uint32_t i = 0; i < heap->graph.holder_count; i++) {
        if (heap->graph.holders[i].node != node || is_told(&heap->graph, i)) continue;
        if (tell_holder(heap, i, out) < 0) return -1;
    }
    return 0;
}
