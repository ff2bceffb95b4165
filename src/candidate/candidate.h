/* SPDX-License-Identifier: MIT
 *
 * The door of the candidate room: remember, gather, queue up, bury.
 * Knows headers and blocks. A candidate is an object that may be the last anchor of a garbage
 * cycle: a reference to it was given back while others were left, or was moved into an object.
 *
 * Lists of candidates are linked through the objects' own headers, so to remember one takes no
 * memory and can't fail. An object is in a list exactly while ROOTABLE is clear in its word (from
 * the step that clears it, by which the thread comes to own the entry), and in one list only. While
 * it is in a list its block is not freed: a candidate that dies is marked DONE, and whoever takes
 * it out of its list frees the block. Argument: docs/internals/collector.md;
 * models/candidate_buffer. */
#ifndef HFI_CANDIDATE_H
#define HFI_CANDIDATE_H

#include "block/block.h"
#include "candidate/link.h"
#include "object/object.h"
#include "sync/sync.h"

/* Linked through the headers. first and last are of use while the count says so. */
struct hfi_candidate_queue {
    void *first, *last;
    size_t count;
};

/* How far a trial from a candidate has gone before: each level reaches further than the one
 * before. */
enum { CANDIDATE_LEVELS = 8 };

/* The candidates that somebody has looked at: those of all threads, under one lock, or the confined
 * ones of one thread. */
struct hfi_candidates {
    struct hfi_candidate_queue level[CANDIDATE_LEVELS];
    /* For collector/collector.c: the objects that trials of the level may walk, less those that
     * they have walked; how often in a row they led nowhere; steps since a new candidate came. */
    int64_t credit[CANDIDATE_LEVELS];
    unsigned failures[CANDIDATE_LEVELS];
    unsigned idle_steps;
    unsigned next_buried; /* the level where the next burial begins */
    int64_t unburied;     /* dead blocks that wait somewhere; may lag behind */
};

/* ---- for those who hold objects ---- */

/* Puts object, in whose word the caller has just cleared ROOTABLE, into a list. word is what the
 * caller left there; object may be dead and done meanwhile. Never allocates, never waits. */
void hfi_candidate_remember(void *object, uint64_t word);

/* The death of a candidate is over: its block is left to the list. object may be gone when this
 * returns. */
void hfi_candidate_leave(void *object, uintptr_t meta);

/* What the deaths of this thread have left since the last burial. */
struct hfi_left_behind {
    size_t shared, confined; /* blocks */
    size_t bytes;
};
extern __attribute__((visibility("hidden"))) THREAD_LOCAL struct hfi_left_behind hfi_left_behind;

/* Looks for them, for a time in proportion to their number; all are found if there are few
 * candidates. Nothing is found while a collection runs, which frees them itself. */
COLD void hfi_candidates_bury_left_behind(void);

/* A death, with all that followed it, is over on this thread. */
static inline void
candidates_after_death(void)
{
    bool has_left = hfi_left_behind.shared | hfi_left_behind.confined;
    if (unlikely(has_left | hfi_limbo_is_missed)) hfi_candidates_bury_left_behind();
}

/* Whether the block of a dead object may be freed by the death; else it is left to the list of
 * candidates, and the object is not the caller's any more. */
static inline bool
candidate_is_free(void *object, uintptr_t meta)
{
    if (meta & HF_META_ACYCLIC_) return true;
    /* relaxed: nobody sets or clears ROOTABLE in the word of a dead object, but the collector in
     * the same step by which it dies. */
    if (likely(atomic_load_relaxed(live_word_of(object)) & WORD_ROOTABLE)) return true;
    /* An object on the stack never was in a list. */
    if (meta & HF_META_PLACED_) return true;
    hfi_candidate_leave(object, meta);
    return false;
}

/* The same question about an object that has no side record, and its block from malloc. */
static inline bool
candidate_is_free_quickly(void *object, uintptr_t meta)
{
    /* relaxed: as above. */
    return (meta & HF_META_ACYCLIC_)
           || likely(atomic_load_relaxed(&header_of(object)->word) & WORD_ROOTABLE);
}

/* ---- for the collector ---- */

/* The queues of all threads; the caller holds the lock from then on. try returns NULL when somebody
 * else does. */
struct hfi_candidates *hfi_candidates_lock(void);
struct hfi_candidates *hfi_candidates_try_lock(void);
void hfi_candidates_unlock(void);

/* The confined ones of this thread, which need no lock. */
struct hfi_candidates *hfi_candidates_confined(void);

/* Moves what the threads have remembered since into level 0 of the shared queues, whose lock the
 * caller holds; returns how many. Blocks of the dead are freed on the way. */
size_t hfi_candidates_gather(struct hfi_candidates *candidates);

/* The same for what this thread has remembered, and those that share its stack. */
void hfi_candidates_gather_own(struct hfi_candidates *candidates);

/* Puts a candidate at the end of the queue, with a note of the word. */
void hfi_candidate_queue_put(struct hfi_candidate_queue *queue, void *object, uint64_t word);

/* Moves all of the one queue to the end of the other. */
void hfi_candidate_queue_splice(struct hfi_candidate_queue *to, struct hfi_candidate_queue *from);

/* Objects that were made one after the other become candidates one after the other, often enough: a
 * guess where those lie that come after next. */
enum { CANDIDATES_AHEAD = 32 };
static inline void
candidate_prefetch_beyond(const void *first, const void *next)
{
    uintptr_t stride = (uintptr_t)next - (uintptr_t)first;
    uintptr_t beyond = (uintptr_t)header_of(first) + CANDIDATES_AHEAD * stride;
    prefetch_to_write((const void *)beyond);
    prefetch_to_write((const void *)(beyond + sizeof(struct hfi_header)));
}

/* Takes the first one out of a queue that isn't empty, and what it knew of its version. */
static inline void *
candidate_queue_take(struct hfi_candidate_queue *queue, uint64_t *note)
{
    void *first = queue->first;
    uint64_t link = header_of(first)->link;
    *note = link_note(link);
    queue->first = link_target(link);
    candidate_prefetch_beyond(first, queue->first);
    queue->count--;
    return first;
}

/* Whether the word has moved on since the note was made: as much of the version as fits into a
 * link. */
static inline bool
candidate_has_moved(uint64_t note, uint64_t word)
{
    return link_note_of(word) != note;
}

/* The word of a candidate that was just taken out of its list.
 * acquire: if its death is over, it is; and what the entry's owner did is seen.
 * pairs with: the release in hfi_candidate_leave, and every release of the word. */
static inline uint64_t
candidate_word(const void *object)
{
    return atomic_load_acquire(live_word_of(object));
}

/* Whether a candidate with this word needs no list any more: it was left to the list, and its block
 * is freed now; or it is immortal. */
COLD bool hfi_candidate_bury_odd(void *object, uint64_t word);
static inline bool
candidate_bury(void *object, uint64_t word)
{
    return unlikely(word & (WORD_DONE | WORD_IMMORTAL)) && hfi_candidate_bury_odd(object, word);
}

/* How many candidates there are in all lists of all threads and the confined ones of this thread;
 * more or less, unless it is zero. */
size_t hfi_candidate_count(void);

#endif
