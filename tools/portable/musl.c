/* SPDX-License-Identifier: MIT
 *
 * What Debian's compiler and a part of libsodium expect of the C library, and musl has not.
 * Knows the layout of glibc's struct dl_find_object, which libgcc's unwinder was compiled for; a
 * system whose compiler was made for musl needs nothing of this. Of libsodium only the hash is
 * compiled, and the function beside it that draws keys.
 * tools/portable.sh makes an archive of it. */
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

struct dl_find_object {
    unsigned long long flags;
    void *start, *end;
    struct link_map *map;
    void *eh_frame;
    unsigned long long reserved[7];
};

struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

static int
look_at(struct dl_phdr_info *module, size_t bytes, void *context)
{
    (void)bytes;
    struct search *search = context;
    struct dl_find_object found = {0};
    for (size_t i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        char *start = (char *)(module->dlpi_addr + segment->p_vaddr);
        if (segment->p_type == PT_GNU_EH_FRAME) found.eh_frame = start;
        if (segment->p_type != PT_LOAD) continue;
        if (search->address - (uintptr_t)start >= segment->p_memsz) continue;
        found.start = start;
        found.end = start + segment->p_memsz;
    }
    if (!found.start || !found.eh_frame) return 0;
    *search->found = found;
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *found);
int
_dl_find_object(void *address, struct dl_find_object *found)
{
    struct search search = {(uintptr_t)address, found};
    return dl_iterate_phdr(look_at, &search) ? 0 : -1;
}

void randombytes_buf(void *bytes, size_t count);
void
randombytes_buf(void *bytes, size_t count)
{
    enum { AT_ONCE = 256 };
    char *at = bytes;
    for (size_t part; count; at += part, count -= part) {
        part = count < AT_ONCE ? count : AT_ONCE;
        if (getentropy(at, part)) __builtin_trap();
    }
}
