/* SPDX-License-Identifier: MIT
 *
 * The parts of the guide to cycles that the program runs.
 * Knows nothing. Each returns 0, or -1 when there is no memory.
 * docs/cycles.md tells what they are for. */
#ifndef CYCLE_PARTS_H
#define CYCLE_PARTS_H

int show_parent(void);
int show_borrowing(void);
int show_guard(void);
int show_where(void);

#endif
