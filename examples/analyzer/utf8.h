/* SPDX-License-Identifier: MIT
 *
 * UTF-8: whether bytes are well formed, and one code point after the other.
 * Knows spans.
 * Well formed means table 3-7 of the Unicode Standard: no surrogates, nothing longer than needed,
 * nothing above U+10FFFF. */
#ifndef ANALYZER_UTF8_H
#define ANALYZER_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

#define UTF8_REPLACEMENT 0xFFFD

/* Takes the first code point off the span, which must not be empty. Returns it and sets
 * *code_point; false when the bytes are ill-formed: one is taken, and *code_point is U+FFFD. */
bool utf8_next(struct span *s, uint32_t *code_point);

/* Returns how many bytes at the beginning of the span are well formed: all of them, if it is. */
size_t utf8_valid_length(struct span s);

/* Returns the number of code points, where a byte that is not well formed counts as one. */
size_t utf8_count(struct span s);

#endif
