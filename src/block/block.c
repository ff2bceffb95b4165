/* SPDX-License-Identifier: MIT
 *
 * Room for an object, and the one way back.
 * Knows headers, types, allocators, and what memory checkers want to hear.
 * An over-aligned payload lies somewhere inside its block; the block's own address then stands
 * right before the header. */
#include "block/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* From here on the kernel's zero pages are cheaper than writing zeros. */
enum { CALLOC_BYTES = 64 * 1024 };

/* What a dead payload is filled with in checked builds, as far as this many bytes: no pointer looks
 * like that. */
enum { POISON = 0xDB, POISONED_BYTES = 4096 };

static void *
raw_new(const hf_allocator *allocator, size_t bytes)
{
    void *raw;
    if (allocator) {
        raw = allocator->alloc(allocator->ctx, bytes);
        if (raw) hfi_tools_reused(raw, bytes);
    } else if (bytes >= CALLOC_BYTES) {
        return calloc(1, bytes);
    } else {
        raw = malloc(bytes);
    }
    return raw ? memset(raw, 0, bytes) : NULL;
}

/* Bytes that a block has beyond header and payload, so that the payload can be moved to its
 * alignment. */
static size_t
slack_of(const struct hfi_books *books)
{
    return books->is_overaligned ? books->type->alignment + sizeof(void *) : 0;
}

/* The first address for the payload in raw. */
static char *
place_payload(const struct hfi_books *books, char *raw, size_t header)
{
    if (likely(!books->is_overaligned)) return raw + header;
    size_t alignment = books->type->alignment;
    uintptr_t lowest = (uintptr_t)raw + sizeof(void *) + header;
    char *payload =
        raw + (((lowest + alignment - 1) & ~(uintptr_t)(alignment - 1)) - (uintptr_t)raw);
    memcpy(payload - header - sizeof raw, &raw, sizeof raw);
    return payload;
}

static char *
raw_of(const struct hfi_books *books, char *payload, size_t header)
{
    if (likely(!books->is_overaligned)) return payload - header;
    char *raw;
    memcpy(&raw, payload - header - sizeof raw, sizeof raw);
    return raw;
}

void *
hfi_block_new(const struct hfi_books *books, uint64_t extent, struct hfi_ticket *ticket)
{
    const hf_type *type = books->type;
    uintptr_t meta = books->meta | (extent ? HF_META_EXTENT_ : 0);
    size_t header = extent ? header_bytes(type, meta, ticket) : books->header_bytes;
    size_t overhead = header + type->size + slack_of(books);
    size_t tail = extent_bytes(extent);
    size_t bytes = overhead + tail;
    /* Whoever dies of this kind leaves a block for any other of it. */
    if (!extent && books->small_kind) bytes = small_kind_bytes(books->small_kind);
    char *raw = tail > PTRDIFF_MAX - overhead ? NULL : raw_new(books->allocator, bytes);
    if (unlikely(!raw)) {
        errno = ENOMEM;
        return NULL;
    }
    char *payload = place_payload(books, raw, header);
    header_of(payload)->meta = meta;
    if (extent) *extent_of(payload, meta) = extent;
    if (ticket) extent_of(payload, meta)[-1] = (uintptr_t)ticket;
    hfi_tools_born(payload, type->size + tail);
    return payload;
}

static void
raw_free(const struct hfi_books *books, void *raw, size_t bytes)
{
    if (books->allocator) {
        books->allocator->free(books->allocator->ctx, raw);
        return;
    }
#if HF_CHECKED
    raw = hfi_quarantine(raw, bytes);
#else
    (void)bytes;
#endif
    free(raw);
}

void
hfi_block_free_odd(void *object, uintptr_t meta)
{
    /* relaxed: the flag never changes. A collection on another thread never meets a confined
     * object; what lies in a frame waits in life/place.c. */
    bool is_out_of_reach =
        (meta & HF_META_PLACED_) || (atomic_load_relaxed(&header_of(object)->word) & WORD_CONFINED);
    if (!is_out_of_reach && limbo_holds()) hfi_limbo_park(object);
    else hfi_block_give_back(object, meta);
}

void
hfi_block_give_back(void *object, uintptr_t meta)
{
    struct hfi_header *header = header_of(object);
    /* relaxed: the death is over, so nobody else writes either. */
    if (unlikely(atomic_load_relaxed(&header->word) & WORD_SIDE)) {
        struct hfi_side_record *record = side_record_of_header(header);
        atomic_store_relaxed(&header->meta, meta);
        hfi_side_record_drop(record);
    }
    /* relaxed: for a misuse that comes later, to recognize. */
    atomic_store_relaxed(&header->word, WORD_DEAD | WORD_DONE);
    if (unlikely(meta & HF_META_PLACED_)) return;

    const struct hfi_books *books = books_of(type_of_meta(meta));
    size_t bytes = payload_bytes(object, meta);
    size_t before = books->header_bytes;
    if (meta & HF_META_EXTENT_) {
        before = header_bytes(books->type, meta, extent_is_tracked(*extent_of(object, meta)));
    }
#if HF_CHECKED
    memset(object, POISON, bytes < POISONED_BYTES ? bytes : POISONED_BYTES);
#endif
    hfi_tools_died(object, bytes, books->type->name);
    raw_free(books, raw_of(books, object, before), before + bytes + slack_of(books));
}
