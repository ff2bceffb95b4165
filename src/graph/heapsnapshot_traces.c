/* SPDX-License-Identifier: MIT
 *
 * The stacks that made objects, as the tree of calls that a heap snapshot has.
 * Knows plain graphs. The tree begins with the outermost callers; each object names the place of
 * its innermost. */
#include <stdlib.h>

#include "graph/heapsnapshot.h"

enum { FEWEST = 256 };
#define NONE UINT32_MAX

static uint32_t
trace_new(struct heapsnapshot *s, uint32_t frame, uint32_t parent)
{
    if (s->trace_count == s->trace_room) {
        uint32_t room = s->trace_room ? 2 * s->trace_room : FEWEST;
        struct trace *larger = realloc(s->traces, room * sizeof *larger);
        if (!larger) {
            s->lacks_memory = true;
            return 0;
        }
        s->traces = larger;
        s->trace_room = room;
    }
    uint32_t number = s->trace_count++;
    s->traces[number] = (struct trace){frame, parent, NONE, NONE, 0, 0};
    if (parent != NONE) {
        s->traces[number].next = s->traces[parent].first_child;
        s->traces[parent].first_child = number;
    }
    return number;
}

/* The call of frame below parent. */
static uint32_t
trace_below(struct heapsnapshot *s, uint32_t parent, uint32_t frame)
{
    uint32_t number = s->traces[parent].first_child;
    while (number != NONE && s->traces[number].frame != frame) number = s->traces[number].next;
    return number == NONE ? trace_new(s, frame, parent) : number;
}

void
hfi_traces_build(struct heapsnapshot *s)
{
    const struct hfi_graph *graph = s->graph;
    trace_new(s, NONE, NONE);
    for (uint32_t i = 1; i < graph->stack_count && !s->lacks_memory; i++) {
        const struct hfi_stack *stack = &graph->stacks[i];
        uint32_t at = 0;
        for (uint32_t f = stack->count; f-- > 0 && !s->lacks_memory;) {
            at = trace_below(s, at, graph->stack_frames[stack->first + f]);
        }
        /* The first identifier is 1; 0 is that of objects of which nothing is known. */
        s->trace_of_stack[i] = at ? at + 1 : 0;
    }
    for (uint32_t i = 0; i < graph->node_count && !s->lacks_memory; i++) {
        const struct hfi_node *node = &graph->nodes[i];
        uint32_t id = s->trace_of_stack[node->stack];
        if (!id) continue;
        s->traces[id - 1].count++;
        s->traces[id - 1].bytes += node->bytes;
    }
}

/* Frames follow the root in the list of functions. */
static void
write_functions(struct heapsnapshot *s)
{
    const struct hfi_graph *graph = s->graph;
    hfi_json_array_begin(&s->json, "trace_function_infos");
    for (uint64_t i = 0; i < 1 + (uint64_t)graph->frame_count; i++) {
        const struct hfi_frame *frame = i ? &graph->frames[i - 1] : &(struct hfi_frame){0};
        uint64_t script = frame->file ? frame->file : frame->module;
        uint64_t place = frame->line ? frame->line : frame->offset & UINT32_MAX;
        json_number(&s->json, i);
        json_number(&s->json, i ? frame->function : graph->string_count);
        json_number(&s->json, script);
        json_number(&s->json, script);
        json_number(&s->json, place);
        json_number(&s->json, 0);
    }
    hfi_json_array_end(&s->json);
}

static void
begin_trace(struct heapsnapshot *s, uint32_t number)
{
    const struct trace *trace = &s->traces[number];
    json_number(&s->json, number + UINT64_C(1));
    json_number(&s->json, number ? trace->frame + UINT64_C(1) : 0);
    json_number(&s->json, trace->count);
    json_number(&s->json, trace->bytes < UINT32_MAX ? trace->bytes : UINT32_MAX);
    hfi_json_text(&s->json, ",[");
    s->json.needs_comma = false;
}

/* Depth first, without recursion: each node is five elements, and the last are its children. */
static void
write_tree(struct heapsnapshot *s)
{
    uint32_t number = 0;
    hfi_json_array_begin(&s->json, "trace_tree");
    begin_trace(s, number);
    for (;;) {
        if (s->traces[number].first_child != NONE) {
            number = s->traces[number].first_child;
            begin_trace(s, number);
            continue;
        }
        for (;;) {
            hfi_json_text(&s->json, "]");
            s->json.needs_comma = true;
            if (!number) break;
            if (s->traces[number].next != NONE) break;
            number = s->traces[number].parent;
        }
        if (!number) break;
        number = s->traces[number].next;
        begin_trace(s, number);
    }
    hfi_json_array_end(&s->json);
}

void
hfi_traces_write(struct heapsnapshot *s)
{
    write_functions(s);
    write_tree(s);
}
