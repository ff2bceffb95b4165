/* SPDX-License-Identifier: MIT
 *
 * Catalogue, group P: ten million objects, a stack of 64 KiB, and memory that is bounded.
 * Knows public headers, and counts the memory that collections map.
 * Objects here are small and made and linked by the library's own calls: a collection after each of
 * these would take the square of the time. */
#include <pthread.h>
#include <stdlib.h>

#include "collect/graph.h"
#include "collect/mapped.h"

enum { STACK_BYTES = 64 * 1024, MILLION = 1000 * 1000 };

/* Nothing of the program runs when it dies. */
typedef struct cell {
    struct cell *next, *other;
} cell;
HF_DECLARE(cell);
HF_TYPE(cell, .fields = HF_FIELDS(HF_STRONG(cell, next), HF_STRONG(cell, other)));

static cell *
new_cell(void)
{
    cell *c = hf_new(cell);
    if (!c) ck_abort_msg("no memory for so many objects");
    return c;
}

/* Makes it a candidate. */
static void
touch_cell(cell *c)
{
    hf_release(hf_retain(c));
}

/* ---- P1 ---------------------------------------------------------------------------------- */

static void
release_a_chain(void *length)
{
    cell *first = NULL;
    for (size_t i = *(size_t *)length; i > 0; i--) {
        cell *c = new_cell();
        hf_give(c, next, first);
        if (i % 3) touch_cell(c);
        first = c;
    }
    hf_release(first);
    ck_assert_uint_eq(hf_live(&hf_type_cell), 0);
}

CASE(P1_a_chain_of_ten_million_candidates_dies_on_a_small_stack)
{
    size_t length = scaled(10 * MILLION);
    hf_test_run_on_small_stack(release_a_chain, &length, STACK_BYTES);
}

/* ---- P2 ---------------------------------------------------------------------------------- */

/* Returns the first of a ring; the caller holds it. */
static cell *
new_ring(size_t length)
{
    cell *first = new_cell(), *last = first;
    for (size_t i = 1; i < length; i++) {
        cell *c = new_cell();
        hf_give(last, next, c);
        last = last->next;
    }
    hf_set(last, next, first);
    return first;
}

static void
collect_a_ring(void *length)
{
    cell *ring = new_ring(*(size_t *)length);
    touch_cell(ring);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_cell), *(size_t *)length);
    ck_assert_uint_eq(hf_count(ring), 2);
    hf_release(ring);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_cell), 0);
}

CASE(P2_a_ring_of_ten_million_is_looked_at_and_dies_on_a_small_stack)
{
    size_t length = scaled(10 * MILLION);
    hf_test_run_on_small_stack(collect_a_ring, &length, STACK_BYTES);
}

/* So many that the table of those that were walked has just grown. */
CASE(P2_a_collection_takes_at_most_32_bytes_for_an_object_and_gives_them_back)
{
    enum { BYTES_FOR_ONE = 32, PAGES = 8 * 1024 * 1024 };
    size_t length = scaled((1 << 23) / 4 * 3 + 100);
    (void)mapped_most();
    collect_a_ring(&length);
    if (!is_concurrent()) ck_assert_uint_eq(mapped_now(), 0);
    ck_assert_uint_le(mapped_most(), BYTES_FOR_ONE * length + PAGES);
}

/* ---- P10 --------------------------------------------------------------------------------- */

CASE(P10_millions_of_candidates_that_live_leave_no_memory_behind)
{
    enum { BYTES_FOR_ONE = 32, PAGES = 8 * 1024 * 1024 };
    size_t count = scaled(5 * MILLION);
    cell **cells = calloc(count, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < count; i++) cells[i] = new_cell();
    (void)mapped_most();
    for (size_t i = 0; i < count; i++) touch_cell(cells[i]);
    /* To remember a candidate takes nothing. */
    if (!is_concurrent()) ck_assert_uint_eq(mapped_most() + mapped_now(), 0);
    collect();
    ck_assert_uint_eq(figures().candidates, 0);
    if (!is_concurrent()) ck_assert_uint_eq(mapped_now(), 0);
    ck_assert_uint_le(mapped_most(), BYTES_FOR_ONE * count + PAGES);
    for (size_t i = 0; i < count; i++) hf_release(cells[i]);
    free(cells);
}

/* ---- P3 ---------------------------------------------------------------------------------- */

/* A reference lies behind many structures that are no objects; to get there is the program's own
 * business, for which the library takes no stack. */
struct box {
    struct box *inner;
    void *held;
};

typedef struct parcel {
    struct box *outermost;
} parcel;
HF_DECLARE(parcel);

static pthread_mutex_t parcel_lock = PTHREAD_MUTEX_INITIALIZER;

static void
lock_parcel(void *self)
{
    (void)self;
    pthread_mutex_lock(&parcel_lock);
}

static void
unlock_parcel(void *self)
{
    (void)self;
    pthread_mutex_unlock(&parcel_lock);
}

static void
visit_boxes(void *self, hf_visitor *visitor)
{
    for (const struct box *b = ((parcel *)self)->outermost; b; b = b->inner) {
        hf_visit(visitor, b->held);
    }
}

/* Those who trace the parcel on another thread may be on their way with an older look at it. */
static void
free_boxes(void *self)
{
    pthread_mutex_lock(&parcel_lock);
    struct box *b = ((parcel *)self)->outermost;
    ((parcel *)self)->outermost = NULL;
    pthread_mutex_unlock(&parcel_lock);
    while (b) {
        struct box *inner = b->inner;
        free(b);
        b = inner;
    }
}

HF_TYPE(parcel, .trace = visit_boxes, .free = free_boxes, .guard = {lock_parcel, unlock_parcel});

static void
collect_a_parcel(void *depth)
{
    parcel *p = hf_new(parcel);
    ck_assert_ptr_nonnull(p);
    pthread_mutex_lock(&parcel_lock);
    for (size_t i = 0; i < *(size_t *)depth; i++) {
        struct box *b = calloc(1, sizeof *b);
        ck_assert_ptr_nonnull(b);
        b->inner = p->outermost;
        p->outermost = b;
        if (i % 1000 == 0) {
            b->held = hf_retain(p);
            hf_note_store(b->held);
        }
    }
    pthread_mutex_unlock(&parcel_lock);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_parcel), 1);
    hf_release(p);
    collect();
    ck_assert_uint_eq(hf_live(&hf_type_parcel), 0);
}

CASE(P3_a_trace_through_a_million_structures_takes_no_stack)
{
    size_t depth = scaled(MILLION);
    hf_test_run_on_small_stack(collect_a_parcel, &depth, STACK_BYTES);
}

/* ---- P16 --------------------------------------------------------------------------------- */

/* Apart, or the compiler would see a release too many. */
static __attribute__((noinline)) void
retain_times(cell *c, size_t times)
{
    bool is_same = true;
    while (times-- > 0) {
        const void *same = hf_retain(c);
        is_same &= same == c;
    }
    ck_assert(is_same);
}

static __attribute__((noinline)) void
release_times(cell *c, size_t times)
{
    while (times-- > 0) hf_release(c);
}

/* Where the tools are too slow for so many, they are counted, and the ring dies; or it saturates
 * and stays. */
START_TEST(P16_a_member_with_too_many_references_is_never_freed)
{
    enum { TOO_MANY = (1 << 27) + 10 };
    size_t count = hf_test_rounds(TOO_MANY);
    hf_test_capture_warning();
    cell *ring = new_ring(3), *second = ring->next;
    retain_times(second, count);
    ck_assert_uint_eq(hf_collect(), 0);
    release_times(second, count);
    hf_release(ring);
    size_t died = hf_collect();
    ck_assert_uint_eq(died, count < TOO_MANY ? 3 : 0);
    ck_assert_uint_eq(hf_test_warning_count(), count >= TOO_MANY);
    ck_assert_uint_eq(hf_collect(), 0);
    hf_test_expect_leaks(3 - died);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("limits");
    TCase *tests = tcase_create("limits");
    add_case(tests, P1_a_chain_of_ten_million_candidates_dies_on_a_small_stack);
    add_case(tests, P2_a_ring_of_ten_million_is_looked_at_and_dies_on_a_small_stack);
    add_case(tests, P2_a_collection_takes_at_most_32_bytes_for_an_object_and_gives_them_back);
    add_case(tests, P10_millions_of_candidates_that_live_leave_no_memory_behind);
    add_case(tests, P3_a_trace_through_a_million_structures_takes_no_stack);
    tcase_add_test(tests, P16_a_member_with_too_many_references_is_never_freed);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
