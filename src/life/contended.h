/* SPDX-License-Identifier: MIT
 *
 * The object that a thread contends for with others, whose word it changes without a look.
 * Knows the state word. Included by life/life.h alone.
 *
 * To look at a word and then to change it moves its cache line twice if other threads write it:
 * first to be read, then to be owned. So a thread that finds a word changed between its look and
 * its change remembers the object; from then on it changes that word at once, and decides from what
 * it got back, which is all that counts anyway (docs/internals/word.md, W.8). Measured with two
 * threads, this halves the time of a pair.
 *
 * A release of an object that may be part of a cycle is an exchange, since it may make a candidate.
 * So it expects what this thread left there when it retained; if it fails, it has asked for the
 * line as its owner, and the change that follows finds it there. This is right for every object, so
 * it doesn't matter if the memory outlives the one that was meant.
 *
 * To subtract without a look is not right for an object that may be part of a cycle, and to tell
 * one from the other takes a look. So the two are told apart by their addresses: blocks are
 * aligned to 16, so with a header of 24 bytes an object lies 8 beside. What is remembered there
 * is changed by exchanges; what else is remembered can be no part of a cycle, and that memory must
 * not outlive its object for one that may. Therefore all remembered addresses are in a table, and
 * where such an object is born at one of them, all memories are void: their generation is over.
 * Whoever gets a reference to the newborn sees that, since it comes after. The short way of
 * making objects needn't look: linked types with another header don't take that way
 * (small_bytes_of, object/type.c).
 * Otherwise the memory may become stale; then what comes back is odd, and the long way begins. */
#ifndef HFI_CONTENDED_H
#define HFI_CONTENDED_H

#include "object/object.h"

/* The complement of its address, so that leak checkers see no reference here; zero if there is
 * none. Exported for HF_INLINE. */
extern __attribute__((visibility("default"))) THREAD_LOCAL uintptr_t hf_contended_;
/* The generation in which it was remembered. */
extern THREAD_LOCAL uint32_t hfi_contended_since;

extern __attribute__((visibility("hidden"))) uint32_t hfi_contended_generation;
/* A bit for each hash of an address in the table. */
extern __attribute__((visibility("hidden"))) hf_word_ hfi_contended_places;

/* False while retain and release need not ask whether an object is contended, nor whether the
 * process has threads: it has, and no thread remembers anything. A hint: to ask is never wrong. */
extern __attribute__((visibility("hidden"))) bool hfi_counts_with_care;

static inline bool
counts_with_care(void)
{
    /* relaxed: a hint. */
    return atomic_load_relaxed(&hfi_counts_with_care);
}

/* Where an object lies that may be part of a cycle; or any other with a header as long. */
static inline bool
lies_beside(const void *object)
{
    return (uintptr_t)object % 16;
}

static inline bool
is_contended(const void *object)
{
    /* relaxed: whoever has a reference to a newborn has seen what came before its birth. */
    return hf_contended_ == ~(uintptr_t)object
           && hfi_contended_since == atomic_load_relaxed(&hfi_contended_generation);
}

/* The caller holds a reference to the object, and met others at its word. */
COLD void hfi_contended_remember(const void *object);

/* An object that may be part of a cycle was born at an address that may be in the table. */
COLD void hfi_contended_forget(const void *object);

/* To be called for each such object. */
static inline void
contended_check_newborn(const void *object)
{
    /* relaxed: the object that was remembered here died before this one was born. */
    if (unlikely(atomic_load_relaxed(&hfi_contended_places))) hfi_contended_forget(object);
}

/* For the contended object: a retain or a store into an edge, by amount. Retain and release come to
 * it by hfi_retain_with_care and hfi_release_with_care, life/life.h. */
void hfi_add_blindly(void *object, uint64_t amount, const void *site);

#endif
