/* SPDX-License-Identifier: MIT
 *
 * Quantiles of a stream of numbers, in memory that grows with the logarithm of its length.
 * Knows nothing.
 * KLL (Karnin, Lang, Liberty, Optimal Quantile Approximation in Streams, FOCS 2016) of width 1024:
 * exact up to 1024 numbers; beyond, the rank of an answer is off by less than half a percent of all
 * numbers, nearly always (tests/examples/sketches.c measures it). */
#ifndef ANALYZER_QUANTILE_H
#define ANALYZER_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

enum { QUANTILE_WIDTH = 1024 };

struct quantile;

/* Returns a new one, empty, or NULL and ENOMEM. Owner: the caller, until quantile_free. */
struct quantile *quantile_new(void);
void quantile_free(struct quantile *q);

/* Takes note of a number, which is not NaN. Returns 0, or -1 and ENOMEM. */
int quantile_add(struct quantile *q, double x);

/* For each fraction f from 0 to 1, in ascending order, writes the smallest number that at least the
 * share f of all numbers don't exceed; 0 is the smallest kept. Returns 0, or -1 and errno: ENOMEM,
 * or EDOM when there were no numbers. */
int quantile_ask(const struct quantile *q, const double *fractions, size_t count, double *out);

#endif
