/* SPDX-License-Identifier: MIT
 *
 * Runs a program again and again inside the test, each time with one allocation that fails.
 * Knows Check and the library.
 * Blocks are counted where they are allocated, objects in the books of the library. */
#include "refuse_memory.h"

#include <check.h>
#include <fcntl.h>
#include <holdfast/holdfast.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory.h"

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
void __real_free(void *block);
void *__wrap_aligned_alloc(size_t alignment, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void __wrap_free(void *block);

static long blocks;           /* that are allocated at the moment */
static unsigned long asked;   /* allocations so far */
static unsigned long failing; /* the number of the one that fails; 0: none */
static unsigned long refused; /* the number of the one that failed in the latest run */

static bool
fails(void)
{
    if (++asked != failing) return false;
    errno = ENOMEM;
    return true;
}

void *
__wrap_malloc(size_t bytes)
{
    if (fails()) return NULL;
    blocks++;
    return __real_malloc(bytes);
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
    if (fails()) return NULL;
    blocks++;
    return __real_calloc(count, bytes);
}

void *
__wrap_realloc(void *block, size_t bytes)
{
    if (fails()) return NULL;
    blocks += !block;
    return __real_realloc(block, bytes);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    if (fails()) return NULL;
    blocks++;
    return __real_aligned_alloc(alignment, bytes);
}

void
__wrap_free(void *block)
{
    blocks -= block != NULL;
    __real_free(block);
}

/* Objects come from here: checked builds keep the dead ones for a while, so they are not counted as
 * blocks; the books of the library count them. */
static void *
allocate_object(void *ctx, size_t bytes)
{
    (void)ctx;
    return fails() ? NULL : __real_malloc(bytes);
}

static void
free_object(void *ctx, void *block)
{
    (void)ctx;
    __real_free(block);
}

static const hf_allocator objects = {allocate_object, free_object, NULL};

/* Runs the program with its messages in a file. Returns what it returns. */
static int
run_quietly(int (*run)(void))
{
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    int file = open("errors", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
    int status = run();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    return status;
}

void
expect_message_about_memory(void)
{
    char *written = read_file("errors");
    ck_assert_msg(strstr(written, "out of memory"), "allocation %lu: no message: %s", refused,
                  written);
    ck_assert_msg(strchr(written, '\n') == written + strlen(written) - 1, "several messages: %s",
                  written);
    free(written);
}

static void
expect_nothing_left(long blocks_before)
{
    long left = blocks - blocks_before;
    struct hf_stats books;
    hf_stats(&books);
    ck_assert_msg(books.live == 0, "allocation %lu: objects are left", refused);
    ck_assert_msg(left == 0, "allocation %lu: %ld blocks are left", refused, left);
}

unsigned long
refuse_in_turn(int (*run)(void), void (*judge)(int status), unsigned long step)
{
    hf_set_allocator(&objects);
    /* What the library makes once, for good, is there after the first run. */
    judge(run_quietly(run));
    unsigned long failures = 0;
    for (unsigned long at = 1;; at += step) {
        /* Between runs, Check allocates too. */
        long before = blocks;
        asked = 0;
        failing = at;
        int status = run_quietly(run);
        failing = 0;
        bool failed = asked >= at;
        refused = at;
        expect_nothing_left(before);
        judge(status);
        if (!failed) return failures;
        failures += status != 0;
    }
}

static const char *expected_output;

static void
judge_output(int status)
{
    if (status) {
        ck_assert_int_eq(status, 2);
        expect_message_about_memory();
        return;
    }
    char *written = read_file("out");
    ck_assert_str_eq(written, expected_output);
    free(written);
}

unsigned long
refuse_in_turn_or_get(int (*run)(void), const char *output)
{
    expected_output = output;
    return refuse_in_turn(run, judge_output, 1);
}
