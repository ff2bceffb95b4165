/* SPDX-License-Identifier: MIT
 *
 * The analyzer: owns the generator of its report, the cache of values, and the table it is reading.
 * Knows everything below it.
 * Nothing is kept from one table to the next, so any number takes no more memory than one. */
#ifndef ANALYZER_ANALYZER_H
#define ANALYZER_ANALYZER_H

#include "generator.h"
#include "progress.h"
#include "table.h"

struct analyzer {
    generator *reporter; /* strong; it refers back by a weak reference */
    hf_cache *cache;
    table *current; /* NULL between tables */
    const struct options *options;
    struct progress progress;
};
HF_DECLARE(analyzer);

/* Analyzes all files of the options and writes the report. Returns the exit status; errors were
 * told on standard error. */
int analyzer_run(const struct options *options);

#endif
