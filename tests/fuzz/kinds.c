/* SPDX-License-Identifier: MIT
 *
 * One type of each kind that the library treats differently, and its places.
 * Knows public headers only.
 * The functions of a place are made from the library's macros, field by field, since those want the
 * name of the field. */
#include "fuzz/kinds.h"

#include <stdio.h>
#include <stdlib.h>

void
fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: not true: %s\n", file, line, condition);
    abort();
}

static void
die(void *self)
{
    thing_dies(self);
}

/* ---- fields -------------------------------------------------------------------------------- */

/* The functions for a field of its own. */
#define FIELD_ACCESS(T, f, ...)                                                                   \
    static void set_##T##_##f(void *o, size_t i, void *x)                                         \
    {                                                                                             \
        (void)i;                                                                                  \
        hf_set((T *)o, f, x);                                                                     \
    }                                                                                             \
    static void give_##T##_##f(void *o, size_t i, void *x)                                        \
    {                                                                                             \
        (void)i;                                                                                  \
        hf_give((T *)o, f, x);                                                                    \
    }                                                                                             \
    static void *take_##T##_##f(void *o, size_t i)                                                \
    {                                                                                             \
        (void)i;                                                                                  \
        return hf_take((T *)o, f);                                                                \
    }                                                                                             \
    static void *get_##T##_##f(void *o, size_t i)                                                 \
    {                                                                                             \
        (void)i;                                                                                  \
        return hf_get((T *)o, f);                                                                 \
    }                                                                                             \
    static void *peek_##T##_##f(const void *o, size_t i)                                          \
    {                                                                                             \
        (void)i;                                                                                  \
        return ((const T *)o)->f;                                                                 \
    }                                                                                             \
    static const struct access T##_##f = {                                                        \
        #f,         set_##T##_##f, give_##T##_##f, take_##T##_##f, get_##T##_##f, peek_##T##_##f, \
        __VA_ARGS__}

/* The functions for the elements of an array. */
#define ARRAY_ACCESS(T, f)                                 \
    static void set_##T##_##f(void *o, size_t i, void *x)  \
    {                                                      \
        hf_set_at((T *)o, f, i, x);                        \
    }                                                      \
    static void give_##T##_##f(void *o, size_t i, void *x) \
    {                                                      \
        hf_give_at((T *)o, f, i, x);                       \
    }                                                      \
    static void *take_##T##_##f(void *o, size_t i)         \
    {                                                      \
        return hf_take_at((T *)o, f, i);                   \
    }                                                      \
    static void *get_##T##_##f(void *o, size_t i)          \
    {                                                      \
        return hf_get_at((T *)o, f, i);                    \
    }                                                      \
    static void *peek_##T##_##f(const void *o, size_t i)   \
    {                                                      \
        return ((const T *)o)->f[i];                       \
    }                                                      \
    static const struct access T##_##f = {#f,              \
                                          set_##T##_##f,   \
                                          give_##T##_##f,  \
                                          take_##T##_##f,  \
                                          get_##T##_##f,   \
                                          peek_##T##_##f,  \
                                          .is_traced = false}

/* The place of the weak field. */
#define WEAK_ACCESS(T)                         \
    static any_weak *weak_of_##T(void *object) \
    {                                          \
        return &((T *)object)->weak;           \
    }

HF_TYPE(plain, .destroy = die,
        .fields = HF_FIELDS(HF_STRONG(plain, a), HF_STRONG(plain, b), HF_STRONG(plain, c),
                            HF_WEAK(plain, weak)));
FIELD_ACCESS(plain, a, .is_traced = false);
FIELD_ACCESS(plain, b, .is_traced = false);
FIELD_ACCESS(plain, c, .is_traced = false);
WEAK_ACCESS(plain)

HF_STATIC(plain, anchor, .head = {.magic = HEAD_MAGIC});

void *
kind_anchor(void)
{
    return anchor;
}

typedef struct fixed {
    struct head head;
    any_weak weak;
    void *places[4];
} fixed;
HF_DECLARE(fixed);
HF_TYPE(fixed, .destroy = die,
        .fields = HF_FIELDS(HF_WEAK(fixed, weak), HF_STRONG_ARRAY(fixed, places)));
ARRAY_ACCESS(fixed, places);
WEAK_ACCESS(fixed)

typedef struct flex {
    struct head head;
    void *places[];
} flex;
HF_DECLARE(flex);
HF_TYPE(flex, .destroy = die, .fields = HF_FIELDS(HF_STRONG_FLEX(flex, places)));
ARRAY_ACCESS(flex, places);

typedef struct leaf {
    struct head head;
    any_weak weak;
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf, .destroy = die, .flags = HF_ACYCLIC, .fields = HF_FIELDS(HF_WEAK(leaf, weak)));
WEAK_ACCESS(leaf)

typedef struct derived {
    plain base;
    leaf *note;
    void *more;
} derived;
HF_DECLARE(derived);

/* The function of the base type comes after this one, and is the one that counts. */
static void
derived_die(void *self)
{
    thing_begins_to_die(self);
}

HF_TYPE(derived, .base = &hf_type_plain, .destroy = derived_die,
        .fields = HF_FIELDS(HF_STRONG_TO(derived, note, leaf), HF_STRONG(derived, more)));
FIELD_ACCESS(derived, note, .is_for_leaves = true);
FIELD_ACCESS(derived, more, .is_for_leaves = false);

typedef struct holder {
    struct head head;
    void *held;
} holder;
HF_DECLARE(holder);
HF_TYPE(holder, .destroy = die, .flags = HF_ACYCLIC, .fields = HF_FIELDS(HF_STRONG(holder, held)));
FIELD_ACCESS(holder, held, .is_traced = false);

typedef struct keeper {
    struct head head;
    hf_unique(plain) own;
    void *a;
} keeper;
HF_DECLARE(keeper);
HF_TYPE(keeper, .destroy = die, .fields = HF_FIELDS(HF_UNIQUE(keeper, own), HF_STRONG(keeper, a)));
FIELD_ACCESS(keeper, a, .is_traced = false);

static void
give_keeper_own(void *object, size_t index, void *target)
{
    (void)index;
    hf_unique(plain) one = {target};
    hf_give((keeper *)object, own.ptr, hf_share(&one));
}

static void *
take_keeper_own(void *object, size_t index)
{
    (void)index;
    return hf_take((keeper *)object, own.ptr);
}

static void *
peek_keeper_own(const void *object, size_t index)
{
    (void)index;
    return ((const keeper *)object)->own.ptr;
}

static const struct access keeper_own = {
    .field = "own", .give = give_keeper_own, .take = take_keeper_own, .peek = peek_keeper_own};

typedef struct lone {
    struct head head;
    void *a, *b, *c;
    any_weak weak;
} lone;
HF_DECLARE(lone);
HF_TYPE(lone, .destroy = die, .flags = HF_CONFINED,
        .fields = HF_FIELDS(HF_STRONG(lone, a), HF_STRONG(lone, b), HF_STRONG(lone, c),
                            HF_WEAK(lone, weak)));
FIELD_ACCESS(lone, a, .is_traced = false);
FIELD_ACCESS(lone, b, .is_traced = false);
FIELD_ACCESS(lone, c, .is_traced = false);
WEAK_ACCESS(lone)

/* ---- traced by a function ------------------------------------------------------------------ */

/* Its cells are its own, and grow with what is stored. */
typedef struct table {
    struct head head;
    bool is_guarded, is_locked;
    size_t room;
    void **cells;
} table;
typedef table opaque;
typedef table album;
HF_DECLARE(table);
HF_DECLARE(opaque);
HF_DECLARE(album);

static void
table_lock(void *self)
{
    table *t = self;
    EXPECT(t->head.magic == HEAD_MAGIC && !t->is_locked);
    t->is_locked = true;
}

static void
table_unlock(void *self)
{
    table *t = self;
    EXPECT(t->is_locked);
    t->is_locked = false;
}

static void
table_trace(void *self, hf_visitor *v)
{
    table *t = self;
    EXPECT(!t->is_guarded || t->is_locked || thing_is_dead(&t->head));
    for (size_t i = 0; i < t->room; i++) hf_visit(v, t->cells[i]);
}

static void
table_free(void *self)
{
    table *t = self;
    EXPECT(!t->is_locked);
    free(t->cells);
}

HF_TYPE(table, .destroy = die, .trace = table_trace, .free = table_free,
        .guard = {table_lock, table_unlock});
HF_TYPE(opaque, .destroy = die, .trace = table_trace, .free = table_free);
HF_TYPE(album, .destroy = die, .trace = table_trace, .free = table_free, .flags = HF_CONFINED);

static void
table_grow(table *t, size_t room)
{
    void **cells = calloc(room, sizeof *cells);
    EXPECT(cells != NULL);
    for (size_t i = 0; i < t->room; i++) cells[i] = t->cells[i];
    free(t->cells);
    t->cells = cells;
    t->room = room;
}

static void
give_cell(void *object, size_t index, void *target)
{
    table *t = object;
    table_lock(t);
    if (index >= t->room) table_grow(t, index + 1);
    void *former = t->cells[index];
    hf_note_store(target);
    t->cells[index] = target;
    table_unlock(t);
    hf_release(former);
}

static void
set_cell(void *object, size_t index, void *target)
{
    give_cell(object, index, hf_retain(target));
}

static void *
take_cell(void *object, size_t index)
{
    table *t = object;
    if (index >= t->room) return NULL;
    table_lock(t);
    void *owned = t->cells[index];
    t->cells[index] = NULL;
    table_unlock(t);
    return owned;
}

static void *
get_cell(void *object, size_t index)
{
    table *t = object;
    if (index >= t->room) return NULL;
    table_lock(t);
    void *owned = hf_retain(t->cells[index]);
    table_unlock(t);
    return owned;
}

static void *
peek_cell(const void *object, size_t index)
{
    const table *t = object;
    return index < t->room ? t->cells[index] : NULL;
}

static const struct access cell = {"(trace)", set_cell,  give_cell,        take_cell,
                                   get_cell,  peek_cell, .is_traced = true};

/* ---- the kinds ----------------------------------------------------------------------------- */

#define CELLS                                                   \
    {&cell, 0}, {&cell, 1}, {&cell, 2}, {&cell, 3}, {&cell, 4}, \
    {                                                           \
        &cell, 5                                                \
    }
#define ELEMENTS(T, f)                           \
    {&T##_##f, 0}, {&T##_##f, 1}, {&T##_##f, 2}, \
    {                                            \
        &T##_##f, 3                              \
    }

const struct kind kinds[KINDS] = {
    [PLAIN] = {&hf_type_plain,
               3,
               weak_of_plain,
               {{&plain_a, 0}, {&plain_b, 0}, {&plain_c, 0}},
               .is_confined = false},
    [FIXED] = {&hf_type_fixed, 4, weak_of_fixed, {ELEMENTS(fixed, places)}, .is_confined = false},
    [FLEX] = {&hf_type_flex,
              6,
              NULL,
              {ELEMENTS(flex, places), {&flex_places, 4}, {&flex_places, 5}},
              .is_confined = false},
    [DERIVED] =
        {&hf_type_derived,
         5,
         weak_of_plain,
         {{&plain_a, 0}, {&plain_b, 0}, {&plain_c, 0}, {&derived_note, 0}, {&derived_more, 0}},
         .is_confined = false},
    [LEAF] = {&hf_type_leaf, 0, weak_of_leaf, {{NULL, 0}}, .is_acyclic = true},
    [HOLDER] = {&hf_type_holder, 1, NULL, {{&holder_held, 0}}, .is_acyclic = true},
    [KEEPER] = {&hf_type_keeper, 2, NULL, {{&keeper_own, 0}, {&keeper_a, 0}}, .is_confined = false},
    [TABLE] = {&hf_type_table, 6, NULL, {CELLS}, .is_confined = false},
    [OPAQUE] = {&hf_type_opaque, 6, NULL, {CELLS}, .is_opaque = true},
    [LONE] = {&hf_type_lone,
              3,
              weak_of_lone,
              {{&lone_a, 0}, {&lone_b, 0}, {&lone_c, 0}},
              .is_confined = true},
    [ALBUM] = {&hf_type_album, 6, NULL, {CELLS}, .is_confined = true},
    [CROSSING] = {&hf_type_crossing,
                  2,
                  weak_of_crossing,
                  {{&crossing_left, 0}, {&crossing_right, 0}},
                  .is_confined = false},
};

void *
kind_make(enum kind_number kind, size_t size)
{
    if (kind == FLEX) return hf_new_flex(flex, places, size);
    void *object = hf_new_type(kinds[kind].type, kinds[kind].type->size);
    if (kind == TABLE) ((table *)object)->is_guarded = true;
    return object;
}
