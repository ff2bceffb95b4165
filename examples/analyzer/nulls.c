/* SPDX-License-Identifier: MIT
 *
 * Which texts stand for "no value here".
 * Knows spans.
 * The usual ones are those that databases, spreadsheets and statistics programs write. */
#include "nulls.h"

int
nulls_add(struct nulls *nulls, const char *text)
{
    if (nulls->count == NULLS_LIMIT) return -1;
    struct span s = span_trim(span_of(text));
    nulls->texts[nulls->count++] = s;
    nulls->lengths |= UINT64_C(1) << (s.length < 63 ? s.length : 63);
    if (s.length) {
        unsigned char first = (unsigned char)*s.bytes;
        nulls->first[first / 64] |= UINT64_C(1) << first % 64;
    }
    return 0;
}

void
nulls_add_usual(struct nulls *nulls)
{
    static const char *const usual[] = {"",     "NA",   "N/A",  "n/a",  "#N/A", "NaN", "nan",
                                        "NULL", "null", "Null", "None", "none", "\\N"};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) nulls_add(nulls, usual[i]);
}

bool
nulls_has(const struct nulls *nulls, struct span trimmed)
{
    for (size_t i = 0; i < nulls->count; i++) {
        struct span text = nulls->texts[i];
        if (text.length == trimmed.length && !memcmp(text.bytes, trimmed.bytes, text.length)) {
            return true;
        }
    }
    return false;
}
