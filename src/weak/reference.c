/* SPDX-License-Identifier: MIT
 *
 * Weak references: set, copy, clear, ask whether dead.
 * Knows side records: a reference is a share of one. Guarantees: include/holdfast/weak.h. */
#include "weak/weak.h"

/* Puts record, a share of which belongs to w from here on, in the place of what was there. */
static void
replace(hf_weak_ref *w, struct hfi_side_record *record)
{
    struct hfi_side_record *former = w->record_;
    w->record_ = record;
    if (former) hfi_side_record_drop(former);
}

int
hf_weak_set_(hf_weak_ref *w, const void *object)
{
    struct hfi_side_record *record = NULL;
    const void *site = __builtin_return_address(0);
    if (object) {
        hfi_object_check(object, site);
        /* relaxed: the caller holds the object, or is its destroy function, and then DEAD is its
         * own doing. */
        uint64_t word = atomic_load_relaxed(live_word_of(object));
        if (word & WORD_DONE) hfi_misuse("weak reference to a dead object", object, site);
        if (word & WORD_DEAD) record = &hfi_side_record_dead;
        else record = hfi_side_record_of((void *)(uintptr_t)object);
        if (!record) return -1;
        hfi_side_record_share(record);
    }
    replace(w, record);
    return 0;
}

int
hf_weak_copy_(hf_weak_ref *to, const hf_weak_ref *from)
{
    struct hfi_side_record *record = from->record_;
    if (record) hfi_side_record_share(record);
    replace(to, record);
    return 0;
}

void
hf_weak_clear_(hf_weak_ref *w)
{
    replace(w, NULL);
}

int
hf_weak_dead_(const hf_weak_ref *w)
{
    const struct hfi_side_record *record = w->record_;
    if (!record) return 0;
    /* acquire, twice: what happened before the death is seen by whoever learns of it.
     * pairs with: the exchange that sets DEAD, life/release.c, and the one that sets CLAIMED,
     * collector/claim.c. */
    uint64_t seen = atomic_load_acquire(&record->word);
    while (!word_is_gone(seen) && (seen & WORD_CLAIMED)) {
        /* The collector may have taken the object, and be about to say so in the word. The cell
         * speaks of this object only if the word is still the same after the look at it. */
        bool is_committed = hfi_claim_was_committed();
        uint64_t now = atomic_load_acquire(&record->word);
        if (now == seen) return is_committed;
        seen = now;
    }
    return word_is_gone(seen);
}
