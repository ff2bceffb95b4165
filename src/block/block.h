/* SPDX-License-Identifier: MIT
 *
 * The door of the block room: getting and giving back the memory of objects.
 * Knows headers and types. */
#ifndef HFI_BLOCK_H
#define HFI_BLOCK_H

#include "object/object.h"

/* Returns a zeroed payload of the type with its meta word written, or NULL and ENOMEM. extent is zero, or what stands in
 * the header of an object with a tail: the tail's bytes follow the type's. The word is for the caller to write.
 * Owner: the caller; hfi_block_free. */
void *hfi_block_new(const struct hfi_books *books, uint64_t extent);

/* The one way back for the memory of an object whose death is over: drops the block's share of the side record and
 * frees the block. meta is the tagged type. Memory of the frame or of static storage stays where it is. */
void hfi_block_free(void *object, uintptr_t meta);

/* Bytes of the payload: the type's, and the tail's. */
static inline size_t
payload_bytes(const void *object, uintptr_t meta)
{
    size_t tail = meta & HF_META_EXTENT_ ? extent_bytes(*extent_of(object, meta)) : 0;
    return type_of_meta(meta)->size + tail;
}

#if HF_CHECKED
/* Keeps a dead block of malloc for a while, so that a use of the object after its death is recognized, and returns one that
 * has been kept long enough, or NULL. */
void *hfi_quarantine(void *block, size_t bytes);
#endif

#endif
