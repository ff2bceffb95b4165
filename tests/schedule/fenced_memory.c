/* SPDX-License-Identifier: MIT
 *
 * Memory for the objects of one play, each block on pages of its own.
 * Knows the linker's --wrap and the kernel's protection of pages.
 * Only who has the baton asks for memory during a play, or nobody plays, so nothing is locked. */
#include "schedule/fenced_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "schedule/baton.h"
#include "support/run_suite.h"

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined __SANITIZE_THREAD__ || __has_feature(thread_sanitizer)
#define UNDER_THREAD_SANITIZER 1
#else
#define UNDER_THREAD_SANITIZER 0
#endif

enum { MOST_BLOCKS = 256, PAGE = 4096, MOST_PAGES = 512, ALIGNMENT = 16 };

static struct block {
    char *address;
    size_t bytes;
    bool is_freed;
} blocks[MOST_BLOCKS];

static size_t block_count, pages_used;
static bool is_on;

/* NULL where a checker of memory looks on. */
static char *pages;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void __real_free(void *block);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void __wrap_free(void *block);

static void
protect(size_t page, size_t count, int protection)
{
    if (mprotect(pages + page * PAGE, count * PAGE, protection) != 0) {
        baton_fail("mprotect failed");
    }
}

/* At the end of its pages, so that what lies behind it is another's. */
static char *
pages_for(size_t bytes)
{
    size_t count = (bytes + PAGE - 1) / PAGE;
    if (pages_used + count > MOST_PAGES) baton_fail("the play asks for too much memory");
    char *end = pages + (pages_used + count) * PAGE;
    pages_used += count;
    return end - (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void *
watched(size_t bytes)
{
    char *address = pages ? pages_for(bytes) : __real_malloc(bytes);
    if (!address) return NULL;
    if (block_count == MOST_BLOCKS) baton_fail("the play asks for too many blocks");
    /* Nobody may believe that it is zero. */
    memset(address, 0xA5, bytes);
    blocks[block_count++] = (struct block){.address = address, .bytes = bytes};
    return address;
}

void *
__wrap_malloc(size_t bytes)
{
    return is_on ? watched(bytes) : __real_malloc(bytes);
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
    if (!is_on) return __real_calloc(count, bytes);
    void *block = watched(count * bytes);
    return block ? memset(block, 0, count * bytes) : NULL;
}

/* The latest block at this address. */
static struct block *
block_at(const void *address)
{
    for (size_t i = block_count; i-- > 0;) {
        if (blocks[i].address == address) return &blocks[i];
    }
    return NULL;
}

void
__wrap_free(void *address)
{
    struct block *block = address ? block_at(address) : NULL;
    if (!block) {
        __real_free(address);
        return;
    }
    if (block->is_freed) baton_fail("a block is freed twice");
    block->is_freed = true;
    if (!pages) {
        block->address = NULL;
        __real_free(address);
        return;
    }
    size_t page = (size_t)(block->address - pages) / PAGE;
    protect(page, (block->bytes + PAGE - 1) / PAGE, PROT_NONE);
}

void
fenced_begin(void)
{
    if (!pages && !hf_test_has_leak_checker() && !UNDER_THREAD_SANITIZER) {
        void *new = mmap(NULL, (size_t)MOST_PAGES * PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (new == MAP_FAILED) baton_fail("no memory for the fences");
        pages = new;
    }
    is_on = true;
}

size_t
fenced_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < block_count; i++) count += !blocks[i].is_freed;
    return count;
}

void
fenced_end(void)
{
    is_on = false;
    if (pages && pages_used) protect(0, pages_used, PROT_READ | PROT_WRITE);
    pages_used = block_count = 0;
}

bool
fenced_has(const void *address)
{
    uintptr_t at = (uintptr_t)address;
    if (pages) return at - (uintptr_t)pages < pages_used * PAGE;
    for (size_t i = 0; i < block_count; i++) {
        if (at - (uintptr_t)blocks[i].address < blocks[i].bytes) return true;
    }
    return false;
}
