/* SPDX-License-Identifier: MIT
 *
 * The link word of a candidate: who comes next, and a note.
 * Knows no objects. For this room alone.
 *
 * An address below 2^51 that is a multiple of 8 takes the upper 48 bits, the note the lower 16: so
 * much of the version, by which a collection tells whether the object was in use since. What is
 * packed is no address to a leak checker, which is right: a list of candidates keeps nobody alive.
 * */
#ifndef HFI_LINK_H
#define HFI_LINK_H

#include "candidate/candidate.h"

#define LINK_NOTE_BITS 16
#define LINK_NOTE_MAX ((UINT64_C(1) << LINK_NOTE_BITS) - 1)

static inline uint64_t
link_pack(const void *target, uint64_t note)
{
    return (uint64_t)(uintptr_t)target >> 3 << LINK_NOTE_BITS | note;
}

static inline void *
link_target(uint64_t link)
{
    return (void *)(uintptr_t)(link >> LINK_NOTE_BITS << 3);
}

static inline uint64_t
link_note(uint64_t link)
{
    return link & LINK_NOTE_MAX;
}

static inline uint64_t
note_of(uint64_t word)
{
    return word >> HF_WORD_VERSION_SHIFT_ & LINK_NOTE_MAX;
}

/* As hfi_candidate_queue_put, with the note as it stands in a link. */
void hfi_candidate_queue_append(struct hfi_candidate_queue *queue, void *object, uint64_t note);

/* Looks at so many candidates, others each time, and frees the blocks of the dead. Returns how many
 * looks are left. */
size_t hfi_candidates_bury(struct hfi_candidates *candidates, size_t looks);

/* Does what threads with dead ones that found the lock taken have left to do. */
void hfi_candidates_settle(void);

/* The lock, and nothing more. */
void hfi_candidates_give_back(struct hfi_candidates *candidates);

/* How many candidates lie in the stacks of threads. */
size_t hfi_candidates_remembered(void);

#endif
