/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group W: weak references to members of cycles.
 * Knows public headers and the nodes of graph.h.
 * A weak reference counts for nothing, and is NULL from the moment in which its object is found to
 * be garbage. W13 to W15 are in weak_map.c. */
#include <stdlib.h>

#include "collect/graph.h"

/* ---- W1, W2 ------------------------------------------------------------------------------ */

CASE_OF_KINDS(W1_a_weak_reference_to_a_member_is_null_after_its_cycle_has_died)
{
    node_weak weak = {.to_ = NULL};
    node *ring = make_ring(kind, 3);
    watch(&weak, at(ring, 0));
    collect();
    ck_assert(is_there(&weak));
    ck_assert_int_eq(hf_weak_dead(&weak), 0);
    drop(ring);
    collect();
    expect_dead(3);
    ck_assert_ptr_null(hf_upgrade(&weak));
    ck_assert_int_ne(hf_weak_dead(&weak), 0);
    hf_weak_clear(&weak);
    ck_assert_int_eq(hf_weak_dead(&weak), 0);
}

CASE_OF_KINDS(W1_members_with_several_weak_references_and_members_with_none_die_together)
{
    enum { LENGTH = 9 };
    node_weak weak[LENGTH] = {{{NULL}}}, copy = {.to_ = NULL};
    node *ring = make_ring(kind, LENGTH), *n = ring;
    for (size_t i = 0; i < LENGTH; i++, n = at(n, 0)) {
        if (i % 3) watch(&weak[i], i % 2 ? n : ring);
    }
    hf_weak_copy(&copy, &weak[1]);
    drop(ring);
    collect();
    expect_dead(LENGTH);
    for (size_t i = 0; i < LENGTH; i++) {
        ck_assert_ptr_null(hf_upgrade(&weak[i]));
        hf_weak_clear(&weak[i]);
    }
    ck_assert_ptr_null(hf_upgrade(&copy));
    hf_weak_clear(&copy);
}

/* A candidate gets its side record after it became one, and after it was looked at. */
CASE_OF_KINDS(W1_a_weak_reference_that_comes_late_is_null_all_the_same)
{
    node_weak first = {.to_ = NULL}, second = {.to_ = NULL};
    node *ring = make_ring(kind, 2);
    touch(ring);
    watch(&first, ring);
    touch(ring);
    collect();
    watch(&second, at(ring, 0));
    drop(ring);
    collect();
    expect_dead(2);
    ck_assert(!is_there(&first));
    ck_assert(!is_there(&second));
    hf_weak_clear(&first);
    hf_weak_clear(&second);
}

CASE_OF_KINDS(W1_an_upgraded_member_holds_its_cycle_until_it_is_dropped)
{
    node_weak weak = {.to_ = NULL};
    node *ring = make_ring(kind, 3);
    watch(&weak, ring);
    node *held = hf_upgrade(&weak);
    drop(ring);
    collect();
    expect_dead(0);
    expect_count(held, 2);
    for (size_t i = 0; i < 20; i++) {
        ck_assert(is_there(&weak));
        collect();
    }
    expect_whole(at(at(held, 0), 0));
    drop(held);
    collect();
    expect_dead(3);
    hf_weak_clear(&weak);
}

/* Garbage that nobody has looked at yet is nothing special: it may be had back. */
CASE_OF_KINDS(W1_an_upgrade_of_garbage_is_null_or_has_it_back_whole)
{
    node_weak weak = {.to_ = NULL};
    for (size_t i = 1; i <= 20; i++) {
        node *ring = make_ring(kind, 3);
        watch(&weak, at(ring, 0));
        drop(ring);
        node *back = hf_upgrade(&weak);
        if (back) {
            expect_whole(back);
            expect_whole(at(at(back, 0), 0));
            expect_count(back, 2);
            collect();
            expect_whole(at(back, 0));
            drop(back);
        }
        collect();
        expect_dead(3 * i);
        ck_assert_ptr_null(hf_upgrade(&weak));
    }
    hf_weak_clear(&weak);
}

static void
watch_from(node *from, node *to)
{
    watch(&((plain *)from)->weak, to);
}

CASE(W2_weak_references_inside_a_cycle_keep_nobody)
{
    node *ring = make_ring(PLAIN, 4), *alone = make(PLAIN);
    watch_from(ring, at(ring, 0));
    watch_from(at(ring, 0), ring);
    watch_from(at(at(ring, 0), 0), at(at(ring, 0), 0));
    watch_from(alone, alone);
    link_to(alone, 0, alone);
    drop(alone);
    drop(ring);
    collect();
    expect_dead(5);
}

CASE(W2_weak_references_between_the_dead_and_the_living_are_cleared_and_null)
{
    node *dead = make_ring(PLAIN, 3), *living = make_ring(PLAIN, 3);
    watch_from(dead, living);
    watch_from(living, dead);
    watch_from(at(living, 0), at(dead, 0));
    drop(dead);
    collect();
    expect_dead(3);
    ck_assert(!is_there(&((plain *)living)->weak));
    ck_assert(!is_there(&((plain *)at(living, 0))->weak));
    expect_count(living, 2);
    drop(living);
}

CASE(W2_a_parent_that_its_children_refer_to_weakly_needs_no_collector)
{
    node *parent = make_wide(10);
    for (size_t i = 0; i < 10; i++) {
        node *child = make(PLAIN);
        watch_from(child, parent);
        give(parent, i, child);
    }
    drop(parent);
    expect_dead(11);
}

/* ---- W3 ---------------------------------------------------------------------------------- */

static atomic_size_t acts;

static void
look_at_the_weak(node *self)
{
    node_weak weak = {.to_ = NULL};
    ck_assert_ptr_null(hf_upgrade(&((plain *)self)->weak));
    ck_assert_int_ne(hf_weak_dead(&((plain *)self)->weak), 0);
    hf_weak_copy(&weak, &((plain *)self)->weak);
    ck_assert(!is_there(&weak));
    watch(&weak, self);
    ck_assert(!is_there(&weak));
    if (at(self, 0)) watch(&weak, at(self, 0));
    ck_assert(!is_there(&weak));
    hf_weak_clear(&weak);
    atomic_fetch_add(&acts, 1);
}

CASE(W3_in_a_destroy_function_no_member_can_be_upgraded)
{
    node *ring = make_ring(PLAIN, 4), *n = ring;
    atomic_store(&acts, 0);
    for (size_t i = 0; i < 4; i++, n = at(n, 0)) {
        n->last_act = look_at_the_weak;
        watch_from(n, i % 2 ? n : at(n, 0));
    }
    drop(ring);
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 4);
}

CASE(W3_nor_in_the_death_of_a_single_object)
{
    node *n = make(PLAIN);
    atomic_store(&acts, 0);
    n->last_act = look_at_the_weak;
    watch_from(n, n);
    hf_release(n);
    ck_assert_uint_eq(atomic_load(&acts), 1);
}

/* ---- W12 --------------------------------------------------------------------------------- */

CASE(W12_a_million_weak_references_to_one_member_are_all_null)
{
    size_t count = scaled(1000 * 1000);
    node_weak *weak = calloc(count, sizeof *weak);
    ck_assert_ptr_nonnull(weak);
    node *ring = make_ring(PLAIN, 2);
    for (size_t i = 0; i < count; i++) watch(&weak[i], ring);
    drop(ring);
    collect();
    expect_dead(2);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_null(hf_upgrade(&weak[i]));
        hf_weak_clear(&weak[i]);
    }
    free(weak);
}

CASE(W12_a_weak_reference_to_each_of_a_million_members_is_null)
{
    size_t count = scaled(1000 * 1000);
    node_weak *weak = calloc(count, sizeof *weak);
    ck_assert_ptr_nonnull(weak);
    node *ring = make_ring(PLAIN, count), *n = ring;
    for (size_t i = 0; i < count; i++, n = at(n, 0)) watch(&weak[i], n);
    drop(ring);
    collect();
    expect_dead(count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_null(hf_upgrade(&weak[i]));
        hf_weak_clear(&weak[i]);
    }
    free(weak);
}

/* ---- W17, W18 ---------------------------------------------------------------------------- */

CASE(W17_weak_references_that_are_left_keep_no_memory_of_the_dead)
{
    enum { LENGTH = 100 };
    node_weak weak[LENGTH] = {{{NULL}}};
    struct hf_stats stats;
    node *ring = make_ring(SERVED, LENGTH), *n = ring;
    for (size_t i = 0; i < LENGTH; i++, n = at(n, 0)) watch(&weak[i], n);
    ck_assert_int_eq(served_blocks(), LENGTH);
    drop(ring);
    collect();
    hf_stats(&stats);
    ck_assert_uint_eq(stats.live_bytes, 0);
    ck_assert_int_eq(served_blocks(), 0);
    for (size_t i = 0; i < LENGTH; i++) {
        ck_assert(!is_there(&weak[i]));
        hf_weak_clear(&weak[i]);
    }
}

static node_weak forgotten;

CASE(W18_a_weak_reference_that_is_never_cleared_keeps_nobody)
{
    watch(&forgotten, NULL);
    node *ring = make_ring(PLAIN, 3);
    watch(&forgotten, ring);
    drop(ring);
    collect();
    expect_dead(3);
    ck_assert_int_ne(hf_weak_dead(&forgotten), 0);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("weak references to members");
    TCase *tests = tcase_create("weak references to members");
    add_case(tests, W1_a_weak_reference_to_a_member_is_null_after_its_cycle_has_died);
    add_case(tests, W1_members_with_several_weak_references_and_members_with_none_die_together);
    add_case(tests, W1_a_weak_reference_that_comes_late_is_null_all_the_same);
    add_case(tests, W1_an_upgraded_member_holds_its_cycle_until_it_is_dropped);
    add_case(tests, W1_an_upgrade_of_garbage_is_null_or_has_it_back_whole);
    add_case(tests, W2_weak_references_inside_a_cycle_keep_nobody);
    add_case(tests, W2_weak_references_between_the_dead_and_the_living_are_cleared_and_null);
    add_case(tests, W2_a_parent_that_its_children_refer_to_weakly_needs_no_collector);
    add_case(tests, W3_in_a_destroy_function_no_member_can_be_upgraded);
    add_case(tests, W3_nor_in_the_death_of_a_single_object);
    add_case(tests, W12_a_million_weak_references_to_one_member_are_all_null);
    add_case(tests, W12_a_weak_reference_to_each_of_a_million_members_is_null);
    suite_add_tcase(suite, tests);
    TCase *left = tcase_create("left behind");
    add_case(left, W17_weak_references_that_are_left_keep_no_memory_of_the_dead);
    add_case(left, W18_a_weak_reference_that_is_never_cleared_keeps_nobody);
    suite_add_tcase(suite, left);
    return suite;
}

HF_TEST_MAIN(suite)
