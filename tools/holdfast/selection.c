/* SPDX-License-Identifier: MIT
 *
 * Which objects of a large heap are on a page: chosen, and the others added up.
 * Knows pictures. */
#define _GNU_SOURCE
#include "selection.h"

#include <stdlib.h>

static void
take(struct selection *s, uint32_t node)
{
    if (s->number[node] != NOT_SELECTED) return;
    s->number[node] = s->count;
    s->nodes[s->count++] = node;
}

/* ---- those that retain most ---- */

struct order {
    const uint64_t *retained;
    uint32_t *rank; /* in the tree: who dominates another is before it */
};

static int
compare(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const uint32_t *left = a, *right = b;
    uint64_t one = order->retained[*left], other = order->retained[*right];
    if (one != other) return one > other ? -1 : 1;
    return order->rank[*left] < order->rank[*right] ? -1 : 1;
}

/* What dominates another retains at least as much, so it is taken before it. */
static void
take_largest(struct selection *s, const struct picture *picture, const uint32_t *listed,
             uint32_t most)
{
    uint32_t count = picture->graph.node_count;
    uint32_t *sorted = room_for(count, sizeof *sorted);
    struct order order = {picture->dominators.retained, room_for(count, sizeof *order.rank)};
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = listed[i + 1];
        order.rank[listed[i + 1]] = i;
    }
    qsort_r(sorted, count, sizeof *sorted, compare, &order);
    for (uint32_t i = 0; i < count && i < most; i++) take(s, sorted[i]);
    free(order.rank);
    free(sorted);
}

/* ---- what explains them ---- */

/* Whole ways only: what dominates an object lies on each way to it, so with the way all of that is
 * taken too. */
static void
take_ways(struct selection *s, const struct picture *picture, uint32_t room)
{
    const uint32_t *from = picture->paths.from;
    uint32_t chosen = s->count;
    for (uint32_t i = 0; i < chosen; i++) {
        uint32_t length = 0, node = s->nodes[i];
        for (; node != NO_NODE && length <= room; node = from[node]) {
            length += s->number[node] == NOT_SELECTED;
        }
        if (length > room) continue;
        for (node = s->nodes[i]; node != NO_NODE; node = from[node]) take(s, node);
        room -= length;
    }
}

/* ---- the others ---- */

/* From below: what an object dominates is what its children are and dominate. */
static void
add_rest(struct selection *s, const struct picture *picture, const uint32_t *listed)
{
    uint32_t count = picture->graph.node_count;
    uint32_t *below = room_for(count, sizeof *below); /* dominated, and not on the page */
    for (uint32_t i = count; i > 0; i--) {
        uint32_t node = listed[i], dominator = picture->dominators.dominator[node];
        bool is_here = s->number[node] != NOT_SELECTED;
        uint32_t owner = dominator == NO_NODE ? s->count : s->number[dominator];
        if (is_here) s->rest_objects[s->number[node]] = below[node];
        if (is_here) continue;
        if (owner != NOT_SELECTED) s->rest_bytes[owner] += picture->dominators.retained[node];
        if (dominator != NO_NODE) below[dominator] += below[node] + 1;
        else s->rest_objects[s->count] += below[node] + 1;
    }
    free(below);
}

void
selection_make(struct selection *s, const struct picture *picture, const struct tree *tree,
               uint32_t most)
{
    uint32_t count = picture->graph.node_count, room = count < 2 * most ? count : 2 * most;
    uint32_t *listed = room_for(count + (size_t)1, sizeof *listed);
    *s = (struct selection){.nodes = room_for(room, sizeof *s->nodes),
                            .number = room_for(count, sizeof *s->number),
                            .rest_objects = room_for(room + (size_t)1, sizeof *s->rest_objects),
                            .rest_bytes = room_for(room + (size_t)1, sizeof *s->rest_bytes)};
    for (uint32_t i = 0; i < count; i++) s->number[i] = NOT_SELECTED;
    tree_list(tree, count, listed);
    take_largest(s, picture, listed, most);
    take_ways(s, picture, room - s->count);
    add_rest(s, picture, listed);
    free(listed);
}

void
selection_end(struct selection *s)
{
    free(s->nodes);
    free(s->number);
    free(s->rest_objects);
    free(s->rest_bytes);
}
