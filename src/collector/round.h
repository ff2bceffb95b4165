/* SPDX-License-Identifier: MIT
 *
 * One call of the collector for the shared candidates, or for the confined ones of a thread, and
 * its single trials. Knows all phases. For this room alone: collector.c says which trials there
 * are. */
#ifndef HFI_ROUND_H
#define HFI_ROUND_H

#include "collector/figures.h"
#include "collector/trial.h"

/* The first level's walks reach so many objects, each other's eight times as many. */
enum { REACH_AT_LEAST = 64, WIDER_BY_BITS = 3, LAST_LEVEL = CANDIDATE_LEVELS - 1 };

static inline uint64_t
reach_at(unsigned level)
{
    return (uint64_t)REACH_AT_LEAST << level * WIDER_BY_BITS;
}

/* At level 0 the walks are shorter while they lead nowhere: small garbage is found even so. */
static inline uint64_t
reach_nearby(const struct hfi_candidates *candidates)
{
    enum { SHORTER_AT_MOST = 5 };
    unsigned failures = candidates->failures[0];
    return REACH_AT_LEAST >> (failures < SHORTER_AT_MOST ? failures : SHORTER_AT_MOST);
}

/* A candidate that a trial took out of its list, and its word then, before the trial read any
 * edge. */
struct taken {
    void *object;
    uint64_t word;
    uint32_t member; /* its number, or MEMBER_NONE */
};

/* At most so many walks are in one trial, but for the last level: their objects stay in the
 * processor's cache. */
enum { TAKEN_AT_MOST = 256 };

/* One call of the collector, for the shared candidates or for the thread's confined ones. */
struct round {
    const struct hfi_collection *what;
    struct hfi_candidates *candidates;
    uint64_t confined; /* the tag; 0: shared */
    struct trial trial;
    struct group *group; /* for garbage whose death waits; NULL: none of that */
    unsigned rise_to;    /* the level of the candidates that this trial leaves open */
    unsigned taken_count;
    struct taken taken[TAKEN_AT_MOST];
    uint64_t walked, dropped;
    size_t reclaimed;
};

/* Whether nothing can change while a trial goes on. */
static inline bool
is_alone(const struct round *round)
{
    return round->confined || process_is_single_threaded();
}

/* Tries candidates of the level, `left` at most, which counts down, and so many; all of them at the
 * last level. Ends the garbage. Returns whether some of them are left. Runs user code, without a
 * lock. */
bool hfi_round_try(struct round *round, unsigned level, size_t *left, uint64_t most);

/* The candidates of a thread need no lock. */
static inline void
round_lock(struct round *round)
{
    if (!round->confined) round->candidates = hfi_candidates_lock();
}

static inline void
round_unlock(struct round *round)
{
    if (!round->confined) hfi_candidates_unlock();
}

#endif
