/* SPDX-License-Identifier: MIT
 *
 * Time contenders in turn: so many iterations that a run fills its slice, in rotated order,
 * round after round. Knows clocks, threads and child processes; prints nothing but why it gives
 * up. The figure is the processor time of the running thread, so that a neighbour who takes the
 * processor away for a while spoils nothing; the wall clock beside it tells that it happened. */
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What one timed run took, in ns for all its iterations. */
struct slice {
    double processor;
    double wall;
};

/* A run whose wall time exceeds its processor time by more than this was interrupted. */
static const double disturbed_above = 1.05;

static double
clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* What the contender that runs has told; its work was done by another process, or isn't time. */
static double told;
static bool is_told;

void
bench_told(double figure)
{
    told = figure;
    is_told = true;
}

static struct slice
time_here(const struct bench_contender *contender, uint64_t iterations)
{
    double wall = clock_ns(CLOCK_MONOTONIC);
    double processor = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    contender->run(iterations);
    struct slice slice = {clock_ns(CLOCK_THREAD_CPUTIME_ID) - processor,
                          clock_ns(CLOCK_MONOTONIC) - wall};
    if (is_told) {
        slice = (struct slice){told, told};
        is_told = false;
    }
    return slice;
}

/* One of the threads that run a contender at once. */
struct rival {
    const struct bench_options *options;
    const struct bench_contender *contender;
    uint64_t iterations;
    int which;
    pthread_barrier_t *made; /* all exist */
    int *waiting;            /* all count it down before they start */
    bool is_pinned;
    struct slice slice;
};

/* Where it is permitted, rivals run with real-time priority: when one of them is interrupted,
 * the others run without it, and what is measured is less contention. Where it isn't, such runs
 * count as disturbed. They take it only when all exist, since one that spins may do so on the
 * processor of the thread that makes the others. */
static void *
run_rival(void *argument)
{
    struct rival *rival = argument;
    struct sched_param priority = {.sched_priority = 1};
    rival->is_pinned = bench_pin(rival->options, rival->which) == 0;
    pthread_barrier_wait(rival->made);
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
    __atomic_sub_fetch(rival->waiting, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(rival->waiting, __ATOMIC_ACQUIRE)) continue;
    rival->slice = time_here(rival->contender, rival->iterations);
    return NULL;
}

static struct slice
time_contended(const struct bench_options *options, const struct bench_section *section,
               const struct bench_contender *contender, uint64_t iterations)
{
    int count = (int)section->contended, waiting = count;
    pthread_barrier_t made;
    pthread_t thread[BENCH_MOST_THREADS];
    struct rival rival[BENCH_MOST_THREADS];
    struct slice all = {0, 0};
    pthread_barrier_init(&made, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        rival[i] =
            (struct rival){options, contender, iterations, i, &made, &waiting, false, {0, 0}};
        if (pthread_create(&thread[i], NULL, run_rival, &rival[i])) {
            bench_fail("can't start a thread");
        }
    }
    for (int i = 0; i < count; i++) {
        pthread_join(thread[i], NULL);
        if (!rival[i].is_pinned) bench_fail("can't bind a thread");
        all.processor += rival[i].slice.processor / count;
        all.wall += rival[i].slice.wall / count;
    }
    pthread_barrier_destroy(&made);
    return all;
}

static struct slice
time_once(const struct bench_options *options, const struct bench_section *section,
          const struct bench_contender *contender, uint64_t iterations)
{
    if (contender->prepare) contender->prepare(iterations);
    if (section->contended) return time_contended(options, section, contender, iterations);
    return time_here(contender, iterations);
}

/* Times a contender in a child process. Returns NULL, or how the child ended if not well. */
static const char *
time_in_child(const struct bench_options *options, const struct bench_section *section,
              const struct bench_contender *contender, uint64_t iterations, struct slice *slice)
{
    int ends[2];
    if (pipe(ends)) bench_fail("can't make a pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) bench_fail("can't fork");
    if (child == 0) {
        if (section->threaded) bench_become_threaded();
        *slice = time_once(options, section, contender, iterations);
        _exit(write(ends[1], slice, sizeof *slice) == sizeof *slice ? 0 : 1);
    }
    close(ends[1]);
    bool is_whole = read(ends[0], slice, sizeof *slice) == sizeof *slice;
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return strsignal(WTERMSIG(status));
    return is_whole && status == 0 ? NULL : "failed";
}

/* Iterations that take about as long as a slice should. The first, short run also lets the
 * contender make its objects on this thread. */
static uint64_t
calibrate(const struct bench_options *options, const struct bench_contender *contender)
{
    double wanted = options->slice_us * 1e3;
    uint64_t iterations = BENCH_GRANULE;
    for (;;) {
        if (contender->prepare) contender->prepare(iterations);
        double took = time_here(contender, iterations).processor;
        if (took > wanted / 4) {
            double exact = (double)iterations * wanted / took;
            return ((uint64_t)exact / BENCH_GRANULE + 1) * BENCH_GRANULE;
        }
        iterations *= 2;
    }
}

static void
measure_one(const struct bench_options *options, struct bench_samples *samples, size_t index,
            unsigned round, uint64_t iterations)
{
    const struct bench_section *section = samples->section;
    const struct bench_contender *contender = &section->contenders[index];
    struct slice slice;
    if (section->isolated) {
        samples->failure[index] = time_in_child(options, section, contender, iterations, &slice);
        if (samples->failure[index]) return;
    } else {
        slice = time_once(options, section, contender, iterations);
    }
    samples->ns[index * samples->rounds + round] = slice.processor / (double)iterations;
    samples->slices++;
    if (slice.wall > slice.processor * disturbed_above) samples->disturbed++;
}

static bool
is_wanted(const struct bench_options *options, const struct bench_section *section, size_t index)
{
    if (index == 0 || !options->only) return true;
    return strcmp(options->only, section->contenders[index].name) == 0;
}

static void
measure_rounds(const struct bench_options *options, struct bench_samples *samples,
               const uint64_t *iterations)
{
    size_t count = samples->section->count;
    for (unsigned round = 0; round < samples->rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            size_t index = (i + round) % count;
            if (iterations[index] && !samples->failure[index]) {
                measure_one(options, samples, index, round, iterations[index]);
            }
        }
    }
}

int
bench_measure(const struct bench_options *options, const struct bench_section *section,
              struct bench_samples *samples)
{
    if (section->contended && bench_pin(options, (int)section->contended - 1)) return -1;
    if (bench_pin(options, 0)) bench_fail("can't bind to that processor");
    if (section->threaded || section->contended) bench_become_threaded();
    size_t count = section->count;
    uint64_t *iterations = calloc(count, sizeof *iterations);
    *samples = (struct bench_samples){.section = section, .rounds = options->rounds};
    samples->ns = calloc(count * samples->rounds, sizeof *samples->ns);
    samples->failure = calloc(count, sizeof *samples->failure);
    if (!iterations || !samples->ns || !samples->failure) bench_fail("out of memory");
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(options, section, i)) {
            samples->failure[i] = ""; /* asked to be left out */
        } else if (options->iterations) {
            iterations[i] = options->iterations;
        } else if (section->iterations) {
            iterations[i] = section->iterations;
        } else {
            iterations[i] = calibrate(options, &section->contenders[i]);
        }
    }
    measure_rounds(options, samples, iterations);
    free(iterations);
    return 0;
}

void
bench_samples_free(struct bench_samples *samples)
{
    free(samples->ns);
    free(samples->failure);
}
