/* SPDX-License-Identifier: MIT
 *
 * Which shared library an address lies in; and the one that defines a type stays loaded.
 * Knows the dynamic loader. The list of types has pointers into it, and so have objects, which may
 * live on when the program closes the library, or wait for a collection. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>

#include "object/object.h"

struct search {
    uintptr_t address;
    struct hfi_module *found;
    bool is_first;
};

static bool
has_address(const struct dl_phdr_info *module, uintptr_t address)
{
    for (size_t i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        uintptr_t start = module->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && address - start < segment->p_memsz) return true;
    }
    return false;
}

/* The program itself comes first. */
static int
look_at(struct dl_phdr_info *module, size_t bytes, void *context)
{
    (void)bytes;
    struct search *search = context;
    bool is_program = search->is_first;
    search->is_first = false;
    if (!has_address(module, search->address)) return 0;
    *search->found = (struct hfi_module){is_program ? "" : module->dlpi_name, module->dlpi_addr};
    return 1;
}

bool
hfi_module_find(const void *address, struct hfi_module *found)
{
    struct search search = {(uintptr_t)address, found, true};
    return dl_iterate_phdr(look_at, &search) != 0;
}

void
hfi_module_keep(const void *address)
{
    struct hfi_module module;
    if (!hfi_module_find(address, &module)) return;
    /* The program itself stays anyway. */
    if (!module.path || !*module.path) return;
    /* Whether it succeeds is not asked: without memory for the name the library may be unloaded as
     * it may be without us, which is wrong only if it is closed, too. */
    (void)dlopen(module.path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}
