/* SPDX-License-Identifier: MIT
 *
 * Tests of the state word that the seam can't reach: counts of a hundred million references.
 * Knows the door of the object room; the count is put near its end by hand.
 * docs/internals/word.md, W.6. */
#include <holdfast/holdfast.h>

#include <pthread.h>

#include "life/contended.h"
#include "object/object.h"
#include "support/run_suite.h"

typedef struct thing {
    int number;
} thing;
HF_DECLARE(thing);
HF_TYPE(thing);

typedef struct pair {
    thing *held;
} pair;
HF_DECLARE(pair);
HF_TYPE(pair, .fields = HF_FIELDS(HF_STRONG_TO(pair, held, thing)));

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* The highest count that is not saturated. */
#define HIGHEST (WORD_COUNT_TOP / WORD_COUNT_ONE + 1)

static thing *
thing_with_count(uint64_t count)
{
    thing *t = hf_new(thing);
    ck_assert_ptr_nonnull(t);
    uint64_t *word = live_word_of(t);
    *word = word_with_count(*word, count);
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

START_TEST(a_count_up_to_a_quarter_of_its_range_is_counted)
{
    hf_test_capture_warning();
    thing *t = thing_with_count(HIGHEST - 1);
    retain_times(t, 1);
    ck_assert_uint_eq(hf_count(t), HIGHEST);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
    *live_word_of(t) = word_with_count(*live_word_of(t), 1);
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
    *live_word_of(t) = word_with_count(*live_word_of(t), HIGHEST);
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

/* Until the first thread, counts are plain loads and stores. */
static void
become_threaded(void)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

START_TEST(a_count_saturates_in_a_process_with_threads_too)
{
    become_threaded();
    hf_test_capture_warning();
    expect_saturation(thing_with_count(HIGHEST));
}
END_TEST

START_TEST(the_version_moves_with_a_retain_once_there_are_threads)
{
    become_threaded();
    hf_auto thing *t = hf_new(thing);
    uint64_t before = *live_word_of(t) & WORD_VERSION_MASK;
    retain_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t) & WORD_VERSION_MASK, before + WORD_VERSION_ONE);
    release_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t) & WORD_VERSION_MASK, before + WORD_VERSION_ONE);
}
END_TEST

static uint64_t
version_of(const thing *t)
{
    return word_version(*live_word_of(t));
}

#define VERSION_HALF (WORD_VERSION_TOP / WORD_VERSION_ONE)

/* The version is about to reach its highest bit. */
static thing *
thing_of_age(void)
{
    become_threaded();
    thing *t = thing_with_count(1);
    *live_word_of(t) |= WORD_VERSION_TOP - WORD_VERSION_ONE;
    return t;
}

START_TEST(the_version_begins_again_without_touching_count_and_flags)
{
    hf_auto thing *t = thing_of_age();
    retain_times(t, 1);
    ck_assert_uint_eq(version_of(t), VERSION_HALF);
    retain_times(t, 1);
    ck_assert_uint_eq(version_of(t), 1);
    retain_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t), 3 * WORD_COUNT_ONE + 2 * WORD_VERSION_ONE);
    release_times(t, 3);
}
END_TEST

START_TEST(so_it_does_with_upgrades)
{
    hf_auto thing *t = thing_of_age();
    hf_weak(thing) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, t), 0);
    for (int i = 0; i < 3; i++) ck_assert_ptr_eq(hf_upgrade(&weak), t);
    ck_assert_uint_eq(*live_word_of(t), 3 * WORD_COUNT_ONE + 2 * WORD_VERSION_ONE);
    release_times(t, 3);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(so_it_does_with_references_that_are_moved)
{
    hf_auto pair *p = hf_new(pair);
    thing *t = thing_of_age();
    ck_assert_ptr_nonnull(p);
    for (int i = 0; i < 3; i++) {
        hf_give(p, held, t);
        t = hf_take(p, held);
    }
    ck_assert_uint_eq(*live_word_of(t), 2 * WORD_VERSION_ONE);
    hf_release(t);
}
END_TEST

/* Another thread has looked before, so more than one may come to a version that is due. */
START_TEST(so_it_does_where_several_threads_add_at_once)
{
    hf_auto thing *t = thing_of_age();
    hfi_contended_remember(t);
    retain_times(t, 2);
    ck_assert_uint_eq(*live_word_of(t), 2 * WORD_COUNT_ONE + WORD_VERSION_ONE);
    *live_word_of(t) |= WORD_VERSION_TOP;
    retain_times(t, 1);
    ck_assert_uint_eq(*live_word_of(t), 3 * WORD_COUNT_ONE + 2 * WORD_VERSION_ONE);
    release_times(t, 3);
}
END_TEST

/* For objects that may be part of a cycle, a store decides by an exchange. */
START_TEST(so_it_does_where_a_cycle_may_be_closed)
{
    hf_auto node *holder = hf_new(node);
    ck_assert_ptr_nonnull(holder);
    thing *other = thing_of_age();
    hf_release(other);
    node *moved = hf_new(node);
    ck_assert_ptr_nonnull(moved);
    *live_word_of(holder) |= WORD_VERSION_ONE;
    *live_word_of(moved) |= WORD_VERSION_TOP;
    uint64_t count = word_count(*live_word_of(moved));
    hf_give(holder, next, moved);
    ck_assert_uint_eq(word_version(*live_word_of(moved)), 1);
    ck_assert_uint_eq(word_count(*live_word_of(moved)), count);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("state word");
    TCase *tests = tcase_create("count and version");
    tcase_add_test(tests, a_count_up_to_a_quarter_of_its_range_is_counted);
    tcase_add_test(tests, a_saturated_count_makes_its_object_immortal_and_says_so_once);
    tcase_add_test(tests, a_saturated_count_in_a_side_record_does_the_same);
    tcase_add_test(tests, a_count_saturates_in_a_process_with_threads_too);
    tcase_add_test(tests, the_version_moves_with_a_retain_once_there_are_threads);
    tcase_add_test(tests, the_version_begins_again_without_touching_count_and_flags);
    tcase_add_test(tests, so_it_does_with_upgrades);
    tcase_add_test(tests, so_it_does_with_references_that_are_moved);
    tcase_add_test(tests, so_it_does_where_several_threads_add_at_once);
    tcase_add_test(tests, so_it_does_where_a_cycle_may_be_closed);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
