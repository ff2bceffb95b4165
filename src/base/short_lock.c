/* SPDX-License-Identifier: MIT
 *
 * What happens when threads meet at a short lock: they go round a few times, then sleep.
 * Knows Linux's futexes: Drepper, "Futexes are tricky", 2011, section 5, whose states these are.
 * Nothing in here is a point at which a thread is cancelled. */
#include "base/short_lock.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* FUTEX_WAIT and FUTEX_WAKE with FUTEX_PRIVATE_FLAG, of futex(2): their header is the kernel's. */
enum { WAIT_PRIVATE = 128, WAKE_PRIVATE = 129 };

/* About as long as a few look-ups take. */
enum { ROUNDS = 100 };

/* The longest that somebody sleeps who is overlooked: rare, and about as long as a holder is away
 * whom another program has driven from his processor. */
#define MOMENT_NS 1000000L

static void
stay_a_little(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

static bool
go_round(struct short_lock *lock)
{
    for (int rounds = ROUNDS; rounds; rounds--) {
        /* relaxed: only to see whether it is worth while. */
        bool is_free = atomic_load_relaxed(&lock->state) == SHORT_LOCK_FREE;
        if (is_free && short_lock_try(lock)) return true;
        stay_a_little();
    }
    return false;
}

/* Until somebody wakes this thread, or a moment has passed; not at all if the lock isn't wanted any
 * more. */
static void
sleep_a_moment(struct short_lock *lock)
{
    struct {
        long seconds, nanoseconds; /* as the kernel has them for this call */
    } moment = {0, MOMENT_NS};
    (void)syscall(SYS_futex, &lock->state, WAIT_PRIVATE, SHORT_LOCK_WANTED, &moment, NULL, 0);
}

/* Who gets it here has it as WANTED, since others may sleep as well: so it wakes the next one. */
void
hfi_short_lock_wait(struct short_lock *lock)
{
    if (go_round(lock)) return;
    int error = errno;
    /* acquire: as in short_lock_try. */
    while (atomic_exchange_acquire(&lock->state, SHORT_LOCK_WANTED) != SHORT_LOCK_FREE) {
        sleep_a_moment(lock);
    }
    errno = error;
}

/* One of those who sleep. */
void
hfi_short_lock_wake(struct short_lock *lock)
{
    int error = errno;
    (void)syscall(SYS_futex, &lock->state, WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = error;
}
