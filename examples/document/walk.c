/* SPDX-License-Identifier: MIT
 *
 * A walk through a tree, parents before children, in the order of the document.
 * Knows nodes.
 * The array is a stack: children are pushed from the last to the first. */
#include "walk.h"

int
walk_begin(nodes *pending, node *n)
{
    return hf_array_push(pending, n);
}

node *
walk_next(nodes *pending)
{
    return hf_array_pop(pending);
}

int
walk_below(nodes *pending, node *n)
{
    for (size_t i = hf_array_count(&n->children); i--;) {
        if (hf_array_push(pending, hf_array_at(&n->children, i))) return -1;
    }
    return 0;
}
