/* SPDX-License-Identifier: MIT
 *
 * The shapes that objects form before they become garbage, or live on: built in the same order for
 * every contender. Knows no library: a maker says how its objects are made and linked.
 * Who builds one twice gets the same one, since chance always begins at the same number. */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include <stddef.h>
#include <stdint.h>

enum { SHAPE_EDGES = 3 };

/* Objects have SHAPE_EDGES edges, all empty at first. */
struct shape_maker {
    void *(*make)(void);                                /* the caller owns the result */
    void (*give)(void *holder, size_t edge, void *to);  /* the edge owns it from here on */
    void (*share)(void *holder, size_t edge, void *to); /* the caller owns it still; or NULL */
    void (*drop)(void *object);                         /* the caller owned it */
};

/* Builds count objects, a multiple of 1000, and drops them: garbage, and nothing dies by its count.
 */
typedef void shape_build(const struct shape_maker *maker, size_t count);

shape_build shape_pairs;    /* of two objects that hold each other */
shape_build shape_ring;     /* one, in the order in which they were made */
shape_build shape_shuffled; /* one ring, in another order */
shape_build shape_random;   /* three edges each to anywhere, so that each is held by one at least */
shape_build shape_trees;    /* binary ones of a thousand objects, whose children hold the parent */
shape_build shape_cache;    /* entries that a cache has evicted, each with the value it holds */

/* Builds a web of count objects that live: the first two edges make a tree of them, the third leads
 * anywhere. Its root, node[0], is owned by the caller, the others are borrowed from it. */
void shape_web(const struct shape_maker *maker, void **node, size_t count);

/* The next number below bound, by chance; state begins at any number above 0. */
uint32_t shape_chance(uint32_t *state, size_t bound);

#endif
