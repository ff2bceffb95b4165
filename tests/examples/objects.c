/* SPDX-License-Identifier: MIT
 *
 * Who keeps whom alive in the analyzer: batches and slices, texts and caches, parent and child.
 * Knows the headers of the analyzer's objects.
 * hf_live tells after each step what died. */
#include <stdlib.h>

#include "analyzer.h"
#include "hash.h"
#include "support/run_suite.h"

static batch *
batch_of_two_rows(void)
{
    static const char *const fields[] = {"a", "b", "c", "d"};
    batch *b = batch_new(2, NULL);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(batch_add_field(b, span_of(fields[i])), 0);
        if (i % 2) ck_assert_int_eq(batch_end_row(b, (uint64_t)i), 0);
    }
    return b;
}

START_TEST(a_batch_lives_exactly_as_long_as_any_of_its_slices)
{
    batch *b = batch_of_two_rows();
    slice *first = slice_new(b, 0);
    slice *second = slice_new(b, 1);
    hf_clear(&b);
    ck_assert_uint_eq(hf_live(&hf_type_batch), 1);
    hf_clear(&first);
    ck_assert_uint_eq(hf_live(&hf_type_batch), 1);
    ck_assert_uint_eq(slice_rows(second), 2);
    ck_assert(memcmp(slice_field(second, 0).bytes, "b", 1) == 0);
    ck_assert(memcmp(slice_field(second, 1).bytes, "d", 1) == 0);
    hf_clear(&second);
    ck_assert_uint_eq(hf_live(&hf_type_batch), 0);
}
END_TEST

START_TEST(a_dropped_row_leaves_those_before_it)
{
    hf_auto batch *b = batch_of_two_rows();
    ck_assert_int_eq(batch_add_field(b, span_of("ragged")), 0);
    batch_drop_row(b);
    ck_assert_int_eq(batch_add_field(b, span_of("e")), 0);
    ck_assert_int_eq(batch_add_field(b, span_of("")), 0);
    ck_assert_int_eq(batch_end_row(b, 9), 0);
    ck_assert_uint_eq(b->rows, 3);
    ck_assert(memcmp(batch_field(b, 2, 0).bytes, "e", 1) == 0);
    ck_assert_uint_eq(batch_field(b, 2, 0).length, 1);
    ck_assert_uint_eq(batch_field(b, 2, 1).length, 0);
    ck_assert(memcmp(batch_field(b, 1, 1).bytes, "d", 1) == 0);
}
END_TEST

START_TEST(a_column_keeps_its_first_batch_and_no_other)
{
    hf_auto hf_cache *cache = text_cache_new(1 << 20);
    hf_auto column *c = column_new(span_of("letters"));
    const struct nulls none = {0};
    for (int i = 0; i < 3; i++) {
        hf_auto batch *b = batch_of_two_rows();
        hf_auto slice *values = slice_new(b, 1);
        ck_assert_int_eq(column_add(c, values, cache, &none), 0);
    }
    ck_assert_uint_eq(hf_live(&hf_type_batch), 1);
    ck_assert_uint_eq(c->values, 6);
    ck_assert_uint_eq(column_sample_rows(c), 2);
    hf_clear(&c);
    ck_assert_uint_eq(hf_live(&hf_type_batch), 0);
}
END_TEST

static text *
intern(hf_cache *cache, const char *value)
{
    return text_cache_intern(cache, span_of(value), hash_span(span_of(value)));
}

START_TEST(the_same_value_is_the_same_object)
{
    hf_auto hf_cache *cache = text_cache_new(1 << 20);
    hf_auto text *once = intern(cache, "Bjørn");
    hf_auto text *again = intern(cache, "Bjørn");
    hf_auto text *other = intern(cache, "Björn");
    ck_assert_ptr_eq(once, again);
    ck_assert_ptr_ne(once, other);
    ck_assert_uint_eq(hf_count(once), 3);
}
END_TEST

START_TEST(what_is_kept_of_values_is_bounded_and_what_is_held_is_found_again)
{
    enum { BYTES = 64 << 10, LEAST_WEIGHT = 100 };
    hf_auto hf_cache *cache = text_cache_new(BYTES);
    hf_auto text *held = intern(cache, "held");
    char written[32];
    for (int i = 0; i < 100000; i++) {
        snprintf(written, sizeof written, "%d", i);
        hf_release(intern(cache, written));
    }
    ck_assert_uint_le(hf_live(&hf_type_text), BYTES / LEAST_WEIGHT);
    hf_auto text *again = intern(cache, "held");
    ck_assert_ptr_eq(again, held);
    hf_cache_figures figures;
    hf_cache_stats(cache, &figures);
    ck_assert_uint_le(figures.peak_weight, BYTES);
    hf_clear(&cache);
    ck_assert_uint_eq(hf_live(&hf_type_text), 1);
}
END_TEST

START_TEST(a_cache_that_is_too_small_does_without)
{
    hf_auto hf_cache *cache = text_cache_new(1);
    hf_auto text *once = intern(cache, "Bjørn");
    hf_auto text *again = intern(cache, "Bjørn");
    ck_assert_ptr_ne(once, again);
    ck_assert_uint_eq(hf_count(once), 1);
}
END_TEST

START_TEST(of_a_long_value_only_the_beginning_is_kept)
{
    char value[1001];
    memset(value, 'x', 1000);
    value[1000] = '\0';
    hf_auto text *long_one = text_new(span_of(value), hash_span(span_of(value)));
    value[999] = 'y';
    ck_assert_uint_eq(long_one->length, 1000);
    ck_assert_uint_eq(text_span(long_one).length, TEXT_KEPT_BYTES);
    ck_assert(!text_is(long_one, span_of(value), hash_span(span_of(value))));
}
END_TEST

START_TEST(a_generator_refers_to_its_analyzer_and_does_not_keep_it)
{
    const struct options options = {.output = "/dev/null"};
    analyzer *a = hf_new(analyzer);
    hf_auto generator *g = generator_new(a, &options);
    hf_set(a, reporter, g);
    ck_assert_uint_eq(hf_count(a), 1);
    {
        hf_auto analyzer *owner = hf_upgrade(&g->owner);
        ck_assert_ptr_eq(owner, a);
        ck_assert_uint_eq(hf_count(a), 2);
    }
    hf_clear(&a);
    ck_assert_uint_eq(hf_live(&hf_type_analyzer), 0);
    ck_assert_int_eq(generator_write(g), -1);
    ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(a_generator_that_holds_its_analyzer_leaks_both)
{
    const struct options options = {.output = "/dev/null", .leak = true};
    analyzer *a = hf_new(analyzer);
    hf_auto generator *g = generator_new(a, &options);
    hf_set(a, reporter, g);
    ck_assert(hf_is(g, holding_generator));
    ck_assert_uint_eq(hf_count(a), 2);
    hf_release(a);
    ck_assert_uint_eq(hf_live(&hf_type_analyzer), 1);
    /* The cure: without the edge from child to parent both die. */
    hf_set(hf_cast(holding_generator, g), held, NULL);
    ck_assert_uint_eq(hf_live(&hf_type_analyzer), 0);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("analyzer: objects");
    TCase *t = tcase_create("objects");
    tcase_add_test(t, a_batch_lives_exactly_as_long_as_any_of_its_slices);
    tcase_add_test(t, a_dropped_row_leaves_those_before_it);
    tcase_add_test(t, a_column_keeps_its_first_batch_and_no_other);
    tcase_add_test(t, the_same_value_is_the_same_object);
    tcase_add_test(t, what_is_kept_of_values_is_bounded_and_what_is_held_is_found_again);
    tcase_add_test(t, a_cache_that_is_too_small_does_without);
    tcase_add_test(t, of_a_long_value_only_the_beginning_is_kept);
    tcase_add_test(t, a_generator_refers_to_its_analyzer_and_does_not_keep_it);
    tcase_add_test(t, a_generator_that_holds_its_analyzer_leaks_both);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
