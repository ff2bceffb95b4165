/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/slot.h>: read sections, and when what was replaced meanwhile dies.
 * Knows public headers only.
 * Threads here hand on to one another in a fixed order; what happens when they don't is in
 * tests/stress/slots.c. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

static hf_slot(witness) slot;

static void
store_new(const char *name)
{
    hf_auto witness *made = witness_new(name);
    ck_assert_int_eq(hf_slot_store(&slot, made), 0);
}

/* Of objects that tell nobody of their end. */
static hf_slot(node) quiet;

static void
store_quietly(node *n)
{
    ck_assert_int_eq(hf_slot_store(&quiet, n), 0);
    hf_release(n);
}

static void
empty(void)
{
    ck_assert_int_eq(hf_slot_store(&slot, NULL), 0);
}

static size_t
waiting(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    return stats.waiting;
}

/* ---- sections ---------------------------------------------------------------------------- */

START_TEST(what_is_peeked_lives_to_the_end_of_the_section)
{
    store_new("w");
    hf_read_begin();
    const witness *w = hf_slot_peek(&slot);
    empty();
    ck_assert_str_eq(w->name, "w");
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(waiting(), 1);
    hf_read_end();
    ck_assert_str_eq(what_happened(), "w");
    ck_assert_uint_eq(waiting(), 0);
}
END_TEST

START_TEST(sections_nest)
{
    store_new("w");
    hf_read_begin();
    hf_read_begin();
    empty();
    hf_read_end();
    ck_assert_str_eq(what_happened(), "");
    hf_read_end();
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(what_was_peeked_may_be_kept)
{
    store_new("w");
    hf_read_begin();
    witness *w = hf_retain(hf_slot_peek(&slot));
    empty();
    hf_read_end();
    ck_assert_str_eq(what_happened(), "");
    hf_release(w);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(an_exchange_in_a_section_leaves_what_was_peeked_whole)
{
    store_new("w");
    hf_read_begin();
    const witness *peeked = hf_slot_peek(&slot);
    hf_release(hf_slot_exchange(&slot, NULL));
    ck_assert_str_eq(peeked->name, "w");
    ck_assert_str_eq(what_happened(), "");
    hf_read_end();
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(a_section_may_replace_any_number)
{
    enum { MANY = HF_SLOT_WAITING_MOST * 3 };
    hf_read_begin();
    for (int i = 0; i < MANY; i++) store_quietly(hf_new(node));
    ck_assert_uint_eq(waiting(), MANY - 1);
    ck_assert_uint_eq(hf_live(&hf_type_node), MANY);
    hf_read_end();
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    store_quietly(NULL);
}
END_TEST

START_TEST(a_drain_inside_a_section_is_refused)
{
    hf_read_begin();
    errno = 0;
    ck_assert_int_eq(hf_slot_drain(), -1);
    ck_assert_int_eq(errno, EDEADLK);
    hf_read_end();
    ck_assert_int_eq(hf_slot_drain(), 0);
}
END_TEST

START_TEST(an_end_without_a_beginning_is_fatal)
{
    HF_EXPECT_FATAL({ hf_read_end(); }, "hf_read_end without hf_read_begin");
}
END_TEST

START_TEST(a_peek_outside_a_section_is_fatal)
{
    HF_EXPECT_FATAL({ (void)hf_slot_peek(&slot); }, "hf_slot_peek outside a read section");
}
END_TEST

/* The section keeps the reference of the slot, which the collector counts as one from outside. */
START_TEST(a_cycle_that_is_peeked_is_no_garbage)
{
    hf_slot(node) root = {{0}};
    node *one = hf_new(node);
    hf_give(one, next, hf_new(node));
    hf_set(one->next, next, one);
    ck_assert_int_eq(hf_slot_store(&root, one), 0);
    hf_release(one);
    hf_read_begin();
    const node *peeked = hf_slot_peek(&root);
    ck_assert_int_eq(hf_slot_store(&root, NULL), 0);
    ck_assert_uint_eq(hf_collect(), 0);
    ck_assert_ptr_eq(peeked->next->next, peeked);
    hf_read_end();
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

/* ---- two threads ------------------------------------------------------------------------- */

static sem_t is_reading, may_end, has_ended;
static bool is_right;

static void *
read_for_long(void *unused)
{
    hf_read_begin();
    const witness *w = hf_slot_peek(&slot);
    sem_post(&is_reading);
    sem_wait(&may_end);
    is_right = w && strcmp(w->name, "w") == 0;
    hf_read_end();
    sem_post(&has_ended);
    return unused;
}

static pthread_t
start_to_read(void)
{
    pthread_t thread;
    sem_init(&is_reading, 0, 0);
    sem_init(&may_end, 0, 0);
    sem_init(&has_ended, 0, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, read_for_long, NULL), 0);
    sem_wait(&is_reading);
    return thread;
}

START_TEST(who_reads_ends_what_waited_for_it)
{
    store_new("w");
    pthread_t thread = start_to_read();
    empty();
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(waiting(), 1);
    sem_post(&may_end);
    sem_wait(&has_ended);
    ck_assert(is_right);
    ck_assert_str_eq(what_happened(), "w");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

static void *
empty_on_a_thread(void *unused)
{
    empty();
    return unused;
}

START_TEST(a_thread_may_exit_while_what_it_replaced_waits)
{
    store_new("w");
    hf_read_begin();
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, empty_on_a_thread, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(waiting(), 1);
    hf_read_end();
    ck_assert_str_eq(what_happened(), "w");
    ck_assert_uint_eq(waiting(), 0);
}
END_TEST

static void *
replace_more_than_may_wait(void *count)
{
    for (int i = 0; i < *(int *)count; i++) store_quietly(hf_new(node));
    sem_post(&has_ended);
    return NULL;
}

/* One more than the bound waits for the section; none of those before does. */
START_TEST(who_replaces_too_many_waits_for_the_section)
{
    int most = HF_SLOT_WAITING_MOST + 2;
    store_new("w");
    pthread_t reader = start_to_read(), writer;
    sem_init(&has_ended, 0, 0);
    ck_assert_int_eq(pthread_create(&writer, NULL, replace_more_than_may_wait, &most), 0);
    ck_assert_uint_ge(HF_SLOT_WAITING_MOST, waiting());
    sem_post(&may_end);
    sem_wait(&has_ended);
    sem_wait(&has_ended);
    ck_assert_int_eq(pthread_join(writer, NULL), 0);
    ck_assert_int_eq(pthread_join(reader, NULL), 0);
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    store_quietly(NULL);
    empty();
}
END_TEST

START_TEST(a_drain_waits_for_the_sections_of_others)
{
    store_new("w");
    pthread_t thread = start_to_read();
    empty();
    sem_post(&may_end);
    ck_assert_int_eq(hf_slot_drain(), 0);
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("read section");
    TCase *sections = tcase_create("one thread");
    tcase_add_test(sections, what_is_peeked_lives_to_the_end_of_the_section);
    tcase_add_test(sections, sections_nest);
    tcase_add_test(sections, what_was_peeked_may_be_kept);
    tcase_add_test(sections, an_exchange_in_a_section_leaves_what_was_peeked_whole);
    tcase_add_test(sections, a_section_may_replace_any_number);
    tcase_add_test(sections, a_drain_inside_a_section_is_refused);
    tcase_add_test(sections, an_end_without_a_beginning_is_fatal);
    if (hf_test_library_is_checked()) tcase_add_test(sections, a_peek_outside_a_section_is_fatal);
    tcase_add_test(sections, a_cycle_that_is_peeked_is_no_garbage);
    suite_add_tcase(suite, sections);
    TCase *threads = tcase_create("two threads");
    tcase_add_test(threads, who_reads_ends_what_waited_for_it);
    tcase_add_test(threads, a_thread_may_exit_while_what_it_replaced_waits);
    tcase_add_test(threads, who_replaces_too_many_waits_for_the_section);
    tcase_add_test(threads, a_drain_waits_for_the_sections_of_others);
    suite_add_tcase(suite, threads);
    return suite;
}

HF_TEST_MAIN(suite)
