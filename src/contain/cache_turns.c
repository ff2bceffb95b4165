/* SPDX-License-Identifier: MIT
 *
 * Whose turn it is in a cache's shard: the two lines of its rows, by LRU or SIEVE.
 * Knows the shapes of a cache; the caller has the shard's lock. */
#include "contain/cache.h"

/* Whose turn it is after this row's, as it looks now; ROW_NONE if that is far away. */
static uint32_t
next_after(const struct shard *shard, uint32_t row)
{
    enum { STEPS_MOST = 8 };
    bool is_sieve = cache_is_sieve(shard->cache);
    for (unsigned steps = STEPS_MOST; steps; steps--) {
        row = shard->turns[row].newer;
        if (row == ROW_IN_TURN) return ROW_NONE;
        if (!is_sieve || !shard->states[row].was_asked_for) return row;
    }
    return ROW_NONE;
}

/* The row is about to go. What is needed when the next one goes is far away: its value's count, and
 * its place in the index. To find out where those are takes its row and its edge, which are asked
 * for once before, with what tells who comes then. Nothing is read here that wasn't. */
static void
look_ahead(const struct shard *shard, uint32_t row)
{
    uint32_t next = next_after(shard, row);
    if (next == ROW_NONE) return;
    prefetch_to_write(header_of(row_value(shard, next)));
    table_prefetch(&shard->index, row_hash(shard, next));
    uint32_t then = shard->turns[next].newer;
    prefetch_to_write(&shard->turns[then]);
    prefetch_to_write(&shard->keys[then]);
    prefetch_to_write(&shard->values[then]);
}

/* SIEVE: the hand goes from eldest to newest, and passes over those that were asked for since it
 * came by. */
static uint32_t
next_of_sieve(struct shard *shard, uint32_t except)
{
    const struct row_turn *head = &shard->turns[ROW_IN_TURN];
    if (head->newer == head->elder && head->newer == except) return ROW_NONE;
    for (uint32_t row = shard->hand;; row = shard->turns[row].newer) {
        if (row == ROW_IN_TURN) row = head->newer;
        if (row == ROW_IN_TURN) return ROW_NONE;
        if (row != except && !shard->states[row].was_asked_for) {
            shard->hand = row;
            look_ahead(shard, row);
            return row;
        }
        shard->states[row].was_asked_for = false;
    }
}

static inline uint32_t
next_in_turn(struct shard *shard, uint32_t except)
{
    if (cache_is_sieve(shard->cache)) return next_of_sieve(shard, except);
    /* What must not go was touched, so it is the newest. */
    uint32_t eldest = row_eldest(shard, ROW_IN_TURN);
    if (eldest == ROW_NONE || eldest == except) return ROW_NONE;
    look_ahead(shard, eldest);
    return eldest;
}

/* Those aside came to their turn before all that are in turn, so they go first, once they are not
 * held any more. Returns one that isn't, after so many looks, or ROW_NONE. */
static uint32_t
next_aside(struct shard *shard, unsigned looks)
{
    uint32_t row;
    for (; looks && (row = row_eldest(shard, ROW_ASIDE)) != ROW_NONE; looks--) {
        if (!row_is_pinned(shard, row)) return row;
        row_line_up_anew(shard, row, ROW_ASIDE);
    }
    return ROW_NONE;
}

/* The first of them that is not pinned; those that are step aside. */
static uint32_t
next_unpinned_in_turn(struct shard *shard, uint32_t except, size_t looks)
{
    for (; looks; looks--) {
        uint32_t row = next_in_turn(shard, except);
        if (row == ROW_NONE || !row_is_pinned(shard, row)) return row;
        row_line_up_anew(shard, row, ROW_ASIDE);
    }
    return ROW_NONE;
}

APART static uint32_t
next_among_pinned(struct shard *shard, uint32_t except)
{
    enum { LOOKS_ASIDE = 2 };
    uint32_t row = next_aside(shard, LOOKS_ASIDE);
    if (row == ROW_NONE) row = next_unpinned_in_turn(shard, except, HF_CACHE_LOOKS_MOST);
    if (row == ROW_NONE) row = row_eldest(shard, ROW_ASIDE);
    return row;
}

uint32_t
hfi_row_next_to_go(struct shard *shard, uint32_t except)
{
    if (likely(row_eldest(shard, ROW_ASIDE) == ROW_NONE)) {
        uint32_t row = next_in_turn(shard, except);
        if (likely(row != ROW_NONE && !row_is_pinned(shard, row))) return row;
    }
    return next_among_pinned(shard, except);
}

uint32_t
hfi_row_next_unpinned(struct shard *shard, uint32_t *aside_left)
{
    while (*aside_left) {
        --*aside_left;
        uint32_t row = next_aside(shard, 1);
        if (row != ROW_NONE) return row;
    }
    return next_unpinned_in_turn(shard, ROW_NONE, SIZE_MAX);
}
