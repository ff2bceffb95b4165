/* SPDX-License-Identifier: MIT
 *
 * The keys for which caches are asked.
 * Knows the shapes' numbers of chance, so that they are the same ones each time.
 * Keys by Zipf's distribution are drawn once; which keys are the frequent ones is chance, too. */
#include "cache_trace.h"

#include <math.h>

#include "harness.h"
#include "shapes.h"

#define ZIPF_EXPONENT 0.99

enum { CHANCES = 1 << 30, SCANS = 5, SCANS_UNCOUNTED = 2, ROUNDS = 10 };

static uint32_t zipf[TRACE_FILL + TRACE_LENGTH];

/* Each key once, by rank. */
static uint32_t *
shuffled_keys(uint32_t *chance)
{
    uint32_t *keys = bench_array(TRACE_KEYS, sizeof *keys);
    for (uint32_t i = 0; i < TRACE_KEYS; i++) keys[i] = i;
    for (size_t i = TRACE_KEYS - 1; i > 0; i--) {
        size_t other = shape_chance(chance, i + 1);
        uint32_t moved = keys[i];
        keys[i] = keys[other];
        keys[other] = moved;
    }
    return keys;
}

/* The lowest rank up to which the weights add up to more than this. */
static size_t
rank_of(const double *sums, double weight)
{
    size_t low = 0, high = TRACE_KEYS - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sums[middle] > weight) high = middle;
        else low = middle + 1;
    }
    return low;
}

void
trace_make(void)
{
    uint32_t chance = 1;
    const uint32_t *keys = shuffled_keys(&chance);
    double *sums = bench_array(TRACE_KEYS, sizeof *sums), sum = 0;
    for (size_t i = 0; i < TRACE_KEYS; i++) {
        sum += 1 / pow((double)i + 1, ZIPF_EXPONENT);
        sums[i] = sum;
    }
    for (size_t i = 0; i < TRACE_FILL + TRACE_LENGTH; i++) {
        double part = (double)shape_chance(&chance, CHANCES) / CHANCES;
        zipf[i] = keys[rank_of(sums, part * sum)];
    }
}

void
trace_fill(bench_cache_use *use)
{
    (void)use(zipf, TRACE_FILL);
}

void
trace_run(bench_cache_use *use, unsigned thread, unsigned threads, uint64_t n)
{
    size_t from = (size_t)TRACE_LENGTH / threads * thread;
    while (n) {
        size_t left = TRACE_LENGTH - from;
        size_t now = n < left ? (size_t)n : left;
        (void)use(zipf + TRACE_FILL + from, now);
        n -= now;
        from = 0;
    }
}

/* ---- misses ---------------------------------------------------------------------------------- */

static double
misses_of(uint64_t hits, double uses)
{
    return 100 - (double)hits * 100 / uses;
}

double
trace_zipf_misses(bench_cache_use *use)
{
    trace_fill(use);
    return misses_of(use(zipf + TRACE_FILL, TRACE_LENGTH), TRACE_LENGTH);
}

/* The keys of scans follow those of the others. */
double
trace_scan_misses(bench_cache_use *use)
{
    uint32_t *scan = bench_array(TRACE_SCAN, sizeof *scan), next = TRACE_KEYS;
    uint64_t hits = 0;
    for (int i = 0; i < SCANS; i++) {
        for (size_t j = 0; j < TRACE_SCAN; j++) scan[j] = next++;
        uint64_t found = use(zipf + (size_t)i * TRACE_SCAN, TRACE_SCAN);
        found += use(scan, TRACE_SCAN);
        if (i >= SCANS_UNCOUNTED) hits += found;
    }
    return misses_of(hits, 2.0 * TRACE_SCAN * (SCANS - SCANS_UNCOUNTED));
}

double
trace_loop_misses(bench_cache_use *use)
{
    uint32_t *loop = bench_array(TRACE_LOOP, sizeof *loop);
    for (uint32_t i = 0; i < TRACE_LOOP; i++) loop[i] = i;
    (void)use(loop, TRACE_LOOP);
    uint64_t hits = 0;
    for (int i = 0; i < ROUNDS; i++) hits += use(loop, TRACE_LOOP);
    return misses_of(hits, (double)TRACE_LOOP * ROUNDS);
}
