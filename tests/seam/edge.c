/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/edge.h>: set, give, take and get, of single fields and of elements.
 * Knows public headers only; misuse of fields is in edge_misuse.c.
 * Each name says what happens to the counts, because that is all an edge is about. */
#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    struct {
        int before;
        struct node *deep;
    } inner;
    witness *any;
    witness *pair[2];
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG_TO(node, next, node), HF_STRONG(node, inner.deep),
                                  HF_STRONG(node, any), HF_STRONG_ARRAY(node, pair)));

typedef struct row {
    size_t used;
    witness *cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .fields = HF_FIELDS(HF_STRONG_FLEX_TO(row, cells, witness)));

/* ---- single fields ----------------------------------------------------------------------- */

START_TEST(set_stores_a_reference_of_its_own)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    hf_set(n, any, w);
    ck_assert_ptr_eq(n->any, w);
    ck_assert_uint_eq(hf_count(w), 2);
    ck_assert_uint_eq(hf_count(n), 1);
}
END_TEST

START_TEST(set_releases_what_was_there)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, any, witness_new("first"));
    hf_auto witness *second = witness_new("second");
    hf_set(n, any, second);
    ck_assert_str_eq(what_happened(), "first");
    ck_assert_ptr_eq(n->any, second);
}
END_TEST

START_TEST(set_of_null_releases_what_was_there)
{
    hf_auto node *n = hf_new(node);
    hf_set(n, any, NULL);
    hf_give(n, any, witness_new("w"));
    hf_set(n, any, NULL);
    ck_assert_str_eq(what_happened(), "w");
    ck_assert_ptr_null(n->any);
}
END_TEST

START_TEST(set_of_the_same_value_changes_no_count)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, any, witness_new("w"));
    hf_set(n, any, n->any);
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(hf_count(n->any), 1);
}
END_TEST

START_TEST(give_takes_over_the_reference)
{
    hf_auto node *n = hf_new(node);
    witness *w = witness_new("w");
    hf_give(n, any, hf_move(w));
    ck_assert_ptr_null(w);
    ck_assert_uint_eq(hf_count(n->any), 1);
}
END_TEST

START_TEST(give_releases_what_was_there)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, any, witness_new("first"));
    hf_give(n, any, witness_new("second"));
    ck_assert_str_eq(what_happened(), "first");
    hf_give(n, any, NULL);
    ck_assert_str_eq(what_happened(), "second");
}
END_TEST

START_TEST(give_of_a_second_reference_to_the_same_value_leaves_one)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, any, witness_new("w"));
    hf_give(n, any, hf_retain(n->any));
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(hf_count(n->any), 1);
}
END_TEST

START_TEST(take_moves_out_and_leaves_null)
{
    hf_auto node *n = hf_new(node);
    hf_give(n, any, witness_new("w"));
    hf_auto witness *w = hf_take(n, any);
    ck_assert_ptr_null(n->any);
    ck_assert_uint_eq(hf_count(w), 1);
    ck_assert_str_eq(w->name, "w");
    ck_assert_ptr_null(hf_take(n, any));
}
END_TEST

START_TEST(get_returns_an_owned_copy)
{
    hf_auto node *n = hf_new(node);
    ck_assert_ptr_null(hf_get(n, any));
    hf_give(n, any, witness_new("w"));
    hf_auto witness *w = hf_get(n, any);
    ck_assert_ptr_eq(w, n->any);
    ck_assert_uint_eq(hf_count(w), 2);
}
END_TEST

START_TEST(a_field_of_an_inner_structure_is_a_field)
{
    hf_auto node *n = hf_new(node);
    hf_auto node *deep = hf_new(node);
    hf_set(n, inner.deep, deep);
    ck_assert_ptr_eq(n->inner.deep, deep);
    hf_auto node *copy = hf_get(n, inner.deep);
    ck_assert_uint_eq(hf_count(copy), 3);
    hf_auto node *taken = hf_take(n, inner.deep);
    ck_assert_uint_eq(hf_count(taken), 3);
    hf_give(n, inner.deep, hf_move(taken));
    ck_assert_uint_eq(hf_count(deep), 3);
    ck_assert_int_eq(n->inner.before, 0);
}
END_TEST

START_TEST(an_object_may_hold_itself)
{
    hf_auto node *n = hf_new(node);
    hf_set(n, next, n);
    ck_assert_uint_eq(hf_count(n), 2);
    hf_set(n, next, n);
    ck_assert_uint_eq(hf_count(n), 2);
    hf_auto node *taken = hf_take(n, next);
    hf_give(n, next, hf_move(taken));
    ck_assert_uint_eq(hf_count(n), 2);
    hf_set(n, next, NULL);
    ck_assert_uint_eq(hf_count(n), 1);
}
END_TEST

/* ---- elements ---------------------------------------------------------------------------- */

START_TEST(elements_of_a_fixed_array_are_set_given_taken_and_got)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    hf_set_at(n, pair, 1, w);
    ck_assert_ptr_null(n->pair[0]);
    ck_assert_ptr_eq(n->pair[1], w);
    hf_give_at(n, pair, 0, hf_get_at(n, pair, 1));
    ck_assert_uint_eq(hf_count(w), 3);
    hf_auto witness *taken = hf_take_at(n, pair, 1);
    ck_assert_ptr_eq(taken, n->pair[0]);
    ck_assert_ptr_null(n->pair[1]);
    ck_assert_ptr_null(hf_get_at(n, pair, 1));
    ck_assert_uint_eq(hf_count(w), 3);
}
END_TEST

START_TEST(elements_of_a_fixed_array_release_what_was_there)
{
    hf_auto node *n = hf_new(node);
    hf_give_at(n, pair, 0, witness_new("first"));
    hf_give_at(n, pair, 1, witness_new("second"));
    hf_set_at(n, pair, 1, n->pair[0]);
    ck_assert_str_eq(what_happened(), "second");
    hf_set_at(n, pair, 0, NULL);
    ck_assert_str_eq(what_happened(), "");
    hf_give_at(n, pair, 1, NULL);
    ck_assert_str_eq(what_happened(), "first");
}
END_TEST

START_TEST(elements_of_a_flexible_array_are_set_given_taken_and_got)
{
    hf_auto row *r = hf_new_flex(row, cells, 4);
    hf_auto witness *w = witness_new("w");
    hf_set_at(r, cells, 3, w);
    hf_give_at(r, cells, 0, hf_get_at(r, cells, 3));
    ck_assert_uint_eq(hf_count(w), 3);
    hf_set_at(r, cells, 3, NULL);
    ck_assert_uint_eq(hf_count(w), 2);
    hf_auto witness *taken = hf_take_at(r, cells, 0);
    ck_assert_ptr_null(r->cells[0]);
    ck_assert_uint_eq(hf_count(taken), 2);
    ck_assert_uint_eq(hf_flex_count(r), 4);
}
END_TEST

/* ---- derived objects --------------------------------------------------------------------- */

typedef struct derived {
    node base;
    witness *more;
} derived;
HF_DECLARE(derived);
HF_TYPE(derived, .base = &hf_type_node, .fields = HF_FIELDS(HF_STRONG(derived, more)));

START_TEST(fields_of_a_base_are_fields_of_the_derived_object)
{
    hf_auto derived *d = hf_new(derived);
    hf_give(&d->base, any, witness_new("by base"));
    hf_give(d, base.any, witness_new("by derived"));
    ck_assert_str_eq(what_happened(), "by base");
    hf_give(d, more, witness_new("more"));
    hf_give_at(d, base.pair, 1, witness_new("element"));
    hf_clear(&d);
    ck_assert_str_eq(what_happened(), "more, by derived, element");
}
END_TEST

START_TEST(a_field_to_a_type_takes_derived_objects)
{
    hf_auto node *n = hf_new(node);
    derived *d = hf_new(derived);
    hf_set(n, next, &d->base);
    ck_assert_uint_eq(hf_count(d), 2);
    hf_give(n, next, &d->base);
    ck_assert_uint_eq(hf_count(n->next), 1);
    ck_assert_ptr_eq(hf_type_of(n->next), &hf_type_derived);
}
END_TEST

/* ---- arguments, and the moment of the release -------------------------------------------- */

START_TEST(arguments_are_evaluated_once)
{
    hf_auto node *n = hf_new(node);
    hf_auto witness *w = witness_new("w");
    node *holders[] = {n, n, n, n, n, n, n, n};
    node **holder = holders;
    witness *values[] = {w, w};
    witness **value = values;
    size_t index = 0;
    hf_set(*holder++, any, *value++);
    hf_set_at(*holder++, pair, index++, *value++);
    hf_give(*holder++, any, hf_retain(w));
    hf_give_at(*holder++, pair, index--, hf_retain(w));
    hf_release(hf_take(*holder++, any));
    hf_release(hf_take_at(*holder++, pair, index++));
    hf_release(hf_get(*holder++, any));
    hf_release(hf_get_at(*holder++, pair, index--));
    ck_assert_ptr_eq(holder, holders + 8);
    ck_assert_ptr_eq(value, values + 2);
    ck_assert_uint_eq(index, 0);
    ck_assert_uint_eq(hf_count(w), 2);
}
END_TEST

/* Looks, when it dies, at the field that held it. */
typedef struct last {
    void *const *field;
    const void *expected;
} last;
HF_DECLARE(last);

static void
look(void *self)
{
    const last *l = self;
    ck_assert_ptr_eq(*l->field, l->expected);
    happen("looked");
}

HF_TYPE(last, .destroy = look);

typedef struct place {
    void *held;
} place;
HF_DECLARE(place);
HF_TYPE(place, .fields = HF_FIELDS(HF_STRONG(place, held)));

static last *
last_new(const place *p, const void *expected)
{
    last *l = hf_new(last);
    ck_assert_ptr_nonnull(l);
    l->field = &p->held;
    l->expected = expected;
    return l;
}

START_TEST(what_is_released_by_a_store_finds_the_new_value_in_the_field)
{
    hf_auto place *p = hf_new(place);
    hf_auto witness *w = witness_new("w");
    hf_give(p, held, last_new(p, w));
    hf_set(p, held, w);
    ck_assert_str_eq(what_happened(), "looked");
    hf_give(p, held, last_new(p, NULL));
    hf_give(p, held, NULL);
    ck_assert_str_eq(what_happened(), "looked");
}
END_TEST

/* Stores into a field of another object when it dies. */
typedef struct writer {
    place *other;
} writer;
HF_DECLARE(writer);

static void
write_last(void *self)
{
    const writer *w = self;
    hf_give(w->other, held, witness_new("written last"));
    happen("wrote");
}

HF_TYPE(writer, .destroy = write_last, .fields = HF_FIELDS(HF_STRONG(writer, other)));

START_TEST(destroy_may_store_into_other_objects)
{
    hf_auto place *p = hf_new(place);
    hf_give(p, held, witness_new("first"));
    writer *w = hf_new(writer);
    hf_set(w, other, p);
    hf_release(w);
    ck_assert_str_eq(what_happened(), "wrote, first");
    ck_assert_str_eq(((witness *)p->held)->name, "written last");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
single_fields(void)
{
    TCase *tests = tcase_create("single fields");
    tcase_add_test(tests, set_stores_a_reference_of_its_own);
    tcase_add_test(tests, set_releases_what_was_there);
    tcase_add_test(tests, set_of_null_releases_what_was_there);
    tcase_add_test(tests, set_of_the_same_value_changes_no_count);
    tcase_add_test(tests, give_takes_over_the_reference);
    tcase_add_test(tests, give_releases_what_was_there);
    tcase_add_test(tests, give_of_a_second_reference_to_the_same_value_leaves_one);
    tcase_add_test(tests, take_moves_out_and_leaves_null);
    tcase_add_test(tests, get_returns_an_owned_copy);
    tcase_add_test(tests, a_field_of_an_inner_structure_is_a_field);
    tcase_add_test(tests, an_object_may_hold_itself);
    return tests;
}

static TCase *
elements(void)
{
    TCase *tests = tcase_create("elements");
    tcase_add_test(tests, elements_of_a_fixed_array_are_set_given_taken_and_got);
    tcase_add_test(tests, elements_of_a_fixed_array_release_what_was_there);
    tcase_add_test(tests, elements_of_a_flexible_array_are_set_given_taken_and_got);
    return tests;
}

static TCase *
circumstances(void)
{
    TCase *tests = tcase_create("circumstances");
    tcase_add_test(tests, fields_of_a_base_are_fields_of_the_derived_object);
    tcase_add_test(tests, a_field_to_a_type_takes_derived_objects);
    tcase_add_test(tests, arguments_are_evaluated_once);
    tcase_add_test(tests, what_is_released_by_a_store_finds_the_new_value_in_the_field);
    tcase_add_test(tests, destroy_may_store_into_other_objects);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("edge.h");
    suite_add_tcase(suite, single_fields());
    suite_add_tcase(suite, elements());
    suite_add_tcase(suite, circumstances());
    return suite;
}

HF_TEST_MAIN(suite)
