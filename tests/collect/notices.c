/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group W: death notices of members of cycles.
 * Knows public headers and the nodes of graph.h.
 * The order is that of collect.h: weak references to all members are NULL, then the notices of all
 * run, then their destroy functions. */
#include <errno.h>

#include "collect/graph.h"

enum { RING = 5 };

static atomic_size_t told, acts;
static hf_death_token tokens[RING];
static node_weak weak[RING];

static void
count_act(node *self)
{
    (void)self;
    ck_assert_uint_eq(atomic_load(&told), RING);
    atomic_fetch_add(&acts, 1);
}

/* A ring with a notice for each member, each with the index of its member as context. */
static node *
ring_with_notices(enum kind_number kind, void (*fn)(void *object, void *ctx))
{
    node *ring = make_ring(kind, RING), *n = ring;
    atomic_store(&told, 0);
    atomic_store(&acts, 0);
    for (size_t i = 0; i < RING; i++, n = at(n, 0)) {
        n->last_act = count_act;
        watch(&weak[i], n);
        tokens[i] = hf_on_death(n, fn, (void *)(uintptr_t)i);
        ck_assert_uint_ne(tokens[i], 0);
    }
    return ring;
}

static void
clear_all(void)
{
    for (size_t i = 0; i < RING; i++) hf_weak_clear(&weak[i]);
}

/* ---- the order --------------------------------------------------------------------------- */

static void
expect_all_dead_and_none_destroyed(void *object, void *ctx)
{
    const node *n = object;
    ck_assert_uint_eq(n->magic, NODE_MAGIC);
    ck_assert_uint_eq(deaths_of(n->number), 0);
    ck_assert_uint_eq(atomic_load(&acts), 0);
    ck_assert_uint_eq(at(n, 0)->magic, NODE_MAGIC);
    for (size_t i = 0; i < RING; i++) ck_assert_ptr_null(hf_upgrade(&weak[i]));
    ck_assert_uint_lt((uintptr_t)ctx, RING);
    atomic_fetch_add(&told, 1);
}

CASE_OF_KINDS(W4_all_notices_run_when_all_members_are_dead_and_none_is_destroyed)
{
    node *ring = ring_with_notices(kind, expect_all_dead_and_none_destroyed);
    collect();
    ck_assert_uint_eq(atomic_load(&told), 0);
    drop(ring);
    collect();
    ck_assert_uint_eq(atomic_load(&told), RING);
    ck_assert_uint_eq(atomic_load(&acts), kinds[kind].has_no_destroy ? 0 : RING);
    expect_dead(RING);
    for (size_t i = 0; i < RING; i++) {
        ck_assert_int_eq(hf_on_death_cancel(tokens[i]), HF_NOTICE_DONE);
    }
    clear_all();
}

static void
count_notice(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    atomic_fetch_add(&told, 1);
}

CASE(W4_a_member_tells_as_often_as_it_was_asked_and_not_when_that_was_taken_back)
{
    node *ring = ring_with_notices(PLAIN, count_notice);
    for (size_t i = 0; i < 10; i++) hf_on_death(ring, count_notice, NULL);
    for (size_t i = 1; i < RING; i++) {
        ck_assert_int_eq(hf_on_death_cancel(tokens[i]), HF_NOTICE_REMOVED);
    }
    for (node *n = at(ring, 0); n != ring; n = at(n, 0)) n->last_act = NULL;
    ring->last_act = NULL;
    drop(ring);
    collect();
    ck_assert_uint_eq(atomic_load(&told), 11);
    clear_all();
}

/* ---- W10, W11: what a notice asks for ---------------------------------------------------- */

static void
ask_for_another(void *object, void *ctx)
{
    (void)ctx;
    node *others[] = {object, at(object, 0), at(at(object, 0), 0)};
    for (size_t i = 0; i < 3; i++) {
        errno = 0;
        ck_assert_uint_eq(hf_on_death(others[i], ask_for_another, NULL), 0);
        ck_assert_int_eq(errno, EINVAL);
    }
    atomic_fetch_add(&told, 1);
}

CASE_OF_KINDS(W10_a_notice_is_refused_another_one_for_any_dying_member)
{
    drop(ring_with_notices(kind, ask_for_another));
    collect();
    ck_assert_uint_eq(atomic_load(&told), RING);
    expect_dead(RING);
    clear_all();
}

static node *living;
static atomic_size_t told_of_living;

static void
tell_of_living(void *object, void *ctx)
{
    ck_assert_ptr_eq(object, ctx);
    atomic_fetch_add(&told_of_living, 1);
}

static void
ask_about_the_living(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    ck_assert_uint_ne(hf_on_death(living, tell_of_living, living), 0);
    atomic_fetch_add(&told, 1);
}

CASE(W10_a_notice_that_is_asked_for_in_a_notice_about_something_alive_comes)
{
    living = make_ring(PLAIN, 2);
    atomic_store(&told_of_living, 0);
    drop(ring_with_notices(PLAIN, ask_about_the_living));
    collect();
    ck_assert_uint_eq(atomic_load(&told), RING);
    ck_assert_uint_eq(atomic_load(&told_of_living), 0);
    drop(living);
    collect();
    ck_assert_uint_eq(atomic_load(&told_of_living), RING);
    clear_all();
}

/* The notice that runs first takes back all others. */
static void
take_back_the_others(void *object, void *ctx)
{
    (void)object;
    for (size_t i = 0; i < RING; i++) {
        bool is_own = i == (uintptr_t)ctx;
        ck_assert_int_eq(hf_on_death_cancel(tokens[i]),
                         is_own ? HF_NOTICE_RUNNING : HF_NOTICE_REMOVED);
    }
    atomic_fetch_add(&told, RING);
}

CASE_OF_KINDS(W10_a_notice_takes_back_those_of_other_members_before_they_run)
{
    drop(ring_with_notices(kind, take_back_the_others));
    collect();
    ck_assert_uint_eq(atomic_load(&told), RING);
    expect_dead(RING);
    clear_all();
}

static void
never_called(const struct hf_cycle *cycle, void *ctx)
{
    (void)cycle;
    (void)ctx;
    ck_abort_msg("a cycle is reported inside a death notice");
}

static void
ask_the_collector(void *object, void *ctx)
{
    (void)object;
    (void)ctx;
    drop(make_ring(PLAIN, 2));
    ck_assert_uint_eq(hf_collect(), 0);
    ck_assert_uint_eq(hf_collect_step(NULL), 0);
    ck_assert_uint_eq(hf_collect_quiescent(), 0);
    ck_assert_uint_eq(hf_find_cycles(never_called, NULL), 0);
    atomic_fetch_add(&told, 1);
}

CASE_OF_KINDS(W11_a_collection_inside_a_notice_does_nothing_and_is_made_up_for)
{
    drop(ring_with_notices(kind, ask_the_collector));
    collect();
    collect();
    ck_assert_uint_eq(atomic_load(&told), RING);
    expect_dead(3 * RING);
    clear_all();
}

static void
cut_the_ring(void *object, void *ctx)
{
    (void)ctx;
    cut(object, 0);
    atomic_fetch_add(&told, 1);
}

CASE_OF_KINDS(W11_a_notice_that_cuts_the_cycle_changes_nothing_for_the_members)
{
    drop(ring_with_notices(kind, cut_the_ring));
    collect();
    ck_assert_uint_eq(atomic_load(&told), RING);
    expect_dead(RING);
    clear_all();
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("death notices of members");
    TCase *tests = tcase_create("death notices of members");
    add_case(tests, W4_all_notices_run_when_all_members_are_dead_and_none_is_destroyed);
    add_case(tests, W4_a_member_tells_as_often_as_it_was_asked_and_not_when_that_was_taken_back);
    add_case(tests, W10_a_notice_is_refused_another_one_for_any_dying_member);
    add_case(tests, W10_a_notice_that_is_asked_for_in_a_notice_about_something_alive_comes);
    add_case(tests, W10_a_notice_takes_back_those_of_other_members_before_they_run);
    add_case(tests, W11_a_collection_inside_a_notice_does_nothing_and_is_made_up_for);
    add_case(tests, W11_a_notice_that_cuts_the_cycle_changes_nothing_for_the_members);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
