/* SPDX-License-Identifier: MIT
 *
 * Space-Saving with a filter: entries, a heap of them by count, and an index of them by hash.
 * Knows texts and their cache.
 * The three tables are plain memory that the object owns. The texts are held by declared edges, so
 * that a value which the cache forgot lives until its entry goes to another. */
#include "top_values.h"

#include <stdlib.h>

HF_TYPE(top_values, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_STRONG_ARRAY_TO(top_values, values, text),
                            HF_OWNED(top_values, entries, free), HF_OWNED(top_values, heap, free),
                            HF_OWNED(top_values, index, free), HF_OWNED(top_values, filter, free)));

enum { FIRST_ROOM = 16, PLACES_PER_ENTRY = 4, FILTER_CELLS = 4096 };

static size_t
places(const top_values *top)
{
    return top->room * PLACES_PER_ENTRY;
}

/* Returns the place of the entry with this hash, or the free one where it would be. */
static uint32_t *
index_find(const top_values *top, uint64_t hash)
{
    size_t mask = places(top) - 1, at = (size_t)hash & mask;
    while (top->index[at] && top->entries[top->index[at] - 1].hash != hash) at = (at + 1) & mask;
    return &top->index[at];
}

/* Empties the place of this hash, and moves those back that had to go past it. */
static void
index_remove(top_values *top, uint64_t hash)
{
    size_t mask = places(top) - 1, hole = (size_t)(index_find(top, hash) - top->index);
    for (size_t at = (hole + 1) & mask; top->index[at]; at = (at + 1) & mask) {
        size_t home = (size_t)top->entries[top->index[at] - 1].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            top->index[hole] = top->index[at];
            hole = at;
        }
    }
    top->index[hole] = 0;
}

static void
heap_put(top_values *top, size_t at, uint32_t entry)
{
    top->heap[at] = entry;
    top->entries[entry].heap_at = at;
}

/* The entry became more frequent: it goes down until none below it is rarer. */
static void
heap_sink(top_values *top, uint32_t entry)
{
    size_t at = top->entries[entry].heap_at;
    uint64_t count = top->entries[entry].count;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= top->count) break;
        if (child + 1 < top->count
            && top->entries[top->heap[child + 1]].count < top->entries[top->heap[child]].count) {
            child++;
        }
        if (top->entries[top->heap[child]].count >= count) break;
        heap_put(top, at, top->heap[child]);
        at = child;
    }
    heap_put(top, at, entry);
}

/* A new entry, with a count of one, goes up until the one above it is as rare. */
static void
heap_rise(top_values *top, uint32_t entry)
{
    size_t at = top->count - 1;
    while (at && top->entries[top->heap[(at - 1) / 2]].count > 1) {
        heap_put(top, at, top->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_put(top, at, entry);
}

/* Doubles the tables. Returns 0, or -1 and ENOMEM with nothing lost. */
static int
enlarge(top_values *top)
{
    size_t room = top->room ? top->room * 2 : FIRST_ROOM;
    struct top_entry *entries = realloc(top->entries, room * sizeof *entries);
    if (!entries) return -1;
    top->entries = entries;
    uint32_t *heap = realloc(top->heap, room * sizeof *heap);
    if (!heap) return -1;
    top->heap = heap;
    uint32_t *index = calloc(room * PLACES_PER_ENTRY, sizeof *index);
    if (!index) return -1;
    free(top->index);
    top->index = index;
    top->room = room;
    for (uint32_t i = 0; i < top->count; i++) *index_find(top, top->entries[i].hash) = i + 1;
    return 0;
}

top_values *
top_values_new(void)
{
    hf_auto top_values *top = hf_new(top_values);
    if (!top || enlarge(top)) return NULL;
    return hf_move(top);
}

static int
add_entry(top_values *top, hf_cache *cache, struct span value, uint64_t hash)
{
    if (top->count == top->room && enlarge(top)) return -1;
    text *interned = text_cache_intern(cache, value, hash);
    if (!interned) return -1;
    uint32_t entry = (uint32_t)top->count++;
    hf_give_at(top, values, entry, interned);
    top->entries[entry] = (struct top_entry){.hash = hash, .count = 1};
    *index_find(top, hash) = entry + 1;
    heap_rise(top, entry);
    return 0;
}

/* The value takes the place of the rarest one, whose count is remembered in the filter. */
static int
replace_rarest(top_values *top, hf_cache *cache, struct span value, uint64_t hash)
{
    uint32_t entry = top->heap[0];
    uint64_t *cell = &top->filter[hash % FILTER_CELLS];
    if (*cell + 1 < top->entries[entry].count) {
        ++*cell;
        return 0;
    }
    text *interned = text_cache_intern(cache, value, hash);
    if (!interned) return -1;
    uint64_t seen = *cell;
    uint64_t gone = top->entries[entry].hash;
    index_remove(top, gone);
    top->filter[gone % FILTER_CELLS] = top->entries[entry].count;
    hf_give_at(top, values, entry, interned);
    top->entries[entry].hash = hash;
    top->entries[entry].count = seen + 1;
    top->entries[entry].error = seen;
    *index_find(top, hash) = entry + 1;
    heap_sink(top, entry);
    return 0;
}

int
top_values_add(top_values *top, hf_cache *cache, struct span value, uint64_t hash)
{
    uint32_t known = *index_find(top, hash);
    if (known) {
        top->entries[known - 1].count++;
        heap_sink(top, known - 1);
        return 0;
    }
    if (top->count < TOP_MONITORED) return add_entry(top, cache, value, hash);
    if (!top->filter) {
        top->filter = calloc(FILTER_CELLS, sizeof *top->filter);
        if (!top->filter) return -1;
    }
    return replace_rarest(top, cache, value, hash);
}

static bool
is_before(const struct top_item *a, const struct top_item *b)
{
    if (a->count != b->count) return a->count > b->count;
    return span_compare(text_span(a->value), text_span(b->value)) < 0;
}

size_t
top_values_list(const top_values *top, struct top_item *out, size_t limit)
{
    size_t listed = 0;
    for (size_t i = 0; i < top->count; i++) {
        const struct top_entry *entry = &top->entries[i];
        struct top_item item = {top->values[i], entry->count, entry->error};
        if (entry->error > entry->count / 2) continue;
        size_t at = listed;
        while (at && is_before(&item, &out[at - 1])) at--;
        if (at == limit) continue;
        if (listed < limit) listed++;
        memmove(&out[at + 1], &out[at], (listed - 1 - at) * sizeof *out);
        out[at] = item;
    }
    return listed;
}
