/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/weak.h>: death notices, when they run and for whom.
 * Knows public headers only.
 * That they come before destroy and after weak references is in order.c, how they are taken back in
 * cancel.c. */
#include <pthread.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    hf_weak(struct node) back;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, back)));

static void
tell(void *object, void *ctx)
{
    (void)object;
    happen(ctx);
}

/* Registers a notice by which this text happens. */
static void
tell_on_death(void *object, const char *text)
{
    ck_assert_uint_ne(hf_on_death(object, tell, (void *)(uintptr_t)text), 0);
}

/* ---- running ----------------------------------------------------------------------------- */

struct call {
    const void *object;
    pthread_t thread;
    int times;
};

static void
record_call(void *object, void *ctx)
{
    struct call *call = ctx;
    call->object = object;
    call->thread = pthread_self();
    call->times++;
}

static void *
release_it(void *object)
{
    hf_release(object);
    return NULL;
}

START_TEST(a_notice_runs_once_with_the_object_on_the_thread_of_its_last_release)
{
    struct call call = {.times = 0};
    node *n = hf_new(node);
    const void *address = n;
    pthread_t thread;
    ck_assert_uint_ne(hf_on_death(n, record_call, &call), 0);
    node *same = hf_retain(n);
    hf_release(n);
    ck_assert_int_eq(call.times, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, release_it, same), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(call.times, 1);
    ck_assert_ptr_eq(call.object, address);
    ck_assert_int_ne(pthread_equal(call.thread, thread), 0);
}
END_TEST

START_TEST(notices_of_one_object_run_in_the_order_of_their_registration)
{
    node *first = hf_new(node);
    node *second = hf_new(node);
    tell_on_death(first, "first a");
    tell_on_death(second, "second a");
    tell_on_death(first, "first b");
    tell_on_death(first, "first b");
    tell_on_death(second, "second b");
    tell_on_death(first, "first c");
    hf_release(first);
    ck_assert_str_eq(what_happened(), "first a, first b, first b, first c");
    hf_release(second);
    ck_assert_str_eq(what_happened(), "second a, second b");
}
END_TEST

START_TEST(notices_of_a_chain_run_with_each_death_in_its_turn)
{
    node *chain = NULL;
    static const char *const names[] = {"third", "second", "first"};
    for (size_t i = 0; i < 3; i++) {
        node *n = hf_new(node);
        tell_on_death(n, names[i]);
        hf_give(n, next, chain);
        chain = n;
    }
    hf_release(chain);
    ck_assert_str_eq(what_happened(), "first, second, third");
}
END_TEST

typedef witness confined;
HF_DECLARE(confined);
HF_TYPE(confined, .flags = HF_CONFINED);

START_TEST(a_confined_object_has_notices_too)
{
    confined *c = hf_new(confined);
    tell_on_death(c, "first notice");
    tell_on_death(c, "second notice");
    hf_release(c);
    ck_assert_str_eq(what_happened(), "first notice, second notice");
}
END_TEST

static void
hold_for_a_moment(void *object, void *ctx)
{
    (void)ctx;
    node *n = object;
    node *same = hf_retain(n);
    ck_assert_ptr_eq(same, n);
    hf_release(same);
    happen("held");
}

START_TEST(a_notice_may_retain_and_release_the_object)
{
    node *n = hf_new(node);
    ck_assert_uint_ne(hf_on_death(n, hold_for_a_moment, NULL), 0);
    ck_assert_uint_ne(hf_on_death(n, hold_for_a_moment, NULL), 0);
    hf_release(n);
    ck_assert_str_eq(what_happened(), "held, held");
}
END_TEST

static void
release_another(void *object, void *ctx)
{
    (void)object;
    hf_release(ctx);
    happen("released");
}

START_TEST(what_a_notice_releases_dies_after_the_object)
{
    witness *first = witness_new("first dies");
    witness *second = witness_new("second dies");
    ck_assert_uint_ne(hf_on_death(first, release_another, second), 0);
    tell_on_death(first, "next notice");
    tell_on_death(second, "notice of second");
    hf_release(first);
    ck_assert_str_eq(what_happened(), "released, next notice, first dies, "
                                      "notice of second, second dies");
}
END_TEST

typedef hf_weak(node) node_weak;

static void
clear_weak(void *object, void *ctx)
{
    node *n = object;
    node_weak *weak = ctx;
    hf_weak_clear(&n->back);
    hf_weak_clear(weak);
    happen("cleared");
}

START_TEST(a_notice_may_clear_the_last_weak_reference_to_the_object)
{
    node_weak weak = {.to_ = NULL};
    node *n = hf_new(node);
    ck_assert_int_eq(hf_weak_set(&weak, n), 0);
    ck_assert_int_eq(hf_weak_set(&n->back, n), 0);
    ck_assert_uint_ne(hf_on_death(n, clear_weak, &weak), 0);
    tell_on_death(n, "next notice");
    hf_release(n);
    ck_assert_str_eq(what_happened(), "cleared, next notice");
    ck_assert_int_eq(hf_weak_dead(&weak), 0);
}
END_TEST

/* ---- registering ------------------------------------------------------------------------- */

static void
expect_refused(void *object)
{
    errno = 0;
    ck_assert_uint_eq(hf_on_death(object, tell, NULL), 0);
    ck_assert_int_eq(errno, EINVAL);
}

static void
register_too_late(void *object, void *ctx)
{
    (void)ctx;
    expect_refused(object);
    happen("notice");
}

static void
register_in_destroy(void *self)
{
    expect_refused(self);
    happen("destroy");
}

typedef witness mortal;
HF_DECLARE(mortal);
HF_TYPE(mortal, .destroy = register_in_destroy);

START_TEST(a_notice_for_nobody_or_for_the_dying_is_einval)
{
    expect_refused(NULL);
    mortal *m = hf_new(mortal);
    ck_assert_uint_ne(hf_on_death(m, register_too_late, NULL), 0);
    hf_release(m);
    ck_assert_str_eq(what_happened(), "notice, destroy");
}
END_TEST

static void
register_for_another(void *object, void *ctx)
{
    (void)object;
    tell_on_death(ctx, "other dies");
    happen("registered");
}

START_TEST(a_notice_may_register_one_for_another_object)
{
    node *n = hf_new(node);
    node *other = hf_new(node);
    ck_assert_uint_ne(hf_on_death(n, register_for_another, other), 0);
    hf_release(n);
    ck_assert_str_eq(what_happened(), "registered");
    hf_release(other);
    ck_assert_str_eq(what_happened(), "other dies");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
running(void)
{
    TCase *tests = tcase_create("running");
    tcase_add_test(tests, a_notice_runs_once_with_the_object_on_the_thread_of_its_last_release);
    tcase_add_test(tests, notices_of_one_object_run_in_the_order_of_their_registration);
    tcase_add_test(tests, notices_of_a_chain_run_with_each_death_in_its_turn);
    tcase_add_test(tests, a_confined_object_has_notices_too);
    tcase_add_test(tests, a_notice_may_retain_and_release_the_object);
    tcase_add_test(tests, what_a_notice_releases_dies_after_the_object);
    tcase_add_test(tests, a_notice_may_clear_the_last_weak_reference_to_the_object);
    return tests;
}

static TCase *
registering(void)
{
    TCase *tests = tcase_create("registering");
    tcase_add_test(tests, a_notice_for_nobody_or_for_the_dying_is_einval);
    tcase_add_test(tests, a_notice_may_register_one_for_another_object);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("death notices");
    suite_add_tcase(suite, running());
    suite_add_tcase(suite, registering());
    return suite;
}

HF_TEST_MAIN(suite)
