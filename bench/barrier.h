/* SPDX-License-Identifier: MIT
 *
 * What keeps the compiler from removing, merging or moving what is timed.
 * Knows GCC and Clang, C and C++; every contender is written with these.
 * They cost no instruction. */
#ifndef BENCH_BARRIER_H
#define BENCH_BARRIER_H

/* Each contender is a function of its own. */
#define BENCH_APART __attribute__((noinline))

/* The compiler must assume that memory behind x is read and written here. */
#define BENCH_KEEP(x) __asm__ volatile("" : : "g"(x) : "memory")

/* And here also that x is another pointer from now on, so that nothing learnt about it lasts. */
#define BENCH_HIDE(x) __asm__ volatile("" : "+r"(x) : : "memory")

#endif
