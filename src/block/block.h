/* SPDX-License-Identifier: MIT
 *
 * The door of the block room: getting and giving back the memory of objects.
 * Knows headers and types. */
#ifndef HFI_BLOCK_H
#define HFI_BLOCK_H

#include <stdlib.h>
#include <string.h>

#include "block/kept.h"
#include "object/object.h"
#include "track/track.h"

/* The long way of block_free. */
void hfi_block_free_odd(void *object, uintptr_t meta);

/* Frees a block that no collection can read. */
void hfi_block_give_back(void *object, uintptr_t meta);

/* ---- limbo ---- */

/* Written by the collector alone; see block/limbo.c. */
extern __attribute__((visibility("hidden"))) bool hfi_limbo_is_open;

/* From now on blocks of shared objects wait instead of being freed. For the holder of the lock of
 * the candidates. */
void hfi_limbo_open(void);
/* No longer; and those that waited are freed. Calls the program's allocator. */
void hfi_limbo_close(void);

/* The object's block waits until limbo is closed. */
void hfi_limbo_park(void *object);

/* Whether this thread came too late with a block, when limbo was closed already: then somebody must
 * take the lock of the candidates and close it again. */
extern __attribute__((visibility("hidden"))) THREAD_LOCAL bool hfi_limbo_is_missed;

/* Whether a block that is to be freed must wait: the last way to it is cut. */
static inline bool
limbo_holds(void)
{
    /* seq_cst: either the collector sees that the way was cut, or this thread sees that limbo is
     * open. pairs with: the fence in hfi_limbo_open.
     * acquire: what a former collection read of the block happens before it is freed; pairs with
     * the release in hfi_limbo_close. */
    atomic_fence_seq_cst_after_rmw();
    yield_point(limbo_look);
    return unlikely(atomic_load_acquire(&hfi_limbo_is_open));
}

/* Two stores that overlap in the middle, where a call of memset would cost as much as malloc. bytes
 * is from 17 to 128. */
static inline void
zero_small(char *raw, size_t bytes)
{
    if (bytes <= 32) {
        memset(raw, 0, 16);
        memset(raw + bytes - 16, 0, 16);
    } else if (bytes <= 64) {
        memset(raw, 0, 32);
        memset(raw + bytes - 32, 0, 32);
    } else {
        memset(raw, 0, 64);
        memset(raw + bytes - 64, 0, 64);
    }
}

/* The payload of a block of that kind: kept by this thread, or from malloc; or NULL. */
FLATTEN_INLINE char *
small_payload(unsigned kind, size_t header, size_t bytes)
{
    char *kept = kept_take(kind);
    if (likely(kept != NULL)) return kept;
    kept_miss();
    char *raw = malloc(bytes);
    return likely(raw != NULL) ? raw + header : NULL;
}

/* Zeroes a payload and what stands before it, and writes the meta word. */
FLATTEN_INLINE void *
small_begun(char *payload, const struct hfi_books *books, size_t bytes)
{
    zero_small(payload - books->header_bytes, bytes);
    header_of(payload)->meta = books->meta;
    return payload;
}

/* Returns a zeroed payload of the type with its meta word written, or NULL. bytes is what the books
 * say of a small block; the word is for the caller to write.
 * Owner: the caller; block_free. */
static inline void *
block_new_small(const struct hfi_books *books, size_t bytes)
{
    char *payload = small_payload(books->small_kind, books->header_bytes, bytes);
    return likely(payload != NULL) ? small_begun(payload, books, bytes) : NULL;
}

/* The same if this thread has kept one, else NULL: no call is made. */
FLATTEN_INLINE void *
block_reuse_small(const struct hfi_books *books, size_t bytes)
{
    char *kept = kept_take(books->small_kind);
    return likely(kept != NULL) ? small_begun(kept, books, bytes) : NULL;
}

/* Where such a block begins, for an object with a ticket: with the ticket, and an extent of no
 * bytes. */
struct small_tracked {
    uint64_t ticket, extent;
};
static inline struct small_tracked *
small_tracked_of(const void *payload, unsigned kind)
{
    return (struct small_tracked *)((uintptr_t)payload - small_kind_header(kind));
}

/* As small_begun, for an object with a ticket. */
FLATTEN_INLINE void *
small_begun_tracked(char *payload, const struct hfi_books *books, struct hfi_ticket *ticket)
{
    unsigned kind = books->tracked_kind;
    struct small_tracked *block = small_tracked_of(payload, kind);
    zero_small((char *)block, small_kind_bytes(kind));
    header_of(payload)->meta = books->meta | HF_META_EXTENT_;
    *block = (struct small_tracked){.ticket = (uintptr_t)ticket, .extent = EXTENT_TRACKED};
    return payload;
}

/* As block_new_small, for types whose books have a kind for objects with a ticket. */
static inline void *
block_new_small_tracked(const struct hfi_books *books, struct hfi_ticket *ticket)
{
    unsigned kind = books->tracked_kind;
    char *payload = small_payload(kind, small_kind_header(kind), small_kind_bytes(kind));
    return likely(payload != NULL) ? small_begun_tracked(payload, books, ticket) : NULL;
}

/* As block_reuse_small. For types that have no such kind it is 0, of which nothing is kept. */
FLATTEN_INLINE void *
block_reuse_small_tracked(const struct hfi_books *books, struct hfi_ticket *ticket)
{
    char *kept = kept_take(books->tracked_kind);
    return likely(kept != NULL) ? small_begun_tracked(kept, books, ticket) : NULL;
}

/* The same for any block. extent is zero, or what stands in the header of an object with a tail, or
 * with a ticket, which is NULL for others: the tail's bytes follow the type's. */
void *hfi_block_new(const struct hfi_books *books, uint64_t extent, struct hfi_ticket *ticket);

/* For a small block whose object has neither a tail nor a side record, nor a ticket.
 * relaxed: the death is over, so nobody else writes; DONE is for a misuse that comes later to
 * find. */
static inline void
block_free_small(void *object, const struct hfi_books *books)
{
    atomic_store_relaxed(&header_of(object)->word, WORD_DEAD | WORD_DONE);
    if (limbo_holds()) hfi_limbo_park(object);
    else kept_put(object, books->small_kind);
}

/* The same with a ticket, which is forgotten. */
static inline void
block_free_small_tracked(void *object, const struct hfi_books *books)
{
    /* relaxed: as above. */
    atomic_store_relaxed(&header_of(object)->word, WORD_DEAD | WORD_DONE);
    if (limbo_holds()) hfi_limbo_park(object);
    else kept_put(object, books->tracked_kind);
}

/* The one way back for the memory of an object whose death is over: drops the block's share of the
 * side record and frees the block. meta is the tagged type. Memory of the frame or of static
 * storage stays where it is. */
static inline void
block_free(void *object, uintptr_t meta)
{
    const struct hfi_books *books = books_of(type_of_meta(meta));
    /* relaxed: as above. */
    uint64_t word = atomic_load_relaxed(&header_of(object)->word);
    bool is_small = meta == books->meta && books->small_bytes && !(word & WORD_SIDE);
    if (likely(is_small && !HF_CHECKED)) block_free_small(object, books);
    else hfi_block_free_odd(object, meta);
}

/* Bytes of the payload: the type's, and the tail's. */
static inline size_t
payload_bytes(const void *object, uintptr_t meta)
{
    size_t tail = meta & HF_META_EXTENT_ ? extent_bytes(*extent_of(object, meta)) : 0;
    return type_of_meta(meta)->size + tail;
}

#if HF_CHECKED
/* Keeps a dead block of malloc for a while, so that a use of the object after its death is
 * recognized, and returns one that has been kept long enough, or NULL. */
void *hfi_quarantine(void *block, size_t bytes);
#endif

#endif
