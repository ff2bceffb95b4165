/* SPDX-License-Identifier: MIT
 *
 * The library's locks across a fork: the thread that forks holds them all, so that the child, which
 * has no other thread, finds each free, and what it guards whole.
 * Knows their order; keeps process-wide state, which the rooms fill in before main begins. */
#include "base/base.h"

/* Of one kind or the other. */
static struct held {
    pthread_mutex_t *mutexes;
    struct short_lock *short_locks;
    size_t count;
} held[LOCKS];

void
hfi_lock_across_fork(enum hfi_lock_order lock, pthread_mutex_t *first, size_t count)
{
    held[lock] = (struct held){.mutexes = first, .count = count};
}

void
hfi_short_lock_across_fork(enum hfi_lock_order lock, struct short_lock *first, size_t count)
{
    held[lock] = (struct held){.short_locks = first, .count = count};
}

static void
before(void)
{
    for (size_t i = 0; i < LOCKS; i++) {
        for (size_t k = 0; k < held[i].count; k++) {
            if (held[i].mutexes) pthread_mutex_lock(&held[i].mutexes[k]);
            else short_lock_take(&held[i].short_locks[k]);
        }
    }
}

static void
after(void)
{
    for (size_t i = LOCKS; i-- > 0;) {
        for (size_t k = held[i].count; k-- > 0;) {
            if (held[i].mutexes) pthread_mutex_unlock(&held[i].mutexes[k]);
            else short_lock_give(&held[i].short_locks[k]);
        }
    }
}

int hfi_forks;

static void
after_in_child(void)
{
    hfi_forks++;
    after();
}

__attribute__((constructor)) static void
prepare(void)
{
    /* Without memory for it, a lock that another thread holds at a fork stays locked in the child;
     * nothing else is lost. */
    (void)pthread_atfork(before, after, after_in_child);
}
