/* SPDX-License-Identifier: MIT
 *
 * The shapes of a cache, for the files that make it: what leaves, and what is put.
 * Knows shards.
 *
 * What leaves a shard is written down, and told and released when the lock is gone. What was
 * evicted while somebody held it stays in a weak map of the shard; what is being loaded is in its
 * flights. */
#ifndef HFI_CACHE_H
#define HFI_CACHE_H

#include "contain/shard.h"

enum { SHARDS_MOST = 64, DEPARTURES_AT_ONCE = 16 };

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

/* The shard, of zeros but for its cache, its lock, its edges and its number, has no rows; false
 * without memory. It is ended in either case. */
bool hfi_rows_begin(struct shard *shard);

/* Frees what plain memory the rows took; their edges are left. */
void hfi_rows_end(struct shard *shard);

/* Makes sure that there is a free row, with times if it is to have any, and with room for its key,
 * whatever it is; false without memory. */
APART bool hfi_row_prepare(struct shard *shard, hf_key key, bool has_times);

/* Whether a short look says so; for a key that is an object it never does. */
static inline bool
row_is_prepared(const struct shard *shard, hf_key key, bool has_times)
{
    return row_is_left(shard) && (!has_times || shard->times)
           && (key.kind == HF_KEY_INTEGER || (key.kind == HF_KEY_STRING && shard->strings))
           && table_has_room(&shard->index, (size_t)shard->index.used + 1);
}

/* ---- whose turn it is, under its lock ----------------------------------------------------- */

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

/* ---- leaving, under the shard's lock ------------------------------------------------------- */

/* Nobody can tell of a weak reference when its time is over. */
static inline bool
row_has_times(const struct shard *shard, uint32_t row)
{
    return shard->times && (shard->times[row].dies_at || shard->times[row].idle);
}

/* The row is free; what it held is written down. There must be room in gone. */
FLATTEN_INLINE void
row_depart(struct shard *shard, uint32_t row, enum hf_cache_cause cause, struct departures *gone)
{
    size_t weight = row_weight(shard, row);
    struct departure *departure = &gone->each[gone->count++];
    departure->key = row_key(shard, row);
    departure->cause = cause;
    departure->value = edge_empty(&shard->values[row], NULL);
    departure->key_object = NULL;
    if (departure->key.kind == HF_KEY_OBJECT) {
        departure->key_object = edge_empty(row_key_edge(shard, row), NULL);
    }
    shard->figures.gone[cause]++;
    if (cause == HF_CACHE_EVICTED) {
        shard->figures.gone_weight += weight;
        if (value_is_pinned(departure->value)) {
            shard->figures.gone_pinned++;
            if (!row_has_times(shard, row))
                hfi_weak_tier_keep(shard, departure->key, departure->value);
        }
    }
    gone->freed_entries++;
    gone->freed_weight += weight;
    table_remove(&shard->index, row_hash(shard, row), row);
    row_step_out(shard, row);
    row_give_back(shard, row);
}

/* The same, for those that let go of rows once in a while. */
void hfi_row_depart(struct shard *shard, uint32_t row, enum hf_cache_cause cause,
                    struct departures *gone);

/* ---- bounds ------------------------------------------------------------------------------- */

/* Whether one more would be too many. */
static inline bool
bounds_are_met(const struct hf_cache *cache)
{
    /* relaxed, twice: as said in cache_bounds.c. */
    size_t most = atomic_load_relaxed(&cache->entries_most);
    return most && atomic_load_relaxed(&cache->entries) >= most;
}

/* The rest of bounds_reserve: more is needed than was freed. */
APART bool hfi_bounds_grow(struct hf_cache *cache, struct departures *gone, bool is_new,
                           size_t former, size_t weight);

/* Counts an entry of this weight in, if the bounds allow; with is_new false it takes the place of
 * one of the weight former. Uses what was freed before it counts anew. */
static inline bool
bounds_reserve(struct hf_cache *cache, struct departures *gone, bool is_new, size_t former,
               size_t weight)
{
    bool takes_a_place = gone->freed_entries < is_new;
    if (takes_a_place && bounds_are_met(cache)) return false;
    if (takes_a_place || gone->freed_weight + former < weight) {
        return hfi_bounds_grow(cache, gone, is_new, former, weight);
    }
    gone->freed_entries -= is_new;
    gone->freed_weight += former - weight;
    return true;
}

/* Counts out what was freed. */
void hfi_bounds_give_back(struct hf_cache *cache, struct departures *gone);

/* Without a lock: evicts one entry, from the shard with this number or one behind it. Returns false
 * if there is none in the whole cache. */
bool hfi_cache_evict_somewhere(struct hf_cache *cache, unsigned number, struct departures *gone);

/* ---- the whole ---------------------------------------------------------------------------- */

/* Where an entry with this hash is, or would be. */
static inline struct shard *
shard_of(const struct hf_cache *cache, uint32_t hash)
{
    return &cache->shards[(uint64_t)hash << cache->shard_bits >> 32];
}

static inline unsigned
shard_count(const struct hf_cache *cache)
{
    return 1u << cache->shard_bits;
}

uint64_t hfi_cache_clock(const struct hf_cache *cache);

/* Whether an entry ever had a time. Who looks just before the first one gets it doesn't know: for
 * him the time is 0, at which nothing is over, and he doesn't keep an entry from idling. */
static inline bool
cache_uses_times(const struct hf_cache *cache)
{
    /* relaxed: whoever gave the first entry a time has the lock, or was here before. */
    return unlikely(atomic_load_relaxed(&cache->uses_times));
}

/* Milliseconds, if that matters to any entry; else 0. */
static inline uint64_t
cache_now(const struct hf_cache *cache)
{
    return cache_uses_times(cache) ? hfi_cache_clock(cache) : 0;
}

/* What is to be put, and how. */
struct cache_put {
    hf_key key, kept; /* the program's, and with bytes of its own until they are used up */
    uint32_t hash;
    void *value;
    size_t weight;
    uint64_t time_to_live, time_to_idle;
    uint64_t now;
    enum { PUT_BY_PROGRAM, PUT_REVIVED, PUT_LOADED } how;
    bool is_alone; /* there is no other thread, and the lock is not held */
};

/* Without the lock: looks at key and value, has it weighed, copies the key, reads the clock.
 * Returns false and errno EINVAL, EFBIG or ENOMEM. Whoever began ends it. */
bool hfi_cache_put_begin(struct hf_cache *cache, struct cache_put *put, const void *site);

static inline void
cache_put_end(const struct cache_put *put)
{
    key_drop(put->kept);
}

/* With the lock, which it may give back and take again: puts it. Returns false and errno; or false
 * when what was revived or loaded is outdated. */
bool hfi_cache_put_locked(struct shard *shard, struct cache_put *put, struct departures *gone);

#endif
