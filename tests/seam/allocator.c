/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: where memory for objects comes from, how much, and how aligned.
 * Knows public headers only.
 * A type keeps the allocator of its first object, so each test has types of its own. */
#include <errno.h>
#include <stdalign.h>
#include <string.h>

#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

static struct counting own = COUNTING(own);
static struct counting first = COUNTING(first);
static struct counting second = COUNTING(second);

typedef struct node {
    struct node *next;
    long number;
} node;

/* ---- one type's own ---------------------------------------------------------------------- */

typedef node served;
HF_DECLARE(served);
HF_TYPE(served, .allocator = &own.allocator, .fields = HF_FIELDS(HF_STRONG(served, next)));

START_TEST(an_allocator_of_a_type_serves_its_objects_and_gets_each_back)
{
    served *list = NULL;
    for (int i = 0; i < 10; i++) {
        served *s = hf_new(served);
        hf_give(s, next, list);
        list = s;
    }
    ck_assert_uint_eq(own.given, 10);
    ck_assert_uint_eq(own.returned, 0);
    hf_release(list);
    ck_assert_uint_eq(own.returned, 10);
    ck_assert_uint_eq(own.bytes_returned, own.bytes_given);
}
END_TEST

START_TEST(an_allocator_of_a_type_serves_no_other_type)
{
    hf_release(witness_new("w"));
    ck_assert_uint_eq(own.given, 0);
}
END_TEST

START_TEST(an_abandoned_object_goes_back_to_its_allocator)
{
    hf_abandon(hf_new(served));
    ck_assert_uint_eq(own.given, 1);
    ck_assert_uint_eq(own.returned, 1);
}
END_TEST

/* A pool of one block, which it gives out again and again, and writes to while it has it. */
static union pool {
    union pool *next;
    char bytes[128];
    max_align_t aligned;
} pool;

static void *
alloc_from_pool(void *ctx, size_t bytes)
{
    (void)ctx;
    ck_assert_uint_le(bytes, sizeof pool);
    return &pool;
}

static void
free_to_pool(void *ctx, void *block)
{
    ((union pool *)block)->next = ctx;
}

static const hf_allocator from_pool = {alloc_from_pool, free_to_pool, NULL};
typedef node pooled;
HF_DECLARE(pooled);
HF_TYPE(pooled, .allocator = &from_pool, .fields = HF_FIELDS(HF_STRONG(pooled, next)));

START_TEST(an_allocator_may_give_out_a_block_again)
{
    for (long i = 0; i < 3; i++) {
        pooled *p = hf_new(pooled);
        ck_assert_int_eq(p->number, 0);
        p->number = i + 1;
        hf_release(p);
    }
}
END_TEST

START_TEST(an_empty_allocator_makes_new_return_null_and_changes_nothing)
{
    own.is_empty = true;
    errno = 0;
    ck_assert_ptr_null(hf_new(served));
    ck_assert_int_eq(errno, ENOMEM);
    errno = 0;
    ck_assert_ptr_null(hf_new_type(&hf_type_served, sizeof(served) + 1));
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert_uint_eq(hf_live(&hf_type_served), 0);
    own.is_empty = false;
    hf_auto served *s = hf_new(served);
    ck_assert_ptr_nonnull(s);
}
END_TEST

START_TEST(an_object_is_zero_whatever_its_allocator_returned)
{
    static const char zeros[sizeof(served) + 100];
    hf_auto served *s = hf_new_type(&hf_type_served, sizeof zeros);
    ck_assert_mem_eq(s, zeros, sizeof zeros);
}
END_TEST

START_TEST(records_for_weak_references_and_notices_come_from_elsewhere)
{
    hf_auto served *s = hf_new(served);
    hf_weak(served) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, s), 0);
    ck_assert_uint_eq(own.given, 1);
    hf_clear(&s);
    ck_assert_uint_eq(own.returned, 1);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(an_object_on_the_stack_needs_no_allocator)
{
    own.is_empty = true;
    HF_ON_STACK(served, s);
    ck_assert_uint_eq(hf_count(s), 1);
    ck_assert_uint_eq(own.returned, 0);
}
END_TEST

/* ---- the one for all others -------------------------------------------------------------- */

typedef node early;
HF_DECLARE(early);
HF_TYPE(early);

typedef node late;
HF_DECLARE(late);
HF_TYPE(late);

START_TEST(a_set_allocator_serves_all_types_that_name_none)
{
    hf_set_allocator(&first.allocator);
    hf_auto early *e = hf_new(early);
    hf_auto late *l = hf_new(late);
    hf_release(hf_new(served));
    ck_assert_uint_eq(first.given, 2);
    ck_assert_uint_eq(own.given, 1);
    hf_clear(&e);
    hf_clear(&l);
    ck_assert_uint_eq(first.returned, 2);
    ck_assert_uint_eq(first.bytes_returned, first.bytes_given);
}
END_TEST

START_TEST(a_type_keeps_the_allocator_of_its_first_object)
{
    hf_set_allocator(&first.allocator);
    hf_release(hf_new(early));
    hf_set_allocator(&second.allocator);
    hf_release(hf_new(early));
    hf_release(hf_new(late));
    ck_assert_uint_eq(first.given, 2);
    ck_assert_uint_eq(first.returned, 2);
    ck_assert_uint_eq(second.given, 1);
    ck_assert_uint_eq(second.returned, 1);
}
END_TEST

typedef node own_and_early;
HF_DECLARE(own_and_early);
HF_TYPE(own_and_early, .allocator = &own.allocator);

START_TEST(set_allocator_tells_how_many_types_came_too_early)
{
    ck_assert_uint_eq(hf_set_allocator(&first.allocator), 0);
    hf_release(hf_new(early));
    hf_release(hf_new(late));
    hf_release(hf_new(own_and_early));
    ck_assert_uint_eq(hf_set_allocator(&second.allocator), 2);
    ck_assert_uint_eq(hf_set_allocator(NULL), 2);
    ck_assert_uint_eq(hf_set_allocator(&first.allocator), 0);
}
END_TEST

START_TEST(no_set_allocator_means_malloc)
{
    hf_set_allocator(&first.allocator);
    hf_set_allocator(NULL);
    hf_release(hf_new(early));
    ck_assert_uint_eq(first.given, 0);
}
END_TEST

/* ---- how much ---------------------------------------------------------------------------- */

typedef struct leaf {
    void *nothing_of_ours;
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf, .allocator = &own.allocator);

typedef node acyclic;
HF_DECLARE(acyclic);
HF_TYPE(acyclic, .allocator = &own.allocator, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_STRONG(acyclic, next)));

typedef struct row {
    size_t count;
    long cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .allocator = &own.allocator);

static size_t
bytes_before(const void *object)
{
    return (size_t)((const char *)object - (const char *)own.latest);
}

START_TEST(an_object_that_cannot_be_part_of_a_cycle_has_16_bytes_before_it)
{
    hf_auto leaf *l = hf_new(leaf);
    ck_assert_uint_eq(bytes_before(l), 16);
    ck_assert_uint_eq(own.bytes_given, 16 + sizeof(leaf));
    hf_auto acyclic *a = hf_new(acyclic);
    ck_assert_uint_eq(bytes_before(a), 16);
}
END_TEST

START_TEST(an_object_that_may_be_part_of_a_cycle_has_24_bytes_before_it)
{
    hf_auto served *s = hf_new(served);
    ck_assert_uint_eq(bytes_before(s), 24);
    ck_assert_uint_eq(own.bytes_given, 24 + sizeof(served));
}
END_TEST

START_TEST(a_flexible_array_takes_8_bytes_more)
{
    hf_auto row *r = hf_new_flex(row, cells, 5);
    ck_assert_uint_eq(bytes_before(r), 24);
    ck_assert_uint_eq(own.bytes_given, 24 + sizeof(row) + 5 * sizeof(long));
}
END_TEST

/* ---- how aligned ------------------------------------------------------------------------- */

#define ALIGNED(T, bytes, source)   \
    typedef struct T {              \
        alignas(bytes) char letter; \
        struct T *next;             \
        char tail[];                \
    } T;                            \
    HF_DECLARE(T);                  \
    HF_TYPE(T, .allocator = source, .fields = HF_FIELDS(HF_STRONG(T, next)))

ALIGNED(aligned_16, 16, NULL);
ALIGNED(aligned_64, 64, NULL);
ALIGNED(aligned_4096, 4096, NULL);
ALIGNED(aligned_16_own, 16, &own.allocator);
ALIGNED(aligned_64_own, 64, &own.allocator);
ALIGNED(aligned_4096_own, 4096, &own.allocator);

static const hf_type *const aligned_types[] = {
    &hf_type_leaf,
    &hf_type_aligned_16,
    &hf_type_aligned_64,
    &hf_type_aligned_4096,
    &hf_type_aligned_16_own,
    &hf_type_aligned_64_own,
    &hf_type_aligned_4096_own,
};
enum { ALIGNED_TYPES = sizeof aligned_types / sizeof aligned_types[0], MANY = 20 };

static size_t
misalignment(const hf_type *type, const void *object)
{
    ck_assert_ptr_nonnull(object);
    return (uintptr_t)object % type->alignment;
}

START_TEST(objects_are_aligned_as_their_type_asks)
{
    const hf_type *type = aligned_types[_i];
    void *objects[MANY];
    for (size_t i = 0; i < MANY; i++) {
        /* Sizes of all kinds, with and without a tail. */
        objects[i] = hf_new_type(type, type->size + i % 5);
        ck_assert_uint_eq(misalignment(type, objects[i]), 0);
        memset(objects[i], 0, type->size + i % 5);
        ck_assert_uint_eq(hf_flex_count(objects[i]), i % 5);
        ck_assert_ptr_eq(hf_type_of(objects[i]), type);
    }
    for (size_t i = 0; i < MANY; i++) hf_release(objects[i]);
    ck_assert_uint_eq(own.returned, own.given);
    ck_assert_uint_eq(own.bytes_returned, own.bytes_given);
}
END_TEST

START_TEST(flexible_arrays_of_aligned_types_are_aligned_too)
{
    hf_auto aligned_64 *a = hf_new_flex(aligned_64, tail, 7);
    ck_assert_uint_eq(misalignment(&hf_type_aligned_64, a), 0);
    hf_auto aligned_16_own *b = hf_new_flex(aligned_16_own, tail, 7);
    ck_assert_uint_eq(misalignment(&hf_type_aligned_16_own, b), 0);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
sources(void)
{
    TCase *tests = tcase_create("sources");
    tcase_add_test(tests, an_allocator_of_a_type_serves_its_objects_and_gets_each_back);
    tcase_add_test(tests, an_allocator_of_a_type_serves_no_other_type);
    tcase_add_test(tests, an_abandoned_object_goes_back_to_its_allocator);
    tcase_add_test(tests, an_allocator_may_give_out_a_block_again);
    tcase_add_test(tests, an_empty_allocator_makes_new_return_null_and_changes_nothing);
    tcase_add_test(tests, an_object_is_zero_whatever_its_allocator_returned);
    tcase_add_test(tests, records_for_weak_references_and_notices_come_from_elsewhere);
    tcase_add_test(tests, an_object_on_the_stack_needs_no_allocator);
    tcase_add_test(tests, a_set_allocator_serves_all_types_that_name_none);
    tcase_add_test(tests, a_type_keeps_the_allocator_of_its_first_object);
    tcase_add_test(tests, set_allocator_tells_how_many_types_came_too_early);
    tcase_add_test(tests, no_set_allocator_means_malloc);
    return tests;
}

static TCase *
sizes(void)
{
    TCase *tests = tcase_create("sizes");
    tcase_add_test(tests, an_object_that_cannot_be_part_of_a_cycle_has_16_bytes_before_it);
    tcase_add_test(tests, an_object_that_may_be_part_of_a_cycle_has_24_bytes_before_it);
    tcase_add_test(tests, a_flexible_array_takes_8_bytes_more);
    tcase_add_loop_test(tests, objects_are_aligned_as_their_type_asks, 0, ALIGNED_TYPES);
    tcase_add_test(tests, flexible_arrays_of_aligned_types_are_aligned_too);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("allocators");
    suite_add_tcase(suite, sources());
    suite_add_tcase(suite, sizes());
    return suite;
}

HF_TEST_MAIN(suite)
