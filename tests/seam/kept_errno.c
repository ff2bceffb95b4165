/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/object.h>: a release leaves errno alone, whatever the program's code does
 * in the death that it brings.
 * Knows public headers only.
 * Every function that a death can run sets errno, each to a number of its own. */
#include <errno.h>
#include <stdlib.h>

#include <holdfast/holdfast.h>

#include "support/run_suite.h"

enum { KEPT = 1000, BY_DESTROY, BY_TRACE, BY_FREE, BY_OWNED, BY_NOTICE };

typedef struct rude {
    struct rude *next;
    char *text;
} rude;
HF_DECLARE(rude);

static unsigned calls;

static void
be_rude(int number)
{
    errno = number;
    calls++;
}

static void
rude_destroy(void *self)
{
    (void)self;
    be_rude(BY_DESTROY);
}

static void
rude_trace(void *self, hf_visitor *v)
{
    (void)self, (void)v;
    be_rude(BY_TRACE);
}

static void
rude_free(void *self)
{
    (void)self;
    be_rude(BY_FREE);
}

static void
drop_text(void *text)
{
    free(text);
    be_rude(BY_OWNED);
}

static void
note_death(void *object, void *ctx)
{
    (void)object, (void)ctx;
    be_rude(BY_NOTICE);
}

HF_TYPE(rude, .destroy = rude_destroy, .trace = rude_trace, .free = rude_free,
        .fields = HF_FIELDS(HF_STRONG(rude, next), HF_OWNED(rude, text, drop_text)));

/* One for each of them. */
typedef struct destroyed {
    int number;
} destroyed, freed, traced, noted;
HF_DECLARE(destroyed);
HF_DECLARE(freed);
HF_DECLARE(traced);
HF_DECLARE(noted);
HF_TYPE(destroyed, .destroy = rude_destroy);
HF_TYPE(freed, .free = rude_free);
HF_TYPE(traced, .trace = rude_trace);
HF_TYPE(noted);

static rude *
rude_new(void)
{
    rude *r = hf_new(rude);
    ck_assert_ptr_nonnull(r);
    r->text = malloc(1);
    ck_assert_ptr_nonnull(r->text);
    ck_assert(hf_on_death(r, note_death, NULL));
    return r;
}

/* Five calls for each death. */
#define EXPECT_KEPT(statement, deaths)           \
    do {                                         \
        calls = 0;                               \
        errno = KEPT;                            \
        statement;                               \
        ck_assert_int_eq(errno, KEPT);           \
        ck_assert_uint_eq(calls, 5u * (deaths)); \
    } while (0)

START_TEST(each_of_the_programs_functions_may_change_it)
{
    static const hf_type *const types[] = {&hf_type_destroyed, &hf_type_freed, &hf_type_traced,
                                           &hf_type_noted};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        void *object = hf_new_type(types[i], types[i]->size);
        ck_assert_ptr_nonnull(object);
        if (types[i] == &hf_type_noted) ck_assert(hf_on_death(object, note_death, NULL));
        calls = 0;
        errno = KEPT;
        hf_release(object);
        ck_assert_int_eq(errno, KEPT);
        ck_assert_uint_ge(calls, 1);
    }
}
END_TEST

START_TEST(a_release_leaves_errno_alone)
{
    rude *r = rude_new();
    hf_give(r, next, rude_new());
    EXPECT_KEPT(hf_release(r), 2);
    r = rude_new();
    EXPECT_KEPT(hf_clear(&r), 1);
    r = rude_new();
    EXPECT_KEPT(hf_replace(&r, NULL), 1);
    r = rude_new();
    calls = 0;
    errno = KEPT;
    hf_abandon(r);
    ck_assert_int_eq(errno, KEPT);
    ck_assert_uint_eq(calls, 4);
}
END_TEST

START_TEST(a_store_that_releases_leaves_errno_alone)
{
    hf_auto rude *r = rude_new(), *other = rude_new();
    hf_give(r, next, rude_new());
    EXPECT_KEPT(hf_set(r, next, other), 1);
#ifndef HF_NO_SLOTS
    hf_slot(rude) slot = {.to_ = NULL};
    ck_assert_int_eq(hf_slot_store(&slot, other), 0);
    hf_set(r, next, NULL);
    hf_clear(&other);
    EXPECT_KEPT(ck_assert_int_eq(hf_slot_store(&slot, NULL), 0), 1);
#endif
}
END_TEST

START_TEST(a_container_that_releases_leaves_errno_alone)
{
    hf_array(rude) list = {.to_ = NULL};
    hf_map(rude) map = {.to_ = NULL};
    for (uint64_t i = 0; i < 3; i++) {
        hf_auto rude *a = rude_new(), *b = rude_new();
        ck_assert_int_eq(hf_array_push(&list, a), 0);
        ck_assert_int_eq(hf_map_set(&map, hf_key_integer(i), b), 0);
    }
    EXPECT_KEPT(ck_assert_int_eq(hf_array_remove(&list, 1), 0), 1);
    EXPECT_KEPT(hf_array_clear(&list), 2);
    EXPECT_KEPT(ck_assert_int_eq(hf_map_remove(&map, hf_key_integer(1)), 1), 1);
    EXPECT_KEPT(hf_map_clear(&map), 2);
}
END_TEST

/* The descriptor is told, and its bound is passed. */
START_TEST(a_release_into_a_queue_leaves_errno_alone)
{
    static hf_queue queue;
    ck_assert_int_ge(hf_queue_fd(&queue), 0);
    hf_queue_limit(&queue, 1, HF_QUEUE_END_HERE);
    rude *first = rude_new(), *second = rude_new();
    EXPECT_KEPT(hf_release_later(first, &queue), 0);
    EXPECT_KEPT(hf_release_later(second, &queue), 1);
    EXPECT_KEPT(ck_assert_uint_eq(hf_queue_drain(&queue, 0), 1), 1);
    hf_queue_close(&queue);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("errno");
    TCase *tests = tcase_create("errno");
    tcase_add_test(tests, each_of_the_programs_functions_may_change_it);
    tcase_add_test(tests, a_release_leaves_errno_alone);
    tcase_add_test(tests, a_store_that_releases_leaves_errno_alone);
    tcase_add_test(tests, a_container_that_releases_leaves_errno_alone);
    tcase_add_test(tests, a_release_into_a_queue_leaves_errno_alone);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
