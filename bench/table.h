/* SPDX-License-Identifier: MIT
 *
 * Tables of text: aligned for people, tab-separated for programs, Markdown for pages.
 * Knows nothing of what stands in the cells.
 * The first column is aligned to the left, all others to the right. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "harness.h"

enum { BENCH_TABLE_ROWS = 64, BENCH_TABLE_COLUMNS = 10, BENCH_TABLE_CELL = 64 };

struct bench_table {
    const char *title;
    size_t rows;
    size_t columns;
    char cell[BENCH_TABLE_ROWS][BENCH_TABLE_COLUMNS][BENCH_TABLE_CELL];
};

/* Begins a table whose head is the given column titles, up to a NULL. */
void bench_table_begin(struct bench_table *table, const char *title, const char *const *head);

/* Begins the next row; cells are then appended from left to right. */
void bench_table_row(struct bench_table *table);
void bench_table_cell(struct bench_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes the table to standard output. key stands in front of each line of tab-separated output. */
void bench_table_print(const struct bench_table *table, enum bench_format format, const char *key);

#endif
