/* SPDX-License-Identifier: MIT
 *
 * Tables of text: aligned for people, tab-separated for programs, Markdown for pages.
 * Knows nothing of what stands in the cells.
 * A table that is too large ends the program: its size is known when the program is written. */
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The row that is being written: rows counts finished and begun ones, the head included. */
static size_t
last_row(const struct bench_table *table)
{
    return table->rows - 1;
}

void
bench_table_begin(struct bench_table *table, const char *title, const char *const *head)
{
    memset(table, 0, sizeof *table);
    table->title = title;
    bench_table_row(table);
    for (; *head; head++) bench_table_cell(table, "%s", *head);
}

void
bench_table_row(struct bench_table *table)
{
    if (table->rows == BENCH_TABLE_ROWS) bench_fail("a table has too many rows");
    table->rows++;
    table->columns = 0;
}

void
bench_table_cell(struct bench_table *table, const char *format, ...)
{
    if (table->columns == BENCH_TABLE_COLUMNS) bench_fail("a table has too many columns");
    char *cell = table->cell[last_row(table)][table->columns++];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(cell, BENCH_TABLE_CELL, format, arguments);
    va_end(arguments);
}

static void
print_tab_separated(const struct bench_table *table, const char *key)
{
    for (size_t row = 1; row < table->rows; row++) {
        printf("%s", key);
        for (size_t column = 0; column < table->columns; column++) {
            const char *cell = table->cell[row][column];
            printf("\t%s", *cell ? cell : "-");
        }
        putchar('\n');
    }
}

static int
width_of(const struct bench_table *table, size_t column)
{
    size_t width = 3;
    for (size_t row = 0; row < table->rows; row++) {
        size_t bytes = strlen(table->cell[row][column]);
        if (bytes > width) width = bytes;
    }
    return (int)width;
}

static void
print_rule(const struct bench_table *table, const int *width)
{
    for (size_t column = 0; column < table->columns; column++) {
        printf(column ? " | " : "| ");
        for (int i = 1; i < width[column]; i++) putchar('-');
        putchar(column ? ':' : '-');
    }
    printf(" |\n");
}

static void
print_aligned(const struct bench_table *table, bool is_markdown)
{
    const char *between = is_markdown ? " | " : "  ";
    int width[BENCH_TABLE_COLUMNS];
    for (size_t column = 0; column < table->columns; column++) {
        width[column] = width_of(table, column);
    }
    for (size_t row = 0; row < table->rows; row++) {
        if (is_markdown) printf("| ");
        printf("%-*s", width[0], table->cell[row][0]);
        for (size_t column = 1; column < table->columns; column++) {
            printf("%s%*s", between, width[column], table->cell[row][column]);
        }
        printf(is_markdown ? " |\n" : "\n");
        if (is_markdown && row == 0) print_rule(table, width);
    }
}

void
bench_table_print(const struct bench_table *table, enum bench_format format, const char *key)
{
    if (format == BENCH_TSV) {
        print_tab_separated(table, key);
    } else {
        printf(format == BENCH_MARKDOWN ? "\n### %s\n\n" : "\n%s\n", table->title);
        print_aligned(table, format == BENCH_MARKDOWN);
    }
    fflush(stdout);
}
