/* SPDX-License-Identifier: MIT
 *
 * Retain, release and upgrade without a call: define `HF_INLINE` before including holdfast.h.
 * Knows the layout of the header, so the program must run with the library version it was compiled
 * with: for static linking, or for programs that ship the library. A library with another layout
 * does not link. The library is called for what is rare: the last release, a candidate for the
 * collector, an upgrade of what is dead, objects that several threads write at once.
 * Define `HF_INLINE_CONFINED` instead where most objects are of types that are HF_CONFINED, in a
 * process with threads: those are looked for first, and cost a quarter; all others a little more.
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

/* Which objects are looked for first: those of a process with one thread, or those that are
 * confined to one of many. Either is right for all. */
#ifdef HF_INLINE_CONFINED
#define HF_EXPECTS_CONFINED_ 1
#else
#define HF_EXPECTS_CONFINED_ 0
#endif

HF_BEGIN_C

/* The library that has this symbol has this layout. */
extern HF_API const char hf_layout_2_;
static const char *const hf_layout_needed_ __attribute__((used)) = &hf_layout_2_;

/* What stands in the word of each confined object of this thread: CONFINED, and the thread's
 * number. */
extern HF_API __thread uint64_t hf_confined_mark_ __attribute__((tls_model("initial-exec")));

/* What this thread contends for with others: zero if nothing. Otherwise the library is called
 * before anything is read, since the word's cache line would come twice. */
extern HF_API __thread uintptr_t hf_contended_ __attribute__((tls_model("initial-exec")));

/* The word was `before` when one was added, which is not what was seen: other threads count too, or
 * a side record was made meanwhile. */
HF_API void hf_retain_met_(void *object, uint64_t before);

/* One was subtracted from the word, the object's own or the record's, and the sign was left there:
 * no reference is left, or a side record was made meanwhile, or the object is immortal. */
HF_API void hf_release_left_none_(void *object, hf_word_ *word);

#define HF_VERSION_MASK_ (HF_WORD_COUNT_ONE_ - HF_WORD_VERSION_ONE_)
#define HF_RETAIN_ (HF_WORD_VERSION_ONE_ + HF_WORD_COUNT_ONE_)
/* Whoever has one of these needs the library, but for SIDE. The sign is that of a count of zero,
 * which the words of the living have only while a release says that they die. */
#define HF_ODD_                                                                           \
    (HF_WORD_SIDE_ | HF_WORD_DEAD_ | HF_WORD_DONE_ | HF_WORD_IMMORTAL_ | HF_WORD_TRACKED_ \
     | HF_WORD_COUNT_SIGN_ | HF_WORD_COUNT_TOP_)
#define HF_ODD_TO_RETAIN_ (HF_ODD_ | HF_WORD_VERSION_TOP_)
/* Looked for in the word less one, the sign says that this is the last reference, which is the
 * library's business; so is a possible root of a cycle. */
#define HF_ODD_TO_RELEASE_ (HF_ODD_ | HF_WORD_ROOTABLE_)

static inline __attribute__((always_inline, unused)) uint64_t
hf_look_(const hf_word_ *word)
{
    /* relaxed: the caller holds a reference, so this is a word that can't go. */
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* The word is that of a confined object of this thread, with nothing odd in it. */
static inline __attribute__((always_inline, unused)) int
hf_word_is_own_(uint64_t word, uint64_t odd)
{
    uint64_t other = (word ^ hf_confined_mark_) & (odd | HF_WORD_CONFINED_ | HF_VERSION_MASK_);
    return __builtin_expect(other == 0, HF_EXPECTS_CONFINED_) != 0;
}

/* The word in the side record of an object whose own word was seen to say SIDE.
 * relaxed: what is at the address is ordered by how SIDE was read. */
static inline __attribute__((always_inline, unused)) hf_word_ *
hf_word_beside_(hf_word_ *word)
{
    return (hf_word_ *)__atomic_load_n((uintptr_t *)(word - 1), __ATOMIC_RELAXED);
}

/* The next eight return whether they did it; if not, nothing has happened. The caller holds a
 * reference, and a relaxed store does where no other thread writes. The first two are for confined
 * objects, the next two for a process with one thread.
 * Argument: docs/internals/word.md, W.9. */
static inline __attribute__((always_inline, unused)) int
hf_retain_own_(hf_word_ *word, uint64_t seen)
{
    if (!hf_word_is_own_(seen, HF_ODD_)) return 0;
    __atomic_store_n(word, seen + HF_WORD_COUNT_ONE_, __ATOMIC_RELAXED);
    return 1;
}

static inline __attribute__((always_inline, unused)) int
hf_release_own_(hf_word_ *word, uint64_t seen)
{
    uint64_t less_one = seen - HF_WORD_COUNT_ONE_;
    if (!hf_word_is_own_(less_one, HF_ODD_TO_RELEASE_)) return 0;
    __atomic_store_n(word, less_one, __ATOMIC_RELAXED);
    return 1;
}

static inline __attribute__((always_inline, unused)) int
hf_retain_alone_(hf_word_ *word)
{
    uint64_t seen = hf_look_(word);
    if (__builtin_expect((seen & HF_ODD_) != 0, 0)) {
        if (!(seen & HF_WORD_SIDE_)) return 0;
        word = hf_word_beside_(word);
        seen = hf_look_(word);
        if (seen & HF_ODD_) return 0;
    }
    __atomic_store_n(word, seen + HF_WORD_COUNT_ONE_, __ATOMIC_RELAXED);
    return 1;
}

static inline __attribute__((always_inline, unused)) int
hf_release_alone_(hf_word_ *word)
{
    uint64_t seen = hf_look_(word);
    if (__builtin_expect(((seen - HF_WORD_COUNT_ONE_) & HF_ODD_TO_RELEASE_) != 0, 0)) {
        if (!(seen & HF_WORD_SIDE_)) return 0;
        word = hf_word_beside_(word);
        seen = hf_look_(word);
        if ((seen - HF_WORD_COUNT_ONE_) & HF_ODD_TO_RELEASE_) return 0;
    }
    __atomic_store_n(word, seen - HF_WORD_COUNT_ONE_, __ATOMIC_RELAXED);
    return 1;
}

/* Something odd was seen in the own word, which is most often SIDE, or CONFINED. */
static inline __attribute__((always_inline, unused)) int
hf_retain_odd_(hf_word_ *word)
{
    /* acquire: SIDE seen means that the record is complete; pairs with the exchange in publish,
     * src/object/side_record.c. */
    uint64_t own = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    if (!(own & HF_WORD_SIDE_)) return hf_retain_own_(word, own);
    word = hf_word_beside_(word);
    if (hf_look_(word) & (HF_ODD_TO_RETAIN_ | HF_WORD_CONFINED_)) return 0;
    /* relaxed: as word_retain, src/object/word.h. */
    __atomic_fetch_add(word, HF_RETAIN_, __ATOMIC_RELAXED);
    return 1;
}

static inline __attribute__((always_inline, unused)) void
hf_subtract_(void *object, hf_word_ *word)
{
    /* release: as word_release, src/object/word.h. */
    int64_t left = (int64_t)__atomic_sub_fetch(word, HF_WORD_COUNT_ONE_, __ATOMIC_RELEASE);
    if (__builtin_expect(left < 0, 0)) hf_release_left_none_(object, word);
}

static inline __attribute__((always_inline, unused)) int
hf_release_odd_(void *object, hf_word_ *word, uint64_t seen)
{
    const uint64_t flags = (HF_WORD_VERSION_ONE_ - 1) & ~HF_WORD_CLAIMED_;
    /* Why nothing else may be said there: counts_beside, src/life/life.h. */
    if ((seen & flags) != HF_WORD_SIDE_) return hf_release_own_(word, seen);
    hf_subtract_(object, hf_word_beside_(word));
    return 1;
}

static inline __attribute__((always_inline, unused)) int
hf_retain_among_others_(void *object, hf_word_ *word)
{
    uint64_t seen = hf_look_(word);
    if (seen & (HF_ODD_TO_RETAIN_ | HF_WORD_CONFINED_)) return hf_retain_odd_(word);
    /* relaxed: as word_retain, src/object/word.h. */
    uint64_t before = __atomic_fetch_add(word, HF_RETAIN_, __ATOMIC_RELAXED);
    if (__builtin_expect(before != seen, 0)) hf_retain_met_(object, before);
    return 1;
}

static inline __attribute__((always_inline, unused)) int
hf_release_among_others_(void *object, hf_word_ *word)
{
    /* acquire: SIDE seen means that the record is complete, as above. */
    uint64_t seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    uint64_t less_one = seen - HF_WORD_COUNT_ONE_;
    if (less_one & (HF_ODD_TO_RELEASE_ | HF_WORD_CONFINED_)) {
        return hf_release_odd_(object, word, seen);
    }
    uintptr_t meta = __atomic_load_n((uintptr_t *)(word - 1), __ATOMIC_RELAXED);
    if (!(meta & HF_META_ACYCLIC_)) {
        /* It may be part of a cycle: ROOTABLE must still be clear when the count goes down.
         * acq_rel: as word_replace, src/object/word.h; relaxed: the library looks again. */
        return __atomic_compare_exchange_n(word, &seen, less_one, 0, __ATOMIC_ACQ_REL,
                                           __ATOMIC_RELAXED);
    }
    hf_subtract_(object, word);
    return 1;
}

static inline __attribute__((always_inline, unused)) void *
hf_retain_inline_(void *object)
{
    if (__builtin_expect(!object, 0)) return object;
    hf_word_ *word = (hf_word_ *)object - 1;
    int is_done = 0;
    if (HF_EXPECTS_CONFINED_ && hf_retain_own_(word, hf_look_(word))) is_done = 1;
    else if (__builtin_expect(HF_SINGLE_THREADED_, 1)) is_done = hf_retain_alone_(word);
    else if (__builtin_expect(!hf_contended_, 1)) is_done = hf_retain_among_others_(object, word);
    if (!is_done) {
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
    int is_done = 0;
    if (HF_EXPECTS_CONFINED_ && hf_release_own_(word, hf_look_(word))) is_done = 1;
    else if (__builtin_expect(HF_SINGLE_THREADED_, 1)) is_done = hf_release_alone_(word);
    else if (__builtin_expect(!hf_contended_, 1)) is_done = hf_release_among_others_(object, word);
    if (!is_done) hf_release(object);
}

/* hf_release of object.h, inline where it may be. hf_retain is so, too. */
#define hf_release(object) hf_release_inline_(object)

HF_END_C

#endif
