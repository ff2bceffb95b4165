/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group P: what the collector does for what it is asked, counted in objects walked.
 * Knows public headers and the nodes of graph.h.
 * The bounds are a few times what is needed, and far below what a collector needs that walks
 * everything again and again. */
#include <sched.h>
#include <stdlib.h>

#include "collect/graph.h"

enum { MILLION = 1000 * 1000 };

typedef struct cell {
    struct cell *next, *other, *third;
} cell;
HF_DECLARE(cell);
HF_TYPE(cell,
        .fields = HF_FIELDS(HF_STRONG(cell, next), HF_STRONG(cell, other), HF_STRONG(cell, third)));

static cell *
new_cell(void)
{
    cell *c = hf_new(cell);
    if (!c) ck_abort_msg("no memory for so many objects");
    return c;
}

static uint64_t random_state = UINT64_C(0x9E3779B97F4A7C15);

static size_t
choose(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)((random_state >> 20) % limit);
}

/* ---- P6 ---------------------------------------------------------------------------------- */

typedef struct hub {
    size_t unused;
    cell *children[];
} hub;
HF_DECLARE(hub);
HF_TYPE(hub, .fields = HF_FIELDS(HF_STRONG_FLEX(hub, children)));

/* Each child holds the hub, and the hub each child. */
static hub *
new_hub(size_t children)
{
    hub *h = hf_new_flex(hub, children, children);
    ck_assert_ptr_nonnull(h);
    for (size_t i = 0; i < children; i++) {
        cell *c = new_cell();
        hf_set(c, next, (void *)h);
        hf_give_at(h, children, i, c);
    }
    return h;
}

CASE(P6_handles_to_children_of_a_hub_that_come_and_go_cost_no_walk_over_all)
{
    enum { FOR_EACH = 300, WALKS_OF_ALL = 6 };
    size_t children = scaled(MILLION), drops = scaled(20 * 1000);
    hub *h = new_hub(children);
    collect();
    uint64_t before = figures().walked;
    for (size_t i = 0; i < drops; i++) {
        hf_release(hf_get_at(h, children, choose(children)));
        hf_collect_step(NULL);
    }
    collect();
    uint64_t walked = figures().walked - before;
    /* Where others collect in full at any moment, they walk over all at any moment. */
    if (!is_concurrent()) ck_assert_uint_le(walked, FOR_EACH * drops + WALKS_OF_ALL * children);
    ck_assert_uint_eq(hf_live(&hf_type_cell), children);
    hf_release(h);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_cell), 0);
}

/* ---- P7, P8 ------------------------------------------------------------------------------ */

CASE(P7_a_million_drops_of_types_that_cannot_be_part_of_a_cycle_make_no_candidate)
{
    node *n = make(LEAF), *held = make(ACYCLIC);
    struct hf_collect_stats before = figures();
    for (size_t i = scaled(MILLION); i > 0; i--) {
        hf_release(hf_retain(n));
        hf_release(hf_retain(held));
    }
    link_to(held, 0, n);
    give(held, 1, n);
    ck_assert_uint_eq(figures().candidates, 0);
    collect();
    ck_assert_uint_eq(figures().walked, before.walked);
    ck_assert_uint_eq(figures().steps, before.steps);
    drop(held);
    expect_dead(2);
}

CASE(P8_a_million_candidates_that_live_are_each_walked_once_or_twice_and_forgotten)
{
    size_t count = scaled(MILLION);
    cell **cells = calloc(count, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < count; i++) cells[i] = new_cell();
    for (int round = 0; round < 3; round++) {
        uint64_t before = figures().walked;
        for (size_t i = 0; i < count; i++) hf_release(hf_retain(cells[i]));
        collect();
        ck_assert_uint_eq(figures().candidates, 0);
        ck_assert_uint_le(figures().walked - before, 2 * count);
    }
    for (size_t i = 0; i < count; i++) hf_release(cells[i]);
    free(cells);
}

/* However high its threshold has gone, it comes to everything at last. */
START_TEST(P8_the_librarys_thread_ends_one_ring_after_a_million_candidates_that_lived)
{
    size_t count = hf_test_rounds(MILLION);
    cell **cells = calloc(count, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    hf_collector_options options = {.interval_ms = 1};
    ck_assert_int_eq(hf_collector_start(&options), 0);
    for (size_t i = 0; i < count; i++) {
        cells[i] = new_cell();
        hf_release(hf_retain(cells[i]));
    }
    node *ring = make_ring(PLAIN, 3);
    drop(ring);
    while (nodes_dead() < 3) sched_yield();
    hf_collector_stop();
    for (size_t i = 0; i < count; i++) hf_release(cells[i]);
    hf_collect();
    free(cells);
}
END_TEST

/* ---- P12 --------------------------------------------------------------------------------- */

/* Returns one object of a web, through which all others are held. */
static cell *
new_web(cell **cells, size_t count)
{
    for (size_t i = 0; i < count; i++) cells[i] = new_cell();
    for (size_t i = 0; i < count; i++) {
        hf_set(cells[i], next, cells[(i + 1) % count]);
        hf_set(cells[i], other, cells[choose(count)]);
        hf_set(cells[i], third, cells[choose(count)]);
    }
    for (size_t i = 1; i < count; i++) hf_release(cells[i]);
    return cells[0];
}

CASE(P12_rings_that_die_young_cost_no_walk_over_the_web_that_they_point_into)
{
    enum { FOR_EACH = 2000, WALKS_OF_ALL = 10, IN_VAIN = 500 * 1000 };
    size_t count = scaled(MILLION), rings = scaled(1000);
    cell **cells = calloc(count, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    cell *web = new_web(cells, count);
    collect();
    uint64_t before = figures().walked;
    for (size_t i = 0; i < rings; i++) {
        cell *a = new_cell(), *b = new_cell();
        hf_set(a, next, b);
        hf_set(b, next, a);
        hf_set(a, other, cells[choose(count)]);
        hf_set(b, other, cells[choose(count)]);
        hf_release(b);
        hf_release(a);
        hf_collect_step(NULL);
    }
    if (!is_concurrent()) ck_assert_uint_eq(hf_live(&hf_type_cell), count);
    ck_assert_uint_le(figures().walked - before, FOR_EACH * rings + IN_VAIN);
    collect();
    before = figures().walked;
    hf_release(web);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_cell), 0);
    ck_assert_uint_le(figures().walked - before, WALKS_OF_ALL * count + IN_VAIN);
    free(cells);
}

/* Each of them makes an object of the web a candidate; that many others die nearby is no reason to
 * walk far from there. */
CASE(P12_many_dead_pairs_make_no_walk_among_the_living_longer)
{
    enum { FOR_EACH = 12, LEARNING = 1000 };
    size_t count = scaled(100 * 1000), pairs = scaled(20 * 1000);
    cell **cells = calloc(count, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    cell *web = new_web(cells, count);
    collect();
    uint64_t before = 0;
    for (size_t i = 0; i < LEARNING + pairs; i++) {
        if (i == LEARNING) before = figures().walked;
        cell *a = new_cell();
        hf_give(a, next, new_cell());
        hf_set(a->next, next, a);
        hf_set(a, other, cells[choose(count)]);
        hf_release(a);
        hf_collect_step(NULL);
    }
    if (!is_concurrent()) ck_assert_uint_le(figures().walked - before, FOR_EACH * pairs);
    hf_release(web);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_cell), 0);
    free(cells);
}

/* ---- P14 --------------------------------------------------------------------------------- */

/* Candidates that steps have postponed, again and again, die by their counts, one by one and with
 * what they hold. */
CASE(P14_candidates_that_die_while_they_wait_for_another_try_are_forgotten)
{
    static const hf_budget budgets[] = {{1, 0}, {50, 0}, {2000, 0}};
    size_t count = is_concurrent() ? 100 : hf_test_rounds(3000);
    node **nodes = calloc(count, sizeof *nodes);
    ck_assert_ptr_nonnull(nodes);
    for (size_t i = 0; i < count; i++) {
        nodes[i] = make(i % 2 ? PLAIN : SERVED);
        if (i) nodes[i]->kind->set(nodes[i], 0, nodes[choose(i)]);
        if (i > 9) nodes[i]->kind->set(nodes[i], 1, nodes[choose(i)]);
    }
    for (size_t left = count; left > 0; left--) {
        hf_release(hf_retain(nodes[choose(left)]));
        hf_release(hf_retain(nodes[choose(left)]));
        hf_collect_step(&budgets[left % 3]);
        hf_release(nodes[left - 1]);
        expect_dead(count - left + 1);
    }
    free(nodes);
}

/* ---- P17 --------------------------------------------------------------------------------- */

static struct {
    size_t given, returned, most;
} bytes;

static void *
give_and_count(void *ctx, size_t size)
{
    size_t *block = malloc(size + 2 * sizeof *block);
    (void)ctx;
    ck_assert_ptr_nonnull(block);
    *block = size;
    bytes.given += size;
    if (bytes.given - bytes.returned > bytes.most) bytes.most = bytes.given - bytes.returned;
    return block + 2;
}

static void
take_back_and_count(void *ctx, void *memory)
{
    size_t *block = (size_t *)memory - 2;
    (void)ctx;
    bytes.returned += *block;
    free(block);
}

static const hf_allocator counter = {give_and_count, take_back_and_count, NULL};

typedef struct heavy {
    cell *held;
} heavy;
HF_DECLARE(heavy);
HF_TYPE(heavy, .allocator = &counter, .fields = HF_FIELDS(HF_STRONG(heavy, held)));

/* Nobody ever collects. The dead have to be looked for in the lists, among others that live and
 * have become candidates since. */
START_TEST(P17_the_memory_of_large_candidates_that_died_is_given_back_without_a_collection)
{
    enum { PAYLOAD = 100 * 1000, GROUP = 10, AT_ONCE = 8 * 1000 * 1000 };
    static const size_t numbers_of_living[] = {0, 100, 2000, 100 * 1000};
    size_t living = hf_test_rounds(numbers_of_living[_i]);
    cell **cells = calloc(living, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < living; i++) cells[i] = new_cell();
    for (size_t i = hf_test_rounds(400); i > 0; i--) {
        heavy *group[GROUP];
        for (size_t k = 0; k < GROUP; k++) {
            group[k] = hf_new_type(&hf_type_heavy, PAYLOAD);
            ck_assert_ptr_nonnull(group[k]);
            hf_release(hf_retain(group[k]));
        }
        for (size_t k = 0; k < living && k < 3000; k++) {
            hf_release(hf_retain(cells[choose(living)]));
        }
        for (size_t k = 0; k < GROUP; k++) hf_release(group[k]);
    }
    ck_assert_uint_le(bytes.most, AT_ONCE);
    for (size_t i = 0; i < living; i++) hf_release(cells[i]);
    hf_collect();
    ck_assert_uint_eq(bytes.given, bytes.returned);
    free(cells);
}
END_TEST

/* ---- P18 --------------------------------------------------------------------------------- */

CASE(P18_a_hundred_collections_without_a_candidate_do_nothing)
{
    node *ring = make_ring(PLAIN, 100);
    collect();
    struct hf_collect_stats before = figures();
    for (size_t i = 0; i < 100; i++) {
        ck_assert_uint_eq(hf_collect(), 0);
        ck_assert_uint_eq(hf_collect_step(NULL), 0);
        ck_assert_uint_eq(hf_collect_quiescent(), 0);
    }
    struct hf_collect_stats after = figures();
    ck_assert_mem_eq(&before, &after, sizeof before);
    drop(ring);
}

/* ---- P19 --------------------------------------------------------------------------------- */

/* The collector counts candidates, not what they own. Who owns much asks for a threshold of one, or
 * collects where he allocates. */
START_TEST(P19_with_a_threshold_of_one_the_librarys_thread_comes_for_a_single_cycle)
{
    hf_collector_options options = {.interval_ms = 1, .threshold = 1};
    ck_assert_int_eq(hf_collector_start(&options), 0);
    for (size_t i = 1; i <= 20; i++) {
        node *n = make(OWNER);
        give(n, 0, n);
        while (nodes_dead() < i) sched_yield();
    }
    hf_collector_stop();
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("costs");
    TCase *tests = tcase_create("costs");
    add_case(tests, P6_handles_to_children_of_a_hub_that_come_and_go_cost_no_walk_over_all);
    add_case(tests, P7_a_million_drops_of_types_that_cannot_be_part_of_a_cycle_make_no_candidate);
    add_case(tests, P8_a_million_candidates_that_live_are_each_walked_once_or_twice_and_forgotten);
    tcase_add_test(tests,
                   P8_the_librarys_thread_ends_one_ring_after_a_million_candidates_that_lived);
    add_case(tests, P12_rings_that_die_young_cost_no_walk_over_the_web_that_they_point_into);
    add_case(tests, P12_many_dead_pairs_make_no_walk_among_the_living_longer);
    add_case(tests, P14_candidates_that_die_while_they_wait_for_another_try_are_forgotten);
    tcase_add_loop_test(
        tests, P17_the_memory_of_large_candidates_that_died_is_given_back_without_a_collection, 0,
        4);
    add_case(tests, P18_a_hundred_collections_without_a_candidate_do_nothing);
    tcase_add_test(tests, P19_with_a_threshold_of_one_the_librarys_thread_comes_for_a_single_cycle);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
