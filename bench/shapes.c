/* SPDX-License-Identifier: MIT
 *
 * The shapes that objects form before they become garbage, or live on.
 * Knows no library. peers/cycles.* build the same ones: who changes one changes all.
 * The arrays in which objects are held while they are linked are kept until the process ends, so
 * that giving them back doesn't disturb what is measured next. */
#include "shapes.h"

#include <stdbool.h>

#include "harness.h"

enum { TREE_OBJECTS = 1000, CACHE_ENTRIES = 1000 };

/* Multiplication by 48271 modulo 2^31 - 1, which every language can do. */
uint32_t
shape_chance(uint32_t *state, size_t bound)
{
    *state = (uint32_t)((uint64_t)*state * 48271 % 2147483647);
    return (uint32_t)((uint64_t)*state * bound / 2147483647);
}

static void **
make_many(const struct shape_maker *maker, size_t count)
{
    void **held = bench_array(count, sizeof *held);
    for (size_t i = 0; i < count; i++) held[i] = maker->make();
    return held;
}

static void **
shuffle(void *const *held, size_t count, uint32_t *state)
{
    void **shuffled = bench_array(count, sizeof *shuffled);
    for (size_t i = 0; i < count; i++) shuffled[i] = held[i];
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = shape_chance(state, i + 1);
        void *moved = shuffled[i];
        shuffled[i] = shuffled[other];
        shuffled[other] = moved;
    }
    return shuffled;
}

static void
drop_many(const struct shape_maker *maker, void *const *held, size_t count)
{
    for (size_t i = 0; i < count; i++) maker->drop(held[i]);
}

void
shape_pairs(const struct shape_maker *maker, size_t count)
{
    void **held = bench_array(count / 2, sizeof *held);
    for (size_t i = 0; i < count / 2; i++) {
        void *one = maker->make(), *other = maker->make();
        maker->share(other, 0, one);
        maker->give(one, 0, other);
        held[i] = one;
    }
    drop_many(maker, held, count / 2);
}

void
shape_ring(const struct shape_maker *maker, size_t count)
{
    void *first = maker->make(), *last = first;
    for (size_t i = 1; i < count; i++) {
        void *next = maker->make();
        maker->give(last, 0, next);
        last = next;
    }
    maker->share(last, 0, first);
    maker->drop(first);
}

void
shape_shuffled(const struct shape_maker *maker, size_t count)
{
    uint32_t state = 1;
    void **held = make_many(maker, count);
    void **order = shuffle(held, count, &state);
    for (size_t i = 0; i < count; i++) maker->share(order[i], 0, order[(i + 1) % count]);
    drop_many(maker, held, count);
}

void
shape_random(const struct shape_maker *maker, size_t count)
{
    uint32_t state = 1;
    void **held = make_many(maker, count);
    void **order = shuffle(held, count, &state);
    for (size_t i = 0; i < count; i++) {
        maker->share(held[i], 0, order[i]);
        for (size_t edge = 1; edge < SHAPE_EDGES; edge++) {
            maker->share(held[i], edge, held[shape_chance(&state, count)]);
        }
    }
    drop_many(maker, held, count);
}

void
shape_trees(const struct shape_maker *maker, size_t count)
{
    size_t trees = count / TREE_OBJECTS;
    void **roots = bench_array(trees, sizeof *roots);
    for (size_t t = 0; t < trees; t++) {
        void *node[TREE_OBJECTS];
        node[0] = maker->make();
        for (size_t i = 1; i < TREE_OBJECTS; i++) {
            void *parent = node[(i - 1) / 2];
            node[i] = maker->make();
            maker->share(node[i], 2, parent);
            maker->give(parent, (i - 1) % 2, node[i]);
        }
        roots[t] = node[0];
    }
    drop_many(maker, roots, trees);
}

/* ---- a cache that evicts what was used longest ago ------------------------------------------- */

/* The edges of an entry. Evicting takes it off the list and leaves its own edges as they are. */
enum { OLDER, NEWER, VALUE };
enum { NONE = CACHE_ENTRIES };

struct cache {
    const struct shape_maker *maker;
    void *entry[CACHE_ENTRIES]; /* by slot; owned */
    unsigned older[CACHE_ENTRIES], newer[CACHE_ENTRIES];
    unsigned oldest, newest; /* slots, or NONE */
};

static void
link_entries(struct cache *cache, unsigned older, unsigned newer)
{
    if (newer != NONE) {
        void *to = older == NONE ? NULL : cache->entry[older];
        cache->maker->share(cache->entry[newer], OLDER, to);
        cache->older[newer] = older;
    } else {
        cache->newest = older;
    }
    if (older != NONE) {
        void *to = newer == NONE ? NULL : cache->entry[newer];
        cache->maker->share(cache->entry[older], NEWER, to);
        cache->newer[older] = newer;
    } else {
        cache->oldest = newer;
    }
}

static void
make_newest(struct cache *cache, unsigned slot)
{
    link_entries(cache, cache->newest, slot);
    link_entries(cache, slot, NONE);
}

static void
use(struct cache *cache, unsigned slot)
{
    if (cache->newest == slot) return;
    link_entries(cache, cache->older[slot], cache->newer[slot]);
    make_newest(cache, slot);
}

static unsigned
evict(struct cache *cache)
{
    unsigned slot = cache->oldest;
    link_entries(cache, NONE, cache->newer[slot]);
    cache->maker->drop(cache->entry[slot]);
    return slot;
}

static void
insert(struct cache *cache, unsigned slot)
{
    void *entry = cache->maker->make(), *value = cache->maker->make();
    cache->maker->share(value, VALUE, entry);
    cache->maker->give(entry, VALUE, value);
    cache->entry[slot] = entry;
    make_newest(cache, slot);
}

void
shape_cache(const struct shape_maker *maker, size_t count)
{
    static struct cache cache;
    uint32_t state = 1;
    cache = (struct cache){.maker = maker, .oldest = NONE, .newest = NONE};
    for (size_t i = 0; i < count / 2 + CACHE_ENTRIES; i++) {
        unsigned slot = i < CACHE_ENTRIES ? (unsigned)i : evict(&cache);
        insert(&cache, slot);
        use(&cache, shape_chance(&state, i < CACHE_ENTRIES ? i + 1 : CACHE_ENTRIES));
    }
}

/* ---- what lives ------------------------------------------------------------------------------ */

void
shape_web(const struct shape_maker *maker, void **node, size_t count)
{
    uint32_t state = 1;
    node[0] = maker->make();
    for (size_t i = 1; i < count; i++) {
        node[i] = maker->make();
        maker->give(node[(i - 1) / 2], (i - 1) % 2, node[i]);
    }
    for (size_t i = 0; i < count; i++) {
        maker->share(node[i], 2, node[shape_chance(&state, count)]);
    }
}
