/* SPDX-License-Identifier: MIT
 *
 * What is done with every cache: threads that use it at once, and counting its bytes.
 * Knows what the peers are asked to do, and nothing of Holdfast.
 * A process does one of these, once, since a cache doesn't become empty again. */
#ifndef BENCH_CACHE_RUN_H
#define BENCH_CACHE_RUN_H

#include "harness.h"
#include "peers/peers.h"

/* n operations on each of so many threads, each on a processor of its own. Tells their time by the
 * wall clock: who waits for a lock sleeps, and takes no time of a processor. */
void cache_use_together(const struct bench_options *options, bench_cache_use *use, unsigned threads,
                        uint64_t n);

/* Bytes of an entry of a full cache, with its value. */
double cache_bytes_of_entry(bench_cache_use *use);

/* Bytes of a value alone. */
double cache_bytes_of_value(void (*make)(struct bench_place *strong, size_t count));

#endif
