/* SPDX-License-Identifier: MIT
 *
 * Who holds an object from outside: the stacks that took references, where they are written down,
 * and the global variables in which its address stands.
 * Knows tickets, and the modules of the program.
 * A word in a global variable may only look like an address, or be a borrowed one, so it is called
 * a place, and counts nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/capture.h"
#include "track/track.h"

/* ---- what is written down ---- */

struct telling {
    struct capture *capture;
    uint32_t node;
};

static void
add_taker(void *context, uint32_t stack, uint32_t references)
{
    const struct telling *telling = context;
    struct hfi_holder holder = {.node = telling->node,
                                .references = references,
                                .stack = hfi_capture_stack(telling->capture, stack)};
    hfi_graph_add_holder(telling->capture->graph, &holder);
}

static void
add_takers(struct capture *capture)
{
    for (uint32_t i = 0; i < capture->graph->node_count; i++) {
        if (!capture->graph->nodes[i].outside) continue;
        const void *object = capture->objects[i];
        const struct hfi_ticket *ticket = ticket_of(object, meta_of(object));
        if (!ticket || !ticket->holding) continue;
        struct telling telling = {capture, i};
        hfi_holders_visit(ticket, add_taker, &telling);
    }
}

/* ---- global variables ---- */

static uint32_t
place_name(struct capture *capture, const void *address)
{
    char name[HFI_MESSAGE_BYTES];
    Dl_info module;
    if (!dladdr(address, &module) || !module.dli_fname) return 0;
    const char *slash = strrchr(module.dli_fname, '/');
    const char *file = slash ? slash + 1 : module.dli_fname;
    size_t offset = (size_t)((const char *)address - (const char *)module.dli_fbase);
    if (module.dli_sname) {
        size_t inside = (size_t)((const char *)address - (const char *)module.dli_saddr);
        if (inside) snprintf(name, sizeof name, "global variable %s+%zu", module.dli_sname, inside);
        else snprintf(name, sizeof name, "global variable %s", module.dli_sname);
    } else {
        snprintf(name, sizeof name, "global variable at %s+0x%zx", file, offset);
    }
    return hfi_graph_string(capture->graph, name, strlen(name));
}

static void
look_at(struct capture *capture, const void *address, uintptr_t word)
{
    uint32_t node = number_map_find(&capture->nodes, word);
    if (node == NO_NUMBER || !capture->graph->nodes[node].outside) return;
    struct hfi_holder holder = {.node = node, .place = place_name(capture, address)};
    hfi_graph_add_holder(capture->graph, &holder);
}

/* What lies between variables is read as well, which is nobody's and does no harm. */
__attribute__((no_sanitize("address", "thread"))) static void
look_through(struct capture *capture, const uintptr_t *word, const uintptr_t *end)
{
    for (; word < end; word++) {
        uintptr_t copy = *word;
        if (unlikely(hfi_under_valgrind)) hfi_tools_defined(&copy, sizeof copy);
        if (copy) look_at(capture, word, copy);
    }
}

static int
look_through_module(struct dl_phdr_info *module, size_t bytes, void *context)
{
    (void)bytes;
    for (unsigned i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W)) continue;
        uintptr_t start = module->dlpi_addr + segment->p_vaddr;
        uintptr_t end = (start + segment->p_memsz) & ~(sizeof(void *) - 1);
        start = (start + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
        look_through(context, (const uintptr_t *)start, (const uintptr_t *)end);
    }
    return 0;
}

/* ---- both, in the order of nodes ---- */

static int
compare_holders(const void *a, const void *b)
{
    const struct hfi_holder *left = a, *right = b;
    if (left->node != right->node) return left->node < right->node ? -1 : 1;
    if (left->references != right->references) return left->references > right->references ? -1 : 1;
    if (left->stack != right->stack) return left->stack < right->stack ? -1 : 1;
    return (left->place > right->place) - (left->place < right->place);
}

void
hfi_capture_holders(struct capture *capture)
{
    struct hfi_graph *graph = capture->graph;
    add_takers(capture);
    dl_iterate_phdr(look_through_module, capture);
    if (!graph->holder_count) return;
    qsort(graph->holders, graph->holder_count, sizeof *graph->holders, compare_holders);
}
