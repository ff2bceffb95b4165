/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: the last release of millions, on a stack of 64 KiB, without a
 * single request for memory, in the order that was promised.
 * Knows public headers, and counts requests for memory.
 * Each object knows its place in the order of death; a destroy that runs out of turn is counted. */
#include <stdbool.h>
#include <stdlib.h>

#include "oom/allocations.h"
#include "seam/witness.h"
#include "support/run_suite.h"

enum { STACK_BYTES = 64 * 1024, MILLION = 1000 * 1000 };

typedef struct item {
    struct item *next, *other;
    size_t place;
} item;

/* ---- a death is watched ------------------------------------------------------------------ */

static size_t died, died_out_of_turn;

static void
take_turn(void *self)
{
    const item *i = self;
    died_out_of_turn += i->place != died;
    died++;
}

/* What is made and released on the small stack, and what it asked for. */
struct death {
    void *(*make)(void *ctx);
    void *ctx;
    void *object;
    size_t requests;
};

static void
release_here(void *argument)
{
    struct death *death = argument;
    if (death->make) death->object = death->make(death->ctx);
    size_t before = allocations_requested();
    hf_release(death->object);
    death->requests = allocations_requested() - before;
}

static void
expect_nothing_left(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.live, 0);
    ck_assert_uint_eq(died_out_of_turn, 0);
}

/* The object was made here, and dies on a thread that never made one. */
static void
release_on_small_stack(void *object)
{
    struct death death = {.object = object};
    hf_test_run_on_small_stack(release_here, &death, STACK_BYTES);
    ck_assert_uint_eq(death.requests, 0);
    expect_nothing_left();
}

/* Dies on the thread that makes it. */
static void
make_and_release_on_small_stack(void *(*make)(void *ctx), void *ctx)
{
    struct death death = {.make = make, .ctx = ctx};
    hf_test_run_on_small_stack(release_here, &death, STACK_BYTES);
    ck_assert_uint_eq(death.requests, 0);
    expect_nothing_left();
}

/* ---- kinds of object, for all the ways a death can take ---------------------------------- */

#define EDGES(T) HF_FIELDS(HF_STRONG(T, next), HF_STRONG(T, other))
#define KIND(T, ...)       \
    typedef struct item T; \
    HF_DECLARE(T);         \
    HF_TYPE(T, __VA_ARGS__)

static void
visit_both(void *self, hf_visitor *v)
{
    item *i = self;
    hf_visit(v, i->next);
    hf_visit(v, i->other);
}

static void
release_both(void *self)
{
    item *i = self;
    take_turn(self);
    hf_clear(&i->next);
    hf_clear(&i->other);
}

KIND(plain, .fields = EDGES(plain));
KIND(acyclic, .fields = EDGES(acyclic), .flags = HF_ACYCLIC);
KIND(told, .fields = EDGES(told), .destroy = take_turn);
KIND(told_acyclic, .fields = EDGES(told_acyclic), .destroy = take_turn, .flags = HF_ACYCLIC);
KIND(traced, .trace = visit_both, .destroy = take_turn);
KIND(confined, .fields = EDGES(confined), .destroy = take_turn, .flags = HF_CONFINED);
KIND(confined_acyclic, .fields = EDGES(confined_acyclic), .destroy = take_turn,
     .flags = HF_CONFINED | HF_ACYCLIC);
KIND(by_hand, .destroy = release_both);
KIND(derived, .base = &hf_type_told);
KIND(derived_twice, .base = &hf_type_derived, .flags = HF_ACYCLIC);

static const hf_type *const kinds[] = {
    &hf_type_plain,   &hf_type_acyclic,       &hf_type_told,    &hf_type_told_acyclic,
    &hf_type_traced,  &hf_type_confined,      &hf_type_by_hand, &hf_type_confined_acyclic,
    &hf_type_derived, &hf_type_derived_twice,
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static item *
item_of(const hf_type *type, size_t place)
{
    item *i = hf_new_type(type, sizeof(item));
    if (!i) ck_abort_msg("no memory for so many objects");
    i->place = place;
    return i;
}

/* ---- chains ------------------------------------------------------------------------------ */

struct chain {
    const hf_type *type;
    size_t length;
};

/* Fields are written by hand, because not all kinds declare them. */
static void *
make_chain(void *ctx)
{
    const struct chain *chain = ctx;
    item *first = NULL;
    for (size_t place = chain->length; place-- > 0;) {
        item *i = item_of(chain->type, place);
        i->next = first;
        first = i;
    }
    return first;
}

START_TEST(ten_million_in_a_chain_die_on_a_small_stack_without_memory)
{
    static const hf_type *const types[] = {&hf_type_plain, &hf_type_told};
    struct chain chain = {types[_i], hf_test_rounds(10 * MILLION)};
    release_on_small_stack(make_chain(&chain));
    ck_assert_uint_eq(died, types[_i]->destroy ? chain.length : 0);
}
END_TEST

START_TEST(a_chain_of_any_kind_dies_on_a_small_stack_without_memory)
{
    struct chain chain = {kinds[_i], hf_test_rounds(MILLION / 4)};
    make_and_release_on_small_stack(make_chain, &chain);
    ck_assert_uint_eq(died, kinds[_i]->destroy || kinds[_i]->base ? chain.length : 0);
}
END_TEST

/* Base and derived in turn, each derived one with a leaf that dies before the next in the chain. */
START_TEST(a_list_of_base_and_derived_dies_in_order)
{
    size_t length = hf_test_rounds(MILLION) / 3 * 3;
    item *first = NULL;
    for (size_t place = length; place > 0; place -= 3) {
        item *leaf = item_of(&hf_type_told_acyclic, place - 1);
        item *of_base = item_of(&hf_type_told, place - 2);
        item *of_derived = item_of(&hf_type_derived, place - 3);
        hf_give(of_base, next, leaf);
        hf_give(of_base, other, first);
        hf_give(of_derived, next, of_base);
        first = of_derived;
    }
    release_on_small_stack(first);
    ck_assert_uint_eq(died, length);
}
END_TEST

static size_t calls;

static void
count_call(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    calls++;
}

START_TEST(a_chain_with_weak_references_and_notices_dies_without_memory)
{
    typedef hf_weak(item) item_weak;
    struct chain chain = {&hf_type_told_acyclic, hf_test_rounds(MILLION / 5)};
    item *first = make_chain(&chain);
    item_weak *weak = calloc(chain.length, sizeof *weak);
    for (item *i = first; i; i = i->next) {
        ck_assert_int_eq(hf_weak_set(&weak[i->place], i), 0);
        if (i->place % 2) ck_assert_uint_ne(hf_on_death(i, count_call, NULL), 0);
    }
    release_on_small_stack(first);
    ck_assert_uint_eq(calls, chain.length / 2);
    for (size_t i = 0; i < chain.length; i++) {
        if (!hf_weak_dead(&weak[i])) ck_abort_msg("reference %zu is not dead", i);
        hf_weak_clear(&weak[i]);
    }
    free(weak);
}
END_TEST

/* ---- trees and arrays -------------------------------------------------------------------- */

static size_t places;

/* Places are those of a walk that meets a parent before its children. */
static item *
tree_of(const hf_type *type, unsigned depth)
{
    item *i = item_of(type, places++);
    if (depth == 1) return i;
    i->next = tree_of(type, depth - 1);
    i->other = tree_of(type, depth - 1);
    return i;
}

START_TEST(a_tree_of_22_floors_dies_parent_first_and_depth_first)
{
    static const hf_type *const types[] = {&hf_type_told, &hf_type_told_acyclic, &hf_type_plain};
    unsigned depth = 1;
    for (size_t nodes = hf_test_rounds(4 * MILLION); nodes > 1; nodes /= 2) depth++;
    release_on_small_stack(tree_of(types[_i], depth));
    ck_assert_uint_eq(died, types[_i]->destroy ? places : 0);
}
END_TEST

/* A ladder: both sides of a rung hold both sides of the next, so that the paths are more than
 * anybody could follow. The left side's references go first, but only the right side's are the
 * last ones. */
START_TEST(what_is_shared_dies_once_after_its_last_holder)
{
    size_t rungs = hf_test_rounds(MILLION);
    item *left = NULL, *right = NULL;
    for (size_t rung = rungs; rung-- > 0;) {
        item *upper_left = item_of(&hf_type_told, 2 * rung + 1);
        item *upper_right = item_of(&hf_type_told, 2 * rung + 2);
        hf_set(upper_left, next, left);
        hf_set(upper_left, other, right);
        hf_give(upper_right, next, left);
        hf_give(upper_right, other, right);
        left = upper_left;
        right = upper_right;
    }
    item *root = item_of(&hf_type_told, 0);
    hf_give(root, next, left);
    hf_give(root, other, right);
    release_on_small_stack(root);
    ck_assert_uint_eq(died, 2 * rungs + 1);
}
END_TEST

typedef struct array {
    size_t unused;
    item *items[];
} array;
HF_DECLARE(array);
HF_TYPE(array, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG_FLEX(array, items)));

static void *
make_array(void *ctx)
{
    const struct chain *chain = ctx;
    array *a = hf_new_flex(array, items, chain->length);
    ck_assert_ptr_nonnull(a);
    for (size_t i = 0; i < chain->length; i++) {
        hf_give_at(a, items, i, item_of(chain->type, i));
        /* Some have a side record while they stand in line. */
        hf_weak(item) weak = {.to_ = NULL};
        if (i % 16 == 0) ck_assert_int_eq(hf_weak_set(&weak, a->items[i]), 0);
        hf_weak_clear(&weak);
    }
    return a;
}

START_TEST(an_array_of_a_million_edges_dies_in_its_order)
{
    struct chain chain = {&hf_type_told, hf_test_rounds(MILLION)};
    make_and_release_on_small_stack(make_array, &chain);
    ck_assert_uint_eq(died, chain.length);
}
END_TEST

START_TEST(an_array_of_any_kind_dies_in_its_order)
{
    struct chain chain = {kinds[_i], hf_test_rounds(MILLION / 4)};
    make_and_release_on_small_stack(make_array, &chain);
}
END_TEST

/* ---- buffers ----------------------------------------------------------------------------- */

typedef struct owner {
    struct owner *next;
    char *text;
} owner;
HF_DECLARE(owner);

static size_t freed;

static void
free_text(void *text)
{
    freed++;
    free(text);
}

HF_TYPE(owner, .fields = HF_FIELDS(HF_OWNED(owner, text, free_text), HF_STRONG(owner, next)));

START_TEST(a_chain_frees_what_its_objects_own)
{
    size_t length = hf_test_rounds(MILLION);
    owner *first = NULL;
    for (size_t i = 0; i < length; i++) {
        owner *o = hf_new(owner);
        if (i % 2) o->text = malloc(8);
        hf_give(o, next, first);
        first = o;
    }
    release_on_small_stack(first);
    ck_assert_uint_eq(freed, length / 2);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("the death of millions");
    TCase *tests = tcase_create("the death of millions");
    tcase_add_loop_test(tests, ten_million_in_a_chain_die_on_a_small_stack_without_memory, 0, 2);
    tcase_add_loop_test(tests, a_chain_of_any_kind_dies_on_a_small_stack_without_memory, 0, KINDS);
    tcase_add_test(tests, a_list_of_base_and_derived_dies_in_order);
    tcase_add_test(tests, a_chain_with_weak_references_and_notices_dies_without_memory);
    tcase_add_loop_test(tests, a_tree_of_22_floors_dies_parent_first_and_depth_first, 0, 3);
    tcase_add_test(tests, what_is_shared_dies_once_after_its_last_holder);
    tcase_add_test(tests, an_array_of_a_million_edges_dies_in_its_order);
    tcase_add_loop_test(tests, an_array_of_any_kind_dies_in_its_order, 0, KINDS);
    tcase_add_test(tests, a_chain_frees_what_its_objects_own);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
