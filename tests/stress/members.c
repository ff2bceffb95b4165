/* SPDX-License-Identifier: MIT
 *
 * The oracle of the collector's stress tests: who was made, who is held, who died.
 * Knows public headers only.
 * See members.h for what is relaxed and what is plain, and why. */
#include "stress/members.h"

#include <sched.h>

#define ALIVE UINT64_C(0xA11FE0A11FE0A11F)
#define DEAD UINT64_C(0xDEADDEADDEADDEAD)

static atomic_size_t made, destroyed, stamps;

static size_t
now(atomic_size_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

static size_t
add_one(atomic_size_t *count)
{
    return atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
}

static pthread_mutex_t homes[HOMES] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

void
home_lock(size_t home)
{
    pthread_mutex_lock(&homes[home]);
}

void
home_unlock(size_t home)
{
    pthread_mutex_unlock(&homes[home]);
}

/* ---- a member ---------------------------------------------------------------------------- */

static atomic_bool do_live_on;

void
members_live_on(bool do_so)
{
    atomic_store_explicit(&do_live_on, do_so, memory_order_relaxed);
}

static void
live_on(void)
{
    if (!atomic_load_explicit(&do_live_on, memory_order_relaxed)) return;
    member *heir = ring_new(1, 0);
    heir->last_act = ACT_LIVE_ON;
    ring_drop(heir);
}

static void
act(enum last_act last_act)
{
    switch (last_act) {
    case ACT_NONE:
        break;
    case ACT_COLLECT:
        REQUIRE(hf_collect() == 0);
        REQUIRE(hf_collect_step(NULL) == 0);
        break;
    case ACT_MAKE_A_RING:
        ring_drop(ring_new(2, 0));
        break;
    case ACT_LIVE_ON:
        live_on();
        break;
    case ACT_STOP_COLLECTOR:
        hf_collector_stop();
        break;
    }
}

/* Others may look at a neighbour in the same dying ring, so what they look at stays. */
static void
member_destroy(void *self)
{
    member *m = self;
    REQUIRE(m->canary == ALIVE);
    REQUIRE(atomic_load_explicit(&m->held, memory_order_relaxed) == 0);
    REQUIRE(!m->stamp || !m->first || m->first->stamp == m->stamp);
    m->canary = DEAD;
    act((enum last_act)m->last_act);
    REQUIRE(add_one(&destroyed) < now(&made));
}

HF_TYPE(member, .destroy = member_destroy,
        .fields = HF_FIELDS(HF_STRONG_TO(member, first, member),
                            HF_STRONG_TO(member, second, member), HF_WEAK(member, other)));

static member *
fill_in(member *m, size_t home)
{
    REQUIRE(m != NULL);
    m->canary = ALIVE;
    m->home = home;
    add_one(&made);
    return m;
}

member *
member_new(size_t home)
{
    return fill_in(hf_new(member), home);
}

void
member_hold(member *m)
{
    REQUIRE(m->canary == ALIVE);
    atomic_fetch_add_explicit(&m->held, 1, memory_order_relaxed);
}

void
member_let_go(member *m)
{
    REQUIRE(m->canary == ALIVE);
    REQUIRE(atomic_fetch_sub_explicit(&m->held, 1, memory_order_relaxed) > 0);
}

void
member_expect_whole(const member *m)
{
    REQUIRE(m->canary == ALIVE && m->home < HOMES);
}

size_t
members_made(void)
{
    return now(&made);
}

size_t
members_destroyed(void)
{
    return now(&destroyed);
}

size_t
members_left(void)
{
    size_t dead = now(&destroyed);
    return now(&made) - dead;
}

/* ---- a table ----------------------------------------------------------------------------- */

static void
table_lock(void *self)
{
    home_lock(((member *)self)->home);
}

static void
table_unlock(void *self)
{
    home_unlock(((member *)self)->home);
}

static void
table_trace(void *self, hf_visitor *v)
{
    table *t = self;
    for (size_t i = 0; i < CELLS; i++) hf_visit(v, t->cells[i]);
}

HF_TYPE(table, .base = &hf_type_member, .trace = table_trace, .guard = {table_lock, table_unlock});

member *
table_new(size_t home)
{
    table *t = hf_new(table);
    return fill_in(&t->base, home);
}

member *
table_exchange(member *m, size_t cell, member *stored)
{
    table *t = hf_cast(table, m);
    size_t home = m->home;
    home_lock(home);
    member *former = t->cells[cell];
    hf_note_store(stored);
    t->cells[cell] = stored;
    home_unlock(home);
    return former;
}

/* ---- a crossing -------------------------------------------------------------------------- */

#ifndef HF_NO_SLOTS
HF_TYPE(crossing, .base = &hf_type_member,
        .fields = HF_FIELDS(HF_SLOT(crossing, left), HF_SLOT(crossing, right)));

member *
crossing_new(size_t home)
{
    crossing *h = hf_new(crossing);
    return fill_in(&h->base, home);
}
#endif

/* ---- a ring ------------------------------------------------------------------------------ */

member *
ring_new(size_t length, size_t home)
{
    uint64_t stamp = add_one(&stamps) + 1;
    member *last = member_new(home), *first = last;
    for (size_t i = 1; i < length; i++) {
        member *m = member_new(home);
        m->stamp = stamp;
        hf_give(m, first, first);
        first = m;
    }
    last->stamp = stamp;
    member_hold(first);
    hf_set(last, first, first);
    return first;
}

void
ring_expect_whole(const member *m, size_t length)
{
    const member *next = m;
    for (size_t i = 0; i < length; i++) {
        REQUIRE(next->canary == ALIVE && next->stamp == m->stamp);
        next = next->first;
        REQUIRE((next == m) == (i + 1 == length));
    }
}

void
ring_drop(member *m)
{
    member_let_go(m);
    hf_release(m);
}

/* ---- who collects ------------------------------------------------------------------------ */

/* Threads that still work; relaxed, so that it orders nothing. */
static atomic_uint at_work;

void
work_begin(unsigned workers)
{
    atomic_store_explicit(&at_work, workers, memory_order_relaxed);
}

void
work_end_one(void)
{
    atomic_fetch_sub_explicit(&at_work, 1, memory_order_relaxed);
}

bool
work_goes_on(void)
{
    return atomic_load_explicit(&at_work, memory_order_relaxed) > 0;
}

void
collect_somehow(struct worker *worker)
{
    hf_budget budget = {.objects = 1 + random_below(worker, 200)};
    switch (random_below(worker, 8)) {
    case 0:
        hf_collect();
        break;
    case 1:
        hf_collect_step(&budget);
        break;
    case 2:
        /* Others hold what is looked at. */
        sched_yield();
        break;
    default:
        hf_collect_step(NULL);
        break;
    }
}

void
collect_while_others_work(struct worker *worker)
{
    while (work_goes_on()) collect_somehow(worker);
}

void
expect_all_collected(struct worker *worker)
{
    (void)worker;
    hf_collect();
    REQUIRE(members_left() == 0);
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    REQUIRE(stats.leaked == 0 && stats.gave_up == 0 && stats.candidates == 0);
}
