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

/* In the child of a fork that only looks at the heap: whatever it waits for, it ends. What the
 * program does when it is hurt is none of that child's business. */
void hfi_heap_child_begin(void);

/* Lets frames of the graph have lines of the source, unless HOLDFAST_SYMBOLS is "off". */
void hfi_heap_name_lines(struct heap *heap);

#endif
