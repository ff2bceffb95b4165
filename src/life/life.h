/* SPDX-License-Identifier: MIT
 *
 * The door of the life room: make, retain, release, die.
 * Knows objects, weak references, blocks and the ledger. */
#ifndef HFI_LIFE_H
#define HFI_LIFE_H

#include "object/object.h"

/* Returns a new object of the type, extent as for hfi_block_new: NULL and ENOMEM, or EINVAL for a type that contradicts
 * itself. Owner: the caller. */
void *hfi_create(const hf_type *type, uint64_t extent);

/* The long way of the additions: something odd stands in the word, or the object's own word was changed in vain because
 * SIDE is set there. amount is WORD_RETAIN or WORD_MOVE. */
COLD void hfi_add_odd(void *object, uint64_t amount, const void *site);

/* One more strong reference to an object that the caller holds. site is where the program called from. */
static inline void
retain(void *object, const void *site)
{
    hfi_object_check(object, site);
    uint64_t *word = &header_of(object)->word;
    /* relaxed: the caller holds a reference, so the object can't go. */
    uint64_t seen = atomic_load_relaxed(word);
    if (likely(word_is_plain(seen)) && likely(!(word_retain(word, seen) & WORD_SIDE))) return;
    hfi_add_odd(object, WORD_RETAIN, site);
}

/* What a store into an edge does to the object before it writes the edge: collector.md 1. amount is WORD_RETAIN, or
 * WORD_MOVE for a reference that the caller gives away. */
static inline void
bump(void *object, uint64_t amount, const void *site)
{
    hfi_object_check(object, site);
    uint64_t *word = &header_of(object)->word;
    /* relaxed: as in retain; the ordering is word_bump's. */
    uint64_t seen = atomic_load_relaxed(word);
    if (likely(word_is_plain(seen)) && likely(!(word_bump(word, seen, amount) & WORD_SIDE))) return;
    hfi_add_odd(object, amount, site);
}

/* One strong reference less, which the caller owned; the last one ends the object. Runs user code. Never allocates. */
void hfi_release(void *object, const void *site);

/* The word says DEAD, and its count is the pin: the object dies now, or when the death that runs on this thread is over.
 * Runs user code. Never allocates. */
void hfi_die(void *object);

/* Takes the only reference to object away: the word says DEAD, and its count is the pin. Misuse if there are others, with
 * these words. */
void hfi_end(void *object, const char *misuse, const void *site);

/* Ends an object at once, even inside another death: its frame is about to go, or it was never whole. Without destroy
 * for the latter. The word as for hfi_die. What dies of it waits for the death that runs, if one does. */
void hfi_die_in_place(void *object, bool with_destroy);

/* The dead that stand in line on this thread: worklist.c. Open while a death runs. */
bool hfi_worklist_is_open(void);
void hfi_worklist_open(void);
void hfi_worklist_close(void);
void hfi_worklist_append(void *object);
void *hfi_worklist_next(void);

#endif
