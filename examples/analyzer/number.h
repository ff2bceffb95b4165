/* SPDX-License-Identifier: MIT
 *
 * Numbers in tables and reports: a decimal point, no grouping, whatever the locale says.
 * Knows values.
 * An integer beyond 64 bits is a number; a number is the nearest double, about 16 digits. */
#ifndef ANALYZER_NUMBER_H
#define ANALYZER_NUMBER_H

#include "value.h"

enum { NUMBER_BYTES = 32 };

/* Reads `[+-]digits[.digits][e[+-]digits]`. Returns false, with *value unchanged, when the span is
 * not exactly that, has a leading zero ("007" is a code, not a number), or is too large for a
 * double. The byte after the span must be readable and no part of a number. */
bool number_read(struct span s, struct value *value);

/* Writes x into out with as few digits as give exactly x when read again; "" unless x is finite. */
void number_write_exact(char out[NUMBER_BYTES], double x);

/* Writes x into out with about six digits, for people; "" unless x is finite. */
void number_write_short(char out[NUMBER_BYTES], double x);

#endif
