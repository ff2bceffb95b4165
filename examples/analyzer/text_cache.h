/* SPDX-License-Identifier: MIT
 *
 * Interning: the same value read again is the same text object, as long as the cache remembers it.
 * Knows texts. The cache is bounded by what the texts weigh: it forgets, but what it forgets lives
 * on with whoever holds it, and is found again as long as it does. */
#ifndef ANALYZER_TEXT_CACHE_H
#define ANALYZER_TEXT_CACHE_H

#include "text.h"

/* Returns a new cache for so many bytes of texts. Owner: the caller. NULL and ENOMEM without
 * memory. */
hf_cache *text_cache_new(size_t bytes) HF_GIVE;

/* Returns the text of this value, a remembered one or a new one. value is read during the call
 * only.
 * Owner: the caller. NULL and ENOMEM without memory. */
text *text_cache_intern(hf_cache *cache, struct span value, uint64_t hash) HF_GIVE;

#endif
