/* SPDX-License-Identifier: MIT
 *
 * A snapshot as it stands in its file: rows of numbers and a list of strings.
 * Knows plain graphs. The parser fills rows in, in the order of the file; when the file ends they
 * are made into a graph, and every number that names something else is looked at first: the file
 * may be damaged, or made by somebody else. */
#ifndef ROWS_H
#define ROWS_H

#include "graph/graph.h"

enum { FAULT_BYTES = 160 };

/* The sections that are read. */
enum section {
    SECTION_NONE,
    SECTION_HEAD,
    SECTION_NODES,
    SECTION_EDGES,
    SECTION_OBJECTS,
    SECTION_FRAMES,
    SECTION_STACKS,
    SECTION_HOLDERS,
    SECTION_STRINGS,
    SECTIONS
};

struct node_row {
    uint32_t name, edges;
};

/* to is the place of the node's first number, as the format wants it. */
struct edge_row {
    uint64_t to;
    uint32_t type, name;
};

/* A string that is no string of the graph: "items[3]" in two parts. */
struct element_name {
    uint32_t string, index;
};

struct rows {
    struct hfi_graph *graph; /* gets strings, frames, stacks and holders at once */
    struct node_row *nodes;
    struct edge_row *edges;
    struct hfi_node *objects;
    struct element_name *elements; /* by string, less the graph's */
    uint32_t *stack;               /* frames of the one that is read */
    size_t node_count, edge_count, object_count, element_count, stack_count, stack_length;
    size_t node_room, edge_room, object_room, element_room, stack_room;
    uint64_t version, string_count; /* from the head; 0: not said */
    uint64_t strings_seen;
    uint64_t row[7]; /* the one that is read */
    unsigned columns;
    bool has_strings;
    char fault[FAULT_BYTES]; /* "": none */
};

void rows_begin(struct rows *rows, struct hfi_graph *graph);
void rows_end(struct rows *rows);

/* Each returns false for a fault, which then stands in words in fault. */
bool rows_take_number(struct rows *rows, enum section section, uint64_t number);
bool rows_take_string(struct rows *rows, const char *text, size_t length);
/* The section is complete. */
bool rows_end_section(struct rows *rows, enum section section);
/* The file is complete: puts nodes and edges into the graph. */
bool rows_build(struct rows *rows);

bool rows_fault(struct rows *rows, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
