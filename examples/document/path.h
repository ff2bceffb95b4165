/* SPDX-License-Identifier: MIT
 *
 * Paths: which nodes of a document are meant.
 * Knows nodes.
 *
 *     /                     the document itself
 *     shelf/book            all books on all shelves at the top
 *     shelf[2]/book[1]      the first book of each second shelf; counted among those of that name
 *     shelf/ *              all that is on a shelf (without the space)
 *
 * A slash at the beginning changes nothing. */
#ifndef DOCUMENT_PATH_H
#define DOCUMENT_PATH_H

#include <stdio.h>

#include "node.h"

/* Appends the nodes that path means, in the order of the document. Returns 0, or -1 and errno:
 * ENOMEM, or EINVAL when it is no path. */
int path_find(node *document, const char *path, nodes *found);

/* Writes where n is: from a slash on, in a document; without one, from the node at the top that
 * lies in none. Returns 0, or -1 and ENOMEM. */
int path_write(FILE *out, node *n);

#endif
