/* SPDX-License-Identifier: MIT
 *
 * Snapshots that somebody else wrote, or damaged: the reader refuses them, or everything that is
 * asked of a graph works on them.
 * Knows the reader of the command, the graph room and libFuzzer's way to call. */
#include <stdint.h>
#include <stdlib.h>

#include "read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(bool is_true)
{
    if (!is_true) abort();
}

static void
ask_about_each(const struct hfi_graph *graph, const struct hfi_roots *roots, FILE *out)
{
    for (uint32_t node = 0; node < graph->node_count && node < 8; node++) {
        hfi_why_write(graph, roots, node, out);
        hfi_who_write(graph, node, out);
        hfi_dot_write(graph, roots, node, 2, out);
    }
    hfi_dot_write(graph, roots, NO_NODE, 2, out);
}

static void
ask(const struct hfi_graph *graph, FILE *out)
{
    struct hfi_roots roots;
    struct hfi_dominators dominators;
    struct hfi_cycles cycles;
    struct hfi_leaks leaks;
    expect(hfi_roots_find(graph, &roots) == 0);
    expect(hfi_dominators_find(graph, &roots, &dominators) == 0);
    expect(hfi_cycles_find(graph, &roots, &cycles) == 0);
    expect(hfi_leaks_find(graph, &roots, &leaks) == 0);
    hfi_cycles_write(graph, &cycles, out);
    hfi_leaks_write(graph, &leaks, out);
    ask_about_each(graph, &roots, out);
    hfi_dhat_write(graph, out);
    hfi_collapsed_write(graph, out);
    hfi_leaks_end(&leaks);
    hfi_cycles_end(&cycles);
    hfi_dominators_end(&dominators);
    hfi_roots_end(&roots);
}

/* What was read is written, and read again: both graphs have as much of everything. */
static void
compare_with_copy(const struct hfi_graph *graph)
{
    char *text = NULL, fault[FAULT_BYTES];
    size_t length;
    struct hfi_roots roots;
    struct hfi_graph copy;
    FILE *out = open_memstream(&text, &length);
    expect(out && hfi_roots_find(graph, &roots) == 0);
    expect(hfi_heapsnapshot_write(graph, &roots, out) == 0);
    expect(fclose(out) == 0);
    FILE *in = fmemopen(text, length, "r");
    expect(in && snapshot_read(in, &copy, NULL, fault) == 0);
    expect(copy.node_count == graph->node_count && copy.edge_count == graph->edge_count);
    expect(copy.stack_count == graph->stack_count && copy.holder_count == graph->holder_count);
    fclose(in);
    hfi_graph_end(&copy);
    hfi_roots_end(&roots);
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    struct hfi_graph graph;
    char fault[FAULT_BYTES];
    if (!nowhere) nowhere = fopen("/dev/null", "we");
    FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (!in) return 0;
    int result = snapshot_read(in, &graph, NULL, fault);
    fclose(in);
    expect(result == 0 || *fault);
    if (result == 0) {
        ask(&graph, nowhere);
        compare_with_copy(&graph);
    }
    hfi_graph_end(&graph);
    return 0;
}
