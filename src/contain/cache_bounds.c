/* SPDX-License-Identifier: MIT
 *
 * How much a cache holds, and how much of it has to go.
 * Knows the shapes of a cache.
 *
 * Invariant: entries and weight are never above their bounds, unless those were lowered a moment
 * ago: who puts an entry counts it in first, and can't while there is no room; who takes one out
 * counts it out when it is gone. Who puts one in the place of another does neither, so that threads
 * don't meet at the counters. Those order nothing, the shards' locks do: relaxed. */
#include <errno.h>

#include "contain/cache.h"

/* Lets *total grow by what `more` is above `less`, if *most allows; 0: it always does. */
static bool
grow(size_t *total, const size_t *most, size_t less, size_t more)
{
    /* relaxed: as said above. */
    size_t seen = atomic_load_relaxed(total);
    size_t next;
    do {
        size_t bound = atomic_load_relaxed(most);
        next = seen - less + more;
        if (bound && more > less && (next > bound || next < more)) return false;
    } while (!atomic_replace_relaxed(total, &seen, next));
    return true;
}

static void
note_peak(size_t *peak, const size_t *total)
{
    /* relaxed: as said above. */
    size_t now = atomic_load_relaxed(total);
    size_t seen = atomic_load_relaxed(peak);
    while (seen < now && !atomic_replace_relaxed(peak, &seen, now)) continue;
}

bool
hfi_bounds_grow(struct hf_cache *cache, struct departures *gone, bool is_new, size_t former,
                size_t weight)
{
    if (is_new && !gone->freed_entries) {
        if (!grow(&cache->entries, &cache->entries_most, 0, 1)) return false;
        note_peak(&cache->peak_entries, &cache->entries);
        gone->freed_entries = 1;
    }
    size_t freed = gone->freed_weight + former;
    if (weight > freed) {
        if (!grow(&cache->weight, &cache->weight_most, freed, weight)) return false;
        note_peak(&cache->peak_weight, &cache->weight);
        freed = weight;
    }
    gone->freed_weight = freed - weight;
    gone->freed_entries -= is_new;
    return true;
}

void
hfi_bounds_give_back(struct hf_cache *cache, struct departures *gone)
{
    /* relaxed, twice: as said above. */
    if (gone->freed_entries) (void)atomic_sub_relaxed(&cache->entries, gone->freed_entries);
    if (gone->freed_weight) (void)atomic_sub_relaxed(&cache->weight, gone->freed_weight);
    gone->freed_entries = gone->freed_weight = 0;
}

/* ---- evicting ----------------------------------------------------------------------------- */

static struct shard *
shard_number(const struct hf_cache *cache, unsigned number)
{
    return &cache->shards[number & (shard_count(cache) - 1)];
}

bool
hfi_cache_evict_somewhere(struct hf_cache *cache, unsigned number, struct departures *gone)
{
    bool has_evicted = false;
    for (unsigned i = 0; i < shard_count(cache) && !has_evicted; i++) {
        struct shard *shard = shard_number(cache, number + i);
        short_lock_take(shard->lock);
        uint32_t row = hfi_row_next_to_go(shard, ROW_NONE);
        has_evicted = row != ROW_NONE;
        if (has_evicted) hfi_row_depart(shard, row, HF_CACHE_EVICTED, gone);
        short_lock_give(shard->lock);
        hfi_departures_settle(gone);
    }
    return has_evicted;
}

/* Whether more is there than the bounds allow. */
static bool
is_above(const struct hf_cache *cache)
{
    /* relaxed: as said above. */
    size_t entries_most = atomic_load_relaxed(&cache->entries_most);
    size_t weight_most = atomic_load_relaxed(&cache->weight_most);
    return (entries_most && atomic_load_relaxed(&cache->entries) > entries_most)
           || (weight_most && atomic_load_relaxed(&cache->weight) > weight_most);
}

void
hf_cache_resize(hf_cache *cache, size_t entries, size_t weight)
{
    /* relaxed: as said above. */
    atomic_store_relaxed(&cache->entries_most, entries);
    atomic_store_relaxed(&cache->weight_most, weight);
    struct departures gone;
    departures_begin(&gone, cache);
    for (unsigned number = 0; is_above(cache); number++) {
        if (!hfi_cache_evict_somewhere(cache, number, &gone)) break;
    }
}

/* Evicts unpinned rows of the shard, until so much weight has gone or none is left. Returns how
 * much. */
static size_t
trim_shard(struct shard *shard, size_t weight, struct departures *gone)
{
    size_t trimmed = 0;
    uint32_t row = ROW_FIRST;
    short_lock_take(shard->lock);
    uint32_t aside_left = shard->index.used;
    while (trimmed < weight && row != ROW_NONE) {
        row = hfi_row_next_unpinned(shard, &aside_left);
        if (row != ROW_NONE) {
            trimmed += row_weight(shard, row);
            hfi_row_depart(shard, row, HF_CACHE_EVICTED, gone);
        }
        if (row != ROW_NONE && !departures_are_full(gone)) continue;
        short_lock_give(shard->lock);
        hfi_departures_settle(gone);
        short_lock_take(shard->lock);
    }
    short_lock_give(shard->lock);
    hfi_departures_settle(gone);
    return trimmed;
}

/* First from each shard its part, so that none is emptied for the others. */
size_t
hf_cache_trim(hf_cache *cache, size_t weight)
{
    struct departures gone;
    departures_begin(&gone, cache);
    unsigned count = shard_count(cache);
    size_t trimmed = 0;
    size_t part = weight / count + 1;
    for (unsigned i = 0; i < count && trimmed < weight; i++) {
        size_t wanted = part < weight - trimmed ? part : weight - trimmed;
        trimmed += trim_shard(&cache->shards[i], wanted, &gone);
    }
    for (unsigned i = 0; i < count && trimmed < weight; i++) {
        trimmed += trim_shard(&cache->shards[i], weight - trimmed, &gone);
    }
    return trimmed;
}

/* ---- all of them -------------------------------------------------------------------------- */

/* Lets those rows of the shard depart that are over, or all. Returns how many. */
static size_t
sweep_shard(struct shard *shard, bool only_over, uint64_t now, struct departures *gone)
{
    enum hf_cache_cause cause = only_over ? HF_CACHE_EXPIRED : HF_CACHE_REMOVED;
    size_t swept = 0;
    short_lock_take(shard->lock);
    for (uint32_t row = ROW_FIRST; row < shard->used; row++) {
        if (row_is_free(shard, row)) continue;
        if (only_over && !row_is_over(shard, row, now)) continue;
        hfi_row_depart(shard, row, cause, gone);
        swept++;
        if (!departures_are_full(gone)) continue;
        short_lock_give(shard->lock);
        hfi_departures_settle(gone);
        short_lock_take(shard->lock);
    }
    short_lock_give(shard->lock);
    hfi_departures_settle(gone);
    return swept;
}

size_t
hf_cache_expire(hf_cache *cache)
{
    struct departures gone;
    departures_begin(&gone, cache);
    uint64_t now = cache_now(cache);
    size_t swept = 0;
    for (unsigned i = 0; i < shard_count(cache); i++) {
        swept += sweep_shard(&cache->shards[i], true, now, &gone);
    }
    return swept;
}

void
hf_cache_clear(hf_cache *cache)
{
    struct departures gone;
    departures_begin(&gone, cache);
    for (unsigned i = 0; i < shard_count(cache); i++) {
        struct shard *shard = &cache->shards[i];
        short_lock_take(shard->lock);
        flights_outdate(&shard->flights, NULL);
        void *weak = hfi_edge_replace(&shard->edges[EDGE_OF_WEAK], NULL, NULL);
        short_lock_give(shard->lock);
        if (weak) hf_release(weak);
        (void)sweep_shard(shard, false, 0, &gone);
    }
}
