/* SPDX-License-Identifier: MIT
 *
 * The kinds of node, each with its way to write a reference.
 * Knows public headers only; the books are graph.c's.
 * kinds.h has the functions of a place. */
#include "collect/kinds.h"

#include <pthread.h>
#include <stdlib.h>

static void
die(void *self)
{
    node_dies(self);
}

/* ---- fields ------------------------------------------------------------------------------ */

HF_TYPE(plain, .destroy = die, .fields = HF_FIELDS(STRONG_3(plain, a, b, c), HF_WEAK(plain, weak)));
FIELDS_OF(plain, a, b, c)

typedef struct typed {
    node head;
    struct typed *a, *b, *c;
} typed;
HF_DECLARE(typed);
HF_TYPE(typed, .destroy = die,
        .fields = HF_FIELDS(HF_STRONG_TO(typed, a, typed), HF_STRONG_TO(typed, b, typed),
                            HF_STRONG_TO(typed, c, typed)));
FIELDS_OF(typed, a, b, c)

typedef struct fixed {
    node head;
    node *places[PLACES];
} fixed;
HF_DECLARE(fixed);
HF_TYPE(fixed, .destroy = die, .fields = HF_FIELDS(HF_STRONG_ARRAY(fixed, places)));
ARRAY_OF(fixed, places)

typedef struct flex {
    node head;
    node *places[];
} flex;
HF_DECLARE(flex);
HF_TYPE(flex, .destroy = die, .fields = HF_FIELDS(HF_STRONG_FLEX(flex, places)));
ARRAY_OF(flex, places)

/* Both functions run, its own and the base's, which counts. */
static void
derived_dies(void *self)
{
    ck_assert_uint_eq(deaths_of(((node *)self)->number), 0);
}

typedef struct derived {
    plain base;
    node *more, *most;
} derived;
HF_DECLARE(derived);
HF_TYPE(derived, .base = &hf_type_plain, .destroy = derived_dies,
        .fields = HF_FIELDS(HF_STRONG(derived, more), HF_STRONG(derived, most)));
FIELDS_OF(derived, base.b, more, most)

typedef struct nested {
    node head;
    struct {
        int unused;
        node *first;
        struct {
            node *second;
        } innermost;
    } inner;
    node *third;
} nested;
HF_DECLARE(nested);
HF_TYPE(nested, .destroy = die,
        .fields = HF_FIELDS(STRONG_3(nested, inner.innermost.second, third, inner.first)));
FIELDS_OF(nested, inner.first, inner.innermost.second, third)

typedef struct keeper keeper;
HF_DECLARE(keeper);
struct keeper {
    node head;
    node *a, *b;
    hf_unique(keeper) own;
};
HF_TYPE(keeper, .destroy = die,
        .fields = HF_FIELDS(HF_STRONG(keeper, a), HF_UNIQUE(keeper, own), HF_STRONG(keeper, b)));
FIELDS_OF(keeper, a, b, own.ptr)

/* ---- other things that happen at a death ------------------------------------------------- */

typedef struct owner {
    node head;
    node *a, *b, *c;
    char *text;
    void *buffer;
} owner;
HF_DECLARE(owner);

static void
owner_free(void *self)
{
    owner *o = self;
    free(o->buffer);
}

HF_TYPE(owner, .destroy = die, .free = owner_free,
        .fields = HF_FIELDS(HF_OWNED(owner, text, free), STRONG_3(owner, a, b, c)));
FIELDS_OF(owner, a, b, c)

typedef struct bare {
    node head;
    node *a, *b, *c;
} bare;
HF_DECLARE(bare);
HF_TYPE(bare, .fields = HF_FIELDS(STRONG_3(bare, a, b, c)));
FIELDS_OF(bare, a, b, c)

typedef struct aligned {
    node head;
    node *a;
    _Alignas(256) node *b;
    node *c;
} aligned;
HF_DECLARE(aligned);
HF_TYPE(aligned, .destroy = die, .fields = HF_FIELDS(STRONG_3(aligned, a, b, c)));
FIELDS_OF(aligned, a, b, c)

static atomic_long served;

static void *
serve(void *ctx, size_t bytes)
{
    atomic_fetch_add((atomic_long *)ctx, 1);
    return malloc(bytes);
}

static void
take_back(void *ctx, void *block)
{
    atomic_fetch_sub((atomic_long *)ctx, 1);
    free(block);
}

long
served_blocks(void)
{
    return atomic_load(&served);
}

static const hf_allocator server = {serve, take_back, &served};

typedef plain served_node;
HF_DECLARE(served_node);
HF_TYPE(served_node, .destroy = die, .allocator = &server,
        .fields = HF_FIELDS(STRONG_3(served_node, a, b, c), HF_WEAK(served_node, weak)));

/* ---- traced ------------------------------------------------------------------------------ */

/* The cells are no object, and made when the first of them is written. Those of kind MIXED begin
 * behind the field. */
typedef struct traced {
    node head;
    node *field;
    node **cells;
    pthread_mutex_t lock;
    bool is_locked;
} traced;

static void
lock_cells(void *self)
{
    traced *t = self;
    pthread_mutex_lock(&t->lock);
    ck_assert(!t->is_locked);
    t->is_locked = true;
}

static void
unlock_cells(void *self)
{
    traced *t = self;
    t->is_locked = false;
    pthread_mutex_unlock(&t->lock);
}

static void
visit_cells(void *self, hf_visitor *visitor)
{
    const traced *t = self;
    for (size_t i = 0; t->cells && i < PLACES; i++) hf_visit(visitor, t->cells[i]);
}

/* Under the guard, and nothing is left to visit: a collection may still be on its way here with a
 * look at the object that it took when it lived. For the same reason the lock stays usable. */
static void
free_cells(void *self)
{
    traced *t = self;
    lock_cells(t);
    node **cells = t->cells;
    t->cells = NULL;
    unlock_cells(t);
    free(cells);
}

static node *
exchange_cell(traced *t, size_t place, node *to)
{
    lock_cells(t);
    if (to) hf_note_store(to);
    if (!t->cells) t->cells = calloc(PLACES, sizeof *t->cells);
    ck_assert_ptr_nonnull(t->cells);
    node *former = t->cells[place];
    t->cells[place] = to;
    unlock_cells(t);
    return former;
}

static void
give_cell(node *from, size_t place, node *to)
{
    hf_release(exchange_cell((traced *)from, place, to));
}

static void
set_cell(node *from, size_t place, node *to)
{
    give_cell(from, place, to ? hf_retain(to) : NULL);
}

static node *
take_cell(node *from, size_t place)
{
    return exchange_cell((traced *)from, place, NULL);
}

static node *
peek_cell(const node *from, size_t place)
{
    const traced *t = (const traced *)from;
    return t->cells ? t->cells[place] : NULL;
}

#define TRACED(T, ...) \
    typedef traced T;  \
    HF_DECLARE(T);     \
    HF_TYPE(T, .destroy = die, .trace = visit_cells, .free = free_cells, __VA_ARGS__)

TRACED(guarded, .guard = {lock_cells, unlock_cells});
TRACED(mixed, .guard = {lock_cells, unlock_cells}, .fields = HF_FIELDS(HF_STRONG(mixed, field)));
TRACED(opaque, .flags = 0);
TRACED(confined_traced, .flags = HF_CONFINED);

static void
set_mixed(node *from, size_t place, node *to)
{
    if (place) set_cell(from, place, to);
    else hf_set((mixed *)from, field, to);
}

static void
give_mixed(node *from, size_t place, node *to)
{
    if (place) give_cell(from, place, to);
    else hf_give((mixed *)from, field, to);
}

static node *
take_mixed(node *from, size_t place)
{
    if (place) return take_cell(from, place);
    return hf_take((mixed *)from, field);
}

static node *
peek_mixed(const node *from, size_t place)
{
    return place ? peek_cell(from, place) : ((const mixed *)from)->field;
}

/* ---- flags ------------------------------------------------------------------------------- */

typedef bare confined;
HF_DECLARE(confined);
HF_TYPE(confined, .destroy = die, .flags = HF_CONFINED,
        .fields = HF_FIELDS(STRONG_3(confined, a, b, c)));

typedef bare acyclic;
HF_DECLARE(acyclic);
HF_TYPE(acyclic, .destroy = die, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(STRONG_3(acyclic, a, b, c)));

typedef bare leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf, .destroy = die);

/* ---- the table --------------------------------------------------------------------------- */

#define ACCESS(T) set_##T, give_##T, take_##T, peek_##T
#define CELLS set_cell, give_cell, take_cell, peek_cell

const struct kind kinds[ALL_KINDS] = {
    [PLAIN] = {&hf_type_plain, "plain", ACCESS(plain), false},
    [TYPED] = {&hf_type_typed, "typed", ACCESS(typed), false},
    [ARRAY] = {&hf_type_fixed, "array", ACCESS(fixed), false},
    [FLEX] = {&hf_type_flex, "flex", ACCESS(flex), false},
    [DERIVED] = {&hf_type_derived, "derived", ACCESS(derived), false},
    [NESTED] = {&hf_type_nested, "nested", ACCESS(nested), false},
    [KEEPER] = {&hf_type_keeper, "keeper", ACCESS(keeper), false},
    [OWNER] = {&hf_type_owner, "owner", ACCESS(owner), false},
    [BARE] = {&hf_type_bare, "bare", ACCESS(bare), true},
    [ALIGNED] = {&hf_type_aligned, "aligned", ACCESS(aligned), false},
    [SERVED] = {&hf_type_served_node, "served", ACCESS(plain), false},
    [GUARDED] = {&hf_type_guarded, "guarded", CELLS, false},
    [MIXED] = {&hf_type_mixed, "mixed", ACCESS(mixed), false},
    [CONFINED] = {&hf_type_confined, "confined", ACCESS(bare), false},
    [CONFINED_TRACED] = {&hf_type_confined_traced, "confined and traced", CELLS, false},
    [OPAQUE] = {&hf_type_opaque, "opaque", CELLS, false},
    [ACYCLIC] = {&hf_type_acyclic, "acyclic", ACCESS(bare), false},
    [LEAF] = {&hf_type_leaf, "leaf", NULL, NULL, NULL, NULL, false},
};

bool
kind_is_confined(enum kind_number kind)
{
    return kinds[kind].type->flags & HF_CONFINED;
}

/* What a new node of the kind needs beside its head. */
static void
furnish(node *n, enum kind_number kind)
{
    if (kind == OWNER) {
        owner *o = (owner *)n;
        o->text = calloc(1, 10);
        o->buffer = calloc(1, 20);
    } else if (kinds[kind].type->trace) {
        pthread_mutex_init(&((traced *)n)->lock, NULL);
    }
}

static node *
furnished(void *object, enum kind_number kind, size_t number)
{
    ck_assert_ptr_nonnull(object);
    node *n = object;
    *n = (node){.magic = NODE_MAGIC, .number = number, .kind = &kinds[kind]};
    furnish(n, kind);
    return n;
}

node *
kind_make(enum kind_number kind, size_t places, size_t number)
{
    void *object = kind == FLEX ? hf_new_flex(flex, places, places)
                                : hf_new_type(kinds[kind].type, kinds[kind].type->size);
    return furnished(object, kind, number);
}
