/* SPDX-License-Identifier: MIT
 *
 * What Valgrind's memcheck is told about objects.
 * Knows client requests; keeps process-wide state, all of it unused outside Valgrind: a ring of
 * names of dead blocks, and the list of side records. Without Valgrind's header at compile time
 * these functions only allocate and free. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_MALLOCLIKE_BLOCK(address, bytes, redzone, zeroed) ((void)(address), (void)(bytes))
#define VALGRIND_FREELIKE_BLOCK(address, redzone) ((void)(address))
#define VALGRIND_CREATE_BLOCK(address, bytes, name) \
    ((void)(address), (void)(bytes), (void)(name), 0u)
#define VALGRIND_DISCARD(handle) ((void)(handle))
#define VALGRIND_MAKE_MEM_UNDEFINED(address, bytes) ((void)(address), (void)(bytes))
#define VALGRIND_MAKE_MEM_DEFINED(address, bytes) ((void)(address), (void)(bytes))
#endif

bool hfi_under_valgrind;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void
prepare(void)
{
    hfi_under_valgrind = RUNNING_ON_VALGRIND != 0;
    hfi_lock_across_fork(LOCK_OF_MEMORY_TOOLS, &lock, 1);
}

void
hfi_tools_reused(void *memory, size_t bytes)
{
    if (unlikely(hfi_under_valgrind)) (void)VALGRIND_MAKE_MEM_UNDEFINED(memory, bytes);
}

void
hfi_tools_defined(void *memory, size_t bytes)
{
    if (unlikely(hfi_under_valgrind)) (void)VALGRIND_MAKE_MEM_DEFINED(memory, bytes);
}

void
hfi_tools_born(void *payload, size_t bytes)
{
    if (unlikely(hfi_under_valgrind)) VALGRIND_MALLOCLIKE_BLOCK(payload, bytes, 0, 1);
}

/* Names of the latest dead blocks. Memcheck itself keeps freed blocks from being used again for a
 * while, some twenty megabytes; the ring is short enough for a name to be withdrawn before its
 * memory gets a new owner, in most programs. */
enum { NAME_COUNT = 4096, NAME_BYTES = 96 };
static unsigned names[NAME_COUNT];
static size_t name_next, name_count;

static COLD void
name_dead_block(void *payload, size_t bytes, const char *type_name)
{
    char text[NAME_BYTES];
    snprintf(text, sizeof text, "dead %s", type_name);
    pthread_mutex_lock(&lock);
    if (name_count == NAME_COUNT) VALGRIND_DISCARD(names[name_next]);
    else name_count++;
    names[name_next] = (unsigned)VALGRIND_CREATE_BLOCK(payload, bytes, text);
    name_next = (name_next + 1) % NAME_COUNT;
    pthread_mutex_unlock(&lock);
}

void
hfi_tools_died(void *payload, size_t bytes, const char *type_name)
{
    if (likely(!hfi_under_valgrind)) return;
    VALGRIND_FREELIKE_BLOCK(payload, 0);
    name_dead_block(payload, bytes, type_name);
}

/* Stands before a record, under Valgrind only. */
struct listed {
    struct listed *next, *previous;
};
static struct listed records = {&records, &records};

static COLD void *
listed_new(size_t bytes)
{
    struct listed *link = malloc(sizeof *link + bytes);
    if (!link) return NULL;
    pthread_mutex_lock(&lock);
    link->next = records.next;
    link->previous = &records;
    records.next->previous = link;
    records.next = link;
    pthread_mutex_unlock(&lock);
    return link + 1;
}

static COLD void
listed_free(void *record)
{
    struct listed *link = (struct listed *)record - 1;
    pthread_mutex_lock(&lock);
    link->next->previous = link->previous;
    link->previous->next = link->next;
    pthread_mutex_unlock(&lock);
    free(link);
}

void *
hfi_tools_record_new(size_t bytes)
{
    return unlikely(hfi_under_valgrind) ? listed_new(bytes) : malloc(bytes);
}

void
hfi_tools_record_free(void *record)
{
    if (unlikely(hfi_under_valgrind)) listed_free(record);
    else free(record);
}
