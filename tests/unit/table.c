/* SPDX-License-Identifier: MIT
 *
 * Test of the index under maps and caches, and of the hashes that it is asked with.
 * Knows contain/table.h and contain/key.h.
 * Hashes have a secret that differs from run to run. What is asserted of them is so far from the
 * expected that it fails once in more runs than anybody makes. */
#include "contain/table.h"
#include "contain/key.h"

#include <stdlib.h>

#include "support/run_suite.h"

enum { MANY = 8192 };

/* ---- the index --------------------------------------------------------------------------- */

static bool
has(const struct table *table, uint32_t hash, uint32_t row)
{
    struct table_walk walk = table_walk_begin(table, hash);
    uint32_t found;
    while ((found = table_walk_next(&walk)) != TABLE_FREE) {
        if (found == row) return true;
    }
    return false;
}

START_TEST(an_empty_index_has_nothing)
{
    struct table table = {NULL, 0, 0};
    ck_assert(!has(&table, 0, 0));
    ck_assert(hfi_table_reserve(&table, 1, NULL, NULL));
    ck_assert(!has(&table, 0, 0));
    hfi_table_free(&table);
    ck_assert(!hfi_table_reserve(&table, (size_t)TABLE_ROWS_MOST + 1, NULL, NULL));
}
END_TEST

/* Which hash a row has: one of few, which lie side by side and at both ends, so that most rows are
 * far behind the chunk where a search for them begins. */
static uint32_t
hash_of_row(const void *owner, uint32_t row)
{
    static const uint32_t hashes[] = {0, 1, 2, UINT32_MAX, UINT32_MAX - 1, 1u << 31};
    ck_assert_ptr_null(owner);
    return hashes[row % 6];
}

START_TEST(rows_with_hashes_that_meet_come_and_go_by_themselves)
{
    enum { ROWS = 600 };
    struct table table = {NULL, 0, 0};
    bool is_in[ROWS] = {false};
    unsigned random = 1;
    for (int i = 0; i < 20000; i++) {
        random = random * 1103515245 + 12345;
        uint32_t row = random / 65536 % ROWS, hash = hash_of_row(NULL, row);
        ck_assert(hfi_table_reserve(&table, (size_t)table.used + 1, hash_of_row, NULL));
        if (is_in[row]) table_remove(&table, hash, row);
        else table_add(&table, hash, row);
        is_in[row] = !is_in[row];
        if (i % 500) continue;
        for (uint32_t k = 0; k < ROWS; k++) {
            ck_assert_int_eq(has(&table, hash_of_row(NULL, k), k), is_in[k]);
        }
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        if (is_in[row]) table_remove(&table, hash_of_row(NULL, row), row);
    }
    for (size_t at = 0; at <= table.mask; at++) ck_assert_uint_eq(table.chunks[at].went_on, 0);
    hfi_table_free(&table);
}
END_TEST

/* So many rows that begin at chunk `at` that the last one goes on; returns it. */
static uint32_t
fill_chunk(struct table *table, uint32_t at, uint32_t row)
{
    for (uint32_t i = 0; i <= CHUNK_SLOTS; i++) table_add(table, at, row + i);
    return row + CHUNK_SLOTS;
}

/* Of the rows of each chunk the last one is left, which has gone on to the next. */
START_TEST(a_search_ends_though_rows_went_on_from_every_chunk)
{
    enum { CHUNKS = 4, ROWS = CHUNK_SLOTS + 1 };
    struct table table = {NULL, 0, 0};
    ck_assert(hfi_table_reserve(&table, table_rows_of(CHUNKS), NULL, NULL));
    ck_assert_uint_eq(table.mask, CHUNKS - 1);
    for (uint32_t at = 0; at < CHUNKS; at++) {
        uint32_t last = fill_chunk(&table, at, at * ROWS);
        for (uint32_t row = at * ROWS; row < last; row++) {
            if (has(&table, at, row)) table_remove(&table, at, row);
        }
        ck_assert(has(&table, at, last));
    }
    for (uint32_t at = 0; at < CHUNKS; at++) {
        ck_assert_uint_gt(table.chunks[at].went_on, 0);
        ck_assert(!has(&table, at, UINT32_MAX - 1));
    }
    hfi_table_free(&table);
}
END_TEST

/* A slot with the tag is found, the first that is found has it, and of those that are free only
 * those are found; in either way to look. */
static void
check_matches(const struct table_chunk *chunk, uint8_t sought, bool by_words)
{
    uint64_t set = by_words ? chunk_match_by_words(chunk, sought) : chunk_match(chunk, sought);
    unsigned found = 0, first = CHUNK_SLOTS;
    for (; set; set &= set - 1) {
        unsigned slot = by_words ? slot_first_by_words(set) : slot_first((slot_set)set);
        if (!found) first = slot;
        ck_assert_uint_lt(slot, CHUNK_SLOTS);
        found |= 1u << slot;
    }
    if (found) ck_assert_uint_eq(chunk->tags[first], sought);
    for (unsigned slot = 0; slot < CHUNK_SLOTS; slot++) {
        if (chunk->tags[slot] == sought) ck_assert(found & 1u << slot);
        else if (!chunk->tags[slot] || !sought) ck_assert(!(found & 1u << slot));
    }
}

START_TEST(slots_are_found_by_their_tags)
{
    static const uint8_t few[] = {0, TAG_IN_USE, TAG_IN_USE | 1, TAG_IN_USE | 2, TAG_IN_USE | 3};
    unsigned random = 1;
    for (int i = 0; i < 2000; i++) {
        struct table_chunk chunk = {{0}, (uint32_t)i % 2, {0}};
        for (unsigned slot = 0; slot < CHUNK_SLOTS; slot++) {
            random = random * 1103515245 + 12345;
            chunk.tags[slot] = few[(random >> 16) % 5];
        }
        check_matches(&chunk, few[i % 5], false);
        check_matches(&chunk, few[i % 5], true);
    }
}
END_TEST

/* ---- keys that somebody has chosen --------------------------------------------------------- */

/* Returns at how many chunks the longest search looks, among keys that are all different. */
static uint32_t
longest_search(const hf_key *keys, uint32_t count)
{
    struct table table = {NULL, 0, 0};
    uint32_t longest = 0;
    ck_assert(hfi_table_reserve(&table, count, NULL, NULL));
    for (uint32_t i = 0; i < count; i++) table_add(&table, key_hash(keys[i]), i);
    for (uint32_t i = 0; i < count; i++) {
        struct table_walk walk = table_walk_begin(&table, key_hash(keys[i]));
        while (table_walk_next(&walk) != i) continue;
        if (walk.behind > longest) longest = walk.behind;
    }
    hfi_table_free(&table);
    return longest + 1;
}

/* For random hashes it is about six. */
enum { LONGEST = 100 };

static hf_key keys[MANY];

START_TEST(integers_that_are_alike_in_their_low_bits_do_not_meet)
{
    for (unsigned shift = 0; shift <= 51; shift++) {
        for (uint64_t i = 0; i < MANY; i++) keys[i] = hf_key_integer(i << shift);
        ck_assert_uint_le(longest_search(keys, MANY), LONGEST);
    }
}
END_TEST

START_TEST(addresses_that_lie_side_by_side_do_not_meet)
{
    for (size_t apart = 16; apart <= 65536; apart *= 2) {
        for (size_t i = 0; i < MANY; i++) {
            keys[i] = hf_key_object((const void *)(uintptr_t)(0x10000 + i * apart));
        }
        ck_assert_uint_le(longest_search(keys, MANY), LONGEST);
    }
}
END_TEST

/* Each letter pair of one row has the same value for a hash that multiplies by 33, or by 31. */
static void
make_strings(char (*strings)[26], const char *one, const char *other)
{
    for (size_t i = 0; i < MANY; i++) {
        for (size_t k = 0; k < 13; k++) memcpy(strings[i] + 2 * k, i >> k & 1 ? one : other, 2);
        keys[i] = hf_key_string(strings[i], 26);
    }
}

static uint32_t
hash_by(uint32_t factor, const hf_key *key)
{
    uint32_t hash = 5381;
    for (size_t i = 0; i < key->length; i++) hash = hash * factor + (unsigned char)key->is.bytes[i];
    return hash;
}

START_TEST(strings_that_meet_for_simpler_hashes_do_not_meet)
{
    static char strings[MANY][26];
    make_strings(strings, "Ez", "FY");
    for (size_t i = 1; i < MANY; i++) {
        ck_assert_uint_eq(hash_by(33, &keys[i]), hash_by(33, &keys[0]));
    }
    ck_assert_uint_le(longest_search(keys, MANY), LONGEST);
    make_strings(strings, "Aa", "BB");
    for (size_t i = 1; i < MANY; i++) {
        ck_assert_uint_eq(hash_by(31, &keys[i]), hash_by(31, &keys[0]));
    }
    ck_assert_uint_le(longest_search(keys, MANY), LONGEST);
}
END_TEST

START_TEST(shards_get_their_share_of_any_keys)
{
    enum { SHARDS = 64 };
    for (unsigned shift = 0; shift <= 48; shift += 6) {
        unsigned share[SHARDS] = {0};
        for (uint64_t i = 0; i < MANY; i++) {
            share[key_hash(hf_key_integer(i << shift)) >> 26]++;
        }
        /* A strongly universal function has the variance of a random one, not its tails. */
        for (size_t i = 0; i < SHARDS; i++) ck_assert_uint_le(share[i], MANY / SHARDS * 8);
    }
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tests = tcase_create("table");
    tcase_add_test(tests, an_empty_index_has_nothing);
    tcase_add_test(tests, rows_with_hashes_that_meet_come_and_go_by_themselves);
    tcase_add_test(tests, a_search_ends_though_rows_went_on_from_every_chunk);
    tcase_add_test(tests, slots_are_found_by_their_tags);
    tcase_add_test(tests, integers_that_are_alike_in_their_low_bits_do_not_meet);
    tcase_add_test(tests, addresses_that_lie_side_by_side_do_not_meet);
    tcase_add_test(tests, strings_that_meet_for_simpler_hashes_do_not_meet);
    tcase_add_test(tests, shards_get_their_share_of_any_keys);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
