/* SPDX-License-Identifier: MIT
 *
 * The index under maps and caches: from a hash to the numbers of the rows that have it.
 * Knows neither keys nor values: who asks compares the rows. Plain memory, which no collection
 * looks at.
 *
 * Open addressing by chunks of twelve slots, each chunk a line of memory. A slot has the number of
 * a row and a tag, seven bits of its hash; a search compares all tags of a chunk at once. So one
 * line decides nearly every search, and a processor isn't led astray by how many slots it looks at:
 * with slots that were tried one by one, that took 28 of the 72 ns of a put into a cache. Each
 * chunk counts the rows that found it full and went on to the next one; a search goes on where
 * there are any, and what is removed leaves no mark. The idea is that of F14 (Bronson and Shi,
 * "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019). */
#ifndef HFI_TABLE_H
#define HFI_TABLE_H

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/base.h"

enum { CHUNK_SLOTS = 12, CHUNK_LINE = 64 };

struct table_chunk {
    uint8_t tags[CHUNK_SLOTS]; /* 0: the slot is free */
    uint32_t went_on;          /* rows that are behind this chunk because they found it full */
    uint32_t rows[CHUNK_SLOTS];
} __attribute__((aligned(CHUNK_LINE)));

#define TABLE_FREE UINT32_MAX
#define TABLE_ROWS_MOST (UINT32_C(1) << 30)

/* All zero is empty. */
struct table {
    struct table_chunk *chunks; /* a power of two, or NULL */
    uint32_t mask;              /* their number less one */
    uint32_t used;
};

/* ---- chunks ------------------------------------------------------------------------------- */

#define TAG_IN_USE 0x80

/* Other bits than those that choose the chunk, as long as there are no more than half a million,
 * and than those that choose a cache's shard. */
static inline uint8_t
tag_of(uint32_t hash)
{
    return (uint8_t)(hash >> 19 | TAG_IN_USE);
}

/* The upper bit of each byte that is zero; perhaps also of one that is 1 and above one that is
 * zero, which borrows from it (Mycroft's trick, 1987). */
static inline uint64_t
zero_bytes(uint64_t bytes)
{
    uint64_t each = UINT64_C(0x0101010101010101);
    return (bytes - each) & ~bytes & each << 7;
}

/* chunk_match and slot_first for any processor; there for all, so that the tests of each see them.
 * Slots by turns: those of the first eight are bits 0, 8, 16, ..., those behind 4, 12, ... */
static inline uint64_t
chunk_match_by_words(const struct table_chunk *chunk, uint8_t tag)
{
    uint64_t tags = tag * UINT64_C(0x0101010101010101);
    uint64_t first;
    uint32_t behind;
    memcpy(&first, chunk->tags, sizeof first);
    memcpy(&behind, chunk->tags + sizeof first, sizeof behind);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    first = __builtin_bswap64(first);
    behind = __builtin_bswap32(behind);
#endif
    return zero_bytes(first ^ tags) >> 7 | (zero_bytes(behind ^ tags) & UINT32_MAX) >> 3;
}

static inline unsigned
slot_first_by_words(uint64_t set)
{
    unsigned bit = (unsigned)__builtin_ctzll(set);
    return bit / 8 + bit % 8 * 2;
}

/* chunk_match: the slots with this tag; of 0, those that are free. Behind the first there may be
 * some whose tag is another; none of those that are free, since no tag is 1.
 * slot_first: the first of a set that isn't empty. */
#ifdef __SSE2__

/* Slot s is bit s. */
typedef uint32_t slot_set;

static inline slot_set
chunk_match(const struct table_chunk *chunk, uint8_t tag)
{
    __m128i tags = _mm_load_si128((const __m128i *)(const void *)chunk);
    __m128i is_equal = _mm_cmpeq_epi8(tags, _mm_set1_epi8((char)tag));
    return (slot_set)_mm_movemask_epi8(is_equal) & ((1u << CHUNK_SLOTS) - 1);
}

static inline unsigned
slot_first(slot_set set)
{
    return (unsigned)__builtin_ctz(set);
}

#else

typedef uint64_t slot_set;

static inline slot_set
chunk_match(const struct table_chunk *chunk, uint8_t tag)
{
    return chunk_match_by_words(chunk, tag);
}

static inline unsigned
slot_first(slot_set set)
{
    return slot_first_by_words(set);
}

#endif

/* ---- rows --------------------------------------------------------------------------------- */

/* Of four slots three are used at most: then one chunk of eight is full. */
static inline size_t
table_rows_of(size_t chunks)
{
    return chunks * (CHUNK_SLOTS * 3 / 4);
}

static inline bool
table_has_room(const struct table *table, size_t rows)
{
    return table->chunks && rows <= table_rows_of((size_t)table->mask + 1);
}

/* Returns the hash with which the row was entered. */
typedef uint32_t table_hash_of(const void *owner, uint32_t row);

/* Makes room for so many rows in all; false without memory, or beyond TABLE_ROWS_MOST: then
 * nothing has changed. hash_of may be NULL for a table without rows. */
bool hfi_table_reserve(struct table *table, size_t rows, table_hash_of *hash_of, const void *owner);

/* Frees the memory; the table is empty. */
void hfi_table_free(struct table *table);

/* Enters the row; there must be room. */
static inline void
table_add(struct table *table, uint32_t hash, uint32_t row)
{
    uint32_t at = hash & table->mask;
    slot_set room;
    while (unlikely(!(room = chunk_match(&table->chunks[at], 0)))) {
        table->chunks[at].went_on++;
        at = (at + 1) & table->mask;
    }
    struct table_chunk *chunk = &table->chunks[at];
    unsigned slot = slot_first(room);
    chunk->tags[slot] = tag_of(hash);
    chunk->rows[slot] = row;
    table->used++;
}

/* Removes the row, which must be there. */
static inline void
table_remove(struct table *table, uint32_t hash, uint32_t row)
{
    uint8_t tag = tag_of(hash);
    for (uint32_t at = hash & table->mask;; at = (at + 1) & table->mask) {
        struct table_chunk *chunk = &table->chunks[at];
        for (slot_set set = chunk_match(chunk, tag); likely(set); set &= set - 1) {
            unsigned slot = slot_first(set);
            if (unlikely(chunk->rows[slot] != row)) continue;
            chunk->tags[slot] = 0;
            table->used--;
            return;
        }
        chunk->went_on--;
    }
}

/* ---- searches ----------------------------------------------------------------------------- */

/* A walk with this hash will begin soon. Without the lock of whoever changes the table: all that
 * comes of an outdated address, or of one that is none yet, is that the wrong line is near. So it
 * is computed as a number. */
static inline void
table_prefetch(const struct table *table, uint32_t hash)
{
    /* relaxed, twice: nothing is read there. */
    uintptr_t chunks = (uintptr_t)atomic_load_relaxed(&table->chunks);
    uintptr_t place = hash & atomic_load_relaxed(&table->mask);
    prefetch_to_read((const void *)(chunks + place * sizeof(struct table_chunk)));
}

/* Where a search for this hash begins. */
static inline struct table_chunk *
table_chunk(const struct table *table, uint32_t hash)
{
    return &table->chunks[hash & table->mask];
}

/* Whether it may have to go on from there. */
static inline bool
table_goes_on(const struct table *table, uint32_t hash)
{
    return unlikely(table_chunk(table, hash)->went_on);
}

/* Goes through the rows that may have this hash: begin, then next until it returns TABLE_FREE. The
 * table must not change meanwhile. */
struct table_walk {
    const struct table *table;
    const struct table_chunk *chunk; /* NULL: there are none */
    slot_set left;                   /* of this chunk */
    uint32_t hash;
    uint32_t behind; /* how far it is from where it began */
};

static inline struct table_walk
table_walk_begin(const struct table *table, uint32_t hash)
{
    struct table_walk walk = {.table = table, .hash = hash};
    if (unlikely(!table->chunks)) return walk;
    walk.chunk = table_chunk(table, hash);
    walk.left = chunk_match(walk.chunk, tag_of(hash));
    return walk;
}

/* The walk, at the next chunk where there is something left; where there is none, with nothing. */
struct table_walk hfi_table_walk_on(struct table_walk walk);

FLATTEN_INLINE uint32_t
table_walk_next(struct table_walk *walk)
{
    if (!walk->left) {
        if (!walk->chunk || likely(!walk->chunk->went_on)) return TABLE_FREE;
        *walk = hfi_table_walk_on(*walk);
        if (!walk->left) return TABLE_FREE;
    }
    uint32_t row = walk->chunk->rows[slot_first(walk->left)];
    walk->left &= walk->left - 1;
    return row;
}

#endif
