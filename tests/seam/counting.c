/* SPDX-License-Identifier: MIT
 *
 * An allocator that counts, checks what it gets back, and can be empty.
 * Knows public headers only.
 * Each block begins with a mark and its size; a block without the mark was never given, or is back
 * already. */
#include "seam/counting.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct counting_block {
    const struct counting *owner; /* the mark */
    size_t bytes;
    struct counting_block *next;
    void *unused; /* makes the header a multiple of 16 */
};
_Static_assert(sizeof(struct counting_block) % 16 == 0, "blocks must be aligned to 16");

enum { DIRT = 0xA5 };

void *
counting_alloc(void *ctx, size_t bytes)
{
    struct counting *counting = ctx;
    if (counting->is_empty) return NULL;
    struct counting_block *block = malloc(sizeof *block + bytes);
    ck_assert_ptr_nonnull(block);
    block->owner = counting;
    block->bytes = bytes;
    memset(block + 1, DIRT, bytes);
    counting->given++;
    counting->bytes_given += bytes;
    counting->latest = block + 1;
    return block + 1;
}

void
counting_free(void *ctx, void *memory)
{
    struct counting *counting = ctx;
    ck_assert_ptr_nonnull(memory);
    struct counting_block *block = (struct counting_block *)memory - 1;
    ck_assert_ptr_eq(block->owner, counting);
    block->owner = NULL;
    counting->returned++;
    counting->bytes_returned += block->bytes;
    if (!counting->is_hoarding) {
        free(block);
        return;
    }
    block->next = counting->hoard;
    counting->hoard = block;
}
