/* SPDX-License-Identifier: MIT
 *
 * Sole ownership as a question, and copy-on-write through `.clone`.
 * Knows life. The answer of hf_is_unique is exact for the owner who asks: only it could give a
 * reference away. */
#include <holdfast/unique.h>

#include <errno.h>

#include "handle/handle.h"

/* Whether the record stands for no weak reference: the block's share is the only one. */
static bool
has_no_weak(const struct hfi_side_record *record)
{
    /* acquire: what a weak reference that is gone was used for happens before the owner changes the
     * object.
     * pairs with: the acq_rel subtraction in hfi_side_record_drop. */
    return atomic_load_acquire(&record->shares) == 1;
}

int
hf_is_unique(const void *object)
{
    if (!object) return 0;
    struct hfi_header *header = header_of(object);
    uint64_t *word = live_word_of(object);
    /* acquire: what former holders wrote happens before the owner changes the object; pairs with
     * word_release. */
    uint64_t before = atomic_load_acquire(word);
    if (!word_has_one(before) || (before & (WORD_IMMORTAL | WORD_DEAD))) return 0;
    if (word == &header->word) return 1;
    /* A weak reference could be upgraded, copied or dropped between the two looks; the version
     * would tell of an upgrade. */
    return has_no_weak(side_record_of_header(header)) && atomic_load_acquire(word) == before;
}

/* Returns the clone, or NULL and errno. Owner: the caller. */
static void *
clone_of(const void *original, const void *site)
{
    uintptr_t meta = meta_of(original);
    const hf_type *type = type_of_meta(meta);
    if (!type->clone) {
        errno = ENOTSUP;
        return NULL;
    }
    uint64_t extent = meta & HF_META_EXTENT_ ? *extent_of(original, meta) & ~EXTENT_TRACKED : 0;
    void *copy = hfi_create(type, extent, site);
    if (!copy) return NULL;
    int before = errno;
    errno = 0;
    if (!type->clone(copy, original)) {
        errno = before;
        return copy;
    }
    int reason = errno ? errno : ECANCELED;
    hf_abandon(copy);
    errno = reason;
    return NULL;
}

int
hf_make_unique_(void **object)
{
    void *original = *object;
    if (!original || hf_is_unique(original)) return 0;
    const void *site = __builtin_return_address(0);
    void *copy = clone_of(original, site);
    if (!copy) return -1;
    *object = copy;
    release(original, site);
    return 0;
}
