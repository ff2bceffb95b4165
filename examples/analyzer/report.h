/* SPDX-License-Identifier: MIT
 *
 * The two forms of a report: text for people, JSON for programs.
 * Knows tables and options.
 * Neither depends on the locale; docs/analyzer.md describes both. */
#ifndef ANALYZER_REPORT_H
#define ANALYZER_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "options.h"
#include "table.h"

/* Writes the report on a table; first tells whether it is the first of several. Returns 0, or -1
 * and errno: ENOMEM. Errors of out stay in out, for ferror. */
int report_text(FILE *out, const table *t, const struct options *options, bool first);
int report_json_table(FILE *out, const table *t, const struct options *options, bool first);

/* What stands before and after all tables: at the end, how well values were found again. */
void report_json_begin(FILE *out);
void report_json_end(FILE *out, const hf_cache_figures *interned, const struct options *options);
void report_text_end(FILE *out, const hf_cache_figures *interned, const struct options *options);

#endif
