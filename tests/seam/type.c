/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: what a type says of itself, and the kinds of field.
 * Knows public headers only.
 * Base types and the order of a death are in order.c, allocators in allocator.c, and types that
 * contradict themselves in fault.c. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

/* ---- what a plain type says of itself ---------------------------------------------------- */

typedef struct plain {
    short number;
    char text[5];
} plain;
HF_DECLARE(plain);
HF_TYPE(plain);

START_TEST(a_type_has_the_name_size_and_alignment_of_its_structure)
{
    ck_assert_str_eq(hf_type_plain.name, "plain");
    ck_assert_uint_eq(hf_type_plain.size, sizeof(plain));
    ck_assert_uint_eq(hf_type_plain.alignment, _Alignof(plain));
}
END_TEST

START_TEST(an_object_knows_the_type_that_it_was_made_with)
{
    hf_auto plain *p = hf_new(plain);
    hf_auto witness *w = witness_new("w");
    ck_assert_ptr_eq(hf_type_of(p), &hf_type_plain);
    ck_assert_ptr_eq(hf_type_of(w), &hf_type_witness);
}
END_TEST

/* ---- kinds of field ---------------------------------------------------------------------- */

static void
own_text(void *text)
{
    happen(text);
}

typedef struct holder {
    witness *strong;
    witness *strong_to;
    witness *pair[2];
    witness *triple[3];
    struct {
        int before;
        witness *strong;
    } inner;
    hf_weak(witness) weak;
    hf_unique(witness) unique;
    char *owned;
    char *heap;
    FILE *file;
} holder;
HF_DECLARE(holder);
HF_TYPE(holder,
        .fields = HF_FIELDS(HF_STRONG(holder, strong), HF_STRONG_TO(holder, strong_to, witness),
                            HF_STRONG_ARRAY(holder, pair),
                            HF_STRONG_ARRAY_TO(holder, triple, witness),
                            HF_STRONG(holder, inner.strong), HF_WEAK(holder, weak),
                            HF_UNIQUE(holder, unique), HF_OWNED(holder, owned, own_text),
                            HF_OWNED(holder, heap, free), HF_OWNED(holder, file, fclose)));

START_TEST(a_strong_field_is_released_at_death)
{
    holder *h = hf_new(holder);
    hf_give(h, strong, witness_new("strong"));
    hf_release(h);
    ck_assert_str_eq(what_happened(), "strong");
}
END_TEST

START_TEST(a_strong_field_to_a_type_is_released_at_death)
{
    holder *h = hf_new(holder);
    hf_give(h, strong_to, witness_new("strong_to"));
    hf_release(h);
    ck_assert_str_eq(what_happened(), "strong_to");
}
END_TEST

START_TEST(every_element_of_a_fixed_array_is_released_in_order)
{
    holder *h = hf_new(holder);
    hf_give_at(h, pair, 1, witness_new("second"));
    hf_give_at(h, pair, 0, witness_new("first"));
    hf_release(h);
    ck_assert_str_eq(what_happened(), "first, second");
}
END_TEST

START_TEST(every_element_of_a_fixed_array_to_a_type_is_released_in_order)
{
    static const char *const names[] = {"first", "second", "third"};
    holder *h = hf_new(holder);
    for (size_t i = 0; i < 3; i++) hf_give_at(h, triple, i, witness_new(names[i]));
    hf_release(h);
    ck_assert_str_eq(what_happened(), "first, second, third");
}
END_TEST

START_TEST(a_strong_field_of_an_inner_structure_is_released_at_death)
{
    holder *h = hf_new(holder);
    hf_give(h, inner.strong, witness_new("inner"));
    hf_release(h);
    ck_assert_str_eq(what_happened(), "inner");
}
END_TEST

START_TEST(a_strong_field_keeps_what_others_hold_too)
{
    hf_auto witness *w = witness_new("w");
    holder *h = hf_new(holder);
    hf_set(h, strong, w);
    hf_release(h);
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

START_TEST(a_weak_field_is_cleared_at_death)
{
    hf_auto witness *w = witness_new("w");
    holder *h = hf_new(holder);
    ck_assert_int_eq(hf_weak_set(&h->weak, w), 0);
    ck_assert_int_eq(hf_is_unique(w), 0);
    hf_release(h);
    ck_assert_int_eq(hf_is_unique(w), 1);
}
END_TEST

START_TEST(a_unique_field_is_released_at_death)
{
    holder *h = hf_new(holder);
    h->unique = hf_new_unique(witness);
    h->unique.ptr->name = "unique";
    hf_release(h);
    ck_assert_str_eq(what_happened(), "unique");
}
END_TEST

START_TEST(a_unique_field_is_given_and_taken_by_its_pointer)
{
    hf_auto holder *h = hf_new(holder);
    hf_unique(witness) u = hf_new_unique(witness);
    u.ptr->name = "unique";
    hf_give(h, unique.ptr, hf_share(&u));
    ck_assert_str_eq(h->unique.ptr->name, "unique");
    ck_assert_uint_eq(hf_count(h->unique.ptr), 1);
    hf_release(hf_take(h, unique.ptr));
    ck_assert_ptr_null(h->unique.ptr);
    ck_assert_str_eq(what_happened(), "unique");
}
END_TEST

START_TEST(an_owned_field_goes_to_its_function)
{
    static char text[] = "owned";
    holder *h = hf_new(holder);
    h->owned = text;
    hf_release(h);
    ck_assert_str_eq(what_happened(), "owned");
}
END_TEST

START_TEST(an_owned_field_that_is_null_goes_nowhere)
{
    hf_release(hf_new(holder));
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

/* Only a leak checker can see that this fails. */
START_TEST(an_owned_field_may_be_memory_of_malloc)
{
    holder *h = hf_new(holder);
    h->heap = malloc(100);
    ck_assert_ptr_nonnull(h->heap);
    hf_release(h);
    ck_assert_uint_eq(hf_live(&hf_type_holder), 0);
}
END_TEST

START_TEST(an_owned_field_may_go_to_a_function_that_returns_something)
{
    holder *h = hf_new(holder);
    h->file = tmpfile();
    ck_assert_ptr_nonnull(h->file);
    int descriptor = fileno(h->file);
    ck_assert_int_ne(fcntl(descriptor, F_GETFD), -1);
    hf_release(h);
    ck_assert_int_eq(fcntl(descriptor, F_GETFD), -1);
}
END_TEST

/* ---- flexible arrays of edges ------------------------------------------------------------ */

typedef struct row {
    int number;
    witness *cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .fields = HF_FIELDS(HF_STRONG_FLEX(row, cells)));

typedef struct row_to {
    char letter;
    witness *cells[];
} row_to;
HF_DECLARE(row_to);
HF_TYPE(row_to, .fields = HF_FIELDS(HF_STRONG_FLEX_TO(row_to, cells, witness)));

START_TEST(every_element_of_a_flexible_array_is_released_in_order)
{
    row *r = hf_new_flex(row, cells, 3);
    hf_give_at(r, cells, 2, witness_new("third"));
    hf_give_at(r, cells, 0, witness_new("first"));
    hf_release(r);
    ck_assert_str_eq(what_happened(), "first, third");
}
END_TEST

START_TEST(every_element_of_a_flexible_array_to_a_type_is_released_in_order)
{
    row_to *r = hf_new_flex(row_to, cells, 2);
    hf_give_at(r, cells, 0, witness_new("first"));
    hf_give_at(r, cells, 1, witness_new("second"));
    hf_release(r);
    ck_assert_str_eq(what_happened(), "first, second");
}
END_TEST

START_TEST(a_flexible_array_may_hold_many_edges)
{
    enum { MANY = 10000 };
    hf_auto witness *w = witness_new("w");
    row *r = hf_new_flex(row, cells, MANY);
    for (size_t i = 0; i < MANY; i++) hf_set_at(r, cells, i, w);
    ck_assert_uint_eq(hf_count(w), MANY + 1);
    hf_release(r);
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

START_TEST(a_flexible_array_may_have_no_elements)
{
    hf_release(hf_new_flex(row, cells, 0));
    hf_release(hf_new(row));
    ck_assert_uint_eq(hf_live(&hf_type_row), 0);
}
END_TEST

/* What follows such an object is plain bytes: its death must not take them for edges. */
START_TEST(a_tail_of_plain_bytes_is_no_flexible_array_of_edges)
{
    enum { TAIL_BYTES = 64 };
    row *r = hf_new_type(&hf_type_row, sizeof(row) + TAIL_BYTES);
    ck_assert_ptr_nonnull(r);
    memset(r->cells, 0xFF, TAIL_BYTES);
    hf_release(r);
    ck_assert_uint_eq(hf_live(&hf_type_row), 0);
}
END_TEST

/* ---- references that only a trace function knows ----------------------------------------- */

/* Keeps its references in a list of its own, disguised as integers. */
typedef struct bag {
    size_t count;
    uintptr_t *items;
} bag;
HF_DECLARE(bag);

static void
bag_trace(void *self, hf_visitor *v)
{
    const bag *b = self;
    for (size_t i = 0; i < b->count; i++) hf_visit(v, (void *)~b->items[i]);
}

static void
bag_free(void *self)
{
    bag *b = self;
    happen("bag_free");
    free(b->items);
}

HF_TYPE(bag, .trace = bag_trace, .free = bag_free);

static void
bag_add(bag *b, witness *w HF_TAKE)
{
    b->items = realloc(b->items, (b->count + 1) * sizeof *b->items);
    ck_assert_ptr_nonnull(b->items);
    b->items[b->count++] = ~(uintptr_t)w;
}

START_TEST(what_a_trace_function_visits_is_released_before_free_runs)
{
    hf_auto witness *kept = witness_new("kept");
    bag *b = hf_new(bag);
    bag_add(b, witness_new("first"));
    bag_add(b, hf_retain(kept));
    bag_add(b, witness_new("last"));
    ck_assert_uint_eq(hf_count(kept), 2);
    hf_release(b);
    ck_assert_uint_eq(hf_count(kept), 1);
    ck_assert_str_eq(what_happened(), "bag_free, first, last");
}
END_TEST

START_TEST(a_trace_function_may_visit_null)
{
    bag *b = hf_new(bag);
    bag_add(b, NULL);
    bag_add(b, witness_new("w"));
    hf_release(b);
    ck_assert_str_eq(what_happened(), "bag_free, w");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
fields(void)
{
    TCase *tests = tcase_create("fields");
    tcase_add_test(tests, a_type_has_the_name_size_and_alignment_of_its_structure);
    tcase_add_test(tests, an_object_knows_the_type_that_it_was_made_with);
    tcase_add_test(tests, a_strong_field_is_released_at_death);
    tcase_add_test(tests, a_strong_field_to_a_type_is_released_at_death);
    tcase_add_test(tests, every_element_of_a_fixed_array_is_released_in_order);
    tcase_add_test(tests, every_element_of_a_fixed_array_to_a_type_is_released_in_order);
    tcase_add_test(tests, a_strong_field_of_an_inner_structure_is_released_at_death);
    tcase_add_test(tests, a_strong_field_keeps_what_others_hold_too);
    tcase_add_test(tests, a_weak_field_is_cleared_at_death);
    tcase_add_test(tests, a_unique_field_is_released_at_death);
    tcase_add_test(tests, a_unique_field_is_given_and_taken_by_its_pointer);
    tcase_add_test(tests, an_owned_field_goes_to_its_function);
    tcase_add_test(tests, an_owned_field_that_is_null_goes_nowhere);
    tcase_add_test(tests, an_owned_field_may_be_memory_of_malloc);
    tcase_add_test(tests, an_owned_field_may_go_to_a_function_that_returns_something);
    return tests;
}

static TCase *
sequences(void)
{
    TCase *tests = tcase_create("sequences");
    tcase_add_test(tests, every_element_of_a_flexible_array_is_released_in_order);
    tcase_add_test(tests, every_element_of_a_flexible_array_to_a_type_is_released_in_order);
    tcase_add_test(tests, a_flexible_array_may_hold_many_edges);
    tcase_add_test(tests, a_flexible_array_may_have_no_elements);
    tcase_add_test(tests, a_tail_of_plain_bytes_is_no_flexible_array_of_edges);
    tcase_add_test(tests, what_a_trace_function_visits_is_released_before_free_runs);
    tcase_add_test(tests, a_trace_function_may_visit_null);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("type.h");
    suite_add_tcase(suite, fields());
    suite_add_tcase(suite, sequences());
    return suite;
}

HF_TEST_MAIN(suite)
