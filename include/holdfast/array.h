/* SPDX-License-Identifier: MIT
 *
 * A growable array of strong references.
 * Knows objects and fields. All zero is an empty array; it costs a pointer until something is in
 * it.
 *
 *     typedef struct node { hf_array(struct node) children; } node;
 *     HF_TYPE(node, .fields = HF_FIELDS(HF_ARRAY(node, children)));
 *
 *     if (hf_array_push(&n->children, child)) return -1;      retains child
 *     for (size_t i = 0; i < hf_array_count(&n->children); i++)
 *         show(hf_array_at(&n->children, i));                 borrowed
 *
 * As a field it is declared with HF_ARRAY, like HF_STRONG: what is in it is released at death, and
 * cycles through it are found, also while it grows. As a variable, `hf_auto hf_array(node) found =
 * {0};` is emptied when its scope ends; in memory of your own, call hf_array_clear before that
 * goes.
 *
 * Elements may be NULL, and what was not there is NULL, too: at, get, take and pop never fail
 * otherwise. An array is not copied by assignment: use hf_array_copy. It can't hold HF_CONFINED
 * objects.
 * Threads: as a field (edge.h): distinct arrays from any threads, one array under the program's own
 * lock. What a call releases may die, which runs the program's code, when the array is whole
 * again. */
#ifndef HOLDFAST_ARRAY_H
#define HOLDFAST_ARRAY_H

#include "edge.h"

HF_BEGIN_C

/* What every array is, without the type of its elements. Opaque: all zero is empty. */
typedef struct hf_array {
    void *items_;
} hf_array;

/* The type of an array of T, which may still be incomplete. Each mention is a type of its own, as
 * with hf_weak. The second member is never written; the macros below take the type from it. */
#define hf_array(T)      \
    union {              \
        hf_array array_; \
        T *to_;          \
    }

/* Where the elements are: an object, which the field or variable holds. Its type is what pictures
 * of the heap show between an object and the elements of its arrays. */
typedef struct hf_array_items hf_array_items;
HF_DECLARE(hf_array_items);

#ifndef __cplusplus
/* The kind of field, for HF_FIELDS: `hf_array(X) f`. */
#define HF_ARRAY(T, f) \
    HF_EDGE_(T, f, HF_FIELD_STRONG, 1, sizeof(((T *)0)->f.array_.items_), &hf_type_hf_array_items)
#endif

/* Returns how many elements there are. O(1). hf_array_count(&a). */
#define hf_array_count(a) hf_array_count_(&(a)->array_)

/* Returns element i as a borrowed pointer, or NULL beyond the end. O(1). hf_array_at(&a, i). */
#define hf_array_at(a, i) ((__typeof__((a)->to_))hf_array_at_(&(a)->array_, (i)))

/* Returns an owned reference to element i, or NULL beyond the end. O(1). hf_array_get(&a, i). */
#define hf_array_get(a, i) ((__typeof__((a)->to_))hf_given_(hf_array_get_(&(a)->array_, (i))))

/* Appends p, retained. Returns 0, or -1 and errno ENOMEM with the array unchanged. O(1) in the
 * mean. hf_array_push(&a, p). */
#define hf_array_push(a, p) \
    hf_array_insert_(&(a)->array_, SIZE_MAX, (void *)HF_SAME_TYPE_(p, (a)->to_))

/* Appends the owned reference in the variable at address p, and sets that to NULL: no count
 * changes. Returns 0, or -1 and errno ENOMEM with array and variable unchanged. O(1) in the mean.
 * hf_array_push_move(&a, &p). */
#define hf_array_push_move(a, p)                                                  \
    __extension__({                                                               \
        __typeof__((a)->to_) *hf_p_ = (p);                                        \
        hf_array *hf_array_ = &(a)->array_;                                       \
        int hf_rc_ = hf_array_reserve_(hf_array_, hf_array_count_(hf_array_), 1); \
        if (!hf_rc_) {                                                            \
            void *hf_given_in_ = (void *)*hf_p_;                                  \
            *hf_p_ = NULL;                                                        \
            hf_array_give_(hf_array_, hf_given_in_);                              \
        }                                                                         \
        hf_rc_;                                                                   \
    })

/* Removes the last element and returns it, owned; NULL from an empty array. O(1).
 * hf_array_pop(&a). */
#define hf_array_pop(a) ((__typeof__((a)->to_))hf_given_(hf_array_pop_(&(a)->array_)))

/* Puts p, retained, before element i; i may be the count, not more. Returns 0; or -1 with the array
 * unchanged and errno ENOMEM, or ERANGE when i is beyond the end. O(count - i).
 * hf_array_insert(&a, i, p). */
#define hf_array_insert(a, i, p) \
    hf_array_insert_(&(a)->array_, (i), (void *)HF_SAME_TYPE_(p, (a)->to_))

/* Stores p, retained, as element i, then releases what was there. Returns 0, or -1 and errno ERANGE
 * when i is beyond the end. O(1). hf_array_set(&a, i, p). */
#define hf_array_set(a, i, p) hf_array_set_(&(a)->array_, (i), (void *)HF_SAME_TYPE_(p, (a)->to_))

/* Removes element i, so that those behind it move up, and returns it, owned; NULL beyond the end.
 * O(count - i). hf_array_take(&a, i). */
#define hf_array_take(a, i) ((__typeof__((a)->to_))hf_given_(hf_array_take_(&(a)->array_, (i))))

/* Removes element i, so that those behind it move up, and releases it. Returns 0, or -1 and errno
 * ERANGE beyond the end. O(count - i). hf_array_remove(&a, i). */
#define hf_array_remove(a, i) hf_array_remove_(&(a)->array_, (i))

/* Returns the number of the first element that is p, which may be NULL; SIZE_MAX when none is.
 * O(count). hf_array_find(&a, p). */
#define hf_array_find(a, p) hf_array_find_(&(a)->array_, HF_SAME_TYPE_(p, (a)->to_))

/* Exchanges elements i and k, so that hf_array_swap and hf_array_pop remove one in O(1) where order
 * is of no interest. Returns 0, or -1 and errno ERANGE. O(1). hf_array_swap(&a, i, k). */
#define hf_array_swap(a, i, k) hf_array_swap_(&(a)->array_, (i), (k))

/* Sorts the elements: compare(p, q, ctx) is below, above or equal to zero as p belongs before or
 * behind q, or either; those that are equal keep their order. compare gets borrowed pointers, NULL
 * for such elements, and must not touch the array, which is empty meanwhile. Returns 0, or -1 and
 * errno ENOMEM. O(n log n). hf_array_sort(&a, compare, ctx). */
#define hf_array_sort(a, compare, ctx) hf_array_sort_(&(a)->array_, (compare), (ctx))

/* Makes room for n elements in all, so that as many can be pushed without asking for memory.
 * Returns 0, or -1 and errno ENOMEM. hf_array_reserve(&a, n). */
#define hf_array_reserve(a, n) hf_array_reserve_(&(a)->array_, (n), 0)

/* Releases the elements from the n-th on. O(count - n). hf_array_truncate(&a, n). */
#define hf_array_truncate(a, n) hf_array_truncate_(&(a)->array_, (n))

/* Releases all elements, and the memory of the array. O(count). hf_array_clear(&a). */
#define hf_array_clear(a) hf_array_clear_(&(a)->array_)

/* Gives back memory beyond what the elements need. Returns 0, or -1 and errno ENOMEM with the array
 * unchanged. O(count). hf_array_fit(&a). */
#define hf_array_fit(a) hf_array_fit_(&(a)->array_)

/* Makes the array at address to hold the same objects as the one at from, each retained, instead of
 * what it held. Returns 0, or -1 and errno ENOMEM with both unchanged. O(count).
 * hf_array_copy(&to, &from). */
#define hf_array_copy(to, from)                         \
    __extension__({                                     \
        (void)sizeof((to)->to_ == (from)->to_);         \
        hf_array_copy_(&(to)->array_, &(from)->array_); \
    })

/* Extends the array at address to by what the one at address from holds, each retained; from may be
 * to. Returns 0, or -1 and errno ENOMEM with both unchanged. O(count of from) in the mean.
 * hf_array_extend(&to, &from). */
#define hf_array_extend(to, from)                         \
    __extension__({                                       \
        (void)sizeof((to)->to_ == (from)->to_);           \
        hf_array_extend_(&(to)->array_, &(from)->array_); \
    })

HF_API size_t hf_array_count_(const hf_array *array);
HF_API void *hf_array_at_(const hf_array *array, size_t index) HF_LEND;
HF_API void *hf_array_get_(const hf_array *array, size_t index) HF_GIVE;
HF_API int hf_array_set_(hf_array *array, size_t index, void *object);
HF_API int hf_array_insert_(hf_array *array, size_t index, void *object);
HF_API void hf_array_give_(hf_array *array, void *object HF_TAKE);
HF_API void *hf_array_take_(hf_array *array, size_t index) HF_GIVE;
HF_API void *hf_array_pop_(hf_array *array) HF_GIVE;
HF_API int hf_array_remove_(hf_array *array, size_t index);
HF_API size_t hf_array_find_(const hf_array *array, const void *object);
HF_API int hf_array_swap_(hf_array *array, size_t i, size_t k);
HF_API int hf_array_sort_(hf_array *array, int (*compare)(const void *, const void *, void *),
                          void *ctx);
HF_API int hf_array_reserve_(hf_array *array, size_t count, size_t more);
HF_API void hf_array_truncate_(hf_array *array, size_t count);
HF_API void hf_array_clear_(hf_array *array);
HF_API int hf_array_fit_(hf_array *array);
HF_API int hf_array_copy_(hf_array *to, const hf_array *from);
HF_API int hf_array_extend_(hf_array *to, const hf_array *from);

HF_END_C

#endif
