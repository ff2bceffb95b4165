/* SPDX-License-Identifier: MIT
 *
 * A table: its name, its columns, what was counted, and what was wrong with it.
 * Knows columns.
 * One per file; it lives until its part of the report is written. */
#ifndef ANALYZER_TABLE_H
#define ANALYZER_TABLE_H

#include "column.h"
#include "problems.h"

/* The columns of a table, as an object with so many edges. */
typedef struct column_list {
    size_t count;
    column *at[];
} column_list;
HF_DECLARE(column_list);

typedef struct table {
    char *name;
    column_list *columns; /* NULL until the first row says how many */
    uint64_t rows;
    uint64_t bytes; /* read, whole rows or not */
    struct problems problems;
} table;
HF_DECLARE(table);

/* Returns a new table without columns. Owner: the caller. NULL and ENOMEM without memory. */
table *table_new(const char *name) HF_GIVE;

/* Makes this many columns, named by the only row of the batch, or by their numbers if it is NULL.
 * Returns 0, or -1 and ENOMEM. */
int table_name_columns(table *t, const batch *names, size_t count);

/* Returns how many columns it has, and one of them, borrowed from the table. */
size_t table_width(const table *t);
column *table_column(const table *t, size_t at) HF_LEND;

/* Takes the rows of a batch in, a slice for each column. Returns 0, or -1 and ENOMEM. */
int table_add(table *t, batch *rows, hf_cache *cache, const struct nulls *nulls);

#endif
