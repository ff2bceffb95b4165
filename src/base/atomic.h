/* SPDX-License-Identifier: MIT
 *
 * Loads, stores and read-modify-writes whose names carry their ordering; the only file of src with
 * __atomic builtins.
 * Knows nothing but the compiler. They work on integers and pointers alike, so they are macros over
 * typed builtins. An exchange that fails has read with acquire where the loop around it looks
 * through what it read. */
#ifndef HFI_ATOMIC_H
#define HFI_ATOMIC_H

#include <stdbool.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

#ifndef __GCC_HAVE_SYNC_COMPARE_AND_SWAP_8
#error "The state word needs atomic operations on 64 bits: see docs/portability.md"
#endif

/* Each cell is aligned to its size (hf_word_ in layout.h). The type of a pointer to eight bytes
 * doesn't say so where the ABI asks for four, and Clang would call a library of locks. */
#define CELL_(p)                                                               \
    __extension__({                                                            \
        typedef __typeof__(*(p)) cell_ __attribute__((aligned(sizeof(*(p))))); \
        (cell_ *)(p);                                                          \
    })

#define atomic_load_relaxed(p) __atomic_load_n(CELL_(p), __ATOMIC_RELAXED)
#define atomic_load_acquire(p) __atomic_load_n(CELL_(p), __ATOMIC_ACQUIRE)
#define atomic_store_relaxed(p, value) __atomic_store_n(CELL_(p), (value), __ATOMIC_RELAXED)
#define atomic_store_release(p, value) __atomic_store_n(CELL_(p), (value), __ATOMIC_RELEASE)
#define atomic_exchange_relaxed(p, value) __atomic_exchange_n(CELL_(p), (value), __ATOMIC_RELAXED)
#define atomic_exchange_acquire(p, value) __atomic_exchange_n(CELL_(p), (value), __ATOMIC_ACQUIRE)
#define atomic_exchange_release(p, value) __atomic_exchange_n(CELL_(p), (value), __ATOMIC_RELEASE)
#define atomic_exchange_acq_rel(p, value) __atomic_exchange_n(CELL_(p), (value), __ATOMIC_ACQ_REL)
#define atomic_add_relaxed(p, value) __atomic_fetch_add(CELL_(p), (value), __ATOMIC_RELAXED)
#define atomic_add_release(p, value) __atomic_fetch_add(CELL_(p), (value), __ATOMIC_RELEASE)
#define atomic_add_acquire(p, value) __atomic_fetch_add(CELL_(p), (value), __ATOMIC_ACQUIRE)
#define atomic_sub_relaxed(p, value) __atomic_fetch_sub(CELL_(p), (value), __ATOMIC_RELAXED)
#define atomic_sub_release(p, value) __atomic_fetch_sub(CELL_(p), (value), __ATOMIC_RELEASE)
#define atomic_sub_acq_rel(p, value) __atomic_fetch_sub(CELL_(p), (value), __ATOMIC_ACQ_REL)
#define atomic_and_relaxed(p, value) __atomic_fetch_and(CELL_(p), (value), __ATOMIC_RELAXED)
#define atomic_or_relaxed(p, value) __atomic_fetch_or(CELL_(p), (value), __ATOMIC_RELAXED)
#define atomic_or_release(p, value) __atomic_fetch_or(CELL_(p), (value), __ATOMIC_RELEASE)
#define atomic_add_acq_rel(p, value) __atomic_fetch_add(CELL_(p), (value), __ATOMIC_ACQ_REL)

/* Returns whether the sign is set in the sum. */
#define atomic_add_leaves_sign_release(p, value) \
    ((int64_t)__atomic_add_fetch(CELL_(p), (value), __ATOMIC_RELEASE) < 0)

/* Returns whether *p held *expected and now holds value; else *expected is what was read. */
#define atomic_replace_acq_rel(p, expected, value)                                  \
    __atomic_compare_exchange_n(CELL_(p), (expected), (value), 0, __ATOMIC_ACQ_REL, \
                                __ATOMIC_ACQUIRE)
#define atomic_replace_acquire(p, expected, value)                                  \
    __atomic_compare_exchange_n(CELL_(p), (expected), (value), 0, __ATOMIC_ACQUIRE, \
                                __ATOMIC_RELAXED)
#define atomic_replace_release(p, expected, value)                                  \
    __atomic_compare_exchange_n(CELL_(p), (expected), (value), 0, __ATOMIC_RELEASE, \
                                __ATOMIC_RELAXED)
#define atomic_replace_relaxed(p, expected, value)                                  \
    __atomic_compare_exchange_n(CELL_(p), (expected), (value), 0, __ATOMIC_RELAXED, \
                                __ATOMIC_RELAXED)

/* ThreadSanitizer doesn't know fences, and GCC says so: what only a fence orders is looked at by
 * the models instead. */
static inline void
atomic_fence_seq_cst(void)
{
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

/* The same where a read-modify-write of this thread, or of one that happened before, stands between
 * what must come before and what after: on x86 that is a fence already, and only the compiler has
 * to be told. */
#if defined(__x86_64__) || defined(__i386__)
#define atomic_fence_seq_cst_after_rmw() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#else
#define atomic_fence_seq_cst_after_rmw() atomic_fence_seq_cst()
#endif

/* Whether somebody found that this process has more threads than one; see below. */
extern __attribute__((visibility("hidden"))) bool hfi_process_has_threads;

/* Whether this process has only one thread, so that plain loads and stores do: the C library clears
 * it before the first thread starts, on the thread that starts it. Where the C library doesn't
 * tell, the answer is no; so it is, for ever, once it was.
 * Our own note of that comes first because it is one load: a locked instruction waits for all loads
 * before it, and the C library's variable takes a load for its address too. */
static inline bool
process_is_single_threaded(void)
{
#if __has_include(<sys/single_threaded.h>)
    /* relaxed, twice: whoever misses the note asks the C library. */
    if (__builtin_expect(atomic_load_relaxed(&hfi_process_has_threads), 1)) return false;
    if (__libc_single_threaded) return true;
    atomic_store_relaxed(&hfi_process_has_threads, true);
#endif
    return false;
}

#endif
