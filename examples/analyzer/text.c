/* SPDX-License-Identifier: MIT
 *
 * A value of the table as an object of its own: a counted head with a tail of bytes.
 * Knows spans and hashes.
 * One allocation for each; the count tells how many tables of a report still show it. */
#include "text.h"

HF_TYPE(text);

text *
text_new(struct span value, uint64_t hash)
{
    struct span kept = text_kept(value);
    text *t = hf_new_flex(text, bytes, kept.length);
    if (!t) return NULL;
    t->hash = hash;
    t->length = value.length;
    memcpy(t->bytes, kept.bytes, kept.length);
    return t;
}

struct span
text_span(const text *t)
{
    return (struct span){t->bytes, hf_flex_count(t)};
}

bool
text_is(const text *t, struct span value, uint64_t hash)
{
    return t->hash == hash && t->length == value.length
           && memcmp(t->bytes, value.bytes, text_kept(value).length) == 0;
}
