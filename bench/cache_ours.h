/* SPDX-License-Identifier: MIT
 *
 * What Holdfast's cache does for the benchmark: what the peers do, and evicting beside pinned ones.
 * Knows what the peers are asked to do.
 * Each process uses one of its caches, once. */
#ifndef BENCH_CACHE_OURS_H
#define BENCH_CACHE_OURS_H

#include "peers/peers.h"

bench_cache_use lru_use;
bench_cache_use sieve_use;

/* Makes values as they are in both. */
void leaf_values(struct bench_place *strong, size_t count);

/* fill: fill a cache with values, of which the program holds none besides, or 99 of a hundred.
 * evict: put n new ones that nobody holds besides.
 * churn: put n new ones, and hold so many of them in the place of others. */
void lru_free_fill(uint64_t n);
void lru_pinned_fill(uint64_t n);
void sieve_free_fill(uint64_t n);
void sieve_pinned_fill(uint64_t n);
void cache_evict(uint64_t n);
void cache_free_churn(uint64_t n);
void cache_pinned_churn(uint64_t n);

#endif
