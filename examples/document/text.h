/* SPDX-License-Identifier: MIT
 *
 * A text that nobody changes: names of nodes, and values of attributes.
 * Knows the library.
 * A clone of a node shares the texts of its original; they go with the last node that has them. */
#ifndef DOCUMENT_TEXT_H
#define DOCUMENT_TEXT_H

#include <holdfast/holdfast.h>

typedef struct text {
    size_t length;
    char bytes[]; /* with a zero at the end, and none before */
} text;
HF_DECLARE(text);

/* Returns a new text. Owner: the caller. NULL and ENOMEM without memory. */
text *text_new(const char *bytes, size_t length) HF_GIVE;

#endif
