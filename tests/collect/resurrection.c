/* SPDX-License-Identifier: MIT
 *
 * Catalogue, cases D9, D11 and W5: a member that is handed out while its cycle dies.
 * Knows public headers and the nodes of graph.h.
 * The contract (collect.h): the object and all that it reaches is leaked and reported, with its
 * memory whole; it was destroyed once, and never will be again. A reference that only moves, or
 * that is given back before the last destroy function is over, hands nothing out. */
#include <string.h>

#include "collect/graph.h"

enum { RING = 5 };

static node *_Atomic kept;
static atomic_size_t acts;

static void
drop_with_act(node *ring, void (*act)(node *self))
{
    node *n = ring;
    atomic_store(&kept, NULL);
    atomic_store(&acts, 0);
    do {
        n->last_act = act;
        n = at(n, 0);
    } while (n != ring);
    drop(ring);
}

/* ---- ways to hand out -------------------------------------------------------------------- */

static void
keep_itself(node *self)
{
    if (atomic_fetch_add(&acts, 1) == 0) atomic_store(&kept, hf_retain(self));
}

static void
keep_the_next(node *self)
{
    if (atomic_fetch_add(&acts, 1) == 0) atomic_store(&kept, hf_retain(at(self, 0)));
}

/* No count moves. */
static void
move_the_next_out(node *self)
{
    if (atomic_fetch_add(&acts, 1) == 0) atomic_store(&kept, take(self, 0));
}

/* The last one to be destroyed, when all others have been. */
static void
keep_itself_as_the_last(node *self)
{
    if (atomic_fetch_add(&acts, 1) == RING - 1) atomic_store(&kept, hf_retain(self));
}

static void (*const ways[])(node *) = {keep_itself, keep_the_next, move_the_next_out,
                                       keep_itself_as_the_last};
enum { WAYS = sizeof ways / sizeof *ways };

/* The members that what was kept reaches are all that live. */
static size_t
count_of_kept(void)
{
    size_t count = 0;
    const node *n = atomic_load(&kept);
    do {
        ck_assert_uint_eq(n->magic, NODE_MAGIC);
        ck_assert_uint_eq(deaths_of(n->number), 1);
        count++;
        n = at(n, 0);
    } while (n && n != atomic_load(&kept));
    return count;
}

static void
expect_report(const hf_type *type)
{
    ck_assert_uint_ge(hf_test_warning_count(), 1);
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "never freed"));
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), type->name));
}

/* Makes a ring that dies and hands a member out, which is dropped again. */
static void
hand_out(enum kind_number kind, void (*way)(node *))
{
    struct hf_stats before, after;
    node *ring = make_ring(kind, RING);
    size_t dead = nodes_made() - RING;
    hf_stats(&before);
    hf_test_capture_warning();
    drop_with_act(ring, way);
    collect();
    expect_dead(dead + RING);
    expect_report(kinds[kind].type);
    ck_assert_uint_eq(count_of_kept(), RING);
    node *n = atomic_load(&kept);
    drop(hf_retain(n));
    link_to(n, 1, n);
    drop(n);
    collect();
    hf_stats(&after);
    ck_assert_uint_eq(before.live, after.live);
    expect_dead(dead + RING);
}

/* ---- D9, D11 ----------------------------------------------------------------------------- */

CASE_OF_KINDS(D9_D11_what_is_handed_out_stays_for_ever_with_all_that_it_reaches_and_dies_once)
{
    if (kinds[kind].has_no_destroy) return;
    for (size_t i = 0; i < WAYS; i++) hand_out(kind, ways[i]);
    expect_leaked(WAYS * RING, 0);
}

static node *outside;

static void
store_itself_outside(node *self)
{
    if (atomic_fetch_add(&acts, 1) == 2) link_to(outside, 1, self);
}

CASE(D9_a_member_that_stores_itself_in_something_alive_stays)
{
    hf_test_capture_warning();
    outside = make_ring(PLAIN, 2);
    drop_with_act(make_ring(PLAIN, RING), store_itself_outside);
    collect();
    expect_dead(RING);
    expect_report(&hf_type_plain);
    const node *stored = at(outside, 1);
    ck_assert_uint_eq(stored->magic, NODE_MAGIC);
    ck_assert_uint_eq(at(stored, 0)->magic, NODE_MAGIC);
    drop(outside);
    collect();
    expect_dead(RING + 2);
    expect_leaked(RING, 0);
}

static void
keep_in_notice(void *object, void *ctx)
{
    (void)ctx;
    atomic_store(&kept, hf_retain((node *)object));
}

static void
do_nothing(node *self)
{
    (void)self;
}

CASE(D9_a_member_that_a_death_notice_hands_out_stays)
{
    hf_test_capture_warning();
    node *ring = make_ring(PLAIN, RING);
    ck_assert_uint_ne(hf_on_death(at(ring, 0), keep_in_notice, NULL), 0);
    drop_with_act(ring, do_nothing);
    collect();
    expect_dead(RING);
    expect_report(&hf_type_plain);
    ck_assert_uint_eq(count_of_kept(), RING);
    drop(atomic_load(&kept));
    expect_leaked(RING, 0);
}

CASE(D9_a_ring_that_merely_leads_to_what_was_handed_out_is_freed)
{
    hf_test_capture_warning();
    node *first = make_ring(PLAIN, 3), *second = make_ring(PLAIN, RING);
    link_to(at(first, 0), 1, second);
    drop_with_act(second, keep_itself);
    drop(first);
    collect();
    expect_dead(3 + RING);
    ck_assert_uint_eq(count_of_kept(), RING);
    drop(atomic_load(&kept));
    expect_leaked(RING, 0);
}

/* What hangs on it may have died as a member of the same set, or live as long as it is held. */
CASE(D9_what_a_leaked_member_holds_stays_whole_and_is_destroyed_once_at_most)
{
    hf_test_capture_warning();
    node *ring = make_ring(PLAIN, RING);
    give(ring, 1, make(PLAIN));
    give(at(ring, 1), 0, make(SERVED));
    give(ring, 2, make(LEAF));
    give(at(ring, 0), 1, make_ring(ARRAY, 4));
    drop_with_act(ring, keep_itself);
    collect();
    ck_assert_uint_eq(count_of_kept(), RING);
    ck_assert_uint_eq(at(at(ring, 1), 0)->magic, NODE_MAGIC);
    ck_assert_uint_eq(at(ring, 2)->magic, NODE_MAGIC);
    ck_assert_uint_eq(at(at(at(ring, 0), 1), 0)->magic, NODE_MAGIC);
    ck_assert_uint_eq(nodes_made(), RING + 7);
    ck_assert_uint_ge(nodes_dead(), RING);
    expect_leaked(nodes_dead(), nodes_made() - nodes_dead());
}

/* ---- what hands nothing out -------------------------------------------------------------- */

static void
keep_for_a_while(node *self)
{
    size_t turn = atomic_fetch_add(&acts, 1);
    if (turn == 0) atomic_store(&kept, hf_retain(at(self, 0)));
    if (turn == RING - 1) drop(atomic_exchange(&kept, NULL));
}

CASE_OF_KINDS(D9_a_reference_that_is_given_back_before_the_last_destroy_ends_keeps_nobody)
{
    hf_test_capture_warning();
    drop_with_act(make_ring(kind, RING), keep_for_a_while);
    collect();
    expect_dead(RING);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
}

static void *
use_and_drop(void *n)
{
    node *self = n;
    ck_assert_uint_eq(self->magic, NODE_MAGIC);
    touch(self);
    hf_release(self);
    return NULL;
}

static void
lend_to_a_thread(node *self)
{
    on_a_thread(use_and_drop, hf_retain(self));
    atomic_fetch_add(&acts, 1);
}

CASE(D9_a_reference_that_another_thread_gives_back_in_time_keeps_nobody)
{
    hf_test_capture_warning();
    drop_with_act(make_ring(PLAIN, 2), lend_to_a_thread);
    collect();
    expect_dead(2);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
}

static void
keep_the_tail(node *self)
{
    atomic_store(&kept, take(self, 1));
}

CASE_OF_KINDS(D9_a_tail_that_lives_outside_is_handed_out_without_harm)
{
    hf_test_capture_warning();
    node *ring = make_ring(kind, 1), *tail = make(kind);
    link_to(ring, 1, tail);
    drop_with_act(ring, kinds[kind].has_no_destroy ? NULL : keep_the_tail);
    collect();
    expect_dead(1);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
    if (!kinds[kind].has_no_destroy) {
        expect_count(tail, 2);
        drop(atomic_load(&kept));
    }
    expect_count(tail, 1);
    drop(tail);
}

/* ---- W5 ---------------------------------------------------------------------------------- */

CASE_OF_KINDS(W5_weak_references_to_a_leaked_member_stay_null_and_so_do_new_ones)
{
    if (kinds[kind].has_no_destroy) return;
    hf_test_capture_warning();
    node_weak before = {.to_ = NULL}, after = {.to_ = NULL};
    node *ring = make_ring(kind, RING);
    watch(&before, ring);
    drop_with_act(ring, keep_itself);
    collect();
    node *n = atomic_load(&kept);
    watch(&after, n);
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(hf_upgrade(&before));
        ck_assert_ptr_null(hf_upgrade(&after));
        ck_assert_int_ne(hf_weak_dead(&before), 0);
        ck_assert_int_ne(hf_weak_dead(&after), 0);
        if (i == 0) drop(n);
    }
    hf_weak_clear(&before);
    hf_weak_clear(&after);
    expect_leaked(RING, 0);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("members that are handed out");
    TCase *out = tcase_create("handed out");
    add_case(out, D9_D11_what_is_handed_out_stays_for_ever_with_all_that_it_reaches_and_dies_once);
    add_case(out, D9_a_member_that_stores_itself_in_something_alive_stays);
    add_case(out, D9_a_member_that_a_death_notice_hands_out_stays);
    add_case(out, D9_a_ring_that_merely_leads_to_what_was_handed_out_is_freed);
    add_case(out, D9_what_a_leaked_member_holds_stays_whole_and_is_destroyed_once_at_most);
    add_case(out, W5_weak_references_to_a_leaked_member_stay_null_and_so_do_new_ones);
    suite_add_tcase(suite, out);
    TCase *not = tcase_create("not handed out");
    add_case(not, D9_a_reference_that_is_given_back_before_the_last_destroy_ends_keeps_nobody);
    add_case(not, D9_a_reference_that_another_thread_gives_back_in_time_keeps_nobody);
    add_case(not, D9_a_tail_that_lives_outside_is_handed_out_without_harm);
    suite_add_tcase(suite, not );
    return suite;
}

HF_TEST_MAIN(suite)
