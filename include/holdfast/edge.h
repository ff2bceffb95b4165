/* SPDX-License-Identifier: MIT
 *
 * Strong fields of objects: set, give, take, get. Every write to a declared field goes through
 * these.
 * Knows objects. `o` is a pointer to an object, `f` the name of a field that its type declares as
 * HF_STRONG.
 *
 *     hf_set(parent, child, c);              retains c, releases what was there; the caller keeps
 *     its own c
 *     hf_give(parent, child, hf_move(c));    moves the caller's reference in: no count changes;
 *     the object is evaluated first, so hf_give(n, next, hf_move(n)) is right, too
 *     node *c = hf_take(parent, child);      moves it out and leaves NULL
 *     node *c = hf_get(parent, child);       an owned copy of what is there
 *
 * Reading needs no call: `parent->child` is a borrowed pointer while the parent holds it.
 *
 * The borrowing rule: a borrowed pointer is good only while somebody outside the structure keeps a
 * chain to it. When you have given your last reference to a structure that you do not hold from
 * outside, don't touch it again, not even in the next statement: it may be a garbage cycle already,
 * which a collector may free at any time.
 *
 * Checked builds (HOLDFAST_CHECKED, on in all but release builds) verify that the field is
 * declared, that the index is inside the array, and that the object is of the type that
 * HF_STRONG_TO promised; what fails is fatal. Always checked: a shared object may not hold a
 * confined one.
 * Threads: one field written by several threads needs the program's own lock, or is a slot. Cost:
 * O(1), one or two atomic operations; what a store releases may die, and then runs the program's
 * code. */
#ifndef HOLDFAST_EDGE_H
#define HOLDFAST_EDGE_H

#include "object.h"

HF_BEGIN_C

/* Stores p, retained, in field f of o, then releases what was there. p is borrowed and may be
 * NULL. */
#define hf_set(o, f, p) \
    hf_set_((o), offsetof(__typeof__(*(o)), f), (void *)HF_SAME_TYPE_(p, (o)->f))
#define hf_set_at(o, f, i, p) \
    hf_set_at_((o), offsetof(__typeof__(*(o)), f), (i), (void *)HF_SAME_TYPE_(p, (o)->f[0]))

/* Stores p, an owned reference that the field takes over, in field f of o, then releases what was
 * there. */
#define hf_give(o, f, p)                                                                       \
    __extension__({                                                                            \
        __typeof__(o) hf_holder_ = (o); /* before p: it may be hf_move(o) */                   \
        hf_give_(hf_holder_, offsetof(__typeof__(*(o)), f), (void *)HF_SAME_TYPE_(p, (o)->f)); \
    })
#define hf_give_at(o, f, i, p)                                      \
    __extension__({                                                 \
        __typeof__(o) hf_holder_ = (o);                             \
        hf_give_at_(hf_holder_, offsetof(__typeof__(*(o)), f), (i), \
                    (void *)HF_SAME_TYPE_(p, (o)->f[0]));           \
    })

/* Returns what field f of o held, and leaves NULL there. Owner: the caller; give it back with
 * hf_release. */
#define hf_take(o, f) ((__typeof__((o)->f))hf_given_(hf_take_((o), offsetof(__typeof__(*(o)), f))))
#define hf_take_at(o, f, i) \
    ((__typeof__((o)->f[0]))hf_given_(hf_take_at_((o), offsetof(__typeof__(*(o)), f), (i))))

/* Returns an owned copy of what field f of o holds, or NULL. Owner: the caller; give it back with
 * hf_release. */
#define hf_get(o, f) ((__typeof__((o)->f))hf_given_(hf_get_((o), offsetof(__typeof__(*(o)), f))))
#define hf_get_at(o, f, i) \
    ((__typeof__((o)->f[0]))hf_given_(hf_get_at_((o), offsetof(__typeof__(*(o)), f), (i))))

/* The pointer itself; the compiler objects when it does not fit the field. */
#define HF_SAME_TYPE_(p, field) (1 ? (p) : (__typeof__(field))0)

HF_API void hf_set_(void *holder, size_t offset, const void *object);
HF_API void hf_give_(void *holder, size_t offset, void *object HF_TAKE);
HF_API void *hf_take_(void *holder, size_t offset) HF_GIVE;
HF_API void *hf_get_(const void *holder, size_t offset) HF_GIVE;
HF_API void hf_set_at_(void *holder, size_t offset, size_t index, const void *object);
HF_API void hf_give_at_(void *holder, size_t offset, size_t index, void *object HF_TAKE);
HF_API void *hf_take_at_(void *holder, size_t offset, size_t index) HF_GIVE;
HF_API void *hf_get_at_(const void *holder, size_t offset, size_t index) HF_GIVE;

HF_END_C

#endif
