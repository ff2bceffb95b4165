/* SPDX-License-Identifier: MIT
 *
 * Where contenders run: bound to one processor, beside a sleeping thread, or against each other.
 * Knows Linux's affinity and nothing of what runs.
 * The set of processors is read once, before the first call narrows it. */
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

static cpu_set_t allowed;
static bool is_known;

static void
read_allowed(void)
{
    if (is_known) return;
    if (sched_getaffinity(0, sizeof allowed, &allowed)) bench_fail("can't read the affinity");
    is_known = true;
}

/* The allowed processor with this number, counted down from the highest, but `except`; or -1. */
static int
allowed_but(int except, int number)
{
    for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
        if (cpu != except && CPU_ISSET((size_t)cpu, &allowed) && number-- == 0) return cpu;
    }
    return -1;
}

int
bench_pin(const struct bench_options *options, int which)
{
    read_allowed();
    int cpu = options->processor >= 0 ? options->processor : allowed_but(-1, 0);
    if (which) cpu = allowed_but(cpu, which - 1);
    if (cpu < 0) return -1;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    return pthread_setaffinity_np(pthread_self(), sizeof one, &one) ? -1 : 0;
}

static void *
sleep_for_ever(void *unused)
{
    (void)unused;
    for (;;) pause();
    return NULL;
}

void
bench_become_threaded(void)
{
    static pid_t threaded;
    if (threaded == getpid()) return;
    pthread_t thread;
    if (pthread_create(&thread, NULL, sleep_for_ever, NULL)) bench_fail("can't start a thread");
    pthread_detach(thread);
    threaded = getpid();
}
