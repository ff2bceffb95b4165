/* SPDX-License-Identifier: MIT
 *
 * The floor of a collection: what memory itself takes, for somebody who knows what is garbage.
 * Knows malloc and free.
 * Two passes suffice: count down; check and free. Along edges the first is a walk with a stack,
 * and with a short queue between seeing an edge and following it, so that several fetches from
 * memory are under way at once. */
#include "raw_graph.h"

#include <stdbool.h>
#include <stdlib.h>

#include "harness.h"

enum { MARK_NONE, MARK_LIVES, MARK_SEEN };
enum { AHEAD = 16, LEFT_ALIVE = 10000 };

/* In the order of allocation, and of being dropped. What a shape leaves alive is a little more. */
static struct raw_node **made, **dropped, **stack;
static size_t made_count, dropped_count, capacity;

static void *
raw_make(void)
{
    struct raw_node *node = calloc(1, sizeof *node);
    if (!node || made_count == capacity) abort();
    node->count = 1;
    made[made_count++] = node;
    return node;
}

static void
raw_give(void *holder, size_t edge, void *to)
{
    struct raw_node *node = holder, *old = node->edge[edge];
    node->edge[edge] = to;
    if (old) old->count--;
}

static void
raw_share(void *holder, size_t edge, void *to)
{
    if (to) ((struct raw_node *)to)->count++;
    raw_give(holder, edge, to);
}

static void
raw_drop(void *node)
{
    ((struct raw_node *)node)->count--;
    dropped[dropped_count++] = node;
}

const struct shape_maker raw_maker = {raw_make, raw_give, raw_share, raw_drop};

/* Returns the new number of nodes on the stack. */
static size_t
push_living(struct raw_node *node, size_t height)
{
    if (node->mark == MARK_NONE) {
        node->mark = MARK_LIVES;
        stack[height++] = node;
    }
    return height;
}

/* What was made and not dropped lives if anything outside holds it: then more references are
 * counted than edges are there. */
static void
mark_the_living(void)
{
    size_t height = 0;
    for (size_t i = 0; i < made_count; i++) made[i]->number = made[i]->count;
    for (size_t i = 0; i < made_count; i++) {
        for (size_t e = 0; e < SHAPE_EDGES; e++) {
            if (made[i]->edge[e]) made[i]->edge[e]->number--;
        }
    }
    for (size_t i = 0; i < made_count; i++) {
        if (made[i]->number) height = push_living(made[i], height);
    }
    while (height) {
        struct raw_node *node = stack[--height];
        for (size_t e = 0; e < SHAPE_EDGES; e++) {
            if (node->edge[e]) height = push_living(node->edge[e], height);
        }
    }
}

/* Keeps the garbage in the list of all. */
static void
forget_the_living(void)
{
    size_t garbage = 0;
    for (size_t i = 0; i < made_count; i++) {
        if (made[i]->mark == MARK_NONE) made[garbage++] = made[i];
    }
    made_count = garbage;
}

void
raw_make_room(size_t count)
{
    capacity = count + LEFT_ALIVE;
    made = bench_array(capacity, sizeof *made);
    dropped = bench_array(capacity, sizeof *dropped);
    stack = bench_array(SHAPE_EDGES * capacity, sizeof(struct raw_node *));
}

void
raw_build(shape_build *build, size_t count, bool along_edges)
{
    raw_make_room(count);
    build(&raw_maker, count);
    mark_the_living();
    forget_the_living();
    for (size_t i = 0; along_edges && i < dropped_count; i++) dropped[i]->count++;
}

static void
free_in_order(void)
{
    for (size_t i = 0; i < made_count; i++) {
        if (made[i]->count) abort();
        free(made[i]);
    }
}

void
raw_collect_in_order(void)
{
    for (size_t i = 0; i < made_count; i++) {
        for (size_t e = 0; e < SHAPE_EDGES; e++) {
            if (made[i]->edge[e]) made[i]->edge[e]->count--;
        }
    }
    free_in_order();
}

/* What is under way from memory: a ring of AHEAD nodes. */
struct ahead {
    struct raw_node *node[AHEAD];
    unsigned first, last;
};

static inline bool
has_room(const struct ahead *ahead)
{
    return ahead->last - ahead->first < AHEAD;
}

static inline void
fetch(struct ahead *ahead, struct raw_node *node)
{
    __builtin_prefetch(node, 1);
    ahead->node[ahead->last++ % AHEAD] = node;
}

/* Counts down for each edge that leads somewhere, and for each that was dropped, as if it had been
 * held until now. */
void
raw_collect_along_edges(void)
{
    struct ahead ahead = {{NULL}, 0, 0};
    size_t height = 0, next = 0, seen = 0;
    for (;;) {
        while (has_room(&ahead) && next < dropped_count) fetch(&ahead, dropped[next++]);
        if (ahead.first == ahead.last) break;
        struct raw_node *node = ahead.node[ahead.first++ % AHEAD];
        node->count--;
        if (node->mark == MARK_NONE) {
            node->mark = MARK_SEEN;
            seen++;
            for (size_t e = 0; e < SHAPE_EDGES; e++) {
                if (node->edge[e]) stack[height++] = node->edge[e];
            }
        }
        while (has_room(&ahead) && height) fetch(&ahead, stack[--height]);
    }
    if (seen != made_count) abort();
    free_in_order();
}
