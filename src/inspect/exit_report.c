/* SPDX-License-Identifier: MIT
 *
 * What is left when the program ends: by type, by who made it, and by what holds it.
 * Knows graphs, and how a process ends; keeps process-wide state: whether a report is wanted, and a
 * snapshot, read from the environment before main begins. A forked child reports for itself when it
 * calls exit.
 * Threads may still run then, so a process that has any lets the child of a fork look. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inspect/capture.h"
#include "inspect/heap.h"
#include "inspect/inspect.h"
#include "sync/sync.h"
#include "track/track.h"

static bool is_wanted;
static const char *snapshot_path; /* NULL: none is wanted */
static pid_t snapshot_of;         /* the process that was told so; its children write none */

/* ---- the words ---- */

static const char *
plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void
tell_cycles(const struct heap *heap, FILE *out)
{
    struct hfi_cycles cycles;
    if (hfi_cycles_find(&heap->graph, &heap->roots, &cycles)) return;
    hfi_cycles_write(&heap->graph, &cycles, out);
    hfi_cycles_end(&cycles);
}

static void
tell_all(struct heap *heap, FILE *out)
{
    struct hfi_leaks leaks;
    struct hf_stats stats;
    if (hfi_leaks_find(&heap->graph, &heap->roots, &leaks)) return;
    hfi_heap_name_lines(heap);
    hf_stats(&stats);
    fprintf(out, "holdfast: %" PRIu64 " object%s, %" PRIu64 " byte%s, left at exit\n",
            leaks.objects, plural(leaks.objects), leaks.bytes, plural(leaks.bytes));
    hfi_leaks_write(&heap->graph, &leaks, out);
    tell_cycles(heap, out);
    if (stats.live > leaks.objects) {
        fprintf(out, "%" PRIu64 " more were made before they were written down\n",
                stats.live - leaks.objects);
    }
    hfi_leaks_end(&leaks);
}

/* ---- the end of the process ---- */

static void
report_here(FILE *out)
{
    struct heap heap;
    if (hfi_heap_open(&heap)) {
        if (errno != ENODATA) perror("holdfast: no report");
        return;
    }
    tell_all(&heap, out);
    hfi_heap_close(&heap);
}

static _Noreturn void
report_in_child(FILE *out)
{
    struct heap heap;
    hfi_heap_child_begin();
    hfi_graph_begin(&heap.graph);
    if (hfi_capture(&heap.graph, CAPTURE_IN_CHILD) == 0
        && hfi_roots_find(&heap.graph, &heap.roots) == 0) {
        tell_all(&heap, out);
    }
    fflush(out);
    _exit(0);
}

static void
report_by_child(FILE *out)
{
    int status = 0;
    fflush(out);
    pid_t child = fork();
    if (child == 0) report_in_child(out);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child < 0) perror("holdfast: no report");
    else if (status) fputs("holdfast: no report: threads were changing what it is about\n", out);
}

static void
report(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    if (!stats.live) {
        fprintf(stderr, "holdfast: nothing is left, of %" PRIu64 " object%s made\n", stats.born,
                plural(stats.born));
        return;
    }
    if (process_is_single_threaded()) {
        report_here(stderr);
        return;
    }
    report_by_child(stderr);
}

int
hf_report_at_exit(void)
{
    if (is_wanted) return 0;
    if (atexit(report)) {
        errno = ENOMEM;
        return -1;
    }
    is_wanted = true;
    return track_is_on() ? 0 : hf_track(HF_TRACK_SITES);
}

/* ---- a snapshot then ---- */

/* The path, with the number of the process for each %p. Owner: the caller. NULL without memory. */
static char *
spell_path(const char *pattern)
{
    char *path = NULL;
    size_t length;
    FILE *out = open_memstream(&path, &length);
    if (!out) return NULL;
    for (; *pattern; pattern++) {
        if (strncmp(pattern, "%p", 2) != 0) putc(*pattern, out);
        else fprintf(out, "%ld", (long)getpid()), pattern++;
    }
    if (fclose(out) == 0) return path;
    free(path);
    return NULL;
}

static int
write_snapshot_to(const char *path)
{
    if (process_is_single_threaded()) return hf_snapshot_write(path, HF_HEAPSNAPSHOT);
    int child = hf_snapshot_fork(path, HF_HEAPSNAPSHOT);
    return child < 0 ? -1 : hf_snapshot_wait(child);
}

static void
write_snapshot(void)
{
    if (getpid() != snapshot_of) return;
    char *path = spell_path(snapshot_path);
    if (!path || write_snapshot_to(path)) {
        int reason = errno;
        fprintf(stderr, "holdfast: no snapshot in %s: %s\n", path ? path : snapshot_path,
                strerror(reason));
    }
    free(path);
}

static void
want_snapshot(const char *path)
{
    snapshot_path = path;
    snapshot_of = getpid();
    if (atexit(write_snapshot) == 0 && !track_is_on()) hf_track(HF_TRACK_SITES);
}

/* After HOLDFAST_TRACK was read, whichever of the two constructors runs first: that one raises the
 * level that this one sets. */
__attribute__((constructor)) static void
read_environment(void)
{
    const char *wish = secure_getenv("HOLDFAST_REPORT");
    if (wish && *wish && strcmp(wish, "0") != 0) hf_report_at_exit();
    const char *path = secure_getenv("HOLDFAST_SNAPSHOT");
    if (path && *path) want_snapshot(path);
}
