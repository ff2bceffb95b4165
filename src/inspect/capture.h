/* SPDX-License-Identifier: MIT
 *
 * The living heap as a graph: the shapes of a capture, for the files that make it.
 * Knows both worlds. For this room alone. */
#ifndef HFI_CAPTURE_H
#define HFI_CAPTURE_H

#include "base/base.h"
#include "graph/graph.h"
#include "object/object.h"

/* Where a heap is looked at. */
enum hfi_capture_place {
    CAPTURE_HERE,    /* in a program that is quiescent: every edge leads to an object */
    CAPTURE_IN_CHILD /* in the child of a fork, whose parent went on while it was copied: what is
                        not listed is not believed */
};

struct capture {
    struct hfi_graph *graph;
    enum hfi_capture_place place;
    struct number_map nodes;  /* of objects, by their addresses */
    struct number_map stacks; /* of the graph, by those of track/stacks.c */
    struct number_map frames; /* by addresses of code */
    void **objects;           /* by node */
    size_t object_room;
    uint32_t *references; /* by node: edges of the graph that lead to it */
    bool lacks_memory;
};

/* The graph's number of a stack of track/stacks.c. */
uint32_t hfi_capture_stack(struct capture *capture, uint32_t stack);

/* Adds to the graph who holds which node: by what is written down, and by what is found in global
 * variables. After all nodes and edges. */
void hfi_capture_holders(struct capture *capture);

/* Adds an object that was met; returns its node, or NO_NODE without memory. */
struct hfi_ticket;
uint32_t hfi_capture_enter(struct capture *capture, void *object, const struct hfi_ticket *ticket);

/* Fills the graph, which has begun. The caller holds the lock of the candidates, or is the child of
 * a fork. Returns 0, or -1 and errno: ENOMEM; ENODATA when no object is written down. */
int hfi_capture(struct hfi_graph *graph, enum hfi_capture_place place);

#endif
