/* SPDX-License-Identifier: MIT
 *
 * A cache's birth and death.
 * Knows the shapes of a cache. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "contain/cache.h"

/* ---- death -------------------------------------------------------------------------------- */

/* Nobody else has the cache: no lock. What it holds is intact, and goes in the next step. */
static void
cache_close(void *self)
{
    hf_cache *cache = self;
    const hf_cache_options *options = &cache->options;
    if (!options->left || !cache->shards) return;
    for (unsigned i = 0; i < shard_count(cache); i++) {
        struct shard *shard = &cache->shards[i];
        for (uint32_t row = ROW_FIRST; row < shard->used; row++) {
            if (row_is_free(shard, row)) continue;
            options->left(row_key(shard, row), row_value(shard, row), HF_CACHE_CLOSED,
                          options->ctx);
        }
    }
}

static void
cache_free(void *self)
{
    hf_cache *cache = self;
    if (!cache->shards) return;
    for (unsigned i = 0; i < shard_count(cache); i++) hfi_rows_end(&cache->shards[i]);
    free(cache->shards);
}

HF_TYPE(hf_cache, .destroy = cache_close, .free = cache_free,
        .fields = HF_FIELDS(HF_STRONG_FLEX(hf_cache, edges)));

/* ---- birth -------------------------------------------------------------------------------- */

/* So many shards that threads on all processors seldom meet, but not so many that a shard has too
 * few entries to know which of them matter. */
static unsigned
bits_that_suit(const hf_cache_options *options)
{
    enum { SHARDS_PER_PROCESSOR = 32, ENTRIES_PER_SHARD = 256, WEIGHT_PER_SHARD = 1 << 16 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = processors > 0 ? (size_t)processors * SHARDS_PER_PROCESSOR : SHARDS_PER_PROCESSOR;
    if (most > SHARDS_MOST) most = SHARDS_MOST;
    if (options->entries && options->entries / ENTRIES_PER_SHARD < most) {
        most = options->entries / ENTRIES_PER_SHARD;
    }
    size_t weight_per_shard = options->weigh ? WEIGHT_PER_SHARD : ENTRIES_PER_SHARD;
    if (options->weight && options->weight / weight_per_shard < most) {
        most = options->weight / weight_per_shard;
    }
    unsigned bits = 0;
    while ((size_t)2 << bits <= most) bits++;
    return bits;
}

/* Returns whether the number of shards is one that can be, and its bits. */
static bool
choose_bits(const hf_cache_options *options, unsigned *bits)
{
    if (options->shards > SHARDS_MOST || options->shards & (options->shards - 1)) return false;
    *bits = options->shards ? (unsigned)__builtin_ctz(options->shards) : bits_that_suit(options);
    return true;
}

static bool
begin_shards(hf_cache *cache)
{
    unsigned count = shard_count(cache);
    cache->shards = aligned_alloc(_Alignof(struct shard), count * sizeof *cache->shards);
    if (!cache->shards) return false;
    bool has_begun = true;
    for (unsigned i = 0; i < count; i++) {
        struct shard *shard = &cache->shards[i];
        *shard = (struct shard){.cache = cache,
                                .lock = hfi_cache_lock(),
                                .edges = &cache->edges[(size_t)i * SHARD_EDGES],
                                .number = i};
        has_begun &= hfi_rows_begin(shard);
    }
    return has_begun;
}

hf_cache *
hf_cache_new(const hf_cache_options *options)
{
    unsigned bits;
    if (!options || options->policy > HF_CACHE_SIEVE || !choose_bits(options, &bits)) {
        errno = EINVAL;
        return NULL;
    }
    /* Now, because it takes locks, and the next time may be under that of a shard. */
    if (!hfi_type_prepare(&hf_type_hf_cache_items) || !hfi_type_prepare(&hf_type_hf_weak_map)) {
        return NULL;
    }
    hf_cache *cache = hf_new_flex(hf_cache, edges, (size_t)SHARD_EDGES << bits);
    if (!cache) return NULL;
    cache->options = *options;
    cache->shard_bits = bits;
    cache->entries_most = options->entries;
    cache->weight_most = options->weight;
    cache->uses_times = options->time_to_live || options->time_to_idle;
    /* So that a look-up needn't ask whether the secret of hashes is drawn. */
    (void)key_hash(hf_key_integer(0));
    if (begin_shards(cache)) return cache;
    hf_abandon(cache);
    errno = ENOMEM;
    return NULL;
}

/* ---- time --------------------------------------------------------------------------------- */

uint64_t
hfi_cache_clock(const hf_cache *cache)
{
    if (cache->options.now) return cache->options.now(cache->options.ctx);
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
