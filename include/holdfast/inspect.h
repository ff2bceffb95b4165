/* SPDX-License-Identifier: MIT
 *
 * Who lives: the number of living objects by type, and the sum of the books.
 * Knows types. The books are always kept; they cost no atomic operation. */
#ifndef HOLDFAST_INSPECT_H
#define HOLDFAST_INSPECT_H

#include <stdio.h>

#include "type.h"

HF_BEGIN_C

/* ---- how much is written down ----

 * Without a word nothing but sums is kept. For more, set HOLDFAST_TRACK in the environment of any
 * program that uses the library, or call hf_track before it makes the objects in question:
 *
 *     HOLDFAST_TRACK=sites        which objects live, and by which calls each was made
 *     HOLDFAST_TRACK=holders      also who took each reference that lies in no object
 *     HOLDFAST_TRACK=holders:64   the latter for one object in sixty-four
 *
 * Costs. Off: nothing. Sites: 8 to 16 bytes before an object, 24 beside it, and about as long again
 * as its creation. Holders: a side record (weak.h) for each object, and a look up the stack for
 * each retain and release of it. */
enum {
    HF_TRACK_OFF = 0,
    HF_TRACK_SITES = 1,
    HF_TRACK_HOLDERS = 2,
    HF_TRACK_KIND_MASK_ = 255,
    HF_TRACK_EVERY_SHIFT_ = 8,
    HF_TRACK_MOST_ = 0xFFFFFF
};
/* HF_TRACK_HOLDERS for one of so many objects, from 1 to 16,777,215, and HF_TRACK_SITES for all. */
#define HF_TRACK_SAMPLED(every) (HF_TRACK_HOLDERS | (unsigned)(every) << HF_TRACK_EVERY_SHIFT_)

/* From now on new objects are written down as level says; those that exist stay as they are.
 * Returns 0, or -1 and EINVAL for a level that isn't one. Threads: any. Cost: O(types). */
HF_API int hf_track(unsigned level);

/* ---- sums ---- */

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
