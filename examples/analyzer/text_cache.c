/* SPDX-License-Identifier: MIT
 *
 * Interning in a bounded cache: strong references, of which the older one of two makes room.
 * Knows texts.
 * An evicted text dies here only if nobody else holds it; counts decide, the cache asks nobody. */
#include "text_cache.h"

HF_TYPE(text_cache, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_STRONG_ARRAY_TO(text_cache, places, text)));

text *
text_cache_intern(text_cache *cache, struct span value, uint64_t hash)
{
    size_t younger = hash % (TEXT_CACHE_PLACES / 2) * 2, older = younger + 1;
    for (size_t place = younger; place <= older; place++) {
        text *known = cache->places[place];
        if (known && cache->hashes[place] == hash && text_is(known, value, hash)) {
            return hf_retain(known);
        }
    }
    text *made = text_new(value, hash);
    if (!made) return NULL;
    hf_give_at(cache, places, older, hf_take_at(cache, places, younger));
    hf_set_at(cache, places, younger, made);
    cache->hashes[older] = cache->hashes[younger];
    cache->hashes[younger] = hash;
    return made;
}
