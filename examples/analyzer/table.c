/* SPDX-License-Identifier: MIT
 *
 * A table: hands each batch to its columns, in slices.
 * Knows columns and batches.
 * When the last column is done with its slice, the batch dies: nobody here says when. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

HF_TYPE(column_list, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_STRONG_FLEX_TO(column_list, at, column)));

HF_TYPE(table, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_OWNED(table, name, free),
                            HF_STRONG_TO(table, columns, column_list)));

table *
table_new(const char *name)
{
    hf_auto table *t = hf_new(table);
    if (!t) return NULL;
    size_t bytes = strlen(name) + 1;
    t->name = malloc(bytes);
    if (!t->name) return NULL;
    memcpy(t->name, name, bytes);
    return hf_move(t);
}

/* Returns the name in the header, or one made of its number where there is none. */
static struct span
name_of(const batch *names, size_t at, char out[32])
{
    if (names) {
        struct span name = span_trim(batch_field(names, 0, at));
        if (name.length) return name;
    }
    snprintf(out, 32, "column %zu", at + 1);
    return span_of(out);
}

int
table_name_columns(table *t, const batch *names, size_t count)
{
    hf_auto column_list *list = hf_new_flex(column_list, at, count);
    if (!list) return -1;
    list->count = count;
    for (size_t i = 0; i < count; i++) {
        char number[32];
        column *c = column_new(name_of(names, i, number));
        if (!c) return -1;
        hf_give_at(list, at, i, c);
    }
    hf_set(t, columns, list);
    return 0;
}

size_t
table_width(const table *t)
{
    return t->columns ? t->columns->count : 0;
}

column *
table_column(const table *t, size_t at)
{
    return t->columns->at[at];
}

int
table_add(table *t, batch *rows, hf_cache *cache, const struct nulls *nulls)
{
    for (size_t i = 0; i < table_width(t); i++) {
        hf_auto slice *values = slice_new(rows, i);
        if (!values || column_add(table_column(t, i), values, cache, nulls)) return -1;
    }
    t->rows += rows->rows;
    return 0;
}
