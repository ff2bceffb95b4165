/* SPDX-License-Identifier: MIT
 *
 * A text that nobody changes: names of nodes, and values of attributes.
 * Knows the library.
 * Head and bytes are one block; its type has no edges, and so no part in cycles. */
#include "text.h"

#include <string.h>

HF_TYPE(text);

text *
text_new(const char *bytes, size_t length)
{
    text *t = hf_new_flex(text, bytes, length + 1);
    if (!t) return NULL;
    t->length = length;
    memcpy(t->bytes, bytes, length);
    return t;
}
