/* SPDX-License-Identifier: MIT
 *
 * Catalogue, cases W13 to W15: a map whose entries refer to their keys weakly.
 * Knows public headers and the nodes of graph.h.
 * There are no ephemerons: this is what such a map does instead. */
#include "collect/graph.h"

/* An entry of the map: the key weakly, and the value, if the map is to hold it. */
static node *
new_entry(node *key, node *value)
{
    node *entry = make(PLAIN);
    watch(&((plain *)entry)->weak, key);
    if (value) link_to(entry, 0, value);
    return entry;
}

CASE(W13_a_value_that_the_map_holds_keeps_the_key_that_it_holds_as_long_as_the_entry_is_there)
{
    node *map = make_wide(2), *key = make(PLAIN), *value = make(PLAIN);
    give(map, 0, new_entry(key, value));
    link_to(value, 0, key);
    drop(key);
    drop(value);
    collect();
    expect_dead(0);
    ck_assert(is_there(&((plain *)at(map, 0))->weak));
    cut(map, 0);
    expect_dead(3);
    drop(map);
}

CASE(W13_where_the_key_holds_its_value_both_die_and_the_map_lives)
{
    node *map = make_wide(2), *key = make(PLAIN), *value = make(PLAIN);
    give(map, 0, new_entry(key, NULL));
    link_to(value, 0, key);
    give(key, 0, value);
    collect();
    ck_assert(is_there(&((plain *)at(map, 0))->weak));
    drop(key);
    collect();
    expect_dead(2);
    ck_assert(!is_there(&((plain *)at(map, 0))->weak));
    cut(map, 0);
    expect_count(map, 1);
    drop(map);
}

CASE(W14_a_key_that_is_its_own_value_lives_as_long_as_its_entry)
{
    node *map = make_wide(1), *key = make(PLAIN);
    give(map, 0, new_entry(key, key));
    drop(key);
    collect();
    expect_dead(0);
    cut(map, 0);
    expect_dead(2);
    drop(map);
}

CASE(W14_a_map_that_is_part_of_the_cycle_dies_with_keys_and_values)
{
    node *map = make_wide(3), *key = make(PLAIN);
    link_to(key, 0, map);
    for (size_t i = 0; i < 3; i++) give(map, i, new_entry(key, key));
    drop(key);
    collect();
    expect_dead(0);
    drop(map);
    collect();
    expect_dead(5);
}

/* Each value is the next key, and holds the one before. */
CASE(W15_a_chain_of_thirty_thousand_entries_dies_at_a_cost_in_proportion_to_its_length)
{
    enum { IN_VAIN = 200 * 1000, WALKS_AT_MOST = 20 };
    size_t length = scaled(30 * 1000);
    node *map = make_wide(length), *first = make(PLAIN), *key = first;
    for (size_t i = 0; i < length; i++) {
        map->kind->give(map, i, new_entry(key, NULL));
        node *value = make(PLAIN);
        link_to(value, 1, key);
        give(key, 0, value);
        key = value;
    }
    uint64_t before = figures().walked;
    drop(first);
    collect();
    expect_dead(length + 1);
    ck_assert_uint_le(figures().walked - before, IN_VAIN + WALKS_AT_MOST * length);
    for (size_t i = 0; i < length; i++) ck_assert(!is_there(&((plain *)at(map, i))->weak));
    drop(map);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("maps with weak keys");
    TCase *maps = tcase_create("maps of weak keys");
    add_case(
        maps,
        W13_a_value_that_the_map_holds_keeps_the_key_that_it_holds_as_long_as_the_entry_is_there);
    add_case(maps, W13_where_the_key_holds_its_value_both_die_and_the_map_lives);
    add_case(maps, W14_a_key_that_is_its_own_value_lives_as_long_as_its_entry);
    add_case(maps, W14_a_map_that_is_part_of_the_cycle_dies_with_keys_and_values);
    add_case(maps,
             W15_a_chain_of_thirty_thousand_entries_dies_at_a_cost_in_proportion_to_its_length);
    suite_add_tcase(suite, maps);
    return suite;
}

HF_TEST_MAIN(suite)
