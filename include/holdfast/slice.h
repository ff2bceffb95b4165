/* SPDX-License-Identifier: MIT
 *
 * Counted bytes, and counted views into any object: pointer, length, owner.
 * Knows objects. For the pipeline that hands on a part of a batch: no copy, and the batch lives as
 * long as somebody looks at a part of it.
 *
 *     hf_auto hf_buffer *batch = hf_buffer_new(65536);
 *     batch->length = fread(batch->bytes, 1, 65536, file);
 *     hf_auto hf_slice line = hf_slice_of(batch, 0, end);          retains the batch
 *     hf_auto hf_slice word = hf_slice_sub(line, 4, 5);            so does this
 *     printf("%.*s", (int)word.length, word.bytes);
 *
 * A slice is a value with a reference in it: give it back with hf_slice_clear or hf_auto, and don't
 * copy it by assignment, but by hf_slice_copy or hf_slice_move. All zero is an empty slice of
 * nothing. As a field it is declared with HF_SLICE, and written by hf_slice_set:
 * its owner is an edge like others.
 * Threads: any may read one slice and make others from it; one slice that several write needs the
 * program's own lock. The bytes are as the owner has them: agree on who writes. */
#ifndef HOLDFAST_SLICE_H
#define HOLDFAST_SLICE_H

#include "edge.h"

HF_BEGIN_C

/* Bytes as an object. What it has room for was said when it was made and never changes, so that
 * slices stay right; how much of it is used is the program's to say. */
typedef struct hf_buffer {
    size_t length; /* bytes in use; hf_buffer_new makes it all of them */
#ifdef __cplusplus
    char bytes[1]; /* as many as there are; C++ has no word for that */
#else
    char bytes[]; /* as many as hf_buffer_new was told */
#endif
} hf_buffer;
HF_DECLARE(hf_buffer);

/* Returns a new buffer with room for so many bytes, all zero.
 * Owner: the caller. Errors: NULL and errno ENOMEM. Threads: any. Cost: one allocation. */
HF_API hf_buffer *hf_buffer_new(size_t length) HF_GIVE;

/* Returns a new buffer with a copy of so many bytes; as hf_buffer_new. */
HF_API hf_buffer *hf_buffer_copy(const void *bytes, size_t length) HF_GIVE;

/* Returns for how many bytes the buffer was made. O(1). */
static inline size_t
hf_buffer_room(const hf_buffer *buffer)
{
    return hf_flex_count(buffer);
}

/* A view. Read its members; write it by the functions below. */
typedef struct hf_slice {
    void *owner;       /* held; first, so that hf_auto finds it */
    const char *bytes; /* borrowed from the owner */
    size_t length;     /* of what it shows */
} hf_slice;

#ifndef __cplusplus
/* The kind of field, for HF_FIELDS: `hf_slice f`. */
#define HF_SLICE(T, f) HF_EDGE_(T, f, HF_FIELD_STRONG, 1, HF_IS_POINTER_(((T *)0)->f.owner), 0)
#endif

/* Returns an owned view of bytes that live as long as object: in it, or in memory that it owns.
 * Owner: the caller. A NULL object gives an empty slice. Threads: any that may use the object.
 * Cost: a retain. */
HF_API hf_slice hf_slice_of_object(void *object, const void *bytes, size_t length)
    __attribute__((warn_unused_result));

/* Returns an owned view of the bytes in use of buffer from offset on, length at most: what lies
 * beyond them is cut off. */
HF_API hf_slice hf_slice_of(hf_buffer *buffer, size_t offset, size_t length)
    __attribute__((warn_unused_result));

/* Returns an owned view of a part of slice, from offset on, length at most: what lies beyond it is
 * cut off. It has the same owner, and doesn't need slice. */
HF_API hf_slice hf_slice_sub(hf_slice slice, size_t offset, size_t length)
    __attribute__((warn_unused_result));

/* Returns an owned view of the same. */
static inline __attribute__((warn_unused_result)) hf_slice
hf_slice_copy(hf_slice slice)
{
    return hf_slice_of_object(slice.owner, slice.bytes, slice.length);
}

/* Returns what *slice was, owned, and leaves it empty: the reference changes hands. */
static inline __attribute__((warn_unused_result)) hf_slice
hf_slice_move(hf_slice *slice)
{
    hf_slice moved = *slice;
    slice->owner = NULL;
    slice->bytes = NULL;
    slice->length = 0;
    return moved;
}

/* Gives the reference back and leaves *slice empty. Empty is fine. What dies runs the program's
 * code. */
HF_API void hf_slice_clear(hf_slice *slice);

/* Stores a view of what slice shows in *field, a declared field or a variable, then releases what
 * was there. Not for slices of HF_CONFINED objects: those are for variables, by assignment. */
HF_API void hf_slice_set(hf_slice *field, hf_slice slice);

/* Returns whether both show the same bytes, whoever owns them. O(length). */
static inline int
hf_slice_is(hf_slice a, hf_slice b)
{
    return a.length == b.length && (!a.length || !memcmp(a.bytes, b.bytes, a.length));
}

HF_END_C

#endif
