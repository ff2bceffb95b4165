/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group D: destroy functions that lock, wait for other threads, or never return.
 * Knows public headers and the nodes of graph.h.
 * A deadlock shows as a test that doesn't end. No lock of the library may be held, and nothing that
 * other threads need, while a destroy function runs. */
#include <pthread.h>
#include <setjmp.h>

#include "collect/graph.h"

static atomic_size_t acts;

static void
drop_with_act(node *ring, void (*act)(node *self))
{
    node *n = ring;
    atomic_store(&acts, 0);
    do {
        n->last_act = act;
        n = at(n, 0);
    } while (n != ring);
    drop(ring);
}

/* ---- D14 --------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t under_lock;

static void
lock_and_count(node *self)
{
    (void)self;
    pthread_mutex_lock(&lock);
    under_lock++;
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&acts, 1);
}

/* With the lock held: everything but to collect, and to be the last to let go. */
static void *
work_under_the_lock(void *shared)
{
    node *ring = shared;
    for (size_t i = 0; i < hf_test_rounds(300); i++) {
        node_weak weak = {.to_ = NULL};
        pthread_mutex_lock(&lock);
        node *n = make(PLAIN);
        n->last_act = lock_and_count;
        hf_set((plain *)n, a, n);
        watch(&weak, n);
        hf_release(hf_retain(ring));
        hf_release(n);
        node *found = hf_upgrade(&weak);
        if (found) hf_release(found);
        hf_weak_clear(&weak);
        under_lock++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void *
collect_often(void *ends)
{
    while (!atomic_load((atomic_bool *)ends)) hf_collect();
    return NULL;
}

CASE(D14_a_destroy_function_takes_a_lock_that_others_hold_while_they_release)
{
    atomic_bool ends = false;
    pthread_t collector;
    under_lock = 0;
    atomic_store(&acts, 0);
    node *ring = make_ring(PLAIN, 3);
    ck_assert_int_eq(pthread_create(&collector, NULL, collect_often, &ends), 0);
    on_a_thread(work_under_the_lock, ring);
    atomic_store(&ends, true);
    ck_assert_int_eq(pthread_join(collector, NULL), 0);
    drop(ring);
    collect();
    expect_dead(nodes_made());
    ck_assert_uint_eq(under_lock, atomic_load(&acts) + hf_test_rounds(300));
}

/* ---- D15, D16 ---------------------------------------------------------------------------- */

static void *
drop_it(void *n)
{
    hf_release(n);
    return NULL;
}

static void
drop_the_context_on_a_thread(node *self)
{
    if (self->context) on_a_thread(drop_it, self->context);
    atomic_fetch_add(&acts, 1);
}

CASE(D15_a_destroy_function_waits_for_a_thread_that_lets_go_of_the_tail)
{
    node *ring = make_ring(PLAIN, 3), *tail = make_ring(PLAIN, 2);
    link_to(at(ring, 0), 1, tail);
    ring->context = tail;
    drop_with_act(ring, drop_the_context_on_a_thread);
    collect();
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 3);
    expect_dead(5);
}

/* Everything that a program does, while a destroy function waits for it. */
static void *
live_on(void *unused)
{
    for (size_t i = 0; i < 20; i++) {
        node_weak weak = {.to_ = NULL};
        node *ring = make_ring(PLAIN, 3), *alone = make(LEAF);
        watch(&weak, ring);
        link_to(ring, 1, ring);
        touch(alone);
        drop(alone);
        ck_assert(is_there(&weak));
        drop(ring);
        hf_collect();
        ck_assert(!is_there(&weak));
        hf_weak_clear(&weak);
    }
    return unused;
}

static void
wait_for_others(node *self)
{
    (void)self;
    on_a_thread(live_on, NULL);
    atomic_fetch_add(&acts, 1);
}

CASE(D16_while_a_destroy_function_waits_others_make_upgrade_drop_and_collect)
{
    drop_with_act(make_ring(PLAIN, 2), wait_for_others);
    collect();
    ck_assert_uint_eq(atomic_load(&acts), 2);
    expect_dead(nodes_made());
}

/* Members wait for each other: those of one thread's set for those of another's. */
static pthread_barrier_t barrier;

static void
meet(node *self)
{
    (void)self;
    if (atomic_fetch_add(&acts, 1) < 2) pthread_barrier_wait(&barrier);
}

static void *
make_and_collect(void *unused)
{
    node *n = make(CONFINED);
    n->last_act = meet;
    give(n, 0, n);
    hf_collect();
    return unused;
}

CASE(D16_destroy_functions_on_two_threads_wait_for_each_other)
{
    pthread_t threads[2];
    atomic_store(&acts, 0);
    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, 2), 0);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, make_and_collect, NULL), 0);
    }
    for (size_t i = 0; i < 2; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    pthread_barrier_destroy(&barrier);
    expect_dead(2);
}

/* ---- D17 --------------------------------------------------------------------------------- */

static jmp_buf out;

static void
leave_by_longjmp(node *self)
{
    (void)self;
    longjmp(out, 1);
}

static void
leave_with_the_thread(node *self)
{
    (void)self;
    pthread_exit(NULL);
}

static void *
collect_and_never_return(void *act)
{
    drop_with_act(make_ring(PLAIN, 3), *(void (**)(node *))act);
    if (setjmp(out) == 0) hf_collect();
    /* Nothing more dies on this thread, and what it drops is left to others. */
    ck_assert_uint_eq(hf_collect(), 0);
    drop(make_ring(PLAIN, 4));
    return NULL;
}

/* The group stays as it is, for ever, as after a fatal handler that leaves (error.h); but nobody
 * else is the worse for it. */
START_TEST(D17_a_destroy_function_that_does_not_return_stops_its_own_group_and_thread_only)
{
    static void (*const acts_to_leave[])(node *) = {leave_by_longjmp, leave_with_the_thread};
    on_a_thread(collect_and_never_return, (void *)(uintptr_t)&acts_to_leave[_i]);
    size_t before = nodes_made();
    for (size_t i = 0; i < 10; i++) drop(make_ring(PLAIN, 5));
    ck_assert_uint_eq(hf_collect(), nodes_made() - 3);
    expect_dead(nodes_made() - 2);
    ck_assert_uint_eq(nodes_made() - before, 50);
    ck_assert_uint_eq(hf_live(&hf_type_plain), 3);
    hf_test_expect_leaks(3);
}
END_TEST

/* ---- C20 --------------------------------------------------------------------------------- */

static pthread_t thread_that_never_collects;
static atomic_bool has_dropped_all;

static void
expect_another_thread(node *self)
{
    (void)self;
    ck_assert(!pthread_equal(pthread_self(), thread_that_never_collects));
}

static void *
drop_rings_and_never_collect(void *unused)
{
    thread_that_never_collects = pthread_self();
    for (size_t i = 0; i < hf_test_rounds(500); i++) {
        drop_with_act(make_ring(PLAIN, 3), expect_another_thread);
    }
    atomic_store(&has_dropped_all, true);
    return unused;
}

/* To collect is left to others: so a thread that has no time to lose runs nobody's code. */
START_TEST(C20_the_garbage_of_a_thread_that_never_collects_dies_on_others)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, drop_rings_and_never_collect, NULL), 0);
    while (!atomic_load(&has_dropped_all)) hf_collect();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    hf_collect();
    expect_dead(3 * hf_test_rounds(500));
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("destroy functions and threads");
    TCase *tests = tcase_create("destroy functions and threads");
    add_case(tests, D14_a_destroy_function_takes_a_lock_that_others_hold_while_they_release);
    add_case(tests, D15_a_destroy_function_waits_for_a_thread_that_lets_go_of_the_tail);
    add_case(tests, D16_while_a_destroy_function_waits_others_make_upgrade_drop_and_collect);
    add_case(tests, D16_destroy_functions_on_two_threads_wait_for_each_other);
    tcase_add_loop_test(
        tests, D17_a_destroy_function_that_does_not_return_stops_its_own_group_and_thread_only, 0,
        2);
    tcase_add_test(tests, C20_the_garbage_of_a_thread_that_never_collects_dies_on_others);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
