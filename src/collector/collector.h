/* SPDX-License-Identifier: MIT
 *
 * The door of the collector, and the map of its phases.
 * Knows candidates and deaths; see docs/internals/collector.md.
 *
 *     candidates -> propose -> verify -> claim -> finalize
 *
 *     trial.c      the working set: members, words as they were seen, references counted
 *     propose.c    guesses a set that may be garbage; may read stale, may be wrong
 *     verify.c     reads words and edges again: is every reference inside?
 *     claim.c      takes all members or none
 *     finalize.c   ends those that were taken: notices, destroy, second verdict, edges, blocks
 *     round.c      puts a trial through them, in this order
 *     small.c      all of it at once, for a few objects in a process with one thread
 *     collector.c  the conductor: which candidates, when, how far
 *     worker.c     the library's thread
 *     find.c       reports cycles and ends nothing
 *
 * All of it works on a trial, and the phases don't know each other. */
#ifndef HFI_COLLECTOR_H
#define HFI_COLLECTOR_H

#include <holdfast/collect.h>

#include "candidate/candidate.h"
#include "life/life.h"

/* What a call of the collector is to do. */
struct hfi_collection {
    bool is_full;      /* everything, however far it reaches */
    bool is_quiescent; /* nobody touches what unguarded trace functions visit */
    uint64_t objects;  /* to walk at most, and */
    uint64_t deadline; /* when to begin no other trial: nanoseconds; UINT64_MAX for never */
};

/* Returns how many objects died as members of garbage sets. Runs user code, without a lock. */
size_t hfi_collect(const struct hfi_collection *what);

/* Keeps this thread from collecting, as inside a death. For calls that show the program a part of a
 * trial. */
extern __attribute__((visibility("hidden"))) THREAD_LOCAL bool hfi_collect_is_barred;

#endif
