/* SPDX-License-Identifier: MIT
 *
 * What a field is: nothing, a boolean, an integer, a number, a date, or text, and its value.
 * Knows spans.
 * Spaces and tabs around a value don't count, except for text, where they are part of it. */
#ifndef ANALYZER_VALUE_H
#define ANALYZER_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

enum kind {
    KIND_EMPTY, /* of a column without any value */
    KIND_BOOLEAN,
    KIND_INTEGER,
    KIND_NUMBER,
    KIND_DATE,
    KIND_TEXT,
    KINDS /* how many there are */
};

struct value {
    enum kind kind;
    int64_t integer; /* KIND_INTEGER; KIND_DATE: milliseconds since the beginning of 1970 */
    double number;   /* KIND_INTEGER, KIND_NUMBER, KIND_DATE */
    bool has_time;   /* KIND_DATE */
    bool has_zone;   /* KIND_DATE: "Z" or an offset, which is counted in */
};

/* Returns what the field is. The byte after it must be readable and no part of a number. */
struct value value_read(struct span field);

/* Returns the narrowest kind that takes what both take. */
enum kind kind_join(enum kind a, enum kind b);

/* Returns its name; static. */
const char *kind_name(enum kind kind);

/* Whether it is KIND_INTEGER or KIND_NUMBER. */
bool kind_is_numeric(enum kind kind);

#endif
