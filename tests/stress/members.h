/* SPDX-License-Identifier: MIT
 *
 * The objects that stress tests of the collector make rings and webs of, and the oracle that knows
 * whether one may die.
 * Knows public headers only.
 * As with subjects, the oracle's counts are relaxed, so that they order nothing that the library
 * has to order; stamp and canary are plain memory, which destroy must find as it was written. */
#ifndef HOLDFAST_TESTS_MEMBERS_H
#define HOLDFAST_TESTS_MEMBERS_H

#include <holdfast/holdfast.h>
#include <pthread.h>
#include <stdatomic.h>

#include "stress/stress.h"

/* Locks of the program. The fields of a member that several threads use are written and read under
 * the lock of its home. */
enum { HOMES = 8 };
void home_lock(size_t home);
void home_unlock(size_t home);

typedef struct member {
    uint64_t canary;
    size_t home;
    uint64_t stamp;    /* the ring's; 0 for others */
    atomic_uint held;  /* handles that must keep it alive */
    unsigned last_act; /* what destroy does besides */
    struct member *first, *second;
    hf_weak(struct member) other;
} member;
HF_DECLARE(member);
typedef hf_weak(member) member_weak;

/* A member with more edges, which a function traces; its home's lock is its guard. */
enum { CELLS = 4 };
typedef struct table {
    member base;
    void *cells[CELLS];
} table;
HF_DECLARE(table);

#ifndef HF_NO_SLOTS
/* A member with two fields that all threads may use at once, without a lock. */
typedef hf_slot(member) member_slot;
typedef struct crossing {
    member base;
    member_slot left, right;
} crossing;
HF_DECLARE(crossing);
#endif

enum last_act {
    ACT_NONE,
    ACT_COLLECT,       /* calls the collector, which must refuse */
    ACT_MAKE_A_RING,   /* and drop it */
    ACT_LIVE_ON,       /* the same, and the new ring does so, too, until it is told to stop */
    ACT_STOP_COLLECTOR /* the library's thread, perhaps on itself */
};

/* Whether members live on that do so. */
void members_live_on(bool do_so);

/* Returns a new one. Owner: the caller. */
member *member_new(size_t home) HF_GIVE;
member *table_new(size_t home) HF_GIVE;
#ifndef HF_NO_SLOTS
member *crossing_new(size_t home) HF_GIVE;
#endif

/* Between these two the caller's reference keeps it alive. */
void member_hold(member *m);
void member_let_go(member *m);
/* For somebody who holds it: it is whole. */
void member_expect_whole(const member *m);

/* Stores into a cell of a table, under its guard, what the caller owns or NULL; returns what was
 * there, owned. The lock is not the caller's. */
member *table_exchange(member *m, size_t cell, member *stored HF_TAKE) HF_GIVE;

/* Returns a member of a new ring, each of which holds the next by `first`; length is not 0. The
 * caller's reference is held. */
member *ring_new(size_t length, size_t home) HF_GIVE;
/* Fails the test unless it is still the ring that was made. */
void ring_expect_whole(const member *m, size_t length);
/* Gives back what ring_new returned, so that the ring is garbage if nobody else holds a member. */
void ring_drop(member *m HF_TAKE);

size_t members_made(void);
size_t members_destroyed(void);
/* Those that live. */
size_t members_left(void);

/* ---- who collects ---- */

/* Begins a round in which so many threads work, and all others collect until those are done. */
void work_begin(unsigned workers);
void work_end_one(void);
bool work_goes_on(void);

/* Collects in one way or another, once. */
void collect_somehow(struct worker *worker);
/* Again and again, as long as others work. */
void collect_while_others_work(struct worker *worker);

/* Nobody works any more: one collection ends everything. */
void expect_all_collected(struct worker *worker);

#endif
