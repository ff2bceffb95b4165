/* SPDX-License-Identifier: MIT
 *
 * What a cache holds, and what it did.
 * Knows the shapes of a cache. */
#include "contain/cache.h"

static void
add_pinned(const struct shard *shard, hf_cache_figures *sum)
{
    for (uint32_t row = ROW_FIRST; row < shard->used; row++) {
        if (row_is_free(shard, row) || !row_is_pinned(shard, row)) continue;
        sum->pinned_entries++;
        sum->pinned_weight += row_weight(shard, row);
    }
}

static void
add_done(const struct shard *shard, hf_cache_figures *sum)
{
    const hf_cache_figures *figures = &shard->figures;
    sum->hits += shard->hits;
    sum->misses += shard->misses;
    sum->revived += figures->revived;
    sum->loads += figures->loads;
    sum->failed_loads += figures->failed_loads;
    sum->waits += figures->waits;
    sum->puts += figures->puts;
    for (unsigned cause = 0; cause < HF_CACHE_CAUSES; cause++) {
        sum->gone[cause] += figures->gone[cause];
    }
    sum->gone_weight += figures->gone_weight;
    sum->gone_pinned += figures->gone_pinned;
}

void
hf_cache_stats(hf_cache *cache, hf_cache_figures *figures)
{
    *figures = (hf_cache_figures){0};
    for (unsigned i = 0; i < shard_count(cache); i++) {
        struct shard *shard = &cache->shards[i];
        short_lock_take(shard->lock);
        add_pinned(shard, figures);
        add_done(shard, figures);
        const hf_weak_map *weak = shard_weak_tier(shard);
        if (weak) figures->weak_entries += hf_weak_map_count(weak);
        short_lock_give(shard->lock);
    }
    /* relaxed, four times: each by itself. */
    figures->entries = atomic_load_relaxed(&cache->entries);
    figures->weight = atomic_load_relaxed(&cache->weight);
    figures->peak_entries = atomic_load_relaxed(&cache->peak_entries);
    figures->peak_weight = atomic_load_relaxed(&cache->peak_weight);
}
