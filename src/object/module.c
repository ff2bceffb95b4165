/* SPDX-License-Identifier: MIT
 *
 * The shared library that defines a type stays loaded.
 * Knows the dynamic loader. The list of types has pointers into it, and so have objects, which may
 * live on when the program closes the library, or wait for a collection. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>

#include "object/object.h"

void
hfi_module_keep(const void *address)
{
    Dl_info info;
    void *found = NULL;
    if (!dladdr1(address, &info, &found, RTLD_DL_LINKMAP)) return;
    const struct link_map *module = found;
    /* The program itself has no name here, and stays anyway. */
    if (!module || !module->l_name[0]) return;
    /* Whether it succeeds is not asked: without memory for the name the library may be unloaded as
     * it may be without us, which is wrong only if it is closed, too. */
    (void)dlopen(module->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}
