/* SPDX-License-Identifier: MIT
 *
 * An allocator that counts, checks what it gets back, and can be empty.
 * Knows public headers only; not for several threads at once.
 * What it gives is never zero, so that a test sees who relies on that. */
#ifndef HOLDFAST_TESTS_COUNTING_H
#define HOLDFAST_TESTS_COUNTING_H

#include <holdfast/type.h>

#include <stdbool.h>

struct counting_block;

struct counting {
    hf_allocator allocator;
    size_t given, returned; /* blocks */
    size_t bytes_given;     /* those asked for, in all */
    size_t bytes_returned;
    void *latest;     /* the block given last */
    bool is_empty;    /* it gives NULL */
    bool is_hoarding; /* what it gets back stays readable until the process ends */
    struct counting_block *hoard;
};

void *counting_alloc(void *ctx, size_t bytes);
void counting_free(void *ctx, void *block);

/* `static struct counting memory = COUNTING(memory);` */
#define COUNTING(name)                                        \
    {                                                         \
        .allocator = { counting_alloc, counting_free, &name } \
    }

#endif
