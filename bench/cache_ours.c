/* SPDX-License-Identifier: MIT
 *
 * What Holdfast's cache does for the benchmark.
 * Knows the public headers.
 * Values are objects without edges and with 32 bytes of payload, as those of the peers. */
#include "cache_ours.h"

#include "barrier.h"
#include "harness.h"
#include "holdfast/holdfast.h"
#include "shapes.h"

typedef struct leaf {
    uint64_t word[BENCH_SMALL / 8];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

static leaf *
new_leaf(void)
{
    leaf *made = hf_new(leaf);
    if (!made) bench_fail("out of memory");
    return made;
}

void
leaf_values(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong[i].word[0] = new_leaf();
}

static hf_cache *
new_cache(enum hf_cache_policy policy)
{
    hf_cache_options options = {.entries = BENCH_CACHE_ROOM, .policy = policy};
    hf_cache *cache = hf_cache_new(&options);
    if (!cache) bench_fail("out of memory");
    return cache;
}

static void
put(hf_cache *cache, uint64_t key, leaf *value)
{
    if (hf_cache_put(cache, hf_key_integer(key), value)) bench_fail("out of memory");
}

/* ---- get, or put ----------------------------------------------------------------------------- */

static uint64_t
use(hf_cache *cache, const uint32_t *keys, size_t count)
{
    uint64_t hits = 0;
    for (size_t i = 0; i < count; i++) {
        leaf *p = hf_cache_get(cache, hf_key_integer(keys[i]));
        if (p) {
            hits++;
        } else {
            p = new_leaf();
            put(cache, keys[i], p);
        }
        BENCH_KEEP(p->word[0]);
        hf_release(p);
    }
    return hits;
}

BENCH_APART uint64_t
lru_use(const uint32_t *keys, size_t count)
{
    static hf_cache *cache;
    if (!cache) cache = new_cache(HF_CACHE_LRU);
    return use(cache, keys, count);
}

BENCH_APART uint64_t
sieve_use(const uint32_t *keys, size_t count)
{
    static hf_cache *cache;
    if (!cache) cache = new_cache(HF_CACHE_SIEVE);
    return use(cache, keys, count);
}

/* ---- evicting beside pinned ones ------------------------------------------------------------- */

enum { HUNDRED = 100, PINNED_OF_HUNDRED = 99, HELD = BENCH_CACHE_ROOM / HUNDRED * 99 };

static hf_cache *full;
static leaf *held[HELD];
static uint64_t next_key;

static bool
is_to_be_held(uint64_t key)
{
    return key % HUNDRED < PINNED_OF_HUNDRED;
}

/* As many values are held in either case, so that memory looks the same: those of the cache, or
 * others. */
static void
fill(enum hf_cache_policy policy, bool with_pins)
{
    size_t place = 0;
    full = new_cache(policy);
    for (next_key = 0; next_key < BENCH_CACHE_ROOM; next_key++) {
        leaf *value = new_leaf();
        put(full, next_key, value);
        if (is_to_be_held(next_key)) held[place++] = with_pins ? hf_retain(value) : new_leaf();
        hf_release(value);
    }
}

void
lru_free_fill(uint64_t n)
{
    (void)n;
    fill(HF_CACHE_LRU, false);
}

void
lru_pinned_fill(uint64_t n)
{
    (void)n;
    fill(HF_CACHE_LRU, true);
}

void
sieve_free_fill(uint64_t n)
{
    (void)n;
    fill(HF_CACHE_SIEVE, false);
}

void
sieve_pinned_fill(uint64_t n)
{
    (void)n;
    fill(HF_CACHE_SIEVE, true);
}

BENCH_APART void
cache_evict(uint64_t n)
{
    while (n--) {
        leaf *value = new_leaf();
        put(full, next_key++, value);
        hf_release(value);
    }
}

/* Two objects are made and two are given up for each new entry, whether it is pinned or not. */
static void
churn(uint64_t n, bool with_pins)
{
    uint32_t chance = 1;
    for (; n; n--, next_key++) {
        leaf *value = new_leaf(), *other = new_leaf();
        put(full, next_key, value);
        if (is_to_be_held(next_key)) {
            leaf **place = &held[shape_chance(&chance, HELD)];
            leaf *former = *place;
            *place = hf_retain(with_pins ? value : other);
            hf_release(former);
        }
        hf_release(value);
        hf_release(other);
    }
}

BENCH_APART void
cache_free_churn(uint64_t n)
{
    churn(n, false);
}

BENCH_APART void
cache_pinned_churn(uint64_t n)
{
    churn(n, true);
}
