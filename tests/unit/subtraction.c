/* SPDX-License-Identifier: MIT
 *
 * Tests of a release that is told only the sign of what its subtraction left.
 * Knows the doors of the rooms for objects and lives, and puts words together by hand.
 * docs/internals/word.md, W.1. */
#include <holdfast/holdfast.h>

#include "life/life.h"
#include "support/run_suite.h"
#include "unit/thing.h"

/* This thread has looked, and subtracts when the word has moved to a record. */
START_TEST(a_release_from_a_word_that_was_stale_is_done_again)
{
    thing *t = new_thing();
    uint64_t *own = live_word_of(t);
    hf_weak(thing) weak = {.to_ = NULL};
    ck_assert_ptr_eq(hf_retain(t), t);
    ck_assert_int_eq(hf_weak_set(&weak, t), 0);
    ck_assert(word_release(own, 0, -WORD_COUNT_ONE, false));
    ck_assert(!hfi_release_left_none(t, own, NULL));
    ck_assert_uint_eq(hf_count(t), 1);
    ck_assert(word_release(own, 0, -WORD_COUNT_ONE, false));
    hfi_release_left_none_and_die(t, own, NULL);
    ck_assert_int_eq(destroyed, 1);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(an_immortal_one_beside_its_record_is_not_released_to_death)
{
    thing *t = new_thing();
    hf_weak(thing) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, t), 0);
    hf_test_capture_warning();
    uint64_t *word = live_word_of(t);
    *word = word_with_count(*word, WORD_COUNT_TOP / WORD_COUNT_ONE + 1);
    ck_assert_ptr_eq(hf_retain(t), t);
    ck_assert_uint_eq(hf_count(t), HF_IMMORTAL_COUNT);
    uint64_t before = *word;
    for (int i = 0; i < 3; i++) release_unseen(t);
    ck_assert_uint_eq(*word, before);
    ck_assert_int_eq(destroyed, 0);
    hf_weak_clear(&weak);
    hf_test_expect_leaks(1);
}
END_TEST

START_TEST(the_pin_of_a_dying_one_is_not_taken_from_its_record)
{
    thing *t = new_thing();
    hf_weak(thing) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, t), 0);
    uint64_t *word = live_word_of(t);
    *word |= WORD_DEAD;
    HF_EXPECT_FATAL(release_unseen(t), "release of a dying object", "thing");
    ck_assert_uint_eq(word_count(*word), 1);
    *word &= ~WORD_DEAD;
    release_unseen(t);
    ck_assert_int_eq(destroyed, 1);
    hf_weak_clear(&weak);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("subtraction");
    TCase *tests = tcase_create("what it leaves");
    tcase_add_test(tests, a_release_from_a_word_that_was_stale_is_done_again);
    tcase_add_test(tests, an_immortal_one_beside_its_record_is_not_released_to_death);
    tcase_add_test(tests, the_pin_of_a_dying_one_is_not_taken_from_its_record);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
