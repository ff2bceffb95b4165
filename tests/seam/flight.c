/* SPDX-License-Identifier: MIT
 *
 * Seam test of hf_weak_map_make, and so of hf_cache_load: one thread makes, the others wait.
 * Knows public headers only. Threads go one after another: a thread that waits for a key is known
 * by its turn at a gate before, and by the one that makes, which goes on when it is told to. That
 * the others do wait by then is not certain, but whatever they do must come to the same. */
#include <holdfast/holdfast.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "seam/witness.h"
#include "support/run_suite.h"

enum { OTHERS = 3 };

static hf_weak_map *map;
static sem_t is_making;
static atomic_int making, made, at_the_gate;

static void
begin(void)
{
    map = hf_weak_map_new();
    ck_assert_ptr_nonnull(map);
    ck_assert_int_eq(sem_init(&is_making, 0, 0), 0);
}

static void
end(void)
{
    hf_clear(&map);
}

static void
wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore)) ck_assert_int_eq(errno, EINTR);
}

/* How a maker ends. */
struct plan {
    int error; /* 0: with an object */
    void (*instead)(void);
};

/* How many makers may end. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_opened = PTHREAD_COND_INITIALIZER;
static unsigned may_end;

static void
leave_gate(void *unused)
{
    (void)unused;
    pthread_mutex_unlock(&gate);
}

/* A thread may be cancelled in here. Not by sem_wait: ThreadSanitizer sees no locks of a thread
 * that leaves that by cancellation. */
static void
wait_for_the_end(void)
{
    pthread_mutex_lock(&gate);
    pthread_cleanup_push(leave_gate, NULL);
    while (!may_end) (void)pthread_cond_wait(&gate_opened, &gate);
    may_end--;
    pthread_cleanup_pop(1);
}

static void
let_one_end(void)
{
    pthread_mutex_lock(&gate);
    may_end++;
    (void)pthread_cond_signal(&gate_opened);
    pthread_mutex_unlock(&gate);
}

/* Also when the thread is cancelled. */
static void
make_no_more(void *unused)
{
    (void)unused;
    atomic_fetch_sub(&making, 1);
}

static void *
make(hf_key key, void *ctx)
{
    const struct plan *plan = ctx;
    (void)key;
    ck_assert_int_eq(atomic_fetch_add(&making, 1), 0);
    ck_assert_int_eq(sem_post(&is_making), 0);
    pthread_cleanup_push(make_no_more, NULL);
    wait_for_the_end();
    pthread_cleanup_pop(1);
    atomic_fetch_add(&made, 1);
    if (plan->instead) plan->instead();
    errno = plan->error;
    return plan->error ? NULL : witness_new("made");
}

/* A thread and what it got. */
struct asker {
    pthread_t thread;
    struct plan plan;
    witness *got;
    int error;
};

static void *
ask(void *argument)
{
    struct asker *asker = argument;
    atomic_fetch_add(&at_the_gate, 1);
    errno = 0;
    asker->got = hf_weak_map_make(map, hf_key_text("k"), make, &asker->plan);
    asker->error = errno;
    return NULL;
}

static void
start(struct asker *asker)
{
    ck_assert_int_eq(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

/* Lets all that were started come as far as they get by themselves. */
static void
let_them_come(int count)
{
    while (atomic_load(&at_the_gate) < count) sched_yield();
    for (int i = 0; i < 1000; i++) sched_yield();
}

static void
join(struct asker *asker)
{
    ck_assert_int_eq(pthread_join(asker->thread, NULL), 0);
}

static void
start_first_and_others(struct asker askers[1 + OTHERS])
{
    start(&askers[0]);
    wait_for(&is_making);
    for (int i = 1; i <= OTHERS; i++) start(&askers[i]);
    let_them_come(1 + OTHERS);
}

START_TEST(what_one_makes_all_get)
{
    struct asker askers[1 + OTHERS] = {{0}};
    start_first_and_others(askers);
    let_one_end();
    for (int i = 0; i <= OTHERS; i++) {
        join(&askers[i]);
        ck_assert(askers[i].got && askers[i].got == askers[0].got);
    }
    ck_assert_int_eq(atomic_load(&made), 1);
    for (int i = 0; i <= OTHERS; i++) hf_release(askers[i].got);
    ck_assert_str_eq(what_happened(), "made");
    ck_assert_uint_eq(hf_weak_map_count(map), 0);
}
END_TEST

START_TEST(who_waits_gets_the_makers_errno)
{
    struct asker askers[1 + OTHERS] = {{.plan = {.error = EIO}}};
    for (int i = 1; i <= OTHERS; i++) askers[i].plan.error = EIO;
    start_first_and_others(askers);
    /* Whoever comes when all is over makes anew, and fails likewise. */
    for (int i = 0; i <= OTHERS; i++) let_one_end();
    for (int i = 0; i <= OTHERS; i++) {
        join(&askers[i]);
        ck_assert_ptr_null(askers[i].got);
        ck_assert_int_eq(askers[i].error, EIO);
    }
}
END_TEST

START_TEST(who_gives_up_hands_over_to_one_who_waits)
{
    struct asker askers[1 + OTHERS] = {{.plan = {.error = ECANCELED}}};
    start_first_and_others(askers);
    let_one_end();
    join(&askers[0]);
    ck_assert_ptr_null(askers[0].got);
    ck_assert_int_eq(askers[0].error, ECANCELED);
    let_one_end();
    for (int i = 1; i <= OTHERS; i++) {
        join(&askers[i]);
        ck_assert(askers[i].got && askers[i].got == askers[1].got);
    }
    ck_assert_int_eq(atomic_load(&made), 2);
    for (int i = 1; i <= OTHERS; i++) hf_release(askers[i].got);
}
END_TEST

static void
leave_the_thread(void)
{
    pthread_exit(NULL);
}

START_TEST(a_maker_whose_thread_ends_hands_over)
{
    struct asker askers[1 + OTHERS] = {{.plan = {.instead = leave_the_thread}}};
    start_first_and_others(askers);
    let_one_end();
    join(&askers[0]);
    let_one_end();
    for (int i = 1; i <= OTHERS; i++) {
        join(&askers[i]);
        ck_assert(askers[i].got && askers[i].got == askers[1].got);
        if (i > 1) hf_release(askers[i].got);
    }
    hf_release(askers[1].got);
}
END_TEST

START_TEST(a_maker_that_is_cancelled_hands_over)
{
    struct asker askers[1 + OTHERS] = {{0}};
    start_first_and_others(askers);
    ck_assert_int_eq(pthread_cancel(askers[0].thread), 0);
    join(&askers[0]);
    let_one_end();
    for (int i = 1; i <= OTHERS; i++) {
        join(&askers[i]);
        ck_assert_ptr_nonnull(askers[i].got);
        hf_release(askers[i].got);
    }
}
END_TEST

START_TEST(a_waiter_that_is_cancelled_is_missed_by_nobody)
{
    struct asker askers[1 + OTHERS] = {{0}};
    start_first_and_others(askers);
    ck_assert_int_eq(pthread_cancel(askers[2].thread), 0);
    let_one_end();
    for (int i = 0; i <= OTHERS; i++) {
        join(&askers[i]);
        if (askers[i].got) hf_release(askers[i].got);
    }
    ck_assert(askers[0].got && askers[1].got && askers[3].got);
}
END_TEST

START_TEST(a_flight_that_nobody_goes_on_with_is_forgotten)
{
    struct asker first = {.plan = {.error = ECANCELED}}, second = {.plan = {.error = 0}};
    start(&first);
    wait_for(&is_making);
    let_one_end();
    join(&first);
    start(&second);
    wait_for(&is_making);
    let_one_end();
    join(&second);
    ck_assert_ptr_nonnull(second.got);
    hf_release(second.got);
}
END_TEST

/* ---- makers that use the map -------------------------------------------------------------- */

static void *
make_simply(hf_key key, void *ctx)
{
    (void)key;
    return witness_new(ctx);
}

static void *
ask_for_the_same(hf_key key, void *ctx)
{
    (void)ctx;
    errno = 0;
    ck_assert_ptr_null(hf_weak_map_make(map, key, make_simply, (char[]){"inner"}));
    ck_assert_int_eq(errno, EDEADLK);
    hf_auto witness *other =
        hf_weak_map_make(map, hf_key_text("other"), make_simply, (char[]){"other"});
    ck_assert_ptr_nonnull(other);
    return witness_new("outer");
}

START_TEST(a_maker_may_make_others_but_not_itself)
{
    hf_auto witness *w = hf_weak_map_make(map, hf_key_text("k"), ask_for_the_same, NULL);
    ck_assert_str_eq(w->name, "outer");
    ck_assert_str_eq(what_happened(), "other");
}
END_TEST

static witness *interned_meanwhile;

static void *
intern_meanwhile(hf_key key, void *ctx)
{
    (void)ctx;
    hf_auto witness *w = witness_new("meanwhile");
    interned_meanwhile = hf_weak_map_intern(map, key, w);
    return witness_new("made");
}

static void *
remove_meanwhile(hf_key key, void *ctx)
{
    (void)hf_weak_map_remove(map, key);
    return witness_new(ctx);
}

START_TEST(what_was_interned_meanwhile_is_it)
{
    witness *w = unknown_origin(hf_weak_map_make(map, hf_key_text("k"), intern_meanwhile, NULL));
    ck_assert_ptr_eq(w, interned_meanwhile);
    ck_assert_str_eq(what_happened(), "made");
    hf_release(w);
    hf_release(interned_meanwhile);
}
END_TEST

START_TEST(what_was_removed_meanwhile_does_not_stay)
{
    hf_auto witness *w =
        hf_weak_map_make(map, hf_key_text("k"), remove_meanwhile, (char[]){"removed"});
    ck_assert_ptr_nonnull(w);
    ck_assert_ptr_null(hf_weak_map_get(map, hf_key_text("k")));
    ck_assert_uint_eq(hf_count(w), 1);
}
END_TEST

static void *
fail_without_a_word(hf_key key, void *ctx)
{
    (void)key, (void)ctx;
    return NULL;
}

START_TEST(a_failure_without_errno_has_one)
{
    errno = 0;
    ck_assert_ptr_null(hf_weak_map_make(map, hf_key_text("k"), fail_without_a_word, NULL));
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("flight");
    TCase *tests = tcase_create("flight");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, what_one_makes_all_get);
    tcase_add_test(tests, who_waits_gets_the_makers_errno);
    tcase_add_test(tests, who_gives_up_hands_over_to_one_who_waits);
    tcase_add_test(tests, a_maker_whose_thread_ends_hands_over);
    tcase_add_test(tests, a_maker_that_is_cancelled_hands_over);
    tcase_add_test(tests, a_waiter_that_is_cancelled_is_missed_by_nobody);
    tcase_add_test(tests, a_flight_that_nobody_goes_on_with_is_forgotten);
    tcase_add_test(tests, a_maker_may_make_others_but_not_itself);
    tcase_add_test(tests, what_was_interned_meanwhile_is_it);
    tcase_add_test(tests, what_was_removed_meanwhile_does_not_stay);
    tcase_add_test(tests, a_failure_without_errno_has_one);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
