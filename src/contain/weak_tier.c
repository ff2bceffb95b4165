/* SPDX-License-Identifier: MIT
 *
 * What a cache has evicted while somebody held it: found again as long as it lives.
 * Knows the shapes of a cache, and weak maps; the caller has the shard's lock. A shard has a map of
 * its own, made when it first needs one. */
#include "contain/cache.h"

void
hfi_weak_tier_keep(struct shard *shard, hf_key key, void *value)
{
    if (!shard_weak_tier(shard)) {
        hf_weak_map *map = hf_weak_map_new();
        if (!map) return;
        (void)hfi_edge_replace(&shard->edges[EDGE_OF_WEAK], map, NULL);
    }
    (void)hf_weak_map_remove(shard_weak_tier(shard), key);
    void *kept = hf_weak_map_intern(shard_weak_tier(shard), key, value);
    /* Not the last reference: the caller has one. */
    if (kept) hf_release(kept);
}

void *
hfi_weak_tier_get(const struct shard *shard, hf_key key)
{
    hf_weak_map *map = shard_weak_tier(shard);
    return map ? hf_weak_map_get(map, key) : NULL;
}

bool
hfi_weak_tier_forget(const struct shard *shard, hf_key key)
{
    hf_weak_map *map = shard_weak_tier(shard);
    return map && hf_weak_map_count(map) && hf_weak_map_remove(map, key);
}
