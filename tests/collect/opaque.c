/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group T: what trace functions without a guard visit counts as held from outside, until
 * the program says that it is quiescent; and hf_note_store for those with a guard.
 * Knows public headers and the nodes of graph.h.
 * A cycle through an opaque object stays a candidate, so no case here waits for the last one. */
#include "collect/graph.h"

/* However often and on whichever thread it is collected, that doesn't end it; this does. */
static void
expect_end_in_quiescence_only(size_t dead, size_t more)
{
    hf_collect();
    hf_collect_step(NULL);
    hf_collect();
    expect_dead(dead);
    ck_assert_uint_eq(hf_find_cycles(NULL, NULL), 0);
    hf_collect_quiescent();
    expect_dead(dead + more);
}

CASE(T3_an_opaque_object_that_holds_itself_ends_in_quiescence_only)
{
    node *n = make(OPAQUE);
    give(n, 1, hf_retain(n));
    hf_release(n);
    expect_end_in_quiescence_only(0, 1);
}

CASE(T3_a_ring_of_opaque_and_other_objects_ends_in_quiescence_only)
{
    node *ring = make_ring(PLAIN, 5), *opaque = make(OPAQUE);
    give(opaque, 2, take(ring, 0));
    give(ring, 0, opaque);
    hf_release(ring);
    expect_end_in_quiescence_only(0, 6);
}

CASE(T3_opaque_objects_that_hang_on_a_dead_ring_die_with_it)
{
    node *ring = make_ring(PLAIN, 3), *tail = make(OPAQUE), *living = make_ring(PLAIN, 2);
    link_to(tail, 0, living);
    give(tail, 1, make(LEAF));
    link_to(ring, 1, tail);
    give(at(ring, 0), 1, tail);
    drop(ring);
    collect();
    expect_dead(5);
    expect_count(living, 2);
    drop(living);
}

CASE(T3_a_ring_that_only_a_dead_opaque_cycle_holds_ends_after_it)
{
    node *opaque = make(OPAQUE), *ring = make_ring(PLAIN, 4);
    give(opaque, 0, hf_retain(opaque));
    give(opaque, 1, ring);
    hf_release(opaque);
    expect_end_in_quiescence_only(0, 5);
}

CASE(T3_in_quiescence_what_is_held_stays)
{
    node *opaque = make(OPAQUE), *ring = make_ring(PLAIN, 4);
    give(opaque, 0, hf_retain(opaque));
    link_to(opaque, 1, ring);
    hf_collect_quiescent();
    expect_dead(0);
    hf_release(opaque);
    hf_collect_quiescent();
    expect_dead(1);
    expect_count(ring, 2);
    drop(ring);
}

CASE(T3_an_opaque_cycle_that_is_opened_by_hand_dies_by_its_counts)
{
    node *opaque = make(OPAQUE);
    give(opaque, 0, hf_retain(opaque));
    hf_collect();
    cut(opaque, 0);
    drop(opaque);
    expect_dead(1);
}

/* ---- hf_note_store ----------------------------------------------------------------------- */

/* No release tells of the last anchor, so the note must. */
CASE(T9_a_cycle_that_is_closed_by_noted_stores_alone_is_found)
{
    static const enum kind_number traced[] = {GUARDED, MIXED, CONFINED_TRACED};
    for (size_t i = 0; i < 3; i++) {
        node *a = make(traced[i]), *b = make(traced[i]), *to_b = b;
        give(a, 1, hf_move(b));
        give(to_b, 2, hf_move(a));
        a = make(traced[i]);
        give(a, 1, a);
        collect();
        expect_dead(3 * (i + 1));
    }
}

CASE(T9_a_guarded_object_closes_the_cycle_of_another_kind)
{
    node *guarded = make(GUARDED), *ring = make(PLAIN), *far = make_ring(PLAIN, 3);
    give(far, 1, hf_retain(ring));
    give(ring, 0, hf_retain(guarded));
    drop(ring);
    link_to(guarded, 0, at(far, 1));
    give(guarded, 2, far);
    drop(guarded);
    collect();
    expect_dead(5);
}

CASE(T9_a_note_about_something_that_is_not_stored_after_all_changes_nothing)
{
    node *ring = make_ring(PLAIN, 3), *n = make(LEAF);
    hf_note_store(NULL);
    hf_note_store(n);
    for (size_t i = 0; i < 10; i++) hf_note_store(at(ring, 0));
    hf_note_store(ring);
    collect();
    expect_count(ring, 2);
    expect_count(at(ring, 0), 1);
    expect_count(n, 1);
    drop(n);
    drop(ring);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("traced with and without a guard");
    TCase *tests = tcase_create("traced with and without a guard");
    add_case(tests, T3_an_opaque_object_that_holds_itself_ends_in_quiescence_only);
    add_case(tests, T3_a_ring_of_opaque_and_other_objects_ends_in_quiescence_only);
    add_case(tests, T3_opaque_objects_that_hang_on_a_dead_ring_die_with_it);
    add_case(tests, T3_a_ring_that_only_a_dead_opaque_cycle_holds_ends_after_it);
    add_case(tests, T3_in_quiescence_what_is_held_stays);
    add_case(tests, T3_an_opaque_cycle_that_is_opened_by_hand_dies_by_its_counts);
    add_case(tests, T9_a_cycle_that_is_closed_by_noted_stores_alone_is_found);
    add_case(tests, T9_a_guarded_object_closes_the_cycle_of_another_kind);
    add_case(tests, T9_a_note_about_something_that_is_not_stored_after_all_changes_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
