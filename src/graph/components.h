/* SPDX-License-Identifier: MIT
 *
 * Strongly connected components of a graph of plain numbers, and a short cycle through one.
 * Knows neither objects nor names. Comes in by the door, graph/graph.h. */
#ifndef HFI_COMPONENTS_H
#define HFI_COMPONENTS_H

#include "base/base.h"

/* Vertices are numbered from 0; the targets of vertex v are targets[first[v]] up to, but without,
 * targets[first[v + 1]]. */
struct number_graph {
    uint32_t vertices;
    uint64_t *first; /* one more than vertices */
    uint32_t *targets;
};

/* What the search keeps for each vertex. */
struct component_notes {
    uint32_t *component; /* its number, from 1 */
    uint32_t *low;       /* Tarjan's: the oldest vertex known to be in one component with it */
    uint32_t *index;   /* in the order of discovery, from 1; afterwards the one before, on a way */
    uint32_t *stack;   /* vertices whose component isn't known; afterwards a queue */
    uint32_t *path;    /* vertices that the search is in */
    uint64_t *next;    /* the edge at which it goes on */
    uint32_t searches; /* for cycles, up to now */
};

/* Numbers the components, and returns how many there are. notes are zeroed. */
uint32_t hfi_components_find(const struct number_graph *graph, struct component_notes *notes);

/* Writes a shortest cycle through start inside its component to cycle, from start on, and returns
 * its length; 0 if there is none. Cost: O(edges of the component). */
uint32_t hfi_components_cycle(const struct number_graph *graph, struct component_notes *notes,
                              uint32_t start, uint32_t *cycle);

#endif
