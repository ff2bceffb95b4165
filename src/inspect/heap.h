/* SPDX-License-Identifier: MIT
 *
 * The heap as it is now, captured, with its roots: what each question begins with.
 * Knows capture and graph. For this room alone. */
#ifndef HFI_HEAP_H
#define HFI_HEAP_H

#include <stdio.h>

#include "graph/graph.h"

struct heap {
    struct hfi_graph graph;
    struct hfi_roots roots;
};

/* Returns 0, or -1 and errno: ENOMEM; ENODATA when nothing is written down; EDEADLK where the
 * caller is inside the collector. heap_close after 0 only. */
int hfi_heap_open(struct heap *heap);
void hfi_heap_close(struct heap *heap);

/* The node of an object, or NO_NODE and ENOENT when it is not in the heap. */
uint32_t hfi_heap_find(const struct heap *heap, const void *object);

/* Lets frames of the graph have lines of the source, unless HOLDFAST_SYMBOLS is "off". */
void hfi_heap_name_lines(struct heap *heap);

/* ---- sentences that several reports have; each returns what fprintf does ---- */

/* "node #3 at 0x5581, 16 bytes". */
int hfi_tell_object(const struct heap *heap, uint32_t node, FILE *out);

/* A line for each of its frames, after so many blanks, until main or a thread begins. */
int hfi_tell_stack(const struct heap *heap, uint32_t stack, int blanks, FILE *out);

/* Who holds it from outside, a line for each, with stacks. */
int hfi_tell_holders(const struct heap *heap, uint32_t node, FILE *out);

#endif
