/* SPDX-License-Identifier: MIT
 *
 * A column of a table: its name, its kind as far as it is known, and its statistics.
 * Knows slices of batches, values and the sketches.
 * Everything in it has a bound, about 200 KiB, whatever goes through it. */
#ifndef ANALYZER_COLUMN_H
#define ANALYZER_COLUMN_H

#include "batch.h"
#include "distinct.h"
#include "moments.h"
#include "nulls.h"
#include "quantile.h"
#include "text.h"
#include "text_cache.h"
#include "top_values.h"
#include "value.h"

/* How many values at the beginning a report shows. */
enum { COLUMN_SAMPLE = 3 };

typedef struct column {
    text *name;
    slice *sample; /* the first one, and so the first batch lives as long as its columns */
    top_values *top;
    text *least; /* in the order of bytes */
    text *greatest;
    struct distinct *distinct;
    struct quantile *quantiles; /* of numbers or dates; NULL once the column is known to be text */

    enum kind kind; /* the narrowest one that takes all values so far */
    uint64_t values;
    uint64_t nulls;
    uint64_t of_kind[KINDS];                 /* values of each kind */
    uint64_t line_of[KINDS];                 /* where the first one of it stands */
    struct moments numbers;                  /* of integers and numbers */
    double least_number, greatest_number;    /* dates too */
    int64_t least_integer, greatest_integer; /* dates too; not of numbers */
    bool has_time, has_zone;                 /* some date does */
    uint64_t shortest, longest;              /* bytes of a value */
    uint64_t bytes;                          /* of all values */
} column;
HF_DECLARE(column);

/* Returns a new column. Owner: the caller. NULL and ENOMEM without memory. */
column *column_new(struct span name) HF_GIVE;

/* Takes the values of a slice in. Returns 0, or -1 and ENOMEM: the column may have taken a part. */
int column_add(column *c, slice *values, hf_cache *cache, const struct nulls *nulls);

/* Whether its values have a mean, and whether they have quantiles. */
bool column_has_mean(const column *c);
bool column_has_quantiles(const column *c);

/* Writes the quantiles for these fractions, which ascend, into out. Returns 0, or -1 and ENOMEM. */
int column_ask_quantiles(const column *c, const double *fractions, size_t count, double *out);

/* Returns how many rows of the sample a report shows. */
size_t column_sample_rows(const column *c);

#endif
