/* SPDX-License-Identifier: MIT
 *
 * Every request for memory that a test program makes, counted, and one of them refused.
 * Knows the linker's --wrap: `__wrap_malloc` is what the program calls, `__real_malloc` what it
 * would have called; and that Check is such a program too.
 * All counts are atomic and relaxed: tests read them when the threads that count have been joined,
 * and they must not order what the library has to order itself. */
#define _GNU_SOURCE
#include "oom/allocations.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

static atomic_size_t requested, granted, freed, refused_number;

/* This thread is inside an assertion of Check, which asks for memory itself: that counts for
 * nothing. */
static _Thread_local int is_asserting;

static size_t
now(atomic_size_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

static size_t
add_one(atomic_size_t *count)
{
    return is_asserting ? 0 : atomic_fetch_add_explicit(count, 1, memory_order_relaxed) + 1;
}

size_t
allocations_requested(void)
{
    return now(&requested);
}

size_t
allocations_held(void)
{
    return now(&granted) - now(&freed);
}

void
allocations_refuse(size_t number)
{
    size_t absolute = number ? now(&requested) + number : 0;
    atomic_store_explicit(&refused_number, absolute, memory_order_relaxed);
}

int
allocations_refused(void)
{
    size_t number = now(&refused_number);
    return number && now(&requested) >= number;
}

/* Counts a request; returns whether it is the one to refuse. */
static int
must_refuse(void)
{
    size_t number = add_one(&requested);
    return number && number == now(&refused_number);
}

/* Counts the block of a request that was not refused, if there is one. */
static void *
grant(void *block)
{
    if (block) add_one(&granted);
    return block;
}

static void *
refuse(void)
{
    errno = ENOMEM;
    return NULL;
}

/* ---- what is called instead -------------------------------------------------------------- */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
int __real_posix_memalign(void **block, size_t alignment, size_t bytes);
void __real_free(void *block);
void *__real_mmap(void *wish, size_t bytes, int protection, int flags, int file, off_t offset);
void *__real_mremap(void *block, size_t bytes, size_t more_bytes, int flags, ...);
int __real_munmap(void *block, size_t bytes);
int __real_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __real_pthread_setspecific(pthread_key_t key, const void *value);
void __real__mark_point(const char *file, int line);

void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_aligned_alloc(size_t alignment, size_t bytes);
int __wrap_posix_memalign(void **block, size_t alignment, size_t bytes);
void __wrap_free(void *block);
void *__wrap_mmap(void *wish, size_t bytes, int protection, int flags, int file, off_t offset);
void *__wrap_mremap(void *block, size_t bytes, size_t more_bytes, int flags, ...);
int __wrap_munmap(void *block, size_t bytes);
int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __wrap_pthread_setspecific(pthread_key_t key, const void *value);
void __wrap__mark_point(const char *file, int line);

void *
__wrap_malloc(size_t bytes)
{
    return must_refuse() ? refuse() : grant(__real_malloc(bytes));
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
    return must_refuse() ? refuse() : grant(__real_calloc(count, bytes));
}

void *
__wrap_realloc(void *block, size_t bytes)
{
    if (must_refuse()) return refuse();
    void *moved = __real_realloc(block, bytes);
    return block ? moved : grant(moved);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    return must_refuse() ? refuse() : grant(__real_aligned_alloc(alignment, bytes));
}

int
__wrap_posix_memalign(void **block, size_t alignment, size_t bytes)
{
    if (must_refuse()) return ENOMEM;
    int status = __real_posix_memalign(block, alignment, bytes);
    if (status == 0) add_one(&granted);
    return status;
}

void
__wrap_free(void *block)
{
    if (block) add_one(&freed);
    __real_free(block);
}

void *
__wrap_mmap(void *wish, size_t bytes, int protection, int flags, int file, off_t offset)
{
    if (must_refuse()) return refuse(), MAP_FAILED;
    void *block = __real_mmap(wish, bytes, protection, flags, file, offset);
    if (block != MAP_FAILED) add_one(&granted);
    return block;
}

void *
__wrap_mremap(void *block, size_t bytes, size_t more_bytes, int flags, ...)
{
    if (must_refuse()) return refuse(), MAP_FAILED;
    return __real_mremap(block, bytes, more_bytes, flags);
}

int
__wrap_munmap(void *block, size_t bytes)
{
    add_one(&freed);
    return __real_munmap(block, bytes);
}

/* The runtime of a sanitizer may be part of the program. The keys that it makes before the
 * program's constructors run are its own business. Volatile, or a compiler runs begin itself. */
static volatile int has_begun;
static int is_counted[PTHREAD_KEYS_MAX];

__attribute__((constructor)) static void
begin(void)
{
    has_begun = 1;
}

int
__wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    if (!has_begun) return __real_pthread_key_create(key, destructor);
    if (must_refuse()) return EAGAIN;
    int status = __real_pthread_key_create(key, destructor);
    if (status == 0) is_counted[*key] = 1;
    return status;
}

int
__wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
    if (is_counted[key] && must_refuse()) return ENOMEM;
    return __real_pthread_setspecific(key, value);
}

/* What an assertion that holds calls. */
void
__wrap__mark_point(const char *file, int line)
{
    is_asserting = 1;
    __real__mark_point(file, line);
    is_asserting = 0;
}
