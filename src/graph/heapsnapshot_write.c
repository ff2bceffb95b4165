/* SPDX-License-Identifier: MIT
 *
 * A graph as a heap snapshot that Chrome DevTools opens.
 * Knows plain graphs. The form is what V8 writes (heap-snapshot-generator.cc) and what DevTools
 * reads (HeapSnapshotLoader.ts).
 *
 * The first node is the root; below it stands one synthetic node for each group of roots, so that
 * everything is reachable, and distances begin at the groups. Identifiers are odd, as V8's of
 * objects are, and stay with an object, so that two snapshots of one process can be compared.
 * Numbers have 32 bits in the readers: larger sizes are cut, and the exact ones stand in sections
 * of our own, behind those that the readers know, which skip them. */
#include "graph/heapsnapshot.h"

#include <errno.h>
#include <stdlib.h>

enum { ID_OF_ROOT = 1, ID_OF_FIRST_GROUP = 3, SERIAL_OFFSET = 16 };

static const char meta[] =
    "\"meta\":{\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\","
    "\"trace_node_id\",\"detachedness\"],\n\"node_types\":[[\"hidden\",\"array\",\"string\","
    "\"object\",\"code\",\"closure\",\"regexp\",\"number\",\"native\",\"synthetic\","
    "\"concatenated string\",\"sliced string\",\"symbol\",\"bigint\",\"object shape\","
    "\"wasm object\"],\"string\",\"number\",\"number\",\"number\",\"number\",\"number\"],\n"
    "\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],\n\"edge_types\":[[\"context\","
    "\"element\",\"property\",\"internal\",\"hidden\",\"shortcut\",\"weak\"],"
    "\"string_or_number\",\"node\"],\n\"trace_function_info_fields\":[\"function_id\",\"name\","
    "\"script_name\",\"script_id\",\"line\",\"column\"],\n\"trace_node_fields\":[\"id\","
    "\"function_info_index\",\"count\",\"size\",\"children\"]}";

/* ---- nodes ---- */

/* The place of a node of the graph among those of the file. */
static uint32_t
ordinal_of(const struct heapsnapshot *s, uint32_t node)
{
    return 1 + s->groups + node;
}

static uint64_t
id_of(const struct heapsnapshot *s, uint32_t node)
{
    uint64_t serial = s->ids_are_serials ? s->graph->nodes[node].serial : node;
    return 2 * (serial + SERIAL_OFFSET) + 1;
}

static void
write_node(struct heapsnapshot *s, const uint64_t fields[NODE_FIELDS])
{
    for (int i = 0; i < NODE_FIELDS; i++) json_number(&s->json, fields[i]);
}

/* Names of the root and the groups follow the strings of the graph. */
static void
write_roots(struct heapsnapshot *s)
{
    uint64_t name = s->graph->string_count;
    write_node(s, (uint64_t[]){TYPE_SYNTHETIC, name, ID_OF_ROOT, 0, s->groups, 0, 0});
    for (unsigned group = 0; group < GROUPS; group++) {
        if (!s->group_nodes[group]) continue;
        write_node(s, (uint64_t[]){TYPE_SYNTHETIC, name + 1 + group, ID_OF_FIRST_GROUP + 2 * group,
                                   0, s->group_nodes[group], 0, 0});
    }
}

static void
write_object(struct heapsnapshot *s, uint32_t node)
{
    const struct hfi_node *it = &s->graph->nodes[node];
    uint64_t bytes = it->bytes < UINT32_MAX ? it->bytes : UINT32_MAX;
    uint64_t edges = graph_edges_end(s->graph, node) - it->first_edge;
    write_node(s, (uint64_t[]){TYPE_NATIVE, it->type, id_of(s, node), bytes ? bytes : 1, edges,
                               s->trace_of_stack[it->stack],
                               s->roots->is_garbage[node] ? DETACHED : 0});
}

static void
write_nodes(struct heapsnapshot *s)
{
    hfi_json_array_begin(&s->json, "nodes");
    write_roots(s);
    for (uint32_t i = 0; i < s->graph->node_count; i++) write_object(s, i);
    hfi_json_array_end(&s->json);
}

/* ---- edges, in the order of nodes ---- */

static void
write_edge(struct heapsnapshot *s, unsigned type, uint64_t name, uint32_t to)
{
    json_number(&s->json, type);
    json_number(&s->json, name);
    json_number(&s->json, (uint64_t)to * NODE_FIELDS);
}

static void
write_group_edges(struct heapsnapshot *s, enum hfi_group group)
{
    for (uint32_t i = 0; i < s->roots->count; i++) {
        uint32_t node = s->roots->nodes[i];
        if (s->roots->group[node] != group) continue;
        write_edge(s, EDGE_PROPERTY, hfi_snapshot_root_name(s, node), ordinal_of(s, node));
    }
}

static void
write_edges(struct heapsnapshot *s)
{
    hfi_json_array_begin(&s->json, "edges");
    for (uint32_t i = 0; i < s->groups; i++) write_edge(s, EDGE_ELEMENT, i + 1, i + 1);
    for (unsigned group = 0; group < GROUPS; group++) {
        if (s->group_nodes[group]) write_group_edges(s, group);
    }
    for (uint32_t i = 0; i < s->graph->edge_count; i++) {
        const struct hfi_graph_edge *edge = &s->graph->edges[i];
        write_edge(s, edge->is_weak ? EDGE_WEAK : EDGE_PROPERTY, hfi_snapshot_edge_name(s, edge),
                   ordinal_of(s, edge->to));
    }
    hfi_json_array_end(&s->json);
}

/* ---- what the form has no place for; tools/holdfast/rows.c reads it, and
 * tools/gdb/holdfast_gdb/heap.py writes the same: with another form goes another version ---- */

static void
write_own_objects(struct heapsnapshot *s)
{
    hfi_json_array_begin(&s->json, "holdfast_objects");
    for (uint32_t i = 0; i < s->graph->node_count; i++) {
        const struct hfi_node *it = &s->graph->nodes[i];
        json_number(&s->json, it->address);
        json_number(&s->json, it->serial);
        json_number(&s->json, it->bytes);
        json_number(&s->json, it->stack);
        json_number(&s->json, it->count);
        json_number(&s->json, it->outside);
        json_number(&s->json, it->flags);
    }
    hfi_json_array_end(&s->json);
}

static void
write_own_stacks(struct heapsnapshot *s)
{
    const struct hfi_graph *graph = s->graph;
    hfi_json_array_begin(&s->json, "holdfast_frames");
    for (uint32_t i = 0; i < graph->frame_count; i++) {
        const struct hfi_frame *frame = &graph->frames[i];
        json_number(&s->json, frame->offset);
        json_number(&s->json, frame->module);
        json_number(&s->json, frame->function);
        json_number(&s->json, frame->file);
        json_number(&s->json, frame->line);
    }
    hfi_json_array_end(&s->json);
    hfi_json_array_begin(&s->json, "holdfast_stacks");
    for (uint32_t i = 1; i < graph->stack_count; i++) {
        const struct hfi_stack *stack = &graph->stacks[i];
        json_number(&s->json, stack->count);
        for (uint32_t f = 0; f < stack->count; f++) {
            json_number(&s->json, graph->stack_frames[stack->first + f]);
        }
    }
    hfi_json_array_end(&s->json);
}

static void
write_own_holders(struct heapsnapshot *s)
{
    hfi_json_array_begin(&s->json, "holdfast_holders");
    for (uint32_t i = 0; i < s->graph->holder_count; i++) {
        const struct hfi_holder *holder = &s->graph->holders[i];
        json_number(&s->json, holder->node);
        json_number(&s->json, holder->references);
        json_number(&s->json, holder->stack);
        json_number(&s->json, holder->place);
    }
    hfi_json_array_end(&s->json);
}

/* ---- all of it ---- */

static void
write_head(struct heapsnapshot *s)
{
    char counts[256];
    snprintf(counts, sizeof counts,
             ",\n\"node_count\":%lu,\"edge_count\":%lu,\"trace_function_count\":%lu,\n"
             "\"holdfast\":{\"version\":1,\"strings\":%lu}}",
             1UL + s->groups + s->graph->node_count,
             0UL + s->groups + s->roots->count + s->graph->edge_count, 1UL + s->graph->frame_count,
             0UL + s->graph->string_count);
    hfi_json_text(&s->json, "{\"snapshot\":{");
    hfi_json_text(&s->json, meta);
    hfi_json_text(&s->json, counts);
    s->json.needs_comma = true;
}

static bool
prepare(struct heapsnapshot *s)
{
    for (uint32_t i = 0; i < s->roots->count; i++) {
        s->groups += s->group_nodes[s->roots->group[s->roots->nodes[i]]]++ == 0;
    }
    s->ids_are_serials = true;
    for (uint32_t i = 0; i < s->graph->node_count; i++) {
        if (s->graph->nodes[i].serial > INT32_MAX - 2 * SERIAL_OFFSET) s->ids_are_serials = false;
    }
    s->trace_of_stack = calloc(s->graph->stack_count, sizeof *s->trace_of_stack);
    s->first_holder = calloc(s->graph->node_count + (size_t)2, sizeof *s->first_holder);
    if (!s->trace_of_stack || !s->first_holder) return false;
    for (uint32_t i = 0; i < s->graph->holder_count; i++) {
        s->first_holder[s->graph->holders[i].node + 1]++;
    }
    for (uint32_t i = 0; i < s->graph->node_count; i++) {
        s->first_holder[i + 1] += s->first_holder[i];
    }
    hfi_traces_build(s);
    return !s->lacks_memory;
}

static int
write_all(struct heapsnapshot *s)
{
    write_head(s);
    write_nodes(s);
    write_edges(s);
    hfi_traces_write(s);
    write_own_objects(s);
    write_own_stacks(s);
    write_own_holders(s);
    hfi_snapshot_strings_write(s);
    hfi_json_text(&s->json, "}\n");
    int result = hfi_json_end(&s->json);
    if (!s->lacks_memory) return result;
    errno = ENOMEM;
    return -1;
}

int
hfi_heapsnapshot_write(const struct hfi_graph *graph, const struct hfi_roots *roots, FILE *out)
{
    struct heapsnapshot *s = calloc(1, sizeof *s);
    if (!s) return -1;
    s->graph = graph;
    s->roots = roots;
    hfi_json_begin(&s->json, out);
    int result = -1;
    if (prepare(s)) result = write_all(s);
    else errno = ENOMEM;
    int reason = errno;
    hfi_number_map_free(&s->elements);
    free(s->trace_of_stack);
    free(s->first_holder);
    free(s->traces);
    free(s->names);
    free(s);
    errno = reason;
    return result;
}
