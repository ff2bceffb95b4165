/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group T: trace functions, and tables of fields, that don't tell the truth.
 * Knows public headers and the nodes of graph.h.
 * What is told too often is reported, and never freed; what is not told counts as held from
 * outside; a lie that adds up can't be told from the truth, so none is tried here. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collect/graph.h"

/* ---- a type whose trace does as it is told ----------------------------------------------- */

enum { CELLS = 3 };

typedef struct crumb {
    struct crumb *next;
} crumb;
HF_DECLARE(crumb);
HF_TYPE(crumb, .fields = HF_FIELDS(HF_STRONG(crumb, next)));

typedef struct shelf {
    void *cells[CELLS];
    void *borrowed;
    int times[CELLS]; /* how often trace visits the cell */
    bool meddles;     /* it retains and releases what it visits, and makes an object */
} shelf;
HF_DECLARE(shelf);

static atomic_size_t shelves_destroyed;
static pthread_mutex_t shelves = PTHREAD_MUTEX_INITIALIZER;

static void
lock_shelves(void *self)
{
    (void)self;
    pthread_mutex_lock(&shelves);
}

static void
unlock_shelves(void *self)
{
    (void)self;
    pthread_mutex_unlock(&shelves);
}

static void
visit_as_told(void *self, hf_visitor *visitor)
{
    shelf *s = self;
    for (size_t i = 0; i < CELLS; i++) {
        for (int k = 0; k < s->times[i]; k++) hf_visit(visitor, s->cells[i]);
    }
    hf_visit(visitor, s->borrowed);
    if (!s->meddles) return;
    hf_release(hf_retain(s->cells[0]));
    hf_release(hf_new(crumb));
}

static void
count_shelf(void *self)
{
    (void)self;
    atomic_fetch_add(&shelves_destroyed, 1);
}

HF_TYPE(shelf, .destroy = count_shelf, .trace = visit_as_told,
        .guard = {lock_shelves, unlock_shelves});

static shelf *
new_shelf(void)
{
    shelf *s = hf_new(shelf);
    ck_assert_ptr_nonnull(s);
    for (size_t i = 0; i < CELLS; i++) s->times[i] = 1;
    return s;
}

/* The cell takes the reference over. */
static void
put(shelf *s, size_t cell, void *owned)
{
    lock_shelves(s);
    hf_note_store(owned);
    void *former = s->cells[cell];
    s->cells[cell] = owned;
    unlock_shelves(s);
    hf_release(former);
}

static void
tell(shelf *s, size_t cell, int times)
{
    lock_shelves(s);
    s->times[cell] = times;
    unlock_shelves(s);
}

static void
begin(void)
{
    atomic_store(&shelves_destroyed, 0);
    hf_test_capture_warning();
}

static void
expect_shelves(size_t living, size_t count_destroyed)
{
    ck_assert_uint_eq(hf_live(&hf_type_shelf), living);
    ck_assert_uint_eq(atomic_load(&shelves_destroyed), count_destroyed);
}

/* ---- T1, T4: too much -------------------------------------------------------------------- */

static void
expect_fault(const char *type)
{
    ck_assert_uint_ge(hf_test_warning_count(), 1);
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "more references"));
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), type));
}

CASE(T1_a_cell_that_is_reported_twice_is_named_and_frees_nobody)
{
    begin();
    hf_weak(shelf) weak = {.to_ = NULL};
    shelf *s = new_shelf();
    ck_assert_int_eq(hf_weak_set(&weak, s), 0);
    tell(s, 0, 2);
    put(s, 0, s);
    collect();
    collect();
    expect_fault("shelf");
    expect_shelves(1, 0);
    s = hf_upgrade(&weak);
    ck_assert_ptr_nonnull(s);
    tell(s, 0, 1);
    hf_release(s);
    collect();
    expect_shelves(0, 1);
    hf_weak_clear(&weak);
}

CASE(T1_so_is_one_that_is_reported_three_times_in_a_cycle_of_two)
{
    begin();
    hf_weak(shelf) weak = {.to_ = NULL};
    shelf *first = new_shelf(), *second = new_shelf();
    put(first, 0, hf_retain(second));
    put(second, 0, hf_retain(first));
    ck_assert_int_eq(hf_weak_set(&weak, first), 0);
    tell(first, 0, 3);
    hf_release(first);
    hf_release(second);
    collect();
    collect();
    expect_fault("shelf");
    expect_shelves(2, 0);
    first = hf_upgrade(&weak);
    ck_assert_ptr_nonnull(first);
    ck_assert_uint_eq(hf_count(first), 2);
    ck_assert_uint_eq(hf_count(first->cells[0]), 1);
    tell(first, 0, 1);
    hf_release(first);
    collect();
    expect_shelves(0, 2);
    hf_weak_clear(&weak);
}

static void
borrow(shelf *s, void *object)
{
    lock_shelves(s);
    s->borrowed = object;
    unlock_shelves(s);
}

CASE(T4_a_borrowed_pointer_that_is_reported_too_often_is_named_and_frees_nobody)
{
    begin();
    node *n = make(PLAIN);
    shelf *first = new_shelf(), *second = new_shelf();
    borrow(first, n);
    borrow(second, n);
    put(first, 0, hf_retain(second));
    put(second, 0, hf_retain(first));
    hf_release(second);
    hf_give((plain *)n, a, (node *)(void *)first);
    collect();
    touch(n);
    collect();
    expect_fault("plain");
    expect_shelves(2, 0);
    expect_whole(n);
    expect_count(n, 1);
    borrow((shelf *)(void *)at(n, 0), NULL);
    borrow(((shelf *)(void *)at(n, 0))->cells[0], NULL);
    drop(n);
    collect();
    expect_shelves(0, 2);
    expect_dead(1);
}

/* At its death trace gives back what it visits, borrowed or not: one more than there is. */
START_TEST(T4_a_borrowed_pointer_that_is_reported_is_given_back_too_often_and_that_is_fatal)
{
    HF_EXPECT_FATAL(
        {
            plain *p = hf_new(plain);
            shelf *s = new_shelf();
            s->borrowed = p;
            s->cells[1] = p;
            hf_release(s);
        },
        "release of a dying object", "plain");
}
END_TEST

/* ---- T2, T6: too little ------------------------------------------------------------------ */

CASE(T2_a_cell_that_is_not_reported_keeps_its_cycle_and_the_report_names_the_type)
{
    static char text[2000];
    begin();
    hf_weak(shelf) weak = {.to_ = NULL};
    shelf *s = new_shelf();
    ck_assert_int_eq(hf_weak_set(&weak, s), 0);
    tell(s, 1, 0);
    put(s, 1, s);
    collect();
    expect_shelves(1, 0);
    FILE *file = fmemopen(text, sizeof text, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(hf_report(file), 0);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(text, "shelf"));
    ck_assert_uint_eq(hf_test_warning_count(), 0);
    s = hf_upgrade(&weak);
    ck_assert_ptr_nonnull(s);
    tell(s, 1, 1);
    hf_release(s);
    collect();
    expect_shelves(0, 1);
    hf_weak_clear(&weak);
}

/* A trace that gives up this time keeps alive what it doesn't tell of. Its candidates are
 * forgotten, so the next time begins with a new one. */
CASE(T6_a_trace_that_tells_of_nothing_for_once_keeps_all_and_leaves_counts_alone)
{
    begin();
    hf_weak(shelf) weak = {.to_ = NULL};
    shelf *first = new_shelf(), *second = new_shelf();
    node *tail = make(PLAIN);
    ck_assert_int_eq(hf_weak_set(&weak, second), 0);
    tell(first, 0, 0);
    tell(first, 1, 0);
    put(first, 0, hf_retain(second));
    put(first, 1, hf_retain(tail));
    put(second, 0, hf_retain(first));
    hf_release(first);
    hf_release(second);
    collect();
    expect_shelves(2, 0);
    expect_count(tail, 2);
    second = hf_upgrade(&weak);
    ck_assert_ptr_nonnull(second);
    first = second->cells[0];
    ck_assert_uint_eq(hf_count(first), 1);
    ck_assert_uint_eq(hf_count(second), 2);
    tell(first, 0, 1);
    tell(first, 1, 1);
    hf_release(second);
    collect();
    expect_shelves(0, 2);
    expect_count(tail, 1);
    drop(tail);
    hf_weak_clear(&weak);
}

/* ---- T5: a trace that does what it must not ---------------------------------------------- */

CASE(T5_a_trace_that_retains_releases_and_makes_objects_harms_nobody)
{
    begin();
    hf_weak(shelf) weak = {.to_ = NULL};
    shelf *s = new_shelf();
    node *tail = make(PLAIN);
    s->meddles = true;
    ck_assert_int_eq(hf_weak_set(&weak, s), 0);
    put(s, 0, hf_retain(tail));
    put(s, 1, hf_retain(s));
    hf_collect();
    hf_collect_step(NULL);
    expect_shelves(1, 0);
    expect_whole(tail);
    lock_shelves(s);
    s->meddles = false;
    unlock_shelves(s);
    hf_release(s);
    collect();
    expect_shelves(0, 1);
    expect_count(tail, 1);
    drop(tail);
    hf_weak_clear(&weak);
}

/* ---- T7 ---------------------------------------------------------------------------------- */

CASE(T7_an_object_whose_cells_are_not_made_yet_is_traced)
{
    node *half = make(GUARDED), *ring = make_ring(GUARDED, 2), *empty = make(MIXED);
    touch(half);
    touch(empty);
    give(ring, 1, hf_retain(half));
    collect();
    expect_count(half, 2);
    give(empty, 0, hf_retain(half));
    collect();
    drop(ring);
    collect();
    expect_dead(2);
    give(half, 2, empty);
    drop(half);
    collect();
    expect_dead(4);
}

CASE(T7_an_object_that_is_abandoned_before_it_was_finished_releases_what_it_has)
{
    begin();
    shelf *s = new_shelf();
    hf_release(hf_retain(s));
    node *ring = make_ring(PLAIN, 3);
    put(s, 0, hf_retain(ring));
    collect();
    hf_abandon(s);
    expect_shelves(0, 0);
    collect();
    expect_count(ring, 2);
    drop(ring);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("trace functions");
    TCase *tests = tcase_create("trace functions");
    add_case(tests, T1_a_cell_that_is_reported_twice_is_named_and_frees_nobody);
    add_case(tests, T1_so_is_one_that_is_reported_three_times_in_a_cycle_of_two);
    add_case(tests, T2_a_cell_that_is_not_reported_keeps_its_cycle_and_the_report_names_the_type);
    add_case(tests, T4_a_borrowed_pointer_that_is_reported_too_often_is_named_and_frees_nobody);
    if (hf_test_library_is_checked()) {
        tcase_add_test(
            tests,
            T4_a_borrowed_pointer_that_is_reported_is_given_back_too_often_and_that_is_fatal);
    }
    add_case(tests, T5_a_trace_that_retains_releases_and_makes_objects_harms_nobody);
    add_case(tests, T6_a_trace_that_tells_of_nothing_for_once_keeps_all_and_leaves_counts_alone);
    add_case(tests, T7_an_object_whose_cells_are_not_made_yet_is_traced);
    add_case(tests, T7_an_object_that_is_abandoned_before_it_was_finished_releases_what_it_has);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
