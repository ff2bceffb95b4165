/* SPDX-License-Identifier: MIT
 *
 * Catalogue, neighbours of group G: cycles and objects on the stack, in static storage, abandoned,
 * and copied on write.
 * Knows public headers and the nodes of graph.h.
 * The objects on the stack and in static storage are of a plain type of their own; only nodes are
 * in the books. */
#include "collect/graph.h"

typedef struct anchor {
    struct anchor *self;
    node *first, *second;
} anchor;
HF_DECLARE(anchor);
HF_TYPE(anchor, .fields = HF_FIELDS(HF_STRONG(anchor, self), HF_STRONG(anchor, first),
                                    HF_STRONG(anchor, second)));

/* ---- the stack --------------------------------------------------------------------------- */

static void
hold_for_a_while(node *ring)
{
    HF_ON_STACK(anchor, a);
    hf_set(a, first, ring);
    hf_set(a, second, at(ring, 0));
    drop(ring);
    collect();
    expect_dead(0);
    expect_count(a->first, 2);
    hf_set(a, first, NULL);
    collect();
    expect_dead(0);
}

CASE(G25_a_ring_that_only_an_object_on_the_stack_holds_dies_after_its_scope)
{
    hold_for_a_while(make_ring(PLAIN, 3));
    collect();
    expect_dead(3);
}

/* The frame is an object like any other, until its scope ends. */
CASE(G25_a_dead_ring_that_holds_an_object_on_the_stack_lets_go_of_it)
{
    HF_ON_STACK(anchor, a);
    node *ring = make_ring(PLAIN, 3), *living = make_ring(PLAIN, 2);
    hf_set(a, first, living);
    drop(living);
    link_to(ring, 1, (node *)(void *)a);
    link_to(at(ring, 0), 2, (node *)(void *)a);
    ck_assert_uint_eq(hf_count(a), 3);
    drop(hf_retain(a->first));
    collect();
    expect_dead(0);
    drop(ring);
    collect();
    expect_dead(3);
    ck_assert_uint_eq(hf_count(a), 1);
    expect_whole(a->first);
    hf_set(a, first, NULL);
    collect();
    expect_dead(5);
}

/* A cycle through the frame ends by hand, or it is misuse: nobody can free a frame. */
START_TEST(G25_a_cycle_through_an_object_on_the_stack_is_fatal_when_its_scope_ends)
{
    HF_EXPECT_FATAL(
        {
            HF_ON_STACK(anchor, a);
            hf_set(a, self, a);
            hf_collect();
        },
        "outlived its frame", "anchor");
}
END_TEST

CASE(G25_a_cycle_through_an_object_on_the_stack_that_is_opened_in_time_is_none)
{
    HF_ON_STACK(anchor, a);
    node *n = make(PLAIN);
    hf_set(a, self, a);
    link_to(n, 1, (node *)(void *)a);
    hf_give(a, first, n);
    collect();
    expect_dead(0);
    hf_set(a, first, NULL);
    hf_set(a, self, NULL);
    ck_assert_uint_eq(hf_count(a), 1);
    expect_dead(1);
}

/* ---- static storage ---------------------------------------------------------------------- */

HF_STATIC(anchor, for_ever);

CASE(G26_a_ring_that_a_static_object_holds_lives_until_it_is_cut_off)
{
    node *ring = make_ring(PLAIN, 3);
    link_to(ring, 1, (node *)(void *)for_ever);
    link_to(at(ring, 0), 1, (node *)(void *)for_ever);
    hf_set(for_ever, first, ring);
    hf_set(for_ever, self, for_ever);
    drop(ring);
    touch(for_ever->first);
    collect();
    expect_dead(0);
    expect_count(for_ever->first, 2);
    hf_set(for_ever, first, NULL);
    collect();
    expect_dead(3);
    ck_assert_uint_eq(hf_count(for_ever), HF_IMMORTAL_COUNT);
}

/* ---- abandoned --------------------------------------------------------------------------- */

CASE_OF_KINDS(G27_what_an_abandoned_object_held_is_garbage_when_nobody_else_holds_it)
{
    node *held = make_ring(kind, 3);
    void *half = hf_new(anchor);
    ck_assert_ptr_nonnull(half);
    hf_release(hf_retain(half));
    if (!kind_is_confined(kind)) hf_give((anchor *)half, first, hf_retain(held));
    hf_abandon(half);
    expect_count(held, 2);
    collect();
    expect_dead(0);
    drop(held);
    collect();
    expect_dead(3);
}

/* ---- copied on write --------------------------------------------------------------------- */

typedef struct page {
    struct page *next;
    int number;
} page;
HF_DECLARE(page);

static int
copy_page(void *copy, const void *self)
{
    page *c = copy;
    const page *p = self;
    c->number = p->number;
    hf_set(c, next, p->next == p ? c : p->next);
    return 0;
}

HF_TYPE(page, .clone = copy_page, .fields = HF_FIELDS(HF_STRONG(page, next)));

CASE(G28_the_original_of_a_copy_on_write_is_garbage_when_only_its_cycle_holds_it)
{
    page *p = hf_new(page);
    ck_assert_ptr_nonnull(p);
    p->number = 7;
    hf_set(p, next, p);
    ck_assert_int_eq(hf_make_unique(&p), 0);
    ck_assert_int_eq(p->number, 7);
    ck_assert_uint_eq(hf_count(p), 2);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_page), 1);
    hf_release(p);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_page), 0);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles in other places");
    TCase *tests = tcase_create("cycles in other places");
    add_case(tests, G25_a_ring_that_only_an_object_on_the_stack_holds_dies_after_its_scope);
    add_case(tests, G25_a_dead_ring_that_holds_an_object_on_the_stack_lets_go_of_it);
    tcase_add_test(tests, G25_a_cycle_through_an_object_on_the_stack_is_fatal_when_its_scope_ends);
    add_case(tests, G25_a_cycle_through_an_object_on_the_stack_that_is_opened_in_time_is_none);
    add_case(tests, G26_a_ring_that_a_static_object_holds_lives_until_it_is_cut_off);
    add_case(tests, G27_what_an_abandoned_object_held_is_garbage_when_nobody_else_holds_it);
    add_case(tests, G28_the_original_of_a_copy_on_write_is_garbage_when_only_its_cycle_holds_it);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
