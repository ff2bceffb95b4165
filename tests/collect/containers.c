/* SPDX-License-Identifier: MIT
 *
 * Cycles through arrays and maps, and what finds them.
 * Knows public headers only. That containers grow while a collection runs is in tests/stress. */
#include <holdfast/holdfast.h>

#include "seam/story.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    hf_array(struct node) list;
    hf_map(struct node) map;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_ARRAY(node, list), HF_MAP(node, map)));

static node *
new_node(void)
{
    node *n = hf_new(node);
    ck_assert_ptr_nonnull(n);
    return n;
}

static void
push(node *from, node *to)
{
    ck_assert_int_eq(hf_array_push(&from->list, to), 0);
}

static void
set(node *from, hf_key key, node *to)
{
    ck_assert_int_eq(hf_map_set(&from->map, key, to), 0);
}

/* Collects, and expects so many nodes to go, with the objects of their containers. */
static void
expect_collected(size_t nodes)
{
    uint64_t before = hf_live(&hf_type_node);
    ck_assert_uint_ge(hf_collect(), nodes);
    ck_assert_uint_eq(hf_live(&hf_type_node), before - nodes);
}

START_TEST(an_array_that_holds_its_own_object_is_garbage)
{
    node *n = new_node();
    push(n, n);
    push(n, n);
    expect_collected(0);
    hf_release(n);
    expect_collected(1);
}
END_TEST

START_TEST(C15_moved_into_its_own_array_an_object_is_garbage_without_a_release)
{
    node *n = new_node();
    hf_array_push_move(&n->list, &n);
    expect_collected(1);
    n = new_node();
    for (int i = 0; i < 100; i++) push(n, n);
    hf_array_push_move(&n->list, &n);
    expect_collected(1);
}
END_TEST

START_TEST(rings_and_webs_of_arrays_are_garbage)
{
    enum { NODES = 300 };
    node *nodes[NODES];
    for (size_t i = 0; i < NODES; i++) nodes[i] = new_node();
    for (size_t i = 0; i < NODES; i++) {
        for (size_t k = 0; k < 5; k++) push(nodes[i], nodes[(i * 7 + k * 31 + 1) % NODES]);
    }
    for (size_t i = 1; i < NODES; i++) hf_release(nodes[i]);
    expect_collected(0);
    hf_release(nodes[0]);
    expect_collected(NODES);
}
END_TEST

START_TEST(an_array_that_shrinks_lets_its_cycles_go)
{
    node *holder = new_node();
    for (int i = 0; i < 1000; i++) {
        node *n = new_node();
        hf_set(n, next, n);
        ck_assert_int_eq(hf_array_push_move(&holder->list, &n), 0);
    }
    hf_array_truncate(&holder->list, 10);
    expect_collected(990);
    ck_assert_int_eq(hf_array_fit(&holder->list), 0);
    hf_release(hf_array_take(&holder->list, 0));
    expect_collected(1);
    hf_array_clear(&holder->list);
    expect_collected(9);
    hf_release(holder);
}
END_TEST

START_TEST(values_and_keys_of_a_map_are_edges)
{
    node *by_value = new_node(), *by_key = new_node(), *value = new_node();
    set(by_value, hf_key_text("self"), by_value);
    set(by_key, hf_key_object(by_key), value);
    hf_release(by_value);
    hf_release(by_key);
    expect_collected(2);
    ck_assert_uint_eq(hf_count(value), 1);
    hf_release(value);
}
END_TEST

START_TEST(W14_an_entry_whose_value_is_its_key_lives_with_the_map)
{
    node *holder = new_node(), *n = new_node();
    hf_key key = hf_key_object(n);
    set(holder, key, n);
    hf_release(n);
    expect_collected(0);
    ck_assert_int_eq(hf_map_remove(&holder->map, key), 1);
    ck_assert_uint_eq(hf_live(&hf_type_node), 1);
    hf_release(holder);
}
END_TEST

START_TEST(W15_a_chain_of_entries_goes_with_its_map)
{
    enum { NODES = 30000 };
    node *holder = new_node(), *last = new_node();
    for (size_t i = 0; i < NODES; i++) {
        node *n = new_node();
        set(n, hf_key_object(last), holder);
        set(holder, hf_key_object(n), last);
        hf_release(last);
        last = n;
    }
    hf_release(last);
    expect_collected(0);
    hf_release(holder);
    expect_collected(NODES + 2);
}
END_TEST

START_TEST(the_fields_of_a_cycle_through_containers_are_told)
{
    node *a = new_node(), *b = new_node();
    push(a, b);
    hf_set(b, next, a);
    hf_release(a);
    hf_release(b);
    expect_cycle(3, "node.list[0] hf_array_items.items[0] node.next[0] ");
    expect_collected(2);
}
END_TEST

START_TEST(a_container_that_changed_holds_what_it_holds_now)
{
    node *n = new_node(), *m = new_node();
    for (int i = 0; i < 50; i++) push(n, m);
    for (int i = 0; i < 25; i++) hf_release(hf_array_take(&n->list, (size_t)i));
    ck_assert_int_eq(hf_array_insert(&n->list, 7, n), 0);
    ck_assert_int_eq(hf_array_swap(&n->list, 7, 20), 0);
    push(m, n);
    hf_release(n);
    expect_collected(0);
    hf_release(m);
    expect_collected(2);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("containers");
    TCase *tests = tcase_create("containers");
    tcase_add_test(tests, an_array_that_holds_its_own_object_is_garbage);
    tcase_add_test(tests, C15_moved_into_its_own_array_an_object_is_garbage_without_a_release);
    tcase_add_test(tests, rings_and_webs_of_arrays_are_garbage);
    tcase_add_test(tests, an_array_that_shrinks_lets_its_cycles_go);
    tcase_add_test(tests, values_and_keys_of_a_map_are_edges);
    tcase_add_test(tests, W14_an_entry_whose_value_is_its_key_lives_with_the_map);
    tcase_add_test(tests, W15_a_chain_of_entries_goes_with_its_map);
    tcase_add_test(tests, the_fields_of_a_cycle_through_containers_are_told);
    tcase_add_test(tests, a_container_that_changed_holds_what_it_holds_now);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
