/* SPDX-License-Identifier: MIT
 *
 * The door of the ground floor: hints to the compiler, the two ways to report, and locks.
 * Knows nothing of objects.
 * What may be told without allocating is told here; the sentences are made in object/misuse.c. */
#ifndef HFI_BASE_H
#define HFI_BASE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "base/memory_tools.h"
#include "base/probe.h"
#include "base/short_lock.h"
#include "base/yield.h"

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define surely_not(condition) __builtin_expect_with_probability(!!(condition), 0, 1.0)

/* Whether this build spends time on checks that only wrong programs need; set by the build
 * system. */
#ifndef HF_CHECKED
#define HF_CHECKED 0
#endif

/* Whether ThreadSanitizer watches. It follows no thread that holds more than sixty-three locks, as
 * one that forks does. */
#if defined __SANITIZE_THREAD__
#define HFI_THREAD_SANITIZER 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define HFI_THREAD_SANITIZER 1
#endif
#endif
#ifndef HFI_THREAD_SANITIZER
#define HFI_THREAD_SANITIZER 0
#endif

/* For paths that run once in a while: kept out of the way of the short ones. */
#define COLD __attribute__((cold, noinline))
/* For short ways: the first instructions come in one fetch. */
#define ALIGNED __attribute__((aligned(64)))
/* For what a short way ends in: called from it, since what is put into it costs it registers. */
#define APART __attribute__((noinline))
#define FLATTEN_INLINE static inline __attribute__((always_inline))

/* The same value, of which the compiler no longer knows where it comes from. GCC makes the address
 * of an atomic instruction part of that instruction if nothing else uses it; else it keeps it in a
 * register, which is one more instruction before the one that waits for all. A constant of eight
 * bytes, on the other hand, it loads into a register once more wherever it is used. */
#define anew(value)                        \
    __extension__({                        \
        __typeof__(value) same_ = (value); \
        __asm__("" : "+r"(same_));         \
        same_;                             \
    })

/* Has the line at this address brought near, to be read or written soon. GCC takes a function that
 * does nothing else for one without effect, and drops the calls of it; the empty statement is one
 * that it must not drop. */
FLATTEN_INLINE void
prefetch_to_read(const void *address)
{
    __builtin_prefetch(address);
    __asm__ volatile("");
}

FLATTEN_INLINE void
prefetch_to_write(const void *address)
{
    __builtin_prefetch(address, 1);
    __asm__ volatile("");
}

/* Where the program called from, asked only where the answer is needed: what a short way is told as
 * its site, and what it tells those in which it ends. To read it at once costs as much as a
 * quarter of an atomic addition, since the call has only just written it. */
#define SITE_OF_CALLER ((const void *)1)
FLATTEN_INLINE const void *
site_now(const void *site)
{
    return site == SITE_OF_CALLER ? __builtin_return_address(0) : site;
}

/* Static TLS: an access is one instruction, also from the shared library. */
#define THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))

/* Whether a death runs on this thread, so that others wait for it. Down here because a fatal
 * handler may leave by longjmp: hfi_fatal clears it, and what waited is left where it is. */
extern __attribute__((visibility("hidden"))) THREAD_LOCAL bool hfi_death_runs;

/* Longer texts are cut. */
enum { HFI_MESSAGE_BYTES = 512 };

/* Hands message to the fatal handler of the program, then aborts. Allocates nothing. */
_Noreturn void hfi_fatal(const char *message);

/* Hands message to the warning handler and returns. Runs user code: hold no lock. */
void hfi_warn(const char *message);

/* Memory for scratch work, zeroed; NULL without memory. Each is told how many bytes it has. Growing
 * keeps the contents, and the old memory if there is no other; NULL grows to new memory. */
void *hfi_scratch_new(size_t bytes);
void *hfi_scratch_grow(void *scratch, size_t bytes, size_t more_bytes);
/* All of it will be read before it is written: it is made so that this costs no fault of its own.
 * */
void hfi_scratch_populate(void *scratch, size_t bytes);
void hfi_scratch_free(void *scratch, size_t bytes);

/* The lock that guards rare changes to the thing at address. One stripe serves many addresses: hold
 * one at a time. */
pthread_mutex_t *hfi_stripe_of(const void *address);

/* All locks, in the order in which a thread may take them. */
enum hfi_lock_order {
    LOCK_OF_CACHES,
    LOCK_OF_WEAK_MAPS,
    LOCK_OF_WALKS, /* while it is held, the program's malloc may make objects (track/callers.c) */
    LOCK_OF_CANDIDATES,
    LOCK_OF_NOTICES,
    LOCK_OF_DEFERRED,
    LOCK_OF_READERS,
    LOCK_OF_LEDGER,
    LOCK_OF_QUARANTINE,
    LOCK_OF_TYPES,
    LOCK_OF_STRIPES,
    LOCK_OF_TICKETS,
    LOCK_OF_HOLDERS,
    LOCK_OF_STACKS,
    LOCK_OF_THREADS,
    LOCK_OF_MEMORY_TOOLS,
    LOCKS
};

/* How many forks lie between this process and the first: what another thread was doing when this
 * process began is over. Written by a child's only thread. */
extern __attribute__((visibility("hidden"))) int hfi_forks;

/* To be called before main begins, by whoever has such locks: so many, from first on. */
void hfi_lock_across_fork(enum hfi_lock_order lock, pthread_mutex_t *first, size_t count);
void hfi_short_lock_across_fork(enum hfi_lock_order lock, struct short_lock *first, size_t count);

#include "base/number_map.h"

#endif
