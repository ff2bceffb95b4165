/* SPDX-License-Identifier: MIT
 *
 * Dates of ISO 8601 in the calendar of today, years 0001 to 9999: to milliseconds and back.
 * Knows values.
 * `2024-02-29`, with `T` or a space `12:30[:59[.250]]`, with `Z` or `+01:00`; without: UTC. */
#ifndef ANALYZER_DATE_H
#define ANALYZER_DATE_H

#include "value.h"

enum { DATE_BYTES = 40 };

/* Returns false, with *value unchanged, when the span is not exactly such a date. */
bool date_read(struct span s, struct value *value);

/* Writes the date into out: the day, and the rest as far as it is asked for. */
void date_write(char out[DATE_BYTES], int64_t milliseconds, bool with_time, bool with_zone);

#endif
