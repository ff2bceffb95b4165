/* SPDX-License-Identifier: MIT
 *
 * Stress test of <holdfast/edge.h>: fields that many threads write, each under the lock of the
 * program, and what they got from them used without it.
 * Knows public headers and the oracle.
 * Chains, weak fields and elements of arrays change while whole chains die on other threads. */
#include <pthread.h>
#include <string.h>

#include "stress/subject.h"

enum { SHELVES = 8, PLACES = 8 };

/* Holds subjects; written by all threads under its lock. */
typedef struct shelf {
    subject *first;
    subject *places[PLACES];
    hf_weak(subject) latest;
    subject *more[];
} shelf;
HF_DECLARE(shelf);
HF_TYPE(shelf,
        .fields = HF_FIELDS(HF_STRONG_TO(shelf, first, subject),
                            HF_STRONG_ARRAY_TO(shelf, places, subject), HF_WEAK(shelf, latest),
                            HF_STRONG_FLEX_TO(shelf, more, subject)));

static struct {
    pthread_mutex_t lock;
    shelf *shelf;
} shelves[SHELVES];

static void
prepare_shelves(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SHELVES; i++) {
        REQUIRE(pthread_mutex_init(&shelves[i].lock, NULL) == 0);
        shelves[i].shelf = hf_new_flex(shelf, more, PLACES);
        REQUIRE(shelves[i].shelf != NULL);
    }
}

static void
end_shelves(struct worker *worker)
{
    (void)worker;
    for (size_t i = 0; i < SHELVES; i++) {
        hf_clear(&shelves[i].shelf);
        pthread_mutex_destroy(&shelves[i].lock);
    }
    for (size_t i = 0; i < SUBJECTS; i++) subject_expect_dead(i);
}

static shelf *
lock_any(struct worker *worker, size_t *locked)
{
    *locked = random_below(worker, SHELVES);
    pthread_mutex_lock(&shelves[*locked].lock);
    return shelves[*locked].shelf;
}

static void
unlock(size_t locked)
{
    pthread_mutex_unlock(&shelves[locked].lock);
}

/* Stores the subject in one of the fields, by one of the ways to store; takes the reference. */
static void
store(struct worker *worker, shelf *to, subject *s HF_TAKE)
{
    size_t place = random_below(worker, PLACES);
    switch (random_below(worker, 4)) {
    case 0:
        hf_give_at(to, places, place, s);
        return;
    case 1:
        hf_give_at(to, more, place, s);
        return;
    case 2:
        hf_set(to, first, s);
        break;
    default:
        hf_set_at(to, more, place, s);
        break;
    }
    hf_release(s);
}

/* Gets an owned copy of one field, takes out another, or upgrades the weak one. */
static subject *
fetch(struct worker *worker, shelf *from)
{
    size_t place = random_below(worker, PLACES);
    switch (random_below(worker, 5)) {
    case 0:
        return hf_get(from, first);
    case 1:
        return hf_get_at(from, places, place);
    case 2:
        return hf_take_at(from, more, place);
    case 3:
        return hf_take(from, first);
    default:
        return hf_upgrade(&from->latest);
    }
}

/* A new subject goes before what was first, which so becomes a chain, and is cut now and then. */
static void
prepend(struct worker *worker, size_t number)
{
    size_t locked;
    subject *s = subject_new(number);
    subject_hold(worker, s);
    subject_let_go(worker, s);
    shelf *to = lock_any(worker, &locked);
    REQUIRE(hf_weak_set(&s->other, to->first) == 0);
    REQUIRE(hf_weak_set(&to->latest, s) == 0);
    if (random_below(worker, 4)) hf_give(s, next, hf_take(to, first));
    if (random_below(worker, 2)) hf_give(to, first, s);
    else store(worker, to, s);
    unlock(locked);
}

/* What was got is used without the lock; it may end here with all that hangs below. */
static void
use_one(struct worker *worker)
{
    size_t locked;
    shelf *from = lock_any(worker, &locked);
    subject *s = fetch(worker, from);
    unlock(locked);
    if (!s) return;
    subject_hold(worker, s);
    subject_let_go(worker, s);
    if (random_below(worker, 2)) {
        hf_release(s);
        return;
    }
    shelf *to = lock_any(worker, &locked);
    store(worker, to, s);
    unlock(locked);
}

static void
rearrange(struct worker *worker)
{
    for (size_t i = worker->number; i < SUBJECTS; i += team_size()) {
        prepend(worker, i);
        for (size_t uses = random_below(worker, 4); uses > 0; uses--) use_one(worker);
    }
}

START_TEST(what_threads_store_under_a_lock_and_use_without_it_dies_once)
{
    static const struct race race = {prepare_shelves, rearrange, end_shelves};
    stress_run(_i, &race, 200);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("fields under stress");
    TCase *tests = tcase_create("fields under stress");
    tcase_add_loop_test(tests, what_threads_store_under_a_lock_and_use_without_it_dies_once, 0,
                        TEAMS);
    suite_add_tcase(suite, tests);
    return suite;
}

STRESS_MAIN(suite)
