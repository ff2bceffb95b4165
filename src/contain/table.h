/* SPDX-License-Identifier: MIT
 *
 * The index under maps and caches: from a hash to the numbers of the rows that have it.
 * Knows neither keys nor values: who asks compares the rows. Plain memory, which no collection
 * looks at.
 *
 * Open addressing by chunks of twelve slots, each chunk a line of memory. A slot has the number of
 * a row and a tag, seven bits of its hash; a search compares the tags of six slots at once in one
 * register. So one line decides nearly every search, and a processor isn't led astray by how many
 * slots it looks at: with slots that were tried one by one, that took 28 of the 72 ns of a put into
 * a cache. Each chunk counts the rows that found it full and went on to the next one; a search goes
 * on where there are any, and what is removed leaves no mark. The idea is that of F14 (Bronson and
 * Shi, "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019). */
#ifndef HFI_TABLE_H
#define HFI_TABLE_H

#include "base/base.h"

enum { CHUNK_SLOTS = 12, CHUNK_LINE = 64 };

/* The tag of slot s is byte s / 2 of the word s % 2, by weight; 0: the slot is free. The two upper
 * bytes of the second word count who went on. */
struct table_chunk {
    uint64_t tags[2];
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

/* Slot s is bit 4 s. */
typedef uint64_t slot_set;

#define EACH_TAG UINT64_C(0x010101010101)
#define TAG_IN_USE 0x80
#define ONE_WENT_ON (UINT64_C(1) << 48)
#define MANY_WENT_ON UINT64_C(0xFFFF)

/* Other bits than those that choose the chunk, as long as there are no more than a million, and
 * than those that choose a cache's shard. */
static inline uint8_t
tag_of(uint32_t hash)
{
    return (uint8_t)(hash >> 20 | TAG_IN_USE);
}

/* Of a set that isn't empty. */
static inline unsigned
slot_first(slot_set set)
{
    return (unsigned)__builtin_ctzll(set) / 4;
}

/* The upper bit of each tag that is zero; perhaps also of one that is 1 and above one that is zero,
 * which borrows from it (Mycroft's trick, 1987). */
static inline uint64_t
zero_tags(uint64_t tags)
{
    return (tags - EACH_TAG) & ~tags & EACH_TAG * TAG_IN_USE;
}

/* The slots with this tag. Behind the first there may be some whose tag is another; none of those
 * that are free, since no tag is 1. */
static inline slot_set
chunk_match(const struct table_chunk *chunk, uint8_t tag)
{
    uint64_t tags = tag * EACH_TAG;
    return zero_tags(chunk->tags[0] ^ tags) >> 7 | zero_tags(chunk->tags[1] ^ tags) >> 3;
}

/* From free to this tag, or back. */
static inline void
chunk_toggle(struct table_chunk *chunk, unsigned slot, uint8_t tag)
{
    chunk->tags[slot % 2] ^= (uint64_t)tag << slot / 2 * 8;
}

static inline bool
chunk_is_free(const struct table_chunk *chunk, unsigned slot)
{
    return !(chunk->tags[slot % 2] >> slot / 2 * 8 & TAG_IN_USE);
}

static inline uint64_t
chunk_went_on(const struct table_chunk *chunk)
{
    return chunk->tags[1] / ONE_WENT_ON;
}

/* Another row goes on, or doesn't any more. Nobody knows how many they are once they are too many
 * to count: only chance that lasts longer than the earth makes so many, or somebody who knows the
 * secret of the hashes. */
static inline void
chunk_pass(struct table_chunk *chunk)
{
    if (chunk_went_on(chunk) != MANY_WENT_ON) chunk->tags[1] += ONE_WENT_ON;
}

static inline void
chunk_unpass(struct table_chunk *chunk)
{
    if (chunk_went_on(chunk) != MANY_WENT_ON) chunk->tags[1] -= ONE_WENT_ON;
}

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
    slot_set free;
    while (unlikely(!(free = chunk_match(&table->chunks[at], 0)))) {
        chunk_pass(&table->chunks[at]);
        at = (at + 1) & table->mask;
    }
    struct table_chunk *chunk = &table->chunks[at];
    unsigned slot = slot_first(free);
    chunk_toggle(chunk, slot, tag_of(hash));
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
            chunk_toggle(chunk, slot, tag);
            table->used--;
            return;
        }
        chunk_unpass(chunk);
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
    walk.chunk = &table->chunks[hash & table->mask];
    walk.left = chunk_match(walk.chunk, tag_of(hash));
    return walk;
}

/* The walk, at the next chunk where there is something left; where there is none, with nothing. */
struct table_walk hfi_table_walk_on(struct table_walk walk);

FLATTEN_INLINE uint32_t
table_walk_next(struct table_walk *walk)
{
    if (!walk->left) {
        if (!walk->chunk || likely(!chunk_went_on(walk->chunk))) return TABLE_FREE;
        *walk = hfi_table_walk_on(*walk);
        if (!walk->left) return TABLE_FREE;
    }
    uint32_t row = walk->chunk->rows[slot_first(walk->left)];
    walk->left &= walk->left - 1;
    return row;
}

#endif
