/* SPDX-License-Identifier: MIT
 *
 * Which texts stand for "no value here".
 * Knows spans. The texts belong to whoever adds them, and must stay.
 * Most fields are told apart by their length and first byte, before any text is compared. */
#ifndef ANALYZER_NULLS_H
#define ANALYZER_NULLS_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

enum { NULLS_LIMIT = 64 };

struct nulls {
    size_t count;
    struct span texts[NULLS_LIMIT];
    uint64_t lengths;         /* bit n: there is a text of n bytes; bit 63: of 63 or more */
    uint64_t first[256 / 64]; /* bit b: there is a text that begins with byte b */
};

/* Returns 0, or -1 when there are too many already. */
int nulls_add(struct nulls *nulls, const char *text);

/* Adds what stands for no value unless the user says otherwise. */
void nulls_add_usual(struct nulls *nulls);

bool nulls_has(const struct nulls *nulls, struct span trimmed);

static inline bool
nulls_match(const struct nulls *nulls, struct span field)
{
    struct span s = span_trim(field);
    if (!(nulls->lengths >> (s.length < 63 ? s.length : 63) & 1)) return false;
    if (!s.length) return true;
    unsigned char first = (unsigned char)*s.bytes;
    return (nulls->first[first / 64] >> first % 64 & 1) && nulls_has(nulls, s);
}

#endif
