/* SPDX-License-Identifier: MIT
 *
 * Turns a broken invariant into one sentence with type, address and call site.
 * Knows headers, and doesn't trust them: the object may be dead, or no object. Allocates nothing.
 * The sentences are listed in docs/errors.md. */
#define _GNU_SOURCE
#include "object/object.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where user space can be: not in the first page, nor beyond 2^56; in 32 bits it is everywhere. */
#define LEAST_PAGE_BYTES 4096u
#define LOWEST_ADDRESS LEAST_PAGE_BYTES
#define HIGHEST_ADDRESS (sizeof(void *) > 4 ? UINTPTR_MAX >> 8 : UINTPTR_MAX)

/* The page that this thread found mapped the last time: side records lie close together. */
static THREAD_LOCAL uintptr_t known_page;

/* Whether something is mapped at address, so that reading it does no harm. Leaves errno alone. */
static bool
is_mapped(const void *address)
{
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)(LEAST_PAGE_BYTES - 1);
    if (page == known_page) return true;
    uintptr_t page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    unsigned char resident;
    int reason = errno;
    bool is_there = mincore((void *)(page & ~(page_bytes - 1)), 1, &resident) == 0;
    errno = reason;
    if (is_there) known_page = page;
    return is_there;
}

/* Whether object can be an address that the library gave out, by the looks of it. */
static bool
is_plausible(const void *object)
{
    uintptr_t address = (uintptr_t)object;
    return address % sizeof(void *) == 0 && address >= LOWEST_ADDRESS && address <= HIGHEST_ADDRESS;
}

/* The tagged type of object as far as it can be told without trusting what the header says: zero if
 * there is none. */
static uintptr_t
probable_meta(const void *object)
{
    /* acquire: as in meta_of. */
    uintptr_t meta = atomic_load_acquire(&header_of(object)->meta);
    if (meta & HF_META_TYPE_) return meta;
    const struct hfi_side_record *record = (const struct hfi_side_record *)meta;
    if (!is_plausible(record) || !is_mapped(record)) return 0;
    return side_record_object(record) == object ? record->meta : 0;
}

/* The type of object, or NULL if what stands there is the address of no type. */
static const hf_type *
probable_type(const void *object)
{
    uintptr_t meta = probable_meta(object);
    const hf_type *type = type_of_meta(meta);
    /* A static object may be of a type that has not been looked at yet. */
    if ((meta & HF_META_MASK_) == HF_META_PLACED_IMMORTAL_) return is_mapped(type) ? type : NULL;
    return hfi_type_is_known(type) ? type : NULL;
}

/* Writes "module+0xoffset" of a code address, as addr2line takes it. */
static void
name_site(const void *site, char *text, size_t bytes)
{
    if (!site) {
        snprintf(text, bytes, "a death in progress");
        return;
    }
    Dl_info module;
    if (!dladdr(site, &module) || !module.dli_fname) {
        snprintf(text, bytes, "%p", site);
        return;
    }
    const char *slash = strrchr(module.dli_fname, '/');
    size_t offset = (size_t)((const char *)site - (const char *)module.dli_fbase);
    snprintf(text, bytes, "%s+0x%zx", slash ? slash + 1 : module.dli_fname, offset);
}

bool (*hfi_misuse_recall)(const void *object, uintptr_t *made, uintptr_t *ended);

/* What is known of an object that is gone already. */
static void
append_history(char *text, size_t bytes, const void *object)
{
    char made_at[HFI_MESSAGE_BYTES / 4], ended_at[HFI_MESSAGE_BYTES / 4];
    uintptr_t made, ended;
    size_t length = strlen(text);
    if (!hfi_misuse_recall || !hfi_misuse_recall(object, &made, &ended)) return;
    name_site((const void *)made, made_at, sizeof made_at);
    name_site((const void *)ended, ended_at, sizeof ended_at);
    snprintf(text + length, bytes - length,
             ended ? "; made by %s, last given back by %s" : "; made by %s", made_at, ended_at);
}

static void
write_sentence(char *text, size_t bytes, const char *what, const void *object, const void *site)
{
    char place[HFI_MESSAGE_BYTES / 2];
    name_site(site, place, sizeof place);
    const hf_type *type = is_plausible(object) ? probable_type(object) : NULL;
    snprintf(text, bytes, "holdfast: %s: %s at %p (called from %s)", what,
             type ? type->name : "unknown type", object, place);
    append_history(text, bytes, object);
}

_Noreturn void
hfi_misuse(const char *what, const void *object, const void *site)
{
    char text[HFI_MESSAGE_BYTES];
    write_sentence(text, sizeof text, what, object, site);
    hfi_fatal(text);
}

void
hfi_suspect(const char *what, const void *object, const void *site)
{
    char text[HFI_MESSAGE_BYTES];
    write_sentence(text, sizeof text, what, object, site);
    hfi_warn(text);
}

#if HF_CHECKED
/* The meta word of the object that this thread looked at last: mostly it is the same again. */
static THREAD_LOCAL uintptr_t known_meta;

void
hfi_object_check(const void *object, const void *site)
{
    if (!is_plausible(object)) hfi_misuse("not an object", object, site);
    /* relaxed: only compared. */
    uintptr_t meta = atomic_load_relaxed(&header_of(object)->meta);
    /* The type of the object looked at last, and no side record that might have gone since. */
    if (meta == known_meta && (meta & HF_META_TYPE_)) return;
    if (!probable_type(object)) hfi_misuse("not an object", object, site);
    known_meta = meta;
}
#endif
