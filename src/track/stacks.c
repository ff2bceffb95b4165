/* SPDX-License-Identifier: MIT
 *
 * Stacks of callers, each kept once: equal ones have one number.
 * Knows addresses only; keeps process-wide state under one lock: the stacks, which never go, and an
 * index of them. A forked child has what its parent had.
 * A stack is entered once for each way through the program, so the lock is seldom taken. */
#include "track/track.h"

enum { FEWEST_WORDS = 32 * 1024, FEWEST_PLACES = 1024, WORDS_OF_CALLER = 2, HEAD_WORDS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A stack is count, hash, and its callers; its number is where it begins, from 1 on. */
static uint64_t *words;
static uint32_t used_words, room_words;
static uint32_t *places; /* the index: numbers, by hash, half of them 0 */
static uint32_t place_count, stack_count;

uint64_t *const *const hfi_stack_words = &words;

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_STACKS, &lock, 1);
}

static uint64_t
hash_of(const struct hfi_caller *callers, uint32_t count)
{
    uint64_t hash = count;
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ callers[i].address) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash;
}

static bool
is_equal(uint32_t stack, const struct hfi_caller *callers, uint32_t count, uint64_t hash)
{
    if (words[stack] != count || words[stack + 1] != hash) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (words[stack + HEAD_WORDS + WORDS_OF_CALLER * i] != callers[i].address) return false;
    }
    return true;
}

/* Where in the index the stack is, or a free place for it. */
static uint32_t *
place_of(const struct hfi_caller *callers, uint32_t count, uint64_t hash)
{
    uint32_t at = (uint32_t)hash & (place_count - 1);
    while (places[at] && !is_equal(places[at], callers, count, hash)) {
        at = (at + 1) & (place_count - 1);
    }
    return &places[at];
}

static bool
make_places(void)
{
    if (places && stack_count < place_count / 2) return true;
    uint32_t former_count = place_count;
    uint32_t more = former_count ? 2 * former_count : FEWEST_PLACES;
    uint32_t *larger = hfi_scratch_new(more * sizeof *larger);
    if (!larger) return false;
    for (uint32_t i = 0; i < former_count; i++) {
        if (!places[i]) continue;
        uint32_t at = (uint32_t)words[places[i] + 1] & (more - 1);
        while (larger[at]) at = (at + 1) & (more - 1);
        larger[at] = places[i];
    }
    hfi_scratch_free(places, former_count * sizeof *places);
    places = larger;
    place_count = more;
    return true;
}

static bool
make_words(uint32_t needed)
{
    if (room_words - used_words >= needed) return true;
    if (room_words > UINT32_MAX / 2) return false;
    uint32_t more = room_words ? 2 * room_words : FEWEST_WORDS;
    uint64_t *larger =
        hfi_scratch_grow(words, room_words * sizeof *words, (size_t)more * sizeof *words);
    if (!larger) return false;
    if (!room_words) used_words = 1;
    words = larger;
    room_words = more;
    return true;
}

static uint32_t
append(const struct hfi_caller *callers, uint32_t count, uint64_t hash)
{
    uint32_t stack = used_words;
    words[used_words++] = count;
    words[used_words++] = hash;
    for (uint32_t i = 0; i < count; i++) {
        words[used_words++] = callers[i].address;
        words[used_words++] = callers[i].function;
    }
    stack_count++;
    return stack;
}

uint32_t
hfi_callers_enter(const struct hfi_caller *callers, uint32_t count)
{
    uint64_t hash = hash_of(callers, count);
    uint32_t stack = 0;
    if (!count) return 0;
    pthread_mutex_lock(&lock);
    if (make_places() && make_words(HEAD_WORDS + WORDS_OF_CALLER * count)) {
        uint32_t *place = place_of(callers, count, hash);
        if (!*place) *place = append(callers, count, hash);
        stack = *place;
    }
    pthread_mutex_unlock(&lock);
    return stack;
}

uint32_t
hfi_callers_read(uint32_t stack, struct hfi_caller callers[CALLERS_MOST])
{
    if (!stack) return 0;
    pthread_mutex_lock(&lock);
    uint32_t count = (uint32_t)words[stack];
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t *caller = &words[stack + HEAD_WORDS + WORDS_OF_CALLER * i];
        callers[i] = (struct hfi_caller){(uintptr_t)caller[0], (uintptr_t)caller[1]};
    }
    pthread_mutex_unlock(&lock);
    return count;
}
