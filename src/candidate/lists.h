/* SPDX-License-Identifier: MIT
 *
 * What the files of this room know of each other's lists.
 * Knows the door. For this room alone. */
#ifndef HFI_LISTS_H
#define HFI_LISTS_H

#include "candidate/candidate.h"

/* As hfi_candidate_queue_put, with the note as it stands in a link; and to the front. */
void hfi_candidate_queue_append(struct hfi_candidate_queue *queue, void *object, uint64_t note);
void hfi_candidate_queue_prepend(struct hfi_candidate_queue *queue, void *object, uint64_t note);

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
