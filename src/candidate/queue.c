/* SPDX-License-Identifier: MIT
 *
 * Queues of candidates, and the lock of the shared ones.
 * Knows links and blocks; keeps process-wide state: the shared queues and their lock, empty at
 * first; the lock is held across a fork, so a child finds them whole. */
#include "candidate/lists.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct hfi_candidates shared;

/* Of the shared queues; written under the lock. */
static hf_word_ shared_count;

void
hfi_candidate_queue_splice(struct hfi_candidate_queue *to, struct hfi_candidate_queue *from)
{
    if (!from->count) return;
    if (to->count) {
        uint64_t *end = &header_of(to->last)->link;
        *end = link_pack(from->first, link_note(*end));
    } else {
        to->first = from->first;
    }
    to->last = from->last;
    to->count += from->count;
    *from = (struct hfi_candidate_queue){0};
}

void
hfi_candidate_queue_append(struct hfi_candidate_queue *queue, void *object, uint64_t note)
{
    header_of(object)->link = link_pack(NULL, note);
    struct hfi_candidate_queue one = {.first = object, .last = object, .count = 1};
    hfi_candidate_queue_splice(queue, &one);
}

void
hfi_candidate_queue_prepend(struct hfi_candidate_queue *queue, void *object, uint64_t note)
{
    header_of(object)->link = link_pack(queue->first, note);
    queue->first = object;
    if (!queue->count++) queue->last = object;
}

void
hfi_candidate_queue_put(struct hfi_candidate_queue *queue, void *object, uint64_t word)
{
    hfi_candidate_queue_append(queue, object, link_note_of(word));
}

bool
hfi_candidate_bury_odd(void *object, uint64_t word)
{
    /* ROOTABLE beside DONE: it still stands in line (life/worklist.h), and its count is a link. */
    if ((word & (WORD_DONE | WORD_ROOTABLE)) != WORD_DONE) {
        return (word & (WORD_DONE | WORD_IMMORTAL)) == WORD_IMMORTAL;
    }
    yield_point(bury);
    block_free(object, meta_of(object));
    return true;
}

size_t
hfi_candidates_bury(struct hfi_candidates *candidates, size_t looks)
{
    for (unsigned i = 0; i < CANDIDATE_LEVELS && looks; i++) {
        unsigned level = (candidates->next_buried + i) % CANDIDATE_LEVELS;
        struct hfi_candidate_queue *queue = &candidates->level[level];
        for (size_t left = queue->count; left && looks; left--, looks--) {
            uint64_t note;
            void *object = candidate_queue_take(queue, &note);
            if (candidate_bury(object, candidate_word(object))) candidates->unburied--;
            else hfi_candidate_queue_append(queue, object, note);
        }
    }
    candidates->next_buried = (candidates->next_buried + 1) % CANDIDATE_LEVELS;
    return looks;
}

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_CANDIDATES, &lock, 1);
}

struct hfi_candidates *
hfi_candidates_lock(void)
{
    pthread_mutex_lock(&lock);
    return &shared;
}

struct hfi_candidates *
hfi_candidates_try_lock(void)
{
    return pthread_mutex_trylock(&lock) == 0 ? &shared : NULL;
}

void
hfi_candidates_give_back(struct hfi_candidates *candidates)
{
    uint64_t count = 0;
    for (size_t i = 0; i < CANDIDATE_LEVELS; i++) count += candidates->level[i].count;
    /* relaxed: a number for reports. */
    atomic_store_relaxed(&shared_count, count);
    pthread_mutex_unlock(&lock);
}

void
hfi_candidates_unlock(void)
{
    hfi_candidates_give_back(&shared);
    hfi_candidates_settle();
}

size_t
hfi_candidate_count(void)
{
    const struct hfi_candidates *mine = hfi_candidates_confined();
    size_t count = 0;
    for (size_t i = 0; i < CANDIDATE_LEVELS; i++) count += mine->level[i].count;
    /* relaxed: a number that was true a moment ago. */
    return count + (size_t)atomic_load_relaxed(&shared_count) + hfi_candidates_remembered();
}
