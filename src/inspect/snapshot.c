/* SPDX-License-Identifier: MIT
 *
 * Files of the heap: here, or in the child of a fork while this process goes on.
 * Knows the graph's writers.
 * A file appears whole or not at all: it is written beside its place, and then moved there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inspect/capture.h"
#include "inspect/heap.h"
#include "inspect/inspect.h"

/* ---- one file ---- */

static int
write_heap(const struct heap *heap, enum hf_snapshot_format format, FILE *out)
{
    switch (format) {
    case HF_HEAPSNAPSHOT:
        return hfi_heapsnapshot_write(&heap->graph, &heap->roots, out);
    case HF_DOT:
        return hfi_dot_write(&heap->graph, &heap->roots, NO_NODE, 0, out);
    case HF_DHAT:
        return hfi_dhat_write(&heap->graph, out);
    case HF_COLLAPSED:
        return hfi_collapsed_write(&heap->graph, out);
    }
    errno = EINVAL;
    return -1;
}

/* Owner: the caller. NULL without memory. */
static char *
path_beside(const char *path)
{
    static const char longest[] = ".-9223372036854775808.part";
    size_t bytes = strlen(path) + sizeof longest;
    char *beside = malloc(bytes);
    if (beside) snprintf(beside, bytes, "%s.%ld.part", path, (long)getpid());
    return beside;
}

static int
write_file(const struct heap *heap, enum hf_snapshot_format format, const char *path)
{
    char *beside = path_beside(path);
    FILE *out = beside ? fopen(beside, "we") : NULL;
    int result = -1;
    if (out) {
        result = write_heap(heap, format, out);
        int reason = errno;
        if (fclose(out) && !result) result = -1;
        else errno = reason;
        if (!result) result = rename(beside, path);
        if (result) {
            reason = errno;
            unlink(beside);
            errno = reason;
        }
    }
    free(beside);
    return result;
}

int
hf_snapshot_write(const char *path, enum hf_snapshot_format format)
{
    struct heap heap;
    if (format > HF_COLLAPSED) {
        errno = EINVAL;
        return -1;
    }
    if (hfi_heap_open(&heap)) return -1;
    if (format == HF_DHAT || format == HF_COLLAPSED) hfi_heap_name_lines(&heap);
    int result = write_file(&heap, format, path), reason = errno;
    hfi_heap_close(&heap);
    errno = reason;
    return result;
}

int
hf_neighbourhood_write(const char *path, const void *object, unsigned depth)
{
    struct heap heap;
    if (hfi_heap_open(&heap)) return -1;
    uint32_t node = hfi_heap_find(&heap, object);
    FILE *out = node == NO_NODE ? NULL : fopen(path, "we");
    int result = -1;
    if (out) {
        result = hfi_dot_write(&heap.graph, &heap.roots, node, depth, out);
        if (fclose(out)) result = -1;
    }
    int reason = errno;
    hfi_heap_close(&heap);
    errno = reason;
    return result;
}

/* ---- in a child ---- */

/* In the grandchild, which has this thread only. Tells the reader of the pipe how it ended. */
static _Noreturn void
write_in_child(const char *path, enum hf_snapshot_format format, int pipe)
{
    struct heap heap;
    hfi_heap_child_begin();
    hfi_graph_begin(&heap.graph);
    int reason = 0;
    if (hfi_capture(&heap.graph, CAPTURE_IN_CHILD) || hfi_roots_find(&heap.graph, &heap.roots)
        || write_file(&heap, format, path)) {
        reason = errno;
    }
    ssize_t written = write(pipe, &reason, sizeof reason);
    _exit(written == sizeof reason ? 0 : 1);
}

int
hf_snapshot_fork(const char *path, enum hf_snapshot_format format)
{
    int pipes[2];
    if (format > HF_COLLAPSED) {
        errno = EINVAL;
        return -1;
    }
    if (pipe2(pipes, O_CLOEXEC)) return -1;
    pid_t child = fork();
    if (child == 0) {
        /* A grandchild, so that the program that waits for its children meets no stranger. */
        close(pipes[0]);
        pid_t grandchild = fork();
        if (grandchild == 0) write_in_child(path, format, pipes[1]);
        _exit(grandchild < 0 ? 1 : 0);
    }
    int reason = errno;
    close(pipes[1]);
    if (child < 0) {
        close(pipes[0]);
        errno = reason;
        return -1;
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return pipes[0];
}

int
hf_snapshot_wait(int descriptor)
{
    int reason = 0;
    ssize_t got;
    do {
        got = read(descriptor, &reason, sizeof reason);
    } while (got < 0 && errno == EINTR);
    close(descriptor);
    /* A child that said nothing met an object that another thread was just changing. */
    if (got != sizeof reason) reason = EAGAIN;
    if (!reason) return 0;
    errno = reason;
    return -1;
}
