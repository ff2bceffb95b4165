/* SPDX-License-Identifier: MIT
 *
 * What does it cost to collect a million objects that hold each other?
 * Knows the public headers, the shapes, the floor, the peers and the harness.
 * Targets, where the floor takes 10 to 12 ns: 25 ns for each object of pairs and of a ring, 150 for
 * those of a random graph, whose floor is higher; and 32 bytes for each object that is walked. Each
 * run has a process of its own; building is not timed. */
#include "holdfast/holdfast.h"

#include <sys/resource.h>

#include "barrier.h"
#include "harness.h"
#include "node.h"
#include "peers/process.h"
#include "raw_graph.h"
#include "subject.h"

/* 25 ns where the floor takes 11, and 150 where it takes 118. */
#define ORDERED_GOAL 2.2
#define RANDOM_GOAL 1.3
#define BYTES_GOAL 32

enum { OBJECTS = 1000000, STEPS_AT_MOST = 3000 };

/* ---- what is timed --------------------------------------------------------------------------- */

BENCH_APART static void
raw_in_order(uint64_t n)
{
    (void)n;
    raw_collect_in_order();
}

BENCH_APART static void
raw_along_edges(uint64_t n)
{
    (void)n;
    raw_collect_along_edges();
}

BENCH_APART static void
collect(uint64_t n)
{
    if (hf_collect() != n) bench_fail("not all garbage was collected");
}

/* A step that ends nothing may still have brought a later one nearer to its end. */
BENCH_APART static void
collect_by_steps(uint64_t n)
{
    size_t ended = 0;
    for (int steps = 0; ended < n; steps++) {
        if (steps == STEPS_AT_MOST) bench_fail("many steps have left garbage");
        ended += hf_collect_step(NULL);
    }
}

#define DEFINE_SHAPE(shape)                         \
    static void shape##_raw_in_order(uint64_t n)    \
    {                                               \
        raw_build(shape_##shape, n, false);         \
    }                                               \
                                                    \
    static void shape##_raw_along_edges(uint64_t n) \
    {                                               \
        raw_build(shape_##shape, n, true);          \
    }                                               \
                                                    \
    static void shape##_build(uint64_t n)           \
    {                                               \
        shape_##shape(&node_maker, n);              \
    }                                               \
                                                    \
    static void shape##_build_threaded(uint64_t n)  \
    {                                               \
        bench_become_threaded();                    \
        shape_##shape(&node_maker, n);              \
    }                                               \
                                                    \
    DEFINE_PEERS(shape, #shape, n, n)

DEFINE_SHAPE(pairs)
DEFINE_SHAPE(ring)
DEFINE_SHAPE(shuffled)
DEFINE_SHAPE(random)
DEFINE_SHAPE(trees)
DEFINE_SHAPE(cache)

/* ---- bytes ----------------------------------------------------------------------------------- */

static double
peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024;
}

/* Building gives nothing back, so what is resident before is the peak until then. */
static void
tell_bytes_of_collection(uint64_t n)
{
    double before = peak_bytes();
    collect(n);
    bench_told(peak_bytes() - before);
}

static double bytes_before_building;

static void
build_garbage(uint64_t n)
{
    bytes_before_building = peak_bytes();
    ring_build(n);
}

static void
tell_bytes_of_garbage(uint64_t n)
{
    (void)n;
    bench_told(peak_bytes() - bytes_before_building);
}

/* ---- tables ---------------------------------------------------------------------------------- */

#define DEFINE_ROWS(shape, goal, ...)                                                             \
    static const struct bench_contender shape##_rows[] = {                                        \
        {"floor: along edges, free(56)", raw_along_edges, 0, shape##_raw_along_edges},            \
        {"floor: in order of allocation, free(56)", raw_in_order, 0, shape##_raw_in_order},       \
        {SUBJECT, collect, goal, shape##_build},                                                  \
        {SUBJECT ", process with threads", collect, goal, shape##_build_threaded},                \
        {SUBJECT ", the same by steps", collect_by_steps, 0, shape##_build_threaded},             \
        BENCH_CPYTHON("CPython", shape##_cpython, 0, NULL) BENCH_PHP("PHP", shape##_php, 0, NULL) \
            __VA_ARGS__ BENCH_NIM("Nim, ORC", shape##_nim, 0, NULL)                               \
                BENCH_BOEHM("Boehm GC", shape##_boehm, 0, NULL)};

DEFINE_PEER(ring_php_endless, PEER_PHP_LARGE_STACK, "ring", n, n)
DEFINE_PEER(shuffled_php_endless, PEER_PHP_LARGE_STACK, "shuffled", n, n)

DEFINE_ROWS(pairs, ORDERED_GOAL)
DEFINE_ROWS(ring, ORDERED_GOAL, BENCH_PHP("PHP, endless stack", ring_php_endless, 0, NULL))
DEFINE_ROWS(shuffled, 0, BENCH_PHP("PHP, endless stack", shuffled_php_endless, 0, NULL))
DEFINE_ROWS(random, RANDOM_GOAL)
DEFINE_ROWS(trees, 0)
DEFINE_ROWS(cache, 0)

static const struct bench_contender bytes_rows[] = {
    {"a million objects", tell_bytes_of_garbage, 0, build_garbage},
    {SUBJECT ", pairs", tell_bytes_of_collection, BYTES_GOAL, pairs_build},
    {SUBJECT ", a ring", tell_bytes_of_collection, BYTES_GOAL, ring_build},
    {SUBJECT ", a shuffled ring", tell_bytes_of_collection, BYTES_GOAL, shuffled_build},
    {SUBJECT ", a random graph", tell_bytes_of_collection, BYTES_GOAL, random_build},
    {SUBJECT ", trees", tell_bytes_of_collection, BYTES_GOAL, trees_build},
    {SUBJECT ", evicted entries", tell_bytes_of_collection, BYTES_GOAL, cache_build},
};

#define SHAPE_SECTION(shape, title)                                                                \
    BENCH_SECTION(#shape, "Collect " title, "ns per object", shape##_rows), .iterations = OBJECTS, \
                                                                            .isolated = true

static const struct bench_section sections[] = {
    {SHAPE_SECTION(pairs, "half a million dead pairs")},
    {SHAPE_SECTION(ring, "a dead ring of a million, linked in the order of allocation")},
    {SHAPE_SECTION(shuffled, "a dead ring of a million, linked in another order")},
    {SHAPE_SECTION(random, "a dead random graph of a million, three edges each")},
    {SHAPE_SECTION(trees, "a thousand dead binary trees whose children hold their parents")},
    {SHAPE_SECTION(cache, "half a million entries that a cache has evicted, with their values")},
    {BENCH_SECTION("bytes", "Memory that a collection takes for a while, at its peak",
                   "bytes per object", bytes_rows),
     .iterations = OBJECTS, .isolated = true, .absolute = true},
};

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, "What does it cost to collect cycles?", sections,
                      sizeof sections / sizeof sections[0]);
}
