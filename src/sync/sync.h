/* SPDX-License-Identifier: MIT
 *
 * The door of the room for threads: their numbers, and what happens when one exits.
 * Knows nothing of objects. */
#ifndef HFI_SYNC_H
#define HFI_SYNC_H

#include "base/base.h"

/* What the word of a confined object made by this thread has in its version field: the thread's
 * number in place, or zero as long as the thread has made none. Exported for HF_INLINE. */
extern __attribute__((visibility("default"))) THREAD_LOCAL uint64_t hf_confined_tag_;

/* Returns hf_confined_tag_ of this thread, numbered now if it was not yet. Numbers are never zero;
 * they come again after 2^28 threads that made confined objects. */
uint64_t hfi_thread_tag(void);

/* What a room keeps for a thread begins with this: run is called with it when the thread exits. */
struct hfi_thread_record {
    void (*run)(struct hfi_thread_record *record);
};

/* Promises that record->run(record) is called once, when this thread exits; false when the C
 * library has no memory for that. One record for each thread. */
bool hfi_thread_at_exit(struct hfi_thread_record *record);

#endif
