/* SPDX-License-Identifier: MIT
 *
 * The door of the top floor: what the library tells about the heap. All of it is public.
 * Knows the ledger. */
#ifndef HFI_INSPECT_H
#define HFI_INSPECT_H

#include <holdfast/inspect.h>

#endif
