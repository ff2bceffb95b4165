/* SPDX-License-Identifier: MIT
 *
 * The locks of all caches and weak maps: process-wide state, there from the start, so that a thread
 * that forks can hold them all.
 * Knows nothing of what they guard. Several maps, or shards, may share one: a thread holds one of
 * each kind at a time, that of a cache first, and calls nobody above with it. */
#define _GNU_SOURCE /* locks that try for a while */
#include "contain/contain.h"

enum { CACHE_LOCKS = HFI_THREAD_SANITIZER ? 8 : 64, MAP_LOCKS = HFI_THREAD_SANITIZER ? 4 : 16 };

/* They are held for a few memory accesses, so a thread that meets one goes round a few times before
 * it goes to sleep. */
#ifdef PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
#define LOCK_INITIALIZER PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
#else
#define LOCK_INITIALIZER PTHREAD_MUTEX_INITIALIZER
#endif

/* A range in a designator is an extension that GCC and Clang share. */
__extension__ static pthread_mutex_t of_caches[] = {[0 ... CACHE_LOCKS - 1] = LOCK_INITIALIZER};
__extension__ static pthread_mutex_t of_maps[] = {[0 ... MAP_LOCKS - 1] = LOCK_INITIALIZER};

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_CACHES, of_caches, CACHE_LOCKS);
    hfi_lock_across_fork(LOCK_OF_WEAK_MAPS, of_maps, MAP_LOCKS);
}

/* One after the other, so that they spread. */
pthread_mutex_t *
hfi_cache_lock(void)
{
    static unsigned next;
    /* relaxed: which one it is is of no interest. */
    return &of_caches[atomic_add_relaxed(&next, 1) % CACHE_LOCKS];
}

pthread_mutex_t *
hfi_weak_map_lock(void)
{
    static unsigned next;
    /* relaxed: as above. */
    return &of_maps[atomic_add_relaxed(&next, 1) % MAP_LOCKS];
}
