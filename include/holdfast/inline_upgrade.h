/* SPDX-License-Identifier: MIT
 *
 * hf_upgrade without a call, for programs that define `HF_INLINE` (inline.h).
 * Knows the layout of side records. The library is called for what is rare: the dead, the confined
 * to a thread, what the collector has claimed, what others change at the same moment. */
#ifndef HOLDFAST_INLINE_UPGRADE_H
#define HOLDFAST_INLINE_UPGRADE_H

#include "inline.h"
#include "weak.h"

HF_BEGIN_C

/* Steps and orderings are those of hf_upgrade_, src/weak/upgrade.c. */
static inline __attribute__((always_inline, unused, warn_unused_result)) void *
hf_upgrade_inline_(const hf_weak_ref *w)
{
    struct hf_side_record_ *record = (struct hf_side_record_ *)w->record_;
    if (__builtin_expect(!record, 0)) return NULL;
    const uint64_t odd = HF_ODD_TO_RETAIN_ | HF_WORD_CONFINED_ | HF_WORD_CLAIMED_;
    /* acquire: what was written before the object was handed to this thread is seen. */
    uint64_t seen = __atomic_load_n(&record->word, __ATOMIC_ACQUIRE);
    if (__builtin_expect((seen & odd) != 0, 0)) return hf_upgrade_(w);
    /* Read before the exchange, which waits for this load in any case. */
    void *object = (void *)~record->hidden_object;
    uint64_t next = seen + HF_RETAIN_;
    if (__builtin_expect(HF_SINGLE_THREADED_, 0)) {
        /* relaxed: no other thread. */
        __atomic_store_n(&record->word, next, __ATOMIC_RELAXED);
        return object;
    }
    /* acq_rel: a retain that may not come too late; relaxed: the library looks again. */
    if (__builtin_expect(!__atomic_compare_exchange_n(&record->word, &seen, next, 0,
                                                      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED),
                         0)) {
        return hf_upgrade_(w);
    }
    return object;
}

/* hf_upgrade_ of weak.h, inline where it may be: what follows is for hf_upgrade, and for C++. */
#define hf_upgrade_(w) hf_upgrade_inline_(w)

HF_END_C

#endif
