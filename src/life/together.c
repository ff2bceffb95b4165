/* SPDX-License-Identifier: MIT
 *
 * Deaths of many objects together: the members of a garbage set, which hold each other.
 * Knows the steps of a single death, death.h; what dies because of the members stands in line as
 * ever.
 * The order is promised in include/holdfast/collect.h: each step for all before the next. */
#include "life/death.h"

void
hfi_dying_begin(void)
{
    line_open();
}

bool
hfi_dying_notify(void *object)
{
    return notices_run(object);
}

bool
hfi_dying_destroy(void *object)
{
    hfi_destroy(type_of(object), object);
    return true;
}

bool
hfi_dying_let_go(void *object)
{
    uintptr_t meta = meta_of(object);
    hfi_let_references_go(type_of_meta(meta), object, meta);
    return true;
}

/* Whether a member of a group that dies; a reference to one need not be counted down, since nobody
 * counts on it. */
static inline bool
is_member(const void *object)
{
    /* relaxed: this thread set the marks, or they are not there. */
    uint64_t word = atomic_load_relaxed(&header_of(object)->word);
    return (word & (WORD_DEAD | WORD_CLAIMED | WORD_DONE)) == (WORD_DEAD | WORD_CLAIMED);
}

static void
let_other_go(void **edge)
{
    /* relaxed: the holder is dead, so a collector that still reads the edge drops what it finds. */
    void *held = atomic_load_relaxed(edge);
    yield_point(other_goes);
    if (!held || is_member(held) || !hfi_release_is_last(held, NULL)) return;
    worklist_append(&hfi_line, held);
}

bool
hfi_dying_let_others_go(void *object)
{
    uintptr_t meta = meta_of(object);
    for (const hf_type *type = type_of_meta(meta); type; type = type->base) {
        fields_of(type, field) {
            void *place = (char *)object + field->offset;
            if (field->kind == HF_FIELD_WEAK) hf_weak_clear_(place);
            if (!field_is_edge(field)) continue;
            size_t count = field_count(field, object, meta);
            for (size_t i = 0; i < count; i++) let_other_go((void **)place + i);
        }
    }
    return true;
}

bool
hfi_dying_free_buffers(void *object)
{
    hfi_free_buffers(type_of(object), object);
    return true;
}

bool
hfi_dying_give_back(void *object)
{
    give_back(object, meta_of(object));
    return true;
}

void
hfi_dying_end_run(struct hfi_dying_run *run)
{
    if (run->count) ledger_died(run->books, run->count, 0);
    run->count = 0;
}

void
hfi_dying_give_back_in_run(struct hfi_dying_run *run, void *object, uint64_t word)
{
    /* relaxed, here and below: it is garbage, and this thread's. */
    uintptr_t meta = atomic_load_relaxed(&header_of(object)->meta);
    if (unlikely(meta != run->meta)) {
        hfi_dying_end_run(run);
        *run = (struct hfi_dying_run){.meta = meta, .books = quick_books(meta)};
    }
    if (likely(run->books && (word & WORD_ROOTABLE))) {
        run->count++;
        block_free_small(object, run->books);
    } else {
        atomic_store_relaxed(&header_of(object)->word, word);
        hfi_dying_give_back(object);
    }
}

bool
hfi_dying_bury(void *object)
{
    if (hfi_is_resurrected(object)) return false;
    return hfi_dying_give_back(object);
}

void
hfi_dying_end(void)
{
    hfi_line_drain(worklist_next(&hfi_line));
}

void
hfi_dying_leak(void *object)
{
    /* relaxed, twice: a dead object's word; the flag is for whoever takes the object out of its
     * list. */
    bool is_listed = !(meta_of(object) & HF_META_ACYCLIC_)
                     && !(atomic_load_relaxed(live_word_of(object)) & WORD_ROOTABLE);
    if (is_listed) atomic_or_relaxed(live_word_of(object), WORD_IMMORTAL);
}
