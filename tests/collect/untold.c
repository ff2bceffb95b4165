/* SPDX-License-Identifier: MIT
 *
 * Catalogue, case T8: references of which neither a table nor a trace function tells.
 * Knows public headers and the nodes of graph.h.
 * One that isn't counted keeps nobody; one that is counts as held from outside. */
#include "collect/graph.h"

/* ---- T8 ---------------------------------------------------------------------------------- */

typedef struct closure {
    node *frame;    /* borrowed */
    node_weak weak; /* the right way */
    void *counted;  /* owned, but no declared field */
} closure;
HF_DECLARE(closure);

static void
release_counted(void *self)
{
    hf_release(((closure *)self)->counted);
}

HF_TYPE(closure, .destroy = release_counted, .fields = HF_FIELDS(HF_WEAK(closure, weak)));

CASE(T8_a_pointer_that_is_not_counted_keeps_nobody_and_a_weak_one_tells)
{
    closure *c = hf_new(closure);
    ck_assert_ptr_nonnull(c);
    node *ring = make_ring(PLAIN, 2);
    c->frame = ring;
    watch(&c->weak, ring);
    collect();
    ck_assert(is_there(&c->weak));
    drop(ring);
    collect();
    expect_dead(2);
    ck_assert(!is_there(&c->weak));
    hf_release(c);
}

/* Counts as held from outside: the cycle lives until somebody opens it. */
CASE(T8_a_cycle_through_a_counted_reference_that_is_not_declared_is_never_ended)
{
    closure *c = hf_new(closure);
    node_weak weak = {.to_ = NULL};
    ck_assert_ptr_nonnull(c);
    node *n = make(PLAIN);
    hf_give((plain *)n, b, (node *)(void *)hf_retain(c));
    c->counted = hf_retain(n);
    watch(&weak, n);
    hf_release(c);
    drop(n);
    collect();
    expect_dead(0);
    n = hf_upgrade(&weak);
    ck_assert_ptr_nonnull(n);
    cut(n, 1);
    expect_count(n, 1);
    drop(n);
    expect_dead(1);
    hf_weak_clear(&weak);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("references that are not declared");
    TCase *tests = tcase_create("references that are not declared");
    add_case(tests, T8_a_pointer_that_is_not_counted_keeps_nobody_and_a_weak_one_tells);
    add_case(tests, T8_a_cycle_through_a_counted_reference_that_is_not_declared_is_never_ended);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
