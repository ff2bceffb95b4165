/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/object.h>: new objects of every size, and how an unfinished one is given
 * back.
 * Knows public headers only.
 * Where their memory comes from is in allocator.c, what failed allocations do in the oom tests. */
#include <errno.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    long number;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* ---- new --------------------------------------------------------------------------------- */

typedef struct large {
    unsigned char bytes[100000];
} large;
HF_DECLARE(large);
HF_TYPE(large);

static int
is_zero(const void *memory, size_t bytes)
{
    const unsigned char *byte = memory;
    while (bytes > 0 && !*byte) byte++, bytes--;
    return bytes == 0;
}

START_TEST(a_new_object_is_zero_and_has_one_reference)
{
    hf_auto node *n = hf_new(node);
    ck_assert(is_zero(n, sizeof *n));
    ck_assert_uint_eq(hf_count(n), 1);
    ck_assert_uint_eq(hf_flex_count(n), 0);
}
END_TEST

/* Types of many sizes, and what makes an object of each. */
#define SIZED(n)                       \
    typedef struct sized_##n {         \
        unsigned char bytes[n];        \
    } sized_##n;                       \
    HF_DECLARE(sized_##n);             \
    HF_TYPE(sized_##n);                \
    static void *sized_##n##_new(void) \
    {                                  \
        return hf_new(sized_##n);      \
    }

SIZED(1)
SIZED(8)
SIZED(15)
SIZED(16)
SIZED(17)
SIZED(33)
SIZED(48)
SIZED(49)
SIZED(100)
SIZED(112)
SIZED(113)
SIZED(1000)

static const struct {
    const hf_type *type;
    void *(*make)(void);
} sized[] = {
    {&hf_type_sized_1, sized_1_new},     {&hf_type_sized_8, sized_8_new},
    {&hf_type_sized_15, sized_15_new},   {&hf_type_sized_16, sized_16_new},
    {&hf_type_sized_17, sized_17_new},   {&hf_type_sized_33, sized_33_new},
    {&hf_type_sized_48, sized_48_new},   {&hf_type_sized_49, sized_49_new},
    {&hf_type_sized_100, sized_100_new}, {&hf_type_sized_112, sized_112_new},
    {&hf_type_sized_113, sized_113_new}, {&hf_type_sized_1000, sized_1000_new},
};
enum { SIZES = sizeof sized / sizeof sized[0] };

/* Many times, so that memory of the dead comes again even where it rests for a while. */
START_TEST(a_new_object_of_any_size_is_zero_from_its_first_byte_to_its_last)
{
    const size_t bytes = sized[_i].type->size;
    for (int i = 0; i < 1200; i++) {
        void *object = sized[_i].make();
        ck_assert(is_zero(object, bytes));
        ck_assert_uint_eq(hf_count(object), 1);
        memset(object, 0xFF, bytes);
        ck_assert_uint_eq(hf_count(object), 1);
        hf_release(object);
    }
}
END_TEST

START_TEST(a_new_large_object_is_zero_also_in_memory_that_was_used_before)
{
    for (int i = 0; i < 10; i++) {
        hf_auto large *l = hf_new(large);
        ck_assert(is_zero(l, sizeof *l));
        memset(l, 0xFF, sizeof *l);
    }
}
END_TEST

/* ---- flexible arrays and tails ----------------------------------------------------------- */

typedef struct numbers {
    char letter;
    int cells[];
} numbers;
HF_DECLARE(numbers);
HF_TYPE(numbers);

static const size_t flexible_counts[] = {0, 1, 2, 3, 1000, 100000};
enum { FLEXIBLE_COUNTS = sizeof flexible_counts / sizeof flexible_counts[0] };

START_TEST(a_flexible_array_has_room_for_as_many_elements_as_asked)
{
    size_t n = flexible_counts[_i];
    hf_auto numbers *a = hf_new_flex(numbers, cells, n);
    ck_assert_ptr_nonnull(a);
    ck_assert_uint_eq(hf_flex_count(a), n);
    ck_assert(is_zero(a->cells, n * sizeof a->cells[0]));
    memset(a->cells, 0xFF, n * sizeof a->cells[0]);
    ck_assert_uint_eq(hf_flex_count(a), n);
    ck_assert_uint_eq(hf_count(a), 1);
}
END_TEST

typedef struct block {
    char bytes[(1 << 24) - 1];
} block;

typedef struct blocks {
    size_t used;
    block cells[];
} blocks;
HF_DECLARE(blocks);
HF_TYPE(blocks);

START_TEST(a_flexible_array_that_no_memory_can_hold_is_enomem)
{
    const size_t limit = (size_t)(UINT64_C(1) << 40 > SIZE_MAX ? SIZE_MAX : UINT64_C(1) << 40);
    const size_t counts[] = {limit, SIZE_MAX, SIZE_MAX / sizeof(int), SIZE_MAX / sizeof(int) + 1};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        errno = 0;
        ck_assert_ptr_null(hf_new_flex(numbers, cells, counts[i]));
        ck_assert_int_eq(errno, ENOMEM);
    }
    errno = 0;
    ck_assert_ptr_null(hf_new_flex(blocks, cells, limit - 1));
    ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

static const size_t tail_sizes[] = {0, 1, 8, 1000};
enum { TAIL_SIZES = sizeof tail_sizes / sizeof tail_sizes[0] };

START_TEST(an_object_by_type_value_has_the_size_that_was_asked)
{
    size_t tail = tail_sizes[_i];
    hf_auto node *n = hf_new_type(&hf_type_node, sizeof(node) + tail);
    ck_assert_ptr_nonnull(n);
    ck_assert_ptr_eq(hf_type_of(n), &hf_type_node);
    ck_assert_uint_eq(hf_flex_count(n), tail);
    ck_assert(is_zero(n, sizeof *n + tail));
    memset(n + 1, 0xFF, tail);
    ck_assert_uint_eq(hf_flex_count(n), tail);
}
END_TEST

START_TEST(an_object_smaller_than_its_type_is_einval)
{
    errno = 0;
    ck_assert_ptr_null(hf_new_type(&hf_type_node, sizeof(node) - 1));
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_ptr_null(hf_new_type(&hf_type_node, 0));
    ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* ---- abandon ----------------------------------------------------------------------------- */

typedef struct builder {
    witness *part;
    char *text;
    hf_weak(witness) model;
} builder;
HF_DECLARE(builder);

static void
builder_destroy(void *self)
{
    (void)self;
    happen("destroy");
}

static void
own(void *text)
{
    happen(text);
}

HF_TYPE(builder, .destroy = builder_destroy,
        .fields = HF_FIELDS(HF_STRONG(builder, part), HF_OWNED(builder, text, own),
                            HF_WEAK(builder, model)));

static void
notice(void *object, void *ctx)
{
    (void)object;
    happen(ctx);
}

START_TEST(an_abandoned_object_releases_its_fields_without_destroy)
{
    static char text[] = "text";
    hf_auto witness *model = witness_new("model");
    builder *b = hf_new(builder);
    hf_give(b, part, witness_new("part"));
    b->text = text;
    ck_assert_int_eq(hf_weak_set(&b->model, model), 0);
    hf_abandon(b);
    ck_assert_str_eq(what_happened(), "text, part");
    ck_assert_int_ne(hf_is_unique(model), 0);
    ck_assert_uint_eq(hf_live(&hf_type_builder), 0);
}
END_TEST

START_TEST(weak_references_and_notices_learn_of_an_abandoned_object)
{
    builder *b = hf_new(builder);
    hf_weak(builder) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, b), 0);
    ck_assert_uint_ne(hf_on_death(b, notice, "notice"), 0);
    hf_abandon(b);
    ck_assert_ptr_null(hf_upgrade(&weak));
    ck_assert_str_eq(what_happened(), "notice");
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(to_abandon_a_shared_object_is_fatal)
{
    hf_auto builder *b = hf_new(builder);
    hf_auto builder *other = hf_retain(b);
    HF_EXPECT_FATAL(hf_abandon(unknown_origin(b)), "abandon", "builder");
    ck_assert_ptr_eq(other, b);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
new_objects(void)
{
    TCase *tests = tcase_create("new objects");
    tcase_add_test(tests, a_new_object_is_zero_and_has_one_reference);
    tcase_add_loop_test(tests, a_new_object_of_any_size_is_zero_from_its_first_byte_to_its_last, 0,
                        SIZES);
    tcase_add_test(tests, a_new_large_object_is_zero_also_in_memory_that_was_used_before);
    tcase_add_loop_test(tests, a_flexible_array_has_room_for_as_many_elements_as_asked, 0,
                        FLEXIBLE_COUNTS);
    tcase_add_test(tests, a_flexible_array_that_no_memory_can_hold_is_enomem);
    tcase_add_loop_test(tests, an_object_by_type_value_has_the_size_that_was_asked, 0, TAIL_SIZES);
    tcase_add_test(tests, an_object_smaller_than_its_type_is_einval);
    return tests;
}

static TCase *
unfinished_objects(void)
{
    TCase *tests = tcase_create("unfinished objects");
    tcase_add_test(tests, an_abandoned_object_releases_its_fields_without_destroy);
    tcase_add_test(tests, weak_references_and_notices_learn_of_an_abandoned_object);
    tcase_add_test(tests, to_abandon_a_shared_object_is_fatal);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("new and abandon");
    suite_add_tcase(suite, new_objects());
    suite_add_tcase(suite, unfinished_objects());
    return suite;
}

HF_TEST_MAIN(suite)
