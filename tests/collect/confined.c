/* SPDX-License-Identifier: MIT
 *
 * Catalogue, case T10 and its neighbours: types that stay on their thread.
 * Knows public headers and the nodes of graph.h.
 * Confined garbage ends when its own thread collects, in whichever way, and never on another. */
#include <pthread.h>

#include "collect/graph.h"

static void
expect_same_thread(node *self)
{
    ck_assert(pthread_equal(*(pthread_t *)self->context, pthread_self()));
}

/* Makes a ring that dies on this thread only. */
static node *
ring_of_thread(enum kind_number kind, size_t length, pthread_t *self)
{
    *self = pthread_self();
    node *ring = make_ring(kind, length), *n = ring;
    for (size_t i = 0; i < length; i++, n = at(n, 0)) {
        n->last_act = expect_same_thread;
        n->context = self;
    }
    return ring;
}

/* ---- others collect ---------------------------------------------------------------------- */

static void *
collect_elsewhere(void *unused)
{
    for (size_t i = 0; i < 10; i++) {
        hf_collect();
        hf_collect_step(NULL);
        hf_collect_quiescent();
    }
    return unused;
}

CASE(T10_a_confined_ring_is_left_alone_by_all_other_threads)
{
    static const enum kind_number confined[] = {CONFINED, CONFINED_TRACED};
    for (size_t i = 0; i < 2; i++) {
        pthread_t self;
        node *ring = ring_of_thread(confined[i], 5, &self);
        touch(ring);
        on_a_thread(collect_elsewhere, NULL);
        expect_count(ring, 2);
        drop(ring);
        on_a_thread(collect_elsewhere, NULL);
        collect();
        expect_dead(5 * (i + 1));
    }
}

/* ---- each thread has its own ------------------------------------------------------------- */

enum { THREADS = 4 };

static void *
live_alone(void *way)
{
    static const hf_budget smallest = {.objects = 1};
    pthread_t self;
    for (size_t i = 1; i <= 20; i++) {
        node *ring = ring_of_thread(i % 2 ? CONFINED : CONFINED_TRACED, i, &self);
        node_weak weak = {.to_ = NULL};
        watch(&weak, ring);
        hf_collect();
        expect_whole(ring);
        hf_release(ring);
        for (size_t steps = 0; steps < 10000 && is_there(&weak); steps++) {
            if (way) hf_collect_step(&smallest);
            else hf_collect();
        }
        ck_assert(!is_there(&weak));
        hf_weak_clear(&weak);
    }
    return NULL;
}

CASE(T10_threads_with_confined_rings_of_their_own_collect_them_side_by_side)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        void *way = i % 2 ? &threads[i] : NULL;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, live_alone, way), 0);
    }
    for (size_t i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    expect_dead(THREADS * 210);
}

/* ---- the thread ends --------------------------------------------------------------------- */

static void *
collect_at_last(void *unused)
{
    pthread_t self;
    node *first = ring_of_thread(CONFINED, 7, &self);
    give(first, 1, ring_of_thread(CONFINED_TRACED, 3, &self));
    hf_release(first);
    hf_collect();
    return unused;
}

CASE(T10_a_thread_that_collects_before_it_ends_leaves_nothing)
{
    for (size_t i = 1; i <= 3; i++) {
        on_a_thread(collect_at_last, NULL);
        expect_dead(10 * i);
    }
}

static void *
end_without_collecting(void *unused)
{
    hf_release(make_ring(CONFINED, 4));
    return unused;
}

START_TEST(T10_confined_garbage_of_a_thread_that_is_gone_stays_for_ever)
{
    on_a_thread(end_without_collecting, NULL);
    ck_assert_uint_eq(hf_collect(), 0);
    hf_release(make_ring(CONFINED, 3));
    ck_assert_uint_eq(hf_collect(), 3);
    on_a_thread(collect_elsewhere, NULL);
    expect_dead(3);
    hf_test_expect_leaks(4);
}
END_TEST

/* ---- confined objects hold shared ones --------------------------------------------------- */

CASE(T10_a_shared_ring_that_a_confined_one_holds_dies_after_it_in_the_same_call)
{
    node *confined = make_ring(CONFINED, 3), *shared = make_ring(PLAIN, 4);
    give(at(confined, 0), 1, shared);
    touch(confined);
    collect();
    expect_dead(0);
    expect_count(shared, 2);
    drop(confined);
    collect();
    expect_dead(7);
}

CASE(T10_a_shared_ring_outlives_the_confined_one_that_held_it)
{
    node *confined = make_ring(CONFINED, 3), *shared = make_ring(PLAIN, 4);
    for (size_t i = 0; i < 2; i++) link_to(confined, 1 + i, shared);
    drop(confined);
    collect();
    expect_dead(3);
    expect_count(shared, 2);
    drop(shared);
    collect();
    expect_dead(7);
}

CASE(T10_a_living_confined_object_keeps_a_shared_ring)
{
    node *holder = make(CONFINED);
    give(holder, 0, make_ring(PLAIN, 4));
    touch(at(holder, 0));
    collect();
    expect_dead(0);
    on_a_thread(collect_elsewhere, NULL);
    expect_whole(at(at(holder, 0), 0));
    cut(holder, 0);
    collect();
    expect_dead(4);
    drop(holder);
}

static atomic_bool has_walked;

static void *
use_until_walked(void *shared)
{
    while (!atomic_load(&has_walked)) hf_release(hf_retain(shared));
    return NULL;
}

/* Its word is not the walk's, though the ring's words are. */
START_TEST(T10_what_others_use_keeps_its_count_while_a_confined_ring_that_holds_it_is_walked)
{
    pthread_t thread;
    node *shared = make(PLAIN), *ring = make_ring(CONFINED, 3);
    link_to(ring, 1, shared);
    ck_assert_int_eq(pthread_create(&thread, NULL, use_until_walked, shared), 0);
    for (size_t i = hf_test_rounds(200 * 1000); i > 0; i--) {
        hf_release(hf_retain(ring));
        hf_collect_step(NULL);
    }
    atomic_store(&has_walked, true);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    expect_count(shared, 2);
    hf_release(ring);
    hf_collect();
    expect_dead(3);
    expect_count(shared, 1);
    hf_release(shared);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("confined garbage");
    TCase *tests = tcase_create("confined garbage");
    add_case(tests, T10_a_confined_ring_is_left_alone_by_all_other_threads);
    add_case(tests, T10_threads_with_confined_rings_of_their_own_collect_them_side_by_side);
    add_case(tests, T10_a_thread_that_collects_before_it_ends_leaves_nothing);
    tcase_add_test(tests, T10_confined_garbage_of_a_thread_that_is_gone_stays_for_ever);
    add_case(tests, T10_a_shared_ring_that_a_confined_one_holds_dies_after_it_in_the_same_call);
    add_case(tests, T10_a_shared_ring_outlives_the_confined_one_that_held_it);
    add_case(tests, T10_a_living_confined_object_keeps_a_shared_ring);
    tcase_add_test(
        tests, T10_what_others_use_keeps_its_count_while_a_confined_ring_that_holds_it_is_walked);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
