/* SPDX-License-Identifier: MIT
 *
 * Test of which functions are the library's own, by their names alone, as symbol tables and
 * debugging information have them.
 * Knows the words of the graph room; tests/seam/cxx_classes.cc has a report with such names. */
#include "graph/graph.h"
#include "support/run_suite.h"

START_TEST(functions_of_c_are_ours_by_their_prefix)
{
    ck_assert(hfi_is_our_function("hf_array_insert_"));
    ck_assert(hfi_is_our_function("hfi_create"));
    ck_assert(!hfi_is_our_function("shelf_new"));
    ck_assert(!hfi_is_our_function("main"));
    ck_assert(!hfi_is_our_function(""));
}
END_TEST

START_TEST(functions_of_cxx_are_ours_by_their_namespace)
{
    ck_assert(hfi_is_our_function("hf::ref<a::b>::~ref()"));
    ck_assert(hfi_is_our_function("hf::ref<a::b>::operator->() const"));
    ck_assert(hfi_is_our_function("void hf::give<a, b>(a const&, b, hf::ref<c>&&)"));
    ck_assert(hfi_is_our_function("hf::ref<a> hf::make[abi:hf_throws]<a, int>(int&&)"));
    ck_assert(hfi_is_our_function("std::pair<a, b> const* hf::new_object_<std::pair<a, b> >()"));
}
END_TEST

START_TEST(functions_that_take_or_return_handles_are_the_program_s)
{
    ck_assert(!hfi_is_our_function("hf::ref<a> app::make<a>(int)"));
    ck_assert(!hfi_is_our_function("hf::unique<a (*)(int)> app::make<a (*)(int)>()"));
    ck_assert(!hfi_is_our_function("app::list::push(hf::ref<app::node>)"));
    ck_assert(!hfi_is_our_function("shelf::make(int)"));
    ck_assert(!hfi_is_our_function("(anonymous namespace)::make(hf::ref<a> const&)"));
    ck_assert(!hfi_is_our_function("std::vector<hf::ref<a> >::push_back(hf::ref<a>&&)"));
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("functions");
    TCase *ours = tcase_create("whose they are");
    tcase_add_test(ours, functions_of_c_are_ours_by_their_prefix);
    tcase_add_test(ours, functions_of_cxx_are_ours_by_their_namespace);
    tcase_add_test(ours, functions_that_take_or_return_handles_are_the_program_s);
    suite_add_tcase(suite, ours);
    return suite;
}

HF_TEST_MAIN(suite)
