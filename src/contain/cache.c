/* SPDX-License-Identifier: MIT
 *
 * A bounded cache: birth and death, look-ups, puts, removals.
 * Knows the shapes of a cache. cache_rows.c has its rows and whose turn it is, cache_bounds.c what
 * it holds in all, cache_load.c the loading. */
#include <errno.h>
#include <stdlib.h>

#include "contain/cache.h"

/* ---- look-up ------------------------------------------------------------------------------ */

void *
hfi_cache_find(struct shard *shard, hf_key key, uint32_t hash, uint64_t now)
{
    uint32_t row = row_of(shard, key, hash);
    if (row == ROW_NONE || row_is_over(shard, row, now)) return NULL;
    hfi_row_touch(shard, row, now);
    void *value = row_value(shard, row);
    retain(value, NULL);
    return value;
}

/* Takes in again what was found by its weak reference. Without memory it stays where it was. */
static void
revive(struct hf_cache *cache, struct shard *shard, struct cache_put *put)
{
    if (!hfi_cache_put_begin(cache, put, NULL)) return;
    struct departures gone;
    departures_begin(&gone, cache);
    pthread_mutex_lock(shard->lock);
    (void)hfi_cache_put_locked(shard, put, &gone);
    pthread_mutex_unlock(shard->lock);
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

void *
hf_cache_get(hf_cache *cache, hf_key key)
{
    uint32_t hash = hfi_key_hash(key);
    struct shard *shard = shard_of(cache, hash);
    uint64_t now = cache_now(cache);
    struct departures gone;
    departures_begin(&gone, cache);
    bool is_revived = false;
    /* Nobody else is here, and nothing that the program does can start a thread before the end. */
    bool is_alone = process_is_single_threaded();
    if (!is_alone) pthread_mutex_lock(shard->lock);
    void *value = hfi_cache_find(shard, key, hash, now);
    if (unlikely(!value)) {
        value = find_otherwise(shard, key, hash, &gone);
        is_revived = value;
    }
    if (value) shard->figures.hits++;
    else shard->figures.misses++;
    if (!is_alone) pthread_mutex_unlock(shard->lock);
    if (unlikely(gone.count)) hfi_departures_settle(&gone);
    if (unlikely(is_revived)) {
        struct cache_put put = {.key = key,
                                .hash = hash,
                                .value = value,
                                .time_to_live = cache->options.time_to_live,
                                .time_to_idle = cache->options.time_to_idle,
                                .how = PUT_REVIVED};
        revive(cache, shard, &put);
    }
    return value;
}

/* ---- put ---------------------------------------------------------------------------------- */

bool
hfi_cache_put_begin(struct hf_cache *cache, struct cache_put *put, const void *site)
{
    const hf_cache_options *options = &cache->options;
    put->kept = (hf_key){.kind = HF_KEY_NONE};
    if (put->key.kind == HF_KEY_NONE || put->key.kind > HF_KEY_OBJECT || !put->value) {
        errno = EINVAL;
        return false;
    }
    hfi_object_check(put->value, site);
    /* relaxed: the flag never changes. */
    if (atomic_load_relaxed(&header_of(put->value)->word) & WORD_CONFINED) {
        hfi_misuse("confined object put into a cache", put->value, site);
    }
    put->weight = options->weigh ? options->weigh(put->key, put->value, options->ctx) : 1;
    /* relaxed: the bound may change at any time. */
    size_t most = atomic_load_relaxed(&cache->weight_most);
    if (most && put->weight > most) {
        errno = EFBIG;
        return false;
    }
    /* relaxed: see cache_now. */
    if (put->time_to_live || put->time_to_idle) atomic_store_relaxed(&cache->uses_times, 1);
    put->now = cache_now(cache);
    if (hfi_key_keep(&put->kept, put->key)) return true;
    put->kept.kind = HF_KEY_NONE;
    errno = ENOMEM;
    return false;
}

/* What is over and comes by turns. */
static void
sweep(struct shard *shard, uint64_t now, struct departures *gone)
{
    enum { SWEPT_AT_ONCE = 2 };
    if (likely(!shard->times)) return;
    for (unsigned i = 0; i < SWEPT_AT_ONCE && shard->used && !departures_are_full(gone); i++) {
        uint32_t row = shard->swept = (shard->swept + 1) % shard->used;
        if (row_is_free(shard, row) || !row_is_over(shard, row, now)) continue;
        hfi_row_depart(shard, row, HF_CACHE_EXPIRED, gone);
    }
}

/* Whether what was found or made outside of the lock is not what the cache should have any more. */
static bool
is_outdated(struct shard *shard, const struct cache_put *put, uint32_t row, struct departures *gone)
{
    if (put->how == PUT_BY_PROGRAM) return false;
    if (row != ROW_NONE) return true;
    if (put->how == PUT_LOADED) return hfi_flight_is_outdated(&shard->flights, put->key);
    gone->let_go = hfi_weak_tier_get(shard, put->key);
    return gone->let_go != put->value;
}

static void
set_times(struct shard *shard, uint32_t row, const struct cache_put *put)
{
    if (!shard->times) return;
    uint64_t dies_at = put->time_to_live ? put->now + put->time_to_live : 0;
    if (dies_at < put->time_to_live) dies_at = UINT64_MAX;
    shard->times[row] = (struct row_times){dies_at, put->time_to_idle, put->now};
}

/* The key has another value from here on. */
static void
replace(struct shard *shard, uint32_t row, struct cache_put *put, struct departures *gone)
{
    shard->rows[row].weight = put->weight;
    if (row_value(shard, row) == put->value) return;
    void *former = hfi_row_exchange(shard, row, put->value);
    gone->each[gone->count++] =
        (struct departure){.key = put->kept, .value = former, .cause = HF_CACHE_REPLACED};
    put->kept.kind = HF_KEY_NONE;
    shard->figures.gone[HF_CACHE_REPLACED]++;
}

enum put_result { PUT_DONE, PUT_FAILED, PUT_AFTER_SETTLING, PUT_AFTER_EVICTING };

/* Evicts until the entry is counted in. */
static enum put_result
make_room(struct shard *shard, uint32_t row, size_t weight, struct departures *gone)
{
    size_t former = row == ROW_NONE ? 0 : shard->rows[row].weight;
    while (!hfi_bounds_reserve(shard->cache, gone, row == ROW_NONE, former, weight)) {
        if (departures_are_full(gone)) return PUT_AFTER_SETTLING;
        uint32_t victim = hfi_row_next_to_go(shard, row);
        if (victim == ROW_NONE) return PUT_AFTER_EVICTING;
        hfi_row_depart(shard, victim, HF_CACHE_EVICTED, gone);
    }
    return PUT_DONE;
}

/* The row of the key, if its time is not over. */
static uint32_t
row_in_time(struct shard *shard, const struct cache_put *put, struct departures *gone)
{
    uint32_t row = row_of(shard, put->key, put->hash);
    if (row == ROW_NONE || !row_is_over(shard, row, put->now)) return row;
    hfi_row_depart(shard, row, HF_CACHE_EXPIRED, gone);
    return ROW_NONE;
}

/* One attempt, as far as it comes without giving the lock back. gone is empty. */
static enum put_result
try_put(struct shard *shard, struct cache_put *put, struct departures *gone)
{
    sweep(shard, put->now, gone);
    uint32_t row = row_in_time(shard, put, gone);
    if (is_outdated(shard, put, row, gone)) return PUT_FAILED;
    if (!hfi_row_prepare(shard, &put->key, put->time_to_live || put->time_to_idle)) {
        errno = ENOMEM;
        return PUT_FAILED;
    }
    if (row != ROW_NONE) hfi_row_touch(shard, row, put->now);
    enum put_result result = make_room(shard, row, put->weight, gone);
    if (result != PUT_DONE) return result;
    if (row == ROW_NONE) {
        row = hfi_row_enter(shard, put->kept, put->hash, put->value, put->weight);
        put->kept.kind = HF_KEY_NONE;
    } else {
        replace(shard, row, put, gone);
    }
    set_times(shard, row, put);
    (void)hfi_weak_tier_forget(shard, put->key);
    if (put->how == PUT_BY_PROGRAM) hfi_flights_outdate(&shard->flights, &put->key);
    if (put->how == PUT_REVIVED) shard->figures.revived++;
    else shard->figures.puts++;
    return PUT_DONE;
}

bool
hfi_cache_put_locked(struct shard *shard, struct cache_put *put, struct departures *gone)
{
    struct hf_cache *cache = shard->cache;
    for (;;) {
        enum put_result result = try_put(shard, put, gone);
        if (result == PUT_DONE || result == PUT_FAILED) return result == PUT_DONE;
        pthread_mutex_unlock(shard->lock);
        hfi_departures_settle(gone);
        /* If nothing is left to evict, others are about to put, or the bound was lowered. */
        if (result == PUT_AFTER_EVICTING) {
            (void)hfi_cache_evict_somewhere(cache, shard->number + 1, gone);
        }
        /* relaxed: it may change at any time. */
        size_t most = atomic_load_relaxed(&cache->weight_most);
        pthread_mutex_lock(shard->lock);
        if (most && put->weight > most) {
            errno = EFBIG;
            return false;
        }
    }
}

static int
put_whole(struct hf_cache *cache, struct cache_put *put, const void *site)
{
    if (!hfi_cache_put_begin(cache, put, site)) return -1;
    put->hash = hfi_key_hash(put->key);
    struct shard *shard = shard_of(cache, put->hash);
    struct departures gone;
    departures_begin(&gone, cache);
    pthread_mutex_lock(shard->lock);
    bool is_put = hfi_cache_put_locked(shard, put, &gone);
    pthread_mutex_unlock(shard->lock);
    int error = errno;
    hfi_departures_settle(&gone);
    cache_put_end(put);
    errno = error;
    return is_put ? 0 : -1;
}

int
hf_cache_put(hf_cache *cache, hf_key key, void *value)
{
    struct cache_put put = {.key = key,
                            .value = value,
                            .time_to_live = cache->options.time_to_live,
                            .time_to_idle = cache->options.time_to_idle};
    return put_whole(cache, &put, __builtin_return_address(0));
}

int
hf_cache_put_for(hf_cache *cache, hf_key key, void *value, uint64_t time_to_live,
                 uint64_t time_to_idle)
{
    struct cache_put put = {
        .key = key, .value = value, .time_to_live = time_to_live, .time_to_idle = time_to_idle};
    return put_whole(cache, &put, __builtin_return_address(0));
}

/* ---- removal ------------------------------------------------------------------------------ */

/* Forgets the entry of key. Returns whether there was one, and in *taken, if it is wanted, its
 * value, owned. */
static bool
forget(struct hf_cache *cache, hf_key key, void **taken)
{
    uint32_t hash = hfi_key_hash(key);
    struct shard *shard = shard_of(cache, hash);
    uint64_t now = cache_now(cache);
    struct departures gone;
    departures_begin(&gone, cache);
    void *value = NULL;
    pthread_mutex_lock(shard->lock);
    hfi_flights_outdate(&shard->flights, &key);
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
    pthread_mutex_unlock(shard->lock);
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
