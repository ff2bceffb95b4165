/* SPDX-License-Identifier: MIT
 *
 * The door of the ways to hold an object: unique, copied on write, by an edge, in a slot.
 * Knows life. What this room offers is public, but for what containers and the collector need. */
#ifndef HFI_HANDLE_H
#define HFI_HANDLE_H

#include "life/life.h"

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
