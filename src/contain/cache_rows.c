/* SPDX-License-Identifier: MIT
 *
 * The rows of a cache's shard: room, entering and leaving.
 * Knows the shapes of a cache; the caller has the shard's lock. Nothing in here runs the program's
 * code but its allocator: what is taken out is released by others, without the lock. */
#include <stdlib.h>

#include "contain/cache.h"

enum { ROWS_LEAST = 8, ROW_LINE = 64 };
_Static_assert(sizeof(struct cache_row) * 2 <= ROW_LINE, "two rows fit into a line");

HF_TYPE(hf_cache_items, .fields = HF_FIELDS(HF_STRONG_FLEX(hf_cache_items, items)));

static const size_t items_at = offsetof(hf_cache_items, items);

/* ---- room --------------------------------------------------------------------------------- */

/* Lets the edge lead to an array with so much room, to which the edges move. */
static bool
widen_items(struct shard *shard, enum shard_edge which, size_t room)
{
    void **place = shard_edge(shard, which);
    hf_cache_items *former = *place;
    hf_cache_items *items = hf_new_flex(hf_cache_items, items, room);
    if (!items) return false;
    items->room = room;
    if (former) hfi_edges_move(items, items->items, former->items, former->room, NULL);
    former = hfi_edge_replace(place, items, NULL);
    if (former) hf_release(former);
    return true;
}

static bool
has_items(const struct shard *shard, enum shard_edge which, size_t room)
{
    const hf_cache_items *items = *shard_edge(shard, which);
    return items && items->room >= room;
}

static bool
widen_times(struct shard *shard, size_t room)
{
    struct row_times *times = realloc(shard->times, room * sizeof *times);
    if (!times) return false;
    size_t from = shard->times ? shard->used : 0;
    memset(times + from, 0, (room - from) * sizeof *times);
    shard->times = times;
    return true;
}

/* Half as many more, but not many more than the cache may ever have. */
static size_t
next_room(const struct shard *shard)
{
    size_t room = shard->room + shard->room / 2 + ROWS_LEAST;
    /* relaxed: a guess; the bound may change. */
    size_t most = atomic_load_relaxed(&shard->cache->entries_most);
    if (most && most < room && shard->room < most + 1) room = most + 1;
    return room;
}

/* Two rows to a line of memory, and none in two. */
static bool
widen_rows(struct shard *shard, size_t room)
{
    struct cache_row *rows = aligned_alloc(ROW_LINE, (room + 1) / 2 * ROW_LINE);
    if (!rows) return false;
    if (shard->used) memcpy(rows, shard->rows, shard->used * sizeof *rows);
    free(shard->rows);
    shard->rows = rows;
    return true;
}

static bool
widen_turns(struct shard *shard, size_t room)
{
    struct row_turn *turns = realloc(shard->turns, room * sizeof *turns);
    if (turns) shard->turns = turns;
    return turns;
}

/* Each step leaves what is there whole, and the last one makes the room known. */
static bool
widen(struct shard *shard)
{
    size_t room = next_room(shard);
    if (room >= ROW_NONE || !widen_rows(shard, room) || !widen_turns(shard, room)) return false;
    if (shard->times && !widen_times(shard, room)) return false;
    if (!has_items(shard, EDGE_OF_VALUES, room) && !widen_items(shard, EDGE_OF_VALUES, room)) {
        return false;
    }
    shard->room = (uint32_t)room;
    return true;
}

bool
hfi_row_prepare(struct shard *shard, const hf_key *key, bool has_times)
{
    if (shard->free_row == ROW_NONE && shard->used == shard->room && !widen(shard)) return false;
    if (has_times && !shard->times && !widen_times(shard, shard->room)) return false;
    if (key->kind == HF_KEY_OBJECT && !has_items(shard, EDGE_OF_KEYS, shard->room)
        && !widen_items(shard, EDGE_OF_KEYS, shard->room)) {
        return false;
    }
    return hfi_table_reserve(&shard->index, (size_t)shard->index.used + 1);
}

/* ---- entering and leaving ----------------------------------------------------------------- */

static uint32_t
take_free_row(struct shard *shard)
{
    uint32_t row = shard->free_row;
    if (row == ROW_NONE) return shard->used++;
    shard->free_row = shard->turns[row].elder;
    return row;
}

uint32_t
hfi_row_enter(struct shard *shard, hf_key key, uint32_t hash, void *value, size_t weight)
{
    uint32_t row = take_free_row(shard);
    shard->rows[row] = (struct cache_row){.key = key, .weight = weight, .hash = hash};
    shard->turns[row].was_asked_for = false;
    hfi_row_line_up(shard, row, ROW_IN_TURN);
    hfi_table_add(&shard->index, hash, row);
    if (key.kind == HF_KEY_OBJECT) {
        hfi_edge_set(*shard_edge(shard, EDGE_OF_KEYS), items_at, row,
                     (void *)(uintptr_t)key.is.object, NULL);
    }
    hfi_edge_set(*shard_edge(shard, EDGE_OF_VALUES), items_at, row, value, NULL);
    return row;
}

void *
hfi_row_exchange(struct shard *shard, uint32_t row, void *value)
{
    void *values = *shard_edge(shard, EDGE_OF_VALUES);
    void *former = hfi_edge_take(values, items_at, row, NULL);
    hfi_edge_set(values, items_at, row, value, NULL);
    return former;
}

/* Nobody can tell of a weak reference when its time is over. */
static bool
row_has_times(const struct shard *shard, uint32_t row)
{
    return shard->times && (shard->times[row].dies_at || shard->times[row].idle);
}

void
hfi_row_depart(struct shard *shard, uint32_t row, enum hf_cache_cause cause,
               struct departures *gone)
{
    struct cache_row *r = &shard->rows[row];
    struct departure *departure = &gone->each[gone->count++];
    departure->key = r->key;
    departure->cause = cause;
    departure->value = hfi_edge_take(*shard_edge(shard, EDGE_OF_VALUES), items_at, row, NULL);
    departure->key_object = NULL;
    if (r->key.kind == HF_KEY_OBJECT) {
        departure->key_object =
            hfi_edge_take(*shard_edge(shard, EDGE_OF_KEYS), items_at, row, NULL);
    }
    shard->figures.gone[cause]++;
    if (cause == HF_CACHE_EVICTED) {
        shard->figures.gone_weight += r->weight;
        if (hf_count(departure->value) > 1) {
            shard->figures.gone_pinned++;
            if (!row_has_times(shard, row))
                hfi_weak_tier_keep(shard, departure->key, departure->value);
        }
    }
    gone->freed_entries++;
    gone->freed_weight += r->weight;
    hfi_table_remove(&shard->index, r->hash, row);
    hfi_row_step_out(shard, row);
    shard->turns[row].place = ROW_FREE;
    shard->turns[row].elder = shard->free_row & ROW_NONE;
    shard->free_row = row;
}
