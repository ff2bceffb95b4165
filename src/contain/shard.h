/* SPDX-License-Identifier: MIT
 *
 * A shard of a cache: its rows, whose turn it is, and what a look-up does to them.
 * Knows objects, keys, the index and flights. All of this is done under the shard's lock.
 *
 * An entry is a row of its shard: its key, its weight and its place in line are plain memory; its
 * value, and its key if that is an object, are edges of objects that the cache holds, so that the
 * collector sees through.
 *
 * What a look-up needs that finds is in this header, so that the compiler makes one straight way of
 * it: so few instructions that the processor is at the next look-up while it waits for the memory
 * of this one. */
#ifndef HFI_SHARD_H
#define HFI_SHARD_H

#include <holdfast/cache.h>
#include <holdfast/weak_map.h>

#include "contain/contain.h"
#include "contain/flight.h"
#include "contain/key.h"
#include "contain/table.h"

/* Where a row is, and the number of a row that is no entry: it is the head of the ring in which
 * those stand that are there. Going on from a head to what is newer leads to the eldest, and to
 * what is elder, to the newest. Free rows are linked by elder alone. */
enum row_place { ROW_FREE, ROW_IN_TURN, ROW_ASIDE, ROW_FIRST };

/* No row: the head of the free ones, who is never asked for. */
enum { ROW_NONE = ROW_FREE };

/* What is known of a row lies in arrays of their own: what a look-up reads is then small enough to
 * stay near, what few caches need is there in no other, and when a row moves up, its neighbours are
 * near as well. A key that is a number or an object is hashed again when the row leaves. */

/* Its neighbours in the ring. */
struct row_turn {
    uint32_t newer, elder; /* elder of a free row: the next one */
};

struct row_state {
    uint8_t place : 2;         /* enum row_place */
    uint8_t was_asked_for : 1; /* since the hand of SIEVE came by */
    uint8_t kind : 2;          /* enum hf_key_kind */
};

/* Of a key that is one; its bytes are the row's own. */
struct row_string {
    uint32_t length, hash;
};

/* In milliseconds; for caches in which an entry has one. */
struct row_times {
    uint64_t dies_at; /* 0: never */
    uint64_t idle;    /* how long it may lie unused; 0: for ever */
    uint64_t used_at;
};

/* What a look-up needs comes first. */
struct shard {
    struct short_lock *lock;
    struct table index;     /* with a chunk at least */
    uint64_t *keys;         /* the integers, or the addresses of objects and of strings' bytes */
    void **values;          /* the edges that lead to them */
    struct row_turn *turns; /* those of the heads are there from the start */
    struct row_state *states;
    bool has_other_keys; /* than integers */
    uint32_t hand;       /* of SIEVE: the row to look at next, or ROW_IN_TURN: the eldest */
    uint64_t hits, misses;
    void **edges; /* SHARD_EDGES of the cache */
    struct hf_cache *cache;
    struct row_times *times;    /* NULL while no entry has any */
    struct row_string *strings; /* NULL while no key was one */
    size_t *weights;            /* NULL if each weighs 1 */
    unsigned number;
    uint32_t room;  /* of rows */
    uint32_t used;  /* rows that ever were in use, those of the heads with them */
    uint32_t swept; /* the row to be asked next whether its time is over */
    struct flights flights;
    hf_cache_figures figures; /* what else it did; what is there now is counted elsewhere */
} __attribute__((aligned(64)));

/* What the edges of a shard lead to. */
enum shard_edge { EDGE_OF_VALUES, EDGE_OF_KEYS, EDGE_OF_WEAK, SHARD_EDGES };

/* An array of edges, one for each row. */
typedef struct hf_cache_items {
    size_t room;
    void *items[];
} hf_cache_items;
extern const hf_type hf_type_hf_cache_items;

struct hf_cache {
    hf_cache_options options; /* but for the bounds, as they were given */
    struct shard *shards;
    unsigned shard_bits; /* of a hash, that choose a shard */
    uint32_t uses_times; /* atomic: whether an entry ever had one */
    size_t entries_most; /* atomic, as all that follow; 0: no bound */
    size_t weight_most;
    size_t entries, weight;
    size_t peak_entries, peak_weight;
    void *edges[]; /* SHARD_EDGES for each shard */
};

/* Whether it evicts by SIEVE; else by LRU. */
static inline bool
cache_is_sieve(const struct hf_cache *cache)
{
    return cache->options.policy == HF_CACHE_SIEVE;
}

/* ---- rows --------------------------------------------------------------------------------- */

static inline void *
row_value(const struct shard *shard, uint32_t row)
{
    /* relaxed: who has the lock writes it, and nobody else. */
    return atomic_load_relaxed(&shard->values[row]);
}

/* The edge to a key that is an object. */
static inline void **
row_key_edge(const struct shard *shard, uint32_t row)
{
    hf_cache_items *keys = shard->edges[EDGE_OF_KEYS];
    return &keys->items[row];
}

static inline bool
row_is_free(const struct shard *shard, uint32_t row)
{
    return shard->states[row].place == ROW_FREE;
}

/* Whether there is a row for one more. */
static inline bool
row_is_left(const struct shard *shard)
{
    return shard->turns[ROW_FREE].elder != ROW_NONE || shard->used < shard->room;
}

static inline uint32_t
row_take_free(struct shard *shard)
{
    struct row_turn *turns = shard->turns;
    uint32_t row = turns[ROW_FREE].elder;
    if (row == ROW_NONE) return shard->used++;
    turns[ROW_FREE].elder = turns[row].elder;
    return row;
}

static inline void
row_give_back(struct shard *shard, uint32_t row)
{
    struct row_turn *turns = shard->turns;
    turns[row].elder = turns[ROW_FREE].elder;
    turns[ROW_FREE].elder = row;
    shard->states[row].place = ROW_FREE;
}

/* Whether somebody besides the cache holds the value. */
static inline bool
value_is_pinned(const void *value)
{
    return strong_count(value) > 1;
}

static inline bool
row_is_pinned(const struct shard *shard, uint32_t row)
{
    return value_is_pinned(row_value(shard, row));
}

static inline hf_key
row_key(const struct shard *shard, uint32_t row)
{
    hf_key key = {.kind = shard->states[row].kind};
    uint64_t number = shard->keys[row];
    if (likely(key.kind == HF_KEY_INTEGER)) {
        key.is.integer = number;
    } else if (key.kind == HF_KEY_OBJECT) {
        key.is.object = (const void *)(uintptr_t)number;
    } else {
        key.is.bytes = (const char *)(uintptr_t)number;
        key.length = shard->strings[row].length;
    }
    return key;
}

static inline uint32_t
row_hash(const struct shard *shard, uint32_t row)
{
    if (unlikely(shard->states[row].kind == HF_KEY_STRING)) return shard->strings[row].hash;
    return key_hash_of_number(shard->keys[row]);
}

static inline size_t
row_weight(const struct shard *shard, uint32_t row)
{
    return shard->weights ? shard->weights[row] : 1;
}

/* Returns the row of the key; ROW_NONE: there is none. */
APART uint32_t hfi_row_of(const struct shard *shard, hf_key key, uint32_t hash);

/* Whether this is the row's key. */
static inline bool
row_is_integer(const struct shard *shard, uint32_t row, uint64_t integer)
{
    if (unlikely(shard->keys[row] != integer)) return false;
    return likely(!shard->has_other_keys) || shard->states[row].kind == HF_KEY_INTEGER;
}

/* Returns the row of a key that is an integer if it is in the chunk where a search begins; else
 * ROW_NONE, and if rows went on from there, it may be behind. */
FLATTEN_INLINE uint32_t
row_of_integer(const struct shard *shard, uint64_t integer, uint32_t hash)
{
    const struct table_chunk *chunk = table_chunk(&shard->index, hash);
    for (slot_set set = chunk_match(chunk, tag_of(hash)); set; set &= set - 1) {
        uint32_t row = chunk->rows[slot_first(set)];
        if (likely(row_is_integer(shard, row, integer))) return row;
    }
    return ROW_NONE;
}

FLATTEN_INLINE uint32_t
row_of(const struct shard *shard, hf_key key, uint32_t hash)
{
    if (likely(key.kind == HF_KEY_INTEGER)) {
        uint32_t row = row_of_integer(shard, key.is.integer, hash);
        if (row != ROW_NONE || !table_goes_on(&shard->index, hash)) return row;
    }
    return hfi_row_of(shard, key, hash);
}

/* Whether its time is over. */
static inline bool
row_is_over(const struct shard *shard, uint32_t row, uint64_t now)
{
    if (likely(!shard->times)) return false;
    const struct row_times *times = &shard->times[row];
    return (times->dies_at && now >= times->dies_at)
           || (times->idle && now > times->used_at && now - times->used_at >= times->idle);
}

/* It was asked for; perhaps by somebody who looked at the clock before others did. */
static inline void
row_note_use(struct shard *shard, uint32_t row, uint64_t now)
{
    if (likely(!shard->times)) return;
    if (shard->times[row].used_at < now) shard->times[row].used_at = now;
}

/* ---- whose turn it is --------------------------------------------------------------------- */

static inline uint32_t
row_eldest(const struct shard *shard, enum row_place place)
{
    uint32_t row = shard->turns[place].newer;
    return row == place ? ROW_NONE : row;
}

/* The row, which is in no ring, is the newest of this one. */
static inline void
row_line_up(struct row_turn *turns, uint32_t row, enum row_place place)
{
    uint32_t newest = turns[place].elder;
    turns[row] = (struct row_turn){.newer = place, .elder = newest};
    turns[newest].newer = row;
    turns[place].elder = row;
}

/* The row is in no ring; no hand may be at it. */
static inline void
row_leave_ring(struct row_turn *turns, uint32_t row)
{
    uint32_t newer = turns[row].newer, elder = turns[row].elder;
    turns[newer].elder = elder;
    turns[elder].newer = newer;
}

static inline void
row_step_out(struct shard *shard, uint32_t row)
{
    if (unlikely(shard->hand == row)) shard->hand = shard->turns[row].newer;
    row_leave_ring(shard->turns, row);
}

/* From wherever it stands. */
static inline void
row_line_up_anew(struct shard *shard, uint32_t row, enum row_place place)
{
    row_step_out(shard, row);
    row_line_up(shard->turns, row, place);
    shard->states[row].place = place & 3;
}

/* With LRU: it was asked for. */
static inline void
row_move_up(struct shard *shard, uint32_t row)
{
    struct row_turn *turns = shard->turns;
    if (turns[row].newer == ROW_IN_TURN) return;
    row_leave_ring(turns, row);
    row_line_up(turns, row, ROW_IN_TURN);
    /* While nobody stands aside its state is what it was, and needn't be near. */
    if (unlikely(turns[ROW_ASIDE].newer != ROW_ASIDE)) shard->states[row].place = ROW_IN_TURN;
}

/* With SIEVE: it was asked for. */
static inline void
row_mark(struct shard *shard, uint32_t row)
{
    struct row_state *state = &shard->states[row];
    state->was_asked_for = true;
    if (unlikely(state->place != ROW_IN_TURN)) row_line_up_anew(shard, row, ROW_IN_TURN);
}

/* It was asked for. */
FLATTEN_INLINE void
row_touch(struct shard *shard, uint32_t row, bool is_sieve)
{
    if (is_sieve) row_mark(shard, row);
    else row_move_up(shard, row);
}

/* What was evicted while somebody held it is in a weak map, once there is any. */
static inline hf_weak_map *
shard_weak_tier(const struct shard *shard)
{
    return shard->edges[EDGE_OF_WEAK];
}

/* ---- the lock ----------------------------------------------------------------------------- */

/* Returns whether it isn't needed, because there is no other thread: then the caller does nothing
 * that could start one before it leaves. */
static inline bool
shard_enter(struct shard *shard, uint32_t hash)
{
    if (process_is_single_threaded()) return true;
    table_prefetch(&shard->index, hash);
    short_lock_take(shard->lock);
    return false;
}

/* What follows may start a thread, if only because it asks the program's allocator; so the lock is
 * held from here on. */
static inline void
shard_lock_after_all(struct shard *shard, bool *is_alone)
{
    if (*is_alone) short_lock_take(shard->lock);
    *is_alone = false;
}

static inline void
shard_leave(struct shard *shard, bool is_alone)
{
    if (!is_alone) short_lock_give(shard->lock);
}

/* One more reference to a value. */
FLATTEN_INLINE void *
value_retain(void *value, bool is_alone)
{
    return is_alone ? retain_looking(value, true, NULL) : retain(value, NULL);
}

/* The value of a row that is asked for now, owned. */
static inline void *
row_take_up(struct shard *shard, uint32_t row, uint64_t now, bool is_alone)
{
    row_note_use(shard, row, now);
    row_touch(shard, row, cache_is_sieve(shard->cache));
    return value_retain(row_value(shard, row), is_alone);
}

#endif
