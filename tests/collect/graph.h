/* SPDX-License-Identifier: MIT
 *
 * What the cases of the collector are made of: nodes of every kind of type, small functions that
 * link and drop them, the ways to collect, and the books of who died.
 * Knows public headers and Check only.
 * A case is run once in each mode; after each operation that can make garbage, a mode may collect,
 * so a case must not touch what it has let go of (the borrowing rule, edge.h). */
#ifndef HOLDFAST_TESTS_GRAPH_H
#define HOLDFAST_TESTS_GRAPH_H

#include <holdfast/holdfast.h>

#include <stdatomic.h>
#include <stdbool.h>

#include "support/run_suite.h"

/* ---- nodes ------------------------------------------------------------------------------- */

enum kind_number {
    PLAIN,           /* three strong fields, and a weak one */
    TYPED,           /* fields for its own type only */
    ARRAY,           /* a fixed array */
    FLEX,            /* a flexible array */
    DERIVED,         /* some fields are its base's */
    NESTED,          /* fields of structures inside the structure */
    KEEPER,          /* the last place is a unique field */
    OWNER,           /* owns buffers, too */
    BARE,            /* nothing of the program runs when it dies */
    ALIGNED,         /* to more than any allocator promises */
    SERVED,          /* from an allocator of its own */
    GUARDED,         /* traced by a function, under a guard */
    MIXED,           /* some fields declared, others traced */
    CONFINED,        /* stays on its thread */
    CONFINED_TRACED, /* the same, traced by a function that needs no guard */
    KINDS,
    OPAQUE = KINDS, /* traced by a function, without a guard */
    ACYCLIC,        /* says that it is no part of a cycle */
    LEAF,           /* holds nothing */
    ALL_KINDS
};

enum { PLACES = 3 };

typedef struct node node;
typedef hf_weak(node) node_weak;

/* Stands at the start of each node. */
struct node {
    uint64_t magic;
    size_t number; /* from 0, in the order of birth */
    const struct kind *kind;
    void (*last_act)(node *self); /* what its destroy does beside counting; NULL: nothing */
    void *context;                /* for the act */
};

/* The node of kind PLAIN, for those who need its fields. */
typedef struct plain {
    node head;
    node *a, *b, *c;
    node_weak weak;
} plain;
HF_DECLARE(plain);

struct kind {
    const hf_type *type;
    const char *name;
    void (*set)(node *from, size_t place, node *to);
    void (*give)(node *from, size_t place, node *to);
    node *(*take)(node *from, size_t place);
    node *(*peek)(const node *from, size_t place); /* borrowed */
    bool has_no_destroy;
};
extern const struct kind kinds[ALL_KINDS];

/* Returns whether the nodes stay on the thread that made them. */
bool kind_is_confined(enum kind_number kind);

/* ---- operations: what can make garbage collects afterwards, if the mode says so ---------- */

/* Returns a new node. Owner: the caller. */
node *make(enum kind_number kind) HF_GIVE;
/* With so many places, of kind FLEX. */
node *make_wide(size_t places) HF_GIVE;

void link_to(node *from, size_t place, node *to); /* hf_set */
void give(node *from, size_t place, node *to);    /* hf_give: takes the reference over */
void cut(node *from, size_t place);               /* what was there goes */
node *take(node *from, size_t place) HF_GIVE;     /* what was there is the caller's */
node *at(const node *from, size_t place) HF_LEND; /* what is there, borrowed */
void drop(node *n);                               /* hf_release */
void touch(node *n);                              /* a reference more, and one less */
void watch(node_weak *weak, node *n);             /* hf_weak_set, which must succeed */
bool is_there(const node_weak *weak);             /* whether an upgrade succeeds; given back */

/* Returns the first of so many nodes, which hold each other in a ring by place 0. Owner: the
 * caller, of the first; nobody else holds one. */
node *make_ring(enum kind_number kind, size_t length) HF_GIVE;

/* ---- the ways to collect ----------------------------------------------------------------- */

enum mode {
    IN_FULL,       /* hf_collect where the case says so */
    IN_STEPS,      /* the smallest steps, until no candidate is left */
    AT_EVERY_STEP, /* hf_collect after every operation that can make a candidate */
    SPINNING,      /* a thread that does nothing but collect */
    BACKGROUND,    /* the library's own thread */
    MODES
};

/* Returns whether another thread collects, too. */
bool is_concurrent(void);

/* Returns how large something is to be: so large when it is collected in full, a tenth in other
 * modes, and a thousandth where a case has many rounds; less under slow tools. */
size_t scaled(size_t size);

/* Everything that is garbage is gone when this returns, and no thread collects at that moment. */
void collect(void);

/* The figures, now. */
struct hf_collect_stats figures(void);

/* ---- the books --------------------------------------------------------------------------- */

/* Nodes that were made in this round, and those of them that died. */
size_t nodes_made(void);
size_t nodes_dead(void);

/* How often the node with this number was destroyed. */
unsigned deaths_of(size_t number);

/* Fails the test unless so many nodes have died, none of them twice. */
void expect_dead(size_t count);
/* Fails the test unless the node lives, and its memory is whole. */
void expect_whole(const node *n);
void expect_count(const node *n, size_t count);

/* Nodes made in this round that stay for ever: those that the library leaks on purpose, because
 * they were handed out while they died, and those that live only because one of these holds them.
 * To be called before the case ends. */
void expect_leaked(size_t dead, size_t alive);

/* Runs fn(argument) on a thread of its own to its end. */
void on_a_thread(void *(*fn)(void *argument), void *argument);

/* ---- cases ------------------------------------------------------------------------------- */

/* Runs the case in the mode: once, or many times when another thread collects. After each round all
 * nodes must be dead, each destroyed once. */
void run_case(int mode, void (*body)(void));
void run_case_of_kinds(int mode, void (*body)(enum kind_number kind));

/* A case with nodes that it chooses itself, and one that is run with each of the KINDS. */
#define CASE(name)                 \
    static void name##_body(void); \
    START_TEST(name)               \
    {                              \
        run_case(_i, name##_body); \
    }                              \
    END_TEST                       \
    static void name##_body(void)
#define CASE_OF_KINDS(name)                         \
    static void name##_body(enum kind_number kind); \
    START_TEST(name)                                \
    {                                               \
        run_case_of_kinds(_i, name##_body);         \
    }                                               \
    END_TEST                                        \
    static void name##_body(enum kind_number kind)

#define add_case(tests, name) tcase_add_loop_test(tests, name, 0, MODES)

/* ---- between kinds.c and graph.c --------------------------------------------------------- */

#define NODE_MAGIC UINT64_C(0x600D0B1EC7C0FFEE)

/* Returns a new node, of so many places if it is a flexible one. Owner: the caller. */
node *kind_make(enum kind_number kind, size_t places, size_t number) HF_GIVE;

/* Blocks that the allocator of kind SERVED has given and not got back. */
long served_blocks(void);

/* What the destroy function of each kind calls: counts, and acts. */
void node_dies(node *n);

#endif
