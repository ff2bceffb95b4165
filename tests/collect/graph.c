/* SPDX-License-Identifier: MIT
 *
 * The operations of the cases, the ways to collect, and the books of who died.
 * Knows the kinds by their table, and public headers only.
 * Destroy functions run on any thread, so the books are atomic; who reads them knows that no thread
 * collects at that moment. */
#include "collect/graph.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

enum { MOST_NODES = 2200 * 1000, ROUNDS = 100, ROUNDS_OF_KINDS = 20 };

static enum mode mode;
static const char *kind_in_use;

static const char *const mode_names[MODES] = {"in full", "in steps", "at every step", "spinning",
                                              "in the background"};

/* Fails the test unless the condition holds, and says in which run of the case. */
#define EXPECT(condition, ...)                                                    \
    do {                                                                          \
        if (!(condition)) {                                                       \
            fprintf(stderr, "collected %s, nodes of kind %s\n", mode_names[mode], \
                    kind_in_use ? kind_in_use : "as the case says");              \
            ck_abort_msg(__VA_ARGS__);                                            \
        }                                                                         \
    } while (0)

/* ---- the books --------------------------------------------------------------------------- */

static _Atomic unsigned char deaths[MOST_NODES];
static atomic_size_t made, destroyed;
static atomic_size_t made_bare; /* those that nobody tells of, all rounds */
static size_t dead_bare_before; /* in earlier rounds */
static size_t leaked_dead, leaked_alive, leaked_before;

static size_t
dead_bare(void)
{
    return atomic_load(&made_bare) - hf_live(kinds[BARE].type);
}

size_t
nodes_made(void)
{
    return atomic_load(&made);
}

size_t
nodes_dead(void)
{
    return atomic_load(&destroyed) + dead_bare() - dead_bare_before;
}

unsigned
deaths_of(size_t number)
{
    return atomic_load(&deaths[number]);
}

void
node_dies(node *n)
{
    EXPECT(n->magic == NODE_MAGIC, "what dies is no node");
    unsigned before = atomic_fetch_add(&deaths[n->number], 1);
    EXPECT(before == 0, "node %zu dies once more", n->number);
    atomic_fetch_add(&destroyed, 1);
    if (n->last_act) n->last_act(n);
}

void
expect_dead(size_t count)
{
    size_t dead = nodes_dead();
    EXPECT(dead == count, "%zu nodes are dead, and %zu should be", dead, count);
}

void
expect_whole(const node *n)
{
    EXPECT(n && n->magic == NODE_MAGIC, "a node that should live is none");
    EXPECT(deaths_of(n->number) == 0, "node %zu is dead", n->number);
}

void
expect_count(const node *n, size_t count)
{
    EXPECT(hf_count(n) == count, "node %zu has a count of %zu instead of %zu", n->number,
           hf_count(n), count);
}

void
expect_leaked(size_t dead, size_t alive)
{
    leaked_dead = dead;
    leaked_alive = alive;
    hf_test_expect_leaks(leaked_before + dead + alive);
}

static void
begin_round(void)
{
    for (size_t i = 0; i < nodes_made(); i++) atomic_store(&deaths[i], 0);
    atomic_store(&made, 0);
    atomic_store(&destroyed, 0);
    dead_bare_before = dead_bare();
    leaked_before += leaked_dead + leaked_alive;
    leaked_dead = leaked_alive = 0;
}

/* Each node was destroyed once, and no more is left than the case says. */
static void
end_round(void)
{
    struct hf_stats stats;
    collect();
    expect_dead(nodes_made() - leaked_alive);
    hf_stats(&stats);
    size_t expected = leaked_before + leaked_dead + leaked_alive;
    EXPECT(stats.live == expected, "%zu objects live, and not %zu", (size_t)stats.live, expected);
    EXPECT(expected || served_blocks() == 0, "%ld blocks are not given back", served_blocks());
    EXPECT(figures().candidates == 0, "%zu candidates are left", (size_t)figures().candidates);
}

/* ---- the ways to collect ----------------------------------------------------------------- */

static pthread_t spinner;
static atomic_bool spinner_ends, spinner_waits, spinner_is_wanted_to_wait;

bool
is_concurrent(void)
{
    return mode == SPINNING || mode == BACKGROUND;
}

size_t
scaled(size_t size)
{
    return hf_test_rounds(mode == IN_FULL ? size : is_concurrent() ? size / 1000 : size / 10);
}

static void *
spin(void *unused)
{
    for (unsigned i = 0; !atomic_load(&spinner_ends); i++) {
        atomic_store(&spinner_waits, true);
        while (atomic_load(&spinner_is_wanted_to_wait)) sched_yield();
        atomic_store(&spinner_waits, false);
        if (atomic_load(&spinner_is_wanted_to_wait)) continue;
        if (i % 2) hf_collect();
        else hf_collect_step(NULL);
    }
    return unused;
}

static void
let_others_collect(void)
{
    static const hf_collector_options often = {.interval_ms = 1, .threshold = 1};
    if (mode == BACKGROUND) ck_assert_int_eq(hf_collector_start(&often), 0);
    if (mode == SPINNING) atomic_store(&spinner_is_wanted_to_wait, false);
}

static void
stop_others(void)
{
    if (mode == BACKGROUND) hf_collector_stop();
    if (mode != SPINNING) return;
    atomic_store(&spinner_is_wanted_to_wait, true);
    while (!atomic_load(&spinner_waits)) sched_yield();
}

static void
begin_mode(int chosen)
{
    mode = (enum mode)chosen;
    if (mode != SPINNING) return;
    atomic_store(&spinner_is_wanted_to_wait, true);
    ck_assert_int_eq(pthread_create(&spinner, NULL, spin, NULL), 0);
}

static void
end_mode(void)
{
    if (mode != SPINNING) return;
    atomic_store(&spinner_ends, true);
    atomic_store(&spinner_is_wanted_to_wait, false);
    ck_assert_int_eq(pthread_join(spinner, NULL), 0);
}

struct hf_collect_stats
figures(void)
{
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    return stats;
}

static void
collect_in_steps(void)
{
    static const hf_budget smallest = {.objects = 1};
    for (size_t steps = 0; figures().candidates; steps++) {
        EXPECT(steps < 50 * 1000 * 1000, "steps lead to no end");
        hf_collect_step(&smallest);
    }
}

void
collect(void)
{
    stop_others();
    if (mode == IN_STEPS) collect_in_steps();
    else hf_collect();
    let_others_collect();
}

static void
collect_if_at_every_step(void)
{
    if (mode == AT_EVERY_STEP) hf_collect();
}

/* ---- operations -------------------------------------------------------------------------- */

static node *
make_with(enum kind_number kind, size_t places)
{
    size_t number = atomic_fetch_add(&made, 1);
    ck_assert_uint_lt(number, MOST_NODES);
    if (kinds[kind].has_no_destroy) atomic_fetch_add(&made_bare, 1);
    return kind_make(kind, places, number);
}

node *
make(enum kind_number kind)
{
    return make_with(kind, PLACES);
}

node *
make_wide(size_t places)
{
    return make_with(FLEX, places);
}

void
link_to(node *from, size_t place, node *to)
{
    from->kind->set(from, place, to);
    collect_if_at_every_step();
}

void
give(node *from, size_t place, node *to)
{
    from->kind->give(from, place, to);
    collect_if_at_every_step();
}

void
cut(node *from, size_t place)
{
    link_to(from, place, NULL);
}

node *
take(node *from, size_t place)
{
    return from->kind->take(from, place);
}

node *
at(const node *from, size_t place)
{
    return from->kind->peek(from, place);
}

void
drop(node *n)
{
    hf_release(n);
    collect_if_at_every_step();
}

void
touch(node *n)
{
    drop(hf_retain(n));
}

void
watch(node_weak *weak, node *n)
{
    ck_assert_int_eq(hf_weak_set(weak, n), 0);
}

bool
is_there(const node_weak *weak)
{
    node *n = hf_upgrade(weak);
    bool is_found = n;
    if (n) drop(n);
    return is_found;
}

node *
make_ring(enum kind_number kind, size_t length)
{
    node *first = make(kind);
    node *last = hf_retain(first);
    for (size_t i = 1; i < length; i++) {
        node *n = make(kind);
        link_to(last, 0, n);
        drop(last);
        last = n;
    }
    link_to(last, 0, first);
    drop(last);
    return first;
}

void
on_a_thread(void *(*fn)(void *argument), void *argument)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, fn, argument), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* ---- cases ------------------------------------------------------------------------------- */

void
run_case(int chosen, void (*body)(void))
{
    begin_mode(chosen);
    size_t rounds = is_concurrent() ? hf_test_rounds(ROUNDS) : 1;
    for (size_t i = 0; i < rounds; i++) {
        begin_round();
        let_others_collect();
        body();
        end_round();
        stop_others();
    }
    end_mode();
}

void
run_case_of_kinds(int chosen, void (*body)(enum kind_number kind))
{
    begin_mode(chosen);
    size_t rounds = is_concurrent() ? hf_test_rounds(ROUNDS_OF_KINDS) : 1;
    for (size_t i = 0; i < rounds * KINDS; i++) {
        kind_in_use = kinds[i % KINDS].name;
        begin_round();
        let_others_collect();
        body((enum kind_number)(i % KINDS));
        end_round();
        stop_others();
    }
    end_mode();
}
