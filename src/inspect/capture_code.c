/* SPDX-License-Identifier: MIT
 *
 * Stacks of callers as a graph has them: modules, functions, offsets.
 * Knows the loader of shared libraries. Lines of the source are left to who reads the graph, since
 * to find them takes longer than all the rest. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "inspect/capture.h"
#include "track/track.h"

/* The path of the module; the loader knows the executable by the name it was called by. */
static const char *
path_of(const struct hfi_module *module, const Dl_info *symbol, char *executable, size_t bytes)
{
    if (module->path && *module->path) return module->path;
    ssize_t length = readlink("/proc/self/exe", executable, bytes - 1);
    if (length <= 0) return symbol->dli_fname ? symbol->dli_fname : "";
    executable[length] = 0;
    return executable;
}

static struct hfi_frame
describe(struct hfi_graph *graph, uintptr_t address)
{
    Dl_info symbol = {0};
    struct hfi_module module;
    char executable[4096];
    /* The address is where the call returns to, which may be the next line, or even the next
     * function. */
    uintptr_t call = address - 1;
    if (!hfi_module_find((const void *)call, &module)) return (struct hfi_frame){.offset = call};
    (void)dladdr((const void *)call, &symbol);
    const char *path = path_of(&module, &symbol, executable, sizeof executable);
    const char *function = symbol.dli_sname ? symbol.dli_sname : "";
    return (struct hfi_frame){.offset = call - module.base,
                              .module = hfi_graph_string(graph, path, strlen(path)),
                              .function = hfi_graph_string(graph, function, strlen(function))};
}

/* The graph's number of the code at address. */
static uint32_t
frame_of(struct capture *capture, uintptr_t address)
{
    uint32_t number = number_map_find(&capture->frames, address);
    if (number != NO_NUMBER) return number;
    struct hfi_frame frame = describe(capture->graph, address);
    number = hfi_graph_add_frame(capture->graph, &frame);
    if (!number_map_add(&capture->frames, address, number)) capture->lacks_memory = true;
    return number;
}

uint32_t
hfi_capture_stack(struct capture *capture, uint32_t stack)
{
    struct hfi_caller callers[CALLERS_MOST];
    uint32_t frames[CALLERS_MOST];
    if (!stack) return 0;
    uint32_t number = number_map_find(&capture->stacks, stack);
    if (number != NO_NUMBER) return number;
    uint32_t count = hfi_callers_read(stack, callers);
    for (uint32_t i = 0; i < count; i++) frames[i] = frame_of(capture, callers[i].address);
    number = hfi_graph_add_stack(capture->graph, frames, count);
    if (!number_map_add(&capture->stacks, stack, number)) capture->lacks_memory = true;
    return number;
}
