/* SPDX-License-Identifier: MIT
 *
 * The dead wait in line inside their own headers: no stack, no allocation.
 * Knows the header; each thread has a line of its own, empty when no death runs.
 * What one death releases is a batch, in order of release; the batch goes in front of what was in line before. So the dead
 * come in the order in which a recursive release would meet them: a parent, its first child and all below it, its second.
 *
 * A type that can't be part of a cycle has no link word. Nobody but the death looks at the word of a dead object without
 * a side record, and at the stale one of an object with one, so the link is kept there: an address below 2^57 that is a
 * multiple of 8, shifted up beside the flags. DONE says so, and lets every operation on the object be misuse. */
#include "life/life.h"
#include "sync/sync.h"

static THREAD_LOCAL struct {
    void *rest;          /* who stood in line before the batch */
    void *first, *last;  /* the batch */
    bool is_open;
} line;

static void
set_next(void *object, void *next)
{
    struct hfi_header *header = header_of(object);
    if (meta_of(object) & HF_META_LINK_) {
        header->link = next;
        return;
    }
    /* relaxed: only this thread reads the link. */
    uint64_t flags = atomic_load_relaxed(&header->word) & (WORD_SIDE | WORD_CONFINED);
    uint64_t packed = (uint64_t)(uintptr_t)next >> 3 << HF_WORD_FLAG_BITS_;
    atomic_store_relaxed(&header->word, packed | flags | WORD_DEAD | WORD_DONE);
}

/* Reads the link, and makes the word that of a dying object again. */
static void *
take_next(void *object)
{
    struct hfi_header *header = header_of(object);
    if (meta_of(object) & HF_META_LINK_) return header->link;
    /* relaxed: as in set_next. */
    uint64_t word = atomic_load_relaxed(&header->word);
    uint64_t flags = word & (WORD_SIDE | WORD_CONFINED);
    uint64_t tag = flags & WORD_CONFINED ? hf_confined_tag_ : 0;
    atomic_store_relaxed(&header->word, tag | flags | WORD_DEAD | WORD_COUNT_ONE);
    return (void *)(uintptr_t)(word >> HF_WORD_FLAG_BITS_ << 3);
}

bool
hfi_worklist_is_open(void)
{
    return line.is_open;
}

void
hfi_worklist_open(void)
{
    line.is_open = true;
}

void
hfi_worklist_close(void)
{
    line.is_open = false;
}

void
hfi_worklist_append(void *object)
{
    set_next(object, NULL);
    if (line.last) set_next(line.last, object);
    else line.first = object;
    line.last = object;
}

void *
hfi_worklist_next(void)
{
    if (line.first) {
        set_next(line.last, line.rest);
        line.rest = line.first;
        line.first = line.last = NULL;
    }
    void *object = line.rest;
    if (object) line.rest = take_next(object);
    return object;
}
