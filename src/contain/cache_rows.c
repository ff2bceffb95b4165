/* SPDX-License-Identifier: MIT
 *
 * The rows of a cache's shard: room, the two lines, entering and leaving.
 * Knows the shapes of a cache; the caller has the shard's lock. Nothing in here runs the program's
 * code but its allocator: what is taken out is released by others, without the lock. */
#include <stdlib.h>

#include "contain/cache.h"

enum { ROWS_LEAST = 8 };

HF_TYPE(hf_cache_items, .fields = HF_FIELDS(HF_STRONG_FLEX(hf_cache_items, items)));

static const size_t items_at = offsetof(hf_cache_items, items);

/* ---- lines -------------------------------------------------------------------------------- */

static void
line_up(struct shard *shard, uint32_t row, enum row_place place)
{
    struct row_line *line = &shard->lines[place];
    struct cache_row *r = &shard->rows[row];
    r->place = (uint8_t)place;
    r->newer = ROW_NONE;
    r->elder = line->newest;
    if (line->newest != ROW_NONE) shard->rows[line->newest].newer = row;
    else line->eldest = row;
    line->newest = row;
}

static void
step_out(struct shard *shard, uint32_t row)
{
    struct cache_row *r = &shard->rows[row];
    struct row_line *line = &shard->lines[r->place];
    if (shard->hand == row) shard->hand = r->newer;
    if (r->newer != ROW_NONE) shard->rows[r->newer].elder = r->elder;
    else line->newest = r->elder;
    if (r->elder != ROW_NONE) shard->rows[r->elder].newer = r->newer;
    else line->eldest = r->newer;
}

void
hfi_row_touch(struct shard *shard, uint32_t row, uint64_t now)
{
    struct cache_row *r = &shard->rows[row];
    if (shard->times) shard->times[row].used_at = now;
    if (shard->cache->options.policy == HF_CACHE_SIEVE) {
        r->was_asked_for = true;
        if (r->place == ROW_IN_TURN) return;
    } else if (r->newer == ROW_NONE && r->place == ROW_IN_TURN) {
        return;
    }
    step_out(shard, row);
    line_up(shard, row, ROW_IN_TURN);
}

/* ---- whose turn it is --------------------------------------------------------------------- */

/* The next time it will be asked whether this one is pinned, and then it goes: its count, its place
 * in the index and its edge are far away. */
static void
look_ahead(const struct shard *shard, uint32_t row)
{
    if (row == ROW_NONE) return;
    const struct cache_row *r = &shard->rows[row];
    const hf_cache_items *values = *shard_edge(shard, EDGE_OF_VALUES);
    prefetch_to_write(header_of(r->value));
    prefetch_to_write(&values->items[row]);
    table_prefetch(&shard->index, r->hash);
}

/* SIEVE: the hand goes from eldest to newest, and passes over those that were asked for since it
 * came by. */
static uint32_t
next_of_sieve(struct shard *shard, uint32_t except)
{
    const struct row_line *line = &shard->lines[ROW_IN_TURN];
    if (line->eldest == line->newest && line->eldest == except) return ROW_NONE;
    for (uint32_t row = shard->hand;; row = shard->rows[row].newer) {
        if (row == ROW_NONE) row = line->eldest;
        if (row == ROW_NONE) return ROW_NONE;
        if (row != except && !shard->rows[row].was_asked_for) {
            shard->hand = row;
            look_ahead(shard, shard->rows[row].newer);
            return row;
        }
        shard->rows[row].was_asked_for = false;
    }
}

static uint32_t
next_in_turn(struct shard *shard, uint32_t except)
{
    if (shard->cache->options.policy == HF_CACHE_SIEVE) return next_of_sieve(shard, except);
    /* What must not go was touched, so it is the newest. */
    uint32_t eldest = shard->lines[ROW_IN_TURN].eldest;
    if (eldest == ROW_NONE || eldest == except) return ROW_NONE;
    look_ahead(shard, shard->rows[eldest].newer);
    return eldest;
}

/* Those aside came to their turn before all that are in turn, so they go first, once they are not
 * held any more. Returns one that isn't, after so many looks, or ROW_NONE. */
static uint32_t
next_aside(struct shard *shard, unsigned looks)
{
    uint32_t row;
    for (; looks && (row = shard->lines[ROW_ASIDE].eldest) != ROW_NONE; looks--) {
        if (!row_is_pinned(shard, row)) return row;
        step_out(shard, row);
        line_up(shard, row, ROW_ASIDE);
    }
    return ROW_NONE;
}

static uint32_t
next_unpinned_in_turn(struct shard *shard, uint32_t except, size_t looks)
{
    for (; looks; looks--) {
        uint32_t row = next_in_turn(shard, except);
        if (row == ROW_NONE || !row_is_pinned(shard, row)) return row;
        step_out(shard, row);
        line_up(shard, row, ROW_ASIDE);
    }
    return ROW_NONE;
}

uint32_t
hfi_row_next_to_go(struct shard *shard, uint32_t except)
{
    enum { LOOKS_ASIDE = 2 };
    uint32_t row = next_aside(shard, LOOKS_ASIDE);
    if (row == ROW_NONE) row = next_unpinned_in_turn(shard, except, HF_CACHE_LOOKS_MOST);
    if (row == ROW_NONE) row = shard->lines[ROW_ASIDE].eldest;
    return row;
}

uint32_t
hfi_row_next_unpinned(struct shard *shard, uint32_t *aside_left)
{
    while (*aside_left) {
        --*aside_left;
        uint32_t row = next_aside(shard, 1);
        if (row != ROW_NONE) return row;
    }
    return next_unpinned_in_turn(shard, ROW_NONE, SIZE_MAX);
}

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

/* Each step leaves what is there whole, and the last one makes the room known. */
static bool
widen(struct shard *shard)
{
    size_t room = next_room(shard);
    if (room > TABLE_ROWS_MOST) return false;
    struct cache_row *rows = realloc(shard->rows, room * sizeof *rows);
    if (!rows) return false;
    shard->rows = rows;
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
    shard->free_row = shard->rows[row].elder;
    return row;
}

uint32_t
hfi_row_enter(struct shard *shard, hf_key key, uint32_t hash, void *value, size_t weight)
{
    uint32_t row = take_free_row(shard);
    shard->rows[row] =
        (struct cache_row){.key = key, .value = value, .weight = weight, .hash = hash};
    line_up(shard, row, ROW_IN_TURN);
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
    shard->rows[row].value = value;
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
    step_out(shard, row);
    r->place = ROW_FREE;
    r->elder = shard->free_row;
    shard->free_row = row;
}
