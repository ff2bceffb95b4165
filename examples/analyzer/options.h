/* SPDX-License-Identifier: MIT
 *
 * What the user asks for: the command line, read and checked.
 * Knows the forms of tables and null texts.
 * Texts belong to the command line. docs/analyzer.md describes every option. */
#ifndef ANALYZER_OPTIONS_H
#define ANALYZER_OPTIONS_H

#include <stdbool.h>

#include "nulls.h"
#include "table_reader.h"

/* How the program ends. The greatest that applies is taken. */
enum {
    EXIT_FINE = 0,
    EXIT_BAD_DATA = 1, /* the report is there, but something in a table was wrong */
    EXIT_TROUBLE = 2,  /* usage, files, memory */
    EXIT_LEAK = 3      /* objects are left */
};

enum { TOP_LIMIT = 100, QUANTILES_LIMIT = 32 };

struct options {
    struct table_form form;
    struct nulls nulls;
    double quantiles[QUANTILES_LIMIT]; /* ascending */
    size_t quantile_count;
    size_t top;
    size_t memory;      /* for values that are kept to be found again, in bytes */
    const char *output; /* NULL: standard output */
    bool json;
    bool quiet;
    bool leak;
    char **files; /* at least one; "-" is standard input */
    size_t file_count;
};

/* Reads the command line. Returns -1 when there is work to do; else the exit status, after help,
 * the version or an error was written. */
int options_read(struct options *options, int argc, char **argv);

#endif
