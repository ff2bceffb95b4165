/* SPDX-License-Identifier: MIT
 *
 * The objects of a play, and what must be true of them whatever the schedule.
 * Knows the public calls, and of the rooms what it takes to begin each play in the same state.
 *
 * Who has a reference outside all objects says so, by getting and giving it through the functions
 * here; then an object that dies while it is held fails the test, at once. Each dies exactly once;
 * an upgrade that returned NULL spoke of one that was dead at the end of the play; and when all is
 * dropped, one collection leaves nothing, neither objects nor candidates nor blocks. */
#ifndef HOLDFAST_TESTS_CAST_H
#define HOLDFAST_TESTS_CAST_H

#include <holdfast/holdfast.h>

#include <stdbool.h>

#include "schedule/baton.h"

enum { MOST_NODES = 16, MOST_WEAKS = 4 };

typedef struct node {
    size_t number;
    struct node *left, *right;
} node;

/* Each scenario is played with nodes that have a destroy function, then with nodes that have
 * nothing to do but to let go: their deaths take other ways. */
HF_DECLARE(node);
typedef node plain_node;
HF_DECLARE(plain_node);

/* A node that holds nothing, and is no part of any cycle. */
typedef node leaf_node;
HF_DECLARE(leaf_node);

/* Which of the two; from cast_begin on. */
void cast_use_plain_nodes(bool plain);

/* Fails the test unless the condition holds. */
#define SHALL(condition)                                          \
    do {                                                          \
        if (!(condition)) baton_fail("not true: %s", #condition); \
    } while (0)

/* ---- the frame of each play ---- */

void cast_begin(void);
void cast_after_play(void);
void cast_end(void);

/* What a destroy function does beside being counted; of nodes that have one. */
extern void (*cast_on_destroy)(node *dying);

/* So many objects are handed out by destroy functions, and leaked, in this play; at most. */
void cast_allow_leaks(size_t objects);

/* The last collection alone must free all blocks; else one trial more may. */
void cast_wants_all_memory_back(void);

/* ---- what scenarios do ---- */

/* Returns a new node. Owner: the caller, as with all that return one. */
node *make(void);
node *make_leaf(void);

/* The caller has got a reference, or is about to part with one. */
node *hold(node *held);
node *part(node *held);

/* Nobody has killed it. */
void touch(const node *held);

node *keep(node *held); /* one more reference */
void drop(node *held);  /* one less */
void list(node *held);  /* makes it a candidate, as if it had been held more often */
bool is_destroyed(size_t number);

/* From now on this thread does with its counts what it does for the object it contends for. */
void contend(const node *held);

#define give(holder, field, held) hf_give((holder), field, part(held))
#define take(holder, field) hold(hf_take((holder), field))
#define get(holder, field) hold(hf_get((holder), field))

/* A ring of two, of which the caller holds the one that is returned; its left is the other. */
node *make_ring(void);

void refer(size_t weak, const node *held);
node *upgrade(size_t weak); /* or NULL */

void collect(void);

#endif
