/* SPDX-License-Identifier: MIT
 *
 * A walk through a tree, parents before children, in the order of the document.
 * Knows nodes.
 * What is still to come is held by the walk, so nodes may be moved and removed under way; and it
 * lies in an array, so that a tree of any depth needs no stack. */
#ifndef DOCUMENT_WALK_H
#define DOCUMENT_WALK_H

#include "node.h"

/* Lets the walk, an empty array, begin at n. Returns 0, or -1 and ENOMEM; so do all below. */
int walk_begin(nodes *pending, node *n);

/* Returns the next node. Owner: the caller. NULL at the end. */
node *walk_next(nodes *pending) HF_GIVE;

/* Lets the walk go on with the children that n has now, before anything else. */
int walk_below(nodes *pending, node *n);

#endif
