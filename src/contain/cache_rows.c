/* SPDX-License-Identifier: MIT
 *
 * The rows of a cache's shard: room, entering and leaving.
 * Knows the shapes of a cache; the caller has the shard's lock. Nothing in here runs the program's
 * code but its allocator: what is taken out is released by others, without the lock. */
#include <stdlib.h>

#include "contain/cache.h"

enum { ROWS_LEAST = 8 };
_Static_assert(HF_KEY_OBJECT < 1 << 2, "a kind of key has two bits of a row's state");

/* Gives the array room for so many of what it has; false without memory, and then it is as it
 * was. */
#define WIDEN(array, room)                                         \
    __extension__({                                                \
        void *wider_ = realloc((array), (room) * sizeof *(array)); \
        if (wider_) (array) = wider_;                              \
        wider_ != NULL;                                            \
    })

HF_TYPE(hf_cache_items, .fields = HF_FIELDS(HF_STRONG_FLEX(hf_cache_items, items)));

/* ---- room --------------------------------------------------------------------------------- */

/* Lets the edge lead to an array with so much room, to which the edges move. */
static bool
widen_items(struct shard *shard, enum shard_edge which, size_t room)
{
    void **place = &shard->edges[which];
    hf_cache_items *former = *place;
    hf_cache_items *items = hf_new_flex(hf_cache_items, items, room);
    if (!items) return false;
    items->room = room;
    if (former) hfi_edges_move(items, items->items, former->items, former->room, NULL);
    former = hfi_edge_replace(place, items, NULL);
    if (which == EDGE_OF_VALUES) shard->values = items->items;
    if (former) hf_release(former);
    return true;
}

static bool
has_items(const struct shard *shard, enum shard_edge which, size_t room)
{
    const hf_cache_items *items = shard->edges[which];
    return items && items->room >= room;
}

static bool
widen_times(struct shard *shard, size_t room)
{
    size_t from = shard->times ? shard->used : 0;
    if (!WIDEN(shard->times, room)) return false;
    memset(shard->times + from, 0, (room - from) * sizeof *shard->times);
    return true;
}

/* Half as many more, but not many more than the cache may ever have. */
static size_t
next_room(const struct shard *shard)
{
    size_t room = shard->room + shard->room / 2 + ROWS_LEAST;
    /* relaxed: a guess; the bound may change. */
    size_t most = atomic_load_relaxed(&shard->cache->entries_most);
    if (most && most + ROW_FIRST < room && shard->room <= most + ROW_FIRST) {
        room = most + ROW_FIRST + 1;
    }
    return room;
}

/* The heads of a shard that has no rows yet, so that nobody need ask whether it has any. Nobody
 * stands in line, and nothing is written there. */
static struct row_turn alone[ROW_FIRST] = {
    [ROW_IN_TURN] = {.newer = ROW_IN_TURN, .elder = ROW_IN_TURN},
    [ROW_ASIDE] = {.newer = ROW_ASIDE, .elder = ROW_ASIDE}};

bool
hfi_rows_begin(struct shard *shard)
{
    shard->turns = alone;
    shard->used = ROW_FIRST;
    shard->hand = ROW_IN_TURN;
    return hfi_table_reserve(&shard->index, 1, NULL, NULL);
}

static bool
widen_turns(struct shard *shard, size_t room)
{
    bool is_first = shard->turns == alone;
    struct row_turn *turns = realloc(is_first ? NULL : shard->turns, room * sizeof *turns);
    if (!turns) return false;
    if (is_first) memcpy(turns, alone, sizeof alone);
    shard->turns = turns;
    return true;
}

static bool
widen_states(struct shard *shard, size_t room)
{
    bool is_first = !shard->states;
    if (!WIDEN(shard->states, room)) return false;
    if (is_first) memset(shard->states, ROW_FREE, ROW_FIRST * sizeof *shard->states);
    return true;
}

void
hfi_rows_end(struct shard *shard)
{
    for (uint32_t row = ROW_FIRST; row < shard->used; row++) {
        if (!row_is_free(shard, row)) key_drop(row_key(shard, row));
    }
    free(shard->keys);
    if (shard->turns != alone) free(shard->turns);
    free(shard->states);
    free(shard->times);
    free(shard->strings);
    free(shard->weights);
    hfi_table_free(&shard->index);
}

/* Those arrays that few caches have. */
static bool
widen_others(struct shard *shard, size_t room)
{
    return (!shard->times || widen_times(shard, room))
           && (!shard->strings || WIDEN(shard->strings, room))
           && (!shard->cache->options.weigh || WIDEN(shard->weights, room));
}

/* Each step leaves what is there whole, and the last one makes the room known. */
static bool
widen(struct shard *shard)
{
    size_t room = next_room(shard);
    if (room > TABLE_ROWS_MOST || !WIDEN(shard->keys, room) || !widen_turns(shard, room)
        || !widen_states(shard, room) || !widen_others(shard, room)) {
        return false;
    }
    if (!has_items(shard, EDGE_OF_VALUES, room) && !widen_items(shard, EDGE_OF_VALUES, room)) {
        return false;
    }
    shard->room = (uint32_t)room;
    return true;
}

static uint32_t
hash_of_row(const void *owner, uint32_t row)
{
    const struct shard *shard = owner;
    return row_hash(shard, row);
}

bool
hfi_row_prepare(struct shard *shard, hf_key key, bool has_times)
{
    if (!row_is_left(shard) && !widen(shard)) return false;
    if (has_times && !shard->times && !widen_times(shard, shard->room)) return false;
    if (key.kind == HF_KEY_STRING && !shard->strings && !WIDEN(shard->strings, shard->room)) {
        return false;
    }
    if (key.kind == HF_KEY_OBJECT && !has_items(shard, EDGE_OF_KEYS, shard->room)
        && !widen_items(shard, EDGE_OF_KEYS, shard->room)) {
        return false;
    }
    return hfi_table_reserve(&shard->index, (size_t)shard->index.used + 1, hash_of_row, shard);
}

/* ---- looking ------------------------------------------------------------------------------ */

uint32_t
hfi_row_of(const struct shard *shard, hf_key key, uint32_t hash)
{
    struct table_walk walk = table_walk_begin(&shard->index, hash);
    uint32_t row;
    while ((row = table_walk_next(&walk)) != TABLE_FREE) {
        if (hf_key_is(row_key(shard, row), key)) return row;
    }
    return ROW_NONE;
}

/* ---- leaving ------------------------------------------------------------------------------ */

void
hfi_row_depart(struct shard *shard, uint32_t row, enum hf_cache_cause cause,
               struct departures *gone)
{
    row_depart(shard, row, cause, gone);
}
