/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/object.h>: retain, release, clear, move.
 * Knows public headers only; built a second time with HF_INLINE.
 * How objects are made is in create.c, what hf_auto does on each way out of a scope in auto.c. */
#include <pthread.h>
#include <sched.h>

#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* ---- retain and release ------------------------------------------------------------------ */

START_TEST(retain_returns_the_same_pointer_owned_once_more)
{
    hf_auto node *n = hf_new(node);
    hf_auto node *same = hf_retain(n);
    ck_assert_ptr_eq(same, n);
    ck_assert_uint_eq(hf_count(n), 2);
}
END_TEST

START_TEST(retain_evaluates_its_argument_once)
{
    hf_auto node *n = hf_new(node);
    node *nodes[] = {n, NULL};
    node **next = nodes;
    hf_auto node *same = hf_retain(*next++);
    ck_assert_ptr_eq(same, n);
    ck_assert_ptr_eq(next, nodes + 1);
}
END_TEST

START_TEST(null_is_retained_released_counted_and_abandoned_without_effect)
{
    node *none = NULL;
    ck_assert_ptr_null(hf_retain(none));
    hf_release(none);
    hf_abandon(none);
    hf_clear(&none);
    ck_assert_ptr_null(hf_move(none));
    ck_assert_uint_eq(hf_count(none), 0);
}
END_TEST

START_TEST(an_object_dies_with_its_last_reference_and_not_before)
{
    enum { MANY = 1000 };
    witness *handles[MANY] = {witness_new("dead")};
    for (size_t i = 1; i < MANY; i++) handles[i] = hf_retain(handles[i - 1]);
    ck_assert_uint_eq(hf_count(handles[0]), MANY);
    for (size_t left = MANY - 1; left > 0; left--) {
        hf_clear(&handles[left]);
        ck_assert_uint_eq(hf_count(handles[0]), left);
    }
    ck_assert_str_eq(what_happened(), "");
    hf_release(handles[0]);
    ck_assert_str_eq(what_happened(), "dead");
}
END_TEST

START_TEST(clear_releases_and_sets_to_null)
{
    witness *w = witness_new("dead");
    hf_auto witness *other = hf_retain(w);
    hf_clear(&w);
    ck_assert_ptr_null(w);
    ck_assert_uint_eq(hf_count(other), 1);
    hf_clear(&other);
    ck_assert_ptr_null(other);
    ck_assert_str_eq(what_happened(), "dead");
}
END_TEST

/* Its destroy looks for the variable through which it was held. */
typedef struct seeker {
    void **place;
} seeker;
HF_DECLARE(seeker);

static void
seek(void *self)
{
    const seeker *s = self;
    happen(*s->place ? "still there" : "null");
}

HF_TYPE(seeker, .destroy = seek);

START_TEST(clear_sets_to_null_before_it_releases)
{
    static void *held;
    seeker *s = hf_new(seeker);
    s->place = &held;
    held = s;
    hf_clear(&held);
    ck_assert_str_eq(what_happened(), "null");
}
END_TEST

START_TEST(clear_evaluates_its_argument_once)
{
    witness *ws[] = {witness_new("first"), witness_new("second")};
    witness **next = ws;
    hf_clear(next++);
    ck_assert_ptr_eq(next, ws + 1);
    ck_assert_ptr_null(ws[0]);
    hf_clear(next);
    ck_assert_str_eq(what_happened(), "first, second");
}
END_TEST

START_TEST(replace_releases_what_the_variable_held)
{
    witness *w = witness_new("first");
    hf_replace(&w, witness_new("second"));
    ck_assert_str_eq(w->name, "second");
    ck_assert_uint_eq(hf_count(w), 1);
    ck_assert_str_eq(what_happened(), "first");
    hf_replace(&w, NULL);
    ck_assert_ptr_null(w);
    ck_assert_str_eq(what_happened(), "second");
    hf_replace(&w, witness_new("third"));
    hf_clear(&w);
    ck_assert_str_eq(what_happened(), "third");
}
END_TEST

START_TEST(replace_computes_the_new_one_while_the_old_one_is_held)
{
    hf_auto node *at = hf_new(node);
    hf_give(at, next, hf_new(node));
    hf_give(at->next, next, hf_new(node));
    size_t length = 0;
    for (; at; length++) hf_replace(&at, hf_take(at, next));
    ck_assert_uint_eq(length, 3);
    at = hf_new(node);
    hf_replace(&at, hf_retain(at));
    ck_assert_uint_eq(hf_count(at), 1);
}
END_TEST

START_TEST(replace_evaluates_its_arguments_once)
{
    node *variables[] = {hf_new(node), NULL}, *fresh[] = {hf_new(node), NULL};
    node **variable = variables, **next = fresh, *wanted = fresh[0];
    hf_replace(variable++, *next++);
    ck_assert_ptr_eq(variables[0], unknown_origin(wanted));
    ck_assert(variable == variables + 1 && next == fresh + 1);
    hf_release(unknown_origin(variables[0]));
}
END_TEST

static witness *replaced;

static void
look_at_replaced(void *object, void *ctx)
{
    (void)object, (void)ctx;
    happen(replaced ? replaced->name : "nothing");
}

START_TEST(replace_writes_the_variable_before_it_releases)
{
    replaced = witness_new("first");
    ck_assert(hf_on_death(replaced, look_at_replaced, NULL));
    hf_replace(&replaced, witness_new("second"));
    ck_assert_str_eq(what_happened(), "second, first");
    hf_clear(&replaced);
}
END_TEST

START_TEST(move_hands_over_and_leaves_null)
{
    node *n = hf_new(node);
    const node *address = n;
    hf_auto node *m = hf_move(n);
    ck_assert_ptr_null(n);
    ck_assert_ptr_eq(m, address);
    ck_assert_uint_eq(hf_count(m), 1);
}
END_TEST

/* ---- release from a destroy -------------------------------------------------------------- */

typedef struct careful {
    int number;
} careful;
HF_DECLARE(careful);

static void
hold_itself_for_a_while(void *self)
{
    careful *c = self;
    ck_assert_uint_eq(hf_count(c), 1);
    careful *again = hf_retain(c);
    ck_assert_uint_eq(hf_count(c), 2);
    hf_release(again);
    happen("destroy");
}

HF_TYPE(careful, .destroy = hold_itself_for_a_while);

START_TEST(destroy_may_retain_and_release_the_dying_object_and_runs_once)
{
    hf_release(hf_new(careful));
    ck_assert_str_eq(what_happened(), "destroy");
    ck_assert_uint_eq(hf_live(&hf_type_careful), 0);
}
END_TEST

/* ---- confined objects -------------------------------------------------------------------- */

typedef node confined;
HF_DECLARE(confined);
HF_TYPE(confined, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG(confined, next)));

static void *
live_confined(void *unused)
{
    confined *c = hf_new(confined);
    hf_give(c, next, (struct node *)hf_new(confined));
    hf_weak(confined) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, c), 0);
    confined *upgraded = hf_upgrade(&weak);
    confined *retained = hf_retain(c);
    ck_assert_ptr_eq(upgraded, c);
    ck_assert_uint_eq(hf_count(c), 3);
    hf_clear(&upgraded);
    hf_clear(&retained);
    ck_assert_uint_eq(hf_count(c), 1);
    hf_release(c);
    ck_assert_ptr_null(hf_upgrade(&weak));
    hf_weak_clear(&weak);
    return unused;
}

START_TEST(each_thread_may_have_confined_objects)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    hf_auto confined *here = hf_new(confined);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, live_confined, NULL), 0);
    }
    live_confined(NULL);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    ck_assert_uint_eq(hf_count(here), 1);
    ck_assert_uint_eq(hf_live(&hf_type_confined), 1);
}
END_TEST

static void *
release_it(void *object)
{
    hf_release(object);
    return NULL;
}

START_TEST(a_shared_object_may_die_on_another_thread)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, release_it, witness_new("dead")), 0);
    pthread_join(thread, NULL);
    ck_assert_str_eq(what_happened(), "dead");
}
END_TEST

/* Objects one after the other, each of which gets its first weak reference on one thread while
 * others retain and release it. */
enum { MOST_OBJECTS = 20000 };

static node *shared_nodes[MOST_OBJECTS];
static size_t node_count, node_now;

static void *
retain_and_release(void *unused)
{
    for (size_t round = 1;; round++) {
        size_t i = __atomic_load_n(&node_now, __ATOMIC_RELAXED);
        if (i == node_count) return unused;
        hf_release(hf_retain(shared_nodes[i]));
        /* Where threads take turns, those who wait must not wait for long. */
        if (round % 500 == 0) sched_yield();
    }
}

START_TEST(an_object_may_get_its_first_weak_reference_while_others_retain_it)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    node_count = hf_test_rounds(MOST_OBJECTS);
    if (node_count > MOST_OBJECTS) node_count = MOST_OBJECTS;
    for (size_t i = 0; i < node_count; i++) shared_nodes[i] = hf_new(node);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, retain_and_release, NULL), 0);
    }
    for (size_t i = 0; i < node_count; i++) {
        hf_weak(node) weak = {.to_ = NULL};
        ck_assert_int_eq(hf_weak_set(&weak, shared_nodes[i]), 0);
        hf_weak_clear(&weak);
        __atomic_store_n(&node_now, i + 1, __ATOMIC_RELAXED);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < node_count; i++) {
        ck_assert_uint_eq(hf_count(shared_nodes[i]), 1);
        hf_release(shared_nodes[i]);
    }
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static TCase *
references(void)
{
    TCase *tests = tcase_create("references");
    tcase_add_test(tests, retain_returns_the_same_pointer_owned_once_more);
    tcase_add_test(tests, retain_evaluates_its_argument_once);
    tcase_add_test(tests, null_is_retained_released_counted_and_abandoned_without_effect);
    tcase_add_test(tests, an_object_dies_with_its_last_reference_and_not_before);
    tcase_add_test(tests, clear_releases_and_sets_to_null);
    tcase_add_test(tests, clear_sets_to_null_before_it_releases);
    tcase_add_test(tests, clear_evaluates_its_argument_once);
    tcase_add_test(tests, replace_releases_what_the_variable_held);
    tcase_add_test(tests, replace_computes_the_new_one_while_the_old_one_is_held);
    tcase_add_test(tests, replace_evaluates_its_arguments_once);
    tcase_add_test(tests, replace_writes_the_variable_before_it_releases);
    tcase_add_test(tests, move_hands_over_and_leaves_null);
    tcase_add_test(tests, destroy_may_retain_and_release_the_dying_object_and_runs_once);
    return tests;
}

static TCase *
threads(void)
{
    TCase *tests = tcase_create("threads");
    tcase_add_test(tests, each_thread_may_have_confined_objects);
    tcase_add_test(tests, a_shared_object_may_die_on_another_thread);
    tcase_add_test(tests, an_object_may_get_its_first_weak_reference_while_others_retain_it);
    return tests;
}

static Suite *
suite(void)
{
    Suite *suite = suite_create("object.h");
    suite_add_tcase(suite, references());
    suite_add_tcase(suite, threads());
    return suite;
}

HF_TEST_MAIN(suite)
