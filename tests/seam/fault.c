/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: types that contradict themselves make no objects, and say why.
 * Knows public headers only.
 * One table lists the types, one test goes through it. */
#include <errno.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct pair {
    witness *first, *second;
} pair;
HF_DECLARE(pair);
HF_TYPE(pair);

/* ---- fields ------------------------------------------------------------------------------ */

/* A type whose structure is that of pair, and whose table has one entry that is not right. */
#define FAULTY_FIELDS(T, ...) \
    typedef pair T;           \
    HF_DECLARE(T);            \
    HF_TYPE(T, .fields = HF_FIELDS(__VA_ARGS__))

FAULTY_FIELDS(field_behind_the_end, {"far", HF_FIELD_STRONG, 1, sizeof(pair), 0, 0});
FAULTY_FIELDS(array_over_the_end, {"long", HF_FIELD_STRONG_ARRAY, 3, 0, 0, 0});
FAULTY_FIELDS(array_beyond_measure, {"huge", HF_FIELD_STRONG_ARRAY, UINT32_MAX, 8, 0, 0});
FAULTY_FIELDS(field_at_an_odd_address, {"odd", HF_FIELD_STRONG, 1, 1, 0, 0});
FAULTY_FIELDS(field_of_no_kind, {"what", (enum hf_field_kind)99, 1, 0, 0, 0});
FAULTY_FIELDS(field_owned_by_no_function, {"mine", HF_FIELD_OWNED, 1, 0, 0, 0});
FAULTY_FIELDS(two_flexible_arrays, {"one", HF_FIELD_STRONG_FLEX, 0, 8, 0, 0},
              {"two", HF_FIELD_STRONG_FLEX, 0, 16, 0, 0});

/* ---- flags and allocators ---------------------------------------------------------------- */

typedef pair unknown_flags;
HF_DECLARE(unknown_flags);
HF_TYPE(unknown_flags, .flags = 1u << 31);

static void
keep_memory(void *ctx, void *block)
{
    (void)ctx;
    (void)block;
}

static void *
no_memory(void *ctx, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    return NULL;
}

static const hf_allocator without_alloc = {.free = keep_memory};
static const hf_allocator without_free = {.alloc = no_memory};

typedef pair allocator_without_alloc;
HF_DECLARE(allocator_without_alloc);
HF_TYPE(allocator_without_alloc, .allocator = &without_alloc);

typedef pair allocator_without_free;
HF_DECLARE(allocator_without_free);
HF_TYPE(allocator_without_free, .allocator = &without_free);

/* ---- bases ------------------------------------------------------------------------------- */

typedef struct single {
    witness *first;
} single;

typedef single base_that_is_larger;
HF_DECLARE(base_that_is_larger);
HF_TYPE(base_that_is_larger, .base = &hf_type_pair);

typedef struct aligned {
    _Alignas(64) char bytes[64];
} aligned;
HF_DECLARE(aligned);
HF_TYPE(aligned);

typedef struct loose {
    char bytes[64];
} loose;
typedef loose base_aligned_more_strictly;
HF_DECLARE(base_aligned_more_strictly);
HF_TYPE(base_aligned_more_strictly, .base = &hf_type_aligned);

typedef struct row {
    size_t count;
    witness *cells[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .fields = HF_FIELDS(HF_STRONG_FLEX(row, cells)));

typedef pair base_with_a_flexible_array;
HF_DECLARE(base_with_a_flexible_array);
HF_TYPE(base_with_a_flexible_array, .base = &hf_type_row);

typedef pair base_of_its_base, half_of_a_circle, base_of_itself;
HF_DECLARE(base_of_its_base);
HF_DECLARE(half_of_a_circle);
HF_DECLARE(base_of_itself);
HF_TYPE(base_of_its_base, .base = &hf_type_half_of_a_circle);
HF_TYPE(half_of_a_circle, .base = &hf_type_base_of_its_base);
HF_TYPE(base_of_itself, .base = &hf_type_base_of_itself);

typedef pair derived_from_a_faulty_type;
HF_DECLARE(derived_from_a_faulty_type);
HF_TYPE(derived_from_a_faulty_type, .base = &hf_type_unknown_flags);

/* ---- the test ---------------------------------------------------------------------------- */

static const hf_type *const faulty_types[] = {
    &hf_type_field_behind_the_end,
    &hf_type_array_over_the_end,
    &hf_type_array_beyond_measure,
    &hf_type_field_at_an_odd_address,
    &hf_type_field_of_no_kind,
    &hf_type_field_owned_by_no_function,
    &hf_type_two_flexible_arrays,
    &hf_type_unknown_flags,
    &hf_type_allocator_without_alloc,
    &hf_type_allocator_without_free,
    &hf_type_base_that_is_larger,
    &hf_type_base_aligned_more_strictly,
    &hf_type_base_with_a_flexible_array,
    &hf_type_base_of_its_base,
    &hf_type_base_of_itself,
    &hf_type_derived_from_a_faulty_type,
};
enum { FAULTY_TYPES = sizeof faulty_types / sizeof faulty_types[0] };

START_TEST(a_type_that_contradicts_itself_makes_no_object_and_warns_once)
{
    const hf_type *type = faulty_types[_i];
    hf_test_capture_warning();
    errno = 0;
    ck_assert_ptr_null(hf_new_type(type, type->size));
    ck_assert_msg(errno == EINVAL, "%s leaves errno %d", type->name, errno);
    ck_assert_msg(strstr(hf_test_last_warning(), type->name) != NULL, "%s is not named in: %s",
                  type->name, hf_test_last_warning());
    errno = 0;
    ck_assert_ptr_null(hf_new_type(type, type->size + 1));
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_uint_eq(hf_live(type), 0);
}
END_TEST

/* The test above sees nothing if every type is refused. */
START_TEST(a_sound_type_beside_them_makes_objects)
{
    hf_test_capture_warning();
    hf_auto pair *p = hf_new(pair);
    hf_auto aligned *a = hf_new(aligned);
    hf_auto row *r = hf_new_flex(row, cells, 1);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
}
END_TEST

START_TEST(an_object_on_the_stack_of_such_a_type_is_fatal)
{
    HF_EXPECT_FATAL(
        {
            HF_ON_STACK(unknown_flags, u);
            ck_assert_ptr_nonnull(u);
        },
        "object on the stack of a faulty type", "unknown_flags");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("types that contradict themselves");
    TCase *tests = tcase_create("faults");
    tcase_add_loop_test(tests, a_type_that_contradicts_itself_makes_no_object_and_warns_once, 0,
                        FAULTY_TYPES);
    tcase_add_test(tests, a_sound_type_beside_them_makes_objects);
    tcase_add_test(tests, an_object_on_the_stack_of_such_a_type_is_fatal);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
