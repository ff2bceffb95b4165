/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group G: containers, what becomes of candidates, and what a collection costs.
 * Knows public headers and the nodes of graph.h.
 * Cost is counted in objects that were walked, never in time. */
#include <stdlib.h>

#include "collect/graph.h"

/* ---- G5 ---------------------------------------------------------------------------------- */

CASE(G5_a_thousand_parallel_edges_are_a_thousand_references)
{
    enum { EDGES = 1000 };
    node *a = make_wide(EDGES), *b = make(PLAIN);
    for (size_t i = 0; i < EDGES; i++) link_to(a, i, b);
    link_to(b, 0, a);
    expect_count(b, EDGES + 1);
    collect();
    drop(b);
    collect();
    expect_dead(0);
    expect_count(b, EDGES);
    cut(a, EDGES / 2);
    expect_count(b, EDGES - 1);
    drop(a);
    collect();
    expect_dead(2);
}

CASE(G5_one_reference_from_outside_beside_a_thousand_edges_keeps_all)
{
    enum { EDGES = 1000 };
    node *a = make_wide(EDGES), *b = make_wide(EDGES), *keeps = make(PLAIN);
    for (size_t i = 0; i < EDGES; i++) {
        link_to(a, i, i % 2 ? a : b);
        link_to(b, i, i % 3 ? a : b);
    }
    link_to(keeps, 2, b);
    drop(a);
    drop(b);
    collect();
    expect_dead(0);
    expect_whole(at(keeps, 2));
    cut(keeps, 2);
    collect();
    expect_dead(2);
    drop(keeps);
}

CASE(G5_an_array_without_elements_and_one_that_is_empty_are_members_too)
{
    node *nothing = make_wide(0), *empty = make_wide(100), *full = make_wide(2);
    link_to(full, 0, nothing);
    link_to(full, 1, empty);
    link_to(empty, 99, full);
    drop(nothing);
    drop(empty);
    drop(full);
    collect();
    expect_dead(3);
}

/* ---- G12 --------------------------------------------------------------------------------- */

CASE(G12_a_ring_through_a_vector_that_was_replaced_by_a_longer_one_dies)
{
    node *owner = make(PLAIN);
    give(owner, 0, make_wide(1));
    give(at(owner, 0), 0, hf_retain(owner));
    for (size_t size = 2; size < 40; size++) {
        node *longer = make_wide(size);
        for (size_t i = 0; i + 1 < size; i++) give(longer, i, take(at(owner, 0), i));
        link_to(longer, size - 1, owner);
        give(owner, 0, longer);
    }
    collect();
    expect_dead(38);
    expect_count(owner, 40);
    drop(owner);
    collect();
    expect_dead(40);
}

CASE(G12_a_ring_through_nodes_of_every_kind_dies)
{
    static const enum kind_number shared[] = {PLAIN, ARRAY,   FLEX,  DERIVED, NESTED, OWNER,
                                              BARE,  ALIGNED, MIXED, SERVED,  KEEPER, GUARDED};
    enum { LENGTH = sizeof shared / sizeof *shared };
    node *nodes[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) nodes[i] = make(shared[i]);
    for (size_t i = 0; i < LENGTH; i++) {
        link_to(nodes[i], 0, nodes[(i + 1) % LENGTH]);
        link_to(nodes[i], 1, nodes[(i + 5) % LENGTH]);
    }
    for (size_t i = 0; i < LENGTH; i++) {
        collect();
        expect_dead(0);
        drop(nodes[i]);
    }
    collect();
    expect_dead(LENGTH);
}

CASE(G12_a_unique_field_is_an_edge_of_a_ring)
{
    node *a = make(KEEPER), *b = make(KEEPER);
    link_to(b, 0, a);
    give(a, 2, b);
    ck_assert_int_eq(hf_is_unique(at(a, 2)), 1);
    collect();
    ck_assert_int_eq(hf_is_unique(at(a, 2)), 1);
    expect_count(a, 2);
    drop(a);
    collect();
    expect_dead(2);
}

/* ---- G13, G14: types that say they are acyclic ------------------------------------------- */

CASE(G13_a_ring_through_a_type_that_lies_about_being_acyclic_leaks_and_stays_whole)
{
    node_weak weak = {.to_ = NULL};
    node *ring = make_ring(PLAIN, 3), *liar = make(ACYCLIC);
    link_to(liar, 0, ring);
    link_to(at(ring, 0), 1, liar);
    watch(&weak, ring);
    drop(liar);
    drop(ring);
    collect();
    collect();
    expect_dead(0);
    node *found = hf_upgrade(&weak);
    ck_assert_ptr_nonnull(found);
    expect_whole(at(at(found, 0), 1));
    cut(at(at(found, 0), 1), 0);
    expect_count(found, 2);
    drop(found);
    collect();
    expect_dead(4);
    hf_weak_clear(&weak);
}

CASE(G14_an_acyclic_object_between_a_dead_ring_and_a_living_one_dies_by_its_count)
{
    node *living = make_ring(PLAIN, 3), *dead = make_ring(PLAIN, 3), *between = make(ACYCLIC);
    link_to(between, 0, living);
    give(dead, 1, between);
    collect();
    expect_count(living, 3);
    drop(dead);
    collect();
    expect_dead(4);
    expect_count(living, 2);
    drop(living);
}

/* The second ring is garbage only when the first has died: one call ends both. */
CASE(G14_a_ring_that_only_an_acyclic_object_of_a_dead_ring_holds_dies_in_the_same_call)
{
    node *first = make_ring(PLAIN, 3);
    node *before = first;
    for (size_t i = 0; i < 10; i++) {
        node *between = make(ACYCLIC), *ring = make_ring(PLAIN, 3);
        link_to(between, 0, ring);
        give(before, 1, between);
        before = ring;
        drop(ring);
    }
    collect();
    expect_dead(0);
    drop(first);
    collect();
    expect_dead(43);
}

/* ---- G15 to G18: candidates -------------------------------------------------------------- */

CASE_OF_KINDS(G15_a_candidate_that_dies_by_its_count_is_destroyed_at_once)
{
    for (size_t i = 0; i < 10; i++) {
        node *a = make(kind), *b = make(kind);
        link_to(a, 0, b);
        touch(a);
        touch(b);
        drop(a);
        expect_dead(2 * i + 1);
        drop(b);
        expect_dead(2 * i + 2);
    }
}

CASE(G15_the_memory_of_a_candidate_that_died_is_given_back)
{
    size_t hundreds = is_concurrent() ? 10 : hf_test_rounds(200);
    for (size_t i = 0; i < hundreds; i++) {
        node *nodes[100];
        for (size_t k = 0; k < 100; k++) nodes[k] = make(SERVED);
        for (size_t k = 0; k < 100; k++) touch(nodes[k]);
        for (size_t k = 0; k < 100; k++) drop(nodes[k]);
        expect_dead(100 * (i + 1));
        /* Without any call of the collector: what is left behind is bounded, not added up. A thread
         * that collects may be stopped by the system while it has them in hand. */
        if (!is_concurrent()) ck_assert_int_le(served_blocks(), 1000);
    }
    collect();
    ck_assert_int_eq(served_blocks(), 0);
}

CASE(G16_what_is_dropped_a_million_times_is_one_candidate)
{
    node *a = make(PLAIN);
    for (size_t i = scaled(1000 * 1000); i > 0; i--) {
        touch(a);
        /* While another thread goes through them, the figure is only near. */
        if (!is_concurrent()) ck_assert_uint_le(figures().candidates, 1);
    }
    collect();
    expect_count(a, 1);
    ck_assert_uint_eq(figures().candidates, 0);
    drop(a);
}

CASE_OF_KINDS(G17_a_candidate_that_is_stored_again_before_it_is_looked_at_survives)
{
    node *holder = make(kind), *ring = make_ring(kind, 3), *kept = hf_retain(at(ring, 0));
    link_to(holder, 0, ring);
    drop(ring);
    give(holder, 1, take(holder, 0));
    link_to(holder, 0, at(holder, 1));
    cut(holder, 1);
    collect();
    expect_dead(0);
    ring = at(holder, 0);
    expect_count(ring, 2);
    expect_count(kept, 2);
    expect_count(at(kept, 0), 1);
    expect_count(holder, 1);
    drop(kept);
    drop(holder);
    collect();
    expect_dead(4);
}

CASE_OF_KINDS(G18_a_chain_of_candidates_dies_by_its_counts_at_once)
{
    node *s = make(kind), *x = make(kind), *y = make(kind);
    link_to(s, 0, x);
    link_to(x, 0, y);
    drop(x);
    drop(y);
    touch(s);
    expect_dead(0);
    drop(s);
    expect_dead(3);
}

CASE(G18_what_is_a_candidate_at_every_level_of_search_dies_by_its_count)
{
    static const hf_budget small = {.objects = 1};
    node *first = make(PLAIN), *last = first;
    for (size_t i = 0; i < 3000; i++) {
        give(last, 0, make(PLAIN));
        last = at(last, 0);
        touch(last);
    }
    for (size_t i = 0; i < 300; i++) hf_collect_step(&small);
    drop(first);
    expect_dead(3001);
}

/* ---- G20 --------------------------------------------------------------------------------- */

CASE_OF_KINDS(G20_a_second_look_at_living_things_walks_nothing_and_changes_nothing)
{
    node *ring = make_ring(kind, 50);
    give(ring, 1, make_ring(kind, 10));
    node *inner = at(ring, 1);
    collect();
    struct hf_collect_stats before = figures();
    ck_assert_uint_eq(before.candidates, 0);
    for (int i = 0; i < 3; i++) {
        collect();
        expect_count(ring, 2);
        expect_count(inner, 2);
        expect_count(at(ring, 0), 1);
    }
    ck_assert_uint_eq(figures().walked, before.walked);
    ck_assert_uint_eq(figures().tried, before.tried);
    drop(ring);
}

/* ---- G24 --------------------------------------------------------------------------------- */

/* Walks that lead nowhere cost a fixed number of objects before one walk is made for all. */
enum { SIDE = 1000, IN_VAIN = 100 * 1000, WALKS_AT_MOST = 10 };

CASE(G24_a_complete_bipartite_graph_dies_at_a_cost_in_proportion_to_its_edges)
{
    size_t side = is_concurrent() ? 50 : hf_test_rounds(SIDE);
    node **nodes = calloc(2 * side, sizeof *nodes);
    ck_assert_ptr_nonnull(nodes);
    for (size_t i = 0; i < 2 * side; i++) nodes[i] = make_wide(side);
    for (size_t i = 0; i < 2 * side; i++) {
        for (size_t k = 0; k < side; k++)
            nodes[i]->kind->set(nodes[i], k, nodes[(i < side) * side + k]);
    }
    uint64_t before = figures().walked;
    for (size_t i = 1; i < 2 * side; i++) hf_release(nodes[i]);
    collect();
    expect_dead(0);
    expect_count(nodes[0], side + 1);
    drop(nodes[0]);
    collect();
    expect_dead(2 * side);
    ck_assert_uint_le(figures().walked - before, IN_VAIN + WALKS_AT_MOST * 2 * side);
    free(nodes);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("candidates");
    TCase *edges = tcase_create("edges");
    add_case(edges, G5_a_thousand_parallel_edges_are_a_thousand_references);
    add_case(edges, G5_one_reference_from_outside_beside_a_thousand_edges_keeps_all);
    add_case(edges, G5_an_array_without_elements_and_one_that_is_empty_are_members_too);
    add_case(edges, G12_a_ring_through_a_vector_that_was_replaced_by_a_longer_one_dies);
    add_case(edges, G12_a_ring_through_nodes_of_every_kind_dies);
    add_case(edges, G12_a_unique_field_is_an_edge_of_a_ring);
    add_case(edges, G13_a_ring_through_a_type_that_lies_about_being_acyclic_leaks_and_stays_whole);
    add_case(edges, G14_an_acyclic_object_between_a_dead_ring_and_a_living_one_dies_by_its_count);
    add_case(edges,
             G14_a_ring_that_only_an_acyclic_object_of_a_dead_ring_holds_dies_in_the_same_call);
    suite_add_tcase(suite, edges);
    TCase *candidates = tcase_create("candidates");
    add_case(candidates, G15_a_candidate_that_dies_by_its_count_is_destroyed_at_once);
    add_case(candidates, G15_the_memory_of_a_candidate_that_died_is_given_back);
    add_case(candidates, G16_what_is_dropped_a_million_times_is_one_candidate);
    add_case(candidates, G17_a_candidate_that_is_stored_again_before_it_is_looked_at_survives);
    add_case(candidates, G18_a_chain_of_candidates_dies_by_its_counts_at_once);
    add_case(candidates, G18_what_is_a_candidate_at_every_level_of_search_dies_by_its_count);
    add_case(candidates, G20_a_second_look_at_living_things_walks_nothing_and_changes_nothing);
    add_case(candidates, G24_a_complete_bipartite_graph_dies_at_a_cost_in_proportion_to_its_edges);
    suite_add_tcase(suite, candidates);
    return suite;
}

HF_TEST_MAIN(suite)
