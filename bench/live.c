/* SPDX-License-Identifier: MIT
 *
 * What do living objects cost, to which garbage refers, or among which a program stores all the
 * time? Knows the public headers, the shapes, the peers and the harness. Targets: 2 microseconds
 * for a dead pair, and for a store not more than three times as long among a million living objects
 * as among a thousand. The living are a web that hangs on one root, shapes.h; each run has a
 * process of its own, with threads, and building is not timed. */
#include "holdfast/holdfast.h"

#include <stdlib.h>
#include <time.h>

#include "barrier.h"
#include "harness.h"
#include "node.h"
#include "peers/process.h"
#include "raw_graph.h"
#include "subject.h"

#define PAIR_GOAL_NS 2000
#define STORE_GOAL 3.0
#define WALKED_GOAL 1.0

enum {
    THOUSAND = 1000,
    MILLION = THOUSAND * THOUSAND,
    PAIRS = 100 * THOUSAND,
    STORES = 300 * THOUSAND,
    PASSES = 10 * MILLION, /* the first of them pay for one walk of the whole */
    STEP_EVERY = 1000,
    LONG_ENOUGH_MS = 300 /* for contenders whose single operation takes long */
};

static void **web;
static size_t web_size;
static uint32_t chance;

static void *
any_one(void)
{
    return web[shape_chance(&chance, web_size)];
}

static void
web_build(const struct shape_maker *maker, size_t size)
{
    web = bench_array(size, sizeof *web);
    web_size = size;
    chance = 1;
    shape_web(maker, web, size);
}

/* Building leaves candidates behind, which a full collection finds to live. */
#define DEFINE_WEB(name, size)             \
    static void name##_web(uint64_t n)     \
    {                                      \
        (void)n;                           \
        web_build(&node_maker, size);      \
        hf_collect();                      \
    }                                      \
                                           \
    static void name##_raw_web(uint64_t n) \
    {                                      \
        (void)n;                           \
        raw_make_room(size);               \
        web_build(&raw_maker, size);       \
    }

DEFINE_WEB(thousand, THOUSAND)
DEFINE_WEB(ten_thousand, 10 * THOUSAND)
DEFINE_WEB(hundred_thousand, 100 * THOUSAND)
DEFINE_WEB(million, MILLION)

/* ---- a dead pair that points into the web ---------------------------------------------------- */

/* What the pair itself takes: two blocks, made, linked, and given back. */
BENCH_APART static void
raw_pairs(uint64_t n)
{
    while (n--) {
        struct raw_node *one = calloc(1, sizeof *one), *other = calloc(1, sizeof *other);
        if (!one || !other) abort();
        one->edge[0] = other;
        other->edge[0] = one;
        BENCH_KEEP(one);
        free(one);
        free(other);
    }
}

static void
make_dead_pair(node *to)
{
    node *one = hf_new(node);
    if (!one) abort();
    hf_give(one, first, hf_new(node));
    hf_set(one->first, first, one);
    hf_set(one, second, to);
    hf_release(one);
}

static double
now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* As often as time allows, in turns so short that looking at the clock is nothing. */
#define DEFINE_PAIRS(function, turn, target, collection)                         \
    BENCH_APART static void function(uint64_t n)                                 \
    {                                                                            \
        double begin = now_ms(), took = 0;                                       \
        uint64_t done = 0, ended = 0;                                            \
        while (done < n && took < LONG_ENOUGH_MS) {                              \
            for (int i = 0; i < (turn); i++, done++) {                           \
                make_dead_pair(target);                                          \
                ended += collection;                                             \
            }                                                                    \
            took = now_ms() - begin;                                             \
        }                                                                        \
        if (ended + 2 < done * 2) bench_fail("more than the last pair is left"); \
        bench_told(took * 1e6 / (double)done * (double)n);                       \
    }

DEFINE_PAIRS(step_anywhere, 100, any_one(), hf_collect_step(NULL))
DEFINE_PAIRS(step_root, 100, web[0], hf_collect_step(NULL))
DEFINE_PAIRS(collect_anywhere, 1, any_one(), hf_collect())
DEFINE_PAIRS(collect_root, 1, web[0], hf_collect())

DEFINE_PEERS(thousand, "web", THOUSAND, n)
DEFINE_PEERS(million, "web", MILLION, n)

/* ---- stores among the living ----------------------------------------------------------------- */

/* The third edge of an object is what chance changes; the others keep all alive. */
BENCH_APART static void
store(uint64_t n)
{
    while (n--) {
        node *holder = any_one();
        hf_set(holder, third, any_one());
    }
}

BENCH_APART static void
store_and_step(uint64_t n)
{
    for (uint64_t i = 0; i < n; i += STEP_EVERY) {
        store(STEP_EVERY);
        hf_collect_step(NULL);
    }
}

BENCH_APART static void
raw_store(uint64_t n)
{
    while (n--) {
        struct raw_node *holder = any_one(), *to = any_one();
        __atomic_fetch_add(&to->count, 1, __ATOMIC_RELAXED);
        struct raw_node *old = __atomic_exchange_n(&holder->edge[2], to, __ATOMIC_ACQ_REL);
        if (__atomic_fetch_sub(&old->count, 1, __ATOMIC_ACQ_REL) == 1) abort();
    }
}

/* ---- the root, passed around ----------------------------------------------------------------- */

BENCH_APART static void
raw_pass_root(uint64_t n)
{
    static uint64_t count __attribute__((aligned(64))) = 1;
    uint64_t *p = &count;
    while (n--) {
        BENCH_HIDE(p);
        __atomic_fetch_add(p, 1, __ATOMIC_RELAXED);
        BENCH_HIDE(p);
        if (__atomic_fetch_sub(p, 1, __ATOMIC_ACQ_REL) == 1) abort();
    }
}

BENCH_APART static void
pass_root(uint64_t n)
{
    node *root = web[0];
    for (uint64_t i = 0; i < n; i++) {
        BENCH_HIDE(root);
        node *mine = hf_retain(root);
        BENCH_HIDE(mine);
        hf_release(mine);
        if (i % STEP_EVERY == 0) hf_collect_step(NULL);
    }
}

static double
walked(void)
{
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    return (double)stats.walked;
}

static void
tell_walked_for_root(uint64_t n)
{
    double before = walked();
    pass_root(n);
    bench_told(walked() - before);
}

static void
tell_walked_for_stores(uint64_t n)
{
    double before = walked();
    store_and_step(n);
    bench_told(walked() - before);
}

/* ---- tables ---------------------------------------------------------------------------------- */

#define DEFINE_PAIR_ROWS(size)                                                                  \
    static const struct bench_contender size##_pair_rows[] = {                                  \
        {"floor: two blocks made and freed", raw_pairs, 0, NULL},                               \
        {SUBJECT ", hf_collect_step", step_anywhere, PAIR_GOAL_NS, size##_web},                 \
        {SUBJECT ", the same, to the root", step_root, PAIR_GOAL_NS, size##_web},               \
        {SUBJECT ", hf_collect", collect_anywhere, PAIR_GOAL_NS, size##_web},                   \
        {SUBJECT ", the same, to the root", collect_root, PAIR_GOAL_NS, size##_web},            \
        BENCH_CPYTHON("CPython", size##_cpython, 0, NULL) BENCH_PHP("PHP", size##_php, 0, NULL) \
            BENCH_NIM("Nim, ORC", size##_nim, 0, NULL)                                          \
                BENCH_BOEHM("Boehm GC", size##_boehm, 0, NULL)};

DEFINE_PAIR_ROWS(thousand)
DEFINE_PAIR_ROWS(million)

static const struct bench_contender store_rows[] = {
    {SUBJECT ", among a thousand", store_and_step, 0, thousand_web},
    {SUBJECT ", among ten thousand", store_and_step, STORE_GOAL, ten_thousand_web},
    {SUBJECT ", among a hundred thousand", store_and_step, STORE_GOAL, hundred_thousand_web},
    {SUBJECT ", among a million", store_and_step, STORE_GOAL, million_web},
    {"without steps, among a thousand", store, 0, thousand_web},
    {"without steps, among ten thousand", store, 0, ten_thousand_web},
    {"without steps, among a hundred thousand", store, 0, hundred_thousand_web},
    {"without steps, among a million", store, 0, million_web},
    {"floor: atomic counts, among a thousand", raw_store, 0, thousand_raw_web},
    {"floor: atomic counts, among ten thousand", raw_store, 0, ten_thousand_raw_web},
    {"floor: atomic counts, among a hundred thousand", raw_store, 0, hundred_thousand_raw_web},
    {"floor: atomic counts, among a million", raw_store, 0, million_raw_web},
};

static const struct bench_contender store_walked_rows[] = {
    {SUBJECT ", among a thousand", tell_walked_for_stores, 0, thousand_web},
    {SUBJECT ", among a million", tell_walked_for_stores, 0, million_web},
};

static const struct bench_contender root_rows[] = {
    {"floor: atomic add + sub", raw_pass_root, 0, NULL},
    {SUBJECT ", of a thousand", pass_root, 0, thousand_web},
    {SUBJECT ", of a million", pass_root, 0, million_web},
};

static const struct bench_contender root_walked_rows[] = {
    {SUBJECT ", of a thousand", tell_walked_for_root, WALKED_GOAL, thousand_web},
    {SUBJECT ", of a million", tell_walked_for_root, WALKED_GOAL, million_web},
};

/* Other threads may come in between at any time, even if here they sleep. */
#define LIVE_SECTION(name, title, unit, rows) \
    BENCH_SECTION(name, title, unit, rows), .isolated = true, .threaded = true

static const struct bench_section sections[] = {
    {LIVE_SECTION("pair-thousand", "Make and collect a dead pair that points among a thousand",
                  "ns per pair", thousand_pair_rows),
     .iterations = PAIRS, .absolute = true},
    {LIVE_SECTION("pair-million", "Make and collect a dead pair that points among a million",
                  "ns per pair", million_pair_rows),
     .iterations = PAIRS, .absolute = true},
    {LIVE_SECTION("store", "Replace an edge at random, with a step after every thousandth",
                  "ns per store", store_rows),
     .iterations = STORES},
    {LIVE_SECTION("store-walked", "Objects that are looked at because of it", "per store",
                  store_walked_rows),
     .iterations = STORES, .absolute = true},
    {LIVE_SECTION("root", "Retain + release the root, with a step after every thousandth",
                  "ns per pair", root_rows),
     .iterations = PASSES},
    {LIVE_SECTION("root-walked", "Objects that are looked at because of it", "per release",
                  root_walked_rows),
     .iterations = PASSES, .absolute = true},
};

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, "What do living objects cost?", sections,
                      sizeof sections / sizeof sections[0]);
}
