/* SPDX-License-Identifier: MIT
 *
 * What does it cost to retain an object and release it again, against adding one to a number and
 * taking it off? Knows the public headers, the peers and the harness. Targets: plain counts 1.6
 * times plain arithmetic, compiled with HF_INLINE, in a process with threads for those who expect
 * confined objects; atomic ones 1.1 times an atomic pair, which is an addition and an exchange for
 * types with edges: their release may make a candidate in the same step. */
#include "holdfast/holdfast.h"

#include <stdlib.h>

#include "barrier.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#ifdef HF_INLINE
#define PLAIN_GOAL 1.6
#else
#define PLAIN_GOAL 0
#endif
#ifdef HF_INLINE_CONFINED
#define CONFINED_GOAL 1.6
#else
#define CONFINED_GOAL 0
#endif
#define ATOMIC_GOAL 1.1

typedef struct leaf {
    uint64_t word[4];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

typedef struct node {
    struct node *next;
    uint64_t word[3];
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef struct own {
    uint64_t word[4];
} own;
HF_DECLARE(own);
HF_TYPE(own, .flags = HF_CONFINED);

/* ---- the baselines --------------------------------------------------------------------------- */

/* A line of its own for the number, and for those that are retained in turn. */
static struct {
    uint64_t number __attribute__((aligned(64)));
} raw[BENCH_TURNS];

BENCH_APART static void
raw_plain_pair(uint64_t n)
{
    uint64_t *p = &raw[0].number;
    while (n--) {
        BENCH_KEEP(p);
        ++*p;
        BENCH_KEEP(p);
        --*p;
    }
}

BENCH_APART static void
raw_atomic_pair(uint64_t n)
{
    uint64_t *p = &raw[0].number;
    while (n--) {
        BENCH_KEEP(p);
        __atomic_fetch_add(p, 1, __ATOMIC_RELAXED);
        BENCH_KEEP(p);
        if (__atomic_fetch_sub(p, 1, __ATOMIC_ACQ_REL) == UINT64_MAX) abort();
    }
}

BENCH_APART static void
raw_exchange_pair(uint64_t n)
{
    uint64_t *p = &raw[0].number;
    while (n--) {
        BENCH_KEEP(p);
        __atomic_fetch_add(p, 1, __ATOMIC_RELAXED);
        BENCH_KEEP(p);
        uint64_t seen = __atomic_load_n(p, __ATOMIC_ACQUIRE);
        do {
            if (!seen) abort();
        } while (!__atomic_compare_exchange_n(p, &seen, seen - 1, 0, __ATOMIC_ACQ_REL,
                                              __ATOMIC_ACQUIRE));
    }
}

BENCH_APART static void
raw_atomic_turns(uint64_t n)
{
    uint64_t *taken[BENCH_TURNS];
    for (; n; n -= BENCH_TURNS) {
        for (int i = 0; i < BENCH_TURNS; i++) {
            taken[i] = &raw[i].number;
            __atomic_fetch_add(taken[i], 1, __ATOMIC_RELAXED);
        }
        BENCH_KEEP(taken);
        for (int i = 0; i < BENCH_TURNS; i++) {
            if (__atomic_fetch_sub(taken[i], 1, __ATOMIC_ACQ_REL) == UINT64_MAX) abort();
        }
        BENCH_KEEP(taken);
    }
}

/* ---- ours ------------------------------------------------------------------------------------ */

static leaf *the_leaf;
static node *the_node;
static leaf *the_observed;
static own *the_own;
static leaf *the_many[BENCH_TURNS];

static void
make_objects(void)
{
    static hf_weak(leaf) observer;
    the_leaf = hf_new(leaf);
    the_node = hf_new(node);
    the_observed = hf_new(leaf);
    the_own = hf_new(own);
    for (int i = 0; i < BENCH_TURNS; i++) {
        the_many[i] = hf_new(leaf);
        if (!the_many[i]) bench_fail("out of memory");
    }
    if (!the_leaf || !the_node || !the_own || hf_weak_set(&observer, the_observed)) {
        bench_fail("out of memory");
    }
}

#define DEFINE_PAIR(function, T, object)         \
    BENCH_APART static void function(uint64_t n) \
    {                                            \
        T *p = object;                           \
        while (n--) {                            \
            BENCH_KEEP(p);                       \
            T *owned = hf_retain(p);             \
            BENCH_KEEP(owned);                   \
            hf_release(owned);                   \
        }                                        \
    }

DEFINE_PAIR(leaf_pair, leaf, the_leaf)
DEFINE_PAIR(node_pair, node, the_node)
DEFINE_PAIR(observed_pair, leaf, the_observed)
DEFINE_PAIR(own_pair, own, the_own)

BENCH_APART static void
leaf_turns(uint64_t n)
{
    leaf *owned[BENCH_TURNS];
    for (; n; n -= BENCH_TURNS) {
        for (int i = 0; i < BENCH_TURNS; i++) owned[i] = hf_retain(the_many[i]);
        BENCH_KEEP(owned);
        for (int i = 0; i < BENCH_TURNS; i++) hf_release(owned[i]);
        BENCH_KEEP(owned);
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const struct bench_contender plain_pairs[] = {
    {"plain add + sub", raw_plain_pair, 0, NULL},
    {SUBJECT, leaf_pair, PLAIN_GOAL, NULL},
    {SUBJECT ", type with edges", node_pair, PLAIN_GOAL, NULL},
    {SUBJECT ", with a weak reference", observed_pair, 0, NULL},
    {SUBJECT ", confined type", own_pair, PLAIN_GOAL, NULL},
    BENCH_STD("std::shared_ptr", std_shared_pair, 0, NULL)
        BENCH_BOOST("boost::intrusive_ptr, unsafe", boost_plain_pair, 0, NULL)
            BENCH_BOOST("boost::local_shared_ptr", boost_local_pair, 0, NULL)
                BENCH_GLIB("g_rc_box", glib_rc_pair, 0, NULL)
                    BENCH_RUST("Rust Rc", rust_rc_pair, 0, NULL)};

static const struct bench_contender confined_pairs[] = {
    {"plain add + sub", raw_plain_pair, 0, NULL},
    {SUBJECT ", confined type", own_pair, CONFINED_GOAL, NULL},
    BENCH_BOOST("boost::intrusive_ptr, unsafe", boost_plain_pair, 0,
                NULL) BENCH_BOOST("boost::local_shared_ptr", boost_local_pair, 0, NULL)
        BENCH_GLIB("g_rc_box", glib_rc_pair, 0, NULL) BENCH_RUST("Rust Rc", rust_rc_pair, 0, NULL)};

static const struct bench_contender atomic_pairs[] = {
    {"atomic add + sub", raw_atomic_pair, 0, NULL},
    {SUBJECT, leaf_pair, ATOMIC_GOAL, NULL},
    {SUBJECT ", type with edges", node_pair, 0, NULL},
    {SUBJECT ", with a weak reference", observed_pair, ATOMIC_GOAL, NULL},
    BENCH_STD("std::shared_ptr", std_shared_pair, 0, NULL)
        BENCH_BOOST("boost::shared_ptr", boost_shared_pair, 0, NULL)
            BENCH_BOOST("boost::intrusive_ptr", boost_intrusive_pair, 0, NULL)
                BENCH_GLIB("g_atomic_rc_box", glib_arc_pair, 0, NULL)
                    BENCH_GLIB("GObject", glib_object_pair, 0, NULL)
                        BENCH_RUST("Rust Arc", rust_arc_pair, 0, NULL)};

static const struct bench_contender exchange_pairs[] = {
    {"atomic add + exchange", raw_exchange_pair, 0, NULL},
    {SUBJECT ", type with edges", node_pair, ATOMIC_GOAL, NULL}};

static const struct bench_contender atomic_turns[] = {
    {"atomic add + sub", raw_atomic_turns, 0, NULL},
    {SUBJECT, leaf_turns, ATOMIC_GOAL, NULL},
    BENCH_STD("std::shared_ptr", std_shared_turns, 0, NULL)
        BENCH_BOOST("boost::shared_ptr", boost_shared_turns, 0, NULL)
            BENCH_BOOST("boost::intrusive_ptr", boost_intrusive_turns, 0, NULL)
                BENCH_GLIB("g_atomic_rc_box", glib_arc_turns, 0, NULL)
                    BENCH_GLIB("GObject", glib_object_turns, 0, NULL)
                        BENCH_RUST("Rust Arc", rust_arc_turns, 0, NULL)};

static const struct bench_section sections[] = {
    {BENCH_SECTION("plain", "Retain + release, process with one thread", "ns per pair",
                   plain_pairs)},
    {BENCH_SECTION("confined", "Retain + release of a confined object, process with threads",
                   "ns per pair", confined_pairs),
     .threaded = true},
    {BENCH_SECTION("atomic", "Retain + release, process with threads", "ns per pair", atomic_pairs),
     .threaded = true},
    {BENCH_SECTION("exchange", "Retain + release of a type with edges, process with threads",
                   "ns per pair", exchange_pairs),
     .threaded = true},
    {BENCH_SECTION("turns", "Retain 50 objects, then release them, process with threads",
                   "ns per pair", atomic_turns),
     .threaded = true},
    {BENCH_SECTION("contended", "Retain + release of one object by two threads at once",
                   "ns per pair", atomic_pairs),
     .contended = 2},
    {BENCH_SECTION("contended-exchange",
                   "Retain + release of one object of a type with edges by two threads at once",
                   "ns per pair", exchange_pairs),
     .contended = 2},
    {BENCH_SECTION("contended-4", "Retain + release of one object by four threads at once",
                   "ns per pair", atomic_pairs),
     .contended = 4},
    {BENCH_SECTION("contended-8", "Retain + release of one object by eight threads at once",
                   "ns per pair", atomic_pairs),
     .contended = 8},
    {BENCH_SECTION("contended-16", "Retain + release of one object by sixteen threads at once",
                   "ns per pair", atomic_pairs),
     .contended = 16},
};

int
main(int argc, char **argv)
{
    const struct bench_section *first = sections;
    size_t count = sizeof sections / sizeof sections[0];
#ifdef HF_INLINE_CONFINED
    /* The second table; all others are for HF_INLINE. */
    first++;
    count = 1;
#endif
    make_objects();
    return bench_main(argc, argv, "What does it cost to retain an object and release it again?",
                      first, count);
}
