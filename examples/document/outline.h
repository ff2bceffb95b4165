/* SPDX-License-Identifier: MIT
 *
 * Outlines: documents as lines of text, one for each node.
 * Knows nodes.
 *
 *     shelf room=2
 *       book title="The Castle" year=1926
 *
 * Two spaces more are one level deeper. A name, then attributes; a value in quotes may have spaces,
 * and \" and \\ for " and \. Lines without anything are nothing. */
#ifndef DOCUMENT_OUTLINE_H
#define DOCUMENT_OUTLINE_H

#include <stdio.h>

#include "node.h"

/* What is wrong with an outline: on which line, and what. */
struct outline_problem {
    size_t line;
    const char *what; /* NULL while nothing is */
};

/* Returns the document that the file holds. Owner: the caller. NULL with problem->what, or without
 * and with errno when the file can't be read or there is no memory. */
node *outline_read(FILE *file, struct outline_problem *problem) HF_GIVE;

/* Writes n and all below it, n at the margin; of a document, what is below it. Returns 0, or -1 and
 * ENOMEM; errors in writing are for ferror(out). */
int outline_write(FILE *out, node *n);

/* Whether a character may stand in names of nodes and of attributes. */
bool outline_is_name_character(int c);

#endif
