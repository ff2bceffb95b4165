/* SPDX-License-Identifier: MIT
 *
 * The keys for which caches are asked, in three orders: one that suits them, and two that are hard
 * on a cache that gives up what was asked for least recently.
 * Knows what the peers are asked to do; nothing of time. */
#ifndef BENCH_CACHE_TRACE_H
#define BENCH_CACHE_TRACE_H

#include "peers/peers.h"

enum {
    TRACE_KEYS = 1000000,   /* different ones */
    TRACE_FILL = 1000000,   /* so many first, until the cache is as it stays */
    TRACE_LENGTH = 1000000, /* then those that count */
    TRACE_SCAN = 200000,    /* keys in a row, used for once, and between two such rows */
    TRACE_LOOP = 120000     /* keys that come again and again in the same order */
};

/* Must be called once. */
void trace_make(void);

/* Uses a cache until it is as it stays. */
void trace_fill(bench_cache_use *use);

/* Asks for n keys, in which each of so many threads begins at another place. */
void trace_run(bench_cache_use *use, unsigned thread, unsigned threads, uint64_t n);

/* How many of a hundred keys an empty cache doesn't have, its first ones not counted. */
double trace_zipf_misses(bench_cache_use *use); /* Zipf's distribution with an exponent of 0.99 */
double trace_scan_misses(bench_cache_use *use); /* the same, and rows of keys used once */
double trace_loop_misses(bench_cache_use *use); /* more keys than there is room for, round about */

#endif
