/* SPDX-License-Identifier: MIT
 *
 * The report as JSON (RFC 8259): every table and column has the same members, null where it has no
 * value.
 * Knows tables and how values are shown.
 * Strings are well-formed UTF-8 whatever was in the table: other bytes become U+FFFD. */
#include <inttypes.h>

#include "number.h"
#include "report.h"
#include "shown.h"
#include "utf8.h"

static void
write_point(FILE *out, uint32_t code_point, struct span bytes)
{
    if (code_point == '"' || code_point == '\\') {
        fprintf(out, "\\%c", (char)code_point);
    } else if (code_point == '\n') {
        fputs("\\n", out);
    } else if (code_point < 0x20 || code_point == 0x7F) {
        fprintf(out, "\\u%04" PRIx32, code_point);
    } else if (code_point == UTF8_REPLACEMENT) {
        fputs("\xEF\xBF\xBD", out);
    } else {
        fwrite(bytes.bytes, 1, bytes.length, out);
    }
}

/* length is that of the whole value; an ellipsis stands for what is missing. */
static void
write_cut_string(FILE *out, struct span value, uint64_t length)
{
    struct span rest = shown_whole_points(value, length);
    bool cut = rest.length < length;
    fputc('"', out);
    while (rest.length) {
        struct span point = rest;
        uint32_t code_point;
        utf8_next(&rest, &code_point);
        point.length = (size_t)(rest.bytes - point.bytes);
        write_point(out, code_point, point);
    }
    fputs(cut ? "\xE2\x80\xA6\"" : "\"", out);
}

static void
write_string(FILE *out, struct span value)
{
    write_cut_string(out, value, value.length);
}

static void
write_text(FILE *out, const text *t)
{
    write_cut_string(out, text_span(t), t->length);
}

static void
write_shown(FILE *out, const struct shown *shown)
{
    if (shown->text) write_text(out, shown->text);
    else if (!shown->written[0]) fputs("null", out);
    else fprintf(out, shown->is_date ? "\"%s\"" : "%s", shown->written);
}

/* A number, or null where it has no value. */
static void
write_number(FILE *out, double x, bool has_value)
{
    char number[NUMBER_BYTES];
    number_write_exact(number, x);
    fputs(has_value && number[0] ? number : "null", out);
}

static void
write_problems(FILE *out, const struct problems *problems)
{
    size_t kept = problems_kept(problems);
    fprintf(out, "      \"problem_count\": %" PRIu64 ",\n      \"problems\": [", problems->count);
    for (size_t i = 0; i < kept; i++) {
        fputs(i ? ",\n        {\"line\": " : "\n        {\"line\": ", out);
        if (problems->kept[i].line) fprintf(out, "%" PRIu64, problems->kept[i].line);
        else fputs("null", out);
        fputs(", \"what\": ", out);
        write_string(out, span_of(problems->kept[i].what));
        fputc('}', out);
    }
    fputs(kept ? "\n      ],\n" : "],\n", out);
}

static void
write_kinds(FILE *out, const column *c)
{
    const char *between = "";
    fputs("          \"kinds\": {", out);
    for (enum kind kind = KIND_BOOLEAN; kind < KINDS; kind++) {
        if (!c->of_kind[kind]) continue;
        fprintf(out, "%s\"%s\": {\"count\": %" PRIu64 ", \"first_line\": %" PRIu64 "}", between,
                kind_name(kind), c->of_kind[kind], c->line_of[kind]);
        between = ", ";
    }
    fputs("},\n", out);
}

static void
write_numbers(FILE *out, const column *c)
{
    struct shown least = shown_least(c, SHOWN_EXACT), greatest = shown_greatest(c, SHOWN_EXACT);
    fputs("          \"min\": ", out);
    write_shown(out, &least);
    fputs(",\n          \"max\": ", out);
    write_shown(out, &greatest);
    fputs(",\n          \"mean\": ", out);
    write_number(out, c->numbers.mean, column_has_mean(c));
    fputs(",\n          \"standard_deviation\": ", out);
    write_number(out, moments_deviation(&c->numbers), column_has_mean(c) && c->values > 1);
    fputs(",\n", out);
}

static int
write_quantiles(FILE *out, const column *c, const struct options *options)
{
    double numbers[QUANTILES_LIMIT];
    bool any = column_has_quantiles(c) && options->quantile_count;
    fputs("          \"quantiles\": [", out);
    if (any && column_ask_quantiles(c, options->quantiles, options->quantile_count, numbers))
        return -1;
    for (size_t i = 0; any && i < options->quantile_count; i++) {
        fputs(i ? ", {\"fraction\": " : "{\"fraction\": ", out);
        write_number(out, options->quantiles[i], true);
        fputs(", \"value\": ", out);
        struct shown shown = shown_quantile(c, options->quantiles[i], numbers[i], SHOWN_EXACT);
        write_shown(out, &shown);
        fputc('}', out);
    }
    fputs("],\n", out);
    return 0;
}

static void
write_lengths(FILE *out, const column *c)
{
    bool any = c->values != 0;
    fputs("          \"bytes\": {\"min\": ", out);
    write_number(out, (double)c->shortest, any);
    fputs(", \"max\": ", out);
    write_number(out, (double)c->longest, any);
    fputs(", \"mean\": ", out);
    write_number(out, any ? (double)c->bytes / (double)c->values : 0, any);
    fputs("},\n", out);
}

static void
write_top(FILE *out, const column *c, size_t limit)
{
    struct top_item items[TOP_LIMIT];
    size_t count = top_values_list(c->top, items, limit);
    fputs("          \"top\": [", out);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ",\n            {\"value\": " : "\n            {\"value\": ", out);
        write_text(out, items[i].value);
        fprintf(out, ", \"count\": %" PRIu64 ", \"error\": %" PRIu64 "}", items[i].count,
                items[i].error);
    }
    fputs(count ? "\n          ],\n" : "],\n", out);
}

static void
write_sample(FILE *out, const column *c)
{
    size_t count = column_sample_rows(c);
    fputs("          \"sample\": [", out);
    for (size_t i = 0; i < count; i++) {
        struct span field = slice_field(c->sample, i);
        if (i) fputs(", ", out);
        write_cut_string(out, text_kept(field), field.length);
    }
    fputs("]\n", out);
}

static int
write_column(FILE *out, const column *c, const struct options *options)
{
    fputs("        {\n          \"name\": ", out);
    write_text(out, c->name);
    fprintf(out, ",\n          \"type\": \"%s\",\n", kind_name(c->kind));
    fprintf(out, "          \"values\": %" PRIu64 ",\n          \"nulls\": %" PRIu64 ",\n",
            c->values, c->nulls);
    fprintf(out, "          \"distinct\": %" PRIu64 ",\n          \"distinct_exact\": %s,\n",
            distinct_count(c->distinct), distinct_is_exact(c->distinct) ? "true" : "false");
    write_kinds(out, c);
    write_numbers(out, c);
    if (write_quantiles(out, c, options)) return -1;
    write_lengths(out, c);
    write_top(out, c, options->top);
    write_sample(out, c);
    fputs("        }", out);
    return 0;
}

void
report_json_begin(FILE *out)
{
    fputs("{\n  \"tables\": [", out);
}

int
report_json_table(FILE *out, const table *t, const struct options *options, bool first)
{
    fputs(first ? "\n    {\n      \"name\": " : ",\n    {\n      \"name\": ", out);
    write_string(out, span_of(t->name));
    fprintf(out, ",\n      \"rows\": %" PRIu64 ",\n      \"bytes\": %" PRIu64 ",\n", t->rows,
            t->bytes);
    write_problems(out, &t->problems);
    fputs("      \"columns\": [", out);
    size_t width = table_width(t);
    int failure = 0;
    for (size_t i = 0; i < width && !failure; i++) {
        fputs(i ? ",\n" : "\n", out);
        failure = write_column(out, table_column(t, i), options);
    }
    fputs(width ? "\n      ]\n    }" : "]\n    }", out);
    return failure;
}

void
report_json_end(FILE *out, const hf_cache_figures *interned, const struct options *options)
{
    uint64_t asked = interned->hits + interned->misses;
    fprintf(out, "\n  ],\n  \"interned\": {\"asked\": %" PRIu64 ", \"found\": %" PRIu64, asked,
            interned->hits);
    fputs(", \"ratio\": ", out);
    write_number(out, asked ? (double)interned->hits / (double)asked : 0, asked);
    fprintf(out, ", \"peak_bytes\": %zu, \"limit_bytes\": %zu}\n}\n", interned->peak_weight,
            options->memory);
}
