/* SPDX-License-Identifier: MIT
 *
 * A captured heap, with its roots.
 * Knows capture, graph, and the lock that keeps collections away. */
#define _GNU_SOURCE
#include "inspect/heap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/collector.h"
#include "inspect/capture.h"

int
hfi_heap_open(struct heap *heap)
{
    /* Inside hf_find_cycles this thread has the lock. */
    if (hfi_collect_is_barred) {
        errno = EDEADLK;
        return -1;
    }
    hfi_graph_begin(&heap->graph);
    hfi_candidates_lock();
    int result = hfi_capture(&heap->graph, CAPTURE_HERE);
    hfi_candidates_unlock();
    if (result == 0) result = hfi_roots_find(&heap->graph, &heap->roots);
    if (result) hfi_graph_end(&heap->graph);
    return result;
}

void
hfi_heap_close(struct heap *heap)
{
    hfi_roots_end(&heap->roots);
    hfi_graph_end(&heap->graph);
}

uint32_t
hfi_heap_find(const struct heap *heap, const void *object)
{
    for (uint32_t i = 0; i < heap->graph.node_count; i++) {
        if (heap->graph.nodes[i].address == (uintptr_t)object) return i;
    }
    errno = ENOENT;
    return NO_NODE;
}

/* A trace function may wait for a thread that only the parent has; so may malloc, if it isn't the
 * system's: that of GCC 12's ThreadSanitizer, for one, does not hold its locks across a fork. */
enum { CHILD_SECONDS_MOST = 600 };

void
hfi_heap_child_begin(void)
{
    sigset_t alarms;
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarms, NULL);
    alarm(CHILD_SECONDS_MOST);
}

void
hfi_heap_name_lines(struct heap *heap)
{
    const char *wish = secure_getenv("HOLDFAST_SYMBOLS");
    if (!wish || strcmp(wish, "off") != 0) hfi_symbols_find(&heap->graph);
}
