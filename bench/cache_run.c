/* SPDX-License-Identifier: MIT
 *
 * Threads that use a cache at once, and the bytes of its entries.
 * Knows threads, clocks, and the statistics of the C library's malloc.
 * Bytes are those that malloc says are in use, its own included, divided by the entries. */
#include "cache_run.h"

#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "cache_trace.h"

struct user {
    const struct bench_options *options;
    bench_cache_use *use;
    unsigned thread, threads;
    uint64_t iterations;
    pthread_barrier_t *ready;
    bool is_pinned;
    double ns;
};

static double
now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* With real-time priority where it is permitted, as measure.c does it for rivals. */
static void *
run_user(void *argument)
{
    struct user *user = argument;
    struct sched_param priority = {.sched_priority = 1};
    user->is_pinned = bench_pin(user->options, (int)user->thread) == 0;
    pthread_barrier_wait(user->ready);
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
    double begin = now_ns();
    trace_run(user->use, user->thread, user->threads, user->iterations);
    user->ns = now_ns() - begin;
    return NULL;
}

/* The first user is this thread, so that one alone is the process with a single thread. */
void
cache_use_together(const struct bench_options *options, bench_cache_use *use, unsigned threads,
                   uint64_t n)
{
    pthread_barrier_t ready;
    pthread_t thread[BENCH_MOST_THREADS];
    struct user user[BENCH_MOST_THREADS];
    double ns = 0;
    pthread_barrier_init(&ready, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        user[i] = (struct user){options, use, i, threads, n, &ready, false, 0};
    }
    for (unsigned i = 1; i < threads; i++) {
        if (pthread_create(&thread[i], NULL, run_user, &user[i])) {
            bench_fail("can't start a thread");
        }
    }
    run_user(&user[0]);
    for (unsigned i = 0; i < threads; i++) {
        if (i) pthread_join(thread[i], NULL);
        if (!user[i].is_pinned) bench_fail("can't bind a thread");
        ns += user[i].ns / threads;
    }
    pthread_barrier_destroy(&ready);
    bench_told(ns);
}

static double
bytes_in_use(void)
{
    struct mallinfo2 now = mallinfo2();
    return (double)now.uordblks + (double)now.hblkhd;
}

double
cache_bytes_of_entry(bench_cache_use *use)
{
    uint32_t *keys = bench_array(BENCH_CACHE_ROOM, sizeof *keys);
    for (uint32_t i = 0; i < BENCH_CACHE_ROOM; i++) keys[i] = i;
    double start = bytes_in_use();
    (void)use(keys, BENCH_CACHE_ROOM);
    return (bytes_in_use() - start) / BENCH_CACHE_ROOM;
}

double
cache_bytes_of_value(void (*make)(struct bench_place *strong, size_t count))
{
    struct bench_place *values = bench_array(BENCH_CACHE_ROOM, sizeof *values);
    double start = bytes_in_use();
    make(values, BENCH_CACHE_ROOM);
    return (bytes_in_use() - start) / BENCH_CACHE_ROOM;
}
