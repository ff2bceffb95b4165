/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/edge.h>: stores that would break what a type says of its fields.
 * Knows public headers only.
 * What only checked builds notice is tested in those; a confined object in a shared one is fatal in
 * all. */
#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    witness *pair[2];
    witness *undeclared;
    witness *undeclared_pair[2];
    char *text;
    hf_weak(witness) weak;
} node;
HF_DECLARE(node);

static void
own(void *text)
{
    happen(text);
}

HF_TYPE(node,
        .fields = HF_FIELDS(HF_STRONG_TO(node, next, node), HF_STRONG_ARRAY_TO(node, pair, witness),
                            HF_OWNED(node, text, own), HF_WEAK(node, weak)));

typedef struct row {
    size_t used;
    witness *cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .fields = HF_FIELDS(HF_STRONG_FLEX_TO(row, cells, witness)));

typedef struct secret {
    struct node *shared;
    struct secret *next;
} secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED,
        .fields = HF_FIELDS(HF_STRONG(secret, shared), HF_STRONG(secret, next)));

/* ---- what every build notices ------------------------------------------------------------ */

typedef struct place {
    void *held;
    void *elements[2];
} place;
HF_DECLARE(place);
HF_TYPE(place, .fields = HF_FIELDS(HF_STRONG(place, held), HF_STRONG_ARRAY(place, elements)));

HF_STATIC(place, everlasting, .held = NULL);

#define SHARED_WOULD_HOLD_CONFINED "shared object would hold a confined one", "secret"

START_TEST(a_confined_object_in_a_shared_one_is_fatal)
{
    hf_auto place *p = hf_new(place);
    hf_auto secret *s = hf_new(secret);
    HF_EXPECT_FATAL(hf_set(p, held, s), SHARED_WOULD_HOLD_CONFINED);
    HF_EXPECT_FATAL(hf_give(p, held, unknown_origin(s)), SHARED_WOULD_HOLD_CONFINED);
    HF_EXPECT_FATAL(hf_set_at(p, elements, 1, s), SHARED_WOULD_HOLD_CONFINED);
    HF_EXPECT_FATAL(hf_give_at(p, elements, 1, unknown_origin(s)), SHARED_WOULD_HOLD_CONFINED);
    HF_EXPECT_FATAL(hf_set(everlasting, held, s), SHARED_WOULD_HOLD_CONFINED);
}
END_TEST

START_TEST(a_confined_object_with_weak_references_in_a_shared_one_is_fatal)
{
    hf_auto place *p = hf_new(place);
    hf_auto secret *s = hf_new(secret);
    hf_weak(secret) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, s), 0);
    HF_EXPECT_FATAL(hf_set(p, held, s), SHARED_WOULD_HOLD_CONFINED);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(a_confined_object_may_hold_shared_and_confined_ones)
{
    hf_auto secret *s = hf_new(secret);
    hf_auto node *n = hf_new(node);
    hf_set(s, shared, n);
    hf_give(s, next, hf_new(secret));
    ck_assert_uint_eq(hf_count(n), 2);
    ck_assert_uint_eq(hf_count(s->next), 1);
    hf_clear(&s);
    ck_assert_uint_eq(hf_count(n), 1);
    ck_assert_uint_eq(hf_live(&hf_type_secret), 0);
}
END_TEST

/* ---- what checked builds notice ---------------------------------------------------------- */

START_TEST(an_object_of_the_wrong_type_is_fatal)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    HF_EXPECT_FATAL(hf_set(n, next, (node *)(void *)w), "wrong type stored in a field", "witness");
    HF_EXPECT_FATAL(hf_give(n, next, unknown_origin(w)), "wrong type stored in a field", "witness");
    HF_EXPECT_FATAL(hf_set_at(n, pair, 1, (witness *)(void *)n), "wrong type stored in a field",
                    "node");
    hf_auto row *r = hf_new_flex(row, cells, 3);
    HF_EXPECT_FATAL(hf_give_at(r, cells, 2, unknown_origin(n)), "wrong type stored in a field",
                    "node");
}
END_TEST

START_TEST(an_undeclared_field_is_fatal)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    HF_EXPECT_FATAL(hf_set(n, undeclared, w), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_give(n, undeclared, unknown_origin(w)), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_set(n, undeclared, NULL), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_release(hf_take(n, undeclared)), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_release(hf_get(n, undeclared)), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_set_at(n, undeclared_pair, 1, w), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_release(hf_take_at(n, undeclared_pair, 0)), "undeclared field", "node");
}
END_TEST

START_TEST(a_declared_field_that_is_no_strong_edge_is_fatal)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    HF_EXPECT_FATAL(hf_set(n, text, unknown_origin(w)), "undeclared field", "node");
    HF_EXPECT_FATAL(hf_set(n, weak.to_, w), "undeclared field", "node");
}
END_TEST

START_TEST(an_undeclared_field_of_a_static_object_is_fatal)
{
    HF_STATIC(node, n);
    HF_EXPECT_FATAL(hf_set(n, undeclared, NULL), "undeclared field", "node");
}
END_TEST

START_TEST(an_index_behind_a_fixed_array_is_fatal)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    HF_EXPECT_FATAL(hf_set_at(n, pair, 2, w), "index out of bounds", "node");
    HF_EXPECT_FATAL(hf_give_at(n, pair, 2, unknown_origin(w)), "index out of bounds", "node");
    HF_EXPECT_FATAL(hf_release(hf_take_at(n, pair, 2)), "index out of bounds", "node");
    HF_EXPECT_FATAL(hf_release(hf_get_at(n, pair, 2)), "index out of bounds", "node");
    HF_EXPECT_FATAL(hf_set_at(n, pair, SIZE_MAX, w), "index out of bounds", "node");
}
END_TEST

START_TEST(an_index_behind_a_flexible_array_is_fatal)
{
    hf_auto witness *w = witness_new("w");
    hf_auto row *two = hf_new_flex(row, cells, 2);
    HF_EXPECT_FATAL(hf_set_at(two, cells, 2, w), "index out of bounds", "row");
    hf_auto row *empty = hf_new_flex(row, cells, 0);
    HF_EXPECT_FATAL(hf_set_at(empty, cells, 0, w), "index out of bounds", "row");
    hf_auto row *plain = hf_new(row);
    HF_EXPECT_FATAL(hf_set_at(plain, cells, 0, w), "index out of bounds", "row");
}
END_TEST

/* Its memory stays readable, so that no memory checker is faster. */
static struct counting memory = COUNTING(memory);

typedef struct mortal {
    witness *held;
} mortal;
HF_DECLARE(mortal);
HF_TYPE(mortal, .allocator = &memory.allocator, .fields = HF_FIELDS(HF_STRONG(mortal, held)));

START_TEST(a_store_into_a_dead_object_is_fatal)
{
    memory.is_hoarding = true;
    hf_auto witness *w = witness_new("w");
    mortal *m = hf_new(mortal);
    mortal *dead = unknown_origin(m);
    hf_release(m);
    HF_EXPECT_FATAL(hf_set(dead, held, w), "holdfast: ");
    HF_EXPECT_FATAL(hf_give(dead, held, NULL), "holdfast: ");
}
END_TEST

/* A tail of plain bytes has no elements, however many bytes it has. */
START_TEST(an_index_into_a_tail_of_plain_bytes_is_fatal)
{
    hf_auto witness *w = witness_new("w");
    hf_auto row *r = hf_new_type(&hf_type_row, sizeof(row) + 64);
    HF_EXPECT_FATAL(hf_set_at(r, cells, 0, w), "index out of bounds", "row");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
confinement(void)
{
    TCase *tests = tcase_create("confinement");
    tcase_add_test(tests, a_confined_object_in_a_shared_one_is_fatal);
    tcase_add_test(tests, a_confined_object_with_weak_references_in_a_shared_one_is_fatal);
    tcase_add_test(tests, a_confined_object_may_hold_shared_and_confined_ones);
    return tests;
}

static TCase *
checked(void)
{
    TCase *tests = tcase_create("checked builds");
    tcase_add_test(tests, an_object_of_the_wrong_type_is_fatal);
    tcase_add_test(tests, an_undeclared_field_is_fatal);
    tcase_add_test(tests, a_declared_field_that_is_no_strong_edge_is_fatal);
    tcase_add_test(tests, an_undeclared_field_of_a_static_object_is_fatal);
    tcase_add_test(tests, an_index_behind_a_fixed_array_is_fatal);
    tcase_add_test(tests, an_index_behind_a_flexible_array_is_fatal);
    tcase_add_test(tests, a_store_into_a_dead_object_is_fatal);
    tcase_add_test(tests, an_index_into_a_tail_of_plain_bytes_is_fatal);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("misuse of edge.h");
    suite_add_tcase(suite, confinement());
    if (hf_test_library_is_checked()) suite_add_tcase(suite, checked());
    return suite;
}

HF_TEST_MAIN(suite)
