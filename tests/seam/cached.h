/* SPDX-License-Identifier: MIT
 *
 * What the tests of caches put: objects with a number and a weight, and who was evicted.
 * Knows public headers and Check. Each test runs in a process of its own, so nobody has left at
 * first. */
#ifndef HOLDFAST_TESTS_CACHED_H
#define HOLDFAST_TESTS_CACHED_H

#include <holdfast/holdfast.h>

#include <check.h>
#include <stdbool.h>

typedef struct item {
    uint64_t number;
    size_t weight;
} item;
HF_DECLARE(item);

/* Its weight member. */
size_t weigh_item(hf_key key, const void *value, void *ctx);

/* The numbers of those that were evicted, in their order. */
extern uint64_t left[1000];
extern size_t left_count;

/* Returns a new cache with these options, of one shard if they name none. Owner: the caller. */
hf_cache *cache_of(hf_cache_options options);

/* Puts a new item under its number as the key. put_weight returns it, owned. */
item *put_weight(hf_cache *cache, uint64_t number, size_t weight);
void put(hf_cache *cache, uint64_t number);

/* Whether the cache gives out an item for the number; asserts that it is the right one. */
bool has(hf_cache *cache, uint64_t number);

hf_cache_figures figures_of(hf_cache *cache);

/* Since the last time these were evicted. */
#define EXPECT_LEFT(...)                                                     \
    do {                                                                     \
        const uint64_t expected_[] = {__VA_ARGS__};                          \
        ck_assert_uint_eq(left_count, sizeof expected_ / sizeof *expected_); \
        ck_assert_mem_eq(left, expected_, sizeof expected_);                 \
        left_count = 0;                                                      \
    } while (0)

#endif
