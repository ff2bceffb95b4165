/* SPDX-License-Identifier: MIT
 *
 * The door of the ways to hold an object: unique, copied on write, by an edge, in a slot.
 * Knows life. What this room offers is public, but for what containers and the collector need. */
#ifndef HFI_HANDLE_H
#define HFI_HANDLE_H

#include "life/life.h"
#include "track/track.h"

/* Gives back what slots have let go and no section reads. Runs user code; never waits. */
#ifdef HF_NO_SLOTS
static inline void
hfi_slots_settle(void)
{
}
#else
void hfi_slots_settle(void);
#endif

/* Stores into element index of the field at offset of holder, as hf_set_at and its kin (edge.h).
 * After give the holder may be gone: touch nothing. */
void hfi_edge_set(void *holder, size_t offset, size_t index, void *object, const void *site);
void hfi_edge_give(void *holder, size_t offset, size_t index, void *object, const void *site);
void *hfi_edge_take(void *holder, size_t offset, size_t index, const void *site);
void *hfi_edge_get(const void *holder, size_t offset, size_t index, const void *site);

/* As set, where nothing is held, and take, for an edge that has one writer at a time, who holds its
 * holder: then it takes no exchange. object is not NULL. */
static inline void
edge_fill(void **place, void *object, const void *site)
{
    bump(object, WORD_RETAIN, site);
    yield_point(edge_follows);
    /* release: the bump comes first; pairs with the acquire loads of the collector's passes. */
    atomic_store_release(place, object);
    yield_point(edge_written);
}

static inline void *
edge_empty(void **place, const void *site)
{
    yield_point(take);
    /* relaxed, twice: the reference comes out as it went in; what orders the next store of it is
     * that store's bump. */
    void *taken = atomic_load_relaxed(place);
    atomic_store_relaxed(place, NULL);
    note_taken_out(taken, site);
    return taken;
}

/* Lets the edge at place hold object, which the caller gives away, and returns what it held as an
 * owned reference. For a field or variable whose holder is not known, but is held by the caller
 * also afterwards: so the move makes no garbage, and object is no candidate. */
void *hfi_edge_replace(void **place, void *object, const void *site);

/* Moves count edges, which may be NULL, to places that hold nothing but what is moved away: in
 * to_holder, which may be the holder they come from, and the places may overlap. For many at once:
 * instead of each object the holder is bumped, because a pass that counts one reference at both its
 * places has then seen that holder with two versions (docs/internals/word.md). */
void hfi_edges_move(void *to_holder, void **to, void **from, size_t count, const void *site);

#endif
