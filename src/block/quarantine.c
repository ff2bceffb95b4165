/* SPDX-License-Identifier: MIT
 *
 * Checked builds keep the blocks of the dead for a while: their headers still say DEAD, so that a
 * second release, or a retain, is recognized and named instead of corrupting what malloc put there.
 * Knows only blocks; keeps process-wide state, a ring under a lock, empty at first. Steps aside for
 * memory checkers, which do the same with more knowledge. */
#include "block/block.h"

#if HF_CHECKED

#include <stdlib.h>

/* Part of AddressSanitizer's run time: there if the program is built with it, even if the library
 * is not. */
extern void __asan_init(void) __attribute__((weak));

enum { RING_BLOCKS = 1024, LARGEST_BLOCK = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *ring[RING_BLOCKS];
static size_t next;

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_QUARANTINE, &lock, 1);
}

void *
hfi_quarantine(void *block, size_t bytes)
{
    if (__asan_init || hfi_under_valgrind || bytes > LARGEST_BLOCK) return block;
    pthread_mutex_lock(&lock);
    void *oldest = ring[next];
    ring[next] = block;
    next = (next + 1) % RING_BLOCKS;
    pthread_mutex_unlock(&lock);
    return oldest;
}

#else
typedef int hfi_quarantine_is_for_checked_builds;
#endif
