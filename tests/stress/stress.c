/* SPDX-License-Identifier: MIT
 *
 * Settings of the stress programs, and the team of threads that races in rounds.
 * Knows threads and Check; nothing of objects.
 * The threads of a team meet at barriers of the C library, which every checker of races knows. */
#include "stress/stress.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- settings ---------------------------------------------------------------------------- */

static const char *program;
static unsigned asked_threads;
static double asked_seconds;

static _Noreturn void
explain(const char *fault)
{
    fprintf(stderr, "%s: %s\nUsage: %s [--threads 2..%d] [--seconds S] [--seed N]\n", program,
            fault, program, MOST_THREADS);
    exit(2);
}

static void
take_option(const char *name, const char *value)
{
    if (strcmp(name, "--threads") == 0) asked_threads = (unsigned)strtoul(value, NULL, 10);
    else if (strcmp(name, "--seconds") == 0) asked_seconds = strtod(value, NULL);
    else if (strcmp(name, "--seed") == 0) setenv("HOLDFAST_SEED", value, 1);
    else explain(name);
}

int
stress_main(int argc, char **argv, Suite *suite)
{
    program = argv[0];
    if (argc % 2 == 0) explain("an option has no value");
    for (int i = 1; i < argc; i += 2) take_option(argv[i], argv[i + 1]);
    if (asked_threads == 1 || asked_threads > MOST_THREADS) explain("so many threads can't race");
    return hf_test_run_suite(suite);
}

/* ---- random numbers ---------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014): a step of the state, and its bits mixed. */
static uint64_t
random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

size_t
random_below(struct worker *worker, size_t limit)
{
    return (size_t)(random_next(&worker->random) % limit);
}

/* ---- the team ---------------------------------------------------------------------------- */

static struct {
    const struct race *race;
    size_t rounds_left;
    struct timespec end; /* when asked_seconds is given */
    unsigned size;
    bool is_over;
    pthread_barrier_t barrier;
} team;

unsigned
team_size(void)
{
    return team.size;
}

static bool
is_time_over(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec != team.end.tv_sec) return now.tv_sec > team.end.tv_sec;
    return now.tv_nsec >= team.end.tv_nsec;
}

static bool
is_another_round_wanted(void)
{
    if (asked_seconds > 0) return !is_time_over();
    return team.rounds_left-- > 0;
}

/* On one thread, while the others wait. */
static void
between_rounds(struct worker *worker)
{
    team.is_over = !is_another_round_wanted();
    if (!team.is_over && team.race->prepare) team.race->prepare(worker);
}

static void *
work(void *argument)
{
    struct worker *worker = argument;
    for (;;) {
        if (worker->number == 0) between_rounds(worker);
        pthread_barrier_wait(&team.barrier);
        if (team.is_over) return NULL;
        team.race->run(worker);
        pthread_barrier_wait(&team.barrier);
        if (worker->number == 0 && team.race->check) team.race->check(worker);
    }
}

static void
start_clock(void)
{
    long seconds = (long)asked_seconds;
    long nanoseconds = (long)((asked_seconds - (double)seconds) * 1e9);
    clock_gettime(CLOCK_MONOTONIC, &team.end);
    nanoseconds += team.end.tv_nsec;
    team.end.tv_sec += seconds + nanoseconds / 1000000000;
    team.end.tv_nsec = nanoseconds % 1000000000;
}

void
stress_run(int kind, const struct race *race, size_t rounds)
{
    static const unsigned sizes[TEAMS] = {2, 4, MOST_THREADS};
    struct worker workers[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    team.race = race;
    team.size = asked_threads ? asked_threads : sizes[kind];
    team.rounds_left = hf_test_rounds(rounds / team.size);
    uint64_t seed = hf_test_seed();
    printf("again: %s --threads %u --seed %" PRIu64 "\n", program, team.size, seed);
    start_clock();
    ck_assert_int_eq(pthread_barrier_init(&team.barrier, NULL, team.size), 0);
    for (unsigned i = 0; i < team.size; i++) {
        workers[i] = (struct worker){.number = i, .random = random_next(&seed)};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < team.size; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&team.barrier);
}
