/* SPDX-License-Identifier: MIT
 *
 * Which objects of a large heap are on a page.
 * Knows pictures. With an object everything is on it that dominates it, and what its shortest way
 * leads through, so that each object on the page can be explained there. */
#ifndef SELECTION_H
#define SELECTION_H

#include "command.h"

#define NOT_SELECTED UINT32_MAX

struct selection {
    uint32_t *nodes;  /* in the order of their numbers on the page */
    uint32_t *number; /* by node: on the page, or NOT_SELECTED */
    uint32_t count;
    /* By number, and at count for those below nothing: dominated, and not on the page. */
    uint32_t *rest_objects;
    uint64_t *rest_bytes;
};

/* Those that retain most, at most so many, and what explains them, at most as many again. */
void selection_make(struct selection *selection, const struct picture *picture,
                    const struct tree *tree, uint32_t most);
void selection_end(struct selection *selection);

#endif
