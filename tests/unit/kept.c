/* SPDX-License-Identifier: MIT
 *
 * Tests of the blocks that a thread keeps: how many, of which kinds, and until when.
 * Knows the inside of that file, which is compiled in, in place of the library's, and keeps blocks
 * whatever watches malloc; counts the blocks that malloc has given.
 * What objects do with it is seen in tests/seam, as a release build runs it. */
#define HF_KEEPS_BLOCKS 1
#include "block/kept.c"

#include "oom/allocations.h"
#include "support/run_suite.h"

enum { SMALL = 48, LARGE = 128 };

static unsigned small, linked, tracked, large;
static size_t held_before;

static void
miss_many(unsigned kind, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_null(kept_take(kind));
        kept_miss();
    }
}

/* In each test, since Check itself asks for memory before it, and gives some back. */
static void
begin(void)
{
    small = small_kind_of(SMALL, false, false);
    linked = small_kind_of(SMALL, true, false);
    tracked = small_kind_of(SMALL, false, true);
    large = small_kind_of(LARGE, false, false);
    keeps_blocks = true;
    miss_many(small, 1);
    held_before = allocations_held();
}

/* A pointer into a block makes memcheck doubt that it is held. */
static void
end(void)
{
    give_all_to_malloc(&hfi_kept);
}

static size_t
held(void)
{
    return allocations_held() - held_before;
}

static void *
new_payload(unsigned kind)
{
    char *raw = malloc(small_kind_bytes(kind));
    ck_assert_ptr_nonnull(raw);
    return raw + small_kind_header(kind);
}

static void
put_many(unsigned kind, size_t count)
{
    for (size_t i = 0; i < count; i++) kept_put(new_payload(kind), kind);
}

START_TEST(nothing_is_there_at_first)
{
    begin();
    miss_many(small, 1);
    miss_many(linked, 1);
}
END_TEST

START_TEST(what_was_put_last_is_taken_first)
{
    begin();
    void *one = new_payload(small), *two = new_payload(small);
    kept_put(one, small);
    kept_put(two, small);
    ck_assert_uint_eq(held(), 2);
    ck_assert_ptr_eq(kept_take(small), two);
    ck_assert_ptr_eq(kept_take(small), one);
    miss_many(small, 1);
    kept_put(one, small);
    kept_put(two, small);
}
END_TEST

START_TEST(kinds_are_kept_apart)
{
    begin();
    void *one = new_payload(linked);
    kept_put(one, linked);
    miss_many(small, 1);
    miss_many(large, 1);
    miss_many(tracked, 1);
    ck_assert_ptr_eq(kept_take(linked), one);
    kept_put(one, linked);
}
END_TEST

START_TEST(no_more_is_kept_than_there_is_room_for)
{
    enum { MOST = KEPT_BYTES_MOST / SMALL };
    begin();
    put_many(small, MOST + 10);
    ck_assert_uint_eq(held(), MOST);
    /* What is taken makes room again. */
    void *one = kept_take(small);
    ck_assert_ptr_nonnull(one);
    kept_put(one, small);
    put_many(small, 1);
    ck_assert_uint_eq(held(), MOST);
}
END_TEST

START_TEST(what_nobody_wants_makes_way_for_what_is_missed)
{
    begin();
    put_many(small, KEPT_BYTES_MOST / SMALL);
    miss_many(large, KEPT_MISSED_MOST);
    ck_assert_uint_eq(held(), KEPT_BYTES_MOST / SMALL);
    put_many(large, 1);
    miss_many(large, 1);
    ck_assert_uint_eq(held(), 0);
    put_many(large, 1);
    ck_assert_uint_eq(held(), 1);
    miss_many(small, 1);
}
END_TEST

START_TEST(a_little_may_stay_whatever_is_missed)
{
    begin();
    put_many(small, 10);
    miss_many(large, 2 * KEPT_MISSED_MOST);
    ck_assert_uint_eq(held(), 10);
}
END_TEST

START_TEST(a_thread_that_makes_nothing_keeps_nothing)
{
    size_t before = allocations_held();
    size_t requests = allocations_requested();
    put_many(small_kind_of(SMALL, false, false), 10);
    ck_assert_uint_eq(allocations_held(), before);
    ck_assert_uint_eq(allocations_requested(), requests + 10);
}
END_TEST

static void *
put_some(void *unused)
{
    miss_many(small, 1);
    put_many(small, 10);
    put_many(linked, 10);
    return unused;
}

START_TEST(a_thread_that_exits_keeps_nothing)
{
    begin();
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, put_some, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(held(), 0);
}
END_TEST

START_TEST(past_the_exit_everything_goes_to_malloc)
{
    begin();
    put_many(small, 10);
    leave(&hfi_kept.at_exit);
    ck_assert_uint_eq(held(), 0);
    put_many(small, 10);
    miss_many(small, KEPT_MISSED_MOST + 1);
    put_many(small, 10);
    ck_assert_uint_eq(held(), 0);
}
END_TEST

START_TEST(where_malloc_is_watched_nothing_is_kept)
{
    size_t before = allocations_held();
    keeps_blocks = false;
    miss_many(small_kind_of(SMALL, false, false), 1);
    put_many(small_kind_of(SMALL, false, false), 10);
    miss_many(small_kind_of(SMALL, false, false), KEPT_MISSED_MOST + 1);
    put_many(small_kind_of(SMALL, false, false), 10);
    ck_assert_uint_eq(allocations_held(), before);
}
END_TEST

START_TEST(without_memory_for_the_exit_nothing_is_kept)
{
    size_t before = allocations_held();
    keeps_blocks = true;
    allocations_refuse(1);
    miss_many(small_kind_of(SMALL, false, false), 1);
    ck_assert(allocations_refused());
    put_many(small_kind_of(SMALL, false, false), 10);
    ck_assert_uint_eq(allocations_held(), before);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("kept blocks");
    TCase *tests = tcase_create("blocks");
    tcase_add_checked_fixture(tests, NULL, end);
    tcase_add_test(tests, nothing_is_there_at_first);
    tcase_add_test(tests, what_was_put_last_is_taken_first);
    tcase_add_test(tests, kinds_are_kept_apart);
    tcase_add_test(tests, no_more_is_kept_than_there_is_room_for);
    tcase_add_test(tests, what_nobody_wants_makes_way_for_what_is_missed);
    tcase_add_test(tests, a_little_may_stay_whatever_is_missed);
    tcase_add_test(tests, a_thread_that_makes_nothing_keeps_nothing);
    tcase_add_test(tests, a_thread_that_exits_keeps_nothing);
    tcase_add_test(tests, past_the_exit_everything_goes_to_malloc);
    tcase_add_test(tests, where_malloc_is_watched_nothing_is_kept);
    tcase_add_test(tests, without_memory_for_the_exit_nothing_is_kept);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
