/* SPDX-License-Identifier: MIT
 *
 * Reads a table of comma-separated values (RFC 4180) from a file, in batches.
 * Knows batches, problems and libcsv.
 * What is wrong with the text becomes a problem with its physical line, and reading goes on where
 * it can: rows of another length and rows with a misplaced quote are left out; what leaves no way
 * to go on ends the table, and what was read before it stands. */
#ifndef ANALYZER_TABLE_READER_H
#define ANALYZER_TABLE_READER_H

#include "batch.h"
#include "problems.h"

/* A table with more columns is refused. */
enum { COLUMNS_LIMIT = 16384 };

struct table_form {
    char delimiter;
    bool has_header;
    size_t batch_rows;  /* a batch has at most so many */
    size_t field_bytes; /* a field has at most so many, and a row four times as many */
};

/* Who takes what is read; each returns 0, or -1 and errno, which ends the reading. */
struct table_taker {
    /* Once, before any rows. names has one row, or is NULL when the table has no header. */
    int (*columns)(void *ctx, const batch *names, size_t count);
    /* Borrowed: to keep the rows, retain the batch or a slice of it. */
    int (*rows)(void *ctx, batch *rows);
    void *ctx;
};

/* Reads the table from a file descriptor to its end, and counts in *bytes while it does. Returns 0,
 * also when there are problems, or -1 and errno when reading failed or a taker did. */
int table_read(int file, const struct table_form *form, const struct table_taker *taker,
               struct problems *problems, uint64_t *bytes);

#endif
