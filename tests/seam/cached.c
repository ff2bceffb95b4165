/* SPDX-License-Identifier: MIT
 *
 * What the tests of caches put: objects with a number and a weight, and who was evicted.
 * Knows public headers and Check.
 * cached.h describes it. */
#include "seam/cached.h"

HF_TYPE(item);

size_t
weigh_item(hf_key key, const void *value, void *ctx)
{
    (void)key, (void)ctx;
    return ((const item *)value)->weight;
}

uint64_t left[1000];
size_t left_count;

static void
note_left(hf_key key, void *value, enum hf_cache_cause cause, void *ctx)
{
    (void)value, (void)ctx;
    if (cause == HF_CACHE_EVICTED) left[left_count++] = key.is.integer;
}

hf_cache *
cache_of(hf_cache_options options)
{
    options.left = note_left;
    if (!options.shards) options.shards = 1;
    hf_cache *cache = hf_cache_new(&options);
    ck_assert_ptr_nonnull(cache);
    return cache;
}

/* Returns it owned. */
item *
put_weight(hf_cache *cache, uint64_t number, size_t weight)
{
    item *i = hf_new(item);
    ck_assert_ptr_nonnull(i);
    i->number = number;
    i->weight = weight;
    ck_assert_int_eq(hf_cache_put(cache, hf_key_integer(number), i), 0);
    return i;
}

void
put(hf_cache *cache, uint64_t number)
{
    hf_release(put_weight(cache, number, 1));
}

bool
has(hf_cache *cache, uint64_t number)
{
    hf_auto item *i = hf_cache_get(cache, hf_key_integer(number));
    ck_assert(!i || i->number == number);
    return i;
}

hf_cache_figures
figures_of(hf_cache *cache)
{
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    return figures;
}
