/* SPDX-License-Identifier: MIT
 *
 * Test of the end of a slot's generations, which the seam reaches after four thousand million
 * steps.
 * Knows the inside of the room for death notices: the file is compiled in, in place of the
 * library's. The promise is in include/holdfast/weak.h: no token is used twice. */
#include "weak/death_notice.c"

#include "support/run_suite.h"

typedef struct thing {
    int number;
} thing;
HF_DECLARE(thing);
HF_TYPE(thing);

static void
nothing(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
}

START_TEST(a_slot_whose_generations_are_used_up_is_not_used_again)
{
    hf_auto thing *t = hf_new(thing);
    ck_assert_ptr_nonnull(t);
    hf_death_token first = hf_on_death(t, nothing, NULL);
    ck_assert_int_eq(hf_on_death_cancel(first), HF_NOTICE_REMOVED);
    ck_assert_uint_eq(free_slots->number, (uint32_t)first);
    free_slots->generation = UINT32_MAX;
    hf_death_token last = hf_on_death(t, nothing, NULL);
    ck_assert_uint_eq((uint32_t)last, (uint32_t)first);
    ck_assert_int_eq(hf_on_death_cancel(last), HF_NOTICE_REMOVED);
    hf_death_token next = hf_on_death(t, nothing, NULL);
    ck_assert_uint_ne((uint32_t)next, (uint32_t)first);
    ck_assert_int_eq(hf_on_death_cancel(first), HF_NOTICE_DONE);
    ck_assert_int_eq(hf_on_death_cancel(last), HF_NOTICE_DONE);
    ck_assert_int_eq(hf_on_death_cancel(next), HF_NOTICE_REMOVED);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("death notices");
    TCase *tests = tcase_create("tokens");
    tcase_add_test(tests, a_slot_whose_generations_are_used_up_is_not_used_again);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
