/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/weak.h>: how death notices are taken back, and what their tokens are.
 * Knows public headers, and counts requests for memory to see that notices leave none behind.
 * The race between a notice and its cancellation is in tests/stress. */
#include <pthread.h>

#include "oom/allocations.h"
#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

static void
tell(void *object, void *ctx)
{
    (void)object;
    happen(ctx);
}

/* Registers a notice by which this text happens. */
static hf_death_token
tell_on_death(void *object, const char *text)
{
    hf_death_token token = hf_on_death(object, tell, (void *)(uintptr_t)text);
    ck_assert_uint_ne(token, 0);
    return token;
}

static void
expect_state(hf_death_token token, enum hf_notice_state expected)
{
    ck_assert_int_eq(hf_on_death_cancel(token), expected);
}

START_TEST(a_cancelled_notice_never_runs_and_the_others_do)
{
    static const char *const names[] = {"a", "b", "c"};
    static const char *const left[] = {"b, c", "a, c", "a, b"};
    for (size_t cancelled = 0; cancelled < 3; cancelled++) {
        node *n = hf_new(node);
        hf_death_token tokens[3];
        for (size_t i = 0; i < 3; i++) tokens[i] = tell_on_death(n, names[i]);
        expect_state(tokens[cancelled], HF_NOTICE_REMOVED);
        expect_state(tokens[cancelled], HF_NOTICE_DONE);
        hf_release(n);
        ck_assert_str_eq(what_happened(), left[cancelled]);
        for (size_t i = 0; i < 3; i++) expect_state(tokens[i], HF_NOTICE_DONE);
    }
}
END_TEST

START_TEST(when_all_notices_are_cancelled_none_runs_and_a_new_one_may_follow)
{
    node *n = hf_new(node);
    hf_death_token first = tell_on_death(n, "first");
    hf_death_token second = tell_on_death(n, "second");
    expect_state(first, HF_NOTICE_REMOVED);
    expect_state(second, HF_NOTICE_REMOVED);
    tell_on_death(n, "third");
    hf_release(n);
    ck_assert_str_eq(what_happened(), "third");
}
END_TEST

START_TEST(what_never_was_a_token_is_done)
{
    expect_state(0, HF_NOTICE_DONE);
    expect_state(UINT64_MAX, HF_NOTICE_DONE);
    hf_auto node *n = hf_new(node);
    hf_death_token token = tell_on_death(n, "notice");
    expect_state(0, HF_NOTICE_DONE);
    expect_state(token + 1, HF_NOTICE_DONE);
    expect_state(token + (UINT64_C(1) << 32), HF_NOTICE_DONE);
    expect_state(token, HF_NOTICE_REMOVED);
}
END_TEST

static hf_death_token own, former, later;

static void
cancel_all(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    expect_state(former, HF_NOTICE_DONE);
    expect_state(own, HF_NOTICE_RUNNING);
    expect_state(later, HF_NOTICE_REMOVED);
    happen("cancelled");
}

START_TEST(a_notice_that_runs_finds_itself_running_the_former_done_and_removes_the_later)
{
    node *n = hf_new(node);
    former = tell_on_death(n, "former");
    own = hf_on_death(n, cancel_all, NULL);
    later = tell_on_death(n, "later");
    tell_on_death(n, "last");
    hf_release(n);
    ck_assert_str_eq(what_happened(), "former, cancelled, last");
    expect_state(own, HF_NOTICE_DONE);
    expect_state(later, HF_NOTICE_DONE);
}
END_TEST

static void *
release_it(void *object)
{
    hf_release(object);
    return NULL;
}

static pthread_barrier_t barrier;

static void
wait_twice(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
}

START_TEST(a_notice_that_runs_on_another_thread_is_running_and_then_done)
{
    pthread_t thread;
    node *n = hf_new(node);
    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, 2), 0);
    hf_death_token token = hf_on_death(n, wait_twice, NULL);
    ck_assert_int_eq(pthread_create(&thread, NULL, release_it, n), 0);
    pthread_barrier_wait(&barrier);
    expect_state(token, HF_NOTICE_RUNNING);
    pthread_barrier_wait(&barrier);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    expect_state(token, HF_NOTICE_DONE);
    pthread_barrier_destroy(&barrier);
}
END_TEST

/* ---- tokens ------------------------------------------------------------------------------ */

START_TEST(no_token_comes_twice_and_none_is_zero)
{
    enum { TOKENS = 1000 };
    static hf_death_token tokens[TOKENS];
    node *n = hf_new(node);
    for (size_t i = 0; i < TOKENS; i++) {
        tokens[i] = hf_on_death(n, tell, NULL);
        ck_assert_uint_ne(tokens[i], 0);
        for (size_t k = 0; k < i; k++) {
            if (tokens[k] == tokens[i]) ck_abort_msg("tokens %zu and %zu are the same", k, i);
        }
        if (i % 3 != 0) expect_state(tokens[i], HF_NOTICE_REMOVED);
    }
    for (size_t i = 0; i < TOKENS; i += 3) expect_state(tokens[i], HF_NOTICE_REMOVED);
    hf_release(n);
}
END_TEST

START_TEST(notices_that_are_over_leave_no_memory_behind)
{
    enum { MANY = 10000, AT_ONCE = 100 };
    node *n = hf_new(node);
    size_t held = 0;
    hf_death_token tokens[AT_ONCE];
    for (size_t i = 0; i < MANY; i++) {
        if (i >= AT_ONCE) expect_state(tokens[i % AT_ONCE], HF_NOTICE_REMOVED);
        if (i == AT_ONCE) held = allocations_held();
        tokens[i % AT_ONCE] = tell_on_death(n, "never");
    }
    ck_assert_uint_eq(allocations_held(), held);
    for (size_t i = 0; i < AT_ONCE; i++) expect_state(tokens[i], HF_NOTICE_REMOVED);
    hf_release(n);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("cancelled death notices");
    TCase *tests = tcase_create("cancelled death notices");
    tcase_add_test(tests, a_cancelled_notice_never_runs_and_the_others_do);
    tcase_add_test(tests, when_all_notices_are_cancelled_none_runs_and_a_new_one_may_follow);
    tcase_add_test(tests, what_never_was_a_token_is_done);
    tcase_add_test(tests,
                   a_notice_that_runs_finds_itself_running_the_former_done_and_removes_the_later);
    tcase_add_test(tests, a_notice_that_runs_on_another_thread_is_running_and_then_done);
    tcase_add_test(tests, no_token_comes_twice_and_none_is_zero);
    tcase_add_test(tests, notices_that_are_over_leave_no_memory_behind);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
