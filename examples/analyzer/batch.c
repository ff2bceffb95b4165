/* SPDX-License-Identifier: MIT
 *
 * A batch: some thousand rows of parsed text in one block, and slices, which hold it.
 * Knows spans and UTF-8.
 * The three blocks of a batch are plain memory that the object owns: HF_OWNED frees them. */
#include "batch.h"

#include <stdlib.h>

#include "utf8.h"

HF_TYPE(batch, .fields = HF_FIELDS(HF_OWNED(batch, ends, free), HF_OWNED(batch, text, free),
                                   HF_OWNED(batch, lines, free)));

/* A slice leads to a batch and a batch to nothing: saying so spares each slice a word. */
HF_TYPE(slice, .flags = HF_ACYCLIC, .fields = HF_FIELDS(HF_STRONG_TO(slice, parent, batch)));

enum { FIRST_TEXT_BYTES = 4096, FIRST_FIELDS = 256, FIRST_ROWS = 64 };

batch *
batch_new(size_t columns, const batch *before)
{
    hf_auto batch *b = hf_new(batch);
    if (!b) return NULL;
    b->columns = columns;
    b->text_room = before ? before->text_room : FIRST_TEXT_BYTES;
    if (b->text_room > BATCH_BYTES) b->text_room = BATCH_BYTES;
    b->ends_room = before ? before->ends_room : FIRST_FIELDS;
    b->lines_room = before ? before->lines_room : FIRST_ROWS;
    b->text = malloc(b->text_room);
    b->ends = malloc(b->ends_room * sizeof *b->ends);
    b->lines = malloc(b->lines_room * sizeof *b->lines);
    if (!b->text || !b->ends || !b->lines) return NULL;
    return hf_move(b);
}

/* Returns the block, of *room elements, moved to a larger one if this many don't fit; NULL and
 * ENOMEM with the block as it was when there is none. */
static void *
with_room(void *block, size_t *room, size_t wanted, size_t element_bytes)
{
    if (wanted <= *room) return block;
    size_t larger = wanted + wanted / 2;
    void *moved = realloc(block, larger * element_bytes);
    if (moved) *room = larger;
    return moved;
}

/* Returns 0, or -1 and ENOMEM. */
static int
make_room_for_field(batch *b, size_t text_bytes)
{
    char *text = with_room(b->text, &b->text_room, text_bytes, 1);
    if (!text) return -1;
    b->text = text;
    uint32_t *ends = with_room(b->ends, &b->ends_room, b->fields + 1, sizeof *ends);
    if (!ends) return -1;
    b->ends = ends;
    return 0;
}

int
batch_add_field(batch *b, struct span field)
{
    size_t begin = b->bytes, end = begin + field.length;
    if (__builtin_expect(end >= b->text_room || b->fields == b->ends_room, 0)
        && make_room_for_field(b, end + 1)) {
        return -1;
    }
    memcpy(b->text + begin, field.bytes, field.length);
    b->text[end] = BATCH_SEPARATOR;
    b->ends[b->fields++] = (uint32_t)end;
    b->bytes = end + 1;
    return 0;
}

int
batch_end_row(batch *b, uint64_t line)
{
    uint64_t *lines = with_room(b->lines, &b->lines_room, b->rows + 1, sizeof *lines);
    if (!lines) return -1;
    b->lines = lines;
    b->lines[b->rows++] = line;
    b->row_begin = b->bytes;
    return 0;
}

void
batch_drop_row(batch *b)
{
    b->fields = b->rows * b->columns;
    b->bytes = b->row_begin;
}

void
batch_drop_all(batch *b)
{
    b->fields = b->rows = b->bytes = b->row_begin = 0;
}

bool
batch_is_clean(const batch *b)
{
    struct span all = {b->text, b->bytes};
    return utf8_valid_length(all) == b->bytes && !memchr(b->text, 0, b->bytes);
}

uint64_t
batch_line_of(const batch *b, size_t row, size_t column, size_t byte)
{
    const char *at = batch_field(b, row, 0).bytes;
    const char *end = batch_field(b, row, column).bytes + byte;
    uint64_t line = b->lines[row];
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        line++;
        at++;
    }
    return line;
}

slice *
slice_new(batch *parent, size_t column)
{
    slice *s = hf_new(slice);
    if (!s) return NULL;
    hf_set(s, parent, parent);
    s->column = column;
    return s;
}
