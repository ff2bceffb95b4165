/* SPDX-License-Identifier: MIT
 *
 * Cycles are looked for and collected while memory is short.
 * Knows public headers and the sweep.
 * A collection without memory changes nothing, and the next one does all the work. */
#include <holdfast/holdfast.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

/* ---- objects that need no memory ----------------------------------------------------------- */

/* More than a trial has room for at first, and more than it has after growing once. */
enum { SMALL_RING = 10, RING = 400, LARGE_RING = 4000 };

/* Blocks for objects, each used once, so that what is refused is the collector's. A process goes
 * through a scenario three times at most. */
enum { BLOCKS = 3 * (LARGE_RING + 1), BLOCK_BYTES = 64 };

static void *
take_block(void *ctx, size_t bytes)
{
    static _Alignas(BLOCK_BYTES) char blocks[BLOCKS][BLOCK_BYTES];
    static size_t used;
    (void)ctx;
    ck_assert_uint_le(bytes, BLOCK_BYTES);
    ck_assert_uint_lt(used, BLOCKS);
    return blocks[used++];
}

static void
forget_block(void *ctx, void *block)
{
    (void)ctx;
    (void)block;
}

static const hf_allocator from_here = {take_block, forget_block, NULL};

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .allocator = &from_here, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef node secret;
HF_DECLARE(secret);
HF_TYPE(secret, .allocator = &from_here, .flags = HF_CONFINED,
        .fields = HF_FIELDS(HF_STRONG(secret, next)));

static hf_queue deaths;
typedef node patient;
HF_DECLARE(patient);
HF_TYPE(patient, .allocator = &from_here, .queue = &deaths,
        .fields = HF_FIELDS(HF_STRONG(patient, next)));

/* Returns whether there was memory; the books need some. */
static bool
drop_ring(const hf_type *type, size_t count)
{
    node *first = hf_new_type(type, sizeof(node));
    if (!first) return out_of_memory();
    hf_auto node *last = hf_retain(first);
    for (size_t i = 1; i < count; i++) {
        node *n = hf_new_type(type, sizeof *n);
        if (!n) {
            hf_release(first);
            return out_of_memory();
        }
        hf_set(last, next, n);
        hf_release(last);
        last = n;
    }
    hf_give(last, next, first);
    return true;
}

/* ---- scenarios ----------------------------------------------------------------------------- */

static uint64_t
count_living(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    return stats.live;
}

/* One request is refused and no more, so the second call does what the first gave up. */
static void
collect_all(size_t count)
{
    struct hf_collect_stats before, after;
    hf_collect_stats(&before);
    size_t held = allocations_held(), reclaimed = hf_collect();
    hf_collect_stats(&after);
    ck_assert_uint_eq(allocations_held(), held);
    if (reclaimed < count) ck_assert_uint_gt(after.gave_up, before.gave_up);
    ck_assert_uint_eq(reclaimed + count_living(), count);
    ck_assert_uint_eq(hf_collect(), count - reclaimed);
    ck_assert_uint_eq(count_living(), 0);
}

static void
add_objects(const struct hf_cycle *cycle, void *ctx)
{
    *(size_t *)ctx += cycle->objects;
}

/* Returns whether the rings, of so many objects together, could be told. */
static bool
find_and_collect(size_t groups, size_t count)
{
    size_t told = 0, held = allocations_held();
    errno = 0;
    size_t found = hf_find_cycles(add_objects, &told);
    bool is_found = found == groups;
    ck_assert_uint_eq(allocations_held(), held);
    ck_assert_uint_eq(count_living(), count);
    if (is_found) {
        ck_assert_uint_eq(told, count);
    } else {
        ck_assert_uint_eq(found, SIZE_MAX);
        ck_assert_uint_lt(told, count);
        out_of_memory();
    }
    collect_all(count);
    return is_found;
}

static bool
find_one(size_t count)
{
    return drop_ring(&hf_type_node, count) && find_and_collect(1, count);
}

static bool
find_in_a_small_ring(void)
{
    return find_one(SMALL_RING);
}

static bool
find_in_a_ring(void)
{
    return find_one(RING);
}

static bool
find_in_a_large_ring(void)
{
    return find_one(LARGE_RING);
}

START_TEST(cycles_that_could_not_be_told_are_told_the_next_time)
{
    static scenario *const scenarios[] = {find_in_a_small_ring, find_in_a_ring,
                                          find_in_a_large_ring};
    sweep(scenarios[_i]);
}
END_TEST

static bool
find_shared_and_confined(void)
{
    if (drop_ring(&hf_type_secret, RING) && drop_ring(&hf_type_node, RING + 1)) {
        return find_and_collect(2, RING + RING + 1);
    }
    hf_collect();
    return false;
}

START_TEST(without_memory_for_one_kind_the_call_fails)
{
    sweep(find_shared_and_confined);
}
END_TEST

static bool
collect_a_ring(const hf_type *type)
{
    if (!drop_ring(type, LARGE_RING)) return false;
    collect_all(LARGE_RING);
    return true;
}

static bool
collect_shared(void)
{
    return collect_a_ring(&hf_type_node);
}

static bool
collect_confined(void)
{
    return collect_a_ring(&hf_type_secret);
}

START_TEST(p15_what_was_not_collected_without_memory_is_collected_the_next_time)
{
    static scenario *const scenarios[] = {collect_shared, collect_confined};
    sweep(scenarios[_i]);
}
END_TEST

/* What waits needs memory before the claim; without it the ring waits for the next call. */
static bool
collect_what_waits(void)
{
    bool is_dropped = drop_ring(&hf_type_patient, LARGE_RING);
    if (is_dropped) {
        size_t held = allocations_held();
        hf_collect();
        if (!hf_queue_count(&deaths)) hf_collect();
        ck_assert_uint_eq(hf_queue_count(&deaths), 1);
        ck_assert_uint_eq(count_living(), LARGE_RING);
        ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 1);
        ck_assert_uint_eq(allocations_held(), held);
    } else {
        hf_collect();
        hf_queue_drain(&deaths, 0);
    }
    ck_assert_uint_eq(count_living(), 0);
    return is_dropped;
}

START_TEST(a_ring_that_could_not_wait_for_its_queue_does_so_the_next_time)
{
    sweep(collect_what_waits);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles without memory");
    TCase *tests = tcase_create("cycles without memory");
    tcase_add_loop_test(tests, cycles_that_could_not_be_told_are_told_the_next_time, 0, 3);
    tcase_add_test(tests, without_memory_for_one_kind_the_call_fails);
    tcase_add_loop_test(tests, p15_what_was_not_collected_without_memory_is_collected_the_next_time,
                        0, 2);
    tcase_add_test(tests, a_ring_that_could_not_wait_for_its_queue_does_so_the_next_time);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
