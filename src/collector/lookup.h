/* SPDX-License-Identifier: MIT
 *
 * From an object to its number as a member: by a hash table, or by what stands in its own word.
 * Knows members; comes in by collector/trial.h.
 *
 * Where nobody else can look at the objects, the trial is alone: the number of a member stands in
 * its live word, in the place of the version, and CLAIMED beside it. A number is believed only if
 * that member is the object, so it doesn't matter what else the word may say. Such objects cost no
 * table, and the edges of a graph that is scattered over memory one miss of the cache instead of
 * two. */
#ifndef HFI_LOOKUP_H
#define HFI_LOOKUP_H

/* ---- by the table ---- */

/* Of the object's address, by Knuth's multiplicative hash of the 256 bytes in which it lies. */
static inline uint32_t
hash_of(const void *object)
{
    return (uint32_t)(((uintptr_t)object >> 8) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

/* Where the search for object begins. Objects that were made one after the other lie beside each
 * other, and so do their slots, as many as lie in 256 bytes; longer runs would grow together. The
 * upper bits of a multiplicative hash are the good ones. */
static inline uint32_t
slot_of(const struct trial *trial, const void *object)
{
    uint32_t unused_bits = (uint32_t)__builtin_clz(trial->slot_mask);
    uint32_t group = hash_of(object) >> (unused_bits + 3);
    return group << 3 | ((uint32_t)(uintptr_t)object >> 5 & 7);
}

/* What a slot holds beside the number of a member: the rest of the hash, so that a look at the slot
 * tells of most others that they are others. */
static inline uint32_t
tag_of(const struct trial *trial, const void *object)
{
    uint32_t used_bits = 29 - (uint32_t)__builtin_clz(trial->slot_mask);
    return (hash_of(object) << used_bits ^ (uint32_t)(uintptr_t)object >> 4 << 27)
           & ~trial->slot_mask;
}

/* Returns the slot of object, or the free one where it belongs. */
static inline uint32_t *
trial_search(const struct trial *trial, const void *object)
{
    uint32_t mask = trial->slot_mask, tag = tag_of(trial, object);
    for (uint32_t slot = slot_of(trial, object);; slot = (slot + 1) & mask) {
        uint32_t there = trial->slots[slot];
        if (!there) return &trial->slots[slot];
        if ((there & ~mask) != tag) continue;
        if (trial->members[(there & mask) - 1].object == object) return &trial->slots[slot];
    }
}

static inline struct member *
table_find(const struct trial *trial, const void *object)
{
    uint32_t there = *trial_search(trial, object);
    return there ? &trial->members[(there & trial->slot_mask) - 1] : NULL;
}

static inline void
table_peek(const struct trial *trial, const void *object)
{
    uint32_t mask = trial->slot_mask, tag = tag_of(trial, object), slot = slot_of(trial, object);
    uint32_t there = trial->slots[slot];
    while (there && (there & ~mask) != tag) {
        slot = (slot + 1) & mask;
        there = trial->slots[slot];
    }
    if (there) prefetch_to_write(&trial->members[(there & mask) - 1]);
}

/* ---- by the word ---- */

/* The member whose number stands in the word of object, or NULL. */
static inline struct member *
marked_member(const struct trial *trial, const void *object, uint64_t word)
{
    uint64_t number = word_version(word);
    if (!(word & WORD_CLAIMED) || number >= trial->count) return NULL;
    return trial->members[number].object == object ? &trial->members[number] : NULL;
}

static inline uint64_t
marked_word(uint64_t word, uint32_t number)
{
    return (word & ~WORD_VERSION_MASK) | WORD_CLAIMED | number * WORD_VERSION_ONE;
}

static inline void
marked_peek(const struct trial *trial, const void *object)
{
    /* relaxed: a guess. */
    uint64_t word = atomic_load_relaxed(&header_of(object)->word);
    uint64_t number = word_version(word);
    bool is_marked = (word & WORD_CLAIMED) && number < trial->count;
    if (is_marked) prefetch_to_write(&trial->members[number]);
}

/* Whether the object may be walked at all: its word need not be marked otherwise. */
static inline bool
is_linked(const void *object)
{
    uintptr_t meta = meta_of(object);
    return !(meta & (HF_META_ACYCLIC_ | HF_META_PLACED_));
}

/* ---- both ---- */

/* The object will be looked up soon. */
static inline void
trial_prefetch(const struct trial *trial, const void *object)
{
    if (trial->marks_words) prefetch_to_write(header_of(object));
    else prefetch_to_read(&trial->slots[slot_of(trial, object)]);
}

/* It was prefetched, and its member will be used soon. */
static inline void
trial_peek(const struct trial *trial, const void *object)
{
    if (trial->marks_words) marked_peek(trial, object);
    else table_peek(trial, object);
}

/* Returns the member for object, or NULL. */
static inline struct member *
trial_find(const struct trial *trial, const void *object)
{
    if (!trial->marks_words) return table_find(trial, object);
    /* relaxed: one thread only. */
    return marked_member(trial, object, atomic_load_relaxed(live_word_of(object)));
}

/* Appends a member. */
FLATTEN_INLINE struct member *
trial_append(struct trial *trial, void *object, uint64_t word)
{
    struct member *member = &trial->members[trial->count++];
    *member = (struct member){.object = object, .word = word};
    return member;
}

FLATTEN_INLINE struct member *
enter_marked(struct trial *trial, void *object)
{
    uint64_t *live = live_word_of(object);
    /* relaxed, twice: one thread only. */
    uint64_t word = atomic_load_relaxed(live);
    struct member *member = marked_member(trial, object, word);
    if (member || !is_linked(object)) return member;
    /* A shared object that a confined one holds may be in use on other threads. */
    if (trial->confined && !(word & WORD_CONFINED)) return NULL;
    atomic_store_relaxed(live, marked_word(word, trial->count));
    return trial_append(trial, object, word);
}

static inline struct member *
enter_in_table(struct trial *trial, void *object)
{
    uint32_t *slot = trial_search(trial, object);
    if (*slot) return &trial->members[(*slot & trial->slot_mask) - 1];
    *slot = (trial->count + 1) | tag_of(trial, object);
    return trial_append(trial, object, UNREAD);
}

/* Returns the member for object, entered now if it was none; NULL without memory, and also if the
 * object can be no part of a cycle of the trial and that is seen at once. A pointer to a member is
 * good until the next call. */
FLATTEN_INLINE struct member *
trial_enter(struct trial *trial, void *object)
{
    if (unlikely(trial->count == trial->capacity) && !hfi_trial_grow(trial)) return NULL;
    return trial->marks_words ? enter_marked(trial, object) : enter_in_table(trial, object);
}

#endif
