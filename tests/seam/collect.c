/* SPDX-License-Identifier: MIT
 *
 * Tests of collection: shapes of garbage, what lives, destroy functions, weak references, steps.
 * Knows only public headers. include/holdfast/collect.h. */
#include <holdfast/holdfast.h>

#include <stdbool.h>

#include "support/run_suite.h"

typedef struct node node;
typedef hf_weak(node) node_weak;

struct node {
    node *next, *other;
    node_weak weak;
    int is_whole;
};

static size_t destroyed;
static node *handed_out;
static bool hands_out;

static void
node_destroy(void *self)
{
    node *n = self;
    ck_assert_int_eq(n->is_whole, 1);
    /* The memory of all members is there while any destroy function runs. */
    if (n->next) ck_assert_int_eq(n->next->is_whole, 1);
    destroyed++;
    ck_assert_uint_eq(hf_collect(), 0);
    if (hands_out && !handed_out) handed_out = hf_retain(n);
}

HF_DECLARE(node);
HF_TYPE(node, .destroy = node_destroy,
        .fields = HF_FIELDS(HF_STRONG(node, next), HF_STRONG(node, other), HF_WEAK(node, weak)));

typedef struct leaf {
    int number;
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

/* The program's own table of references. */
typedef struct bag {
    void *held[4];
    unsigned depth;
} bag;

static void
bag_trace(void *self, hf_visitor *visitor)
{
    bag *b = self;
    for (size_t i = 0; i < 4; i++) hf_visit(visitor, b->held[i]);
}

static void
bag_lock(void *self)
{
    ((bag *)self)->depth++;
}

static void
bag_unlock(void *self)
{
    ((bag *)self)->depth--;
}

HF_DECLARE(bag);
HF_TYPE(bag, .trace = bag_trace);
typedef bag guarded;
HF_DECLARE(guarded);
HF_TYPE(guarded, .trace = bag_trace, .guard = {bag_lock, bag_unlock});

typedef struct wide {
    size_t unused;
    node *nodes[];
} wide;
HF_DECLARE(wide);
HF_TYPE(wide, .fields = HF_FIELDS(HF_STRONG_FLEX(wide, nodes)));

static node *
new_node(void)
{
    node *n = hf_new(node);
    ck_assert_ptr_nonnull(n);
    n->is_whole = 1;
    return n;
}

static node *
new_ring(size_t count)
{
    node *first = new_node();
    node *last = hf_retain(first);
    for (size_t i = 1; i < count; i++) {
        node *n = new_node();
        hf_set(last, next, n);
        hf_release(last);
        last = n;
    }
    hf_set(last, next, first);
    hf_release(last);
    return first;
}

/* The ways to collect. */
static size_t
collect_fully(void)
{
    return hf_collect();
}

static size_t
collect_by_smallest_steps(void)
{
    static const hf_budget smallest = {1, 0};
    struct hf_collect_stats stats;
    size_t reclaimed = 0;
    size_t rounds = 0;
    do {
        reclaimed += hf_collect_step(&smallest);
        hf_collect_stats(&stats);
        ck_assert_uint_lt(++rounds, 10 * 1000 * 1000);
    } while (stats.candidates);
    return reclaimed;
}

static size_t
collect_by_thread(void)
{
    size_t before = destroyed;
    hf_collector_options options = {.interval_ms = 1, .threshold = 1};
    ck_assert_int_eq(hf_collector_start(&options), 0);
    ck_assert_int_eq(hf_collector_start(&options), -1);
    hf_collector_stop();
    size_t rest = hf_collect();
    return rest + (destroyed - before > rest ? destroyed - before - rest : 0);
}

static size_t (*const ways[])(void) = {collect_fully, collect_by_smallest_steps, collect_by_thread};
enum { WAYS = sizeof ways / sizeof *ways };

static void
expect_end_of(size_t count, int way)
{
    destroyed = 0;
    ck_assert_uint_eq(ways[way](), count);
    ck_assert_uint_eq(destroyed, count);
    ck_assert_uint_eq(hf_live(&hf_type_node), 0);
}

START_TEST(an_object_that_holds_itself_dies)
{
    node *n = new_node();
    hf_set(n, next, n);
    hf_set(n, other, n);
    hf_release(n);
    expect_end_of(1, _i);
}
END_TEST

START_TEST(rings_of_any_length_die)
{
    static const size_t lengths[] = {2, 3, 10, 1000, 20000};
    for (size_t i = 0; i < 5; i++) {
        hf_release(new_ring(lengths[i]));
        expect_end_of(lengths[i], _i);
    }
}
END_TEST

START_TEST(a_cycle_closed_by_moves_alone_dies)
{
    node *a = new_node();
    node *b = new_node();
    node *to_b = b;
    hf_give(a, next, hf_move(b));
    hf_give(to_b, next, hf_move(a));
    expect_end_of(2, _i);
}
END_TEST

START_TEST(what_somebody_holds_lives_and_keeps_its_counts)
{
    node *ring = new_ring(10);
    node *tail = new_node();
    hf_set(ring->next, other, tail);
    destroyed = 0;
    ck_assert_uint_eq(ways[_i](), 0);
    ck_assert_uint_eq(hf_count(ring), 2);
    ck_assert_uint_eq(hf_count(ring->next), 1);
    ck_assert_uint_eq(hf_count(tail), 2);
    hf_release(ring);
    ck_assert_uint_eq(ways[_i](), 10);
    ck_assert_uint_eq(hf_count(tail), 1);
    hf_release(tail);
    ck_assert_uint_eq(destroyed, 11);
}
END_TEST

START_TEST(one_ring_that_holds_another_takes_it_along)
{
    node *first = new_ring(5), *second = new_ring(7);
    hf_set(first, other, second);
    hf_release(first);
    destroyed = 0;
    ck_assert_uint_eq(ways[_i](), 5);
    ck_assert_uint_eq(hf_count(second), 2);
    hf_release(second);
    expect_end_of(7, _i);
}
END_TEST

START_TEST(weak_references_to_members_become_null)
{
    node *ring = new_ring(3);
    node_weak weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, ring->next), 0);
    ck_assert_int_eq(hf_weak_set(&ring->weak, ring->next), 0);
    hf_release(ring);
    expect_end_of(3, _i);
    ck_assert_ptr_null(hf_upgrade(&weak));
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(an_array_with_many_edges_is_no_obstacle)
{
    enum { MANY = 5000 };
    wide *w = hf_new_flex(wide, nodes, MANY);
    ck_assert_ptr_nonnull(w);
    node *ring = new_ring(2);
    for (size_t i = 0; i < MANY; i++) hf_set_at(w, nodes, i, ring);
    hf_release(ring);
    hf_release(w);
    destroyed = 0;
    ck_assert_uint_eq(hf_live(&hf_type_wide), 0);
    ck_assert_uint_eq(ways[_i](), 2);
}
END_TEST

START_TEST(a_member_that_is_handed_out_is_leaked_with_all_that_it_reaches)
{
    hf_test_capture_warning();
    node *ring = new_ring(3), *other = new_ring(2);
    hf_release(ring);
    hf_release(other);
    hands_out = true;
    destroyed = 0;
    size_t reclaimed = hf_collect();
    hands_out = false;
    ck_assert_uint_eq(destroyed, 5);
    ck_assert_ptr_nonnull(handed_out);
    ck_assert_uint_eq(reclaimed + hf_live(&hf_type_node), 5);
    ck_assert_int_eq(handed_out->next->is_whole, 1);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_uint_eq(hf_collect(), 0);
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    ck_assert_uint_eq(stats.candidates, 0);
    ck_assert_uint_eq(stats.leaked, hf_live(&hf_type_node));
    hf_test_expect_leaks(hf_live(&hf_type_node));
}
END_TEST

START_TEST(a_guarded_trace_is_seen_through_and_another_only_in_quiescence)
{
    guarded *g = hf_new(guarded);
    ck_assert_ptr_nonnull(g);
    guarded *mine = hf_retain(g);
    hf_note_store(mine);
    g->held[2] = hf_move(mine);
    hf_release(g);
    ck_assert_uint_eq(hf_collect(), 1);
    bag *b = hf_new(bag);
    ck_assert_ptr_nonnull(b);
    b->held[0] = hf_retain(b);
    hf_release(b);
    ck_assert_uint_eq(hf_collect(), 0);
    ck_assert_uint_eq(hf_live(&hf_type_bag), 1);
    ck_assert_uint_eq(hf_collect_quiescent(), 1);
}
END_TEST

START_TEST(a_second_look_at_the_living_looks_at_nothing)
{
    hf_auto node *ring = new_ring(1000);
    ck_assert_uint_eq(hf_collect(), 0);
    struct hf_collect_stats before, after;
    hf_collect_stats(&before);
    ck_assert_uint_eq(before.candidates, 0);
    ck_assert_uint_eq(hf_collect(), 0);
    hf_collect_stats(&after);
    ck_assert_uint_eq(after.walked, before.walked);
    hf_clear(&ring);
    ck_assert_uint_eq(hf_collect(), 1000);
}
END_TEST

START_TEST(a_small_dead_cycle_is_found_at_its_own_cost)
{
    hf_auto node *living = new_ring(10000);
    hf_collect();
    struct hf_collect_stats before, after;
    hf_collect_stats(&before);
    node *a = new_ring(2);
    hf_set(a, other, living);
    hf_release(a);
    ck_assert_uint_eq(hf_collect_step(NULL), 2);
    hf_collect_stats(&after);
    ck_assert_uint_lt(after.walked - before.walked, 1000);
    hf_clear(&living);
    ck_assert_uint_eq(hf_collect(), 10000);
}
END_TEST

START_TEST(a_step_without_time_makes_one_trial)
{
    static const hf_budget no_time = {.microseconds = 1};
    for (size_t i = 0; i < 100; i++) {
        hf_release(new_ring(2));
        ck_assert_uint_eq(hf_collect_step(&no_time), 2);
    }
}
END_TEST

START_TEST(types_without_edges_make_no_candidates)
{
    hf_auto leaf *l = hf_new(leaf);
    hf_release(hf_retain(l));
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    ck_assert_uint_eq(stats.candidates, 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("collection");
    TCase *shapes = tcase_create("shapes");
    tcase_add_loop_test(shapes, an_object_that_holds_itself_dies, 0, WAYS);
    tcase_add_loop_test(shapes, rings_of_any_length_die, 0, WAYS);
    tcase_add_loop_test(shapes, a_cycle_closed_by_moves_alone_dies, 0, WAYS);
    tcase_add_loop_test(shapes, what_somebody_holds_lives_and_keeps_its_counts, 0, WAYS);
    tcase_add_loop_test(shapes, one_ring_that_holds_another_takes_it_along, 0, WAYS);
    tcase_add_loop_test(shapes, weak_references_to_members_become_null, 0, WAYS);
    tcase_add_loop_test(shapes, an_array_with_many_edges_is_no_obstacle, 0, WAYS);
    suite_add_tcase(suite, shapes);
    TCase *rules = tcase_create("rules");
    tcase_add_test(rules, a_member_that_is_handed_out_is_leaked_with_all_that_it_reaches);
    tcase_add_test(rules, a_guarded_trace_is_seen_through_and_another_only_in_quiescence);
    tcase_add_test(rules, a_second_look_at_the_living_looks_at_nothing);
    tcase_add_test(rules, a_small_dead_cycle_is_found_at_its_own_cost);
    tcase_add_test(rules, a_step_without_time_makes_one_trial);
    tcase_add_test(rules, types_without_edges_make_no_candidates);
    suite_add_tcase(suite, rules);
    return suite;
}

HF_TEST_MAIN(suite)
