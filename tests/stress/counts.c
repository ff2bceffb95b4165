/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/object.h> and <holdfast/unique.h>: many threads count the same objects,
 * and hand them to each other.
 * Knows public headers and the oracle.
 * Each thread uses handles of its own; a handle goes to another thread through a queue with a
 * lock. */
#include <pthread.h>

#include "stress/subject.h"

static void
expect_all_dead(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) subject_expect_dead(i);
}

/* ---- retain and release ------------------------------------------------------------------ */

enum { HANDLES = 4 };

/* Of each thread its handles to every subject; the first is there from the beginning. */
static subject *handles[MOST_THREADS][SUBJECTS][HANDLES];

static void
prepare_handles(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SUBJECTS; i++) {
        handles[0][i][0] = subject_new(i);
        for (unsigned t = 1; t < team_size(); t++) {
            handles[t][i][0] = hf_retain(handles[0][i][0]);
        }
    }
}

/* Retains into an empty handle, or clears a full one; the first stays as it is. */
static void
turn_handle(struct worker *worker, size_t i)
{
    subject **mine = handles[worker->number][i];
    subject **handle = &mine[1 + random_below(worker, HANDLES - 1)];
    if (*handle) {
        subject_let_go(worker, *handle);
        hf_clear(handle);
    } else {
        *handle = hf_retain(mine[0]);
        subject_hold(worker, *handle);
    }
}

static void
count_up_and_down(struct worker *worker)
{
    for (size_t step = 0; step < 4 * SUBJECTS; step++) {
        /* Few subjects, so that many threads meet at one. */
        turn_handle(worker, random_below(worker, SUBJECTS / 16));
    }
}

static void
expect_exact_counts(struct worker *worker)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        size_t count = 0;
        subject *s = handles[0][i][0];
        for (unsigned t = 0; t < team_size(); t++) {
            for (size_t k = 0; k < HANDLES; k++) count += handles[t][i][k] != NULL;
        }
        REQUIRE(hf_count(s) == count);
        for (unsigned t = 0; t < team_size(); t++) {
            for (size_t k = 1; k < HANDLES; k++) {
                if (handles[t][i][k]) subject_let_go(worker, s);
                hf_clear(&handles[t][i][k]);
            }
            hf_clear(&handles[t][i][0]);
        }
        subject_expect_dead(i);
    }
}

START_TEST(no_retain_and_no_release_of_many_threads_is_lost)
{
    static const struct race race = {prepare_handles, count_up_and_down, expect_exact_counts};
    stress_run(_i, &race, 200);
}
END_TEST

/* The same, and then all threads give back what they have at once. */
static void
count_and_end(struct worker *worker)
{
    count_up_and_down(worker);
    for (size_t i = 0; i < SUBJECTS; i++) {
        for (size_t k = HANDLES; k-- > 0;) {
            subject **handle = &handles[worker->number][i][k];
            if (*handle && k > 0) subject_let_go(worker, *handle);
            hf_clear(handle);
        }
    }
}

START_TEST(an_object_dies_once_whichever_thread_releases_it_last)
{
    static const struct race race = {prepare_handles, count_and_end, expect_all_dead};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- from hand to hand ------------------------------------------------------------------- */

/* Owned references that wait for a thread to take them. */
static struct {
    pthread_mutex_t lock;
    subject *waiting[SUBJECTS * MOST_THREADS];
    size_t count;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
put(subject *s HF_TAKE)
{
    pthread_mutex_lock(&queue.lock);
    REQUIRE(queue.count < sizeof queue.waiting / sizeof queue.waiting[0]);
    queue.waiting[queue.count++] = s;
    pthread_mutex_unlock(&queue.lock);
}

/* Takes any of them out, or NULL. */
static subject *
take_any(struct worker *worker)
{
    subject *taken = NULL;
    pthread_mutex_lock(&queue.lock);
    if (queue.count) {
        size_t at = random_below(worker, queue.count);
        taken = queue.waiting[at];
        queue.waiting[at] = queue.waiting[--queue.count];
    }
    pthread_mutex_unlock(&queue.lock);
    return taken;
}

/* Each thread makes its part of the subjects, alone, and shares them in place. */
static void
make_and_share(struct worker *worker)
{
    for (size_t i = worker->number; i < SUBJECTS; i += team_size()) {
        hf_unique(subject) unique = {subject_new(i)};
        REQUIRE(hf_is_unique(unique.ptr));
        subject_hold(worker, unique.ptr);
        subject_let_go(worker, unique.ptr);
        put(hf_share(&unique));
    }
}

/* Puts a reference back, or two, or none. */
static void
pass_on(struct worker *worker, subject *s HF_TAKE)
{
    subject_hold(worker, s);
    subject *copy = random_below(worker, 3) == 0 ? hf_retain(s) : NULL;
    bool is_kept = random_below(worker, 2);
    subject_let_go(worker, s);
    if (copy) put(copy);
    if (is_kept) put(s);
    else hf_release(s);
}

static void
hand_around(struct worker *worker)
{
    make_and_share(worker);
    for (size_t step = 0; step < SUBJECTS; step++) {
        subject *s = take_any(worker);
        if (s) pass_on(worker, s);
    }
}

static void
empty_the_queue(struct worker *worker)
{
    subject *s;
    while ((s = take_any(worker))) hf_release(s);
    expect_all_dead(worker);
}

START_TEST(what_threads_hand_to_each_other_dies_when_nobody_has_it)
{
    static const struct race race = {NULL, hand_around, empty_the_queue};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("counts under stress");
    TCase *tests = tcase_create("counts under stress");
    tcase_add_loop_test(tests, no_retain_and_no_release_of_many_threads_is_lost, 0, TEAMS);
    tcase_add_loop_test(tests, an_object_dies_once_whichever_thread_releases_it_last, 0, TEAMS);
    tcase_add_loop_test(tests, what_threads_hand_to_each_other_dies_when_nobody_has_it, 0, TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
