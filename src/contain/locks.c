/* SPDX-License-Identifier: MIT
 *
 * The locks of all caches and weak maps: process-wide state, there from the start, so that a thread
 * that forks can hold them all.
 * Knows nothing of what they guard. Several maps, or shards, may share one: a thread holds one of
 * each kind at a time, that of a cache first, and calls nobody above with it. */
#include "contain/contain.h"

enum { CACHE_LOCKS = 64, MAP_LOCKS = 16 };

static struct short_lock of_caches[CACHE_LOCKS];
static struct short_lock of_maps[MAP_LOCKS];

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_short_lock_across_fork(LOCK_OF_CACHES, of_caches, CACHE_LOCKS);
    hfi_short_lock_across_fork(LOCK_OF_WEAK_MAPS, of_maps, MAP_LOCKS);
}

/* One after the other, so that they spread. */
struct short_lock *
hfi_cache_lock(void)
{
    static unsigned next;
    /* relaxed: which one it is is of no interest. */
    return &of_caches[atomic_add_relaxed(&next, 1) % CACHE_LOCKS];
}

struct short_lock *
hfi_weak_map_lock(void)
{
    static unsigned next;
    /* relaxed: as above. */
    return &of_maps[atomic_add_relaxed(&next, 1) % MAP_LOCKS];
}
