/* SPDX-License-Identifier: MIT
 *
 * Interning: the same value read again is the same text object, as long as the cache remembers it.
 * Knows texts. The cache is bounded: it forgets, but what it forgets lives on with whoever holds
 * it. Sets of two places: what is found or made becomes the younger, the older one goes. */
#ifndef ANALYZER_TEXT_CACHE_H
#define ANALYZER_TEXT_CACHE_H

#include "text.h"

enum { TEXT_CACHE_PLACES = 4096 };

typedef struct text_cache {
    text *places[TEXT_CACHE_PLACES]; /* each even place and the one after it are a set */
    uint64_t
        hashes[TEXT_CACHE_PLACES]; /* of what is there, so that few texts are looked at in vain */
} text_cache;
HF_DECLARE(text_cache);

/* Returns the text of this value, a remembered one or a new one. value is read during the call
 * only.
 * Owner: the caller. NULL and ENOMEM without memory. */
text *text_cache_intern(text_cache *cache, struct span value, uint64_t hash) HF_GIVE;

#endif
