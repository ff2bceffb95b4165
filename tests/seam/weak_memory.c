/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/weak.h>: what weak references cost in memory, and when it goes back.
 * Knows public headers, and counts requests for memory to see side records come and go.
 * The objects come from an allocator of their own, so that what malloc gives is side records. */
#include "oom/allocations.h"
#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

static struct counting memory = COUNTING(memory);

typedef struct node {
    struct node *next;
    long number;
} node;
typedef hf_weak(node) node_weak;
HF_DECLARE(node);
HF_TYPE(node, .allocator = &memory.allocator, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef struct row {
    hf_weak(struct row) other;
    char cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .allocator = &memory.allocator, .fields = HF_FIELDS(HF_WEAK(row, other)));

/* Returns how many side records there are: the counting allocator takes one block of malloc for
 * each of its own. */
static size_t
records(size_t held_before)
{
    return allocations_held() - held_before - (memory.given - memory.returned);
}

/* The first object of a type and of a thread takes memory for the books. */
static size_t
held_by_books(void)
{
    hf_release(hf_new(node));
    hf_release(hf_new_flex(row, cells, 1));
    memory = (struct counting)COUNTING(memory);
    return allocations_held();
}

static void
refer(node_weak *weak, node *to)
{
    ck_assert_int_eq(hf_weak_set(weak, to), 0);
}

START_TEST(the_memory_of_the_object_goes_back_at_its_death)
{
    enum { CELLS = 1000 };
    node *n = hf_new(node);
    row *r = hf_new_flex(row, cells, CELLS);
    node_weak to_node = {.to_ = NULL};
    hf_weak(row) to_row = {.to_ = NULL};
    refer(&to_node, n);
    ck_assert_int_eq(hf_weak_set(&to_row, r), 0);
    ck_assert_uint_ge(memory.bytes_given, sizeof(node) + sizeof(row) + CELLS);
    hf_release(n);
    ck_assert_uint_eq(memory.returned, 1);
    hf_release(r);
    ck_assert_uint_eq(memory.returned, 2);
    ck_assert_uint_eq(memory.bytes_returned, memory.bytes_given);
    ck_assert_int_ne(hf_weak_dead(&to_node), 0);
    ck_assert_int_ne(hf_weak_dead(&to_row), 0);
    hf_weak_clear(&to_node);
    hf_weak_clear(&to_row);
}
END_TEST

START_TEST(the_first_reference_makes_a_record_and_all_others_share_it)
{
    enum { MANY = 100 };
    size_t held = held_by_books();
    hf_auto node *n = hf_new(node);
    node_weak references[MANY] = {{.to_ = NULL}};
    ck_assert_uint_eq(records(held), 0);
    refer(&references[0], n);
    ck_assert_uint_eq(records(held), 1);
    for (size_t i = 1; i < MANY; i++) {
        if (i % 2) refer(&references[i], n);
        else hf_weak_copy(&references[i], &references[i - 1]);
    }
    ck_assert_uint_eq(records(held), 1);
    for (size_t i = 0; i < MANY; i++) hf_weak_clear(&references[i]);
}
END_TEST

START_TEST(the_record_lives_as_long_as_the_object)
{
    size_t held = held_by_books();
    node *n = hf_new(node);
    node_weak weak = {.to_ = NULL};
    refer(&weak, n);
    hf_weak_clear(&weak);
    ck_assert_uint_eq(records(held), 1);
    refer(&weak, n);
    ck_assert_uint_eq(records(held), 1);
    hf_weak_clear(&weak);
    hf_release(n);
    ck_assert_uint_eq(records(held), 0);
}
END_TEST

START_TEST(the_record_lives_as_long_as_the_last_reference)
{
    size_t held = held_by_books();
    node *n = hf_new(node);
    node_weak first = {.to_ = NULL}, second = {.to_ = NULL};
    refer(&first, n);
    refer(&second, n);
    hf_release(n);
    ck_assert_uint_eq(memory.returned, memory.given);
    ck_assert_uint_eq(records(held), 1);
    hf_weak_clear(&first);
    ck_assert_uint_eq(records(held), 1);
    hf_weak_clear(&second);
    ck_assert_uint_eq(records(held), 0);
}
END_TEST

/* ---- many -------------------------------------------------------------------------------- */

enum { OBJECTS = 500, REFERENCES = 20 };

struct crowd {
    node *objects[OBJECTS];
    node_weak references[OBJECTS][REFERENCES];
};

static void
make_crowd(struct crowd *crowd)
{
    memset(crowd, 0, sizeof *crowd);
    for (size_t i = 0; i < OBJECTS; i++) {
        crowd->objects[i] = hf_new(node);
        crowd->objects[i]->number = (long)i;
        for (size_t k = 0; k < REFERENCES; k++) {
            refer(&crowd->references[i][k], crowd->objects[i]);
        }
    }
}

/* Each reference refers to its object while that lives. */
static void
expect_consistent(struct crowd *crowd)
{
    for (size_t i = 0; i < OBJECTS; i++) {
        for (size_t k = 0; k < REFERENCES; k++) {
            node *upgraded = hf_upgrade(&crowd->references[i][k]);
            if (upgraded != crowd->objects[i]) ck_abort_msg("object %zu, reference %zu", i, k);
            hf_release(upgraded);
        }
    }
}

START_TEST(many_references_to_many_objects_become_null_each_with_its_own)
{
    static struct crowd crowd;
    size_t held = held_by_books();
    make_crowd(&crowd);
    ck_assert_uint_eq(records(held), OBJECTS);
    /* All objects in an order that neighbours in memory don't have. */
    for (size_t step = 0; step < OBJECTS; step++) {
        hf_clear(&crowd.objects[step * 7 % OBJECTS]);
        if (step % 50 == 0) expect_consistent(&crowd);
    }
    expect_consistent(&crowd);
    ck_assert_uint_eq(memory.returned, memory.given);
    ck_assert_uint_eq(records(held), OBJECTS);
    for (size_t i = 0; i < OBJECTS; i++) {
        for (size_t k = 0; k < REFERENCES; k++) hf_weak_clear(&crowd.references[i][k]);
        ck_assert_uint_eq(records(held), OBJECTS - 1 - i);
    }
}
END_TEST

START_TEST(references_in_fields_go_with_their_object)
{
    size_t held = held_by_books();
    row *rows[OBJECTS];
    for (size_t i = 0; i < OBJECTS; i++) rows[i] = hf_new_flex(row, cells, i);
    for (size_t i = 0; i < OBJECTS; i++) {
        ck_assert_int_eq(hf_weak_set(&rows[i]->other, rows[(i + 1) % OBJECTS]), 0);
    }
    ck_assert_uint_eq(records(held), OBJECTS);
    for (size_t i = 0; i < OBJECTS; i++) hf_release(rows[i]);
    ck_assert_uint_eq(records(held), 0);
    ck_assert_uint_eq(memory.returned, memory.given);
}
END_TEST

START_TEST(the_memory_of_an_object_may_be_used_again_under_a_dead_reference)
{
    node_weak weak = {.to_ = NULL};
    node *n = hf_new(node);
    refer(&weak, n);
    hf_release(n);
    for (int i = 0; i < OBJECTS; i++) {
        node_weak other = {.to_ = NULL};
        hf_auto node *next = hf_new(node);
        refer(&other, next);
        ck_assert_ptr_null(hf_upgrade(&weak));
        hf_weak_clear(&other);
    }
    hf_weak_clear(&weak);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("memory of weak references");
    TCase *tests = tcase_create("memory of weak references");
    tcase_add_test(tests, the_memory_of_the_object_goes_back_at_its_death);
    tcase_add_test(tests, the_first_reference_makes_a_record_and_all_others_share_it);
    tcase_add_test(tests, the_record_lives_as_long_as_the_object);
    tcase_add_test(tests, the_record_lives_as_long_as_the_last_reference);
    tcase_add_test(tests, many_references_to_many_objects_become_null_each_with_its_own);
    tcase_add_test(tests, references_in_fields_go_with_their_object);
    tcase_add_test(tests, the_memory_of_an_object_may_be_used_again_under_a_dead_reference);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
