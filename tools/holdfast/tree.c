/* SPDX-License-Identifier: MIT
 *
 * The dominator tree from above.
 * Knows plain graphs. Heaps have chains of millions: nothing here recurses. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "command.h"

static int
compare(const void *a, const void *b, void *retained_of)
{
    const uint32_t *left = a, *right = b;
    const uint64_t *retained = retained_of;
    uint64_t one = retained[*left], other = retained[*right];
    if (one != other) return one > other ? -1 : 1;
    return (*left > *right) - (*left < *right);
}

void
sort_by_retained(const struct picture *picture, uint32_t *nodes, uint32_t count)
{
    if (count > 1) qsort_r(nodes, count, sizeof *nodes, compare, picture->dominators.retained);
}

void
tree_make(struct tree *tree, const struct picture *picture)
{
    uint32_t count = picture->graph.node_count;
    const uint32_t *dominator = picture->dominators.dominator;
    tree->first = room_for(count + (size_t)3, sizeof *tree->first);
    tree->children = room_for(count, sizeof *tree->children);
    /* Counted two places ahead, so that filling them in moves each to its own. */
    uint32_t *next = tree->first + 1;
    for (uint32_t i = 0; i < count; i++) {
        next[(dominator[i] == NO_NODE ? count : dominator[i]) + 1]++;
    }
    for (uint32_t i = 0; i <= count; i++) next[i + 1] += next[i];
    for (uint32_t i = 0; i < count; i++) {
        tree->children[next[dominator[i] == NO_NODE ? count : dominator[i]]++] = i;
    }
    for (uint32_t i = 0; i <= count; i++) {
        sort_by_retained(picture, tree->children + tree->first[i],
                         tree->first[i + 1] - tree->first[i]);
    }
}

void
tree_end(struct tree *tree)
{
    free(tree->first);
    free(tree->children);
}

uint32_t
tree_list(const struct tree *tree, uint32_t node, uint32_t *nodes)
{
    uint32_t count = 1;
    nodes[0] = node;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t c = tree->first[nodes[i]]; c < tree->first[nodes[i] + 1]; c++) {
            nodes[count++] = tree->children[c];
        }
    }
    return count;
}

/* An object counts if no other of its type is above it. The walk goes down and up again, and keeps
 * how many of each type are above. */
uint64_t *
tree_retained_by_type(const struct tree *tree, const struct picture *picture)
{
    const struct hfi_graph *graph = &picture->graph;
    const uint32_t *dominator = picture->dominators.dominator;
    uint64_t *retained = room_for(graph->string_count, sizeof *retained);
    uint32_t *above = room_for(graph->string_count, sizeof *above);
    uint32_t *next = room_for(graph->node_count + (size_t)1, sizeof *next);
    for (uint32_t i = 0; i <= graph->node_count; i++) next[i] = tree->first[i];
    uint32_t node = graph->node_count;
    for (;;) {
        if (next[node] < tree->first[node + 1]) {
            node = tree->children[next[node]++];
            uint32_t type = graph->nodes[node].type;
            if (!above[type]++) retained[type] += picture->dominators.retained[node];
            continue;
        }
        if (node == graph->node_count) break;
        above[graph->nodes[node].type]--;
        node = dominator[node] == NO_NODE ? graph->node_count : dominator[node];
    }
    free(above);
    free(next);
    return retained;
}
