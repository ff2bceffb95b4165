/* SPDX-License-Identifier: MIT
 *
 * Turns a broken invariant into one sentence with type, address and call site.
 * Knows headers, and doesn't trust them: the object may be dead, or no object. Allocates nothing.
 * The sentences are listed in docs/errors.md. */
#define _GNU_SOURCE
#include "object/object.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The type of object as far as it can be told without following an address that is not known to be
 * good; else NULL. */
static const hf_type *
probable_type(const void *object)
{
    const struct hfi_header *header = header_of(object);
    uintptr_t meta = atomic_load_relaxed(&header->meta);
    /* relaxed: a report; the object is broken anyway. */
    uint64_t word = atomic_load_relaxed(&header->word);
    if (!(meta & HF_META_TYPE_)) {
        if (!(word & WORD_SIDE) || !meta || meta % _Alignof(struct hfi_side_record)) return NULL;
        meta = ((const struct hfi_side_record *)meta)->meta;
    }
    const hf_type *type = type_of_meta(meta);
    return hfi_type_is_known(type) ? type : NULL;
}

/* Writes "module+0xoffset" of a code address, as addr2line takes it. */
static void
name_site(const void *site, char *text, size_t bytes)
{
    if (!site) {
        snprintf(text, bytes, "the death of its holder");
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

static void
write_sentence(char *text, size_t bytes, const char *what, const void *object, const void *site)
{
    char place[HFI_MESSAGE_BYTES / 2];
    name_site(site, place, sizeof place);
    const hf_type *type = probable_type(object);
    snprintf(text, bytes, "holdfast: %s: %s at %p (called from %s)", what,
             type ? type->name : "unknown type", object, place);
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
/* The type that this thread has checked last: mostly it is the same again. */
static __thread const hf_type *known_type;

void
hfi_object_check(const void *object, const void *site)
{
    const struct hfi_header *header = header_of(object);
    bool aligned = (uintptr_t)object % sizeof(void *) == 0;
    /* acquire: as in meta_of. */
    uintptr_t meta = aligned ? atomic_load_acquire(&header->meta) : 0;
    if (meta && !(meta & HF_META_TYPE_) && meta % sizeof(void *) == 0) {
        const struct hfi_side_record *record = (const struct hfi_side_record *)meta;
        if (record->object == object) meta = record->meta;
    }
    /* A static object may be of a type that has not been looked at yet. */
    if ((meta & 15) == HF_META_PLACED_IMMORTAL_) return;
    const hf_type *type = meta & HF_META_TYPE_ ? type_of_meta(meta) : NULL;
    if (type && (type == known_type || hfi_type_is_known(type))) known_type = type;
    else hfi_misuse("not an object", object, site);
}
#endif
