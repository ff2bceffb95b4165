/* SPDX-License-Identifier: MIT
 *
 * Memory for scratch work, straight from the kernel.
 * Knows nothing of objects. It goes back to the system as soon as the work is done; a table that
 * grows is moved without a copy; its pages may be huge ones, which a table that is read all over
 * the place needs. And malloc tidies up all that was ever freed when a large block comes back to
 * it: a collection, which has just freed much, is no time to do that. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "base/base.h"

void *
hfi_scratch_new(size_t bytes)
{
    void *scratch = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (scratch == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    /* A wish: without huge pages it is only slower. */
    (void)madvise(scratch, bytes, MADV_HUGEPAGE);
#endif
    return scratch;
}

void
hfi_scratch_free(void *scratch, size_t bytes)
{
    if (scratch) munmap(scratch, bytes);
}

void *
hfi_scratch_grow(void *scratch, size_t bytes, size_t more_bytes)
{
    if (!scratch) return hfi_scratch_new(more_bytes);
#ifdef MREMAP_MAYMOVE
    void *larger = mremap(scratch, bytes, more_bytes, MREMAP_MAYMOVE);
    return larger == MAP_FAILED ? NULL : larger;
#else
    void *larger = hfi_scratch_new(more_bytes);
    if (!larger) return NULL;
    memcpy(larger, scratch, bytes);
    hfi_scratch_free(scratch, bytes);
    return larger;
#endif
}

void
hfi_scratch_populate(void *scratch, size_t bytes)
{
    /* To read a fresh page maps the page of zeros, and to write it then breaks that up, for which
     * all processors that run this program are interrupted: other threads feel it. */
#ifdef MADV_POPULATE_WRITE
    (void)madvise(scratch, bytes, MADV_POPULATE_WRITE);
#else
    (void)scratch, (void)bytes;
#endif
}
