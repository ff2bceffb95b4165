/* SPDX-License-Identifier: MIT
 *
 * Tests of hf_find_cycles with confined and traced objects, and where it tells nothing.
 * Knows only public headers. include/holdfast/collect.h. */
#include <holdfast/holdfast.h>

#include <string.h>

#include "seam/story.h"
#include "support/run_suite.h"

typedef struct plain {
    struct plain *next;
} plain;
HF_DECLARE(plain);
HF_TYPE(plain, .fields = HF_FIELDS(HF_STRONG(plain, next)));

typedef plain secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(secret, next)));

/* Drops two objects that hold each other. */
static void
drop_pair(void)
{
    hf_auto plain *a = hf_new(plain), *b = hf_new(plain);
    ck_assert(a && b);
    hf_set(a, next, b);
    hf_set(b, next, a);
}

/* ---- confined, traced -------------------------------------------------------------------- */

START_TEST(confined_cycles_are_told_on_their_thread)
{
    secret *s = hf_new(secret);
    ck_assert_ptr_nonnull(s);
    hf_give(s, next, hf_retain(s));
    hf_release(s);
    expect_cycle(1, "secret.next[0] ");
    drop_pair();
    expect_groups(2, 3);
    ck_assert_uint_eq(hf_collect(), 3);
}
END_TEST

/* Visits what it holds, `visits` times. */
typedef struct traced {
    struct traced *held;
    int visits;
} traced;

static size_t locked;

static void
lock(void *self)
{
    (void)self;
    ck_assert_uint_eq(locked++, 0);
}

static void
unlock(void *self)
{
    (void)self;
    ck_assert_uint_eq(--locked, 0);
}

static void
visit_held(void *self, hf_visitor *visitor)
{
    const traced *t = self;
    for (int i = 0; i < t->visits; i++) hf_visit(visitor, t->held);
}

HF_DECLARE(traced);
HF_TYPE(traced, .trace = visit_held, .guard = {lock, unlock});

typedef traced opaque;
HF_DECLARE(opaque);
HF_TYPE(opaque, .trace = visit_held);

static traced *
new_traced(const hf_type *type)
{
    traced *t = hf_new_type(type, sizeof *t);
    ck_assert_ptr_nonnull(t);
    t->visits = 1;
    return t;
}

/* Stores owned, under the guard. */
static void
hold(traced *holder, traced *owned)
{
    lock(holder);
    hf_note_store(owned);
    holder->held = owned;
    unlock(holder);
}

START_TEST(what_a_guarded_function_visits_is_told)
{
    traced *a = new_traced(&hf_type_traced), *b = new_traced(&hf_type_traced);
    hold(a, hf_retain(b));
    hold(b, hf_retain(a));
    hf_release(a);
    hf_release(b);
    expect_cycle(2, "traced.(trace)[0] traced.(trace)[0] ");
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

START_TEST(what_an_unguarded_function_visits_counts_as_held)
{
    traced *o = new_traced(&hf_type_opaque);
    hold(o, hf_retain(o));
    hf_release(o);
    expect_nothing_told();
    ck_assert_uint_eq(hf_collect_quiescent(), 1);
}
END_TEST

START_TEST(a_function_that_visits_too_often_makes_no_cycle_of_what_lives)
{
    hf_test_capture_warning();
    traced *t = new_traced(&hf_type_traced);
    t->visits = 5;
    hold(t, hf_retain(t));
    hf_release(hf_retain(t));
    expect_nothing_told();
    ck_assert_uint_ge(hf_test_warning_count(), 1);
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "type traced"));
    t->visits = 1;
    hf_release(t);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

/* ---- where nothing is told --------------------------------------------------------------- */

static void
count_call(const struct hf_cycle *cycle, void *ctx)
{
    (void)cycle;
    ++*(size_t *)ctx;
}

static void
collect_inside(const struct hf_cycle *cycle, void *ctx)
{
    (void)cycle;
    *(size_t *)ctx += hf_collect() + hf_collect_step(NULL) + hf_find_cycles(count_call, ctx);
}

START_TEST(inside_the_report_nothing_is_collected)
{
    drop_pair();
    size_t inside = 0;
    ck_assert_uint_eq(hf_find_cycles(collect_inside, &inside), 1);
    ck_assert_uint_eq(inside, 0);
    ck_assert_uint_eq(hf_collect(), 2);
}
END_TEST

static size_t destroy_calls;

static void
look_around(void *self)
{
    (void)self;
    size_t told = 0;
    ck_assert_uint_eq(hf_find_cycles(count_call, &told), 0);
    ck_assert_uint_eq(told, 0);
    destroy_calls++;
}

typedef plain curious;
HF_DECLARE(curious);
HF_TYPE(curious, .destroy = look_around, .fields = HF_FIELDS(HF_STRONG(curious, next)));

START_TEST(inside_a_destroy_function_nothing_is_told)
{
    drop_pair();
    curious *c = hf_new(curious);
    ck_assert_ptr_nonnull(c);
    hf_release(c);
    ck_assert_uint_eq(destroy_calls, 1);
    c = hf_new(curious);
    ck_assert_ptr_nonnull(c);
    hf_set(c, next, c);
    hf_release(c);
    expect_groups(2, 3);
    ck_assert_uint_eq(hf_collect(), 3);
    ck_assert_uint_eq(destroy_calls, 2);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("cycles of all kinds that are told");
    TCase *tests = tcase_create("find");
    tcase_add_test(tests, confined_cycles_are_told_on_their_thread);
    tcase_add_test(tests, what_a_guarded_function_visits_is_told);
    tcase_add_test(tests, what_an_unguarded_function_visits_counts_as_held);
    tcase_add_test(tests, a_function_that_visits_too_often_makes_no_cycle_of_what_lives);
    tcase_add_test(tests, inside_the_report_nothing_is_collected);
    tcase_add_test(tests, inside_a_destroy_function_nothing_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
