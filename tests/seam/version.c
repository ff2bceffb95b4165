/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/version.h>: three numbers and one string that agree with the library.
 * Knows public headers only.
 * Headers and library come from one tree here, so their versions are the same. */
#include <holdfast/holdfast.h>

#include <stdio.h>

#include "support/run_suite.h"

START_TEST(the_library_has_the_version_of_its_headers)
{
    ck_assert_str_eq(hf_version(), HF_VERSION);
}
END_TEST

START_TEST(the_text_of_a_version_is_its_three_numbers)
{
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH);
    ck_assert_str_eq(HF_VERSION, text);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("version.h");
    TCase *tests = tcase_create("version");
    tcase_add_test(tests, the_library_has_the_version_of_its_headers);
    tcase_add_test(tests, the_text_of_a_version_is_its_three_numbers);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
