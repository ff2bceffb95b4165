/* SPDX-License-Identifier: MIT
 *
 * The door of the ways to hold an object: unique, copied on write, by an edge.
 * Knows life. What this room offers is public; no room above needs more of it yet. */
#ifndef HFI_HANDLE_H
#define HFI_HANDLE_H

#include "life/life.h"

#endif
