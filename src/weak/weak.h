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
    /* relaxed: whoever registered a notice held the object, so that happened before its death.
     * Others may only cancel meanwhile: then NULL is right, and anything else is looked at under
     * the lock. */
    if (likely(!atomic_load_relaxed(&record->notices))) return false;
    hfi_notices_run_all(record, object);
    return true;
}

#endif
