/* SPDX-License-Identifier: MIT
 *
 * The sketches against what they estimate, on streams whose answers are known.
 * Knows the headers of the sketches.
 * Streams are of fixed seeds, so a bound holds always or never. */
#include <math.h>
#include <stdlib.h>

#include "distinct.h"
#include "hash.h"
#include "moments.h"
#include "quantile.h"
#include "support/run_suite.h"
#include "top_values.h"

/* The hash of a number as it would stand in a table. */
static uint64_t
hash_of(uint64_t number)
{
    char written[32];
    snprintf(written, sizeof written, "%llu", (unsigned long long)number);
    return hash_span(span_of(written));
}

START_TEST(distinct_values_are_exact_while_they_are_few)
{
    struct distinct *d = distinct_new();
    for (uint64_t i = 0; i < 3 * DISTINCT_EXACT; i++) distinct_add(d, hash_of(i % DISTINCT_EXACT));
    ck_assert(distinct_is_exact(d));
    ck_assert_uint_eq(distinct_count(d), DISTINCT_EXACT);
    distinct_free(d);
}
END_TEST

START_TEST(distinct_values_are_estimated_within_three_standard_errors)
{
    struct distinct *d = distinct_new();
    uint64_t added = 0;
    for (uint64_t size = 4000; size <= 1024000; size *= 2) {
        for (; added < size; added++) distinct_add(d, hash_of(added));
        double error = fabs((double)distinct_count(d) / (double)size - 1);
        ck_assert(!distinct_is_exact(d));
        ck_assert_msg(error < 3 * 0.0081, "%llu distinct values are estimated as %llu",
                      (unsigned long long)size, (unsigned long long)distinct_count(d));
    }
    distinct_free(d);
}
END_TEST

START_TEST(repeated_values_are_not_distinct)
{
    struct distinct *d = distinct_new();
    for (int i = 0; i < 10; i++) {
        for (uint64_t value = 0; value < 5000; value++) distinct_add(d, hash_of(value));
    }
    uint64_t once = distinct_count(d);
    ck_assert_uint_ge(once, 4850);
    ck_assert_uint_le(once, 5150);
    distinct_free(d);
}
END_TEST

START_TEST(quantiles_are_exact_while_numbers_are_few)
{
    static const double fractions[] = {0, 0.25, 0.5, 0.75, 0.9, 1};
    double out[6];
    struct quantile *q = quantile_new();
    for (int i = 0; i < 1000; i++) quantile_add(q, (double)(i * 619 % 1000 + 1));
    ck_assert_int_eq(quantile_ask(q, fractions, 6, out), 0);
    ck_assert(out[0] == 1 && out[1] == 250 && out[2] == 500);
    ck_assert(out[3] == 750 && out[4] == 900 && out[5] == 1000);
    quantile_free(q);
}
END_TEST

START_TEST(without_numbers_there_are_no_quantiles)
{
    double half = 0.5, out;
    struct quantile *q = quantile_new();
    ck_assert_int_eq(quantile_ask(q, &half, 1, &out), -1);
    ck_assert_int_eq(errno, EDOM);
    quantile_free(q);
}
END_TEST

/* Adds 0 to count - 1 in some order, and returns by how much the worst rank of an answer is off. */
static double
worst_rank_error(uint64_t count, uint64_t (*order)(uint64_t i, uint64_t count))
{
    enum { ASKED = 99 };
    double fractions[ASKED], out[ASKED], worst = 0;
    struct quantile *q = quantile_new();
    for (uint64_t i = 0; i < count; i++) quantile_add(q, (double)order(i, count));
    for (int i = 0; i < ASKED; i++) fractions[i] = (i + 1) / 100.0;
    ck_assert_int_eq(quantile_ask(q, fractions, ASKED, out), 0);
    for (int i = 0; i < ASKED; i++) {
        double error = fabs(out[i] / (double)count - fractions[i]);
        if (error > worst) worst = error;
    }
    quantile_free(q);
    return worst;
}

static uint64_t
ascending(uint64_t i, uint64_t count)
{
    (void)count;
    return i;
}

static uint64_t
descending(uint64_t i, uint64_t count)
{
    return count - 1 - i;
}

/* Every step can be undone within the bits of count, a power of two, so no number comes twice. */
static uint64_t
shuffled(uint64_t i, uint64_t count)
{
    i = i * 0x9e375 % count;
    i ^= i >> 9;
    i = i * 0x85ebd % count;
    return i ^ i >> 11;
}

static uint64_t
zigzag(uint64_t i, uint64_t count)
{
    return i % 2 ? count - 1 - i / 2 : i / 2;
}

START_TEST(quantiles_of_long_streams_are_off_by_half_a_percent_at_most)
{
    const uint64_t count = 1 << 20;
    ck_assert_double_lt(worst_rank_error(count, ascending), 0.005);
    ck_assert_double_lt(worst_rank_error(count, descending), 0.005);
    ck_assert_double_lt(worst_rank_error(count, zigzag), 0.005);
    ck_assert_double_lt(worst_rank_error(count, shuffled), 0.005);
}
END_TEST

START_TEST(moments_are_those_of_the_textbook)
{
    /* Far from zero, where a sum of squares would have lost the deviation. */
    static const double numbers[] = {4, 7, 13, 16};
    struct moments m = {0, 0, 0};
    for (int i = 0; i < 4; i++) moments_add(&m, 1e9 + numbers[i]);
    ck_assert_double_eq_tol(m.mean, 1e9 + 10, 1e-6);
    ck_assert_double_eq_tol(moments_deviation(&m), sqrt(30), 1e-6);
    struct moments one = {0, 0, 0};
    moments_add(&one, 5);
    ck_assert(moments_deviation(&one) == 0);
}
END_TEST

static void
add(top_values *top, hf_cache *cache, const char *value)
{
    struct span s = span_of(value);
    top_values_add(top, cache, s, hash_span(s));
}

static void
add_number(top_values *top, hf_cache *cache, uint64_t number)
{
    char written[32];
    snprintf(written, sizeof written, "%llu", (unsigned long long)number);
    add(top, cache, written);
}

START_TEST(few_values_are_counted_exactly)
{
    hf_auto hf_cache *cache = text_cache_new(1 << 20);
    hf_auto top_values *top = top_values_new();
    for (uint64_t value = 1; value <= TOP_MONITORED; value++) {
        for (uint64_t i = 0; i < value; i++) add_number(top, cache, value);
    }
    struct top_item items[3];
    ck_assert_uint_eq(top_values_list(top, items, 3), 3);
    for (uint64_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(items[i].count, TOP_MONITORED - i);
        ck_assert_uint_eq(items[i].error, 0);
    }
}
END_TEST

START_TEST(equally_frequent_values_are_listed_in_the_order_of_bytes)
{
    hf_auto hf_cache *cache = text_cache_new(1 << 20);
    hf_auto top_values *top = top_values_new();
    add(top, cache, "pear");
    add(top, cache, "apple");
    add(top, cache, "fig");
    struct top_item items[2];
    ck_assert_uint_eq(top_values_list(top, items, 2), 2);
    ck_assert(memcmp(items[0].value->bytes, "apple", 5) == 0);
    ck_assert(memcmp(items[1].value->bytes, "fig", 3) == 0);
}
END_TEST

START_TEST(frequent_values_are_found_among_many_rare_ones)
{
    hf_auto hf_cache *cache = text_cache_new(1 << 20);
    hf_auto top_values *top = top_values_new();
    enum { ROUNDS = 200000 };
    for (uint64_t i = 0; i < ROUNDS; i++) {
        add_number(top, cache, 1000000 + i);
        if (i % 10 == 0) add(top, cache, "tenth");
        if (i % 25 == 0) add(top, cache, "twenty-fifth");
    }
    struct top_item items[5];
    ck_assert_uint_eq(top_values_list(top, items, 5), 2);
    ck_assert(memcmp(items[0].value->bytes, "tenth", 5) == 0);
    ck_assert(memcmp(items[1].value->bytes, "twenty-fifth", 12) == 0);
    ck_assert_uint_ge(items[0].count, ROUNDS / 10);
    ck_assert_uint_le(items[0].count - items[0].error, ROUNDS / 10);
    ck_assert_uint_ge(items[1].count, ROUNDS / 25);
    ck_assert_uint_le(items[1].count - items[1].error, ROUNDS / 25);
}
END_TEST

START_TEST(hashes_of_similar_values_share_no_pattern)
{
    /* Each bit of the hash is set for half of the values, within five standard deviations. */
    enum { VALUES = 10000, DEVIATION = 50 };
    for (int bit = 0; bit < 64; bit++) {
        int set = 0;
        for (uint64_t i = 0; i < VALUES; i++) set += (int)(hash_of(i) >> bit & 1);
        ck_assert_int_ge(set, VALUES / 2 - 5 * DEVIATION);
        ck_assert_int_le(set, VALUES / 2 + 5 * DEVIATION);
    }
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: sketches");
    TCase *t = tcase_create("sketches");
    tcase_add_test(t, distinct_values_are_exact_while_they_are_few);
    tcase_add_test(t, distinct_values_are_estimated_within_three_standard_errors);
    tcase_add_test(t, repeated_values_are_not_distinct);
    tcase_add_test(t, quantiles_are_exact_while_numbers_are_few);
    tcase_add_test(t, without_numbers_there_are_no_quantiles);
    tcase_add_test(t, quantiles_of_long_streams_are_off_by_half_a_percent_at_most);
    tcase_add_test(t, moments_are_those_of_the_textbook);
    tcase_add_test(t, few_values_are_counted_exactly);
    tcase_add_test(t, equally_frequent_values_are_listed_in_the_order_of_bytes);
    tcase_add_test(t, frequent_values_are_found_among_many_rare_ones);
    tcase_add_test(t, hashes_of_similar_values_share_no_pattern);
    tcase_set_timeout(t, 300);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
