/* SPDX-License-Identifier: MIT
 *
 * Whether run_suite.h fails where it must: its checks stand under every other test.
 * Knows run_suite.h and public headers. A failing suite runs in a process of its own.
 * What such a suite prints is dropped: it would look like a failure of this file. */
#include "support/run_suite.h"

#include <holdfast/holdfast.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct thing {
    int value;
} thing;
HF_DECLARE(thing);
HF_TYPE(thing);

/* Returns whether a suite with this one test, as START_TEST makes it, succeeds. */
static int
succeeds(const TTest *test)
{
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        int sink = open("/dev/null", O_WRONLY);
        dup2(sink, STDOUT_FILENO);
        dup2(sink, STDERR_FILENO);
        Suite *suite = suite_create("inner");
        TCase *tests = tcase_create("inner");
        if (test) tcase_add_test(tests, test);
        suite_add_tcase(suite, tests);
        _exit(hf_test_run_suite(suite));
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* ---- what stays ---------------------------------------------------------------------------- */

static thing *volatile kept;

START_TEST(inner_keeps_an_object)
{
    kept = hf_new(thing);
}
END_TEST

START_TEST(inner_loses_an_object_as_expected)
{
    hf_test_expect_leaks(1);
    kept = hf_new(thing);
    kept = NULL;
}
END_TEST

START_TEST(inner_expects_a_leak_in_vain)
{
    hf_test_expect_leaks(1);
}
END_TEST

START_TEST(inner_loses_plain_memory)
{
    void *volatile memory = malloc(32);
    memory = NULL;
    (void)memory;
}
END_TEST

START_TEST(a_test_that_keeps_an_object_fails)
{
    ck_assert(!succeeds(inner_keeps_an_object));
}
END_TEST

START_TEST(a_leak_that_is_expected_is_allowed)
{
    ck_assert(succeeds(inner_loses_an_object_as_expected));
}
END_TEST

START_TEST(a_leak_that_is_expected_and_missing_fails)
{
    ck_assert(!succeeds(inner_expects_a_leak_in_vain));
}
END_TEST

START_TEST(memory_that_a_test_loses_fails_it_under_a_leak_checker)
{
    ck_assert_int_eq(succeeds(inner_loses_plain_memory), !hf_test_has_leak_checker());
}
END_TEST

START_TEST(a_suite_without_tests_fails)
{
    ck_assert(!succeeds(NULL));
}
END_TEST

/* ---- misuse -------------------------------------------------------------------------------- */

/* The compiler would see the mistake in the plain calls. */
static void (*volatile give_back)(void *object) = hf_release;

static void
release_twice(void)
{
    thing *t = hf_new(thing);
    give_back(t);
    give_back(t);
}

static void
abandon_a_shared_one(void)
{
    thing *t = hf_new(thing);
    kept = hf_retain(t);
    hf_abandon(t);
}

START_TEST(inner_expects_misuse_in_vain)
{
    HF_EXPECT_FATAL({ give_back(hf_new(thing)); }, "release of a dead object", "thing");
}
END_TEST

START_TEST(inner_expects_another_message)
{
    HF_EXPECT_FATAL({ abandon_a_shared_one(); }, "abandon", "another type");
}
END_TEST

START_TEST(inner_takes_a_crash_for_a_message)
{
    HF_EXPECT_FATAL({ abort(); }, "release of a dead object", "thing");
}
END_TEST

START_TEST(misuse_is_expected_by_its_message)
{
    HF_EXPECT_FATAL({ abandon_a_shared_one(); }, "abandon", "thing", "(called from ");
}
END_TEST

START_TEST(use_of_a_dead_object_is_seen_by_the_library_or_by_a_sanitizer)
{
    HF_EXPECT_FATAL({ release_twice(); }, "release of a dead object", "thing");
}
END_TEST

START_TEST(misuse_that_is_expected_and_missing_fails)
{
    ck_assert(!succeeds(inner_expects_misuse_in_vain));
    ck_assert(!succeeds(inner_expects_another_message));
    ck_assert(!succeeds(inner_takes_a_crash_for_a_message));
}
END_TEST

/* ---- small stacks, warnings, settings ------------------------------------------------------ */

static void
note_stack(void *argument)
{
    char here;
    *(uintptr_t *)argument = (uintptr_t)&here;
}

START_TEST(a_small_stack_is_another_stack)
{
    uintptr_t there = 0;
    hf_test_run_on_small_stack(note_stack, &there, 1);
    uintptr_t here = (uintptr_t)&there;
    ck_assert(there != 0);
    ck_assert((here > there ? here - there : there - here) > 4096);
}
END_TEST

/* The library has no such flag. */
typedef struct thing faulty;
HF_DECLARE(faulty);
HF_TYPE(faulty, .flags = 1u << 31);

START_TEST(a_warning_is_kept_with_its_number)
{
    hf_test_capture_warning();
    ck_assert_str_eq(hf_test_last_warning(), "");
    ck_assert_ptr_null(hf_new(faulty));
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "faulty"));
    ck_assert_uint_eq(hf_test_warning_count(), 1);
}
END_TEST

START_TEST(the_environment_sets_rounds_and_seed)
{
    setenv("HOLDFAST_STRESS_PERCENT", "250", 1);
    ck_assert_uint_eq(hf_test_rounds(1000), 2500);
    setenv("HOLDFAST_STRESS_PERCENT", "1", 1);
    ck_assert_uint_eq(hf_test_rounds(10), 1);
    setenv("HOLDFAST_SEED", "0x10", 1);
    ck_assert_uint_eq(hf_test_seed(), 16);
}
END_TEST

static Suite *
make_suite(void)
{
    Suite *suite = suite_create("run_suite");
    TCase *left = tcase_create("what stays");
    tcase_add_test(left, a_test_that_keeps_an_object_fails);
    tcase_add_test(left, a_leak_that_is_expected_is_allowed);
    tcase_add_test(left, a_leak_that_is_expected_and_missing_fails);
    tcase_add_test(left, memory_that_a_test_loses_fails_it_under_a_leak_checker);
    tcase_add_test(left, a_suite_without_tests_fails);
    suite_add_tcase(suite, left);
    TCase *misuse = tcase_create("misuse");
    tcase_add_test(misuse, misuse_is_expected_by_its_message);
    if (hf_test_library_is_checked()) {
        tcase_add_test(misuse, use_of_a_dead_object_is_seen_by_the_library_or_by_a_sanitizer);
    }
    tcase_add_test(misuse, misuse_that_is_expected_and_missing_fails);
    suite_add_tcase(suite, misuse);
    TCase *helpers = tcase_create("helpers");
    tcase_add_test(helpers, a_small_stack_is_another_stack);
    tcase_add_test(helpers, a_warning_is_kept_with_its_number);
    tcase_add_test(helpers, the_environment_sets_rounds_and_seed);
    suite_add_tcase(suite, helpers);
    return suite;
}

HF_TEST_MAIN(make_suite)
