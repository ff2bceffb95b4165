/* SPDX-License-Identifier: MIT
 *
 * The index under maps and caches: from a hash to the numbers of the rows that have it.
 * Knows neither keys nor values: who asks compares the rows. Open addressing with linear probing;
 * what is removed leaves no mark, because those behind it move up (Knuth, volume 3, 6.4,
 * algorithm R). Plain memory, which no collection looks at. */
#ifndef HFI_TABLE_H
#define HFI_TABLE_H

#include "base/base.h"

struct table_slot {
    uint32_t hash;
    uint32_t row; /* TABLE_FREE: none */
};

#define TABLE_FREE UINT32_MAX
#define TABLE_ROWS_MOST (UINT32_C(1) << 30)

/* All zero is empty. */
struct table {
    struct table_slot *slots; /* a power of two, or NULL */
    uint32_t mask;            /* their number less one */
    uint32_t used;
};

/* Makes room for so many rows in all; false without memory, or beyond TABLE_ROWS_MOST: then
 * nothing has changed. */
bool hfi_table_reserve(struct table *table, size_t rows);

/* Frees the memory; the table is empty. */
void hfi_table_free(struct table *table);

/* Enters the row; there must be room. */
void hfi_table_add(struct table *table, uint32_t hash, uint32_t row);

/* Removes the row, which must be there. */
void hfi_table_remove(struct table *table, uint32_t hash, uint32_t row);

/* Goes through the rows with this hash: begin, then next until it returns TABLE_FREE. The table
 * must not change meanwhile. */
struct table_walk {
    const struct table_slot *slots;
    uint32_t mask, at, hash;
};

/* A walk with this hash will begin soon. Without the lock of whoever changes the table: all that
 * comes of an outdated address, or of one that is none yet, is that the wrong line is near. So it
 * is computed as a number. */
static inline void
table_prefetch(const struct table *table, uint32_t hash)
{
    /* relaxed, twice: nothing is read there. */
    uintptr_t slots = (uintptr_t)atomic_load_relaxed(&table->slots);
    uintptr_t place = hash & atomic_load_relaxed(&table->mask);
    prefetch_to_read((const void *)(slots + place * sizeof(struct table_slot)));
}

static inline struct table_walk
table_walk_begin(const struct table *table, uint32_t hash)
{
    return (struct table_walk){table->slots, table->mask, hash & table->mask, hash};
}

static inline uint32_t
table_walk_next(struct table_walk *walk)
{
    if (!walk->slots) return TABLE_FREE;
    for (;;) {
        struct table_slot slot = walk->slots[walk->at];
        if (slot.row == TABLE_FREE) return TABLE_FREE;
        walk->at = (walk->at + 1) & walk->mask;
        if (slot.hash == walk->hash) return slot.row;
    }
}

#endif
