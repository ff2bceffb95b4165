/* SPDX-License-Identifier: MIT
 *
 * The steps of a death in their order: notices, destroy, references, free, block.
 * Knows every lower room; runs the program's code, so nothing is locked here.
 * The order is promised in include/holdfast/type.h. A step whose types have nothing to do in it is passed over. */
#include "life/life.h"

#include "block/block.h"
#include "ledger/ledger.h"
#include "weak/weak.h"

/* Calls one of the program's functions by the address that HF_OWNED noted. */
static void
free_owned(void *place, const hf_field *field)
{
    if (field->kind != HF_FIELD_OWNED) return;
    void **pointer = place;
    if (*pointer) ((void (*)(void *))field->owned)(*pointer);
    *pointer = NULL;
}

/* Step 3. */
static void
free_buffers(const hf_type *type, void *object, uintptr_t meta)
{
    for (; type; type = type->base) {
        if (type->free) type->free(object);
        fields_each(type, object, meta, free_owned);
    }
}

FLATTEN_INLINE void
let_go(void *place, const hf_field *field)
{
    if (field->kind == HF_FIELD_WEAK) {
        hf_weak_clear_(place);
    } else if (field->kind != HF_FIELD_OWNED) {
        /* relaxed: the object is dead, so a collector that still reads the edge drops what it finds. */
        void *held = atomic_load_relaxed((void **)place);
        atomic_store_relaxed((void **)place, NULL);
        if (held) hfi_release(held, (const void *)field);
    }
}

static void
release_visited(hf_visitor *visitor, void *object)
{
    (void)visitor;
    hfi_release(object, __builtin_return_address(0));
}

/* Step 2. */
static void
let_references_go(const hf_type *type, void *object, uintptr_t meta)
{
    hf_visitor visitor = {.visit = release_visited};
    for (; type; type = type->base) {
        fields_each(type, object, meta, let_go);
        if (type->trace) type->trace(object, &visitor);
    }
}

/* Step 1. */
static void
destroy(const hf_type *type, void *object)
{
    for (; type; type = type->base) {
        if (type->destroy) type->destroy(object);
    }
}

/* Whether somebody has a reference beside the pin: user code handed the object out again. Then it stays as it is, for
 * ever, and the pin keeps its count from zero. */
static bool
is_resurrected(const void *object, const void *culprit)
{
    /* acquire: a reference that another thread has given back since is gone with all its writes.
     * pairs with: the exchange in release_odd. */
    uint64_t word = atomic_load_acquire(live_word_of(object));
    if (likely(word_count(word) == 1)) return false;
    hfi_suspect("resurrected while it died, so it is never freed", object, culprit);
    return true;
}

static void
give_back(void *object, uintptr_t meta)
{
    size_t tail = meta & HF_META_EXTENT_ ? extent_bytes(*extent_of(object, meta)) : 0;
    ledger_died(books_of(type_of_meta(meta)), tail);
    hfi_block_free(object, meta);
}

static void
die_now(void *object, bool with_destroy)
{
    uintptr_t meta = meta_of(object);
    const hf_type *type = type_of_meta(meta);
    unsigned steps = books_of(type)->steps;
    hfi_notices_run(object);
    if ((steps & STEP_DESTROY) && with_destroy) {
        destroy(type, object);
        if (is_resurrected(object, (const void *)(uintptr_t)type->destroy)) return;
    }
    if (steps & STEP_LET_GO) let_references_go(type, object, meta);
    if (steps & STEP_FREE) free_buffers(type, object, meta);
    if (steps && is_resurrected(object, type)) return;
    give_back(object, meta);
}

static void
drain_line(void)
{
    for (void *next = hfi_worklist_next(); next; next = hfi_worklist_next()) die_now(next, true);
}

void
hfi_die(void *object)
{
    if (hfi_worklist_is_open()) {
        hfi_worklist_append(object);
        return;
    }
    hfi_worklist_open();
    die_now(object, true);
    drain_line();
    hfi_worklist_close();
}

void
hfi_die_in_place(void *object, bool with_destroy)
{
    bool is_inner = hfi_worklist_is_open();
    hfi_worklist_open();
    die_now(object, with_destroy);
    if (is_inner) return;
    drain_line();
    hfi_worklist_close();
}
