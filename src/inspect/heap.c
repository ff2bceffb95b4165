/* SPDX-License-Identifier: MIT
 *
 * A captured heap, with its roots.
 * Knows capture, graph, and the lock that keeps collections away. */
#include "inspect/heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

void
hfi_heap_name_lines(struct heap *heap)
{
    const char *wish = getenv("HOLDFAST_SYMBOLS");
    if (!wish || strcmp(wish, "off") != 0) hfi_symbols_find(&heap->graph);
}
