/* SPDX-License-Identifier: MIT
 *
 * The index under maps and caches: room, and searches that go on.
 * Knows plain memory; table.h has the picture, and the short ways. */
#include "contain/table.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct table_chunk) == CHUNK_LINE, "a chunk is a line");

static struct table_chunk *
chunks_new(size_t count)
{
    struct table_chunk *chunks = aligned_alloc(CHUNK_LINE, count * sizeof *chunks);
    if (chunks) memset(chunks, 0, count * sizeof *chunks);
    return chunks;
}

/* Enters those that stand in this chunk. */
static void
add_again(struct table *table, const struct table_chunk *chunk, table_hash_of *hash_of,
          const void *owner)
{
    for (unsigned slot = 0; slot < CHUNK_SLOTS; slot++) {
        if (!chunk->tags[slot]) continue;
        uint32_t row = chunk->rows[slot];
        table_add(table, hash_of(owner, row), row);
    }
}

bool
hfi_table_reserve(struct table *table, size_t rows, table_hash_of *hash_of, const void *owner)
{
    if (table_has_room(table, rows)) return true;
    if (rows > TABLE_ROWS_MOST) return false;
    size_t count = 1;
    while (table_rows_of(count) < rows) count *= 2;
    struct table more = {chunks_new(count), (uint32_t)(count - 1), 0};
    if (!more.chunks) return false;
    for (size_t i = 0; table->chunks && i <= table->mask; i++) {
        add_again(&more, &table->chunks[i], hash_of, owner);
    }
    free(table->chunks);
    /* relaxed, twice: for table_prefetch. */
    atomic_store_relaxed(&table->chunks, more.chunks);
    atomic_store_relaxed(&table->mask, more.mask);
    return true;
}

void
hfi_table_free(struct table *table)
{
    free(table->chunks);
    *table = (struct table){NULL, 0, 0};
}

/* Rows may have gone on from every chunk and be removed since but for a few, so that no count says
 * where to end. */
struct table_walk
hfi_table_walk_on(struct table_walk walk)
{
    const struct table *table = walk.table;
    while (!walk.left && walk.chunk->went_on && walk.behind < table->mask) {
        walk.behind++;
        walk.chunk = &table->chunks[(walk.hash + walk.behind) & table->mask];
        walk.left = chunk_match(walk.chunk, tag_of(walk.hash));
    }
    return walk;
}
