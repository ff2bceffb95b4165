/* SPDX-License-Identifier: MIT
 *
 * The floor of caches: least recently used goes first, in arrays of the right size, for small keys.
 * Knows what the peers are asked to do, and nothing of Holdfast.
 * What a general cache offers besides is left out: nothing can be removed, and no bound changed. */
#ifndef BENCH_CACHE_FLOOR_H
#define BENCH_CACHE_FLOOR_H

#include "peers/peers.h"

bench_cache_use raw_cache_use;   /* no lock, plain counts: for a single thread only */
bench_cache_use raw_sharded_use; /* 32 shards with a mutex each, atomic counts */

/* Makes values as they are in both. */
void raw_cache_values(struct bench_place *strong, size_t count);

#endif
