/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: the steps of a death in their order, from derived type to base.
 * Knows public headers only.
 * Every step writes into one log, so that a test sees the whole order and not only pairs of it. */
#include <stdlib.h>

#include "seam/witness.h"
#include "support/run_suite.h"

/* ---- three generations that write down what happens to them ------------------------------ */

static void
own(void *text)
{
    happen(text);
}

/* One generation: two edges, a reference that only trace knows, and a buffer. */
#define GENERATION(T)                                              \
    static void T##_destroy(void *self)                            \
    {                                                              \
        (void)self;                                                \
        happen("destroy " #T);                                     \
    }                                                              \
    static void T##_trace(void *self, hf_visitor *v)               \
    {                                                              \
        const T *object = self;                                    \
        happen("trace " #T);                                       \
        hf_visit(v, (void *)object->T##_traced);                   \
    }                                                              \
    static void T##_free(void *self)                               \
    {                                                              \
        (void)self;                                                \
        happen("free " #T);                                        \
    }                                                              \
    static void T##_fill(T *object)                                \
    {                                                              \
        hf_give(object, T##_second, witness_new("second of " #T)); \
        hf_give(object, T##_first, witness_new("first of " #T));   \
        object->T##_traced = witness_new("traced of " #T);         \
        object->T##_text = "text of " #T;                          \
        object->T##_title = "title of " #T;                        \
    }                                                              \
    HF_DECLARE(T)

#define GENERATION_FIELDS(T)                                                                    \
    HF_FIELDS(HF_OWNED(T, T##_text, own), HF_STRONG(T, T##_first), HF_OWNED(T, T##_title, own), \
              HF_STRONG(T, T##_second))

/* The order of the members is not that of the table. */
#define GENERATION_MEMBERS(T)         \
    const char *T##_title, *T##_text; \
    witness *T##_traced, *T##_second, *T##_first

typedef struct stone {
    GENERATION_MEMBERS(stone);
} stone;
GENERATION(stone);
HF_TYPE(stone, .destroy = stone_destroy, .trace = stone_trace, .free = stone_free,
        .fields = GENERATION_FIELDS(stone));

typedef struct wall {
    stone base;
    GENERATION_MEMBERS(wall);
} wall;
GENERATION(wall);
HF_TYPE(wall, .base = &hf_type_stone, .destroy = wall_destroy, .trace = wall_trace,
        .free = wall_free, .fields = GENERATION_FIELDS(wall));

static void *
take_memory(void *ctx, size_t bytes)
{
    (void)ctx;
    return malloc(bytes);
}

static void
return_memory(void *ctx, void *block)
{
    happen(ctx);
    free(block);
}

static const hf_allocator telling = {take_memory, return_memory, "memory of house"};

typedef struct house {
    wall base;
    GENERATION_MEMBERS(house);
} house;
GENERATION(house);
HF_TYPE(house, .base = &hf_type_wall, .destroy = house_destroy, .trace = house_trace,
        .free = house_free, .fields = GENERATION_FIELDS(house), .allocator = &telling);

static house *
house_new(void)
{
    house *h = hf_new(house);
    ck_assert_ptr_nonnull(h);
    stone_fill(&h->base.base);
    wall_fill(&h->base);
    house_fill(h);
    return h;
}

static void
tell_of_death(void *object, void *ctx)
{
    (void)object;
    happen(ctx);
}

#define STEP_1 "destroy house, destroy wall, destroy stone, "
#define STEP_2 "trace house, trace wall, trace stone, "
#define STEP_3                                    \
    "free house, text of house, title of house, " \
    "free wall, text of wall, title of wall, "    \
    "free stone, text of stone, title of stone, "
#define STEP_4 "memory of house"
#define WAITING                                          \
    ", first of house, second of house, traced of house" \
    ", first of wall, second of wall, traced of wall"    \
    ", first of stone, second of stone, traced of stone"

START_TEST(a_death_takes_its_steps_in_order_from_derived_to_base)
{
    hf_release(house_new());
    ck_assert_str_eq(what_happened(), STEP_1 STEP_2 STEP_3 STEP_4 WAITING);
}
END_TEST

START_TEST(death_notices_come_before_destroy)
{
    house *h = house_new();
    ck_assert_uint_ne(hf_on_death(h, tell_of_death, "first notice"), 0);
    ck_assert_uint_ne(hf_on_death(h, tell_of_death, "second notice"), 0);
    hf_release(h);
    ck_assert_str_eq(what_happened(),
                     "first notice, second notice, " STEP_1 STEP_2 STEP_3 STEP_4 WAITING);
}
END_TEST

START_TEST(an_abandoned_object_takes_all_steps_but_destroy)
{
    hf_abandon(house_new());
    ck_assert_str_eq(what_happened(), STEP_2 STEP_3 STEP_4 WAITING);
}
END_TEST

/* ---- what a step finds, and what waits for it -------------------------------------------- */

typedef struct looker {
    witness *strong;
    hf_weak(witness) weak;
    hf_unique(witness) unique;
    char *text;
} looker;
HF_DECLARE(looker);

/* Holds the looker itself weakly. */
typedef hf_weak(looker) looker_weak;
static looker_weak to_looker;
static witness *target;

static void
look_at_notice(void *object, void *ctx)
{
    (void)ctx;
    const looker *l = object;
    ck_assert_ptr_null(hf_upgrade(&to_looker));
    ck_assert_int_ne(hf_weak_dead(&to_looker), 0);
    ck_assert_ptr_nonnull(l->strong);
    happen("notice");
}

static void
look_at_destroy(void *self)
{
    const looker *l = self;
    ck_assert_ptr_null(hf_upgrade(&to_looker));
    ck_assert_uint_eq(hf_count(l->strong), 1);
    ck_assert_uint_eq(hf_count(l->unique.ptr), 1);
    hf_auto witness *w = hf_upgrade(&l->weak);
    ck_assert_ptr_eq(w, target);
    ck_assert_str_eq(l->text, "text");
    happen("destroy");
}

static void
look_at_free(void *self)
{
    const looker *l = self;
    ck_assert_int_ne(hf_is_unique(target), 0);
    ck_assert_str_eq(l->text, "text");
    happen("free");
}

HF_TYPE(looker, .destroy = look_at_destroy, .free = look_at_free,
        .fields = HF_FIELDS(HF_STRONG(looker, strong), HF_WEAK(looker, weak),
                            HF_UNIQUE(looker, unique), HF_OWNED(looker, text, own)));

START_TEST(destroy_finds_everything_intact_and_free_finds_the_references_gone)
{
    static char text[] = "text";
    target = witness_new("target");
    looker *l = hf_new(looker);
    hf_give(l, strong, witness_new("strong"));
    ck_assert_int_eq(hf_weak_set(&l->weak, target), 0);
    l->unique = hf_new_unique(witness);
    l->unique.ptr->name = "unique";
    l->text = text;
    ck_assert_int_eq(hf_weak_set(&to_looker, l), 0);
    ck_assert_uint_ne(hf_on_death(l, look_at_notice, NULL), 0);
    hf_release(l);
    ck_assert_str_eq(what_happened(), "notice, destroy, free, text, strong, unique");
    hf_weak_clear(&to_looker);
    hf_release(target);
}
END_TEST

/* Releases what lies in a global variable, at one of its steps. */
static witness *at_destroy, *at_free;

typedef struct releaser {
    witness *strong;
} releaser;
HF_DECLARE(releaser);

static void
release_at_destroy(void *self)
{
    (void)self;
    hf_clear(&at_destroy);
    happen("destroy is over");
}

static void
release_at_free(void *self)
{
    (void)self;
    hf_clear(&at_free);
    happen("free is over");
}

static const hf_allocator of_releaser = {take_memory, return_memory, "memory"};

HF_TYPE(releaser, .destroy = release_at_destroy, .free = release_at_free,
        .fields = HF_FIELDS(HF_STRONG(releaser, strong)), .allocator = &of_releaser);

START_TEST(what_a_death_releases_dies_after_it_in_the_order_of_release)
{
    at_destroy = witness_new("at destroy");
    at_free = witness_new("at free");
    releaser *r = hf_new(releaser);
    hf_give(r, strong, witness_new("strong"));
    hf_release(r);
    ck_assert_str_eq(what_happened(), "destroy is over, free is over, memory, "
                                      "at destroy, strong, at free");
}
END_TEST

/* ---- trees ------------------------------------------------------------------------------- */

typedef struct tree {
    const char *name;
    struct tree *left, *right;
} tree;
HF_DECLARE(tree);

static void
tree_destroy(void *self)
{
    const tree *t = self;
    happen(t->name);
}

HF_TYPE(tree, .destroy = tree_destroy,
        .fields = HF_FIELDS(HF_STRONG_TO(tree, left, tree), HF_STRONG_TO(tree, right, tree)));

static tree *
tree_new(const char *name, tree *left HF_TAKE, tree *right HF_TAKE)
{
    tree *t = hf_new(tree);
    ck_assert_ptr_nonnull(t);
    t->name = name;
    hf_give(t, left, left);
    hf_give(t, right, right);
    return t;
}

START_TEST(what_hangs_below_one_dies_before_the_next)
{
    tree *a = tree_new("a", tree_new("a1", NULL, NULL), tree_new("a2", NULL, NULL));
    tree *b = tree_new("b", tree_new("b1", NULL, NULL), tree_new("b2", NULL, NULL));
    hf_release(tree_new("root", a, b));
    ck_assert_str_eq(what_happened(), "root, a, a1, a2, b, b1, b2");
}
END_TEST

START_TEST(what_two_share_dies_with_the_second)
{
    tree *shared = tree_new("shared", NULL, NULL);
    tree *a = tree_new("a", hf_retain(shared), NULL);
    tree *b = tree_new("b", NULL, shared);
    hf_release(tree_new("root", a, b));
    ck_assert_str_eq(what_happened(), "root, a, b, shared");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
steps(void)
{
    TCase *tests = tcase_create("steps");
    tcase_add_test(tests, a_death_takes_its_steps_in_order_from_derived_to_base);
    tcase_add_test(tests, death_notices_come_before_destroy);
    tcase_add_test(tests, an_abandoned_object_takes_all_steps_but_destroy);
    tcase_add_test(tests, destroy_finds_everything_intact_and_free_finds_the_references_gone);
    tcase_add_test(tests, what_a_death_releases_dies_after_it_in_the_order_of_release);
    tcase_add_test(tests, what_hangs_below_one_dies_before_the_next);
    tcase_add_test(tests, what_two_share_dies_with_the_second);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("the order of a death");
    suite_add_tcase(suite, steps());
    return suite;
}

HF_TEST_MAIN(suite)
