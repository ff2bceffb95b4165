/* SPDX-License-Identifier: MIT
 *
 * Seam test of hf_auto in <holdfast/object.h>: released on each way out of a scope, and only then.
 * Knows public headers only; built a second time with HF_INLINE.
 * The log holds what the code around the variable did, too, so that the moment shows. */
#include "seam/witness.h"
#include "support/run_suite.h"

START_TEST(it_releases_at_the_end_of_its_scope)
{
    {
        hf_auto witness *w = witness_new("w");
        happen(w->name);
        happen("last statement");
    }
    happen("behind");
    ck_assert_str_eq(what_happened(), "w, last statement, w, behind");
}
END_TEST

START_TEST(variables_of_one_scope_go_in_reverse_order)
{
    {
        hf_auto witness *first = witness_new("first");
        hf_auto witness *second = witness_new("second");
        ck_assert_ptr_ne(first, second);
    }
    ck_assert_str_eq(what_happened(), "second, first");
}
END_TEST

START_TEST(variables_of_an_inner_scope_go_before_those_of_the_outer)
{
    {
        hf_auto witness *outer = witness_new("outer");
        {
            hf_auto witness *inner = witness_new("inner");
            ck_assert_ptr_ne(inner, outer);
        }
        happen("between");
    }
    ck_assert_str_eq(what_happened(), "inner, between, outer");
}
END_TEST

static int
return_early(int is_early)
{
    hf_auto witness *outer = witness_new("outer");
    if (is_early) {
        hf_auto witness *inner = witness_new("inner");
        return outer != inner;
    }
    happen("late");
    return 0;
}

START_TEST(an_early_return_releases_all_that_was_declared_until_then)
{
    ck_assert_int_eq(return_early(1), 1);
    ck_assert_str_eq(what_happened(), "inner, outer");
    ck_assert_int_eq(return_early(0), 0);
    ck_assert_str_eq(what_happened(), "late, outer");
}
END_TEST

static const char *
return_its_name(void)
{
    hf_auto witness *w = witness_new("w");
    return w->name;
}

START_TEST(what_a_return_computes_from_the_object_is_computed_before_its_release)
{
    ck_assert_str_eq(return_its_name(), "w");
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

static witness *
return_moved(void)
{
    hf_auto witness *w = witness_new("w");
    return hf_move(w);
}

START_TEST(a_moved_variable_releases_nothing)
{
    hf_auto witness *w = return_moved();
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

START_TEST(continue_and_break_release_what_their_round_declared)
{
    static const char *const names[] = {"continued", "whole", "broken", "never"};
    for (int i = 0; i < 4; i++) {
        hf_auto witness *w = witness_new(names[i]);
        if (i == 0) continue;
        if (i == 2) break;
        happen("end of the round");
        ck_assert_uint_eq(hf_count(w), 1);
    }
    ck_assert_str_eq(what_happened(), "continued, end of the round, whole, broken");
}
END_TEST

START_TEST(a_goto_out_of_a_scope_releases_what_it_declared)
{
    {
        hf_auto witness *outer = witness_new("outer");
        {
            hf_auto witness *inner = witness_new("inner");
            if (inner != outer) goto out;
        }
        happen("never");
    }
out:
    happen("out");
    ck_assert_str_eq(what_happened(), "inner, outer, out");
}
END_TEST

START_TEST(a_goto_back_over_the_declaration_releases_before_it_declares_again)
{
    volatile int rounds = 0;
again:;
    hf_auto witness *w = witness_new(rounds ? "second" : "first");
    if (rounds++ == 0) goto again;
    ck_assert_str_eq(what_happened(), "first");
    ck_assert_str_eq(w->name, "second");
}
END_TEST

START_TEST(a_case_of_a_switch_releases_what_it_declared)
{
    for (int i = 0; i < 2; i++) {
        switch (i) {
        case 0: {
            hf_auto witness *w = witness_new("zero");
            ck_assert_uint_eq(hf_count(w), 1);
            break;
        }
        default:
            happen("other");
        }
    }
    ck_assert_str_eq(what_happened(), "zero, other");
}
END_TEST

START_TEST(null_is_fine)
{
    {
        hf_auto witness *none = NULL;
        ck_assert_ptr_null(none);
    }
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(it_releases_what_the_variable_holds_at_the_end)
{
    {
        hf_auto witness *w = witness_new("first");
        hf_clear(&w);
        happen("between");
        w = witness_new("second");
        ck_assert_uint_eq(hf_count(w), 1);
    }
    ck_assert_str_eq(what_happened(), "first, between, second");
}
END_TEST

START_TEST(other_references_keep_the_object)
{
    witness *kept;
    {
        hf_auto witness *w = witness_new("w");
        kept = hf_retain(w);
    }
    ck_assert_str_eq(what_happened(), "");
    hf_release(kept);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(scoped_changes_nothing)
{
    {
        hf_auto witness *w = hf_scoped(witness_new("w"));
        ck_assert_uint_eq(hf_count(w), 1);
    }
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(a_unique_handle_is_released_too)
{
    {
        hf_auto hf_unique(witness) u = hf_new_unique(witness);
        u.ptr->name = "u";
        hf_auto hf_unique(witness) empty = {NULL};
        ck_assert_ptr_null(empty.ptr);
    }
    ck_assert_str_eq(what_happened(), "u");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("hf_auto");
    TCase *tests = tcase_create("hf_auto");
    tcase_add_test(tests, it_releases_at_the_end_of_its_scope);
    tcase_add_test(tests, variables_of_one_scope_go_in_reverse_order);
    tcase_add_test(tests, variables_of_an_inner_scope_go_before_those_of_the_outer);
    tcase_add_test(tests, an_early_return_releases_all_that_was_declared_until_then);
    tcase_add_test(tests, what_a_return_computes_from_the_object_is_computed_before_its_release);
    tcase_add_test(tests, a_moved_variable_releases_nothing);
    tcase_add_test(tests, continue_and_break_release_what_their_round_declared);
    tcase_add_test(tests, a_goto_out_of_a_scope_releases_what_it_declared);
    tcase_add_test(tests, a_goto_back_over_the_declaration_releases_before_it_declares_again);
    tcase_add_test(tests, a_case_of_a_switch_releases_what_it_declared);
    tcase_add_test(tests, null_is_fine);
    tcase_add_test(tests, it_releases_what_the_variable_holds_at_the_end);
    tcase_add_test(tests, other_references_keep_the_object);
    tcase_add_test(tests, scoped_changes_nothing);
    tcase_add_test(tests, a_unique_handle_is_released_too);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
