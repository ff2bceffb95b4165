/* SPDX-License-Identifier: MIT
 *
 * Values of a cache that are loaded when they are asked for, by one thread for all that wait.
 * Knows the shapes of a cache, and flights (flight.h). */
#include <errno.h>

#include "contain/cache.h"

/* One call of hf_cache_load. */
struct load {
    struct shard *shard;
    void *(*load)(hf_key key, void *ctx);
    void *ctx;
    const void *site;
    struct cache_put put;
    bool may_stay; /* what was loaded may be put */
    struct departures gone;
};

/* Flight: with the lock. */
static void *
find(void *keeper, hf_key key)
{
    const struct load *load = keeper;
    uint32_t row = hfi_row_of(load->shard, key, load->put.hash);
    if (row == ROW_NONE || row_is_over(load->shard, row, load->put.now)) {
        return hfi_weak_tier_get(load->shard, key);
    }
    return row_take_up(load->shard, row, load->put.now, false);
}

/* Flight: without the lock. Makes all ready that needs the program. */
static void *
make(hf_key key, void *ctx)
{
    struct load *load = ctx;
    void *made = load->load(key, load->ctx);
    if (!made) return NULL;
    load->put.value = made;
    load->may_stay = hfi_cache_put_begin(load->shard->cache, &load->put, load->site);
    return made;
}

/* Flight: with the lock. What can't be put is given out all the same. */
static void *
keep(void *keeper, hf_key key, void *made, bool is_outdated)
{
    struct load *load = keeper;
    (void)key;
    if (load->may_stay && !is_outdated) {
        (void)hfi_cache_put_locked(load->shard, &load->put, &load->gone);
    }
    return hf_retain(made);
}

/* Flight: without the lock. */
static void
settle(void *keeper)
{
    struct load *load = keeper;
    hfi_departures_settle(&load->gone);
    cache_put_end(&load->put);
    load->put.kept.kind = HF_KEY_NONE;
}

/* What the flight did, for the figures. */
static void
note(struct shard *shard, const struct flight_plan *plan, bool has_failed)
{
    short_lock_take(shard->lock);
    shard->figures.loads += plan->has_made;
    shard->figures.failed_loads += plan->has_made && has_failed;
    shard->figures.waits += plan->has_waited;
    short_lock_give(shard->lock);
}

static void *
load_by(hf_cache *cache, hf_key key, void *(*function)(hf_key key, void *ctx), void *ctx,
        const void *site)
{
    if (key.kind == HF_KEY_NONE || key.kind > HF_KEY_OBJECT || !function) {
        errno = function ? EINVAL : ENOTSUP;
        return NULL;
    }
    void *found = hf_cache_get(cache, key);
    if (found) return found;
    struct load load = {.load = function,
                        .ctx = ctx,
                        .site = site,
                        .put = {.key = key,
                                .hash = key_hash(key),
                                .time_to_live = cache->options.time_to_live,
                                .time_to_idle = cache->options.time_to_idle,
                                .now = cache_now(cache),
                                .how = PUT_LOADED}};
    load.shard = shard_of(cache, load.put.hash);
    departures_begin(&load.gone, cache);
    struct flight_plan plan = {.flights = &load.shard->flights,
                               .lock = load.shard->lock,
                               .key = key,
                               .keeper = &load,
                               .find = find,
                               .keep = keep,
                               .settle = settle,
                               .make = make,
                               .ctx = &load};
    found = hfi_flight(&plan);
    int error = errno;
    note(load.shard, &plan, !found);
    errno = error;
    return found;
}

void *
hf_cache_load(hf_cache *cache, hf_key key)
{
    return load_by(cache, key, cache->options.load, cache->options.ctx,
                   __builtin_return_address(0));
}

void *
hf_cache_load_by(hf_cache *cache, hf_key key, void *(*load)(hf_key key, void *ctx), void *ctx)
{
    return load_by(cache, key, load, ctx, __builtin_return_address(0));
}
