/* SPDX-License-Identifier: MIT
 *
 * A lock that is held for a few memory accesses, and given back without a locked instruction.
 * Knows atomics alone; short_lock.c has what happens when threads meet.
 *
 * The C library's mutex asks in the instruction that gives it back whether somebody sleeps, and a
 * processor lets nothing pass such an instruction: a sixth of a look-up in a cache. Here that is
 * asked by a load before, and a thread that goes to sleep between the load and the moment in which
 * the store is seen is woken by nobody. So nobody sleeps for longer than a moment.
 *
 * Invariant: whoever has changed the state from FREE has the lock, until it stores FREE. Progress:
 * whoever sleeps has said so in the state, or looks again by itself. models/short_lock. */
#ifndef HFI_SHORT_LOCK_H
#define HFI_SHORT_LOCK_H

#include <stdint.h>

#include "base/atomic.h"

enum short_lock_state {
    SHORT_LOCK_FREE,
    SHORT_LOCK_HELD,
    SHORT_LOCK_WANTED /* held, and somebody sleeps, or is about to, or did until now */
};

/* All zero is free. Two of them don't share a line of memory. */
struct short_lock {
    uint32_t state;
} __attribute__((aligned(64)));

/* The rest of taking and of giving back, where threads meet. They leave errno alone. */
void hfi_short_lock_wait(struct short_lock *lock);
void hfi_short_lock_wake(struct short_lock *lock);

/* Returns whether the caller has it. */
static inline bool
short_lock_try(struct short_lock *lock)
{
    uint32_t seen = SHORT_LOCK_FREE;
    /* acquire: what the former holder wrote; pairs with the release in short_lock_give.
     * relaxed would: let this one read what was there before (tests/unit/short_lock.c, under
     * ThreadSanitizer). */
    return atomic_replace_acquire(&lock->state, &seen, SHORT_LOCK_HELD);
}

static inline void
short_lock_take(struct short_lock *lock)
{
    if (__builtin_expect(!short_lock_try(lock), 0)) hfi_short_lock_wait(lock);
}

static inline void
short_lock_give(struct short_lock *lock)
{
    /* relaxed: whoever is overlooked wakes by himself. */
    uint32_t seen = atomic_load_relaxed(&lock->state);
    /* release: what this holder wrote is there for the next one.
     * pairs with: the acquire of whoever takes the lock.
     * relaxed would: let the next one take the lock before (models/short_lock, RELAXED_GIVE). */
    atomic_store_release(&lock->state, SHORT_LOCK_FREE);
    if (__builtin_expect(seen == SHORT_LOCK_WANTED, 0)) hfi_short_lock_wake(lock);
}

#endif
