/* SPDX-License-Identifier: MIT
 *
 * Mean and standard deviation of a stream of numbers.
 * Knows nothing.
 * B. P. Welford, Note on a Method for Calculating Corrected Sums of Squares and Products, 1962: no
 * sum of squares that grows, so nothing cancels. */
#ifndef ANALYZER_MOMENTS_H
#define ANALYZER_MOMENTS_H

#include <math.h>
#include <stdint.h>

struct moments {
    uint64_t count;
    double mean;
    double squares; /* of the distances from the mean, summed */
};

static inline void
moments_add(struct moments *m, double x)
{
    double distance = x - m->mean;
    m->mean += distance / (double)++m->count;
    m->squares += distance * (x - m->mean);
}

/* The standard deviation of a sample (division by count - 1); 0 for fewer than two numbers. */
static inline double
moments_deviation(const struct moments *m)
{
    return m->count < 2 ? 0 : sqrt(m->squares / (double)(m->count - 1));
}

#endif
