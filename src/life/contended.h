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
 * The memory may become stale: the object may die, and its address become that of another one. Then
 * what comes back is odd, and the long way begins. */
#ifndef HFI_CONTENDED_H
#define HFI_CONTENDED_H

#include "object/object.h"

/* The complement of the object's address, so that leak checkers see no reference here. */
extern THREAD_LOCAL uintptr_t hfi_contended;

static inline bool
is_contended(const void *object)
{
    return hfi_contended == ~(uintptr_t)object;
}

static inline void
contended_remember(const void *object)
{
    hfi_contended = ~(uintptr_t)object;
}

/* For the contended object: a retain or a store into an edge, by amount, and a release, which
 * ends the object if it was the last. */
void hfi_add_blindly(void *object, uint64_t amount, const void *site);
void hfi_release_blindly(void *object, const void *site);

#endif
