/* SPDX-License-Identifier: MIT
 *
 * What every test file stands on: its main, the check that no object outlives a test, and the
 * tests of misuse, of small stacks and of warnings.
 * Knows Check and public headers only, so that tests of rooms and tests of the seam share it.
 * Each test runs in a process of its own (CK_FORK); CONTRIBUTING.md says how to write one. */
#ifndef HOLDFAST_TESTS_RUN_SUITE_H
#define HOLDFAST_TESTS_RUN_SUITE_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

#include <holdfast/annotate.h>

HF_BEGIN_C

/* The main of a test file: runs the suite that make_suite returns. */
#define HF_TEST_MAIN(make_suite)                \
    int main(void)                              \
    {                                           \
        return hf_test_run_suite(make_suite()); \
    }

/* Runs the suite and frees it. Returns EXIT_FAILURE when a test failed, else EXIT_SUCCESS. */
int hf_test_run_suite(Suite *suite);

/* Every test case gets a last fixture, which fails when the test leaves a living object behind.
 * It takes the place of Check's function so that no test file can forget it. */
#define tcase_create(name) hf_test_case_create(name)
TCase *hf_test_case_create(const char *name);

/* Returns whether the library was built with HOLDFAST_CHECKED. Where it was not, the use of a dead
 * object and of an undeclared field has no certain outcome, and a suite leaves those tests out. */
int hf_test_library_is_checked(void);

/* Says that the running test leaves exactly `objects` living ones behind, on purpose. The leak
 * checkers of AddressSanitizer and Valgrind are told not to mind this process. */
void hf_test_expect_leaks(size_t objects);

/* Returns whether AddressSanitizer's or Valgrind's leak checker looks at each test. */
int hf_test_has_leak_checker(void);

/* Runs the block in a process of its own, with the default fatal handler, and fails the test unless
 * it is ended by abort with a message that contains every one of the texts that follow:
 *
 *     HF_EXPECT_FATAL({ hf_release(n); hf_release(n); }, "release of a dead object", "node");
 *
 * The block is an argument of a macro: a comma in it stands inside parentheses.
 * Where AddressSanitizer itself ends the process because a dead object was touched, its report of
 * a use after free stands for a message about "a dead object". */
#define HF_EXPECT_FATAL(block, ...)                                             \
    do {                                                                        \
        struct hf_test_fatal hf_fatal_ = {0, 0};                                \
        if (hf_test_fatal_begin(&hf_fatal_)) {                                  \
            block;                                                              \
            hf_test_fatal_survived();                                           \
        }                                                                       \
        const char *const hf_texts_[] = {__VA_ARGS__, NULL};                    \
        const char *const hf_fault_ = hf_test_fatal_end(&hf_fatal_, hf_texts_); \
        ck_assert_msg(hf_fault_ == NULL, "%s", hf_fault_);                      \
    } while (0)

/* The other process of HF_EXPECT_FATAL. */
struct hf_test_fatal {
    int child;
    int messages; /* what it writes to standard error */
};

/* Returns 1 in the new process, 0 in the test. */
int hf_test_fatal_begin(struct hf_test_fatal *fatal);
__attribute__((noreturn)) void hf_test_fatal_survived(void);

/* Waits for the process. Returns NULL when all is as expected, else a sentence in static memory.
 * texts ends with NULL. */
const char *hf_test_fatal_end(const struct hf_test_fatal *fatal, const char *const *texts);

/* Runs fn(argument) on a thread whose stack has this many bytes, or the system's minimum if that is
 * more, and returns when it is over. Under sanitizers and Valgrind, whose frames are larger, the
 * stack is eight times as large. A failing ck_assert in fn ends the test as usual. */
void hf_test_run_on_small_stack(void (*fn)(void *argument), void *argument, size_t bytes);

/* From here on warnings are kept instead of printed. */
void hf_test_capture_warning(void);
/* The latest warning since then, or "" when there was none; and how many there were. */
const char *hf_test_last_warning(void);
size_t hf_test_warning_count(void);

/* Returns `rounds`, or the percentage of it that HOLDFAST_STRESS_PERCENT in the environment asks
 * for, at least 1: `./run stress` asks for more, a run under Valgrind for less. */
size_t hf_test_rounds(size_t rounds);

/* Returns the seed of the test: HOLDFAST_SEED in the environment, or a new one. It is printed with
 * the setting that repeats it; CTest shows that line when the test fails. */
uint64_t hf_test_seed(void);

HF_END_C

#endif
