/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group D: what destroy functions see and do while a cycle dies.
 * Knows public headers and the nodes of graph.h.
 * Destroy functions run on whatever thread collects, so what they count is atomic; which member is
 * destroyed first is not promised. */
#include <errno.h>

#include "collect/graph.h"

static atomic_size_t acts;

/* Gives all members of the ring the act, and lets go of it. */
static void
drop_with_act(node *ring, void (*act)(node *self))
{
    node *n = ring;
    atomic_store(&acts, 0);
    do {
        n->last_act = act;
        n = at(n, 0);
    } while (n != ring);
    drop(ring);
}

/* ---- D1, D2, D18, D19: what is seen ------------------------------------------------------ */

static void
read_the_next(node *self)
{
    const node *next = at(self, 0);
    ck_assert_uint_eq(next->magic, NODE_MAGIC);
    ck_assert_ptr_eq(next->kind, self->kind);
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D1_a_destroy_function_reads_the_other_member_of_its_cycle)
{
    drop_with_act(make_ring(kind, 2), read_the_next);
    collect();
    ck_assert_uint_eq(atomic_load(&acts), kinds[kind].has_no_destroy ? 0 : 2);
    expect_dead(2);
}

CASE_OF_KINDS(D2_members_that_no_candidate_was_made_of_are_destroyed_too)
{
    node *ring = make_ring(kind, 20), *n = ring;
    for (size_t i = 0; i < 20; i++, n = at(n, 0)) give(n, 2, make(kind));
    give(at(at(ring, 0), 2), 2, make(kind));
    drop(ring);
    collect();
    expect_dead(41);
}

static void
walk_the_ring(node *self)
{
    size_t seen = 0;
    node *n = self;
    do {
        ck_assert_uint_eq(n->magic, NODE_MAGIC);
        ck_assert_uint_le(deaths_of(n->number), 1);
        ck_assert_uint_ge(hf_count(n), 1);
        ck_assert_ptr_eq(hf_type_of(n), n->kind->type);
        seen++;
        n = at(n, 0);
    } while (n != self);
    ck_assert_uint_eq(seen, 50);
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D18_a_destroy_function_that_walks_its_whole_ring_meets_no_freed_member)
{
    drop_with_act(make_ring(kind, 50), walk_the_ring);
    collect();
    ck_assert_uint_eq(atomic_load(&acts), kinds[kind].has_no_destroy ? 0 : 50);
}

/* An outside object that every destroy function uses is as alive as ever. */
static void
use_the_tail(node *self)
{
    node *tail = at(self, 1);
    expect_whole(tail);
    touch(tail);
    expect_whole(at(tail, 0));
    atomic_fetch_add(&acts, 1);
}

CASE(D18_a_destroy_function_uses_what_lives_beyond_its_ring)
{
    node *ring = make_ring(PLAIN, 10), *tail = make_ring(PLAIN, 3), *n = ring;
    for (size_t i = 0; i < 10; i++, n = at(n, 0)) link_to(n, 1, tail);
    drop_with_act(ring, use_the_tail);
    collect();
    expect_dead(10);
    expect_count(tail, 2);
    drop(tail);
}

CASE(D19_the_memory_of_a_million_members_is_held_until_all_are_destroyed)
{
    size_t length = scaled(1000 * 1000);
    drop_with_act(make_ring(PLAIN, length), read_the_next);
    collect();
    ck_assert_uint_eq(atomic_load(&acts), length);
    expect_dead(length);
}

/* ---- D3, D4, D7: what is made and let go ------------------------------------------------- */

static void
make_many(node *self)
{
    (void)self;
    for (size_t i = 0; i < 50; i++) {
        drop(make(PLAIN));
        node *pair = make(PLAIN);
        give(pair, 0, make(PLAIN));
        drop(pair);
    }
    atomic_fetch_add(&acts, 1);
}

CASE(D3_what_destroy_functions_make_and_drop_dies)
{
    drop_with_act(make_ring(PLAIN, 3), make_many);
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 3);
    expect_dead(3 + 3 * 150);
}

static void
make_cycles(node *self)
{
    (void)self;
    node *n = make(PLAIN);
    link_to(n, 0, n);
    drop(n);
    n = make(PLAIN);
    give(n, 1, n);
    drop(make_ring(PLAIN, 5));
    atomic_fetch_add(&acts, 1);
}

CASE(D4_cycles_that_a_destroy_function_makes_are_found_by_a_later_collection)
{
    drop_with_act(make_ring(PLAIN, 3), make_cycles);
    collect();
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 3);
    expect_dead(3 + 3 * 7);
}

/* Each generation makes the next one, as long as there is one. */
static void
make_the_next_generation(node *self)
{
    (void)self;
    if (atomic_fetch_add(&acts, 1) >= 20) return;
    node *child = make(PLAIN);
    child->last_act = make_the_next_generation;
    give(child, 0, child);
}

CASE(D4_a_cycle_whose_end_makes_the_next_one_keeps_nobody_for_ever)
{
    node *first = make(PLAIN);
    atomic_store(&acts, 0);
    first->last_act = make_the_next_generation;
    give(first, 0, first);
    for (size_t i = 0; i < 21; i++) collect();
    expect_dead(21);
}

static void
drop_the_context(node *self)
{
    drop(self->context);
    atomic_fetch_add(&acts, 1);
}

CASE(D7_a_ring_whose_last_handle_a_destroy_function_drops_dies)
{
    node *ring = make_ring(PLAIN, 3), *other = make_ring(PLAIN, 4);
    ring->context = other;
    at(ring, 0)->context = hf_retain(other);
    at(at(ring, 0), 0)->context = make(LEAF);
    drop_with_act(ring, drop_the_context);
    collect();
    collect();
    expect_dead(8);
}

/* ---- D6: the collector is called --------------------------------------------------------- */

static void
never_called(const struct hf_cycle *cycle, void *ctx)
{
    (void)cycle;
    (void)ctx;
    ck_abort_msg("a cycle is reported inside a destroy function");
}

static void
ask_the_collector(node *self)
{
    (void)self;
    drop(make_ring(PLAIN, 2));
    ck_assert_uint_eq(hf_collect(), 0);
    ck_assert_uint_eq(hf_collect_step(NULL), 0);
    ck_assert_uint_eq(hf_collect_quiescent(), 0);
    ck_assert_uint_eq(hf_find_cycles(never_called, NULL), 0);
    atomic_fetch_add(&acts, 1);
}

CASE(D6_a_collection_inside_a_destroy_function_does_nothing_and_is_made_up_for)
{
    drop_with_act(make_ring(PLAIN, 3), ask_the_collector);
    collect();
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 3);
    expect_dead(9);
}

CASE(D6_so_it_is_in_the_death_of_a_single_object)
{
    node *n = make(PLAIN);
    atomic_store(&acts, 0);
    n->last_act = ask_the_collector;
    hf_release(n);
    ck_assert_uint_eq(atomic_load(&acts), 1);
    collect();
    expect_dead(3);
}

/* ---- D8: edges of dying members are written ---------------------------------------------- */

static void
cut_the_edge_back(node *self)
{
    node *next = at(self, 0);
    if (next) cut(next, 0);
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D8_members_that_cut_each_others_edges_are_destroyed_once)
{
    drop_with_act(make_ring(kind, 2), cut_the_edge_back);
    drop_with_act(make_ring(kind, 5), cut_the_edge_back);
    collect();
    expect_dead(7);
}

static void
cut_all_own_edges(node *self)
{
    for (size_t i = 0; i < PLACES; i++) cut(self, i);
}

CASE_OF_KINDS(D8_members_that_cut_their_own_edges_are_destroyed_once)
{
    node *ring = make_ring(kind, 3);
    link_to(ring, 1, at(ring, 0));
    give(ring, 2, make(kind));
    drop_with_act(ring, cut_all_own_edges);
    collect();
    expect_dead(4);
}

static void
move_an_edge(node *self)
{
    give(self, 1, take(self, 0));
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D8_references_that_only_move_between_dying_members_keep_nobody)
{
    hf_test_capture_warning();
    drop_with_act(make_ring(kind, 4), move_an_edge);
    collect();
    expect_dead(4);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
}

static void
replace_the_edge(node *self)
{
    node *n = make(PLAIN);
    link_to(n, 0, n);
    give(self, 0, n);
    atomic_fetch_add(&acts, 1);
}

CASE(D8_what_a_destroy_function_puts_in_place_of_a_member_dies_too)
{
    drop_with_act(make_ring(PLAIN, 4), replace_the_edge);
    collect();
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 4);
    expect_dead(8);
}

static void
take_a_neighbour_and_drop_it(node *self)
{
    node *next = take(self, 0);
    if (next) drop(next);
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D8_a_neighbour_that_is_taken_out_and_dropped_is_destroyed_once)
{
    drop_with_act(make_ring(kind, 6), take_a_neighbour_and_drop_it);
    collect();
    expect_dead(6);
}

/* ---- D21: promises at the last moment ---------------------------------------------------- */

static void
never_told(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    ck_abort_msg("a notice that was refused has run");
}

static void
ask_for_notices(node *self)
{
    errno = 0;
    ck_assert_uint_eq(hf_on_death(self, never_told, NULL), 0);
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_uint_eq(hf_on_death(at(self, 0), never_told, NULL), 0);
    ck_assert_int_eq(errno, EINVAL);
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D21_notices_for_dying_members_are_refused)
{
    drop_with_act(make_ring(kind, 3), ask_for_notices);
    collect();
    expect_dead(3);
}

static void
retain_and_release(node *self)
{
    for (int i = 0; i < 3; i++) {
        touch(self);
        touch(at(self, 0));
    }
    ck_assert_uint_ge(hf_count(self), 1);
    atomic_fetch_add(&acts, 1);
}

CASE_OF_KINDS(D21_a_member_that_is_retained_and_released_while_it_dies_dies_once)
{
    hf_test_capture_warning();
    drop_with_act(make_ring(kind, 3), retain_and_release);
    collect();
    expect_dead(3);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("destroy functions in a cycle");
    TCase *seen = tcase_create("what they see");
    add_case(seen, D1_a_destroy_function_reads_the_other_member_of_its_cycle);
    add_case(seen, D2_members_that_no_candidate_was_made_of_are_destroyed_too);
    add_case(seen, D18_a_destroy_function_that_walks_its_whole_ring_meets_no_freed_member);
    add_case(seen, D18_a_destroy_function_uses_what_lives_beyond_its_ring);
    add_case(seen, D19_the_memory_of_a_million_members_is_held_until_all_are_destroyed);
    suite_add_tcase(suite, seen);
    TCase *done = tcase_create("what they do");
    add_case(done, D3_what_destroy_functions_make_and_drop_dies);
    add_case(done, D4_cycles_that_a_destroy_function_makes_are_found_by_a_later_collection);
    add_case(done, D4_a_cycle_whose_end_makes_the_next_one_keeps_nobody_for_ever);
    add_case(done, D7_a_ring_whose_last_handle_a_destroy_function_drops_dies);
    add_case(done, D6_a_collection_inside_a_destroy_function_does_nothing_and_is_made_up_for);
    add_case(done, D6_so_it_is_in_the_death_of_a_single_object);
    add_case(done, D8_members_that_cut_each_others_edges_are_destroyed_once);
    add_case(done, D8_members_that_cut_their_own_edges_are_destroyed_once);
    add_case(done, D8_references_that_only_move_between_dying_members_keep_nobody);
    add_case(done, D8_what_a_destroy_function_puts_in_place_of_a_member_dies_too);
    add_case(done, D8_a_neighbour_that_is_taken_out_and_dropped_is_destroyed_once);
    add_case(done, D21_notices_for_dying_members_are_refused);
    add_case(done, D21_a_member_that_is_retained_and_released_while_it_dies_dies_once);
    suite_add_tcase(suite, done);
    return suite;
}

HF_TEST_MAIN(suite)
