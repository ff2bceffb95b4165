/* SPDX-License-Identifier: MIT
 *
 * Objects are made while memory is short: new and its kin, with edges, tails and alignments.
 * Knows public headers and the sweep.
 * A release never asks for memory, so each is watched. */
#include <holdfast/holdfast.h>

#include <stdalign.h>
#include <stdlib.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct leaf {
    long number;
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

typedef struct node {
    struct node *next;
    char *text;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_OWNED(node, text, free)));

/* ---- one object -------------------------------------------------------------------------- */

static bool
make_a_leaf(void)
{
    leaf *l = hf_new(leaf);
    if (!l) return out_of_memory();
    ck_assert_uint_eq(hf_live(&hf_type_leaf), 1);
    WITHOUT_MEMORY(hf_release(l));
    return true;
}

START_TEST(new_returns_null_without_memory)
{
    sweep(make_a_leaf);
}
END_TEST

typedef struct row {
    size_t unused;
    long cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row);

static bool
make_a_row(size_t count)
{
    row *r = hf_new_flex(row, cells, count);
    if (!r) return out_of_memory();
    ck_assert_uint_eq(hf_flex_count(r), count);
    long sum = 0;
    for (size_t i = 0; i < count; i++) sum |= r->cells[i];
    ck_assert_int_eq(sum, 0);
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.live_bytes, sizeof(row) + count * sizeof(long));
    WITHOUT_MEMORY(hf_release(r));
    return true;
}

static bool
make_a_short_row(void)
{
    return make_a_row(10);
}

/* So large that an allocator takes it from the system. */
static bool
make_a_long_row(void)
{
    return make_a_row(100000);
}

START_TEST(new_flex_returns_null_without_memory)
{
    sweep(make_a_short_row);
    sweep(make_a_long_row);
}
END_TEST

static bool
make_by_type_value(void)
{
    void *object = hf_new_type(&hf_type_node, sizeof(node) + 100);
    if (!object) return out_of_memory();
    ck_assert_uint_eq(hf_flex_count(object), 100);
    WITHOUT_MEMORY(hf_release(object));
    return true;
}

START_TEST(new_type_returns_null_without_memory)
{
    sweep(make_by_type_value);
}
END_TEST

typedef struct page {
    alignas(4096) char bytes[4096];
} page;
HF_DECLARE(page);
HF_TYPE(page);

static bool
make_a_page(void)
{
    page *p = hf_new(page);
    if (!p) return out_of_memory();
    ck_assert_uint_eq((uintptr_t)p % 4096, 0);
    WITHOUT_MEMORY(hf_release(p));
    return true;
}

START_TEST(an_aligned_object_is_null_without_memory)
{
    sweep(make_a_page);
}
END_TEST

typedef leaf confined;
HF_DECLARE(confined);
HF_TYPE(confined, .flags = HF_CONFINED);

static bool
make_a_confined_leaf(void)
{
    confined *c = hf_new(confined);
    if (!c) return out_of_memory();
    confined *same = hf_retain(c);
    WITHOUT_MEMORY(hf_release(same));
    WITHOUT_MEMORY(hf_release(c));
    return true;
}

START_TEST(a_confined_object_is_null_without_memory)
{
    sweep(make_a_confined_leaf);
}
END_TEST

/* Two calls of the program's own allocator, each with a request of its own. */
static void *
take_twice(void *ctx, size_t bytes)
{
    (void)ctx;
    void *beside = malloc(1);
    void *block = beside ? malloc(bytes) : NULL;
    free(beside);
    return block;
}

static void
give_back(void *ctx, void *block)
{
    (void)ctx;
    free(block);
}

static const hf_allocator twice = {take_twice, give_back, NULL};

typedef leaf served;
HF_DECLARE(served);
HF_TYPE(served, .allocator = &twice);

static bool
make_from_an_allocator(void)
{
    served *s = hf_new(served);
    if (!s) return out_of_memory();
    WITHOUT_MEMORY(hf_release(s));
    return true;
}

START_TEST(new_returns_null_when_the_allocator_has_no_memory)
{
    sweep(make_from_an_allocator);
}
END_TEST

/* ---- several ----------------------------------------------------------------------------- */

/* Returns a list of this length, or what could be made of it. */
static node *
list_of(size_t length)
{
    node *list = NULL;
    for (size_t i = 0; i < length; i++) {
        node *n = hf_new(node);
        if (!n || !(n->text = malloc(10))) {
            hf_abandon(n);
            break;
        }
        hf_give(n, next, list);
        list = n;
    }
    return list;
}

static bool
make_a_list(void)
{
    enum { LENGTH = 8 };
    node *list = list_of(LENGTH);
    bool is_whole = hf_live(&hf_type_node) == LENGTH;
    WITHOUT_MEMORY(hf_release(list));
    return is_whole || out_of_memory();
}

START_TEST(a_list_that_could_not_be_finished_is_given_back_whole)
{
    sweep(make_a_list);
}
END_TEST

typedef struct branch {
    node *twigs[3];
    hf_unique(node) only;
    node *leaves[];
} branch;
HF_DECLARE(branch);
HF_TYPE(branch, .fields = HF_FIELDS(HF_STRONG_ARRAY(branch, twigs), HF_UNIQUE(branch, only),
                                    HF_STRONG_FLEX(branch, leaves)));

/* Gives one more new node into each kind of field, until there is no memory. */
static bool
fill(branch *b)
{
    for (size_t i = 0; i < 3; i++) {
        node *n = hf_new(node);
        if (!n) return false;
        WITHOUT_MEMORY(hf_set_at(b, twigs, i, n));
        WITHOUT_MEMORY(hf_give_at(b, leaves, i, n));
    }
    node *n = hf_new(node);
    if (!n) return false;
    WITHOUT_MEMORY(hf_give(b, only.ptr, n));
    return true;
}

static bool
fill_fields(void)
{
    branch *b = hf_new_flex(branch, leaves, 3);
    if (!b) return out_of_memory();
    bool is_full = fill(b);
    if (!is_full) out_of_memory();
    node *taken = NULL;
    WITHOUT_MEMORY(taken = hf_take_at(b, twigs, 0));
    WITHOUT_MEMORY(hf_set_at(b, leaves, 0, NULL));
    WITHOUT_MEMORY(hf_release(taken));
    WITHOUT_MEMORY(hf_release(b));
    return is_full;
}

START_TEST(stores_into_fields_never_ask_for_memory)
{
    sweep(fill_fields);
}
END_TEST

/* Enough types for the books of a thread to grow. */
#define FOR_20_TYPES(X) \
    X(t0)               \
    X(t1)               \
    X(t2)               \
    X(t3)               \
    X(t4)               \
    X(t5)               \
    X(t6) X(t7) X(t8) X(t9) X(t10) X(t11) X(t12) X(t13) X(t14) X(t15) X(t16) X(t17) X(t18) X(t19)
#define DEFINE(T)   \
    typedef leaf T; \
    HF_DECLARE(T);  \
    HF_TYPE(T);
#define ADDRESS(T) &hf_type_##T,
FOR_20_TYPES(DEFINE)
static const hf_type *const many_types[] = {FOR_20_TYPES(ADDRESS)};
enum { MANY_TYPES = sizeof many_types / sizeof many_types[0] };

static bool
make_one_of_each(void)
{
    void *objects[MANY_TYPES];
    size_t made = 0;
    while (made < MANY_TYPES && (objects[made] = hf_new_type(many_types[made], sizeof(leaf)))) {
        ck_assert_uint_eq(hf_live(many_types[made]), 1);
        made++;
    }
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.live, made);
    ck_assert_uint_eq(stats.live_bytes, made * sizeof(leaf));
    for (size_t i = 0; i < made; i++) {
        WITHOUT_MEMORY(hf_release(objects[i]));
        ck_assert_uint_eq(hf_live(many_types[i]), 0);
    }
    return made == MANY_TYPES || out_of_memory();
}

START_TEST(the_books_are_right_when_there_is_no_memory_for_them)
{
    sweep(make_one_of_each);
}
END_TEST

/* ---- what may not fail ------------------------------------------------------------------- */

static bool
put_on_the_stack(void)
{
    HF_ON_STACK(node, n);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    ck_assert_uint_eq(hf_count(n), 1);
    return true;
}

START_TEST(an_object_on_the_stack_is_made_without_memory)
{
    sweep_without_failure(put_on_the_stack);
}
END_TEST

START_TEST(the_dead_that_are_kept_for_recognition_cost_no_memory)
{
    enum { DEATHS = 20000 };
    leaf *latest = NULL;
    size_t held = 0;
    for (int i = 0; i < DEATHS; i++) {
        latest = hf_new(leaf);
        ck_assert_ptr_nonnull(latest);
        WITHOUT_MEMORY(hf_release(latest));
        if (i == DEATHS / 2) held = allocations_held();
    }
    ck_assert_uint_eq(allocations_held(), held);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("objects without memory");
    TCase *tests = tcase_create("objects without memory");
    tcase_add_test(tests, new_returns_null_without_memory);
    tcase_add_test(tests, new_flex_returns_null_without_memory);
    tcase_add_test(tests, new_type_returns_null_without_memory);
    tcase_add_test(tests, an_aligned_object_is_null_without_memory);
    tcase_add_test(tests, a_confined_object_is_null_without_memory);
    tcase_add_test(tests, new_returns_null_when_the_allocator_has_no_memory);
    tcase_add_test(tests, a_list_that_could_not_be_finished_is_given_back_whole);
    tcase_add_test(tests, stores_into_fields_never_ask_for_memory);
    tcase_add_test(tests, the_books_are_right_when_there_is_no_memory_for_them);
    tcase_add_test(tests, an_object_on_the_stack_is_made_without_memory);
    tcase_add_test(tests, the_dead_that_are_kept_for_recognition_cost_no_memory);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
