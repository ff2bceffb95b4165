/* SPDX-License-Identifier: MIT
 *
 * Retain and release without a call, for plain counts: define HF_INLINE before including
 * holdfast.h.
 * Knows the layout of the header, so the program must run with the library version it was compiled
 * with: for static linking, or for programs that ship the library. A library with another layout
 * does not link. Shared objects in a process with threads go on to call the library, where a call
 * costs nothing beside the atomic operation.
 * Not for analyzers, and not for finding faults: analyzers look for the functions that this header
 * goes around, and so do the checks of a checked build. */
#ifndef HOLDFAST_INLINE_H
#define HOLDFAST_INLINE_H

#include "annotate.h"
#include "layout.h"

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define HF_SINGLE_THREADED_ __libc_single_threaded
#else
#define HF_SINGLE_THREADED_ 0
#endif

HF_BEGIN_C

/* The library that has this symbol has this layout. */
extern HF_API const char hf_layout_1_;
static const char *const hf_layout_needed_ __attribute__((used)) = &hf_layout_1_;

/* What stands in the word of each confined object of this thread: CONFINED, and the thread's
 * number. */
extern HF_API __thread uint64_t hf_confined_mark_ __attribute__((tls_model("initial-exec")));

#define HF_COUNT_TOP_ (UINT64_C(1) << (HF_WORD_VERSION_SHIFT_ - 1))
#define HF_VERSION_MASK_ (~UINT64_C(0) << HF_WORD_VERSION_SHIFT_)
/* Whoever has one of these needs the library. */
#define HF_ODD_                                                                           \
    (HF_WORD_SIDE_ | HF_WORD_DEAD_ | HF_WORD_DONE_ | HF_WORD_IMMORTAL_ | HF_WORD_TRACKED_ \
     | HF_COUNT_TOP_)

/* Whether this thread may change the word with plain loads and stores: nothing odd in it, and alone
 * in the process or alone with the object. A count of zero is not looked for: whoever may ask is
 * told by the flags that the object is dead.
 * Each test ends the question by itself, or GCC computes the answer before it branches on it. */
static inline __attribute__((always_inline, unused)) int
hf_word_is_mine_(uint64_t word, uint64_t odd)
{
    if (__builtin_expect(HF_SINGLE_THREADED_ && !(word & odd), 1)) return 1;
    return (word & (odd | HF_WORD_CONFINED_ | HF_VERSION_MASK_)) == hf_confined_mark_;
}

static inline __attribute__((always_inline, unused)) void *
hf_retain_inline_(void *object)
{
    if (__builtin_expect(!object, 0)) return object;
    hf_word_ *word = (hf_word_ *)object - 1;
    /* relaxed, here and below: what is mine is seen by no other thread. */
    uint64_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    if (__builtin_expect(hf_word_is_mine_(seen, HF_ODD_), 1)) {
        __atomic_store_n(word, seen + HF_WORD_COUNT_ONE_, __ATOMIC_RELAXED);
    } else {
        /* The same pointer comes back; to return it would make GCC keep two of them. */
        void *same = hf_retain_(object);
        (void)same;
    }
    /* What is returned is another reference: its release leaves the borrowed one usable. GCC would
     * warn of that, as it sees that both are one pointer. */
    __asm__("" : "+r"(object));
    return object;
}

static inline __attribute__((always_inline, unused)) void
hf_release_inline_(void *object)
{
    if (__builtin_expect(!object, 0)) return;
    hf_word_ *word = (hf_word_ *)object - 1;
    uint64_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    /* Two, because the last reference is the library's business, and so is a possible root of a
     * cycle. A count that was too small borrows, and shows as a saturated one. */
    uint64_t rest = seen - 2 * HF_WORD_COUNT_ONE_;
    if (hf_word_is_mine_(rest, HF_ODD_ | HF_WORD_ROOTABLE_)) {
        __atomic_store_n(word, seen - HF_WORD_COUNT_ONE_, __ATOMIC_RELAXED);
    } else {
        hf_release(object);
    }
}

#define hf_release(object) hf_release_inline_(object)

HF_END_C

#endif
