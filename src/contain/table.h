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

/* Of three slots two are used at most: a search then looks at two in the mean if it finds, and at
 * five if not (Knuth, volume 3, 6.4, theorem K). */
static inline size_t
table_rows_of(size_t slots)
{
    return slots * 2 / 3;
}

static inline bool
table_has_room(const struct table *table, size_t rows)
{
    return table->slots && rows <= table_rows_of((size_t)table->mask + 1);
}

/* Makes room for so many rows in all; false without memory, or beyond TABLE_ROWS_MOST: then
 * nothing has changed. */
bool hfi_table_reserve(struct table *table, size_t rows);

/* The same for one more than there are. */
static inline bool
table_reserve_one(struct table *table)
{
    size_t rows = (size_t)table->used + 1;
    return likely(table_has_room(table, rows)) || hfi_table_reserve(table, rows);
}

/* Frees the memory; the table is empty. */
void hfi_table_free(struct table *table);

/* Enters the row; there must be room. */
static inline void
table_add(struct table *table, uint32_t hash, uint32_t row)
{
    uint32_t at = hash & table->mask;
    while (table->slots[at].row != TABLE_FREE) at = (at + 1) & table->mask;
    table->slots[at] = (struct table_slot){hash, row};
    table->used++;
}

/* Removes the row, which must be there. */
static inline void
table_remove(struct table *table, uint32_t hash, uint32_t row)
{
    struct table_slot *slots = table->slots;
    uint32_t mask = table->mask;
    uint32_t hole = hash & mask;
    while (slots[hole].row != row) hole = (hole + 1) & mask;
    for (uint32_t at = hole;;) {
        at = (at + 1) & mask;
        uint32_t next = slots[at].row, its_hash = slots[at].hash;
        if (next == TABLE_FREE) break;
        /* It may move up if the hole is not before the place where a search for it begins. */
        if (((at - its_hash) & mask) < ((at - hole) & mask)) continue;
        slots[hole] = (struct table_slot){its_hash, next};
        hole = at;
    }
    slots[hole].row = TABLE_FREE;
    table->used--;
}

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
