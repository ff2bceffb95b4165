/* SPDX-License-Identifier: MIT
 *
 * Epochs: when whoever may have seen a thing has stopped to look.
 * Knows no rings; for this room alone. */
#ifndef HFI_EPOCH_H
#define HFI_EPOCH_H

#include "sync/sync.h"

/* The present epoch. What was taken away from readers before this is read is nobody's when epochs
 * have made this many steps, and EPOCH_READ_BY_SOME said so last. */
unsigned hfi_epoch_now(void);
enum { STEPS_UNTIL_OVER = 3 };

enum epoch_readers {
    EPOCH_READ_BY_NONE,   /* no section is open that was when the call began */
    EPOCH_READ_BY_SOME,   /* a section may be open; epochs tell how old it can be */
    EPOCH_READ_BY_UNKNOWN /* a section is open of which epochs know nothing */
};

/* Who is in a section. Makes a step of the epoch if all have seen the present one. A full fence
 * stands before the look. One caller at a time. */
enum epoch_readers hfi_epoch_look(void);

#endif
