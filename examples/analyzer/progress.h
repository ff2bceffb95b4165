/* SPDX-License-Identifier: MIT
 *
 * A line on the terminal that tells how far the reading is.
 * Knows the clock and standard error; writes nothing unless that is a terminal.
 * It is written five times a second at most, and wiped away before anything else is written. */
#ifndef ANALYZER_PROGRESS_H
#define ANALYZER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;     /* at all */
    bool on_screen; /* at the moment */
    uint64_t begin; /* nanoseconds, of the table */
    uint64_t latest;
};

/* A table begins. */
void progress_begin(struct progress *p, bool quiet);

/* So many rows and bytes of the table were read. */
void progress_show(struct progress *p, const char *name, uint64_t rows, uint64_t bytes);

/* Wipes the line away. */
void progress_end(struct progress *p);

#endif
