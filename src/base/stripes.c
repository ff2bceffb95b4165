/* SPDX-License-Identifier: MIT
 *
 * Striped locks, for the rare moments that need one: the first weak reference to an object.
 * Knows only addresses. Sixty-four locks: two threads meet on one by chance once in sixty-four
 * times, and then wait for the length of one malloc. */
#include "base/base.h"

enum { STRIPE_COUNT = 64 };

/* A range in a designator is an extension that GCC and Clang share. */
__extension__ static pthread_mutex_t stripes[STRIPE_COUNT] = {[0 ... STRIPE_COUNT - 1] =
                                                                  PTHREAD_MUTEX_INITIALIZER};

pthread_mutex_t *
hfi_stripe_of(const void *address)
{
    /* Blocks start at multiples of 16: the low bits say nothing. Knuth's multiplier spreads the
     * others. */
    uint64_t hash = ((uintptr_t)address >> 4) * UINT64_C(0x9E3779B97F4A7C15);
    return &stripes[hash >> 58];
}
