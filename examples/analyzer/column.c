/* SPDX-License-Identifier: MIT
 *
 * A column of a table: every value goes through here once.
 * Knows slices of batches, values and the sketches.
 * A column that turns out to be text was text from its first value on: the order of bytes, the
 * different values and the frequent ones are kept of every column from the beginning. */
#include "column.h"

#include "hash.h"

static void
free_distinct(void *distinct)
{
    distinct_free(distinct);
}

static void
free_quantile(void *quantile)
{
    quantile_free(quantile);
}

HF_TYPE(column, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_STRONG_TO(column, name, text), HF_STRONG_TO(column, sample, slice),
                            HF_STRONG_TO(column, top, top_values),
                            HF_STRONG_TO(column, least, text), HF_STRONG_TO(column, greatest, text),
                            HF_OWNED(column, distinct, free_distinct),
                            HF_OWNED(column, quantiles, free_quantile)));

column *
column_new(struct span name)
{
    hf_auto column *c = hf_new(column);
    if (!c) return NULL;
    hf_give(c, name, text_new(name, hash_span(name)));
    hf_give(c, top, top_values_new());
    c->distinct = distinct_new();
    c->quantiles = quantile_new();
    if (!c->name || !c->top || !c->distinct || !c->quantiles) return NULL;
    return hf_move(c);
}

static void
join_kind(column *c, enum kind kind)
{
    c->kind = kind_join(c->kind, kind);
    if (c->kind != KIND_TEXT && c->kind != KIND_BOOLEAN) return;
    quantile_free(c->quantiles);
    c->quantiles = NULL;
}

static void
add_integer(column *c, int64_t x)
{
    bool first = c->of_kind[KIND_INTEGER] + c->of_kind[KIND_DATE] == 1;
    if (first || x < c->least_integer) c->least_integer = x;
    if (first || x > c->greatest_integer) c->greatest_integer = x;
}

static int
add_number(column *c, const struct value *value)
{
    double x = value->number;
    bool first = c->of_kind[KIND_INTEGER] + c->of_kind[KIND_NUMBER] + c->of_kind[KIND_DATE] == 1;
    if (first || x < c->least_number) c->least_number = x;
    if (first || x > c->greatest_number) c->greatest_number = x;
    if (value->kind != KIND_NUMBER) add_integer(c, value->integer);
    if (value->kind != KIND_DATE) moments_add(&c->numbers, x);
    c->has_time |= value->has_time;
    c->has_zone |= value->has_zone;
    return quantile_add(c->quantiles, x);
}

static void
add_length(column *c, size_t length)
{
    if (c->values == 1 || length < c->shortest) c->shortest = length;
    if (length > c->longest) c->longest = length;
    c->bytes += length;
}

static int
add_value(column *c, struct span field, uint64_t line, hf_cache *cache)
{
    uint64_t hash = hash_span(field);
    if (distinct_add(c->distinct, hash) || top_values_add(c->top, cache, field, hash)) return -1;
    c->values++;
    add_length(c, field.length);
    struct value value = value_read(field);
    if (!c->of_kind[value.kind]++) {
        c->line_of[value.kind] = line;
        join_kind(c, value.kind);
    }
    return value.kind > KIND_BOOLEAN && value.kind < KIND_TEXT && c->quantiles
               ? add_number(c, &value)
               : 0;
}

/* The smallest and the greatest value of a slice; bytes is NULL while there is none. */
struct range {
    struct span least, greatest;
};

static void
range_add(struct range *range, struct span value)
{
    if (!range->least.bytes || span_compare(value, range->least) < 0) range->least = value;
    if (!range->greatest.bytes || span_compare(value, range->greatest) > 0) range->greatest = value;
}

/* Makes texts of what was only borrowed from the batch, once for a slice. They are not asked for in
 * the cache: how often would depend on the batches, and so would the end of the report. */
static int
keep_range(column *c, const struct range *range)
{
    if (!range->least.bytes) return 0;
    if (!c->least || span_compare(text_kept(range->least), text_span(c->least)) < 0) {
        text *least = text_new(range->least, hash_span(range->least));
        if (!least) return -1;
        hf_give(c, least, least);
    }
    if (!c->greatest || span_compare(text_kept(range->greatest), text_span(c->greatest)) > 0) {
        text *greatest = text_new(range->greatest, hash_span(range->greatest));
        if (!greatest) return -1;
        hf_give(c, greatest, greatest);
    }
    return 0;
}

int
column_add(column *c, slice *values, hf_cache *cache, const struct nulls *nulls)
{
    if (!c->sample) hf_set(c, sample, values);
    struct range range = {{NULL, 0}, {NULL, 0}};
    size_t rows = slice_rows(values);
    for (size_t row = 0; row < rows; row++) {
        struct span field = slice_field(values, row);
        if (nulls_match(nulls, field)) {
            c->nulls++;
            continue;
        }
        range_add(&range, field);
        if (add_value(c, field, values->parent->lines[row], cache)) return -1;
    }
    return keep_range(c, &range);
}

bool
column_has_mean(const column *c)
{
    return kind_is_numeric(c->kind);
}

bool
column_has_quantiles(const column *c)
{
    return kind_is_numeric(c->kind) || c->kind == KIND_DATE;
}

int
column_ask_quantiles(const column *c, const double *fractions, size_t count, double *out)
{
    return quantile_ask(c->quantiles, fractions, count, out);
}

size_t
column_sample_rows(const column *c)
{
    size_t rows = c->sample ? slice_rows(c->sample) : 0;
    return rows < COLUMN_SAMPLE ? rows : COLUMN_SAMPLE;
}
