/* SPDX-License-Identifier: MIT
 *
 * Tests of the state word that the seam can't reach: counts of a hundred million references.
 * Knows the door of the object room; the count is put near its end by hand.
 * docs/internals/word.md, W.6. */
#include <holdfast/holdfast.h>

#include <pthread.h>

#include "object/object.h"
#include "support/run_suite.h"

typedef struct thing {
    int number;
} thing;
HF_DECLARE(thing);
HF_TYPE(thing);

/* The highest count that is not saturated. */
#define HIGHEST (WORD_COUNT_TOP / WORD_COUNT_ONE)

static thing *
thing_with_count(uint64_t count)
{
    thing *t = hf_new(thing);
    ck_assert_ptr_nonnull(t);
    uint64_t *word = live_word_of(t);
    *word = (*word & ~WORD_COUNT_MASK) | count * WORD_COUNT_ONE;
    return t;
}

/* Apart from their callers, in which the compiler would see a release too many, and be right but
 * for the count that was put there by hand. */
static __attribute__((noinline)) void
retain_times(thing *t, int times)
{
    while (times-- > 0) {
        const void *same = hf_retain(t);
        ck_assert_ptr_nonnull(same);
    }
}

static __attribute__((noinline)) void
release_times(thing *t, int times)
{
    while (times-- > 0) hf_release(t);
}

START_TEST(a_count_up_to_half_of_its_range_is_counted)
{
    hf_test_capture_warning();
    thing *t = thing_with_count(HIGHEST - 1);
    retain_times(t, 1);
    ck_assert_uint_eq(hf_count(t), HIGHEST);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
    *live_word_of(t) = (*live_word_of(t) & ~WORD_COUNT_MASK) | WORD_COUNT_ONE;
    release_times(t, 1);
}
END_TEST

/* Retains and releases beyond the end; one warning, and the object stays. */
static void
expect_saturation(thing *t)
{
    retain_times(t, 3);
    ck_assert_uint_eq(hf_count(t), HF_IMMORTAL_COUNT);
    release_times(t, 10);
    ck_assert_uint_eq(hf_count(t), HF_IMMORTAL_COUNT);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "saturated"));
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "thing"));
    hf_test_expect_leaks(1);
}

START_TEST(a_saturated_count_makes_its_object_immortal_and_says_so_once)
{
    hf_test_capture_warning();
    expect_saturation(thing_with_count(HIGHEST));
}
END_TEST

START_TEST(a_saturated_count_in_a_side_record_does_the_same)
{
    hf_test_capture_warning();
    thing *t = thing_with_count(1);
    hf_weak(thing) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, t), 0);
    *live_word_of(t) = (*live_word_of(t) & ~WORD_COUNT_MASK) | HIGHEST * WORD_COUNT_ONE;
    expect_saturation(t);
    ck_assert_ptr_eq(hf_upgrade(&weak), t);
    hf_weak_clear(&weak);
}
END_TEST

static void *
nothing(void *unused)
{
    return unused;
}

START_TEST(a_count_saturates_in_a_process_with_threads_too)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    hf_test_capture_warning();
    expect_saturation(thing_with_count(HIGHEST));
}
END_TEST

START_TEST(the_version_moves_with_a_retain_once_there_are_threads)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    hf_auto thing *t = hf_new(thing);
    uint64_t before = *live_word_of(t) & WORD_VERSION_MASK;
    retain_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t) & WORD_VERSION_MASK, before + WORD_VERSION_ONE);
    release_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t) & WORD_VERSION_MASK, before + WORD_VERSION_ONE);
}
END_TEST

START_TEST(the_version_wraps_without_touching_count_and_flags)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    hf_auto thing *t = hf_new(thing);
    *live_word_of(t) |= WORD_VERSION_MASK;
    retain_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t), 2 * WORD_COUNT_ONE);
    release_times(t, 1);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("state word");
    TCase *tests = tcase_create("count and version");
    tcase_add_test(tests, a_count_up_to_half_of_its_range_is_counted);
    tcase_add_test(tests, a_saturated_count_makes_its_object_immortal_and_says_so_once);
    tcase_add_test(tests, a_saturated_count_in_a_side_record_does_the_same);
    tcase_add_test(tests, a_count_saturates_in_a_process_with_threads_too);
    tcase_add_test(tests, the_version_moves_with_a_retain_once_there_are_threads);
    tcase_add_test(tests, the_version_wraps_without_touching_count_and_flags);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
