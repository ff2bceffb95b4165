/* SPDX-License-Identifier: MIT
 *
 * Retain and release of the object that this thread contends for: change first, then look; or
 * expect what this thread has left there.
 * Knows the table of states in object/word.h.
 * Argument: docs/internals/word.md, W.8; models/retain_release. */
#include "life/contended.h"

#include "life/life.h"

enum { REMEMBERED_MOST = 16 };

THREAD_LOCAL uintptr_t hf_contended_;
THREAD_LOCAL uint32_t hfi_contended_since;

uint32_t hfi_contended_generation;
hf_word_ hfi_contended_places;
bool hfi_counts_with_care = true;

/* Under the stripe of the table. */
static uintptr_t remembered[REMEMBERED_MOST];
static size_t remembered_count;

/* The word that this thread left when it retained last: plain, and of an object with others. */
static THREAD_LOCAL uint64_t expected = WORD_COUNT_ONE;

static uint64_t
place_of(uintptr_t address)
{
    return UINT64_C(1) << ((address >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 58);
}

static bool
is_remembered(uintptr_t address)
{
    for (size_t i = 0; i < remembered_count; i++) {
        if (remembered[i] == ~address) return true;
    }
    return false;
}

/* No thread remembers anything any more. */
static void
begin_generation(void)
{
    /* relaxed, twice: see is_contended; and the table is under the lock. */
    atomic_add_relaxed(&hfi_contended_generation, 1);
    atomic_store_relaxed(&hfi_contended_places, 0);
    remembered_count = 0;
}

void
hfi_contended_remember(const void *object)
{
    uintptr_t address = (uintptr_t)object;
    /* Its address must tell whether it may be part of a cycle. */
    if (lies_beside(object) != may_be_linked(header_of(object))) return;
    pthread_mutex_t *lock = hfi_stripe_of(remembered);
    pthread_mutex_lock(lock);
    if (!is_remembered(address)) {
        if (remembered_count == REMEMBERED_MOST) begin_generation();
        remembered[remembered_count++] = ~address;
        /* relaxed, thrice: as above. */
        atomic_store_relaxed(&hfi_contended_places,
                             atomic_load_relaxed(&hfi_contended_places) | place_of(address));
    }
    /* relaxed: a hint. */
    atomic_store_relaxed(&hfi_counts_with_care, true);
    hf_contended_ = ~address;
    hfi_contended_since = atomic_load_relaxed(&hfi_contended_generation);
    pthread_mutex_unlock(lock);
}

void
hfi_contended_forget(const void *object)
{
    uintptr_t address = (uintptr_t)object;
    /* What is remembered there is right for every object. */
    if (lies_beside(object)) return;
    /* relaxed: as in contended_check_newborn. */
    if (!(atomic_load_relaxed(&hfi_contended_places) & place_of(address))) return;
    pthread_mutex_t *lock = hfi_stripe_of(remembered);
    pthread_mutex_lock(lock);
    if (is_remembered(address)) begin_generation();
    pthread_mutex_unlock(lock);
}

/* If nothing is contended, care is needless: this process has threads. */
static void
care_less(void)
{
    /* relaxed, twice: a hint; if another thread remembers an object meanwhile, that object is
     * looked at until the next one is remembered. */
    if (atomic_load_relaxed(&hfi_contended_places)) return;
    atomic_store_relaxed(&hfi_counts_with_care, false);
}

/* What is added lands in the own word before anything is known of it, so *before may be odd. */
FLATTEN_INLINE bool
adds_blindly(void *object, uint64_t amount, uint64_t *before)
{
    /* release: enough for a store into an edge, as in word_bump, and nothing to a retain. */
    *before = atomic_add_release(&header_of(object)->word, amount);
    return likely(word_takes_one_more(*before));
}

/* The addition found `before`, which is odd. */
static COLD void
add_after_all(void *object, uint64_t before, uint64_t amount, const void *site)
{
    uint64_t *word = &header_of(object)->word;
    if (word_is_plain(before)) {
        word_make_room(word, before);
        return;
    }
    hf_contended_ = 0;
    /* Nobody decides anything from what is taken back here: the caller holds another reference, so
     * the count doesn't reach one; a word with SIDE is stale; a confined one is this thread's. The
     * version of one that is dying is left where it went, since another thread may have begun it
     * again meanwhile: less than none would borrow from the count.
     * relaxed: the long way does the ordering. */
    atomic_sub_relaxed(word, before & WORD_DEAD ? amount & WORD_COUNT_MASK : amount);
    hfi_add_odd(object, amount, site);
}

void
hfi_add_blindly(void *object, uint64_t amount, const void *site)
{
    uint64_t before;
    if (!adds_blindly(object, amount, &before)) add_after_all(object, before, amount, site);
}

static COLD void *
retain_after_all(void *object, uint64_t before, const void *site)
{
    add_after_all(object, before, WORD_RETAIN, site);
    return object;
}

/* The object may be part of a cycle. What this thread left there is most likely there still; if
 * not, the exchange that fails has asked for the line as its owner, and tells what to begin with.
 * This is right for every object: an exchange that succeeds has seen its word. */
static APART void
release_by_exchange(void *object, const void *site)
{
    uint64_t *word = &header_of(object)->word;
    uint64_t seen = expected, next = word_less_one(seen);
    yield_point(release_decided);
    /* acq_rel: publishes this holder's writes; if it fails, *seen is read with acquire, as in
     * release_plainly, life/life.h. */
    if (likely(atomic_replace_acq_rel(word, &seen, next))) {
        yield_point(released);
        if (seen & WORD_ROOTABLE) hfi_candidate_remember(object, next);
        return;
    }
    if (unlikely(!word_is_plain(seen))) hf_contended_ = 0;
    if (hfi_release_seen(object, word, seen, site)) hfi_die(object);
}

static COLD void
release_after_all(void *object, uint64_t before, const void *site)
{
    if (hfi_release_after_all(object, &header_of(object)->word, before, site)) hfi_die(object);
}

static APART void *
retain_uncontended(void *object, const void *site)
{
    care_less();
    return retain_looking(object, false, site);
}

static APART void
release_uncontended(void *object, const void *site)
{
    care_less();
    release_looking(object, false, site);
}

/* What is contended for comes first: the line is another thread's before long. */

ALIGNED void *
hfi_retain_with_care(void *object, const void *site)
{
    if (is_contended(object)) {
        uint64_t before;
        if (unlikely(!adds_blindly(object, WORD_RETAIN, &before))) {
            return retain_after_all(object, before, site);
        }
        if (lies_beside(object)) expected = before + WORD_RETAIN;
        return object;
    }
    if (unlikely(!object)) return NULL;
    if (process_is_single_threaded()) return retain_looking(object, true, site);
    return retain_uncontended(object, site);
}

ALIGNED void
hfi_release_with_care(void *object, const void *site)
{
    if (is_contended(object)) {
        if (lies_beside(object)) {
            release_by_exchange(object, site);
            return;
        }
        /* release: as in word_release. */
        uint64_t before = atomic_sub_release(&header_of(object)->word, WORD_COUNT_ONE);
        if (likely(word_is_plain(before - WORD_COUNT_ONE))) return;
        release_after_all(object, before, site);
    } else if (likely(object)) {
        if (process_is_single_threaded()) release_looking(object, true, site);
        else release_uncontended(object, site);
    }
}
