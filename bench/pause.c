/* SPDX-License-Identifier: MIT
 *
 * How long may a single call take while the library's thread collects?
 * Knows the public headers, the shapes and the harness.
 * One thread works on a living web and times each call by itself; on the other processor a second
 * one makes garbage at a steady rate, and the collector runs there, or doesn't. Each row has its
 * calls without the collector beside those with it, taken in turn. The clock takes part of each
 * figure: what it takes alone is the first row. */
#include "holdfast/holdfast.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "barrier.h"
#include "node.h"
#include "subject.h"
#include "table.h"

enum {
    WEB = 10000,
    WEAKLY_HELD = 1000,
    CALLS = 100000,     /* of each kind, in one run */
    LITTER_PAIRS = 500, /* dead ones, in each interval */
    LITTER_US = 200,
    LITTER_AT_MOST = 1000000, /* candidates that wait */
    REST_US = 20000           /* between runs, so that real-time priority isn't taken away */
};

/* ---- how often a call took how long ---------------------------------------------------------- */

/* Single nanoseconds up to FINE, then FINE parts of each doubling, so that a part is less than one
 * per cent. */
enum { FINE_BITS = 8, FINE = 1 << FINE_BITS, PLACES = 34 * FINE };

struct times {
    uint64_t number[PLACES];
    uint64_t all, longest;
};

static size_t
place_of(uint64_t ns)
{
    if (ns < FINE) return (size_t)ns;
    int shift = 63 - __builtin_clzll(ns) - FINE_BITS;
    size_t place = (size_t)(shift + 1) * FINE + (size_t)(ns >> shift) - FINE;
    return place < PLACES ? place : PLACES - 1;
}

static double
time_at(size_t place)
{
    if (place < FINE) return (double)place;
    size_t shift = place / FINE - 1;
    return (double)((place % FINE + FINE) << shift);
}

static inline void
note(struct times *times, uint64_t ns)
{
    times->number[place_of(ns)]++;
    times->all++;
    if (ns > times->longest) times->longest = ns;
}

/* The time that only so large a part of the calls exceeded. */
static double
time_below(const struct times *times, double part)
{
    double wanted = part * (double)times->all, seen = 0;
    for (size_t place = 0; place < PLACES; place++) {
        seen += (double)times->number[place];
        if (seen >= wanted) return time_at(place);
    }
    return (double)times->longest;
}

/* ---- what is timed --------------------------------------------------------------------------- */

enum call { CLOCK, RAW, RETAIN, RELEASE, SET, UPGRADE, CALL_KINDS };

static const char *const call_names[CALL_KINDS] = {
    "the clock alone",      "floor: an atomic addition", SUBJECT ", hf_retain",
    SUBJECT ", hf_release", SUBJECT ", hf_set",          SUBJECT ", hf_upgrade"};

/* [1]: while the collector runs. */
static struct times times[CALL_KINDS][2];

static void *web[WEB];
typedef hf_weak(node) node_weak;
static node_weak weak[WEAKLY_HELD];
static uint64_t raw_number __attribute__((aligned(64)));

static inline uint64_t
now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Runs the statement between two looks at the clock. */
#define TIME_CALL(into, statement)           \
    do {                                     \
        uint64_t begin_ = now_ns();          \
        __asm__ volatile("" : : : "memory"); \
        statement;                           \
        __asm__ volatile("" : : : "memory"); \
        note(&(into), now_ns() - begin_);    \
    } while (0)

static void
time_calls(int side)
{
    static uint32_t chance = 1;
    for (int i = 0; i < CALLS; i++) {
        node *one = web[shape_chance(&chance, WEB)], *other = web[shape_chance(&chance, WEB)];
        node_weak *from = &weak[shape_chance(&chance, WEAKLY_HELD)];
        node *mine, *upgraded;
        TIME_CALL(times[CLOCK][side], (void)0);
        TIME_CALL(times[RAW][side], __atomic_fetch_add(&raw_number, 1, __ATOMIC_ACQ_REL));
        TIME_CALL(times[RETAIN][side], mine = hf_retain(one));
        TIME_CALL(times[SET][side], hf_set(one, third, other));
        TIME_CALL(times[RELEASE][side], hf_release(mine));
        TIME_CALL(times[UPGRADE][side], upgraded = hf_upgrade(from));
        hf_release(upgraded);
    }
}

/* ---- the other thread ------------------------------------------------------------------------ */

struct litter {
    const struct bench_options *options;
    pthread_barrier_t ready;
    atomic_bool is_over;
    bool with_collector;
    bool is_pinned;
    uint64_t ns, steps, ended; /* while the collector ran */
};

static void
make_litter(void)
{
    for (int i = 0; i < LITTER_PAIRS; i++) {
        node *one = hf_new(node);
        if (!one) abort();
        hf_give(one, first, hf_new(node));
        hf_set(one->first, first, one);
        hf_release(one);
    }
}

/* At its next turn, however long this one took; but no more than the collector can end. */
static void
keep_littering(const struct litter *litter)
{
    uint64_t turn = now_ns();
    while (!litter->is_over) {
        struct hf_collect_stats stats;
        hf_collect_stats(&stats);
        if (stats.candidates < LITTER_AT_MOST) make_litter();
        turn += LITTER_US * 1000;
        uint64_t now = now_ns();
        if (turn < now) turn = now;
        usleep((useconds_t)((turn - now) / 1000));
    }
}

/* The collector's thread runs where the one that starts it does. */
static void *
run_litter(void *argument)
{
    struct litter *litter = argument;
    struct hf_collector_options often = {.interval_ms = 1, .threshold = 1};
    struct hf_collect_stats before, after;
    litter->is_pinned = bench_pin(litter->options, 1) == 0;
    if (litter->with_collector && hf_collector_start(&often)) bench_fail("there is no collector");
    hf_collect_stats(&before);
    uint64_t begin = now_ns();
    pthread_barrier_wait(&litter->ready);
    keep_littering(litter);
    if (!litter->with_collector) return NULL;
    hf_collect_stats(&after);
    litter->ns = now_ns() - begin;
    litter->steps = after.steps - before.steps;
    litter->ended = after.reclaimed - before.reclaimed;
    hf_collector_stop();
    return NULL;
}

/* Where it is permitted, the thread that is timed has real-time priority: else what is found in the
 * last rows is the scheduler. */
static void
run_once(struct litter *litter)
{
    pthread_t thread;
    struct sched_param first = {.sched_priority = 1}, usual = {.sched_priority = 0};
    pthread_barrier_init(&litter->ready, NULL, 2);
    litter->is_over = false;
    if (pthread_create(&thread, NULL, run_litter, litter)) bench_fail("can't start a thread");
    pthread_barrier_wait(&litter->ready);
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
    time_calls(litter->with_collector);
    pthread_setschedparam(pthread_self(), SCHED_OTHER, &usual);
    litter->is_over = true;
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&litter->ready);
    if (!litter->is_pinned) bench_fail("can't bind a thread");
    hf_collect();
    usleep(REST_US);
}

/* ---- the table ------------------------------------------------------------------------------- */

static const double parts[] = {0.5, 0.9, 0.99, 0.999, 0.9999};

static void
add_row(struct bench_table *table, enum call call, int side)
{
    const struct times *these = &times[call][side];
    bench_table_row(table);
    bench_table_cell(table, "%s%s", call_names[call], side ? ", collecting" : "");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        bench_table_cell(table, "%.0f", time_below(these, parts[i]));
    }
    bench_table_cell(table, "%llu", (unsigned long long)these->longest);
}

static void
print_times(const struct bench_options *options)
{
    static struct bench_table table;
    const char *head[] = {
        "ns for a single call", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "longest", NULL};
    bench_table_begin(&table, "What single calls take while the collector works beside them", head);
    for (int call = 0; call < CALL_KINDS; call++) {
        for (int side = 0; side < 2; side++) add_row(&table, (enum call)call, side);
    }
    bench_table_print(&table, options->format, "pause\tcalls");
}

static void
print_work(const struct bench_options *options, const struct litter *last)
{
    printf("%sWhile it was on, the collector made %.1f steps and ended %.0f objects in a "
           "millisecond.\n",
           options->format == BENCH_TSV ? "# " : "\n", (double)last->steps * 1e6 / (double)last->ns,
           (double)last->ended * 1e6 / (double)last->ns);
}

static void
make_web(void)
{
    bench_become_threaded();
    shape_web(&node_maker, web, WEB);
    for (int i = 0; i < WEAKLY_HELD; i++) {
        if (hf_weak_set(&weak[i], (node *)web[i])) bench_fail("out of memory");
    }
    hf_collect();
}

int
main(int argc, char **argv)
{
    static struct litter litter;
    struct bench_options options;
    bench_read_options(&options, argc, argv, "How long does a call take beside the collector?");
    if (bench_pin(&options, 1) || bench_pin(&options, 0)) {
        puts("Left out, it needs two processors.");
        return 0;
    }
    litter.options = &options;
    make_web();
    for (unsigned round = 0; round < options.rounds; round++) {
        litter.with_collector = round % 2;
        run_once(&litter);
        litter.with_collector = !litter.with_collector;
        run_once(&litter);
    }
    print_times(&options);
    print_work(&options, &litter);
    return 0;
}
