/* SPDX-License-Identifier: MIT
 *
 * Sizes as people type them: 65536, 64K, 16M, 1G.
 * Knows nothing.
 * The letters are powers of 1024. */
#ifndef ANALYZER_SIZE_H
#define ANALYZER_SIZE_H

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>

/* Returns false, with *size unchanged, when that is no size, or one of more than 64 bits. */
static inline bool
size_read(const char *written, uint64_t *size)
{
    uint64_t number = 0;
    if (!isdigit((unsigned char)*written)) return false;
    for (; isdigit((unsigned char)*written); written++) {
        uint64_t digit = (uint64_t)(*written - '0');
        if (number > (UINT64_MAX - digit) / 10) return false;
        number = number * 10 + digit;
    }
    int shift = 0;
    if (*written == 'K') shift = 10;
    if (*written == 'M') shift = 20;
    if (*written == 'G') shift = 30;
    if (shift) written++;
    if (*written || number > UINT64_MAX >> shift) return false;
    *size = number << shift;
    return true;
}

#endif
