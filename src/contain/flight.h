/* SPDX-License-Identifier: MIT
 *
 * Single flight: one thread makes the object of a key, others that want it wait for that.
 * Knows keys and objects, and the lock of whoever keeps what is made. The word is that of Go's
 * singleflight. */
#ifndef HFI_FLIGHT_H
#define HFI_FLIGHT_H

#include <holdfast/key.h>

#include "base/base.h"

/* The flights of one shard. All zero is none. Guarded by the shard's lock. */
struct flights {
    struct flight *first;
};

/* What a flight is for. */
struct flight_plan {
    struct flights *flights;
    struct short_lock *lock;
    hf_key key;
    void *keeper; /* for the three that follow */

    /* With the lock: the object of the key, owned; or NULL, and then nothing is left to settle. */
    void *(*find)(void *keeper, hf_key key);

    /* With the lock: keeps made, which is borrowed, for the key. is_outdated says that the key was
     * changed since it was asked for. Returns what the flight gives out, owned; or NULL and
     * errno. */
    void *(*keep)(void *keeper, hf_key key, void *made, bool is_outdated);

    /* Without the lock, after each of them: what they could not do with it. */
    void (*settle)(void *keeper);

    /* Without the lock: the program's function. */
    void *(*make)(hf_key key, void *ctx);
    void *ctx;

    bool has_made, has_waited; /* what the call did, for figures */
};

/* Finds the object or makes it, alone or by waiting for another thread. Returns it owned; or NULL
 * and errno: that of make, ENOMEM, or EDEADLK when this thread makes it already. */
void *hfi_flight(struct flight_plan *plan);

APART void hfi_flights_outdate(struct flights *flights, const hf_key *key);

/* With the lock: what is being made for the key, or for all keys if it is NULL, is outdated. */
static inline void
flights_outdate(struct flights *flights, const hf_key *key)
{
    if (unlikely(flights->first)) hfi_flights_outdate(flights, key);
}

/* With the lock: whether what is being made for the key is. */
bool hfi_flight_is_outdated(const struct flights *flights, hf_key key);

#endif
