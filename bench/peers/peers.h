/* SPDX-License-Identifier: MIT
 *
 * What others do, as functions that the benchmarks time; one file per peer defines them.
 * Knows which peers the build has found; the rows of those that are missing vanish.
 * Each function does the same work as the benchmark's own function of that name. */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A row of a section, or nothing: BENCH_STD("std::shared_ptr", std_pair). */
#ifdef BENCH_HAVE_STD
#define BENCH_STD(...) {__VA_ARGS__},
#else
#define BENCH_STD(...)
#endif
#ifdef BENCH_HAVE_URCU
#define BENCH_URCU(...) {__VA_ARGS__},
#else
#define BENCH_URCU(...)
#endif
#ifdef BENCH_HAVE_BOOST
#define BENCH_BOOST(...) {__VA_ARGS__},
#else
#define BENCH_BOOST(...)
#endif
#ifdef BENCH_HAVE_GLIB
#define BENCH_GLIB(...) {__VA_ARGS__},
#else
#define BENCH_GLIB(...)
#endif
#ifdef BENCH_HAVE_RUST
#define BENCH_RUST(...) {__VA_ARGS__},
#else
#define BENCH_RUST(...)
#endif

enum {
    BENCH_TURNS = 50,   /* objects that are retained in turn, then released in turn */
    BENCH_BATCH = 1000, /* objects that are made in turn, then destroyed in turn */
};

/* Names: library, what holds the object if there are several, then what is done.
 *     pair      retain, and release at once
 *     turns     retain BENCH_TURNS objects, then release them
 *     upgrade   make a strong reference from a weak one, and release it at once
 *     make      make an object with 32 bytes of payload, and destroy it at once
 *     batch     make BENCH_BATCH objects, then destroy them in the order in which they were made */
void std_shared_pair(uint64_t n);
void std_shared_turns(uint64_t n);
void std_weak_upgrade(uint64_t n);
void std_shared_make(uint64_t n);
void std_shared_batch(uint64_t n);

void boost_shared_pair(uint64_t n);
void boost_shared_turns(uint64_t n);
void boost_weak_upgrade(uint64_t n);
void boost_local_pair(uint64_t n);
void boost_intrusive_pair(uint64_t n);
void boost_intrusive_turns(uint64_t n);
void boost_intrusive_make(uint64_t n);
void boost_intrusive_batch(uint64_t n);
void boost_plain_pair(uint64_t n);

void glib_rc_pair(uint64_t n);
void glib_arc_pair(uint64_t n);
void glib_arc_turns(uint64_t n);
void glib_arc_make(uint64_t n);
void glib_arc_batch(uint64_t n);
void glib_object_pair(uint64_t n);
void glib_object_turns(uint64_t n);
void glib_object_make(uint64_t n);
void glib_object_batch(uint64_t n);
void glib_weak_upgrade(uint64_t n);

void rust_rc_pair(uint64_t n);
void rust_arc_pair(uint64_t n);
void rust_arc_turns(uint64_t n);
void rust_rc_upgrade(uint64_t n);
void rust_arc_upgrade(uint64_t n);
void rust_arc_make(uint64_t n);
void rust_arc_batch(uint64_t n);

/* Slots, of which all threads use one:
 *     load      get a reference to what is there, read it, give it back
 *     mixed     the same, and put something new there every hundredth time
 *     section   read what is there, without a reference */
void std_slot_load(uint64_t n);
void std_slot_mixed(uint64_t n);
void std_locked_load(uint64_t n);
void std_locked_mixed(uint64_t n);
void urcu_section(uint64_t n);

/* cache: asks for each of these keys; one that isn't there gets a new value of BENCH_SMALL bytes.
 * Returns how many were there. A process has one cache of each kind, with room for BENCH_CACHE_ROOM
 * entries and empty at first; the first call is on a single thread, the others on any. */
enum { BENCH_CACHE_ROOM = 100000 };

typedef uint64_t bench_cache_use(const uint32_t *keys, size_t count);

bench_cache_use std_cache_use;
bench_cache_use boost_cache_use;
bench_cache_use glib_cache_use;

/* chain: build a list of n nodes with 32 bytes of payload, the link included; then give up its
 * head. `_loop` unlinks node by node, as their documentation advises; the others leave it to the
 * destructor. */
void std_unique_chain_build(uint64_t n);
void std_unique_chain_drop(uint64_t n);
void std_shared_chain_build(uint64_t n);
void std_shared_chain_drop(uint64_t n);
void std_shared_chain_drop_loop(uint64_t n);
void boost_intrusive_chain_build(uint64_t n);
void boost_intrusive_chain_drop_loop(uint64_t n);
void glib_arc_chain_build(uint64_t n);
void glib_arc_chain_drop(uint64_t n);
void glib_list_chain_build(uint64_t n);
void glib_list_chain_drop(uint64_t n);
void rust_arc_chain_build(uint64_t n);
void rust_arc_chain_drop(uint64_t n);
void rust_box_chain_build(uint64_t n);
void rust_box_chain_drop_loop(uint64_t n);

/* memory: strong and weak are arrays of count places, zeroed at first. Each function walks one or
 * both: it makes objects, gives each a weak reference, gives up the strong ones, or the weak ones.
 * The payload of `_small` is BENCH_SMALL bytes, that of `_large` BENCH_LARGE. */
enum { BENCH_SMALL = 32, BENCH_LARGE = 4096 };

struct bench_place {
    void *word[2];
};

struct bench_memory {
    void (*make)(struct bench_place *strong, size_t count);
    void (*weaken)(const struct bench_place *strong, struct bench_place *weak, size_t count);
    void (*drop)(struct bench_place *strong, size_t count);
    void (*forget)(struct bench_place *weak, size_t count);
};

extern const struct bench_memory std_shared_small, std_shared_large;
extern const struct bench_memory boost_intrusive_small;
extern const struct bench_memory boost_shared_small, boost_shared_large;
extern const struct bench_memory glib_arc_small;
extern const struct bench_memory glib_object_small, glib_object_large;
extern const struct bench_memory rust_arc_small, rust_arc_large;

#ifdef __cplusplus
}
#endif

#endif
