/* SPDX-License-Identifier: MIT
 *
 * What a field is: the first byte of most fields decides what it can be at all.
 * Knows the grammars of numbers and dates.
 * Only `true` and `false` are booleans: NO is a country, and 0 and 1 are integers. */
#include "value.h"

#include <strings.h>

#include "date.h"
#include "number.h"

static bool
is_boolean(struct span s)
{
    return (s.length == 4 && strncasecmp(s.bytes, "true", 4) == 0)
           || (s.length == 5 && strncasecmp(s.bytes, "false", 5) == 0);
}

struct value
value_read(struct span field)
{
    struct value value = {.kind = KIND_TEXT};
    struct span s = span_trim(field);
    if (!s.length) return value;
    unsigned char first = (unsigned char)*s.bytes;
    if (first >= '0' && first <= '9') {
        if (!number_read(s, &value)) date_read(s, &value);
    } else if (first == '-' || first == '+' || first == '.') {
        number_read(s, &value);
    } else if (is_boolean(s)) {
        value.kind = KIND_BOOLEAN;
    }
    return value;
}

enum kind
kind_join(enum kind a, enum kind b)
{
    if (a == b || b == KIND_EMPTY) return a;
    if (a == KIND_EMPTY) return b;
    return kind_is_numeric(a) && kind_is_numeric(b) ? KIND_NUMBER : KIND_TEXT;
}

const char *
kind_name(enum kind kind)
{
    static const char *const names[KINDS] = {"empty",  "boolean", "integer",
                                             "number", "date",    "text"};
    return names[kind];
}

bool
kind_is_numeric(enum kind kind)
{
    return kind == KIND_INTEGER || kind == KIND_NUMBER;
}
