/* SPDX-License-Identifier: MIT
 *
 * Threads begin to use the library, and its books are read, while memory is short.
 * Knows public headers and the sweep.
 * What a thread keeps for itself may be missing; the sums must be right all the same. */
#include <holdfast/holdfast.h>

#include <pthread.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    long number;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* ---- threads ----------------------------------------------------------------------------- */

/* Runs fn(argument) on a thread of its own to its end. */
static void *
on_a_thread(void *(*fn)(void *), void *argument)
{
    pthread_t thread;
    void *result;
    ck_assert_int_eq(pthread_create(&thread, NULL, fn, argument), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    return result;
}

static void *
make_one(void *unused)
{
    (void)unused;
    node *n = hf_new(node);
    if (n) ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    else out_of_memory();
    return n;
}

static void *
release_one(void *object)
{
    WITHOUT_MEMORY(hf_release(object));
    return NULL;
}

static void
expect_books(uint64_t born, uint64_t died)
{
    struct hf_stats stats;
    hf_stats(&stats);
    ck_assert_uint_eq(stats.born, born);
    ck_assert_uint_eq(stats.died, died);
}

/* Made on one thread, which ends, and released on another, which never made any. */
static bool
hand_from_thread_to_thread(void)
{
    struct hf_stats before;
    hf_stats(&before);
    node *n = on_a_thread(make_one, NULL);
    if (!n) {
        expect_books(before.born, before.died);
        return false;
    }
    expect_books(before.born + 1, before.died);
    on_a_thread(release_one, n);
    expect_books(before.born + 1, before.died + 1);
    return true;
}

START_TEST(a_thread_without_memory_for_its_books_counts_right)
{
    sweep(hand_from_thread_to_thread);
}
END_TEST

static void
count_call(void *object, void *ctx)
{
    (void)object;
    ++*(size_t *)ctx;
}

/* The first use of everything, on a thread of its own. Returns NULL when a call failed. */
static void *
use_everything(void *calls)
{
    node *n = hf_new(node);
    hf_weak(node) weak = {.to_ = NULL};
    if (!n) {
        out_of_memory();
        return NULL;
    }
    bool is_done = hf_weak_set(&weak, n) == 0 && hf_on_death(n, count_call, calls);
    if (!is_done) out_of_memory();
    WITHOUT_MEMORY(hf_release(n));
    ck_assert_ptr_null(hf_upgrade(&weak));
    WITHOUT_MEMORY(hf_weak_clear(&weak));
    return is_done ? calls : NULL;
}

static bool
use_everything_on_a_thread(void)
{
    size_t calls = 0;
    bool is_done = on_a_thread(use_everything, &calls) != NULL;
    ck_assert_uint_eq(calls, is_done);
    return is_done;
}

START_TEST(the_first_use_of_a_thread_may_fail_at_any_request)
{
    sweep(use_everything_on_a_thread);
}
END_TEST

/* ---- the books --------------------------------------------------------------------------- */

static bool
write_report(void)
{
    static char text[1000];
    node *n = hf_new(node);
    if (!n) return out_of_memory();
    FILE *file = fmemopen(text, sizeof text, "w");
    ck_assert_ptr_nonnull(file);
    bool is_written = hf_report(file) == 0;
    if (!is_written) out_of_memory();
    fclose(file);
    ck_assert_int_eq(is_written, strstr(text, "node") != NULL);
    text[0] = '\0';
    WITHOUT_MEMORY(hf_release(n));
    return is_written;
}

START_TEST(a_report_without_memory_says_so_and_writes_nothing)
{
    sweep(write_report);
}
END_TEST

START_TEST(the_sums_are_read_without_memory)
{
    struct hf_stats stats;
    hf_auto node *n = hf_new(node);
    ck_assert_ptr_nonnull(n);
    WITHOUT_MEMORY(hf_stats(&stats));
    WITHOUT_MEMORY(ck_assert_uint_eq(hf_live(&hf_type_node), 1));
    ck_assert_uint_eq(stats.live, 1);
}
END_TEST

/* ---- what is said ------------------------------------------------------------------------ */

static size_t requested_before;

static void
warn_without_memory(const char *message)
{
    ck_assert_ptr_nonnull(strstr(message, "twisted"));
    ck_assert_uint_eq(allocations_requested(), requested_before);
}

typedef node twisted;
HF_DECLARE(twisted);
HF_TYPE(twisted, .flags = 1u << 31);

START_TEST(a_warning_is_made_without_memory)
{
    hf_set_warning_handler(warn_without_memory);
    requested_before = allocations_requested();
    ck_assert_ptr_null(hf_new(twisted));
}
END_TEST

static void
fail_without_memory(const char *message)
{
    if (allocations_requested() == requested_before) fprintf(stderr, "%s, as expected\n", message);
}

START_TEST(a_fatal_message_is_made_without_memory)
{
    hf_auto node *n = hf_new(node);
    hf_auto node *same = hf_retain(n);
    HF_EXPECT_FATAL(
        {
            hf_set_fatal_handler(fail_without_memory);
            requested_before = allocations_requested();
            hf_abandon(n);
        },
        "node", "as expected");
    ck_assert_uint_eq(hf_count(same), 2);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("threads and books without memory");
    TCase *tests = tcase_create("threads and books without memory");
    tcase_add_test(tests, a_thread_without_memory_for_its_books_counts_right);
    tcase_add_test(tests, the_first_use_of_a_thread_may_fail_at_any_request);
    tcase_add_test(tests, a_report_without_memory_says_so_and_writes_nothing);
    tcase_add_test(tests, the_sums_are_read_without_memory);
    tcase_add_test(tests, a_warning_is_made_without_memory);
    tcase_add_test(tests, a_fatal_message_is_made_without_memory);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
