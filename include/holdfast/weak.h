/* SPDX-License-Identifier: MIT
 *
 * Weak references, which become NULL when their object dies, and being told of a death.
 * Knows objects. Use them from child to parent, from cache to entry, from observer to observed.
 *
 *     struct child { hf_weak(parent) up; ... };
 *     hf_weak_set(&c->up, p);
 *     hf_auto parent *p = hf_upgrade(&c->up);        strong, or NULL when the parent is dead
 *
 * All zero bytes is an empty reference. A weak reference never keeps the object's memory: it goes
 * back to the allocator at death, whoever still holds weak ones. The first weak reference to an
 * object makes a side record (48 bytes with malloc's own), which lives until the object and the
 * last weak reference are gone.
 *
 * Threads: distinct references may be used from any threads at once, also while the object dies on
 * another. One and the same reference that several threads write needs the program's own lock.
 * References to an HF_CONFINED object belong to its thread. A weak reference is not copied by
 * assignment: use hf_weak_copy, and hf_weak_clear when its life ends, unless it is a declared field
 * (HF_WEAK), which is cleared at death. */
#ifndef HOLDFAST_WEAK_H
#define HOLDFAST_WEAK_H

#include "object.h"

HF_BEGIN_C

/* What every weak reference is, without the type of what it refers to. Opaque: all zero is
 * empty. */
typedef struct hf_weak_ref {
    void *record_;
} hf_weak_ref;

/* The type of a weak reference to a T, which may still be an incomplete type without HF_DECLARE.
 * Each mention is a type of its own: give it a name (`typedef hf_weak(node) node_weak;`) to pass
 * its address between functions. The second member is never written; the macros below take the type
 * from it. */
#define hf_weak(T)        \
    union {               \
        hf_weak_ref ref_; \
        T *to_;           \
    }

/* Makes the reference at address w refer to p (borrowed; NULL empties it) instead of what it
 * referred to.
 * hf_weak_set(&w, p).
 * Returns 0, or -1 and errno ENOMEM with w unchanged; only the first weak reference to an object
 * needs memory. A reference to an object whose death has begun is dead from the start. */
#define hf_weak_set(w, p) hf_weak_set_(&(w)->ref_, (1 ? (p) : (w)->to_))

/* Returns an owned reference to what the reference at address w refers to, or NULL when that is
 * dead or w is empty.
 * hf_upgrade(&w).
 *
 * Owner: the caller; give it back with hf_release. Errors: none; never returns an object whose
 * destruction has begun.
 * Threads: any, also against the last release. Cost: one compare-and-exchange, lock-free. */
#define hf_upgrade(w) ((__typeof__((w)->to_))hf_given_(hf_upgrade_(&(w)->ref_)))

/* Makes the reference at address to refer to what the one at address from refers to, dead or alive;
 * what to referred to before is forgotten. hf_weak_copy(&to, &from). Returns 0: it can't fail. */
#define hf_weak_copy(to, from)                     \
    __extension__({                                \
        (void)sizeof((to)->to_ == (from)->to_);    \
        hf_weak_copy_(&(to)->ref_, &(from)->ref_); \
    })

/* Empties the reference at address w. hf_weak_clear(&w). */
#define hf_weak_clear(w) hf_weak_clear_(&(w)->ref_)

/* Returns whether what the reference at address w refers to is dead; false while it lives and for
 * an empty reference. True is final; false may be outdated at once unless the caller holds the
 * object. hf_weak_dead(&w). */
#define hf_weak_dead(w) hf_weak_dead_(&(w)->ref_)

/* A promise to call, as returned by hf_on_death. Never 0, and never used twice in the life of the
 * process. */
typedef uint64_t hf_death_token;

/* Calls fn(object, ctx) when object dies, once, on the thread on which it dies: after weak
 * references to it are NULL, and before its destroy. Notices of one object run in the order in
 * which they were registered.
 *
 * fn may read the object's memory but must not keep it. Returns a token for hf_on_death_cancel, or
 * 0 and errno ENOMEM; 0 and EINVAL when object is NULL or its death has begun. Threads: any that
 * may use the object. Cost: O(1), a lock. */
HF_API hf_death_token hf_on_death(void *object, void (*fn)(void *object, void *ctx), void *ctx);

/* What hf_on_death_cancel found. */
enum hf_notice_state {
    HF_NOTICE_REMOVED, /* it has not run and never will: ctx is the caller's again */
    HF_NOTICE_RUNNING, /* it runs at this moment, on this or another thread: ctx is still in use */
    HF_NOTICE_DONE     /* it has run to its end, or there never was one with this token */
};

/* Takes back a promise to call, for whoever is told and may go before the object. Tokens of notices
 * that have run may be kept and cancelled with the others: that does nothing. Returns at once; it
 * doesn't wait for a notice that runs. Threads: any. Cost: O(1), a lock. */
HF_API enum hf_notice_state hf_on_death_cancel(hf_death_token token);

HF_API int hf_weak_set_(hf_weak_ref *w, const void *object);
HF_API_OFTEN_ void *hf_upgrade_(const hf_weak_ref *w) HF_GIVE;
HF_API int hf_weak_copy_(hf_weak_ref *to, const hf_weak_ref *from);
HF_API void hf_weak_clear_(hf_weak_ref *w);
HF_API int hf_weak_dead_(const hf_weak_ref *w);

HF_END_C

#ifdef HF_INLINE_
#include "inline_upgrade.h"
#endif

#endif
