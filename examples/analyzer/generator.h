/* SPDX-License-Identifier: MIT
 *
 * The report generator: an analyzer owns it, and it writes what its analyzer found.
 * Knows its analyzer by a weak reference only, so that the two don't keep each other alive.
 * A second type of generator holds its analyzer by a strong edge, to show what happens then. */
#ifndef ANALYZER_GENERATOR_H
#define ANALYZER_GENERATOR_H

#include <holdfast/holdfast.h>
#include <stdbool.h>
#include <stdio.h>

#include "options.h"

typedef struct analyzer analyzer;

typedef struct generator {
    hf_weak(analyzer) owner;
    FILE *out;       /* NULL when finished */
    uint64_t tables; /* written so far */
} generator;
HF_DECLARE(generator);

/* The mistake of --leak: a strong edge from child to parent. */
typedef struct holding_generator {
    generator base;
    analyzer *held;
} holding_generator;
HF_DECLARE(holding_generator);

/* Returns a new generator for this analyzer, with its output open. Owner: the caller. NULL and
 * errno without memory, or when the output can't be opened. */
generator *generator_new(analyzer *owner, const struct options *options) HF_GIVE;

/* Writes the part of the report about the analyzer's current table. Returns 0, or -1 and errno;
 * ESRCH when the analyzer is dead. */
int generator_write(generator *g);

/* Ends the report and closes the output. Returns 0, or -1 and errno. */
int generator_finish(generator *g);

#endif
