/* SPDX-License-Identifier: MIT
 *
 * Snapshots of heaps, read from files.
 * Knows plain graphs. */
#ifndef READ_H
#define READ_H

#include "rows.h"

/* Reads a snapshot that the library wrote; progress, unless NULL, hears from time to time how many
 * bytes were read.
 * Returns 0, or -1 with the reason in fault; graph is begun in any case, and the caller's to end.
 * Cost: O(bytes). */
int snapshot_read(FILE *in, struct hfi_graph *graph, void progress(size_t bytes),
                  char fault[FAULT_BYTES]);

#endif
