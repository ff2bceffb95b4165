/* SPDX-License-Identifier: MIT
 *
 * Slots: load, store, exchange, compare-and-exchange for everybody; read sections and peek.
 * Knows life, and the sections of the room below.
 *
 * A store is that of an edge (docs/internals/word.md): the version of the stored object moves, then
 * the slot is written. What was there keeps the reference that the slot had, until no section is
 * left that may have read the pointer. So a load is a retain like others: whoever finds a pointer
 * in a slot, in a section, finds it counted. To the collector a reference that waits is one from
 * outside. Argument: docs/internals/slots.md; models/slot_exchange. */
#include <errno.h>
#include <holdfast/slot.h>

#include "handle/handle.h"
#include "sync/sync.h"
#include "track/track.h"

static void
give_slots_reference_back(void *object)
{
    release(object, NULL);
}

/* Whether what is taken out of a slot may be given back at once: nobody can be about to read it. */
static bool
is_unread(void)
{
    return process_is_single_threaded() && !hfi_section_is_open();
}

/* Before a slot is written. Returns whether there was memory. */
static bool
prepare(void *object, const void *site)
{
    if (object) {
        hfi_object_check(object, site);
        /* relaxed: the flag never changes. */
        bool is_confined = atomic_load_relaxed(&header_of(object)->word) & WORD_CONFINED;
        if (unlikely(is_confined)) hfi_misuse("confined object stored in a slot", object, site);
    }
    if (is_unread() || hfi_deferred_make_room(give_slots_reference_back)) return true;
    errno = ENOMEM;
    return false;
}

/* The slot does not hold former any more. */
static void
let_go(void *former, const void *site)
{
    if (!former) return;
    if (is_unread()) {
        note_taken_out(former, site);
        release(former, site);
        return;
    }
    hfi_defer(former, give_slots_reference_back);
    hfi_deferred_settle(give_slots_reference_back);
}

static void *
exchange(hf_slot_ref *slot, void *object, const void *site)
{
    if (object) bump(object, WORD_RETAIN, site);
    yield_point(slot_follows);
    /* acq_rel: the bump and what the object is made of come before, as in edge_exchange,
     * handle/edge.c; and what the former was made of, for its end. */
    void *former = atomic_exchange_acq_rel(&slot->held_, object);
    yield_point(slot_written);
    return former;
}

int
hf_slot_store_(hf_slot_ref *slot, void *object)
{
    const void *site = __builtin_return_address(0);
    if (!prepare(object, site)) return -1;
    let_go(exchange(slot, object, site), site);
    return 0;
}

void *
hf_slot_exchange_(hf_slot_ref *slot, void *object)
{
    const void *site = __builtin_return_address(0);
    if (!prepare(object, site)) return NULL;
    void *former = exchange(slot, object, site);
    if (!former || is_unread()) {
        note_taken_out(former, site);
        return former;
    }
    /* The slot's own reference isn't the caller's to release before its time. */
    retain(former, site);
    let_go(former, site);
    return former;
}

int
hf_slot_compare_exchange_(hf_slot_ref *slot, void **expected, void *object)
{
    const void *site = __builtin_return_address(0);
    if (!prepare(object, site)) return 0;
    void *former = *expected;
    if (object) bump(object, WORD_RETAIN, site);
    yield_point(slot_follows);
    /* acq_rel: as in exchange. On failure nothing is used but the fact. */
    if (atomic_replace_acq_rel(&slot->held_, expected, object)) {
        let_go(former, site);
        return 1;
    }
    if (object) {
        note_taken_out(object, site);
        release(object, site);
    }
    *expected = hf_slot_load_(slot);
    if (former) release(former, site);
    return 0;
}

void *
hf_slot_load_(const hf_slot_ref *slot)
{
    const void *site = __builtin_return_address(0);
    if (process_is_single_threaded()) {
        if (slot->held_) retain(slot->held_, site);
        return slot->held_;
    }
    hfi_section_begin();
    /* acquire: what the object is made of. pairs with: the release in exchange. */
    void *held = atomic_load_acquire(&slot->held_);
    yield_point(slot_read);
    if (held) retain(held, site);
    hfi_section_end();
    return held;
}

void *
hf_slot_peek_(const hf_slot_ref *slot)
{
    if (HF_CHECKED && !hfi_section_is_open()) {
        hfi_fatal("holdfast: hf_slot_peek outside a read section");
    }
    /* acquire: as in hf_slot_load_. */
    return atomic_load_acquire(&slot->held_);
}

void
hf_read_begin(void)
{
    hfi_section_begin();
}

/* Who finds in vain that something waits looks the less often: sections that overlap would all look
 * at one another. */
void
hf_read_end(void)
{
    enum { OVERLOOKED_MOST = 64 };
    static THREAD_LOCAL unsigned overlooked, in_vain;
    if (!hfi_section_end() || likely(!hfi_deferred_is_waiting())) return;
    if (overlooked++ < in_vain) return;
    overlooked = 0;
    hfi_deferred_settle(give_slots_reference_back);
    /* What this thread let go and could not end: others read. */
    in_vain = hfi_deferred_is_waiting() ? in_vain * 2 + 1 : 0;
    if (in_vain > OVERLOOKED_MOST) in_vain = OVERLOOKED_MOST;
}

void
hfi_slots_settle(void)
{
    if (hfi_deferred_is_waiting()) hfi_deferred_settle(give_slots_reference_back);
}

int
hf_slot_drain(void)
{
    if (hfi_section_is_open()) {
        errno = EDEADLK;
        return -1;
    }
    hfi_deferred_drain(give_slots_reference_back);
    return 0;
}
