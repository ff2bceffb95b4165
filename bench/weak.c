/* SPDX-License-Identifier: MIT
 *
 * What does it cost to make a strong reference from a weak one and release it again?
 * Knows the public headers, the peers and the harness.
 * Target: 1.1 times an increment by compare-and-exchange unless zero, and an atomic subtraction. */
#include "holdfast/holdfast.h"

#include <stdlib.h>

#include "barrier.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#define UPGRADE_GOAL 1.1

typedef struct leaf {
    uint64_t word[4];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

typedef struct own {
    uint64_t word[4];
} own;
HF_DECLARE(own);
HF_TYPE(own, .flags = HF_CONFINED);

static uint64_t number __attribute__((aligned(64))) = 1;

BENCH_APART static void
raw_plain_upgrade(uint64_t n)
{
    uint64_t *p = &number;
    while (n--) {
        BENCH_HIDE(p);
        if (!*p) abort();
        ++*p;
        BENCH_HIDE(p);
        if (!--*p) abort();
    }
}

BENCH_APART static void
raw_atomic_upgrade(uint64_t n)
{
    uint64_t *p = &number;
    while (n--) {
        BENCH_HIDE(p);
        uint64_t seen = __atomic_load_n(p, __ATOMIC_RELAXED);
        do {
            if (!seen) abort();
        } while (!__atomic_compare_exchange_n(p, &seen, seen + 1, 1, __ATOMIC_ACQUIRE,
                                              __ATOMIC_RELAXED));
        BENCH_HIDE(p);
        if (__atomic_fetch_sub(p, 1, __ATOMIC_ACQ_REL) == 1) abort();
    }
}

static leaf *the_leaf;
static own *the_own;
static hf_weak(leaf) leaf_weak;
static hf_weak(own) own_weak;

static void
make_objects(void)
{
    the_leaf = hf_new(leaf);
    the_own = hf_new(own);
    if (!the_leaf || !the_own || hf_weak_set(&leaf_weak, the_leaf)
        || hf_weak_set(&own_weak, the_own)) {
        bench_fail("out of memory");
    }
}

#define DEFINE_UPGRADE(function, T, weak)        \
    BENCH_APART static void function(uint64_t n) \
    {                                            \
        __typeof__(weak) *from = &weak;          \
        while (n--) {                            \
            BENCH_HIDE(from);                    \
            T *owned = hf_upgrade(from);         \
            BENCH_HIDE(owned);                   \
            hf_release(owned);                   \
        }                                        \
    }

DEFINE_UPGRADE(leaf_upgrade, leaf, leaf_weak)
DEFINE_UPGRADE(own_upgrade, own, own_weak)

static const struct bench_contender plain_upgrades[] = {
    {"plain check, add + sub", raw_plain_upgrade, 0, NULL},
    {SUBJECT, leaf_upgrade, 0, NULL},
    {SUBJECT ", confined type", own_upgrade, 0, NULL},
    BENCH_STD("std::weak_ptr", std_weak_upgrade, 0, NULL)
        BENCH_RUST("Rust rc::Weak", rust_rc_upgrade, 0, NULL)};

static const struct bench_contender atomic_upgrades[] = {
    {"compare-and-exchange + sub", raw_atomic_upgrade, 0, NULL},
    {SUBJECT, leaf_upgrade, UPGRADE_GOAL, NULL},
    BENCH_STD("std::weak_ptr", std_weak_upgrade, 0, NULL)
        BENCH_BOOST("boost::weak_ptr", boost_weak_upgrade, 0, NULL)
            BENCH_GLIB("GWeakRef", glib_weak_upgrade, 0, NULL)
                BENCH_RUST("Rust sync::Weak", rust_arc_upgrade, 0, NULL)};

static const struct bench_section sections[] = {
    {BENCH_SECTION("plain", "Upgrade + release, process with one thread", "ns per pair",
                   plain_upgrades)},
    {BENCH_SECTION("atomic", "Upgrade + release, process with threads", "ns per pair",
                   atomic_upgrades),
     .threaded = true},
    {BENCH_SECTION("contended", "Upgrade + release of one object by two threads at once",
                   "ns per pair", atomic_upgrades),
     .contended = 2},
    {BENCH_SECTION("contended-4", "Upgrade + release of one object by four threads at once",
                   "ns per pair", atomic_upgrades),
     .contended = 4},
    {BENCH_SECTION("contended-8", "Upgrade + release of one object by eight threads at once",
                   "ns per pair", atomic_upgrades),
     .contended = 8},
    {BENCH_SECTION("contended-16", "Upgrade + release of one object by sixteen threads at once",
                   "ns per pair", atomic_upgrades),
     .contended = 16},
};

int
main(int argc, char **argv)
{
    make_objects();
    return bench_main(argc, argv, "What does it cost to make a strong reference from a weak one?",
                      sections, sizeof sections / sizeof sections[0]);
}
