/* SPDX-License-Identifier: MIT
 *
 * A tree of nodes: a parent owns its children, and a child refers to its parent weakly.
 * Knows texts.
 * A document is the node at the top, which has no name. Who holds a node keeps it and what is below
 * it, wherever it is moved and whatever is removed around it. */
#ifndef DOCUMENT_NODE_H
#define DOCUMENT_NODE_H

#include <stdbool.h>

#include "text.h"

typedef struct node {
    text *name; /* NULL for a document */
    hf_weak(struct node) parent;
    hf_array(struct node) children;
    hf_map(text) attributes; /* by their names, in the order in which they came */
} node;
HF_DECLARE(node);

/* A variable of it is hf_auto, and holds what it lists. */
typedef hf_array(node) nodes;

/* Returns a new node, alone. name is borrowed, and may be NULL. Owner: the caller. NULL and ENOMEM
 * without memory. */
node *node_new(text *name) HF_GIVE;

/* Returns the parent. Owner: the caller. NULL when there is none, or none any more. */
node *node_parent(const node *n) HF_GIVE;

/* Returns the node at the top of the tree in which n is. Owner: the caller. */
node *node_top(node *n) HF_GIVE;

/* Whether n is `above`, or lies anywhere below it. */
bool node_is_within(node *n, const node *above);

/* Returns how many nodes are above n. */
size_t node_level(node *n);

/* Makes n the last child of parent, wherever it was before. Returns 0, or -1 with nothing changed
 * and errno ENOMEM, or ELOOP when parent lies within n. */
int node_append(node *parent, node *n);

/* Takes n out of its parent's children. It lives on if somebody holds it, with all below it. */
void node_remove(node *n);

/* Returns a copy of n and all below it, alone, which shares no node and all texts with n. Owner:
 * the caller. NULL and ENOMEM without memory. */
node *node_clone(node *n) HF_GIVE;

#endif
