/* SPDX-License-Identifier: MIT
 *
 * The floor of caches. Entries stand in one array and are linked by their numbers; a table of
 * numbers with open addressing finds them. Knows the harness.
 * Row 0 of the array is the head of the ring in which the others stand, and the table's empty
 * place. */
#include "cache_floor.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "barrier.h"
#include "harness.h"

enum { SHARD_BITS = 5, SHARDS = 1 << SHARD_BITS, WHOLE_BITS = 18, PART_BITS = 13 };

struct value {
    uint64_t count;
    uint64_t word[BENCH_SMALL / 8];
};

struct entry {
    uint32_t key;
    uint32_t newer, elder;
    struct value *value;
};

struct lru {
    uint32_t *table;
    struct entry *entries;
    uint32_t used, room;
    int bits; /* of the table's size */
};

static void
make_room(struct lru *lru, uint32_t room, int bits)
{
    lru->table = bench_array((size_t)1 << bits, sizeof *lru->table);
    lru->entries = bench_array((size_t)room + 1, sizeof *lru->entries);
    lru->room = room;
    lru->bits = bits;
}

static struct value *
make_value(void)
{
    struct value *value = calloc(1, sizeof *value);
    if (!value) bench_fail("out of memory");
    value->count = 1;
    return value;
}

/* ---- the order ------------------------------------------------------------------------------- */

static void
leave_ring(struct lru *lru, uint32_t row)
{
    struct entry *entry = &lru->entries[row];
    lru->entries[entry->newer].elder = entry->elder;
    lru->entries[entry->elder].newer = entry->newer;
}

static void
become_newest(struct lru *lru, uint32_t row)
{
    struct entry *head = &lru->entries[0];
    lru->entries[row].newer = 0;
    lru->entries[row].elder = head->elder;
    lru->entries[head->elder].newer = row;
    head->elder = row;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Multiplication by 2^32 divided by the golden ratio; the highest bits are mixed best. */
static uint32_t
home_of(const struct lru *lru, uint32_t key)
{
    return key * UINT32_C(2654435769) >> (32 - lru->bits);
}

static uint32_t
next_place(const struct lru *lru, uint32_t place)
{
    return (place + 1) & ((UINT32_C(1) << lru->bits) - 1);
}

static uint32_t
find(const struct lru *lru, uint32_t key)
{
    uint32_t place = home_of(lru, key);
    while (lru->table[place] && lru->entries[lru->table[place]].key != key) {
        place = next_place(lru, place);
    }
    return lru->table[place];
}

static void
enter(struct lru *lru, uint32_t row)
{
    uint32_t place = home_of(lru, lru->entries[row].key);
    while (lru->table[place]) place = next_place(lru, place);
    lru->table[place] = row;
}

/* Those behind it that may stand in the free place move up, so that no walk ends too early. */
static void
leave(struct lru *lru, uint32_t row)
{
    uint32_t mask = (UINT32_C(1) << lru->bits) - 1;
    uint32_t hole = home_of(lru, lru->entries[row].key);
    while (lru->table[hole] != row) hole = next_place(lru, hole);
    lru->table[hole] = 0;
    for (uint32_t at = next_place(lru, hole); lru->table[at]; at = next_place(lru, at)) {
        uint32_t home = home_of(lru, lru->entries[lru->table[at]].key);
        if (((at - home) & mask) < ((at - hole) & mask)) continue;
        lru->table[hole] = lru->table[at];
        lru->table[at] = 0;
        hole = at;
    }
}

/* ---- entries --------------------------------------------------------------------------------- */

/* The value, borrowed, or NULL. */
static struct value *
get(struct lru *lru, uint32_t key)
{
    uint32_t row = find(lru, key);
    if (!row) return NULL;
    leave_ring(lru, row);
    become_newest(lru, row);
    return lru->entries[row].value;
}

/* Returns the value that had to go, or NULL. */
static struct value *
put(struct lru *lru, uint32_t key, struct value *value)
{
    struct value *gone = NULL;
    uint32_t row = lru->entries[0].newer;
    if (lru->used < lru->room) {
        row = ++lru->used;
    } else {
        gone = lru->entries[row].value;
        leave(lru, row);
        leave_ring(lru, row);
    }
    lru->entries[row].key = key;
    lru->entries[row].value = value;
    become_newest(lru, row);
    enter(lru, row);
    return gone;
}

/* ---- one, without a lock --------------------------------------------------------------------- */

static void
release(struct value *value)
{
    if (--value->count == 0) free(value);
}

BENCH_APART uint64_t
raw_cache_use(const uint32_t *keys, size_t count)
{
    static struct lru lru;
    uint64_t hits = 0;
    if (!lru.room) make_room(&lru, BENCH_CACHE_ROOM, WHOLE_BITS);
    for (size_t i = 0; i < count; i++) {
        struct value *p = get(&lru, keys[i]);
        if (p) {
            hits++;
            p->count++;
        } else {
            p = make_value();
            p->count++;
            struct value *gone = put(&lru, keys[i], p);
            if (gone) release(gone);
        }
        BENCH_KEEP(p->word[0]);
        release(p);
    }
    return hits;
}

/* ---- many, with a lock each ------------------------------------------------------------------ */

struct shard {
    pthread_mutex_t lock;
    struct lru lru;
} __attribute__((aligned(128)));

static struct shard shards[SHARDS];

static void
make_shards(void)
{
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&shards[i].lock, NULL);
        make_room(&shards[i].lru, BENCH_CACHE_ROOM / SHARDS, PART_BITS);
    }
}

/* By other bits than those that choose a place in its table. */
static struct shard *
shard_of(uint32_t key)
{
    return &shards[key * UINT64_C(0xC2B2AE3D27D4EB4F) >> (64 - SHARD_BITS)];
}

static void
release_atomic(struct value *value)
{
    if (__atomic_sub_fetch(&value->count, 1, __ATOMIC_ACQ_REL) == 0) free(value);
}

static struct value *
sharded_get(uint32_t key)
{
    struct shard *shard = shard_of(key);
    pthread_mutex_lock(&shard->lock);
    struct value *value = get(&shard->lru, key);
    if (value) __atomic_add_fetch(&value->count, 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&shard->lock);
    return value;
}

/* Does nothing when another thread has put the key meanwhile. */
static void
sharded_put(uint32_t key, struct value *value)
{
    struct shard *shard = shard_of(key);
    struct value *gone = NULL;
    pthread_mutex_lock(&shard->lock);
    if (!find(&shard->lru, key)) {
        __atomic_add_fetch(&value->count, 1, __ATOMIC_RELAXED);
        gone = put(&shard->lru, key, value);
    }
    pthread_mutex_unlock(&shard->lock);
    if (gone) release_atomic(gone);
}

BENCH_APART uint64_t
raw_sharded_use(const uint32_t *keys, size_t count)
{
    uint64_t hits = 0;
    if (!shards[0].lru.room) make_shards();
    for (size_t i = 0; i < count; i++) {
        struct value *p = sharded_get(keys[i]);
        if (p) {
            hits++;
        } else {
            p = make_value();
            sharded_put(keys[i], p);
        }
        BENCH_KEEP(p->word[0]);
        release_atomic(p);
    }
    return hits;
}

void
raw_cache_values(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong[i].word[0] = make_value();
}
