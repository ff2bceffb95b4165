/* SPDX-License-Identifier: MIT
 *
 * The sweep: a scenario is run again and again, and each time another request for memory fails,
 * until there is none left to fail.
 * Knows public headers, Check, and the counts of allocations.h.
 * Each run is a process of its own, so that what is made on first use is made in it. */
#ifndef HOLDFAST_TESTS_SWEEP_H
#define HOLDFAST_TESTS_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "oom/allocations.h"

HF_BEGIN_C

/* Does something with the library, and gives everything back that it made. Returns whether all
 * calls succeeded; that those which fail do so as documented, it asserts itself. */
typedef bool scenario(void);

/* Sweeps over the scenario, once in processes that have not used the library and once in those
 * that have been through the scenario. Fails the test unless, in each run: the scenario succeeds
 * when nothing was refused, no object lives after it, it succeeds when it is run once more with
 * memory, and no more blocks are held in the end than after a run in which nothing was refused.
 * Fails the test, too, when there was nothing to refuse: it would prove nothing. */
void sweep(scenario *run);

/* The same for a scenario that must succeed whatever is refused. */
void sweep_without_failure(scenario *run);

/* What a scenario returns when a call failed for want of memory: asserts that errno says so, and
 * returns false. */
bool out_of_memory(void);

/* Fails the test if the statement makes a request. */
#define WITHOUT_MEMORY(statement)                                      \
    do {                                                               \
        size_t requested_before_ = allocations_requested();            \
        statement;                                                     \
        ck_assert_uint_eq(allocations_requested(), requested_before_); \
    } while (0)

HF_END_C

#endif
