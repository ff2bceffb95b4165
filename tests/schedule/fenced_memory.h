/* SPDX-License-Identifier: MIT
 *
 * Memory for the objects of one play, each block on pages of its own, which are fenced off when it
 * is freed.
 * Knows the linker's --wrap, which leads malloc and free here.
 * So the first access to a freed block ends the test right where it happens, a block is never used
 * twice in a play, and what was not freed is counted. Where a checker of memory looks on, blocks
 * come from malloc as ever, and are only counted. */
#ifndef HOLDFAST_TESTS_FENCED_MEMORY_H
#define HOLDFAST_TESTS_FENCED_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* From here on, what is asked for is fenced. */
void fenced_begin(void);

/* How many blocks have not been freed. */
size_t fenced_count(void);

/* No longer; blocks that are still held are forgotten. */
void fenced_end(void);

/* Whether the address is in such a block. */
bool fenced_has(const void *address);

#endif
