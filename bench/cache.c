/* SPDX-License-Identifier: MIT
 *
 * What does it cost to ask a bounded cache, how often does it have the answer, and how much memory
 * does an entry take? Knows the caches, the peers and the harness. An operation is a get and, after
 * a miss, a put of a new value. Targets: in one thread 0.38 of the time of the usual cache in C++,
 * 0.51 of GLib's and 0.76 of boost::multi_index's; in two 0.22, 0.30 and 0.36; as many hits as LRU
 * has, and more with SIEVE. Each run has a process of its own, whose cache is filled before. */
#include <getopt.h>
#include <string.h>

#include "cache_floor.h"
#include "cache_ours.h"
#include "cache_run.h"
#include "cache_trace.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#define LRU_NAME SUBJECT ", LRU"
#define SIEVE_NAME SUBJECT ", SIEVE"
#define STD_NAME "std::unordered_map and std::list"
#define GLIB_NAME "GHashTable and GQueue"
#define BOOST_NAME "boost::multi_index"
#define FLOOR_NAME "floor: LRU in arrays"
#define SHARDED_NAME "floor: the same, 32 shards"

enum { EVICTIONS = 10000, CHURNS = 300000 };

static struct bench_options options;

/* ---- contenders ------------------------------------------------------------------------------ */

#define DEFINE_ALONE(name)              \
    static void name##_fill(uint64_t n) \
    {                                   \
        (void)n;                        \
        trace_fill(name##_use);         \
    }                                   \
                                        \
    static void name##_1(uint64_t n)    \
    {                                   \
        trace_run(name##_use, 0, 1, n); \
    }

#define DEFINE_WITH_THREADS(name, threads)                    \
    static void name##_##threads(uint64_t n)                  \
    {                                                         \
        cache_use_together(&options, name##_use, threads, n); \
    }

#define DEFINE_TOGETHER(name)    \
    DEFINE_WITH_THREADS(name, 2) \
    DEFINE_WITH_THREADS(name, 4) \
    DEFINE_WITH_THREADS(name, 8) \
    DEFINE_WITH_THREADS(name, 16)

#define DEFINE_BYTES(name, make_values)                                     \
    static void name##_bytes(uint64_t n)                                    \
    {                                                                       \
        bench_told(cache_bytes_of_entry(name##_use) * (double)n);           \
    }                                                                       \
                                                                            \
    static void name##_bytes_apart(uint64_t n)                              \
    {                                                                       \
        double value = cache_bytes_of_value(make_values);                   \
        bench_told((cache_bytes_of_entry(name##_use) - value) * (double)n); \
    }

#define DEFINE_MISSES(name)                                    \
    static void name##_zipf(uint64_t n)                        \
    {                                                          \
        bench_told(trace_zipf_misses(name##_use) * (double)n); \
    }                                                          \
                                                               \
    static void name##_scan(uint64_t n)                        \
    {                                                          \
        bench_told(trace_scan_misses(name##_use) * (double)n); \
    }                                                          \
                                                               \
    static void name##_loop(uint64_t n)                        \
    {                                                          \
        bench_told(trace_loop_misses(name##_use) * (double)n); \
    }

#define DEFINE_CACHE(name, make_values) \
    DEFINE_ALONE(name)                  \
    DEFINE_TOGETHER(name)               \
    DEFINE_BYTES(name, make_values)

DEFINE_ALONE(raw_cache)
DEFINE_BYTES(raw_cache, raw_cache_values)
DEFINE_ALONE(raw_sharded)
DEFINE_TOGETHER(raw_sharded)
DEFINE_CACHE(lru, leaf_values)
DEFINE_MISSES(lru)
DEFINE_CACHE(sieve, leaf_values)
DEFINE_MISSES(sieve)
DEFINE_CACHE(std_cache, std_shared_small.make)
DEFINE_MISSES(std_cache)

#ifdef BENCH_HAVE_GLIB
DEFINE_CACHE(glib_cache, glib_arc_small.make)
#endif
#ifdef BENCH_HAVE_BOOST
DEFINE_CACHE(boost_cache, std_shared_small.make)
#endif

/* ---- tables: time ---------------------------------------------------------------------------- */

/* All of them, to compare; then ours beside each peer, for the targets. The floor without a lock is
 * for one thread only. */
#define DEFINE_ALL_ROWS(threads, unlocked)                                       \
    static const struct bench_contender all_##threads[] = {                      \
        unlocked{SHARDED_NAME, raw_sharded_##threads, 0, raw_sharded_fill},      \
        {STD_NAME, std_cache_##threads, 0, std_cache_fill},                      \
        BENCH_GLIB(GLIB_NAME, glib_cache_##threads, 0, glib_cache_fill)          \
            BENCH_BOOST(BOOST_NAME, boost_cache_##threads, 0,                    \
                        boost_cache_fill){LRU_NAME, lru_##threads, 0, lru_fill}, \
        {SIEVE_NAME, sieve_##threads, 0, sieve_fill}};

#define UNLOCKED {FLOOR_NAME, raw_cache_1, 0, raw_cache_fill},

DEFINE_ALL_ROWS(1, UNLOCKED)
DEFINE_ALL_ROWS(2, )
DEFINE_ALL_ROWS(4, )
DEFINE_ALL_ROWS(8, )
DEFINE_ALL_ROWS(16, )

#define DEFINE_BESIDE(peer, name, threads, goal)                        \
    static const struct bench_contender beside_##peer##_##threads[] = { \
        {name, peer##_cache_##threads, 0, peer##_cache_fill},           \
        {LRU_NAME, lru_##threads, goal, lru_fill},                      \
        {SIEVE_NAME, sieve_##threads, goal, sieve_fill}};

DEFINE_BESIDE(std, STD_NAME, 1, 0.38)
DEFINE_BESIDE(std, STD_NAME, 2, 0.22)
#ifdef BENCH_HAVE_GLIB
DEFINE_BESIDE(glib, GLIB_NAME, 1, 0.51)
DEFINE_BESIDE(glib, GLIB_NAME, 2, 0.30)
#endif
#ifdef BENCH_HAVE_BOOST
DEFINE_BESIDE(boost, BOOST_NAME, 1, 0.76)
DEFINE_BESIDE(boost, BOOST_NAME, 2, 0.36)
#endif

/* ---- tables: misses, bytes, evictions -------------------------------------------------------- */

/* What LRU with this room misses of each trace, in a hundred: the first row of each table shows
 * it. */
#define ZIPF_LRU_MISSES 23.25
#define SCAN_LRU_MISSES 67.03
#define LOOP_LRU_MISSES 100.0
#define AS_MANY 0.2

#define DEFINE_MISSES_ROWS(trace, misses)                    \
    static const struct bench_contender trace##_misses[] = { \
        {STD_NAME, std_cache_##trace, 0, NULL},              \
        {LRU_NAME, lru_##trace, (misses) + AS_MANY, NULL},   \
        {SIEVE_NAME, sieve_##trace, (misses), NULL}};

DEFINE_MISSES_ROWS(zipf, ZIPF_LRU_MISSES)
DEFINE_MISSES_ROWS(scan, SCAN_LRU_MISSES)
DEFINE_MISSES_ROWS(loop, LOOP_LRU_MISSES)

#define DEFINE_BYTES_ROWS(kind)                                                                  \
    static const struct bench_contender rows_of_##kind[] = {                                     \
        {FLOOR_NAME, raw_cache_##kind, 0, NULL},                                                 \
        {STD_NAME, std_cache_##kind, 0, NULL},                                                   \
        BENCH_GLIB(GLIB_NAME, glib_cache_##kind, 0, NULL)                                        \
            BENCH_BOOST(BOOST_NAME, boost_cache_##kind, 0, NULL){LRU_NAME, lru_##kind, 0, NULL}, \
        {SIEVE_NAME, sieve_##kind, 0, NULL}};

DEFINE_BYTES_ROWS(bytes)
DEFINE_BYTES_ROWS(bytes_apart)

static const struct bench_contender evictions[] = {
    {LRU_NAME ", none pinned", cache_evict, 0, lru_free_fill},
    {LRU_NAME ", 99 % pinned", cache_evict, 0, lru_pinned_fill},
    {SIEVE_NAME ", none pinned", cache_evict, 0, sieve_free_fill},
    {SIEVE_NAME ", 99 % pinned", cache_evict, 0, sieve_pinned_fill}};

static const struct bench_contender churns[] = {
    {LRU_NAME ", none pinned", cache_free_churn, 0, lru_free_fill},
    {LRU_NAME ", 99 % pinned", cache_pinned_churn, 0, lru_pinned_fill},
    {SIEVE_NAME ", none pinned", cache_free_churn, 0, sieve_free_fill},
    {SIEVE_NAME ", 99 % pinned", cache_pinned_churn, 0, sieve_pinned_fill}};

/* ---- sections -------------------------------------------------------------------------------- */

#define CACHE_SECTION(name, title, unit, rows) \
    BENCH_SECTION(name, title, unit, rows), .isolated = true, .threaded = true

#define MISSES_SECTION(trace, title)                                                              \
    {                                                                                             \
        CACHE_SECTION("misses-" #trace, title, "misses of 100", trace##_misses), .iterations = 1, \
                                                                                 .absolute = true \
    }

static const struct bench_section general[] = {
    MISSES_SECTION(zipf, "Misses, keys by Zipf's distribution"),
    MISSES_SECTION(scan, "Misses, the same and as many keys that are asked for once, in a row"),
    MISSES_SECTION(loop, "Misses, 120,000 keys round about"),
    {CACHE_SECTION("bytes", "Memory of an entry with its value of 32 bytes", "bytes",
                   rows_of_bytes),
     .iterations = 1},
    {CACHE_SECTION("bytes-apart", "The same without the value", "bytes", rows_of_bytes_apart),
     .iterations = 1},
    {CACHE_SECTION("evict", "Put what is new into a full cache", "ns per put", evictions),
     .iterations = EVICTIONS},
    {CACHE_SECTION("churn", "The same, where others are pinned and let go", "ns per put", churns),
     .iterations = CHURNS}};

/* So many operations on all threads together: each has its part of the keys. */
#define TIME_SECTION(name, beside, number, rows)                                       \
    {                                                                                  \
        .threads = (number), .section = {                                              \
            CACHE_SECTION(name "-" #number, "Get or put" beside ", threads: " #number, \
                          "ns per operation", rows##_##number),                        \
            .iterations = (number) == 1 ? OF_ONE : TRACE_LENGTH / (number)             \
        }                                                                              \
    }

enum { OF_ONE = TRACE_LENGTH / 2 };

#ifdef BENCH_HAVE_GLIB
#define GLIB_SECTION(number) , TIME_SECTION("glib", ", beside GLib", number, beside_glib)
#else
#define GLIB_SECTION(number)
#endif
#ifdef BENCH_HAVE_BOOST
#define BOOST_SECTION(number) , TIME_SECTION("boost", ", beside Boost", number, beside_boost)
#else
#define BOOST_SECTION(number)
#endif

#define TARGET_SECTIONS(number)                             \
    TIME_SECTION("std", ", beside std", number, beside_std) \
    GLIB_SECTION(number)                                    \
    BOOST_SECTION(number)

static const struct {
    int threads;
    struct bench_section section;
} timed[] = {TIME_SECTION("all", "", 1, all), TARGET_SECTIONS(1),
             TIME_SECTION("all", "", 2, all), TARGET_SECTIONS(2),
             TIME_SECTION("all", "", 4, all), TIME_SECTION("all", "", 8, all),
             TIME_SECTION("all", "", 16, all)};

enum { GENERAL = sizeof general / sizeof general[0], TIMED = sizeof timed / sizeof timed[0] };

/* With those sections for which this machine has the processors. Options are read here for the
 * threads, and by bench_main once more. */
int
main(int argc, char **argv)
{
    static struct bench_section sections[GENERAL + TIMED];
    const char *about = "What does a bounded cache cost, and how often does it have the answer?";
    size_t count = GENERAL;
    bench_read_options(&options, argc, argv, about);
    optind = 1;
    memcpy(sections, general, sizeof general);
    for (size_t i = 0; i < TIMED; i++) {
        if (bench_pin(&options, timed[i].threads - 1) == 0) sections[count++] = timed[i].section;
    }
    trace_make();
    return bench_main(argc, argv, about, sections, count);
}
