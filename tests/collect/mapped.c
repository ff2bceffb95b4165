/* SPDX-License-Identifier: MIT
 *
 * The memory that a collection takes from the kernel, as long as it takes it.
 * Knows the linker's --wrap: `__wrap_mmap` is what the library calls, `__real_mmap` what it would
 * have called.
 * Several threads may collect, so all is under one lock. */
#define _GNU_SOURCE
#include "collect/mapped.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { REGIONS = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct region {
    char *start;
    size_t bytes;
} regions[REGIONS];
static size_t most;

void *__real_mmap(void *start, size_t bytes, int protection, int flags, int file, off_t offset);
void *__real_mremap(void *start, size_t bytes, size_t more_bytes, int flags, ...);
int __real_munmap(void *start, size_t bytes);

void *__wrap_mmap(void *start, size_t bytes, int protection, int flags, int file, off_t offset);
void *__wrap_mremap(void *start, size_t bytes, size_t more_bytes, int flags, ...);
int __wrap_munmap(void *start, size_t bytes);

static size_t
used_bytes(const struct region *region)
{
    static unsigned char pages[1 << 16];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), used = 0;
    for (size_t at = 0; at < region->bytes; at += page * sizeof pages) {
        size_t left = region->bytes - at;
        size_t part = left < page * sizeof pages ? left : page * sizeof pages;
        if (mincore(region->start + at, part, pages)) abort();
        for (size_t i = 0; i < (part + page - 1) / page; i++) used += (pages[i] & 1) * page;
    }
    return used;
}

/* Before something changes. */
static void
note_most(void)
{
    size_t used = 0;
    for (size_t i = 0; i < REGIONS; i++) {
        if (regions[i].bytes) used += used_bytes(&regions[i]);
    }
    if (used > most) most = used;
}

static void
replace(void *former, void *start, size_t bytes)
{
    size_t i = 0;
    while (i < REGIONS && regions[i].start != former) i++;
    if (i == REGIONS) abort();
    regions[i] = (struct region){start, bytes};
}

void *
__wrap_mmap(void *start, size_t bytes, int protection, int flags, int file, off_t offset)
{
    pthread_mutex_lock(&lock);
    note_most();
    void *mapped = __real_mmap(start, bytes, protection, flags, file, offset);
    if (mapped != MAP_FAILED) replace(NULL, mapped, bytes);
    pthread_mutex_unlock(&lock);
    return mapped;
}

void *
__wrap_mremap(void *start, size_t bytes, size_t more_bytes, int flags, ...)
{
    pthread_mutex_lock(&lock);
    note_most();
    void *moved = __real_mremap(start, bytes, more_bytes, flags);
    if (moved != MAP_FAILED) replace(start, moved, more_bytes);
    pthread_mutex_unlock(&lock);
    return moved;
}

int
__wrap_munmap(void *start, size_t bytes)
{
    pthread_mutex_lock(&lock);
    note_most();
    int status = __real_munmap(start, bytes);
    if (status == 0) replace(start, NULL, 0);
    pthread_mutex_unlock(&lock);
    return status;
}

size_t
mapped_now(void)
{
    size_t bytes = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < REGIONS; i++) bytes += regions[i].bytes;
    pthread_mutex_unlock(&lock);
    return bytes;
}

size_t
mapped_most(void)
{
    pthread_mutex_lock(&lock);
    size_t bytes = most;
    most = 0;
    pthread_mutex_unlock(&lock);
    return bytes;
}
