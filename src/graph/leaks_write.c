/* SPDX-License-Identifier: MIT
 *
 * What is left, and which cycles keep it, in words.
 * Knows plain graphs. */
#include <inttypes.h>

#include "graph/graph.h"

enum { LEAKS_TOLD_MOST = 50, CYCLES_TOLD_MOST = 20 };

static const char *
plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static int
tell_leak(const struct hfi_graph *graph, const struct hfi_leak *leak, FILE *out)
{
    int result =
        fprintf(out, "%" PRIu64 " object%s, %" PRIu64 " byte%s, of %s, %s%s\n", leak->objects,
                plural(leak->objects), leak->bytes, plural(leak->bytes), graph->strings[leak->type],
                hfi_leak_words(leak), leak->stack ? ", made" : "");
    return result < 0 || !leak->stack ? result : hfi_stack_write(graph, leak->stack, 4, out);
}

int
hfi_leaks_write(const struct hfi_graph *graph, const struct hfi_leaks *leaks, FILE *out)
{
    for (uint32_t i = 0; i < leaks->count && i < LEAKS_TOLD_MOST; i++) {
        if (tell_leak(graph, &leaks->leaks[i], out) < 0) return -1;
    }
    if (leaks->count <= LEAKS_TOLD_MOST) return 0;
    return fprintf(out, "and %" PRIu32 " more kinds\n", leaks->count - LEAKS_TOLD_MOST);
}

static int
tell_cycle(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape, FILE *out)
{
    int result = fprintf(
        out, "%" PRIu32 " garbage cycle%s, with %" PRIu64 " object%s, %" PRIu64 " bytes:\n    ",
        shape->count, plural(shape->count), shape->objects, plural(shape->objects), shape->bytes);
    if (result >= 0) result = hfi_cycle_write(graph, shape, out);
    if (result >= 0) result = fprintf(out, "\n    ");
    if (result >= 0) result = hfi_cycle_advise(graph, shape, out);
    return result < 0 ? result : putc('\n', out);
}

int
hfi_cycles_write(const struct hfi_graph *graph, const struct hfi_cycles *cycles, FILE *out)
{
    for (uint32_t i = 0; i < cycles->count && i < CYCLES_TOLD_MOST; i++) {
        if (tell_cycle(graph, &cycles->shapes[i], out) < 0) return -1;
    }
    if (cycles->count <= CYCLES_TOLD_MOST) return 0;
    return fprintf(out, "and %" PRIu32 " more shapes of cycles\n",
                   cycles->count - CYCLES_TOLD_MOST);
}
