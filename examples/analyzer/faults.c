/* SPDX-License-Identifier: MIT
 *
 * Finds text that is no text: zero bytes and broken UTF-8, field by field.
 * Knows batches, problems and UTF-8.
 * A batch without any is seen to be so in one look at its block: the case that must be fast. */
#include "faults.h"

#include "utf8.h"

static void
look_at(const batch *b, size_t row, size_t column, struct problems *problems)
{
    struct span field = batch_field(b, row, column);
    const char *zero = memchr(field.bytes, 0, field.length);
    if (zero) {
        problems_add(problems, batch_line_of(b, row, column, (size_t)(zero - field.bytes)),
                     "a zero byte in field %zu", column + 1);
    }
    size_t valid = utf8_valid_length(field);
    if (valid < field.length) {
        problems_add(problems, batch_line_of(b, row, column, valid),
                     "byte 0x%02X in field %zu is not UTF-8", (unsigned char)field.bytes[valid],
                     column + 1);
    }
}

void
faults_find(const batch *b, struct problems *problems)
{
    if (batch_is_clean(b)) return;
    for (size_t row = 0; row < b->rows; row++) {
        for (size_t column = 0; column < b->columns; column++) look_at(b, row, column, problems);
    }
}
