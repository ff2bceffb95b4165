/* SPDX-License-Identifier: MIT
 *
 * The dead wait in line inside their own headers: no stack, no allocation.
 * Knows the header; each thread has a line of its own, empty when no death runs. For death.c alone.
 * What one death releases is a batch, in order of release; the batch goes in front of what was in
 * line before. So the dead come in the order in which a recursive release would meet them: a
 * parent, its first child and all below it, its second.
 *
 * A type that can't be part of a cycle has no link word, and the link word of a candidate belongs
 * to its list. Nobody but the death changes the word of a dead object without a side record, and
 * the stale one of an object with one, so the link is kept there: an address below 2^57 that is a
 * multiple of 8, shifted up beside the flags. DONE says so, and lets every operation on the object
 * be misuse; ROOTABLE beside it says to the list's keeper that the block is not left to it yet. */
#ifndef HFI_WORKLIST_H
#define HFI_WORKLIST_H

#include "object/object.h"
#include "sync/sync.h"

struct worklist {
    void *rest; /* who stood in line before the batch, linked */
    /* The batch, linked but for its last, whose word is still that of a dying object. */
    void *first, *last;
};

/* Object's successor is next; object is not the last of the batch any more. */
static inline void
worklist_link(void *object, void *next)
{
    struct hfi_header *header = header_of(object);
    bool is_linked = !(meta_of(object) & HF_META_ACYCLIC_);
    /* relaxed, here and below: only this thread reads the link, and only this thread changes the
     * words of the dead; another one may look for DONE without ROOTABLE in it. */
    if (is_linked && (atomic_load_relaxed(live_word_of(object)) & WORD_ROOTABLE)) {
        header->link = (uintptr_t)next;
        return;
    }
    uint64_t flags = atomic_load_relaxed(&header->word) & (WORD_SIDE | WORD_CONFINED);
    if (is_linked) flags |= WORD_ROOTABLE;
    uint64_t packed = (uint64_t)(uintptr_t)next >> 3 << HF_WORD_FLAG_BITS_;
    atomic_store_relaxed(&header->word, packed | flags | WORD_DEAD | WORD_DONE);
}

/* Returns object's successor, and makes its word that of a dying object again. */
static inline void *
worklist_unlink(void *object)
{
    struct hfi_header *header = header_of(object);
    /* relaxed: as in worklist_link. */
    uint64_t word = atomic_load_relaxed(&header->word);
    if (!(word & WORD_DONE)) return (void *)(uintptr_t)header->link;
    uint64_t flags = word & (WORD_SIDE | WORD_CONFINED);
    uint64_t tag = flags & WORD_CONFINED ? thread_tag() : 0;
    atomic_store_relaxed(&header->word, tag | flags | WORD_DEAD);
    return (void *)(uintptr_t)(word >> HF_WORD_FLAG_BITS_ << 3);
}

static inline void
worklist_append(struct worklist *line, void *object)
{
    if (line->last) worklist_link(line->last, object);
    else line->first = object;
    line->last = object;
}

/* Takes all who stand in line out of it. Returns the first of them, linked, the last one too; or
 * NULL. */
static inline void *
worklist_take_all(struct worklist *line)
{
    if (line->first) {
        worklist_link(line->last, line->rest);
        line->rest = line->first;
    }
    void *all = line->rest;
    *line = (struct worklist){0};
    return all;
}

/* Returns who is next, or NULL. */
static inline void *
worklist_next(struct worklist *line)
{
    void *object = line->first;
    if (object && object == line->last) {
        /* A batch of one, as in a chain: no link is written or read. */
        line->first = line->last = NULL;
        return object;
    }
    if (object) {
        worklist_link(line->last, line->rest);
        line->rest = object;
        line->first = line->last = NULL;
    }
    object = line->rest;
    if (object) line->rest = worklist_unlink(object);
    return object;
}

#endif
