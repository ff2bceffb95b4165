/* SPDX-License-Identifier: MIT
 *
 * Who lives: the number of living objects by type, and the sum of the books.
 * Knows types. The books are always kept; they cost no atomic operation. */
#ifndef HOLDFAST_INSPECT_H
#define HOLDFAST_INSPECT_H

#include <stdio.h>

#include "type.h"

HF_BEGIN_C

/* Returns the number of living objects of exactly this type, as in hf_live(&hf_type_node): those
 * made by hf_new and its kin and those on the stack; static objects are not counted. Exact when no
 * other thread makes or releases objects meanwhile. Threads: any. Cost: O(threads), a lock. */
HF_API size_t hf_live(const hf_type *type);

/* The books of all types together. */
struct hf_stats {
    uint64_t born;       /* objects made since the start */
    uint64_t died;       /* objects whose memory went back */
    uint64_t live;       /* born - died */
    uint64_t live_bytes; /* their payloads: types and flexible arrays, without headers */
    size_t types;        /* types of which at least one object was made */
    size_t waiting;      /* references that slots let go, and that read sections keep (slot.h) */
};

/* Writes the sums to *out. Exactness, threads and cost as for hf_live, times the number of
 * types. */
HF_API void hf_stats(struct hf_stats *out);

/* Writes one line for each type that has living objects, most bytes first, then a line with the
 * sums.
 * Returns 0, or -1 and errno when out can't be written or memory for sorting is missing. Threads:
 * any. */
HF_API int hf_report(FILE *out);

HF_END_C

#endif
