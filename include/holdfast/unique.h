/* SPDX-License-Identifier: MIT
 *
 * The sole owner, sharing it in place, and copy-on-write.
 * Knows objects. The discipline begins here: unique by default, shared only where it must be.
 *
 *     hf_unique(buffer) b = hf_new_unique(buffer);
 *     if (!b.ptr) return -1;
 *     fill(b.ptr);                                lend it by its pointer
 *     buffer *shared = hf_share(&b);              from here on it is counted; b is empty
 *
 * A unique handle is a type of its own: the compiler refuses to mix it up with a `T *`. No
 * operation of its life is atomic. Assigning it copies the pointer: use hf_unique_move, so that
 * only one handle owns.
 * In a declared field (HF_UNIQUE) of an object that other threads or a collector may see, write it
 * like any edge (edge.h), by its pointer: `hf_give(o, f.ptr, hf_share(&b))`, `hf_take(o, f.ptr)`.
 * */
#ifndef HOLDFAST_UNIQUE_H
#define HOLDFAST_UNIQUE_H

#include "object.h"

HF_BEGIN_C

/* The handle: a structure with one member, `T *ptr`, NULL when empty. HF_DECLARE(T) must stand
 * before. */
#define hf_unique(T) struct hf_unique_##T

/* Returns a handle that owns a new object of type T, as hf_new; its ptr is NULL and errno ENOMEM
 * without memory.
 * Owner: the handle; release it with hf_unique_release or hf_auto, or pass it on with
 * hf_unique_move or hf_share. */
#define hf_new_unique(T)                        \
    __extension__({                             \
        struct hf_unique_##T hf_u_;             \
        hf_u_.ptr = (T *)hf_new_(&hf_type_##T); \
        hf_u_;                                  \
    })

/* Releases what the handle at address u owns and leaves it empty. hf_unique_release(&u); empty is
 * fine. */
#define hf_unique_release(u) hf_clear(&(u)->ptr)

/* Returns a handle that owns what the handle at address u owned; that one is empty afterwards.
 * hf_unique_move(&u). */
#define hf_unique_move(u)                   \
    __extension__({                         \
        __typeof__(*(u)) *hf_from_ = (u);   \
        __typeof__(*(u)) hf_u_ = *hf_from_; \
        hf_from_->ptr = NULL;               \
        hf_u_;                              \
    })

/* Returns what the handle at address u owned as an owned `T *` with count 1, in place: no
 * allocation, and the object stays where it is. The handle is empty afterwards; NULL for an empty
 * one. hf_share(&u).
 * Owner: the caller; give it back with hf_release. */
#define hf_share(u)                       \
    __extension__({                       \
        __typeof__(*(u)) *hf_from_ = (u); \
        hf_move(hf_from_->ptr);           \
    })

/* Returns whether the caller's reference is the only strong one and no weak one exists, so that
 * nobody else can see a change to the object; 0 for NULL. It stays so until the caller gives a
 * reference away. Threads: any owner. O(1). */
HF_API int hf_is_unique(const void *object);

/* Makes *p, an owned reference, one that is unique: 0 at once if it is already; else p becomes a
 * clone that `.clone` of its type made, and the reference to the original is released.
 * hf_make_unique(&p).
 *
 * Returns 0, or -1 with *p unchanged and errno ENOMEM, ENOTSUP when the type has no `.clone`, or
 * what `.clone` set when it returned non-zero. clone gets a new object of the same size, zeroed,
 * and the original; it fills the fields (edges with hf_set, hf_new for deeper copies). When it
 * fails, the copy is given back as by hf_abandon, and errno is ECANCELED if it set none. A `.clone`
 * is not inherited: it would not know what the derived type adds. NULL in *p is unique. */
#define hf_make_unique(address)                    \
    __extension__({                                \
        __typeof__(*(address)) *hf_a_ = (address); \
        void *hf_p_ = (void *)*hf_a_;              \
        int hf_rc_ = hf_make_unique_(&hf_p_);      \
        *hf_a_ = (__typeof__(*(address)))hf_p_;    \
        hf_rc_;                                    \
    })

HF_API int hf_make_unique_(void **object);

HF_END_C

#endif
