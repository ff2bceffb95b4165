/* SPDX-License-Identifier: MIT
 *
 * A bounded cache: look-ups and removals.
 * Knows the shapes of a cache. */
#include "contain/cache.h"

/* ---- look-up ------------------------------------------------------------------------------ */

/* Takes in again what was found by its weak reference. Without memory it stays where it was. */
static void
revive(struct hf_cache *cache, struct shard *shard, struct cache_put *put)
{
    if (!hfi_cache_put_begin(cache, put, NULL)) return;
    struct departures gone;
    departures_begin(&gone, cache);
    short_lock_take(shard->lock);
    (void)hfi_cache_put_locked(shard, put, &gone);
    short_lock_give(shard->lock);
    hfi_departures_settle(&gone);
    cache_put_end(put);
}

/* What a look-up does that has found nothing: lets go of what is over, and looks among what was
 * evicted and lives. */
static void *
find_otherwise(struct shard *shard, hf_key key, uint32_t hash, struct departures *gone)
{
    uint32_t row = shard->times ? row_of(shard, key, hash) : ROW_NONE;
    if (row == ROW_NONE) return hfi_weak_tier_get(shard, key);
    hfi_row_depart(shard, row, HF_CACHE_EXPIRED, gone);
    return NULL;
}

/* With the lock, which is given back, after a look-up that has found nothing. */
APART static void *
get_otherwise(struct hf_cache *cache, struct shard *shard, hf_key key, uint32_t hash, bool is_alone)
{
    struct departures gone;
    departures_begin(&gone, cache);
    void *value = find_otherwise(shard, key, hash, &gone);
    if (value) shard->hits++;
    else shard->misses++;
    shard_leave(shard, is_alone);
    hfi_departures_settle(&gone);
    if (!value) return NULL;
    struct cache_put put = {.key = key,
                            .hash = hash,
                            .value = value,
                            .time_to_live = cache->options.time_to_live,
                            .time_to_idle = cache->options.time_to_idle,
                            .how = PUT_REVIVED};
    revive(cache, shard, &put);
    return value;
}

FLATTEN_INLINE void *
get(struct hf_cache *cache, struct shard *shard, hf_key key, uint32_t hash, uint64_t now,
    bool is_alone)
{
    void *value = shard_find(shard, key, hash, now, is_alone);
    if (likely(value)) {
        shard->hits++;
    } else if (shard->times || shard_weak_tier(shard)) {
        return get_otherwise(cache, shard, key, hash, is_alone);
    } else {
        shard->misses++;
    }
    shard_leave(shard, is_alone);
    return value;
}

void *
hf_cache_get(hf_cache *cache, hf_key key)
{
    uint32_t hash = key_hash(key);
    struct shard *shard = shard_of(cache, hash);
    uint64_t now = cache_now(cache);
    if (shard_enter(shard, hash)) return get(cache, shard, key, hash, now, true);
    return get(cache, shard, key, hash, now, false);
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
