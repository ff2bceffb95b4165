/* SPDX-License-Identifier: MIT
 *
 * Weak to strong: the race between an upgrade and the last release, on one page.
 * Knows the side record's word; never touches a payload.
 *
 * The last release takes the count to zero, or from 1 to DEAD, by one read-modify-write of the
 * word, an upgrade from count n to n + 1 by an exchange; so one of them comes first and the other
 * sees it. A count of zero is as good as DEAD, which the last release says next.
 * The collector's claim is the third in this race; object/claim_status.c decides it.
 * models/upgrade_against_death, models/upgrade_against_claim. */
#include "sync/sync.h"
#include "track/track.h"
#include "weak/weak.h"

/* The object is the caller's as well from now on. */
static inline void *
upgraded(struct hfi_side_record *record, uint64_t seen, const void *site)
{
    void *object = side_record_object(record);
    if (unlikely(seen & WORD_TRACKED)) hfi_holders_took(object, site);
    return object;
}

/* Confined, immortal or saturated: rare, and settled without an exchange. */
static COLD void *
upgrade_odd(struct hfi_side_record *record, uint64_t seen, const void *site)
{
    if (word_is_for_ever(seen)) return side_record_object(record);
    if ((seen & WORD_VERSION_MASK) != thread_tag()) {
        hfi_misuse("confined object used on another thread", side_record_object(record), site);
    }
    /* relaxed: one thread only. */
    atomic_store_relaxed(&record->word, seen + WORD_COUNT_ONE);
    return upgraded(record, seen, site);
}

/* The whole table, beginning with what was seen in the word. */
APART static void *
upgrade_by_table(struct hfi_side_record *record, uint64_t seen, const void *site)
{
    for (;;) {
        yield_point(upgrade_seen);
        if (word_is_gone(seen)) return NULL;
        if (unlikely(word_is_for_ever(seen) || (seen & WORD_CONFINED))) {
            return upgrade_odd(record, seen, site);
        }
        if (unlikely(seen & WORD_CLAIMED) && hfi_claim_is_committed()) {
            yield_point(upgrade_sees_committed);
            /* acquire: as in hf_upgrade_. The claim that was committed may be a later one, of other
             * objects: then this word has moved on. */
            uint64_t now = atomic_load_acquire(&record->word);
            if (now == seen) return NULL;
            seen = now;
            continue;
        }
        yield_point(upgrade_decided);
        /* acq_rel, in word_replace: an upgrade is a retain that may not come too late; on failure
         * the new word decides, so it is read with acquire. */
        if (word_replace(&record->word, &seen, word_with_room(seen) + WORD_RETAIN)) {
            return upgraded(record, seen, site);
        }
    }
}

ALIGNED void *
hf_upgrade_(const hf_weak_ref *w)
{
    struct hfi_side_record *record = w->record_;
    if (!record) return NULL;
    /* acquire: what was written before the object was handed to this thread through the weak
     * reference is seen.
     * pairs with: every release and exchange of the word. */
    uint64_t seen = atomic_load_acquire(&record->word);
    void *object = side_record_object(record);
    /* Most of what is looked for lives, and nothing odd stands in its word. */
    while (likely(word_can_be_upgraded(seen))) {
        /* acq_rel, in word_replace: as above. */
        if (likely(word_replace(&record->word, &seen, seen + WORD_RETAIN))) return object;
    }
    return upgrade_by_table(record, seen, __builtin_return_address(0));
}
