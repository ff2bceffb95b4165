/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/error.h>: the two handlers, and what they are told.
 * Knows public headers only; which misuse is noticed is in misuse.c.
 * The misuse here is a second release, of an object whose memory its allocator keeps readable: so
 * it is noticed in every build and under every memory checker. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

static struct counting memory = COUNTING(memory);

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .allocator = &memory.allocator, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* Returns the address of a dead node. */
static void *
dead_node(void)
{
    memory.is_hoarding = true;
    node *n = hf_new(node);
    void *dead = unknown_origin(n);
    hf_release(n);
    return dead;
}

/* What the library promises after a misuse from which the program came back. */
static void
expect_library_works(void)
{
    hf_auto node *n = hf_new(node);
    hf_weak(node) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, n), 0);
    hf_give(n, next, hf_new(node));
    ck_assert_uint_eq(hf_live(&hf_type_node), 2);
    hf_clear(&n);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
    ck_assert_ptr_null(hf_upgrade(&weak));
    hf_weak_clear(&weak);
    hf_release(witness_new("works"));
    ck_assert_str_eq(what_happened(), "works");
}

/* ---- a handler that leaves by longjmp ---------------------------------------------------- */

static _Thread_local jmp_buf way_out;
static char message[1024];

static void
leave(const char *text)
{
    snprintf(message, sizeof message, "%s", text);
    longjmp(way_out, 1);
}

/* Returns what the fatal handler is told when misuse does its work on object. */
static const char *
message_of(void (*misuse)(void *object), void *object)
{
    hf_set_fatal_handler(leave);
    if (setjmp(way_out) == 0) {
        misuse(object);
        return "nothing";
    }
    return message;
}

/* The statement after the call keeps the compiler from making a jump of it. */
static __attribute__((noinline)) void
release_it(void *object)
{
    hf_release(object);
    __asm__ volatile("");
}

START_TEST(a_message_is_one_line_that_names_deed_type_and_address)
{
    char address[64];
    void *dead = dead_node();
    const char *text = message_of(release_it, dead);
    snprintf(address, sizeof address, "node at %p (", dead);
    ck_assert_ptr_eq(strstr(text, "holdfast: "), text);
    ck_assert_ptr_nonnull(strstr(text, "release of a dead object: "));
    ck_assert_ptr_nonnull(strstr(text, address));
    ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

/* The offset of code in the program's file. */
static size_t
offset_in_file(void (*function)(void *))
{
    Dl_info file;
    ck_assert_int_ne(dladdr((void *)(uintptr_t)function, &file), 0);
    return (size_t)((uintptr_t)function - (uintptr_t)file.dli_fbase);
}

START_TEST(a_message_names_the_place_of_the_call)
{
    enum { LONGEST_FUNCTION = 1000 };
    const char *text = message_of(release_it, dead_node());
    const char *place = strstr(text, "called from ");
    ck_assert_ptr_nonnull(place);
    place += strlen("called from ");
    const size_t name_length = strlen(program_invocation_short_name);
    ck_assert_int_eq(strncmp(place, program_invocation_short_name, name_length), 0);
    ck_assert_int_eq(place[name_length], '+');
    size_t offset = strtoul(place + name_length + 1, NULL, 16);
    ck_assert_uint_gt(offset, offset_in_file(release_it));
    ck_assert_uint_lt(offset, offset_in_file(release_it) + LONGEST_FUNCTION);
}
END_TEST

START_TEST(a_handler_may_leave_by_longjmp)
{
    ck_assert_ptr_nonnull(strstr(message_of(release_it, dead_node()), "node"));
    expect_library_works();
    ck_assert_ptr_nonnull(strstr(message_of(release_it, dead_node()), "node"));
    expect_library_works();
}
END_TEST

/* Releases itself in its destroy. */
typedef struct hasty {
    int number;
} hasty;
HF_DECLARE(hasty);

static void
release_self(void *self)
{
    hf_release(self);
}

HF_TYPE(hasty, .destroy = release_self);

static void
release_hasty(void *object)
{
    hf_release(object);
}

/* The object concerned stays as it is, for ever; all others on the thread die as before. */
START_TEST(a_handler_may_leave_a_death_by_longjmp)
{
    hf_test_expect_leaks(1);
    const char *text = message_of(release_hasty, hf_new(hasty));
    ck_assert_ptr_nonnull(strstr(text, "hasty"));
    ck_assert_uint_eq(hf_live(&hf_type_hasty), 1);
    expect_library_works();
}
END_TEST

static void
end_thread(const char *text)
{
    snprintf(message, sizeof message, "%s", text);
    pthread_exit(message);
}

static void *
misuse_on_thread(void *unused)
{
    release_it(dead_node());
    return unused;
}

START_TEST(a_handler_may_leave_by_pthread_exit)
{
    pthread_t thread;
    void *result = NULL;
    hf_set_fatal_handler(end_thread);
    ck_assert_int_eq(pthread_create(&thread, NULL, misuse_on_thread, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_eq(result, message);
    ck_assert_ptr_nonnull(strstr(message, "node"));
    expect_library_works();
}
END_TEST

/* ---- other handlers ---------------------------------------------------------------------- */

static void
return_to_library(const char *text)
{
    (void)text;
}

START_TEST(a_fatal_handler_that_returns_is_followed_by_abort)
{
    hf_set_fatal_handler(return_to_library);
    release_it(dead_node());
}
END_TEST

START_TEST(the_default_fatal_handler_writes_to_standard_error_and_aborts)
{
    void *dead = dead_node();
    hf_set_fatal_handler(leave);
    hf_set_fatal_handler(NULL);
    HF_EXPECT_FATAL(release_it(dead), "holdfast: release of a dead object: node at 0x", ")\n");
}
END_TEST

enum { CHOSEN_STATUS = 7 };

static void
end_process(const char *text)
{
    _exit(strstr(text, "node") ? CHOSEN_STATUS : EXIT_FAILURE);
}

START_TEST(a_fatal_handler_may_end_the_process)
{
    hf_set_fatal_handler(end_process);
    release_it(dead_node());
}
END_TEST

/* Would wait for ever if the library held a lock. */
static void
use_library(const char *text)
{
    (void)text;
    struct hf_stats stats;
    hf_stats(&stats);
    expect_library_works();
    _exit(CHOSEN_STATUS);
}

START_TEST(a_fatal_handler_may_use_the_library)
{
    hf_set_fatal_handler(use_library);
    release_it(dead_node());
}
END_TEST

START_TEST(setting_a_handler_returns_the_one_before)
{
    ck_assert(hf_set_fatal_handler(leave) == NULL);
    ck_assert(hf_set_fatal_handler(end_process) == leave);
    ck_assert(hf_set_fatal_handler(NULL) == end_process);
    ck_assert(hf_set_fatal_handler(NULL) == NULL);
    ck_assert(hf_set_warning_handler(return_to_library) == NULL);
    ck_assert(hf_set_warning_handler(leave) == return_to_library);
    ck_assert(hf_set_warning_handler(NULL) == leave);
    ck_assert(hf_set_warning_handler(NULL) == NULL);
}
END_TEST

/* ---- warnings ---------------------------------------------------------------------------- */

/* Hands itself out when it dies. */
typedef struct returning {
    int number;
} returning;
HF_DECLARE(returning);

static returning *returned;

static void
hand_out(void *self)
{
    returned = hf_retain((returning *)self);
    happen("destroy");
}

HF_TYPE(returning, .destroy = hand_out);

START_TEST(a_resurrected_object_is_leaked_with_a_warning)
{
    char address[64];
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    returning *r = hf_new(returning);
    r->number = 5;
    hf_weak(returning) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, r), 0);
    hf_release(r);
    snprintf(address, sizeof address, "returning at %p (", (void *)returned);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_ptr_eq(strstr(hf_test_last_warning(), "holdfast: "), hf_test_last_warning());
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "resurrected"));
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), address));
    ck_assert_int_eq(returned->number, 5);
    ck_assert_ptr_null(hf_upgrade(&weak));
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(references_to_a_resurrected_object_are_released_without_effect)
{
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    hf_release(hf_new(returning));
    returning *again = hf_retain(returned);
    hf_release(returned);
    hf_release(unknown_origin(again));
    ck_assert_int_eq(again->number, 0);
    ck_assert_str_eq(what_happened(), "destroy");
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    expect_library_works();
}
END_TEST

START_TEST(the_default_warning_handler_writes_a_line_to_standard_error)
{
    char line[1024] = "";
    FILE *written = tmpfile();
    ck_assert_ptr_nonnull(written);
    int former = dup(STDERR_FILENO);
    hf_test_expect_leaks(1);
    hf_set_warning_handler(NULL);
    dup2(fileno(written), STDERR_FILENO);
    hf_release(hf_new(returning));
    dup2(former, STDERR_FILENO);
    close(former);
    rewind(written);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, written));
    ck_assert_ptr_nonnull(strstr(line, "resurrected"));
    ck_assert_ptr_nonnull(strchr(line, '\n'));
    ck_assert_int_eq(fgetc(written), EOF);
    fclose(written);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
fatal_handlers(void)
{
    TCase *tests = tcase_create("fatal handlers");
    tcase_add_test(tests, a_message_is_one_line_that_names_deed_type_and_address);
    tcase_add_test(tests, a_message_names_the_place_of_the_call);
    tcase_add_test(tests, a_handler_may_leave_by_longjmp);
    tcase_add_test(tests, a_handler_may_leave_a_death_by_longjmp);
    tcase_add_test(tests, a_handler_may_leave_by_pthread_exit);
    tcase_add_test_raise_signal(tests, a_fatal_handler_that_returns_is_followed_by_abort, SIGABRT);
    tcase_add_test(tests, the_default_fatal_handler_writes_to_standard_error_and_aborts);
    tcase_add_exit_test(tests, a_fatal_handler_may_end_the_process, CHOSEN_STATUS);
    tcase_add_exit_test(tests, a_fatal_handler_may_use_the_library, CHOSEN_STATUS);
    tcase_add_test(tests, setting_a_handler_returns_the_one_before);
    return tests;
}

static TCase *
warnings(void)
{
    TCase *tests = tcase_create("warnings");
    tcase_add_test(tests, a_resurrected_object_is_leaked_with_a_warning);
    tcase_add_test(tests, references_to_a_resurrected_object_are_released_without_effect);
    tcase_add_test(tests, the_default_warning_handler_writes_a_line_to_standard_error);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("error.h");
    suite_add_tcase(suite, fatal_handlers());
    suite_add_tcase(suite, warnings());
    return suite;
}

HF_TEST_MAIN(suite)
