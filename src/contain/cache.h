/* SPDX-License-Identifier: MIT
 *
 * The shapes of a cache, for the files that make it: shards of rows, and what leaves them.
 * Knows objects, keys, the index and flights.
 *
 * An entry is a row of its shard: its key, its weight and its place in line are plain memory under
 * the shard's lock; its value, and its key if that is an object, are edges of objects that the
 * cache holds, so that the collector sees through. What leaves a shard is written down, and told
 * and released when the lock is gone.
 *
 *     rows      two lines: those in turn, from newest to eldest, and those aside, which were found
 *               pinned when their turn came
 *     weak      what was evicted while somebody held it, in a weak map of the shard
 *     flights   what is being loaded  */
#ifndef HFI_CACHE_H
#define HFI_CACHE_H

#include <holdfast/cache.h>
#include <holdfast/weak_map.h>

#include "contain/contain.h"
#include "contain/flight.h"
#include "contain/key.h"
#include "contain/table.h"

enum { SHARDS_MOST = 64, DEPARTURES_AT_ONCE = 16 };

enum { ROW_BITS = 30 };
#define ROW_NONE ((UINT32_C(1) << ROW_BITS) - 1)

enum row_place { ROW_FREE, ROW_IN_TURN, ROW_ASIDE };

/* What a row is, where it stands in line, and its value lie in arrays of their own: a look-up then
 * reads one line of memory for the first, beside the value's; the others are small enough to stay
 * near, and so are the neighbours of a row that moves up. */
struct cache_row {
    hf_key key; /* with bytes of its own */
    size_t weight;
    uint32_t hash;
};

struct row_turn {
    uint32_t newer : ROW_BITS; /* its neighbours in line; elder: the next free row */
    uint32_t place : 2;        /* enum row_place */
    uint32_t elder : ROW_BITS;
    uint32_t was_asked_for : 1; /* since the hand of SIEVE came by */
};

/* In milliseconds; for caches in which an entry has one. */
struct row_times {
    uint64_t dies_at; /* 0: never */
    uint64_t idle;    /* how long it may lie unused; 0: for ever */
    uint64_t used_at;
};

struct row_line {
    uint32_t newest, eldest;
};

struct shard {
    struct hf_cache *cache;
    pthread_mutex_t *lock;
    unsigned number; /* of the shard, for its edges */
    uint32_t room;   /* of rows, turns and times */
    uint32_t used;   /* rows that ever were in use */
    uint32_t free_row;
    struct table index;
    struct cache_row *rows;
    struct row_turn *turns;
    struct row_times *times;  /* NULL while no entry has any */
    struct row_line lines[3]; /* by enum row_place */
    uint32_t hand;            /* of SIEVE: the row to look at next, or ROW_NONE: the eldest */
    uint32_t swept;           /* the row to be asked next whether its time is over */
    struct flights flights;
    hf_cache_figures figures; /* what this shard did; what is there now is counted elsewhere */
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

/* ---- what leaves -------------------------------------------------------------------------- */

struct departure {
    hf_key key;  /* with bytes of its own */
    void *value; /* owned */
    void *key_object;
    enum hf_cache_cause cause;
};

struct departures {
    struct hf_cache *cache;
    void *let_go; /* owned, or NULL: nothing that left, but must be released without the lock */
    size_t freed_entries, freed_weight; /* still counted in: what a put may use instead */
    unsigned count;
    struct departure each[DEPARTURES_AT_ONCE + 1]; /* the last one is for what is replaced */
};

static inline void
departures_begin(struct departures *gone, struct hf_cache *cache)
{
    gone->cache = cache;
    gone->let_go = NULL;
    gone->freed_entries = gone->freed_weight = 0;
    gone->count = 0;
}

static inline bool
departures_are_full(const struct departures *gone)
{
    return gone->count >= DEPARTURES_AT_ONCE;
}

/* Without a lock: tells the program of them, and releases. */
void hfi_departures_settle(struct departures *gone);

/* ---- rows of a shard, under its lock ------------------------------------------------------ */

static inline void **
shard_edge(const struct shard *shard, enum shard_edge which)
{
    return &shard->cache->edges[shard->number * SHARD_EDGES + which];
}

static inline void *
row_value(const struct shard *shard, uint32_t row)
{
    const hf_cache_items *values = *shard_edge(shard, EDGE_OF_VALUES);
    /* relaxed: who has the lock writes it, and nobody else. */
    return atomic_load_relaxed(&values->items[row]);
}

static inline bool
row_is_free(const struct shard *shard, uint32_t row)
{
    return shard->turns[row].place == ROW_FREE;
}

/* Whether somebody besides the cache holds the value. */
static inline bool
row_is_pinned(const struct shard *shard, uint32_t row)
{
    return hf_count(row_value(shard, row)) > 1;
}

static inline uint32_t
row_of(const struct shard *shard, hf_key key, uint32_t hash)
{
    struct table_walk walk = table_walk_begin(&shard->index, hash);
    uint32_t row;
    while ((row = table_walk_next(&walk)) != TABLE_FREE) {
        if (hf_key_is(shard->rows[row].key, key)) return row;
    }
    return ROW_NONE;
}

/* Whether its time is over. */
static inline bool
row_is_over(const struct shard *shard, uint32_t row, uint64_t now)
{
    if (likely(!shard->times)) return false;
    const struct row_times *times = &shard->times[row];
    return (times->dies_at && now >= times->dies_at)
           || (times->idle && now - times->used_at >= times->idle);
}

/* Makes sure that there is a free row, with times if it is to have any, and with an edge for its
 * key if that is an object; false without memory. */
bool hfi_row_prepare(struct shard *shard, const hf_key *key, bool has_times);

/* Takes a free row that was prepared for this key, whose bytes become the row's, and this value,
 * which is retained; it is the newest. Returns it. */
uint32_t hfi_row_enter(struct shard *shard, hf_key key, uint32_t hash, void *value, size_t weight);

/* Lets the row hold another value, retained. Returns the former one, owned. */
void *hfi_row_exchange(struct shard *shard, uint32_t row, void *value);

/* The row is free; what it held is written down. There must be room in gone. */
void hfi_row_depart(struct shard *shard, uint32_t row, enum hf_cache_cause cause,
                    struct departures *gone);

/* ---- whose turn it is, under its lock ----------------------------------------------------- */

/* The row is the newest in this line. */
void hfi_row_line_up(struct shard *shard, uint32_t row, enum row_place place);

/* The row is in no line. */
void hfi_row_step_out(struct shard *shard, uint32_t row);

/* It was asked for. */
void hfi_row_touch(struct shard *shard, uint32_t row, uint64_t now);

/* The row that goes first, whose turn came or whose pin was taken away; not `except`. A few pinned
 * ones are passed over; then it is the eldest of those. */
uint32_t hfi_row_next_to_go(struct shard *shard, uint32_t except);

/* The same, but only a row that nobody else holds, and as many looks as it takes, while *aside_left
 * counts down how many of those aside are still to be looked at. */
uint32_t hfi_row_next_unpinned(struct shard *shard, uint32_t *aside_left);

/* ---- weak references to what was evicted, under the shard's lock -------------------------- */

/* Keeps a weak reference, if there is memory for it. */
void hfi_weak_tier_keep(struct shard *shard, hf_key key, void *value);

/* Returns what was evicted and lives, owned, or NULL. */
void *hfi_weak_tier_get(const struct shard *shard, hf_key key);

/* Returns whether there was one. */
bool hfi_weak_tier_forget(const struct shard *shard, hf_key key);

/* ---- bounds ------------------------------------------------------------------------------- */

/* Counts an entry of this weight in, if the bounds allow; with is_new false it takes the place of
 * one of the weight former. Uses what was freed before it counts anew. */
bool hfi_bounds_reserve(struct hf_cache *cache, struct departures *gone, bool is_new, size_t former,
                        size_t weight);

/* Counts out what was freed. */
void hfi_bounds_give_back(struct hf_cache *cache, struct departures *gone);

/* Without a lock: evicts one entry, from the shard with this number or one behind it. Returns false
 * if there is none in the whole cache. */
bool hfi_cache_evict_somewhere(struct hf_cache *cache, unsigned number, struct departures *gone);

/* ---- the whole ---------------------------------------------------------------------------- */

/* Where an entry with this hash is, or would be. Who asks is about to look there, so its place in
 * the index is asked for, before anybody waits for the lock. */
static inline struct shard *
shard_of(const struct hf_cache *cache, uint32_t hash)
{
    struct shard *shard = &cache->shards[(uint64_t)hash << cache->shard_bits >> 32];
    table_prefetch(&shard->index, hash);
    return shard;
}

static inline unsigned
shard_count(const struct hf_cache *cache)
{
    return 1u << cache->shard_bits;
}

uint64_t hfi_cache_clock(const struct hf_cache *cache);

/* Milliseconds, if that matters to any entry. */
static inline uint64_t
cache_now(const struct hf_cache *cache)
{
    /* relaxed: whoever gave the first entry a time has the lock, or was here before. */
    return likely(!atomic_load_relaxed(&cache->uses_times)) ? 0 : hfi_cache_clock(cache);
}

/* With the lock: returns the value of key, owned, or NULL. */
void *hfi_cache_find(struct shard *shard, hf_key key, uint32_t hash, uint64_t now);

/* What is to be put, and how. */
struct cache_put {
    hf_key key, kept; /* the program's, and with bytes of its own until they are used up */
    uint32_t hash;
    void *value;
    size_t weight;
    uint64_t time_to_live, time_to_idle;
    uint64_t now;
    enum { PUT_BY_PROGRAM, PUT_REVIVED, PUT_LOADED } how;
};

/* Without the lock: looks at key and value, has it weighed, copies the key, reads the clock.
 * Returns false and errno EINVAL, EFBIG or ENOMEM. Whoever began ends it. */
bool hfi_cache_put_begin(struct hf_cache *cache, struct cache_put *put, const void *site);

static inline void
cache_put_end(const struct cache_put *put)
{
    hfi_key_drop(put->kept);
}

/* With the lock, which it may give back and take again: puts it. Returns false and errno; or false
 * when what was revived or loaded is outdated. */
bool hfi_cache_put_locked(struct shard *shard, struct cache_put *put, struct departures *gone);

#endif
