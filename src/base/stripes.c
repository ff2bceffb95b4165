/* SPDX-License-Identifier: MIT
 *
 * Striped locks, for the rare moments that need one: the first weak reference to an object.
 * Knows only addresses. Thirty-two locks: two threads meet on one by chance once in thirty-two
 * times, and then wait for the length of one malloc. (ThreadSanitizer follows no thread that holds
 * more than sixty-three at once, as one that forks does.) */
#include "base/base.h"

enum { STRIPE_COUNT = 32 };

/* A range in a designator is an extension that GCC and Clang share. */
__extension__ static pthread_mutex_t stripes[STRIPE_COUNT] = {[0 ... STRIPE_COUNT - 1] =
                                                                  PTHREAD_MUTEX_INITIALIZER};

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_STRIPES, stripes, STRIPE_COUNT);
}

pthread_mutex_t *
hfi_stripe_of(const void *address)
{
    /* Blocks start at multiples of 16: the low bits say nothing. Knuth's multiplier spreads the
     * others. */
    uint64_t hash = ((uintptr_t)address >> 4) * UINT64_C(0x9E3779B97F4A7C15);
    return &stripes[hash >> 59];
}
