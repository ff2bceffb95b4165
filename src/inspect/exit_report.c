/* SPDX-License-Identifier: MIT
 *
 * What is left when the program ends: by type, by who made it, and by what holds it.
 * Knows graphs, and how a process ends; keeps process-wide state: whether a report is wanted, read
 * from the environment before main begins. A forked child reports for itself when it calls exit.
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

enum { LEAKS_TOLD_MOST = 50, CYCLES_TOLD_MOST = 20 };

static bool is_wanted;

/* ---- the words ---- */

static const char *
plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void
tell_leak(const struct heap *heap, const struct hfi_leak *leak, FILE *out)
{
    fprintf(out, "%" PRIu64 " object%s, %" PRIu64 " byte%s, of %s, %s", leak->objects,
            plural(leak->objects), leak->bytes, plural(leak->bytes),
            heap->graph.strings[leak->type], hfi_leak_words(leak));
    if (!leak->stack) {
        fprintf(out, "\n");
        return;
    }
    fprintf(out, ", made\n");
    hfi_tell_stack(heap, leak->stack, 4, out);
}

static void
tell_cycles(const struct heap *heap, FILE *out)
{
    struct hfi_cycles cycles;
    if (hfi_cycles_find(&heap->graph, &heap->roots, &cycles)) return;
    for (uint32_t i = 0; i < cycles.count && i < CYCLES_TOLD_MOST; i++) {
        const struct hfi_cycle_shape *shape = &cycles.shapes[i];
        fprintf(out,
                "%" PRIu32 " garbage cycle%s, with %" PRIu64 " object%s, %" PRIu64 " bytes:\n    ",
                shape->count, plural(shape->count), shape->objects, plural(shape->objects),
                shape->bytes);
        hfi_cycle_write(&heap->graph, shape, out);
        fprintf(out, "\n    ");
        hfi_cycle_advise(&heap->graph, shape, out);
        fprintf(out, "\n");
    }
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
    for (uint32_t i = 0; i < leaks.count && i < LEAKS_TOLD_MOST; i++) {
        tell_leak(heap, &leaks.leaks[i], out);
    }
    if (leaks.count > LEAKS_TOLD_MOST) {
        fprintf(out, "and %" PRIu32 " more kinds\n", leaks.count - LEAKS_TOLD_MOST);
    }
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
    hfi_graph_begin(&heap.graph);
    if (hfi_capture(&heap.graph, CAPTURE_IN_CHILD) == 0
        && hfi_roots_find(&heap.graph, &heap.roots) == 0) {
        tell_all(&heap, out);
    }
    fflush(out);
    _exit(0);
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
    fflush(stderr);
    pid_t child = fork();
    if (child == 0) report_in_child(stderr);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
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

/* After HOLDFAST_TRACK was read, whichever of the two constructors runs first: that one raises the
 * level that this one sets. */
__attribute__((constructor)) static void
read_environment(void)
{
    const char *wish = getenv("HOLDFAST_REPORT");
    if (wish && *wish && strcmp(wish, "0") != 0) hf_report_at_exit();
}
