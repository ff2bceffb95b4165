/* SPDX-License-Identifier: MIT
 *
 * Every request for memory that a test program makes, counted, and one of them refused.
 * Knows the linker's --wrap, which leads the calls of the program and of the static library here;
 * what the C library asks of itself is not seen.
 * The two calls of threads that may ask the C library for memory count as requests too. */
#ifndef HOLDFAST_TESTS_ALLOCATIONS_H
#define HOLDFAST_TESTS_ALLOCATIONS_H

#include <stddef.h>

#include <holdfast/annotate.h>

HF_BEGIN_C

/* Returns the number of requests that were made so far, granted or refused. */
size_t allocations_requested(void);

/* Returns the number of blocks that were granted and are not freed yet. */
size_t allocations_held(void);

/* Refuses the number-th request from now on, counted from 1, and only that; 0 refuses none. */
void allocations_refuse(size_t number);

/* Returns whether the request that allocations_refuse named has come and was refused. */
int allocations_refused(void);

HF_END_C

#endif
