/* SPDX-License-Identifier: MIT
 *
 * The report as text: first all columns in one table, then what there is to say about each.
 * Knows tables and how values are shown.
 * Cells are written twice, once for their widths and once on paper, which takes no memory. */
#include <inttypes.h>

#include "number.h"
#include "report.h"
#include "shown.h"
#include "utf8.h"

enum heading {
    AT,
    NAME,
    TYPE,
    VALUES,
    NULLS,
    DISTINCT,
    LEAST,
    GREATEST,
    MEAN,
    DEVIATION,
    HEADINGS
};

enum {
    CELL_BYTES = 128,  /* of what is written in one */
    CELL_POINTS = 24,  /* of a value in the table, in code points */
    VALUE_POINTS = 60, /* of a value below it */
    VALUE_BYTES = 4 * VALUE_POINTS + 8
};

static const char *const headings[HEADINGS] = {"",         "column", "type", "values", "nulls",
                                               "distinct", "min",    "max",  "mean",   "deviation"};

static bool
is_right_aligned(enum heading heading, const column *c)
{
    if (heading == LEAST || heading == GREATEST) return c && column_has_mean(c);
    return heading != NAME && heading != TYPE;
}

static void
cell_of_value(char out[CELL_BYTES], const struct shown *shown)
{
    if (!shown->text) snprintf(out, CELL_BYTES, "%s", shown->written);
    else shown_text(out, CELL_BYTES, CELL_POINTS, text_span(shown->text), shown->text->length);
}

static void
cell_of_bound(char out[CELL_BYTES], const column *c, enum heading heading)
{
    struct shown shown =
        heading == LEAST ? shown_least(c, SHOWN_SHORT) : shown_greatest(c, SHOWN_SHORT);
    cell_of_value(out, &shown);
}

static void
cell_of_count(char out[CELL_BYTES], const column *c, enum heading heading)
{
    uint64_t count = heading == VALUES ? c->values : c->nulls;
    const char *about = "";
    if (heading == DISTINCT) {
        count = distinct_count(c->distinct);
        about = distinct_is_exact(c->distinct) ? "" : "~";
    }
    snprintf(out, CELL_BYTES, "%s%" PRIu64, about, count);
}

/* Without a column: the heading. */
static void
cell(char out[CELL_BYTES], const column *c, size_t at, enum heading heading)
{
    snprintf(out, CELL_BYTES, "%s", c ? "" : headings[heading]);
    if (!c) return;
    switch (heading) {
    case AT:
        snprintf(out, CELL_BYTES, "%zu", at + 1);
        break;
    case NAME:
        shown_text(out, CELL_BYTES, CELL_POINTS, text_span(c->name), c->name->length);
        break;
    case TYPE:
        snprintf(out, CELL_BYTES, "%s", kind_name(c->kind));
        break;
    case VALUES:
    case NULLS:
    case DISTINCT:
        cell_of_count(out, c, heading);
        break;
    case LEAST:
    case GREATEST:
        cell_of_bound(out, c, heading);
        break;
    case MEAN:
        if (column_has_mean(c)) number_write_short(out, c->numbers.mean);
        break;
    case DEVIATION:
        if (column_has_mean(c) && c->values > 1) {
            number_write_short(out, moments_deviation(&c->numbers));
        }
        break;
    case HEADINGS:
        break;
    }
}

/* Spaces are owed until the next cell that isn't empty, so that no line ends in them. */
static void
write_aligned(FILE *out, const char *written, size_t width, bool right, size_t *owed)
{
    size_t have = utf8_count(span_of(written)), padding = have < width ? width - have : 0;
    if (right) *owed += padding;
    if (*written) {
        fprintf(out, "%*s%s", (int)*owed, "", written);
        *owed = 0;
    }
    *owed += right ? 2 : padding + 2;
}

/* A line of the table; the headings, when there is no column. */
static void
write_line(FILE *out, const column *c, size_t at, const size_t widths[HEADINGS])
{
    size_t owed = 0;
    for (enum heading h = AT; h < HEADINGS; h++) {
        char written[CELL_BYTES];
        cell(written, c, at, h);
        write_aligned(out, written, widths[h], is_right_aligned(h, c), &owed);
    }
    fputc('\n', out);
}

static void
write_columns(FILE *out, const table *t)
{
    size_t widths[HEADINGS];
    for (enum heading h = AT; h < HEADINGS; h++) {
        widths[h] = strlen(headings[h]);
        for (size_t i = 0; i < table_width(t); i++) {
            char written[CELL_BYTES];
            cell(written, table_column(t, i), i, h);
            size_t width = utf8_count(span_of(written));
            if (width > widths[h]) widths[h] = width;
        }
    }
    write_line(out, NULL, 0, widths);
    for (size_t i = 0; i < table_width(t); i++) write_line(out, table_column(t, i), i, widths);
}

static void
write_sample(FILE *out, const column *c)
{
    char written[VALUE_BYTES];
    size_t count = column_sample_rows(c);
    for (size_t i = 0; i < count; i++) {
        struct span field = slice_field(c->sample, i);
        shown_text(written, sizeof written, CELL_POINTS, field, field.length);
        fprintf(out, "%s%s", i ? " | " : "   begins      ", written);
    }
    if (count) fputc('\n', out);
}

/* The kinds of values, if several: where to look when a column is text and should not be. */
static void
write_mixture(FILE *out, const column *c)
{
    const char *between = "   mixture     ";
    if (c->of_kind[c->kind] == c->values) return;
    for (enum kind kind = KIND_BOOLEAN; kind < KINDS; kind++) {
        if (!c->of_kind[kind]) continue;
        fprintf(out, "%s%" PRIu64 " %s, first on line %" PRIu64, between, c->of_kind[kind],
                kind_name(kind), c->line_of[kind]);
        between = "; ";
    }
    fputc('\n', out);
}

static void
write_lengths(FILE *out, const column *c)
{
    if (!c->values || c->kind != KIND_TEXT) return;
    char mean[NUMBER_BYTES];
    number_write_short(mean, (double)c->bytes / (double)c->values);
    fprintf(out, "   bytes       %" PRIu64 " to %" PRIu64 ", mean %s\n", c->shortest, c->longest,
            mean);
}

static int
write_quantiles(FILE *out, const column *c, const struct options *options)
{
    double numbers[QUANTILES_LIMIT];
    if (!column_has_quantiles(c) || !options->quantile_count) return 0;
    if (column_ask_quantiles(c, options->quantiles, options->quantile_count, numbers)) return -1;
    for (size_t i = 0; i < options->quantile_count; i++) {
        char fraction[NUMBER_BYTES];
        number_write_exact(fraction, options->quantiles[i]);
        struct shown shown = shown_quantile(c, options->quantiles[i], numbers[i], SHOWN_SHORT);
        fprintf(out, "%s%s: %s", i ? "  " : "   quantiles   ", fraction, shown.written);
    }
    fputc('\n', out);
    return 0;
}

static void
write_top(FILE *out, const column *c, size_t limit)
{
    struct top_item items[TOP_LIMIT];
    size_t count = top_values_list(c->top, items, limit);
    int digits = count ? snprintf(NULL, 0, "%" PRIu64, items[0].count) : 0;
    /* What is there once only is not frequent. */
    for (size_t i = 0; i < count && items[i].count > 1; i++) {
        char written[VALUE_BYTES];
        const text *value = items[i].value;
        shown_text(written, sizeof written, VALUE_POINTS, text_span(value), value->length);
        double percent = 100 * (double)items[i].count / (double)c->values;
        fprintf(out, "%s%s%*" PRIu64 "  %5.1f %%  %s\n", i ? "               " : "   frequent    ",
                items[i].error ? "~" : " ", digits, items[i].count, percent, written);
    }
}

static int
write_column(FILE *out, const column *c, size_t at, const struct options *options)
{
    char name[VALUE_BYTES];
    shown_text(name, sizeof name, VALUE_POINTS, text_span(c->name), c->name->length);
    fprintf(out, "\n%zu. %s: %s\n", at + 1, name, kind_name(c->kind));
    write_sample(out, c);
    write_mixture(out, c);
    write_lengths(out, c);
    if (write_quantiles(out, c, options)) return -1;
    write_top(out, c, options->top);
    return 0;
}

int
report_text(FILE *out, const table *t, const struct options *options, bool first)
{
    size_t width = table_width(t);
    fprintf(out, "%s%s: %" PRIu64 " row%s, %zu column%s, %" PRIu64 " bytes", first ? "" : "\n\n",
            t->name, t->rows, t->rows == 1 ? "" : "s", width, width == 1 ? "" : "s", t->bytes);
    if (t->problems.count) {
        fprintf(out, ", %" PRIu64 " problem%s", t->problems.count,
                t->problems.count == 1 ? "" : "s");
    }
    fputs(width ? "\n\n" : "\n", out);
    if (width) write_columns(out, t);
    for (size_t i = 0; i < width; i++) {
        if (write_column(out, table_column(t, i), i, options)) return -1;
    }
    return 0;
}

void
report_text_end(FILE *out, const hf_cache_figures *interned, const struct options *options)
{
    uint64_t asked = interned->hits + interned->misses;
    if (!asked) return;
    fprintf(out, "\ninterned values: %.1f %% of %" PRIu64 " found again, peak %zu of %zu bytes\n",
            100 * (double)interned->hits / (double)asked, asked, interned->peak_weight,
            options->memory);
}
