/* SPDX-License-Identifier: MIT
 *
 * The shapes of a heap snapshot in the form of Chrome DevTools, for the files that write one.
 * Knows plain graphs. For this room alone. */
#ifndef HFI_HEAPSNAPSHOT_H
#define HFI_HEAPSNAPSHOT_H

#include "graph/graph.h"
#include "graph/json.h"

/* Numbers that the format fixes by their place in "meta". */
enum { TYPE_NATIVE = 8, TYPE_SYNTHETIC = 9, EDGE_ELEMENT = 1, EDGE_PROPERTY = 2, EDGE_WEAK = 6 };
enum { NODE_FIELDS = 7, DETACHED = 2 };

/* A name that is no string of the graph: "items[3]", or that of a reference from outside. */
struct extra_name {
    uint32_t string; /* followed by the index; NO_STRING: a reference from outside */
    uint32_t number; /* the index; or of the root, the node */
};
#define NO_STRING UINT32_MAX

/* A place in the tree of all stacks: a call below another. */
struct trace {
    uint32_t frame, parent, first_child, next;
    uint64_t count, bytes;
};

struct heapsnapshot {
    struct json json;
    const struct hfi_graph *graph;
    const struct hfi_roots *roots;
    uint32_t group_nodes[GROUPS]; /* how many roots each has */
    uint32_t groups;              /* those that have some */
    bool ids_are_serials;
    struct extra_name *names; /* written after the strings of the graph */
    uint32_t name_count, name_room;
    struct number_map elements; /* names of elements, by string and index */
    uint32_t *first_holder;     /* by node, and one more */
    struct trace *traces;       /* 0 is the root */
    uint32_t trace_count, trace_room;
    uint32_t *trace_of_stack;
    bool lacks_memory;
};

/* Makes the tree of stacks; then writes the sections that are about them. */
void hfi_traces_build(struct heapsnapshot *snapshot);
void hfi_traces_write(struct heapsnapshot *snapshot);

/* Returns the number of a string for the edge; of a reference from outside to the node. */
uint32_t hfi_snapshot_edge_name(struct heapsnapshot *snapshot, const struct hfi_graph_edge *edge);
uint32_t hfi_snapshot_root_name(struct heapsnapshot *snapshot, uint32_t node);
/* The section of strings: those of the graph, and the others. */
void hfi_snapshot_strings_write(struct heapsnapshot *snapshot);

#endif
