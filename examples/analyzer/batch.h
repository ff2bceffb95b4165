/* SPDX-License-Identifier: MIT
 *
 * A batch: some thousand rows of parsed text in one block, shared by the slices of its columns.
 * Knows spans. A reader fills it row by row; from then on nobody changes it.
 * No field has memory of its own: fields lie one after the other, each followed by a separator. */
#ifndef ANALYZER_BATCH_H
#define ANALYZER_BATCH_H

#include <holdfast/holdfast.h>
#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/* What follows each field in the block: ASCII's own sign for it. It ends numbers for strtod, and
 * cuts UTF-8 sequences that a field leaves unfinished. */
#define BATCH_SEPARATOR '\x1f'

typedef struct batch {
    size_t columns;   /* fields in each row */
    size_t rows;      /* complete ones */
    size_t fields;    /* all, those of the row in progress included */
    size_t bytes;     /* of all fields with their separators */
    size_t row_begin; /* where in the text the row in progress begins */
    uint32_t *ends;   /* for each field where in the text it ends */
    char *text;
    uint64_t *lines; /* for each row on which line it begins */
    size_t ends_room, text_room, lines_room;
} batch;
HF_DECLARE(batch);

/* A row is never longer than this, separators included, so that 32 bits count its bytes. */
#define BATCH_ROW_BYTES ((size_t)1 << 30)

/* A batch with this much text is full, however few rows it has. */
#define BATCH_BYTES ((size_t)1 << 20)

/* Returns an empty batch with the room that the one before it, which may be NULL, grew to.
 * Owner: the caller. NULL and ENOMEM without memory. */
batch *batch_new(size_t columns, const batch *before) HF_GIVE;

/* Adds a field to the row in progress. Returns 0, or -1 and ENOMEM with the batch unchanged. */
int batch_add_field(batch *b, struct span field);

/* The row in progress is whole: the number of its fields is that of the columns. As above. */
int batch_end_row(batch *b, uint64_t line);

/* Forgets the row in progress, or also all rows before it. */
void batch_drop_row(batch *b);
void batch_drop_all(batch *b);

/* Returns the field; valid as long as the batch lives. */
static inline struct span
batch_field(const batch *b, size_t row, size_t column)
{
    size_t at = row * b->columns + column;
    size_t begin = at ? (size_t)b->ends[at - 1] + 1 : 0;
    return (struct span){b->text + begin, b->ends[at] - begin};
}

/* Whether all text is well-formed UTF-8 without zero bytes; one look at the whole block. */
bool batch_is_clean(const batch *b);

/* Returns the physical line on which this byte of the field stands. */
uint64_t batch_line_of(const batch *b, size_t row, size_t column, size_t byte);

/* A slice: one column of a batch. It holds the batch, which lives as long as any of its slices. */
typedef struct slice {
    batch *parent;
    size_t column;
} slice;
HF_DECLARE(slice);

/* Returns a new slice of the batch. Owner: the caller. NULL and ENOMEM without memory. */
slice *slice_new(batch *parent, size_t column) HF_GIVE;

static inline size_t
slice_rows(const slice *s)
{
    return s->parent->rows;
}

/* Returns the field; valid as long as any slice of the batch lives. */
static inline struct span
slice_field(const slice *s, size_t row)
{
    return batch_field(s->parent, row, s->column);
}

#endif
