/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/inspect.h>: the books of threads that come and go, read meanwhile.
 * Knows public headers and the oracle.
 * Objects are made on one thread and released on another, types are used for the first time by all
 * threads at once, and confined objects live on every thread. */
#include <pthread.h>

#include "stress/subject.h"

/* ---- threads that come and go ------------------------------------------------------------ */

/* What one thread made and another releases. */
static subject *made[SUBJECTS];

static void *
make_a_part(void *argument)
{
    struct worker *worker = argument;
    for (size_t i = worker->number; i < SUBJECTS; i += team_size()) made[i] = subject_new(i);
    return NULL;
}

static void *
release_a_part(void *argument)
{
    struct worker *worker = argument;
    for (size_t i = worker->number; i < SUBJECTS; i += team_size()) hf_clear(&made[i]);
    return NULL;
}

static void
on_a_thread(void *(*fn)(void *), struct worker *worker)
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, fn, worker) == 0);
    REQUIRE(pthread_join(thread, NULL) == 0);
}

/* What was counted once stays counted, though other threads count meanwhile and go. */
static void
read_the_books(struct hf_stats *former)
{
    struct hf_stats stats;
    hf_stats(&stats);
    REQUIRE(stats.born >= former->born);
    REQUIRE(stats.died >= former->died);
    *former = stats;
}

static void
come_and_go(struct worker *worker)
{
    struct hf_stats stats = {0};
    for (size_t i = 0; i < 10; i++) read_the_books(&stats);
    on_a_thread(make_a_part, worker);
    for (size_t i = 0; i < 10; i++) read_the_books(&stats);
    on_a_thread(release_a_part, worker);
    for (size_t i = 0; i < 10; i++) read_the_books(&stats);
}

static void
expect_exact_books(struct worker *worker)
{
    (void)worker;
    struct hf_stats stats;
    hf_stats(&stats);
    REQUIRE(stats.born == subjects_made());
    REQUIRE(stats.died == subjects_destroyed());
    REQUIRE(stats.live == 0);
    REQUIRE(hf_live(&hf_type_subject) == 0);
}

START_TEST(the_books_are_exact_after_threads_that_came_and_went)
{
    static const struct race race = {NULL, come_and_go, expect_exact_books};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- types that all threads use first ---------------------------------------------------- */

typedef struct plain {
    struct plain *next;
} plain;

/* clang-format finds no lasting layout for this. */
/* clang-format off */
#define FOR_30_TYPES(X) \
    X(t0) X(t1) X(t2) X(t3) X(t4) X(t5) X(t6) X(t7) X(t8) X(t9) \
    X(t10) X(t11) X(t12) X(t13) X(t14) X(t15) X(t16) X(t17) X(t18) X(t19) \
    X(t20) X(t21) X(t22) X(t23) X(t24) X(t25) X(t26) X(t27) X(t28) X(t29)
/* clang-format on */
#define DEFINE(T)    \
    typedef plain T; \
    HF_DECLARE(T);   \
    HF_TYPE(T, .fields = HF_FIELDS(HF_STRONG(T, next)));
#define ADDRESS(T) &hf_type_##T,
FOR_30_TYPES(DEFINE)
static const hf_type *const types[] = {FOR_30_TYPES(ADDRESS)};
enum { TYPES = sizeof types / sizeof types[0] };

static void
use_all_types(struct worker *worker)
{
    plain *chain = NULL;
    for (size_t i = 0; i < TYPES; i++) {
        plain *p = hf_new_type(types[i], sizeof(plain));
        REQUIRE(p != NULL && hf_type_of(p) == types[i]);
        REQUIRE(hf_live(types[i]) <= team_size());
        hf_give(p, next, chain);
        chain = p;
    }
    (void)worker;
    hf_release(chain);
}

static void
expect_all_types_known(struct worker *worker)
{
    (void)worker;
    struct hf_stats stats;
    hf_stats(&stats);
    REQUIRE(stats.types == TYPES);
    REQUIRE(stats.live == 0);
    REQUIRE(stats.born % (TYPES * team_size()) == 0);
}

START_TEST(types_may_be_used_for_the_first_time_by_all_threads_at_once)
{
    static const struct race race = {NULL, use_all_types, expect_all_types_known};
    stress_run(_i, &race, 1);
}
END_TEST

/* ---- confined objects -------------------------------------------------------------------- */

typedef struct confined {
    struct confined *next;
    hf_weak(struct confined) back;
} confined;
HF_DECLARE(confined);
HF_TYPE(confined, .flags = HF_CONFINED,
        .fields = HF_FIELDS(HF_STRONG(confined, next), HF_WEAK(confined, back)));

static void *
use_confined(void *argument)
{
    struct worker *worker = argument;
    confined *chain = NULL;
    for (size_t i = 0; i < SUBJECTS; i++) {
        confined *c = hf_new(confined);
        REQUIRE(c != NULL);
        if (random_below(worker, 2)) REQUIRE(hf_weak_set(&c->back, c) == 0);
        confined *same = random_below(worker, 2) ? hf_retain(c) : hf_upgrade(&c->back);
        REQUIRE(!same || hf_count(c) == 2);
        hf_give(c, next, chain);
        chain = c;
        hf_release(same);
    }
    hf_release(chain);
    return NULL;
}

/* On the worker's own thread and on a new one, whose number is new too. */
static void
use_confined_twice(struct worker *worker)
{
    use_confined(worker);
    on_a_thread(use_confined, worker);
}

static void
expect_no_confined(struct worker *worker)
{
    (void)worker;
    REQUIRE(hf_live(&hf_type_confined) == 0);
}

START_TEST(each_thread_counts_its_confined_objects_by_itself)
{
    static const struct race race = {NULL, use_confined_twice, expect_no_confined};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("books under stress");
    TCase *tests = tcase_create("books under stress");
    tcase_add_loop_test(tests, the_books_are_exact_after_threads_that_came_and_went, 0, TEAMS);
    tcase_add_loop_test(tests, types_may_be_used_for_the_first_time_by_all_threads_at_once, 0,
                        TEAMS);
    tcase_add_loop_test(tests, each_thread_counts_its_confined_objects_by_itself, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
