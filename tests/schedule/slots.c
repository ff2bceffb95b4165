/* SPDX-License-Identifier: MIT
 *
 * Schedules of slots that are read while they are replaced.
 * Knows the cast. Each test is one scenario with all its schedules.
 * docs/internals/slots.md, R.1 to R.6. */
#include "schedule/schedule.h"

#include "schedule/cast.h"
#include "support/run_suite.h"

static hf_slot(node) slot, other_slot;

static void
replace_by(node *held)
{
    hf_slot_store(&slot, held);
    if (held) drop(held);
}

static void
fill(void)
{
    replace_by(make());
}

static void
fill_with_a_ring(void)
{
    replace_by(make_ring());
}

static void
empty(void)
{
    replace_by(NULL);
}

static void
refill(void)
{
    replace_by(make());
}

static void
empty_both(void)
{
    hf_slot_store(&slot, NULL);
    hf_slot_store(&other_slot, NULL);
    hf_slot_drain();
}

static void
load_and_drop(void)
{
    node *loaded = hf_slot_load(&slot);
    if (!loaded) return;
    touch(hold(loaded));
    baton_point("loaded");
    drop(loaded);
}

/* What is peeked is as good as held, to the end of the section. */
static void
peek(void)
{
    hf_read_begin();
    node *peeked = hf_slot_peek(&slot);
    if (peeked) {
        touch(hold(peeked));
        baton_point("peeked");
        touch(peeked);
        part(peeked);
    }
    hf_read_end();
}

static void
peek_twice(void)
{
    peek();
    peek();
}

static void
exchange(void)
{
    node *former = hf_slot_exchange(&slot, NULL);
    if (!former) return;
    touch(hold(former));
    baton_point("exchanged");
    drop(former);
}

/* Puts a new node in front of what is there. */
static void
push(void)
{
    node *made = make(), *seen = hf_slot_load(&slot);
    do {
        hf_set(made, left, seen);
    } while (!hf_slot_compare_exchange(&slot, &seen, made));
    if (seen) hf_release(seen);
    drop(made);
}

static void
copy(void)
{
    node *loaded = hf_slot_load(&slot);
    hf_slot_store(&other_slot, loaded);
    if (loaded) hf_release(loaded);
}

/* ---- one slot ---------------------------------------------------------------------------- */

START_TEST(a_load_gets_what_lives_or_nothing)
{
    static const struct scenario scenario = {
        .set_up = fill,
        .plays = {load_and_drop, empty},
        .finish = empty_both,
    };
    schedule_search(&scenario, 4, 1);
}
END_TEST

START_TEST(what_is_peeked_lives_to_the_end_of_the_section)
{
    static const struct scenario scenario = {
        .set_up = fill,
        .plays = {peek, empty},
        .finish = empty_both,
    };
    schedule_search(&scenario, 4, 1);
}
END_TEST

/* Sections that follow one another let the epoch go on, with those of another in between. */
START_TEST(so_it_does_while_epochs_pass)
{
    static const struct scenario scenario = {
        .set_up = fill,
        .plays = {peek_twice, peek_twice, refill},
        .finish = empty_both,
    };
    schedule_search(&scenario, 2, 0);
    schedule_random(&scenario, 3000);
}
END_TEST

START_TEST(who_exchanges_may_drop_at_once)
{
    static const struct scenario scenario = {
        .set_up = fill,
        .plays = {exchange, load_and_drop, peek},
        .finish = empty_both,
    };
    schedule_search(&scenario, 2, 0);
    schedule_random(&scenario, 2000);
}
END_TEST

START_TEST(two_pushes_lose_nothing)
{
    static const struct scenario scenario = {
        .set_up = fill,
        .plays = {push, push},
        .finish = empty_both,
    };
    schedule_search(&scenario, 3, 1);
}
END_TEST

START_TEST(what_two_replaced_is_ended_by_whoever_looks)
{
    static const struct scenario scenario = {
        .set_up = fill,
        .plays = {refill, refill, peek},
        .finish = empty_both,
    };
    schedule_search(&scenario, 2, 0);
    schedule_random(&scenario, 2000);
}
END_TEST

/* ---- with a collection ------------------------------------------------------------------- */

START_TEST(a_ring_that_is_peeked_is_no_garbage)
{
    static const struct scenario scenario = {
        .set_up = fill_with_a_ring,
        .plays = {collect, peek, empty},
        .finish = empty_both,
    };
    schedule_search(&scenario, 2, 0);
    schedule_random(&scenario, 2000);
}
END_TEST

START_TEST(nor_is_one_that_is_loaded_or_goes_from_slot_to_slot)
{
    static const struct scenario scenario = {
        .set_up = fill_with_a_ring,
        .plays = {collect, load_and_drop, copy, empty},
        .finish = empty_both,
    };
    schedule_search(&scenario, 1, 0);
    schedule_random(&scenario, 3000);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("schedules of slots");
    TCase *tests = tcase_create("slots");
    tcase_add_test(tests, a_load_gets_what_lives_or_nothing);
    tcase_add_test(tests, what_is_peeked_lives_to_the_end_of_the_section);
    tcase_add_test(tests, so_it_does_while_epochs_pass);
    tcase_add_test(tests, who_exchanges_may_drop_at_once);
    tcase_add_test(tests, two_pushes_lose_nothing);
    tcase_add_test(tests, what_two_replaced_is_ended_by_whoever_looks);
    tcase_add_test(tests, a_ring_that_is_peeked_is_no_garbage);
    tcase_add_test(tests, nor_is_one_that_is_loaded_or_goes_from_slot_to_slot);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
