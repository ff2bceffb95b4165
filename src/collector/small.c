/* SPDX-License-Identifier: MIT
 *
 * The usual garbage: a few objects that hold each other and nothing else. In a process with one
 * thread it is found, proven and ended in one go, while it is in the nearest cache.
 * Knows objects and their edges, and needs no trial.
 *
 * Nothing can come in between, so the walk is the proof: all that the candidate reaches is in the
 * set, and all references to each are edges of the set. Nothing is written before that is known;
 * what turns out to be anything else is for the phases. Members are few, so they are looked up by
 * comparing addresses. Argument: docs/internals/collector.md, A.4. */
#include "collector/trial.h"

enum { MEMBERS_AT_MOST = 8 };

struct small_set {
    unsigned count, most;
    void *object[MEMBERS_AT_MOST];
    uint64_t word[MEMBERS_AT_MOST];
    uint64_t found[MEMBERS_AT_MOST]; /* references from members */
    bool is_open;                    /* more are reached than have room */
};

FLATTEN_INLINE void
count_reference(void *context, void *target)
{
    struct small_set *set = context;
    unsigned i = 0;
    while (i < set->count && set->object[i] != target) i++;
    if (i == set->count) {
        if (i == set->most) {
            set->is_open = true;
            return;
        }
        set->object[i] = target;
        set->found[i] = 0;
        set->count++;
    }
    set->found[i]++;
}

/* Counts the references that the member holds. Returns false if they are too many, or if its death
 * is more than the end of its block. */
FLATTEN_INLINE bool
look_at(struct small_set *set, unsigned number)
{
    void *object = set->object[number];
    /* relaxed: one thread only. */
    uint64_t word = atomic_load_relaxed(&header_of(object)->word);
    const struct hfi_books *books = plain_books(object, word);
    if (!books || books->allocator) return false;
    set->word[number] = word;
    edges_walk_few(object, books, count_reference, set);
    return !set->is_open;
}

size_t
hfi_end_small(void *candidate, size_t most, struct hfi_dying_run *run)
{
    struct small_set set;
    set.most = most < MEMBERS_AT_MOST ? (unsigned)most : MEMBERS_AT_MOST;
    set.is_open = false;
    set.count = 1;
    set.object[0] = candidate;
    set.found[0] = 0;
    for (unsigned i = 0; i < set.count; i++) {
        if (!look_at(&set, i)) return 0;
    }
    for (unsigned i = 0; i < set.count; i++) {
        if (set.found[i] != word_count(set.word[i])) return 0;
    }
    /* Other candidates among them are left to their lists. Also one that was taken out before, in
     * vain: it goes back to a queue. */
    for (unsigned i = 0; i < set.count; i++) {
        hfi_dying_give_back_in_run(run, set.object[i], dying_word(set.word[i], !i));
    }
    return set.count;
}
