/* SPDX-License-Identifier: MIT
 *
 * Peers that are languages of their own: programs that tell what their collector takes.
 * Knows which of them the build has found; the rows of those that are missing vanish.
 * Each is asked once a round, in turn with the others, and begins with a fresh heap each time. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdint.h>

/* Rows of a section, or nothing: BENCH_CPYTHON("CPython", pairs_cpython). */
#ifdef BENCH_HAVE_CPYTHON
#define BENCH_CPYTHON(...) {__VA_ARGS__},
#else
#define BENCH_CPYTHON(...)
#endif
#ifdef BENCH_HAVE_PHP
#define BENCH_PHP(...) {__VA_ARGS__},
#else
#define BENCH_PHP(...)
#endif
#ifdef BENCH_HAVE_NIM
#define BENCH_NIM(...) {__VA_ARGS__},
#else
#define BENCH_NIM(...)
#endif
#ifdef BENCH_HAVE_BOEHM
#define BENCH_BOEHM(...) {__VA_ARGS__},
#else
#define BENCH_BOEHM(...)
#endif

enum peer { PEER_CPYTHON, PEER_PHP, PEER_PHP_LARGE_STACK, PEER_NIM, PEER_BOEHM, PEERS };

/* Runs the peer's program with these arguments, in a section that is isolated, and tells the
 * harness what it prints: ns for each of so many things. When a signal ends it, the same signal
 * ends the caller. */
void peer_tells(enum peer peer, const char *shape, uint64_t count, uint64_t things);

/* Defines what the rows name, and what those that are missing would have named. */
#define DEFINE_PEER(function, peer, shape, count, things)    \
    __attribute__((unused)) static void function(uint64_t n) \
    {                                                        \
        (void)n;                                             \
        peer_tells(peer, shape, count, things);              \
    }
#define DEFINE_PEERS(name, shape, count, things)                    \
    DEFINE_PEER(name##_cpython, PEER_CPYTHON, shape, count, things) \
    DEFINE_PEER(name##_php, PEER_PHP, shape, count, things)         \
    DEFINE_PEER(name##_nim, PEER_NIM, shape, count, things)         \
    DEFINE_PEER(name##_boehm, PEER_BOEHM, shape, count, things)

#endif
