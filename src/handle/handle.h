/* SPDX-License-Identifier: MIT
 *
 * The door of the ways to hold an object: unique, copied on write, by an edge, in a slot.
 * Knows life. What this room offers is public, but for one thing. */
#ifndef HFI_HANDLE_H
#define HFI_HANDLE_H

#include "life/life.h"

/* Gives back what slots have let go and no section reads. Runs user code; never waits. */
void hfi_slots_settle(void);

#endif
