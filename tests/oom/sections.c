/* SPDX-License-Identifier: MIT
 *
 * Slots are read and replaced while memory is short, inside read sections and outside.
 * Knows public headers and the sweep.
 * A section needs no memory to be one. A write inside it fails when what waits for its end has no
 * room; then the slot holds what it did. Outside a write waits instead. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <pthread.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    size_t number; /* no two have the same; pointers that a compiler knows to be equal are one */
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* More than what waits has room for at first. */
enum { REPLACED = 70 };

static hf_slot(node) slot;

static void
expect_to_hold(const node *expected)
{
    hf_read_begin();
    ck_assert_ptr_eq(hf_slot_peek(&slot), expected);
    hf_read_end();
}

static bool
store_new(void)
{
    static size_t number;
    node *before = hf_slot_load(&slot), *n = hf_new(node);
    if (n) n->number = ++number;
    bool is_stored = n && hf_slot_store(&slot, n) == 0;
    if (!is_stored) {
        out_of_memory();
        expect_to_hold(before);
        ck_assert(!n || hf_count(n) == 1);
    }
    hf_release(n);
    hf_release(before);
    return is_stored;
}

/* By the other two ways of writing. */
static bool
take_out(void)
{
    errno = 0;
    node *before = hf_slot_load(&slot), *seen = hf_retain(before);
    bool is_done = hf_slot_compare_exchange(&slot, &seen, before);
    ck_assert(is_done || errno == ENOMEM);
    ck_assert_uint_eq(seen->number, before->number);
    hf_release(seen);
    errno = 0;
    node *taken = hf_slot_exchange(&slot, NULL);
    if (!taken && errno == ENOMEM) expect_to_hold(before);
    is_done &= taken && taken->number == before->number;
    hf_release(taken);
    hf_release(before);
    return is_done;
}

static bool
replace_in_a_section(void)
{
    bool is_done = true;
    hf_read_begin();
    for (int i = 0; i < REPLACED && is_done; i++) is_done = store_new();
    is_done = is_done && take_out();
    hf_read_end();
    ck_assert_int_eq(hf_slot_store(&slot, NULL), 0);
    ck_assert_int_eq(hf_slot_drain(), 0);
    return is_done;
}

START_TEST(a_write_in_a_section_fails_and_changes_nothing)
{
    sweep(replace_in_a_section);
}
END_TEST

static void *
do_nothing(void *unused)
{
    return unused;
}

/* Where other threads may read, so that what is replaced waits for them. */
static bool
replace_among_threads(void)
{
    static node *all[REPLACED];
    pthread_t thread;
    for (int i = 0; i < REPLACED; i++) {
        all[i] = hf_new(node);
        if (!all[i]) {
            while (i) hf_release(all[--i]);
            return out_of_memory();
        }
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, do_nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    for (int i = 0; i < REPLACED; i++) {
        ck_assert_int_eq(hf_slot_store(&slot, all[i]), 0);
        hf_release(all[i]);
        hf_auto node *loaded = hf_slot_load(&slot);
        ck_assert_ptr_eq(loaded, all[i]);
    }
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    ck_assert_int_eq(hf_slot_store(&slot, NULL), 0);
    return true;
}

START_TEST(a_write_outside_needs_no_memory)
{
    sweep(replace_among_threads);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("slots without memory");
    TCase *tests = tcase_create("slots");
    tcase_add_test(tests, a_write_in_a_section_fails_and_changes_nothing);
    tcase_add_test(tests, a_write_outside_needs_no_memory);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
