/* SPDX-License-Identifier: MIT
 *
 * A bounded cache: look-ups and removals.
 * Knows the shapes of a cache. */
#include "contain/cache.h"

/* ---- look-up ------------------------------------------------------------------------------ */

/* Takes in again what was found by its weak reference. Without memory it stays where it was. */
static void
revive(struct hf_cache *cache, struct shard *shard, hf_key key, uint32_t hash, void *value)
{
    struct cache_put put = {.key = key,
                            .hash = hash,
                            .value = value,
                            .time_to_live = cache->options.time_to_live,
                            .time_to_idle = cache->options.time_to_idle,
                            .how = PUT_REVIVED};
    if (!hfi_cache_put_begin(cache, &put, NULL)) return;
    struct departures gone;
    departures_begin(&gone, cache);
    short_lock_take(shard->lock);
    (void)hfi_cache_put_locked(shard, &put, &gone);
    short_lock_give(shard->lock);
    hfi_departures_settle(&gone);
    cache_put_end(&put);
}

/* The rest of a look-up, for a row that is over, and is let go of, or for none; then it looks among
 * what was evicted and lives. */
APART static void *
get_otherwise(struct hf_cache *cache, hf_key key, uint32_t hash, uint32_t row, bool is_alone)
{
    struct shard *shard = shard_of(cache, hash);
    struct departures gone;
    departures_begin(&gone, cache);
    void *value = NULL;
    if (row == ROW_NONE) value = hfi_weak_tier_get(shard, key);
    else hfi_row_depart(shard, row, HF_CACHE_EXPIRED, &gone);
    if (value) shard->hits++;
    else shard->misses++;
    shard_leave(shard, is_alone);
    hfi_departures_settle(&gone);
    if (value) revive(cache, shard, key, hash, value);
    return value;
}

static void *
miss(struct shard *shard, bool is_alone)
{
    shard->misses++;
    shard_leave(shard, is_alone);
    return NULL;
}

/* With the lock, which is given back, or alone: the whole of a look-up, for any key. */
FLATTEN_INLINE void *
get_locked(struct hf_cache *cache, hf_key key, uint32_t hash, uint64_t now, bool is_alone)
{
    struct shard *shard = shard_of(cache, hash);
    uint32_t row = row_of(shard, key, hash);
    if (row == ROW_NONE && !shard_weak_tier(shard)) return miss(shard, is_alone);
    if (row == ROW_NONE || row_is_over(shard, row, now)) {
        return get_otherwise(cache, key, hash, row, is_alone);
    }
    shard->hits++;
    void *value = row_take_up(shard, row, now, is_alone);
    shard_leave(shard, is_alone);
    return value;
}

APART static void *
get(struct hf_cache *cache, hf_key key)
{
    uint32_t hash = key_hash(key);
    uint64_t now = cache_now(cache);
    return get_locked(cache, key, hash, now, shard_enter(shard_of(cache, hash), hash));
}

/* With the lock, which is given back, or alone: an integer that one chunk doesn't settle. */
APART static void *
get_behind(struct hf_cache *cache, uint64_t integer, uint32_t hash, bool is_alone)
{
    return get_locked(cache, hf_key_integer(integer), hash, 0, is_alone);
}

/* With the lock, which is given back, or alone. */
FLATTEN_INLINE void *
get_integer(struct hf_cache *cache, struct shard *shard, uint64_t integer, uint32_t hash,
            bool is_alone)
{
    uint32_t row = row_of_integer(shard, integer, hash);
    if (row == ROW_NONE) {
        if (unlikely(table_goes_on(&shard->index, hash) || shard_weak_tier(shard))) {
            return get_behind(cache, integer, hash, is_alone);
        }
        return miss(shard, is_alone);
    }
    shard->hits++;
    row_touch(shard, row, cache_is_sieve(cache));
    void *value = value_retain(row_value(shard, row), is_alone);
    shard_leave(shard, is_alone);
    return value;
}

/* The straight way: an integer, no times, nobody else at the shard, and one chunk that knows. */
void *
hf_cache_get(hf_cache *cache, hf_key key)
{
    if (unlikely(key.kind != HF_KEY_INTEGER || cache_uses_times(cache))) return get(cache, key);
    uint32_t hash = key_hash_of_number(key.is.integer);
    struct shard *shard = shard_of(cache, hash);
    if (process_is_single_threaded()) {
        return get_integer(cache, shard, key.is.integer, hash, true);
    }
    table_prefetch(&shard->index, hash);
    if (unlikely(!short_lock_try(shard->lock))) return get(cache, key);
    return get_integer(cache, shard, key.is.integer, hash, false);
}

/* ---- removal ------------------------------------------------------------------------------ */

/* Forgets the entry of key. Returns whether there was one, and in *taken, if it is wanted, its
 * value, owned. */
static bool
forget(struct hf_cache *cache, hf_key key, void **taken)
{
    uint32_t hash = key_hash(key);
    struct shard *shard = shard_of(cache, hash);
    uint64_t now = cache_now(cache);
    struct departures gone;
    departures_begin(&gone, cache);
    void *value = NULL;
    short_lock_take(shard->lock);
    flights_outdate(&shard->flights, &key);
    uint32_t row = row_of(shard, key, hash);
    if (row != ROW_NONE) {
        bool is_over = row_is_over(shard, row, now);
        if (!is_over) value = row_value(shard, row);
        if (value && taken) retain(value, NULL);
        hfi_row_depart(shard, row, is_over ? HF_CACHE_EXPIRED : HF_CACHE_REMOVED, &gone);
    } else {
        value = hfi_weak_tier_get(shard, key);
        if (!taken) gone.let_go = value;
        (void)hfi_weak_tier_forget(shard, key);
    }
    short_lock_give(shard->lock);
    hfi_departures_settle(&gone);
    if (taken) *taken = value;
    return value;
}

void *
hf_cache_take(hf_cache *cache, hf_key key)
{
    void *value;
    (void)forget(cache, key, &value);
    return value;
}

int
hf_cache_remove(hf_cache *cache, hf_key key)
{
    return forget(cache, key, NULL);
}
