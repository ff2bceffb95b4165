/* SPDX-License-Identifier: MIT
 *
 * The door of the weak room: what a death asks of it.
 * Knows side records. */
#ifndef HFI_WEAK_H
#define HFI_WEAK_H

#include <holdfast/weak.h>

#include "object/object.h"

/* Runs the death notices of object, whose word says DEAD, in their order. Runs user code, with
 * nothing locked. */
void hfi_notices_run_all(struct hfi_side_record *record, void *object);

/* The same if there are any; returns whether there were. */
static inline bool
notices_run(void *object)
{
    struct hfi_header *header = header_of(object);
    /* relaxed: the death has seen everything that happened before it. */
    if (likely(!(atomic_load_relaxed(&header->word) & WORD_SIDE))) return false;
    struct hfi_side_record *record = side_record_of_header(header);
    /* acquire: whoever registered a notice held the object, so that happened before its death; but
     * anybody may cancel meanwhile. NULL then means that the canceller has done with the record,
     * which this death is about to free; anything else is looked at under the lock.
     * pairs with: the release in set_first, death_notice.c. */
    if (likely(!atomic_load_acquire(&record->notices))) return false;
    hfi_notices_run_all(record, object);
    return true;
}

#endif
