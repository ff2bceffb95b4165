/* SPDX-License-Identifier: MIT
 *
 * The index under maps and caches: room, entering, removing.
 * Knows plain memory; table.h has the picture, and the search. */
#include "contain/table.h"

#include <stdlib.h>

enum { SLOTS_LEAST = 8 };

static struct table_slot *
slots_new(size_t count)
{
    struct table_slot *slots = malloc(count * sizeof *slots);
    for (size_t i = 0; slots && i < count; i++) slots[i] = (struct table_slot){0, TABLE_FREE};
    return slots;
}

bool
hfi_table_reserve(struct table *table, size_t rows)
{
    if (table_has_room(table, rows)) return true;
    if (rows > TABLE_ROWS_MOST) return false;
    size_t count = SLOTS_LEAST;
    while (table_rows_of(count) < rows) count *= 2;
    struct table more = {slots_new(count), (uint32_t)(count - 1), 0};
    if (!more.slots) return false;
    for (size_t i = 0; table->slots && i <= table->mask; i++) {
        struct table_slot slot = table->slots[i];
        if (slot.row != TABLE_FREE) table_add(&more, slot.hash, slot.row);
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
