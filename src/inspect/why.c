/* SPDX-License-Identifier: MIT
 *
 * hf_why_alive and hf_who_holds: one object's reasons, in words.
 * Knows graphs, which have the words. */
#include <errno.h>

#include "inspect/heap.h"
#include "inspect/inspect.h"

static int
ask(const void *object, FILE *out, bool is_why)
{
    struct heap heap;
    if (hfi_heap_open(&heap)) return -1;
    int result = -1;
    uint32_t node = hfi_heap_find(&heap, object);
    if (node != NO_NODE) {
        hfi_heap_name_lines(&heap);
        result = is_why ? hfi_why_write(&heap.graph, &heap.roots, node, out)
                        : hfi_who_write(&heap.graph, node, out);
        result = result < 0 || fflush(out) ? -1 : 0;
    }
    int reason = errno;
    hfi_heap_close(&heap);
    errno = reason;
    return result;
}

int
hf_why_alive(const void *object, FILE *out)
{
    return ask(object, out, true);
}

int
hf_who_holds(const void *object, FILE *out)
{
    return ask(object, out, false);
}
