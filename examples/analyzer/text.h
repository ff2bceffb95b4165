/* SPDX-License-Identifier: MIT
 *
 * A value of the table as an object of its own: it outlives the batch that it was read in.
 * Knows spans and hashes.
 * Of a long value only the beginning is kept, so that what a report holds on to is bounded; order
 * by bytes is kept too, since what is smaller as a whole is not greater in its beginning. */
#ifndef ANALYZER_TEXT_H
#define ANALYZER_TEXT_H

#include <holdfast/holdfast.h>
#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/* How many bytes of a value are kept. */
#define TEXT_KEPT_BYTES 256

typedef struct text {
    uint64_t hash;   /* of the whole value */
    uint64_t length; /* of the whole value */
    char bytes[];    /* as many as hf_flex_count says */
} text;
HF_DECLARE(text);

/* Returns a new text. Owner: the caller. NULL and ENOMEM without memory. */
text *text_new(struct span value, uint64_t hash) HF_GIVE;

/* The kept bytes; valid as long as the text lives. */
struct span text_span(const text *t);

/* Whether the text was made from this value. Values of the same length and beginning are told apart
 * by their hashes only: two in 2^64 are taken for one. */
bool text_is(const text *t, struct span value, uint64_t hash);

/* The part of a value that a text would keep. */
static inline struct span
text_kept(struct span value)
{
    if (value.length > TEXT_KEPT_BYTES) value.length = TEXT_KEPT_BYTES;
    return value;
}

#endif
