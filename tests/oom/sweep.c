/* SPDX-License-Identifier: MIT
 *
 * The sweep: a scenario in one process after the other, with another request refused in each.
 * Knows public headers, Check, and the counts of allocations.h.
 * The processes tell what they found through a page of memory that they share with the test. */
#include "oom/sweep.h"

#include <holdfast/holdfast.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run_suite.h"

/* What one run is to do, and what it found. */
struct run {
    scenario *scenario;
    bool is_warm;      /* the scenario has been run before, with memory */
    bool must_succeed; /* whatever is refused */
    size_t number;     /* of the request to refuse; 0: none */
    bool was_refused;
    size_t held; /* blocks, in the end */
};

/* More than a checked library keeps of the dead. */
enum { DEAD_BLOCKS_KEPT = 4096 };

typedef struct filler {
    long nothing;
} filler;
HF_DECLARE(filler);
HF_TYPE(filler);

/* After this the blocks that a checked library keeps are all the filler's: as many in each run. */
/* Blocks that a thread keeps are held by nobody, and save requests that are to fail. Before the
 * library's own constructors, which have no priority. */
__attribute__((constructor(101))) static void
keep_no_blocks(void)
{
    setenv("HOLDFAST_KEEP", "0", 1);
}

static void
push_out_dead_blocks(void)
{
    for (int i = 0; i < DEAD_BLOCKS_KEPT; i++) hf_release(hf_new(filler));
}

static void
expect_nothing_alive(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.live, 0);
    ck_assert_uint_eq(stats.live_bytes, 0);
}

bool
out_of_memory(void)
{
    ck_assert_int_eq(errno, ENOMEM);
    return false;
}

static void
run_here(struct run *run)
{
    size_t held_before = allocations_held();
    if (run->is_warm) ck_assert(run->scenario());
    allocations_refuse(run->number);
    errno = 0;
    bool succeeded = run->scenario();
    run->was_refused = allocations_refused();
    allocations_refuse(0);
    ck_assert(succeeded || (run->was_refused && !run->must_succeed));
    expect_nothing_alive();
    ck_assert(run->scenario());
    expect_nothing_alive();
    push_out_dead_blocks();
    run->held = allocations_held() - held_before;
}

/* Runs in a process of its own, which ends like any other, so that leak checkers look at it. */
static void
run_apart(struct run *run)
{
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        run_here(run);
        exit(EXIT_SUCCESS);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(status == 0, "wait status %#x with request %zu refused, %s", (unsigned)status,
                  run->number, run->is_warm ? "after a run with memory" : "in a new process");
}

static void
sweep_one(struct run *run)
{
    run->number = 0;
    run_apart(run);
    size_t held_with_memory = run->held;
    do {
        run->number++;
        run_apart(run);
        ck_assert_msg(run->held <= held_with_memory,
                      "%zu blocks are held with request %zu refused, %zu with none", run->held,
                      run->number, held_with_memory);
    } while (run->was_refused);
}

static void
sweep_both(scenario *tried, bool must_succeed)
{
    struct run *run =
        mmap(NULL, sizeof *run, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(run, MAP_FAILED);
    *run = (struct run){.scenario = tried, .must_succeed = must_succeed};
    sweep_one(run);
    ck_assert_msg(run->number > 1, "the scenario makes no request that could be refused");
    run->is_warm = true;
    sweep_one(run);
    munmap(run, sizeof *run);
}

void
sweep(scenario *run)
{
    sweep_both(run, false);
}

void
sweep_without_failure(scenario *run)
{
    sweep_both(run, true);
}
