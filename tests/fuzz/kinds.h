/* SPDX-License-Identifier: MIT
 *
 * The types of the objects that the fuzzer's graphs are made of, and how their edges are written.
 * Knows public headers only; what is known about single objects is the model's, model.h.
 * All kinds have one shape for the rest of the fuzzer: a head, and a number of places that hold a
 * reference each. */
#ifndef HOLDFAST_TESTS_KINDS_H
#define HOLDFAST_TESTS_KINDS_H

#include <holdfast/holdfast.h>

#include <stdbool.h>

/* Stands at the start of each object. */
struct head {
    uint64_t magic;
    size_t number; /* in the model */
};
#define HEAD_MAGIC UINT64_C(0x5EED0F0B1EC75A11)

typedef hf_weak(void) any_weak;

enum kind_number {
    PLAIN,    /* three fields */
    FIXED,    /* an array */
    FLEX,     /* as many elements as it is made with */
    DERIVED,  /* a plain one, and more fields; one of them for leaves only */
    LEAF,     /* holds nothing */
    HOLDER,   /* declared acyclic, and holds something */
    KEEPER,   /* a unique field, and a counted one */
    TABLE,    /* traced by a function, under a guard */
    OPAQUE,   /* traced by a function, without one */
    LONE,     /* confined, three fields */
    ALBUM,    /* confined, traced by a function */
    CROSSING, /* two slots */
    KINDS
};

enum { MOST_PLACES = 6 };

/* How a reference in a field is written and read; index is used by arrays. */
struct access {
    const char *field;
    void (*set)(void *object, size_t index, void *target); /* NULL: nothing but unique ones */
    void (*give)(void *object, size_t index, void *target);
    void *(*take)(void *object, size_t index);
    void *(*get)(void *object, size_t index);
    void *(*peek)(const void *object, size_t index); /* borrowed */
    bool is_for_leaves;
    bool is_traced;
};

struct place {
    const struct access *access;
    size_t index;
};

struct kind {
    const hf_type *type;
    size_t place_count;              /* of a flexible kind: the most */
    any_weak *(*weak)(void *object); /* NULL: there is no weak field */
    struct place places[MOST_PLACES];
    bool is_confined, is_acyclic, is_opaque;
};
extern const struct kind kinds[KINDS];

/* Those with slots, slots.c. */
extern const hf_type hf_type_crossing;
extern const struct access crossing_left, crossing_right;
any_weak *weak_of_crossing(void *object);

/* Returns a new object, its head not yet filled in; size is the number of elements of a flexible
 * one. Owner: the caller. */
void *kind_make(enum kind_number kind, size_t size);

/* An immortal object of kind PLAIN. */
void *kind_anchor(void);

/* Ends the process with the condition, unless it holds. */
#define EXPECT(condition)                                            \
    do {                                                             \
        if (!(condition)) fuzz_fail(__FILE__, __LINE__, #condition); \
    } while (0)
_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

/* The model's part in a death, called by the destroy functions. */
void thing_begins_to_die(struct head *head);
void thing_dies(struct head *head);
/* Whether references of the object go, so that it may be traced without its guard. */
bool thing_is_dead(const struct head *head);

/* For HF_ON_STACK. */
typedef struct plain {
    struct head head;
    void *a, *b, *c;
    any_weak weak;
} plain;
HF_DECLARE(plain);

#endif
