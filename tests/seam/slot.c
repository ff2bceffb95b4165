/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/slot.h>: what a slot holds.
 * Knows public headers only.
 * Read sections are in read_section.c. */
#include <holdfast/holdfast.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    hf_slot(struct node) slot;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_SLOT(node, slot)));

typedef struct local {
    int unused;
} local;
HF_DECLARE(local);
HF_TYPE(local, .flags = HF_CONFINED);

static hf_slot(witness) slot;

static void
store_new(const char *name)
{
    hf_auto witness *made = witness_new(name);
    ck_assert_int_eq(hf_slot_store(&slot, made), 0);
}

static void
empty(void)
{
    ck_assert_int_eq(hf_slot_store(&slot, NULL), 0);
}

/* ---- what it holds ----------------------------------------------------------------------- */

START_TEST(an_empty_slot_holds_nothing)
{
    ck_assert_ptr_null(hf_slot_load(&slot));
    ck_assert_ptr_null(hf_slot_exchange(&slot, NULL));
    hf_read_begin();
    ck_assert_ptr_null(hf_slot_peek(&slot));
    hf_read_end();
}
END_TEST

START_TEST(a_store_retains_and_leaves_the_caller_its_own)
{
    witness *w = witness_new("w");
    ck_assert_int_eq(hf_slot_store(&slot, w), 0);
    ck_assert_uint_eq(hf_count(w), 2);
    hf_release(w);
    ck_assert_str_eq(what_happened(), "");
    empty();
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(a_load_is_an_owned_reference)
{
    store_new("w");
    witness *w = hf_slot_load(&slot);
    ck_assert_uint_eq(hf_count(w), 2);
    empty();
    ck_assert_uint_eq(hf_count(w), 1);
    hf_release(w);
    ck_assert_str_eq(what_happened(), "w");
}
END_TEST

START_TEST(what_is_replaced_dies_at_once_when_nobody_reads)
{
    store_new("one");
    store_new("two");
    ck_assert_str_eq(what_happened(), "one");
    empty();
    ck_assert_str_eq(what_happened(), "two");
}
END_TEST

START_TEST(an_exchange_returns_what_was_there)
{
    store_new("one");
    hf_auto witness *two = witness_new("two");
    witness *one = hf_slot_exchange(&slot, two);
    ck_assert_str_eq(one->name, "one");
    ck_assert_uint_eq(hf_count(one), 1);
    ck_assert_uint_eq(hf_count(two), 2);
    hf_release(one);
    ck_assert_str_eq(what_happened(), "one");
    hf_release(hf_slot_exchange(&slot, NULL));
}
END_TEST

START_TEST(a_store_of_what_is_there_changes_nothing)
{
    store_new("w");
    hf_auto witness *w = hf_slot_load(&slot);
    ck_assert_int_eq(hf_slot_store(&slot, w), 0);
    ck_assert_uint_eq(hf_count(w), 2);
    empty();
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

START_TEST(a_compare_exchange_replaces_what_was_expected)
{
    store_new("one");
    witness *seen = hf_slot_load(&slot);
    hf_auto witness *two = witness_new("two");
    ck_assert(hf_slot_compare_exchange(&slot, &seen, two));
    ck_assert_str_eq(seen->name, "one");
    ck_assert_uint_eq(hf_count(seen), 1);
    hf_release(seen);
    ck_assert_str_eq(what_happened(), "one");
    empty();
}
END_TEST

START_TEST(a_compare_exchange_that_fails_tells_what_is_there)
{
    store_new("one");
    hf_auto witness *seen = hf_slot_load(&slot);
    store_new("two");
    hf_auto witness *three = witness_new("three");
    ck_assert(!hf_slot_compare_exchange(&slot, &seen, three));
    ck_assert_str_eq(what_happened(), "one");
    ck_assert_str_eq(seen->name, "two");
    ck_assert_uint_eq(hf_count(seen), 2);
    ck_assert_uint_eq(hf_count(three), 1);
    ck_assert(hf_slot_compare_exchange(&slot, &seen, three));
    empty();
}
END_TEST

START_TEST(a_compare_exchange_expects_an_empty_slot_by_null)
{
    witness *seen = NULL;
    hf_auto witness *one = witness_new("one");
    ck_assert(hf_slot_compare_exchange(&slot, &seen, one));
    ck_assert_ptr_null(seen);
    ck_assert(!hf_slot_compare_exchange(&slot, &seen, NULL));
    ck_assert_ptr_eq(seen, one);
    ck_assert(hf_slot_compare_exchange(&slot, &seen, NULL));
    hf_release(seen);
}
END_TEST

/* ---- in objects -------------------------------------------------------------------------- */

START_TEST(a_slot_of_an_object_is_emptied_at_its_death)
{
    hf_auto node *held = hf_new(node);
    node *holder = hf_new(node);
    ck_assert_int_eq(hf_slot_store(&holder->slot, held), 0);
    ck_assert_uint_eq(hf_count(held), 2);
    hf_release(holder);
    ck_assert_uint_eq(hf_count(held), 1);
}
END_TEST

START_TEST(a_cycle_through_slots_is_collected)
{
    node *one = hf_new(node), *other = hf_new(node);
    ck_assert_int_eq(hf_slot_store(&one->slot, other), 0);
    ck_assert_int_eq(hf_slot_store(&other->slot, one), 0);
    hf_release(one);
    hf_release(other);
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

START_TEST(a_slot_may_hold_its_own_object)
{
    node *n = hf_new(node);
    ck_assert_int_eq(hf_slot_store(&n->slot, n), 0);
    hf_release(n);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(a_confined_object_is_refused)
{
    HF_EXPECT_FATAL(
        {
            hf_slot(local) place = {{0}};
            local *one = hf_new(local);
            (void)hf_slot_store(&place, one);
        },
        "confined object stored in a slot", "local");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("slot");
    TCase *held = tcase_create("what it holds");
    tcase_add_test(held, an_empty_slot_holds_nothing);
    tcase_add_test(held, a_store_retains_and_leaves_the_caller_its_own);
    tcase_add_test(held, a_load_is_an_owned_reference);
    tcase_add_test(held, what_is_replaced_dies_at_once_when_nobody_reads);
    tcase_add_test(held, an_exchange_returns_what_was_there);
    tcase_add_test(held, a_store_of_what_is_there_changes_nothing);
    tcase_add_test(held, a_compare_exchange_replaces_what_was_expected);
    tcase_add_test(held, a_compare_exchange_that_fails_tells_what_is_there);
    tcase_add_test(held, a_compare_exchange_expects_an_empty_slot_by_null);
    tcase_add_test(held, a_confined_object_is_refused);
    suite_add_tcase(suite, held);
    TCase *objects = tcase_create("in objects");
    tcase_add_test(objects, a_slot_of_an_object_is_emptied_at_its_death);
    tcase_add_test(objects, a_cycle_through_slots_is_collected);
    tcase_add_test(objects, a_slot_may_hold_its_own_object);
    suite_add_tcase(suite, objects);
    return suite;
}

HF_TEST_MAIN(suite)
