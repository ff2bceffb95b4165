/* SPDX-License-Identifier: MIT
 *
 * The index under maps and caches: room, entering, removing.
 * Knows plain memory; table.h has the picture, and the search.
 * Of four slots three are used at most: a search then looks at two and a half in the mean if it
 * finds, and at eight and a half if not (Knuth, volume 3, 6.4, theorem K). */
#include "contain/table.h"

#include <stdlib.h>

enum { SLOTS_LEAST = 8 };

static bool
has_room(const struct table *table, size_t rows)
{
    return table->slots && rows <= ((size_t)table->mask + 1) / 4 * 3;
}

static struct table_slot *
slots_new(size_t count)
{
    struct table_slot *slots = malloc(count * sizeof *slots);
    for (size_t i = 0; slots && i < count; i++) slots[i] = (struct table_slot){0, TABLE_FREE};
    return slots;
}

static void
enter(struct table *table, struct table_slot slot)
{
    uint32_t at = slot.hash & table->mask;
    while (table->slots[at].row != TABLE_FREE) at = (at + 1) & table->mask;
    table->slots[at] = slot;
}

bool
hfi_table_reserve(struct table *table, size_t rows)
{
    if (has_room(table, rows)) return true;
    if (rows > TABLE_ROWS_MOST) return false;
    size_t count = SLOTS_LEAST;
    while (count / 4 * 3 < rows) count *= 2;
    struct table more = {slots_new(count), (uint32_t)(count - 1), table->used};
    if (!more.slots) return false;
    for (size_t i = 0; table->slots && i <= table->mask; i++) {
        if (table->slots[i].row != TABLE_FREE) enter(&more, table->slots[i]);
    }
    free(table->slots);
    /* relaxed, twice: for table_prefetch. */
    atomic_store_relaxed(&table->slots, more.slots);
    atomic_store_relaxed(&table->mask, more.mask);
    return true;
}

void
hfi_table_free(struct table *table)
{
    free(table->slots);
    *table = (struct table){NULL, 0, 0};
}

void
hfi_table_add(struct table *table, uint32_t hash, uint32_t row)
{
    enter(table, (struct table_slot){hash, row});
    table->used++;
}

void
hfi_table_remove(struct table *table, uint32_t hash, uint32_t row)
{
    uint32_t hole = hash & table->mask;
    while (table->slots[hole].row != row) hole = (hole + 1) & table->mask;
    for (uint32_t at = hole;;) {
        at = (at + 1) & table->mask;
        struct table_slot slot = table->slots[at];
        if (slot.row == TABLE_FREE) break;
        /* It may move up if the hole is not before the place where a search for it begins. */
        uint32_t way = (at - (slot.hash & table->mask)) & table->mask;
        if (way < ((at - hole) & table->mask)) continue;
        table->slots[hole] = slot;
        hole = at;
    }
    table->slots[hole].row = TABLE_FREE;
    table->used--;
}
