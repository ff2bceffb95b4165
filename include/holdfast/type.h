/* SPDX-License-Identifier: MIT
 *
 * Declare a type once: HF_DECLARE in the header, HF_TYPE in one .c file, HF_FIELDS for what its
 * objects hold.
 * Knows nothing of counts. From the one table of fields the library releases what an object held,
 * finds cycles, names the edges in a picture of the heap, and checks itself.
 *
 *     typedef struct node { char *text; struct node *next; hf_weak(node) parent; } node;
 *     HF_DECLARE(node);                                              in the header
 *     HF_TYPE(node, .fields = HF_FIELDS(HF_OWNED(node, text, free),
 *                                       HF_STRONG(node, next),
 *                                       HF_WEAK(node, parent)));     in one .c file
 *
 * How an object dies, each step after the one before:
 *   0. weak references to it are NULL from here on; its death notices run (weak.h);
 *   1. `.destroy` of its type, then of its base, and so on: everything it holds is still intact;
 *   2. its references go, type by type from derived to base, each in the order of its table: strong
 *      edges and unique fields are released, weak fields cleared, then what `.trace` visits is
 *      released;
 *   3. `.free` from derived to base, each followed by the HF_OWNED fields of that table;
 *   4. its memory goes back to the allocator.
 * What dies because of step 1 or 2 dies after step 4, not inside it, in the order in which it was
 * released, whatever hangs below one of them before the next of them: deaths never nest, so they
 * need no stack and no memory.  */
#ifndef HOLDFAST_TYPE_H
#define HOLDFAST_TYPE_H

#include <stddef.h>
#include <stdint.h>

#include "annotate.h"
#include "error.h"

HF_BEGIN_C

/* By their short names; what they are stands below. */
typedef struct hf_type hf_type;
typedef struct hf_field hf_field;
typedef struct hf_allocator hf_allocator;
struct hf_queue;

/* What a `.trace` is given, to hand on to hf_visit. Opaque. */
typedef struct hf_visitor hf_visitor;

/* Where memory for objects comes from. alloc returns at least `bytes` bytes, aligned to 16, or
 * NULL; free takes what alloc returned, never NULL, and leaves errno alone. Both may be called on
 * any thread that makes or releases objects, and must not call the library. ctx is handed to both.
 * The structure and what it refers to must live as long as any object made from it. */
struct hf_allocator {
    void *(*alloc)(void *ctx, size_t bytes); /* a block, or NULL */
    void (*free)(void *ctx, void *block);    /* takes it back */
    void *ctx;                               /* for both */
};

/* Makes allocator the source of memory for objects of all types that name none of their own; NULL
 * means malloc and free. A type keeps the allocator with which its first object was made, so call
 * this before making objects. The library's own records always come from malloc.
 * Returns how many types came too early, those of containers among them: objects of theirs were
 * made with another allocator, and will be. 0 when this call came first. Errors: none. Threads:
 * any, but usually once at the start. Cost: O(types), a lock. */
HF_API size_t hf_set_allocator(const hf_allocator *allocator);

/* Lets objects whose type has a `.trace` take part in concurrent collection: they are traced
 * between lock and unlock, and the program changes what trace visits under the same lock, and calls
 * hf_note_store (collect.h) before it stores a reference there. Without a guard, and unless the
 * type is confined, what trace visits counts as held from outside, and only hf_collect_quiescent
 * ends a cycle through it. Both are called from inside a collection, and must not call the library.
 * */
struct hf_guard {
    void (*lock)(void *self);   /* before the object is traced */
    void (*unlock)(void *self); /* and after */
};

/* Flags of a type. Both are inherited from the base type. */
#define HF_ACYCLIC 1u  /* no object of it is part of a cycle; implied for types without edges */
#define HF_CONFINED 2u /* objects stay on the thread that made them: plain counts */

/* What the library keeps about a type, beside the constant that the program defines. Opaque. */
typedef struct hf_type_state {
    uint64_t opaque_[24] __attribute__((aligned(8)));
} hf_type_state;

/* A type. HF_TYPE fills in the first and the last of these; the others are the designated
 * initialisers that a program may give, each optional. */
struct hf_type {
    const char *name;       /* as in the source: "node" */
    size_t size;            /* sizeof (T) */
    size_t alignment;       /* _Alignof (T) */
    const hf_field *fields; /* HF_FIELDS(...): what objects hold */

    void (*destroy)(void *self);                /* step 1: runs once, everything still intact */
    void (*trace)(void *self, hf_visitor *v);   /* visits references that no table can describe */
    void (*free)(void *self);                   /* step 3: buffers that held what trace visited */
    int (*clone)(void *copy, const void *self); /* for hf_make_unique (unique.h) */

    const hf_type *base;           /* `&hf_type_B`: T begins with a B */
    unsigned flags;                /* HF_ACYCLIC, HF_CONFINED */
    const hf_allocator *allocator; /* for objects of this type only */
    struct hf_guard guard;         /* for types with a trace */
    struct hf_queue *queue;        /* where deaths wait (queue.h) */
    hf_type_state *state;          /* the library's own */
    uintptr_t reserved_;
} __attribute__((aligned(16)));

/* Declares the type T: `hf_type_T`, and `hf_unique(T)`. T may still be incomplete, so it may stand
 * between the typedefs and the structures of a header. */
#ifndef __cplusplus
#define HF_DECLARE(T)                              \
    HF_EXTERN_C_ HF_API const hf_type hf_type_##T; \
    struct hf_unique_##T {                         \
        T *ptr;                                    \
    }
#else
/* The same, and a way from the type to both, for holdfast.hpp: templates can't paste names. */
#define HF_DECLARE(T)                                         \
    HF_EXTERN_C_ HF_API const hf_type hf_type_##T;            \
    struct hf_unique_##T {                                    \
        T *ptr;                                               \
        static constexpr const hf_type *type_ = &hf_type_##T; \
    };                                                        \
    extern "C++" struct hf_unique_##T hf_declared_(const T *)
#endif

#ifndef __cplusplus
/* Defines the type T; `HF_TYPE(T);` alone is right for a plain struct. In one C file, at file
 * scope. A shared library in which it stands is never unloaded once an object of the type was made:
 * dlclose succeeds, and the library stays. */
#define HF_TYPE(...) HF_TYPE_(__VA_ARGS__, .reserved_ = 0)
#define HF_TYPE_(T, ...)                                      \
    static hf_type_state hf_type_state_##T;                   \
    const hf_type hf_type_##T = {.name = #T,                  \
                                 .size = sizeof(T),           \
                                 .alignment = _Alignof(T),    \
                                 .state = &hf_type_state_##T, \
                                 __VA_ARGS__}
#endif

/* Called from `.trace`, once for each counted reference that the object holds outside its declared
 * fields; NULL is ignored. A walk uses it to see the edges; at death it releases them. So trace
 * must visit the same references each time, and must neither change the object nor call the library
 * otherwise. Errors: none. Threads: the one on which trace runs. */
HF_API void hf_visit(hf_visitor *v, void *object);

/* Kinds of field, and the table of them. */
enum hf_field_kind {
    HF_FIELD_END,
    HF_FIELD_STRONG,       /* T *f */
    HF_FIELD_STRONG_ARRAY, /* T *f[n] */
    HF_FIELD_STRONG_FLEX,  /* T *f[], counted by hf_new_flex */
    HF_FIELD_UNIQUE,       /* hf_unique(T) f */
    HF_FIELD_SLOT,         /* hf_slot(T) f; the last of those that hold counted references */
    HF_FIELD_WEAK,         /* hf_weak(T) f */
    HF_FIELD_OWNED         /* a pointer for a function of the program */
};

/* One field. The kinds below make it. */
struct hf_field {
    const char *name;        /* as in the source */
    enum hf_field_kind kind; /* what the field holds, and how */
    uint32_t count;          /* elements: 1, or those of a fixed array */
    size_t offset;           /* bytes from the start of the object */
    const hf_type *target;   /* what is behind the edge is one of these or derived; NULL: any */
    void (*owned)(void);     /* HF_FIELD_OWNED: the function, called as void (*)(void *) */
};

#ifndef __cplusplus
/* The table of fields: any of the kinds below, in the order in which their references go. */
#define HF_FIELDS(...) ((const hf_field[]){__VA_ARGS__, {0, HF_FIELD_END, 0, 0, 0, 0}})

/* `HF_STRONG(T, f)`: `X *f` holds a counted reference to an object of any type.
 * `HF_STRONG_TO(T, f, U)`: the same to objects of type U or derived from it; checked builds verify
 * what is stored, and a walk does not follow it when U is declared HF_ACYCLIC. */
#define HF_STRONG(T, f) HF_EDGE_(T, f, HF_FIELD_STRONG, 1, HF_IS_POINTER_(((T *)0)->f), 0)
#define HF_STRONG_TO(T, f, U) \
    HF_EDGE_(T, f, HF_FIELD_STRONG, 1, HF_IS_POINTER_(((T *)0)->f), &hf_type_##U)
/* `X *f[n]`: a fixed array of such edges. */
#define HF_STRONG_ARRAY(T, f) HF_STRONG_ARRAY_(T, f, 0)
#define HF_STRONG_ARRAY_TO(T, f, U) HF_STRONG_ARRAY_(T, f, &hf_type_##U)
/* `X *f[]`: a flexible array member of edges, as many as hf_new_flex was told. */
#define HF_STRONG_FLEX(T, f) \
    HF_EDGE_(T, f, HF_FIELD_STRONG_FLEX, 0, HF_IS_POINTER_(((T *)0)->f[0]), 0)
#define HF_STRONG_FLEX_TO(T, f, U) \
    HF_EDGE_(T, f, HF_FIELD_STRONG_FLEX, 0, HF_IS_POINTER_(((T *)0)->f[0]), &hf_type_##U)
/* `hf_weak(X) f`, `hf_unique(X) f`, `hf_slot(X) f`. */
#define HF_WEAK(T, f) HF_EDGE_(T, f, HF_FIELD_WEAK, 1, sizeof(((T *)0)->f.ref_), 0)
#define HF_UNIQUE(T, f) HF_EDGE_(T, f, HF_FIELD_UNIQUE, 1, HF_IS_POINTER_(((T *)0)->f.ptr), 0)
#define HF_SLOT(T, f) HF_EDGE_(T, f, HF_FIELD_SLOT, 1, sizeof(((T *)0)->f.slot_), 0)
/* A pointer that the object owns and that is no object of the library: `fn(f)` runs at death when f
 * is not NULL. fn takes one pointer to an object type, whichever; what it returns is ignored.
 * HF_OWNED(T, text, free), HF_OWNED(T, file, fclose). */
/* clang-format off */
#define HF_OWNED(T, f, fn)                                                                  \
    {#f, HF_FIELD_OWNED, (uint32_t)(1 + 0 * HF_IS_POINTER_(((T *)0)->f)), offsetof(T, f), 0, \
     (void (*)(void))(fn)}

#define HF_STRONG_ARRAY_(T, f, target)                                                  \
    HF_EDGE_(T, f, HF_FIELD_STRONG_ARRAY, sizeof(((T *)0)->f) / sizeof(((T *)0)->f[0]), \
             HF_IS_POINTER_(((T *)0)->f[0]), target)
/* check is a size that can be computed only when the field has the right type. */
#define HF_EDGE_(T, f, kind, count, check, target) \
    {#f, kind, (uint32_t)((count) + 0 * (check)), offsetof(T, f), target, 0}
/* clang-format on */
/* An array compares like a pointer; it is the size that tells. */
#define HF_IS_POINTER_(field) \
    (sizeof((field) == (void *)0) + sizeof(char[sizeof(field) == sizeof(void *) ? 1 : -1]))
#endif

/* Returns whether object is a T, or of a type derived from T; false for NULL. hf_is(p, T).
 * Threads: any that may use the object. Cost: O(depth of the inheritance). */
#define hf_is(object, T) hf_is_((object), &hf_type_##T)
/* Returns object as a borrowed `T *` when it is a T or derived from it, else NULL.
 * hf_cast(T, p). Threads, cost: as for hf_is. */
#define hf_cast(T, object) ((T *)hf_cast_(&hf_type_##T, (object)))

/* Returns the type that object was made with, never NULL; object must not be NULL. Owner: the
 * program, as of all types. Threads: any that may use the object. O(1). */
HF_API const hf_type *hf_type_of(const void *object);

HF_API int hf_is_(const void *object, const hf_type *type);
HF_API void *hf_cast_(const hf_type *type, const void *object) HF_LEND;

HF_END_C

#endif
