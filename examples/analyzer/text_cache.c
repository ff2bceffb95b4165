/* SPDX-License-Identifier: MIT
 *
 * Interning in a bounded cache, by the hashes that the program has of its values anyway.
 * Knows texts.
 * Two values with one hash share a place; the later one has it. */
#include "text_cache.h"

#include <errno.h>

/* What a text and its entry in the cache take, beside its bytes, in round numbers. */
enum { ENTRY_BYTES = 128 };

static size_t
weigh_text(hf_key key, const void *value, void *ctx)
{
    (void)key, (void)ctx;
    return ENTRY_BYTES + hf_flex_count(value);
}

hf_cache *
text_cache_new(size_t bytes)
{
    /* Most values of a large table come once: those must not drive out the others. */
    return hf_cache_new(
        &(hf_cache_options){.weight = bytes, .weigh = weigh_text, .policy = HF_CACHE_SIEVE});
}

text *
text_cache_intern(hf_cache *cache, struct span value, uint64_t hash)
{
    hf_key key = hf_key_integer(hash);
    text *known = hf_cache_get(cache, key);
    if (known && text_is(known, value, hash)) return known;
    hf_release(known);
    text *made = text_new(value, hash);
    if (!made) return NULL;
    /* What is too heavy for the cache does without it. */
    if (hf_cache_put(cache, key, made) == 0 || errno == EFBIG) return made;
    hf_release(made);
    return NULL;
}
