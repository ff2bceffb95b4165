/* SPDX-License-Identifier: MIT
 *
 * Counted bytes, and counted views into any object.
 * Knows edges: the owner of a slice is one. */
#include <holdfast/slice.h>

#include "contain/contain.h"

HF_TYPE(hf_buffer);

hf_buffer *
hf_buffer_new(size_t length)
{
    hf_buffer *buffer = hf_new_flex(hf_buffer, bytes, length);
    if (buffer) buffer->length = length;
    return buffer;
}

hf_buffer *
hf_buffer_copy(const void *bytes, size_t length)
{
    hf_buffer *buffer = hf_buffer_new(length);
    if (buffer && length) memcpy(buffer->bytes, bytes, length);
    return buffer;
}

hf_slice
hf_slice_of_object(void *object, const void *bytes, size_t length)
{
    if (!object) return (hf_slice){NULL, NULL, 0};
    retain(object, __builtin_return_address(0));
    return (hf_slice){object, bytes, length};
}

/* The part of `length` bytes from offset on, wanted at most. */
static size_t
cut(size_t length, size_t *offset, size_t wanted)
{
    if (*offset > length) *offset = length;
    return wanted < length - *offset ? wanted : length - *offset;
}

hf_slice
hf_slice_of(hf_buffer *buffer, size_t offset, size_t length)
{
    if (!buffer) return (hf_slice){NULL, NULL, 0};
    size_t there = cut(buffer->length, &offset, length);
    return hf_slice_of_object(buffer, buffer->bytes + offset, there);
}

hf_slice
hf_slice_sub(hf_slice slice, size_t offset, size_t length)
{
    size_t there = cut(slice.length, &offset, length);
    return hf_slice_of_object(slice.owner, slice.bytes ? slice.bytes + offset : NULL, there);
}

void
hf_slice_clear(hf_slice *slice)
{
    hf_slice_set(slice, (hf_slice){NULL, NULL, 0});
}

/* The view is whole before the former owner goes, whose death may look at it. */
void
hf_slice_set(hf_slice *field, hf_slice slice)
{
    const void *site = __builtin_return_address(0);
    if (slice.owner) {
        retain(slice.owner, site);
        /* relaxed: the flag never changes. */
        if (atomic_load_relaxed(&header_of(slice.owner)->word) & WORD_CONFINED) {
            hfi_misuse("slice of a confined object stored", slice.owner, site);
        }
    }
    field->bytes = slice.bytes;
    field->length = slice.length;
    void *former = hfi_edge_replace(&field->owner, slice.owner, site);
    if (former) release(former, site);
}
