/* SPDX-License-Identifier: MIT
 *
 * Sentences about single objects: what they are, who made them, who holds them from outside.
 * Knows plain graphs. Reports and the command say the same in the same words. */
#include <inttypes.h>
#include <string.h>

#include "graph/graph.h"

int
hfi_object_write(const struct hfi_graph *graph, uint32_t node, FILE *out)
{
    const struct hfi_node *it = &graph->nodes[node];
    return fprintf(out, "%s #%" PRIu64 " at 0x%" PRIx64 ", %" PRIu64 " byte%s",
                   graph->strings[it->type], it->serial, it->address, it->bytes,
                   it->bytes == 1 ? "" : "s");
}

/* Whether the frame is the C library's, which starts programs and threads. */
static bool
is_outside(const struct hfi_graph *graph, const struct hfi_frame *frame)
{
    static const char *const starters[] = {"_start", "start_thread", "clone", "clone3"};
    const char *function = graph->strings[frame->function];
    for (size_t i = 0; i < sizeof starters / sizeof *starters; i++) {
        if (!strcmp(function, starters[i])) return true;
    }
    return !strncmp(function, "__libc_start_", 13);
}

/* Whether the frame is the library's own, as when an array makes room. */
static bool
is_ours(const struct hfi_graph *graph, const struct hfi_frame *frame)
{
    static const char ours[] = "libholdfast.so";
    const char *module = graph->strings[frame->module], *slash = strrchr(module, '/');
    const char *function = graph->strings[frame->function];
    return !strncmp(slash ? slash + 1 : module, ours, sizeof ours - 1)
           || hfi_is_our_function(function);
}

static const struct hfi_frame *
frame_at(const struct hfi_graph *graph, const struct hfi_stack *stack, uint32_t number)
{
    return &graph->frames[graph->stack_frames[stack->first + number]];
}

/* In programs that have the library inside them a function without our prefix is ours if one with
 * it calls it from the same file. */
struct hfi_stack
hfi_stack_told(const struct hfi_graph *graph, uint32_t stack)
{
    const struct hfi_stack *it = &graph->stacks[stack];
    uint32_t first = 0, end = it->count;
    for (uint32_t i = 0; i + 1 < it->count; i++) {
        const struct hfi_frame *frame = frame_at(graph, it, i);
        bool is_likely = frame->file && frame->file == frame_at(graph, it, i + 1)->file;
        if (is_ours(graph, frame)) first = i + 1;
        else if (!is_likely) break;
    }
    for (uint32_t i = first + 1; i < end; i++) {
        if (is_outside(graph, frame_at(graph, it, i))) end = i;
    }
    return (struct hfi_stack){it->first + first, end - first};
}

int
hfi_stack_write(const struct hfi_graph *graph, uint32_t stack, int blanks, FILE *out)
{
    struct hfi_stack told = hfi_stack_told(graph, stack);
    for (uint32_t i = 0; i < told.count; i++) {
        if (fprintf(out, "%*s%s", blanks, "", i ? "from " : "by ") < 0
            || hfi_frame_write(graph, frame_at(graph, &told, i), out) < 0 || putc('\n', out) < 0) {
            return -1;
        }
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
        const struct hfi_frame *left = frame_at(graph, a, i), *right = frame_at(graph, b, i);
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
write_holder(const struct hfi_graph *graph, uint32_t number, FILE *out)
{
    const struct hfi_holder *holder = &graph->holders[number];
    if (holder->place) {
        return fprintf(out, "    its address stands in %s\n", graph->strings[holder->place]);
    }
    uint32_t references = references_of(graph, number);
    const char *plural = references == 1 ? "" : "s";
    if (!holder->stack) {
        return fprintf(out, "    %" PRIu32 " reference%s, taken at a place that is not known\n",
                       references, plural);
    }
    if (fprintf(out, "    %" PRIu32 " reference%s, taken\n", references, plural) < 0) {
        return -1;
    }
    return hfi_stack_write(graph, holder->stack, 8, out);
}

int
hfi_holders_write(const struct hfi_graph *graph, uint32_t node, FILE *out)
{
    for (uint32_t i = 0; i < graph->holder_count; i++) {
        if (graph->holders[i].node != node || is_told(graph, i)) continue;
        if (write_holder(graph, i, out) < 0) return -1;
    }
    return 0;
}
