/* SPDX-License-Identifier: MIT
 *
 * 64 well-mixed bits from any bytes: what sketches and tables tell values apart by.
 * Knows nothing. The same bytes give the same hash in every run, so that reports can be repeated.
 * Folds 128-bit products, eight bytes a step; not made against somebody who wants collisions. */
#ifndef ANALYZER_HASH_H
#define ANALYZER_HASH_H

#include <stdint.h>
#include <string.h>

#include "span.h"

/* The upper half of a product and its lower half in one. */
static inline uint64_t
hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t low = a_low * b_low, cross = a_high * b_low + (low >> 32);
    uint64_t middle = a_low * b_high + (uint32_t)cross;
    return (a_high * b_high + (cross >> 32) + (middle >> 32)) ^ (middle << 32 | (uint32_t)low);
#endif
}

/* As a little-endian processor reads them. */
static inline uint64_t
hash_load(const char *bytes, size_t count)
{
    uint64_t word = 0;
    memcpy(&word, bytes, count);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The last bytes of a span, up to eight, in one word; they may overlap what came before. */
static inline uint64_t
hash_tail(struct span s)
{
    if (s.length >= 8) return hash_load(s.bytes + s.length - 8, 8);
    if (s.length >= 4) {
        return hash_load(s.bytes, 4) | hash_load(s.bytes + s.length - 4, 4) << 32;
    }
    if (!s.length) return 0;
    return (uint64_t)(unsigned char)s.bytes[0] | (uint64_t)(unsigned char)s.bytes[s.length / 2] << 8
           | (uint64_t)(unsigned char)s.bytes[s.length - 1] << 16;
}

static inline uint64_t
hash_span(struct span s)
{
    /* Odd numbers without a pattern in their bits: the fractions of pi, e and the golden ratio. */
    const uint64_t pi = 0x243f6a8885a308d3, e = 0xb7e151628aed2a6b, golden = 0x9e3779b97f4a7c15;
    uint64_t hash = pi + s.length * golden;
    for (size_t at = 0; at + 8 < s.length; at += 8) {
        hash = hash_fold(hash ^ hash_load(s.bytes + at, 8), e);
    }
    hash = hash_fold(hash ^ hash_tail(s), golden);
    return hash_fold(hash ^ pi, e);
}

#endif
