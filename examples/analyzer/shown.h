/* SPDX-License-Identifier: MIT
 *
 * Values as reports show them: by the kind of their column, and without what a terminal obeys.
 * Knows columns.
 * Both forms of a report choose here, so that they say the same. */
#ifndef ANALYZER_SHOWN_H
#define ANALYZER_SHOWN_H

#include "column.h"

enum { SHOWN_BYTES = 48 };

/* A value of a column: a text, or a number or date that is written already. */
struct shown {
    const text *text; /* borrowed from the column; NULL: see below */
    bool is_date;
    char written[SHOWN_BYTES]; /* "" when there is no such value */
};

/* How numbers are written: with all digits that matter, or for people. */
enum shown_digits { SHOWN_EXACT, SHOWN_SHORT };

struct shown shown_least(const column *c, enum shown_digits digits);
struct shown shown_greatest(const column *c, enum shown_digits digits);

/* The quantile for this fraction, for which the sketch answered x. */
struct shown shown_quantile(const column *c, double fraction, double x, enum shown_digits digits);

/* Writes a value into out, of `room` bytes, as at most `points` code points: control characters as
 * escapes, what is no UTF-8 as U+FFFD, and an ellipsis where it was cut. length is that of the
 * whole value, which may be more than what is left of it. Returns how many were written. */
size_t shown_text(char *out, size_t room, size_t points, struct span value, uint64_t length);

/* Cuts off a sequence of UTF-8 that is unfinished only because the value was cut in it. */
struct span shown_whole_points(struct span value, uint64_t length);

#endif
