/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group G: shapes of garbage, each with every kind of node.
 * Knows public headers and the nodes of graph.h.
 * Places 0 and 1 make the cycles, place 2 holds what hangs on them. */
#include "collect/graph.h"

/* ---- G1 to G3 ---------------------------------------------------------------------------- */

CASE_OF_KINDS(G1_an_object_that_holds_itself_dies_when_it_is_dropped)
{
    node *a = make(kind);
    link_to(a, 0, a);
    collect();
    expect_whole(a);
    expect_count(a, 2);
    drop(a);
    collect();
    expect_dead(1);
}

CASE_OF_KINDS(G1_an_object_that_was_given_to_itself_dies_without_any_release)
{
    node *a = make(kind);
    give(a, 0, a);
    collect();
    expect_dead(1);
}

CASE_OF_KINDS(G1_an_object_that_let_go_of_itself_dies_by_its_count)
{
    node *a = make(kind);
    link_to(a, 0, a);
    drop(a);
    a = make(kind);
    link_to(a, 1, a);
    cut(a, 1);
    expect_count(a, 1);
    drop(a);
    collect();
    expect_dead(2);
}

CASE_OF_KINDS(G2_each_of_two_edges_to_oneself_is_counted)
{
    node *a = make(kind);
    link_to(a, 0, a);
    link_to(a, 1, a);
    expect_count(a, 3);
    collect();
    expect_whole(a);
    cut(a, 0);
    collect();
    expect_count(a, 2);
    link_to(a, 0, a);
    drop(a);
    collect();
    expect_dead(1);
}

CASE_OF_KINDS(G3_two_objects_that_hold_each_other_both_die)
{
    node *a = make(kind), *b = make(kind);
    link_to(a, 0, b);
    link_to(b, 0, a);
    collect();
    expect_whole(a);
    expect_whole(b);
    drop(a);
    collect();
    expect_dead(0);
    drop(b);
    collect();
    expect_dead(2);
}

CASE_OF_KINDS(G3_two_objects_that_were_given_to_each_other_both_die)
{
    node *a = make(kind), *b = make(kind), *to_b = b;
    give(a, 0, hf_move(b));
    give(to_b, 0, hf_move(a));
    collect();
    expect_dead(2);
}

CASE_OF_KINDS(G3_who_is_dropped_first_does_not_matter)
{
    for (int i = 0; i < 4; i++) {
        node *a = make(kind), *b = make(kind);
        link_to(a, 0, b);
        if (i < 2) link_to(b, 0, a);
        else give(b, 0, hf_retain(a));
        drop(i % 2 ? a : b);
        collect();
        expect_whole(i % 2 ? b : a);
        drop(i % 2 ? b : a);
    }
    collect();
    expect_dead(8);
}

CASE_OF_KINDS(G3_a_cycle_that_is_opened_by_hand_dies_without_the_collector)
{
    node *a = make(kind), *b = make(kind);
    link_to(a, 0, b);
    link_to(b, 0, a);
    drop(b);
    cut(a, 0);
    expect_dead(1);
    expect_count(a, 1);
    drop(a);
    expect_dead(2);
}

/* ---- G4 ---------------------------------------------------------------------------------- */

CASE_OF_KINDS(G4_rings_of_three_ten_and_a_thousand_die)
{
    static const size_t lengths[] = {3, 10, 1000};
    size_t dead = 0;
    for (size_t i = 0; i < 3; i++) {
        node *ring = make_ring(kind, lengths[i]);
        collect();
        expect_count(ring, 2);
        expect_dead(dead);
        drop(ring);
        collect();
        expect_dead(dead += lengths[i]);
    }
}

CASE_OF_KINDS(G4_a_ring_in_both_directions_dies)
{
    enum { LENGTH = 100 };
    node *ring = make_ring(kind, LENGTH);
    node *n = ring;
    for (size_t i = 0; i < LENGTH; i++, n = at(n, 0)) link_to(at(n, 0), 1, n);
    expect_count(ring, 3);
    collect();
    expect_dead(0);
    drop(ring);
    collect();
    expect_dead(LENGTH);
}

CASE_OF_KINDS(G4_every_member_of_a_dropped_ring_may_be_the_last_that_is_held)
{
    enum { LENGTH = 10 };
    for (size_t kept = 0; kept < LENGTH; kept++) {
        node *ring = make_ring(kind, LENGTH), *n = ring;
        for (size_t i = 0; i < kept; i++) n = at(n, 0);
        node *last = hf_retain(n);
        drop(ring);
        collect();
        expect_dead(kept * LENGTH);
        expect_whole(last);
        drop(last);
        collect();
    }
    expect_dead(LENGTH * LENGTH);
}

/* ---- G7, G8 ------------------------------------------------------------------------------ */

CASE_OF_KINDS(G7_a_living_tail_loses_exactly_the_references_of_its_dead_ring)
{
    node *tail = make(kind), *ring = make_ring(kind, 3);
    for (size_t i = 0; i < 2; i++) {
        link_to(ring, 1 + i, tail);
        if (kind != KEEPER) link_to(at(ring, 0), 1 + i, tail);
        else link_to(at(ring, 0), 1, tail);
    }
    drop(ring);
    collect();
    expect_dead(3);
    expect_whole(tail);
    expect_count(tail, 1);
    touch(tail);
    link_to(tail, 0, tail);
    cut(tail, 0);
    collect();
    expect_count(tail, 1);
    drop(tail);
    expect_dead(4);
}

CASE_OF_KINDS(G8_a_tail_that_only_its_ring_holds_dies_with_it)
{
    enum { TAIL = 10 };
    node *ring = make_ring(kind, 4);
    node *tail = NULL;
    for (size_t i = 0; i < TAIL; i++) {
        node *n = make(kind);
        if (tail) give(n, 2, tail);
        tail = n;
    }
    give(at(ring, 0), 2, tail);
    collect();
    expect_dead(0);
    drop(ring);
    collect();
    expect_dead(4 + TAIL);
}

/* Of the same kind and of another, that can't be part of a cycle; with its members shared. */
CASE_OF_KINDS(G8_what_hangs_on_a_dead_ring_at_several_places_dies_once)
{
    node *ring = make_ring(kind, 3), *top = make(kind), *bottom = make(kind);
    link_to(top, 0, bottom);
    link_to(top, 1, bottom);
    link_to(ring, 1, top);
    link_to(at(ring, 0), 1, bottom);
    give(at(at(ring, 0), 0), 1, top);
    drop(bottom);
    if (kind != TYPED) give(ring, 2, make(LEAF));
    collect();
    expect_dead(0);
    drop(ring);
    collect();
    expect_dead(nodes_made());
}

/* ---- G9, G10 ----------------------------------------------------------------------------- */

CASE_OF_KINDS(G9_a_ring_that_is_cut_off_a_living_one_dies_alone)
{
    node *living = make_ring(kind, 5);
    give(at(living, 0), 1, make_ring(kind, 4));
    collect();
    expect_dead(0);
    cut(at(living, 0), 1);
    collect();
    expect_dead(4);
    expect_count(living, 2);
    expect_count(at(living, 0), 1);
    drop(living);
    collect();
    expect_dead(9);
}

CASE_OF_KINDS(G9_a_ring_that_is_replaced_or_taken_out_dies)
{
    node *living = make_ring(kind, 2);
    give(living, 1, make_ring(kind, 3));
    give(living, 1, make_ring(kind, 4));
    collect();
    expect_dead(3);
    node *ring = take(living, 1);
    collect();
    expect_dead(3);
    drop(ring);
    collect();
    expect_dead(7);
    drop(living);
}

CASE_OF_KINDS(G9_a_ring_that_is_cut_in_two_dies_in_halves)
{
    node *ring = make_ring(kind, 6), *third = at(at(ring, 0), 0);
    node *fourth = hf_retain(at(third, 0)), *last = at(at(fourth, 0), 0);
    link_to(third, 0, ring);
    link_to(last, 0, fourth);
    collect();
    expect_dead(0);
    expect_count(ring, 2);
    expect_count(fourth, 2);
    drop(ring);
    collect();
    expect_dead(3);
    drop(fourth);
    collect();
    expect_dead(6);
}

CASE_OF_KINDS(G10_of_two_rings_the_one_that_is_held_survives_the_one_that_holds_it)
{
    node *first = make_ring(kind, 3), *second = make_ring(kind, 4);
    link_to(at(first, 0), 1, second);
    drop(first);
    collect();
    expect_dead(3);
    expect_count(second, 2);
    drop(second);
    collect();
    expect_dead(7);
}

CASE_OF_KINDS(G10_two_rings_of_which_one_holds_the_other_die_at_once)
{
    node *first = make_ring(kind, 3), *second = make_ring(kind, 4);
    link_to(at(first, 0), 1, second);
    drop(second);
    collect();
    expect_dead(0);
    drop(first);
    collect();
    expect_dead(7);
}

CASE_OF_KINDS(G10_a_chain_of_rings_dies_as_a_whole_and_from_its_head_only)
{
    enum { RINGS = 20, LENGTH = 3 };
    node *rings[RINGS];
    for (size_t i = 0; i < RINGS; i++) {
        rings[i] = make_ring(kind, LENGTH);
        if (i) link_to(rings[i - 1], 1, rings[i]);
    }
    for (size_t i = RINGS - 1; i > 0; i--) {
        drop(rings[i]);
        collect();
        expect_dead(0);
    }
    node *middle = hf_retain(at(at(at(at(rings[0], 1), 1), 1), 1));
    drop(rings[0]);
    collect();
    expect_dead(4 * LENGTH);
    expect_count(middle, 2);
    drop(middle);
    collect();
    expect_dead(RINGS * LENGTH);
}

CASE_OF_KINDS(G10_two_rings_with_an_object_in_common_live_and_die_together)
{
    node *ring = make_ring(kind, 3);
    node *other = make_ring(kind, 4);
    link_to(ring, 1, other);
    link_to(at(other, 0), 1, ring);
    node *far = hf_retain(at(at(other, 0), 0));
    drop(ring);
    drop(other);
    collect();
    expect_dead(0);
    drop(far);
    collect();
    expect_dead(7);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("shapes of garbage");
    TCase *tests = tcase_create("shapes of garbage");
    add_case(tests, G1_an_object_that_holds_itself_dies_when_it_is_dropped);
    add_case(tests, G1_an_object_that_was_given_to_itself_dies_without_any_release);
    add_case(tests, G1_an_object_that_let_go_of_itself_dies_by_its_count);
    add_case(tests, G2_each_of_two_edges_to_oneself_is_counted);
    add_case(tests, G3_two_objects_that_hold_each_other_both_die);
    add_case(tests, G3_two_objects_that_were_given_to_each_other_both_die);
    add_case(tests, G3_who_is_dropped_first_does_not_matter);
    add_case(tests, G3_a_cycle_that_is_opened_by_hand_dies_without_the_collector);
    add_case(tests, G4_rings_of_three_ten_and_a_thousand_die);
    add_case(tests, G4_a_ring_in_both_directions_dies);
    add_case(tests, G4_every_member_of_a_dropped_ring_may_be_the_last_that_is_held);
    add_case(tests, G7_a_living_tail_loses_exactly_the_references_of_its_dead_ring);
    add_case(tests, G8_a_tail_that_only_its_ring_holds_dies_with_it);
    add_case(tests, G8_what_hangs_on_a_dead_ring_at_several_places_dies_once);
    add_case(tests, G9_a_ring_that_is_cut_off_a_living_one_dies_alone);
    add_case(tests, G9_a_ring_that_is_replaced_or_taken_out_dies);
    add_case(tests, G9_a_ring_that_is_cut_in_two_dies_in_halves);
    add_case(tests, G10_of_two_rings_the_one_that_is_held_survives_the_one_that_holds_it);
    add_case(tests, G10_two_rings_of_which_one_holds_the_other_die_at_once);
    add_case(tests, G10_a_chain_of_rings_dies_as_a_whole_and_from_its_head_only);
    add_case(tests, G10_two_rings_with_an_object_in_common_live_and_die_together);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
