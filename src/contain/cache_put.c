/* SPDX-License-Identifier: MIT
 *
 * A value is put into a cache, and what has no room any more leaves.
 * Knows the shapes of a cache. cache_rows.c has its rows, cache_turns.c whose turn it is,
 * cache_bounds.c what it holds in all. */
#include <errno.h>

#include "contain/cache.h"

FLATTEN_INLINE bool
put_begin(struct hf_cache *cache, struct cache_put *put, const void *site)
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
    /* relaxed: see cache_uses_times. */
    if (put->time_to_live || put->time_to_idle) atomic_store_relaxed(&cache->uses_times, 1);
    put->now = cache_now(cache);
    if (key_keep(&put->kept, put->key)) return true;
    put->kept.kind = HF_KEY_NONE;
    errno = ENOMEM;
    return false;
}

bool
hfi_cache_put_begin(struct hf_cache *cache, struct cache_put *put, const void *site)
{
    return put_begin(cache, put, site);
}

/* What is over and comes by turns. */
static void
sweep(struct shard *shard, uint64_t now, struct departures *gone)
{
    enum { SWEPT_AT_ONCE = 2 };
    if (likely(!shard->times)) return;
    for (unsigned i = 0; i < SWEPT_AT_ONCE && !departures_are_full(gone); i++) {
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

/* The key, whose bytes are the row's from here on. */
static inline void
set_key(struct shard *shard, uint32_t row, hf_key key, uint32_t hash)
{
    if (likely(key.kind == HF_KEY_INTEGER)) {
        shard->keys[row] = key.is.integer;
        return;
    }
    shard->has_other_keys = true;
    if (key.kind == HF_KEY_OBJECT) {
        shard->keys[row] = (uintptr_t)key.is.object;
        edge_fill(row_key_edge(shard, row), (void *)(uintptr_t)key.is.object, NULL);
    } else {
        shard->keys[row] = (uintptr_t)key.is.bytes;
        shard->strings[row] = (struct row_string){key.length, hash};
    }
}

/* Takes a free row that was prepared for this key, and this value, which is retained; it is the
 * newest. Returns it. */
static uint32_t
enter_row(struct shard *shard, hf_key key, uint32_t hash, void *value)
{
    uint32_t row = row_take_free(shard);
    shard->states[row] = (struct row_state){.place = ROW_IN_TURN, .kind = key.kind & 3};
    set_key(shard, row, key, hash);
    row_line_up(shard->turns, row, ROW_IN_TURN);
    table_add(&shard->index, hash, row);
    edge_fill(&shard->values[row], value, NULL);
    return row;
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
    if (row_value(shard, row) == put->value) return;
    void **edge = &shard->values[row];
    void *former = edge_empty(edge, NULL);
    edge_fill(edge, put->value, NULL);
    gone->each[gone->count++] =
        (struct departure){.key = put->kept, .value = former, .cause = HF_CACHE_REPLACED};
    put->kept.kind = HF_KEY_NONE;
    shard->figures.gone[HF_CACHE_REPLACED]++;
}

enum put_result { PUT_DONE, PUT_FAILED, PUT_AFTER_SETTLING, PUT_AFTER_EVICTING };

/* Evicts until the entry is counted in. */
static enum put_result
make_room(struct shard *shard, uint32_t row, struct cache_put *put, struct departures *gone)
{
    size_t former = row == ROW_NONE ? 0 : row_weight(shard, row);
    while (!bounds_reserve(shard->cache, gone, row == ROW_NONE, former, put->weight)) {
        if (departures_are_full(gone)) return PUT_AFTER_SETTLING;
        uint32_t victim = hfi_row_next_to_go(shard, row);
        if (victim == ROW_NONE) return PUT_AFTER_EVICTING;
        if (put->is_alone && row_is_pinned(shard, victim)) {
            shard_lock_after_all(shard, &put->is_alone);
        }
        row_depart(shard, victim, HF_CACHE_EVICTED, gone);
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
    bool has_times = put->time_to_live || put->time_to_idle;
    if (unlikely(!row_is_prepared(shard, put->key, has_times))) {
        shard_lock_after_all(shard, &put->is_alone);
        if (!hfi_row_prepare(shard, put->key, has_times)) {
            errno = ENOMEM;
            return PUT_FAILED;
        }
    }
    if (row != ROW_NONE) row_touch(shard, row, cache_is_sieve(shard->cache));
    enum put_result result = make_room(shard, row, put, gone);
    if (result != PUT_DONE) return result;
    if (row == ROW_NONE) {
        row = enter_row(shard, put->kept, put->hash, put->value);
        put->kept.kind = HF_KEY_NONE;
    } else {
        replace(shard, row, put, gone);
    }
    if (shard->weights) shard->weights[row] = put->weight;
    set_times(shard, row, put);
    if (unlikely(shard_weak_tier(shard))) {
        shard_lock_after_all(shard, &put->is_alone);
        (void)hfi_weak_tier_forget(shard, put->key);
    }
    if (put->how == PUT_BY_PROGRAM) flights_outdate(&shard->flights, &put->key);
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
        bool was_alone = put->is_alone;
        shard_leave(shard, was_alone);
        hfi_departures_settle(gone);
        /* If nothing is left to evict, others are about to put, or the bound was lowered. */
        if (result == PUT_AFTER_EVICTING) {
            (void)hfi_cache_evict_somewhere(cache, shard->number + 1, gone);
        }
        /* relaxed: it may change at any time. */
        size_t most = atomic_load_relaxed(&cache->weight_most);
        if (was_alone) put->is_alone = shard_enter(shard, put->hash);
        else short_lock_take(shard->lock);
        if (most && put->weight > most) {
            errno = EFBIG;
            return false;
        }
    }
}

FLATTEN_INLINE int
put_whole(struct hf_cache *cache, struct cache_put *put, const void *site)
{
    if (!put_begin(cache, put, site)) return -1;
    put->hash = key_hash(put->key);
    struct shard *shard = shard_of(cache, put->hash);
    struct departures gone;
    departures_begin(&gone, cache);
    put->is_alone = shard_enter(shard, put->hash);
    bool is_put = hfi_cache_put_locked(shard, put, &gone);
    shard_leave(shard, put->is_alone);
    int error = is_put ? 0 : errno;
    hfi_departures_settle(&gone);
    cache_put_end(put);
    if (likely(is_put)) return 0;
    errno = error;
    return -1;
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
