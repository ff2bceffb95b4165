/* SPDX-License-Identifier: MIT
 *
 * The door of the graph room: the objects of a program at one moment, as plain numbers and names,
 * and what can be asked of them.
 * Knows the ground floor, and no runtime: the command reads a graph from a file and asks the same.
 *
 * A graph is built once, by inspect/capture.c or by who reads a file, and not changed afterwards.
 * Its memory comes from malloc, for none of it is made while objects die. All calls that build
 * return a number, or UINT32_MAX without memory, which is then remembered in lacks_memory: who
 * builds may look there once, at the end. */
#ifndef HFI_GRAPH_H
#define HFI_GRAPH_H

#include <stdio.h>

#include "base/base.h"
#include "graph/components.h"

/* ---- shapes ---- */

#define NO_NODE UINT32_MAX  /* also: the root of everything */
#define NO_INDEX UINT32_MAX /* the field is no array */
#define MOST_NODES (UINT32_MAX / 16)

enum hfi_node_flag {
    NODE_DYING = 1,    /* its death has begun, and waits in line or in a queue */
    NODE_IMMORTAL = 2, /* in static storage, or its count is saturated */
    NODE_ON_STACK = 4, /* in the frame of a function, which holds one reference */
    NODE_UNLISTED = 8  /* made before objects were listed, found through an edge */
};

struct hfi_node {
    uint64_t address; /* of the payload; for people to recognize, never followed */
    uint64_t serial;  /* in the order of creation, from 1; no two are equal */
    uint64_t bytes;   /* of the payload */
    uint32_t type;    /* string: the type's name */
    uint32_t stack;   /* where it was made; 0: not known */
    uint32_t count;   /* strong references */
    uint32_t outside; /* of those, the ones that are no edges of the graph */
    uint32_t first_edge;
    uint32_t flags; /* enum hfi_node_flag */
};

/* One reference that lies in an object. Weak ones are for display: no analysis follows them. */
struct hfi_graph_edge {
    uint32_t to;
    uint32_t name : 31; /* string: the field's name */
    uint32_t is_weak : 1;
    uint32_t index; /* of the element, or NO_INDEX */
};

/* A place in the program's code. Strings may be 0, the empty one: not known. */
struct hfi_frame {
    uint64_t offset;   /* of the address in the module's file, as addr2line takes it */
    uint32_t module;   /* string: path of the executable or library */
    uint32_t function; /* string */
    uint32_t file;     /* string: of the source */
    uint32_t line;     /* 0: not known */
};

/* The innermost frame first: stack_frames[first] up to, but without, first + count. Stack 0 is the
 * empty one. */
struct hfi_stack {
    uint32_t first, count;
};

/* References to node from outside, by who took them: some code, or a place that was seen to hold
 * them. In the order of nodes. */
struct hfi_holder {
    uint32_t node;
    uint32_t references;
    uint32_t stack; /* 0: not known */
    uint32_t place; /* string: such as "global variable sessions"; 0: not known */
};

struct hfi_graph {
    struct hfi_node *nodes;
    struct hfi_graph_edge *edges; /* in the order of nodes */
    struct hfi_frame *frames;
    struct hfi_stack *stacks;
    uint32_t *stack_frames; /* numbers of frames */
    struct hfi_holder *holders;
    char **strings; /* terminated; string 0 is "" */
    uint32_t node_count, edge_count, frame_count, stack_count, stack_frame_count, holder_count,
        string_count;
    uint32_t node_room, edge_room, frame_room, stack_room, stack_frame_room, holder_room,
        string_room;
    uint32_t *string_index; /* a hash table of numbers of strings, for who builds */
    uint32_t string_index_size;
    bool lacks_memory;
};

/* ---- building ---- */

/* An empty graph, with string 0 and stack 0. */
void hfi_graph_begin(struct hfi_graph *graph);
void hfi_graph_end(struct hfi_graph *graph);

/* Returns the number of the string; equal ones have one number. */
uint32_t hfi_graph_string(struct hfi_graph *graph, const char *text, size_t length);

/* Appends. Nodes may be added at any time; hfi_graph_begin_edges is called for each of them in
 * turn, and what hfi_graph_add_edge adds is the edges of the last for which it was called. */
uint32_t hfi_graph_add_node(struct hfi_graph *graph, const struct hfi_node *node);
void hfi_graph_begin_edges(struct hfi_graph *graph, uint32_t node);
uint32_t hfi_graph_add_edge(struct hfi_graph *graph, struct hfi_graph_edge edge);
uint32_t hfi_graph_add_frame(struct hfi_graph *graph, const struct hfi_frame *frame);
/* frames: numbers of frames, innermost first. */
uint32_t hfi_graph_add_stack(struct hfi_graph *graph, const uint32_t *frames, uint32_t count);
uint32_t hfi_graph_add_holder(struct hfi_graph *graph, const struct hfi_holder *holder);

/* The edges of a node are edges[node.first_edge] up to, but without, this one. */
static inline uint32_t
graph_edges_end(const struct hfi_graph *graph, uint32_t node)
{
    return node + 1 < graph->node_count ? graph->nodes[node + 1].first_edge : graph->edge_count;
}

/* ---- roots: what is held from outside, and what is garbage ---- */

/* Why an object stays, seen from the top. In this order a node that would be in several is in the
 * first. */
enum hfi_group {
    GROUP_OUTSIDE, /* held by references that lie in no object */
    GROUP_IMMORTAL,
    GROUP_DYING,
    GROUP_CYCLES, /* garbage: one node of each cycle to which no edge leads from elsewhere */
    GROUPS,
    GROUP_NONE = GROUPS /* held by objects alone */
};

/* The roots in the order of nodes; all nodes are reachable from them. group and is_garbage have an
 * entry for each node; garbage is what only roots in GROUP_CYCLES reach. */
struct hfi_roots {
    uint32_t *nodes;
    uint32_t count;
    uint8_t *group; /* enum hfi_group */
    bool *is_garbage;
};

/* Returns 0, or -1 and ENOMEM; then nothing is to be freed. Cost: O(nodes and edges). */
int hfi_roots_find(const struct hfi_graph *graph, struct hfi_roots *roots);
void hfi_roots_end(struct hfi_roots *roots);

/* "(held from outside)" and the like. */
const char *hfi_group_name(enum hfi_group group);

/* ---- dominators and retained sizes ---- */

/* dominator[n] is the nearest object through which all ways from the roots to n lead, or NO_NODE;
 * retained[n] is how many bytes would go with n: its own, and those of all that it dominates. */
struct hfi_dominators {
    uint32_t *dominator;
    uint64_t *retained;
};

/* Lengauer and Tarjan 1979. Returns as hfi_roots_find. Cost: O(edges log nodes). */
int hfi_dominators_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
                        struct hfi_dominators *dominators);
void hfi_dominators_end(struct hfi_dominators *dominators);

/* ---- retaining paths ---- */

/* For each node the edge by which a shortest way from a root comes to it, and whose edge that is;
 * NO_NODE in both for a root. */
struct hfi_paths {
    uint32_t *edge, *from;
};

/* Breadth first, roots of earlier groups first. Returns as hfi_roots_find. */
int hfi_paths_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
                   struct hfi_paths *paths);
void hfi_paths_end(struct hfi_paths *paths);

/* How many edges lie between a root and the node. */
uint32_t hfi_path_length(const struct hfi_paths *paths, uint32_t node);

/* ---- garbage cycles, and advice ---- */

/* Garbage cycles of one shape: the same types and fields in the same order. */
struct hfi_cycle_shape {
    uint32_t *edges; /* of one of them: numbers of edges, each leading to the owner of the next */
    uint32_t *nodes; /* their owners */
    uint32_t length;
    uint32_t count;   /* cycles of this shape */
    uint64_t objects; /* in their components, and hanging on them */
    uint64_t bytes;   /* of those */
    uint32_t weaken; /* which of the edges should be weak, since it leads back to an object that was
                         made before its owner: its place in edges */
};

struct hfi_cycles {
    struct hfi_cycle_shape *shapes; /* most bytes first */
    uint32_t count, room;
    uint32_t *places; /* what the shapes' nodes and edges are parts of */
};

/* One cycle of each strongly connected component of garbage, a shortest one in small components,
 * turned so that equal shapes begin alike. Returns as hfi_roots_find. */
int hfi_cycles_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
                    struct hfi_cycles *cycles);
void hfi_cycles_end(struct hfi_cycles *cycles);

/* Writes "analyzer.reporter -> generator.owner -> analyzer", and elements as "list.items[3]".
 * Returns what fprintf does. */
int hfi_cycle_write(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape, FILE *out);
/* Writes one or two sentences that say which field to make weak, and why. */
int hfi_cycle_advise(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape, FILE *out);

/* ---- leaks: everything that is left, by type and by who made it ---- */

enum hfi_leak_holder { LEAK_OUTSIDE = 1, LEAK_CYCLE = 2 }; /* or both */

struct hfi_leak {
    uint32_t type, stack;
    uint32_t held_by; /* by which of both the objects are kept, directly or not; 0: wait to die */
    uint64_t objects, bytes;
};

struct hfi_leaks {
    struct hfi_leak *leaks; /* most bytes first */
    uint32_t count;
    uint64_t objects, bytes; /* of all */
};

/* Immortal objects are none. Returns as hfi_roots_find. Cost: O(nodes and edges). */
int hfi_leaks_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
                   struct hfi_leaks *leaks);
void hfi_leaks_end(struct hfi_leaks *leaks);

/* "held by a cycle", or the like. */
const char *hfi_leak_words(const struct hfi_leak *leak);

/* ---- files ---- */

/* Everything in the graph as Chrome DevTools reads it, with what it has no place for in sections of
 * our own; the command reads it back. roots are the graph's.
 * Returns 0, or -1 and errno. */
int hfi_heapsnapshot_write(const struct hfi_graph *graph, const struct hfi_roots *roots, FILE *out);

/* What is at most depth edges away from center, in both directions, as a drawing for Graphviz. */
int hfi_dot_write(const struct hfi_graph *graph, const struct hfi_roots *roots, uint32_t center,
                  unsigned depth, FILE *out);

/* Bytes and objects by the stacks that made them: for DHAT's viewer and the Firefox Profiler; and
 * one line "outermost;...;innermost;type bytes" for each, for flame graphs. */
int hfi_dhat_write(const struct hfi_graph *graph, FILE *out);
int hfi_collapsed_write(const struct hfi_graph *graph, FILE *out);

/* ---- words ---- */

/* Fills in functions, files and lines of frames that lack them, as far as the modules are on this
 * machine, have debugging information, and addr2line is installed. Takes a moment for each
 * module. */
void hfi_symbols_find(struct hfi_graph *graph);

/* Whether a function is named as the library's are: hf_..., or in C++ in the namespace hf. */
bool hfi_is_our_function(const char *function);

/* Writes a frame as people want it: "function (file:line)", or as much of it as is known. */
int hfi_frame_write(const struct hfi_graph *graph, const struct hfi_frame *frame, FILE *out);
/* Writes "type.field" or "type.field[index]" for an edge of node. */
int hfi_edge_write(const struct hfi_graph *graph, uint32_t node, const struct hfi_graph_edge *edge,
                   FILE *out);

/* ---- sentences, alike in reports and in the command; each returns what fprintf does ---- */

/* "node #3 at 0x5581, 16 bytes". */
int hfi_object_write(const struct hfi_graph *graph, uint32_t node, FILE *out);
/* Of the stack's frames those that say something: from the library's caller on, until main or a
 * thread begins. */
struct hfi_stack hfi_stack_told(const struct hfi_graph *graph, uint32_t stack);
/* A line for each of those, after so many blanks. */
int hfi_stack_write(const struct hfi_graph *graph, uint32_t stack, int blanks, FILE *out);
/* Who holds it from outside, a line for each, with stacks. */
int hfi_holders_write(const struct hfi_graph *graph, uint32_t node, FILE *out);

/* Who made the object, and a shortest way from it to what holds it from outside. -1 and ENOMEM
 * without memory. */
int hfi_why_write(const struct hfi_graph *graph, const struct hfi_roots *roots, uint32_t node,
                  FILE *out);
/* Who made the object, and all that refer to it. */
int hfi_who_write(const struct hfi_graph *graph, uint32_t node, FILE *out);

/* A paragraph for each kind of leak, or shape of cycle. */
int hfi_leaks_write(const struct hfi_graph *graph, const struct hfi_leaks *leaks, FILE *out);
int hfi_cycles_write(const struct hfi_graph *graph, const struct hfi_cycles *cycles, FILE *out);

#endif
