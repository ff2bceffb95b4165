/* SPDX-License-Identifier: MIT
 *
 * Make an object, retain it, release it, move it: the shared handle is a plain `T *`.
 * Knows types; the other ways to hold an object (unique.h, weak.h, edge.h) stand on this one.
 *
 * The rules:
 *   1. A `T *` that hf_new, hf_retain, hf_upgrade, hf_take, hf_get or hf_share returned is owned:
 *      give it back with hf_release or hf_auto, or hand it on with hf_move or hf_replace.
 *   2. A `T *` that came as an argument or was read from a field is borrowed: valid while its owner
 *      holds it; hf_retain it to keep it.
 *   3. Outside declared fields (locals, globals, your own arrays) retain, assign and release by
 *      hand. Inside declared fields every write goes through hf_set, hf_give or hf_take (edge.h).
 *   4. A child refers to its parent by hf_weak (weak.h), or the two keep each other alive for ever.
 *
 * Threads: distinct handles to one object may be used by any threads at once; the count is atomic.
 * One and the same variable or field that several threads write needs the program's own lock. While
 * the process has a single thread, and for HF_CONFINED types, counts are plain loads and stores.
 * A count that overflows (2^26 references at once) makes its object immortal: it leaks, and a
 * warning says so once. */
#ifndef HOLDFAST_OBJECT_H
#define HOLDFAST_OBJECT_H

#include <errno.h>
#include <string.h>

#include "type.h"

HF_BEGIN_C

/* Returns a new object of type T: all bytes zero, strong count 1.
 *
 * Owner: the caller; give it back with hf_release. Errors: NULL and errno ENOMEM when there is no
 * memory; NULL and EINVAL when the type contradicts itself (a warning says how). Threads: any.
 * Cost: one allocation.
 * Overhead: 16 bytes before the object if its type can't be part of a cycle, 24 otherwise; 8 more
 * with a flexible array. */
#ifdef __clang_analyzer__
/* A function of its own, since Clang's checker believes no attribute of one that is given a
 * structure with callbacks in it, such as a type. */
#define hf_new(T) ((T *)hf_made_(&hf_type_##T, 0))
HF_API void *hf_made_(const void *type, size_t count) HF_GIVE;
#else
#define hf_new(T) ((T *)hf_new_(&hf_type_##T))
#endif

/* Returns a new object of type T with room for n elements of its flexible array member f, all zero;
 * as hf_new.
 * Errors: also ENOMEM when the size overflows. n is less than 2^40, an element less than 2^24
 * bytes. */
#ifdef __clang_analyzer__
#define hf_new_flex(T, f, n) ((T *)hf_made_(&hf_type_##T, (n)))
#else
#define hf_new_flex(T, f, n) ((T *)hf_new_flex_(&hf_type_##T, sizeof(((T *)0)->f[0]), (n)))
#endif

/* Returns a new object of the given type and of size bytes, which may be more than the type's own
 * size: for types that are known only at run time, and for a tail of plain bytes. As hf_new.
 * Errors: also NULL and EINVAL when size is less than the type's. */
HF_API void *hf_new_type(const hf_type *type, size_t size) HF_GIVE;

/* Returns the n of hf_new_flex, or the bytes beyond the type's size of hf_new_type; 0 for other
 * objects.
 * Threads: any that may use the object. Cost: O(1). */
HF_API size_t hf_flex_count(const void *object);

/* hf_abandon(p): gives back an object that was not finished (declared in annotate.h). What its
 * fields hold is released and its memory freed, but `.destroy` does not run, since there is nothing
 * whole to destroy. The caller must hold the only strong reference (else: fatal); weak references
 * become NULL and death notices run. NULL is ignored. Threads: any. */

/* Returns the same pointer, now owned once more; NULL for NULL. hf_retain(p), of the same type as
 * p.
 *
 * Owner: the caller, beside the owners there were; give it back with hf_release. Errors: retain of
 * a dead object is misuse, and fatal where it is noticed. Threads: any that may use the object.
 * Cost: one atomic addition, no lock. */
#ifdef HF_INLINE_
#define hf_retain(object) ((__typeof__(object))hf_retain_inline_((void *)(object)))
#elif defined __clang__
#define hf_retain(object) ((__typeof__(object))hf_retain_(object))
#else
#define hf_retain(object) ((__typeof__(object))hf_retained_(object))
#endif

/* hf_release(p): gives one reference back (declared in annotate.h). The last one destroys the
 * object and, in turn, whatever only it held, on constant stack and without allocating, however
 * long the chain (type.h has the order). NULL is ignored.
 *
 * Errors: release of a dead object is misuse, and fatal where it is noticed. errno is afterwards
 * what it was before, whatever the program's code does to it; the same holds of all other calls
 * that release something, unless they fail. Threads: any that own a reference. Runs the program's
 * code (destroy, notices, free functions), so don't hold a lock that they take. When called from
 * such code, what dies waits until the death in progress on this thread is over.
 * Cost: one atomic subtraction, no lock; the last one in proportion to what dies. */

/* Releases *p and sets it to NULL first, so that nobody finds the old value there. hf_clear(&p). */
#define hf_clear(address)                          \
    __extension__({                                \
        __typeof__(*(address)) *hf_a_ = (address); \
        __typeof__(*(address)) hf_p_ = *hf_a_;     \
        *hf_a_ = NULL;                             \
        hf_release(hf_p_);                         \
    })

/* Lets the variable at address p, owned or NULL, hold q, owned or NULL, and then releases what it
 * held: for walks from one owned reference to the next. hf_replace(&p, q), as in
 * `hf_replace(&at, hf_upgrade(&at->parent));`, where q is computed while p holds what it did.
 * Not for declared fields of objects: those have hf_give (edge.h). */
#define hf_replace(address, owned)                 \
    __extension__({                                \
        __typeof__(*(address)) *hf_a_ = (address); \
        __typeof__(*(address)) hf_o_ = (owned);    \
        __typeof__(*(address)) hf_p_ = *hf_a_;     \
        *hf_a_ = hf_o_;                            \
        hf_release(hf_p_);                         \
    })

/* Returns the value of the variable p and sets the variable to NULL: the reference changes hands,
 * the count stays.
 * hf_move(p); the caller owns the result exactly if it owned p. */
#ifdef __clang_analyzer__
#define hf_move(variable)                                                                \
    __extension__({                                                                      \
        __typeof__(variable) hf_m_ = (__typeof__(variable))hf_move_((void *)(variable)); \
        (variable) = NULL;                                                               \
        hf_m_;                                                                           \
    })
HF_API void *hf_move_(void *object HF_TAKE) HF_GIVE;
#else
#define hf_move(variable)                        \
    __extension__({                              \
        __typeof__(variable) hf_m_ = (variable); \
        (variable) = NULL;                       \
        hf_m_;                                   \
    })
#endif

/* Storage prefix: `hf_auto node *n = hf_new(node);` is released when its scope ends, on every way
 * out of it but longjmp and exit. Also for `hf_unique(T)`. Initialise it where it is declared, with
 * NULL if there is nothing yet.
 *
 * Those who run Clang's checker write hf_scoped around the initialiser, `hf_auto node *n =
 * hf_scoped(hf_new(node));`: the checker doesn't know about cleanups, and would call it a leak. It
 * returns what it is given, still owned, or NULL. */
#ifdef __clang_analyzer__
#define hf_auto
#define hf_scoped(owned) ((__typeof__(owned))hf_scoped_((void *)(owned)))
HF_API void *hf_scoped_(void *object HF_TAKE);
#else
#define hf_auto __attribute__((cleanup(hf_auto_), unused))
#define hf_scoped(owned) (owned)
#endif

/* Returns the number of strong references to object: for tests and reports, since other threads may
 * change it at any time. HF_IMMORTAL_COUNT for a static object or a saturated count; 0 for NULL.
 * Threads: any that may use it. O(1). */
HF_API size_t hf_count(const void *object);
#define HF_IMMORTAL_COUNT SIZE_MAX

HF_API_OFTEN_ void *hf_new_(const hf_type *type) HF_GIVE;
HF_API void *hf_new_flex_(const hf_type *type, size_t element_bytes, size_t count) HF_GIVE;
HF_API_OFTEN_ void *hf_retain_(const void *object) HF_GIVE;

#ifdef __clang__
#define hf_given_(owned) (owned)
#else
/* Both are for gcc -fanalyzer, and cost nothing. NULL gets a path of its own, or the end of a loop
 * that goes on from one owned reference to the next is taken for a leak; and a retain returns NULL
 * for NULL only. */
static inline __attribute__((always_inline, unused, warn_unused_result)) void *
hf_given_(void *owned)
{
    if (!owned) owned = NULL;
    return owned;
}

static inline __attribute__((always_inline, unused, warn_unused_result)) void *
hf_retained_(const void *object)
{
    void *owned = hf_retain_(object);
    if (object && !owned) __builtin_unreachable();
    return hf_given_(owned);
}
#endif

#ifdef HF_INLINE_
HF_END_C
#include "inline.h"
HF_BEGIN_C
#endif

/* The address is that of a `T *`, or of an hf_unique(T), whose one member is such a pointer; copied
 * as bytes because there is no one type through which C lets a function read every kind of
 * pointer. */
static inline __attribute__((always_inline, unused)) void
hf_auto_(const void *variable)
{
    void *object;
    memcpy(&object, variable, sizeof object);
    if (object) hf_release(object);
}

HF_END_C

#endif
