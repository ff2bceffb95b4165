/* SPDX-License-Identifier: MIT
 *
 * Test of what is written down of holders, against what a walk over the heap counts: after any
 * sequence of calls, as many references are somebody's as lie in no object.
 * Knows the public calls, and the room that captures the heap. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <stdlib.h>

#include "inspect/capture.h"
#include "support/run_suite.h"

enum { HELD = 8, STEPS = 4000, LOOKS_AFTER = 50 };

typedef struct part part;
HF_DECLARE(part);
struct part {
    part *left;
    hf_unique(part) sole;
    hf_slot(part) shared;
    hf_weak(part) back;
    hf_array(part) list;
    hf_map(part) named;
    hf_slice view;
};
HF_TYPE(part, .fields = HF_FIELDS(HF_STRONG(part, left), HF_UNIQUE(part, sole),
                                  HF_SLOT(part, shared), HF_WEAK(part, back), HF_ARRAY(part, list),
                                  HF_MAP(part, named), HF_SLICE(part, view)));

/* What the program holds in variables. */
static part *held[HELD];
static hf_weak(part) remembered;
static uint64_t state;

static unsigned
chance(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 33) % below);
}

/* Puts an owned reference into a variable. */
static void
keep(part *owned)
{
    part **place = &held[chance(HELD)];
    hf_release(*place);
    *place = owned;
}

static void
change_edges(part *p, part *q)
{
    switch (chance(8)) {
    case 0:
        hf_set(p, left, q);
        break;
    case 1:
        hf_give(p, left, hf_retain(q));
        break;
    case 2:
        keep(hf_take(p, left));
        break;
    case 3:
        keep(hf_get(p, left));
        break;
    case 4:
        hf_slot_store(&p->shared, q);
        break;
    case 5:
        keep(hf_slot_load(&p->shared));
        break;
    case 6:
        keep(hf_slot_exchange(&p->shared, q));
        break;
    default: {
        part *expected = hf_slot_load(&p->shared);
        hf_slot_compare_exchange(&p->shared, &expected, q);
        keep(expected);
    }
    }
}

static void
change_containers(part *p, part *q)
{
    switch (chance(8)) {
    case 0:
        ck_assert_int_eq(hf_array_push(&p->list, q), 0);
        break;
    case 1:
        keep(hf_array_pop(&p->list));
        break;
    case 2:
        hf_array_clear(&p->list);
        break;
    case 3:
        ck_assert_int_eq(hf_map_set(&p->named, hf_key_integer(chance(5)), q), 0);
        break;
    case 4:
        keep(hf_map_take(&p->named, hf_key_integer(chance(5))));
        break;
    case 5:
        keep(hf_map_get(&p->named, hf_key_integer(chance(5))));
        break;
    case 6:
        ck_assert_int_eq(hf_map_set(&p->named, hf_key_object(q), q), 0);
        break;
    default:
        hf_map_clear(&p->named);
    }
}

static void
change_others(part *p, part *q)
{
    switch (chance(6)) {
    case 0:
        ck_assert_int_eq(hf_weak_set(&remembered, p), 0);
        break;
    case 1:
        keep(hf_upgrade(&remembered));
        break;
    case 2:
        ck_assert_int_eq(hf_weak_set(&p->back, q), 0);
        break;
    case 3:
        keep(hf_retain(p));
        break;
    case 4:
        keep(hf_new(part));
        break;
    default:
        keep(NULL);
    }
}

/* Returns how many references from outside are written down as somebody's. */
static uint32_t
expect_all_told(void)
{
    struct hfi_graph graph;
    uint32_t told = 0, outside = 0;
    hfi_graph_begin(&graph);
    ck_assert_int_eq(hfi_capture(&graph, CAPTURE_HERE), 0);
    for (uint32_t i = 0, h = 0; i < graph.node_count; i++) {
        uint32_t references = 0;
        for (; h < graph.holder_count && graph.holders[h].node == i; h++) {
            references += graph.holders[h].references;
        }
        ck_assert_uint_eq(references, graph.nodes[i].outside);
        outside += graph.nodes[i].outside;
        told += references;
    }
    ck_assert_uint_eq(told, outside);
    hfi_graph_end(&graph);
    return told;
}

static void
clear_all(void)
{
    for (unsigned i = 0; i < HELD; i++) hf_clear(&held[i]);
    hf_weak_clear(&remembered);
    ck_assert_int_eq(hf_slot_drain(), 0);
    hf_collect();
}

static void
act_at_random(uint64_t seed)
{
    state = seed;
    ck_assert_int_eq(hf_track(HF_TRACK_HOLDERS), 0);
    for (unsigned i = 0; i < HELD; i++) held[i] = hf_new(part);
    for (unsigned i = 0; i < STEPS; i++) {
        part *p = held[chance(HELD)], *q = held[chance(HELD)];
        if (!p || !q) {
            keep(hf_new(part));
            continue;
        }
        /* Whatever is kept may be the last of p or q. */
        hf_auto part *p_for_now = hf_retain(p);
        hf_auto part *q_for_now = hf_retain(q);
        switch (chance(3)) {
        case 0:
            change_edges(p, q);
            break;
        case 1:
            change_containers(p, q);
            break;
        default:
            change_others(p, q);
        }
        if (i % LOOKS_AFTER) continue;
        /* What slots let go waits for readers, and is nobody's. */
        ck_assert_int_eq(hf_slot_drain(), 0);
        ck_assert_uint_ge(expect_all_told(), 2);
    }
    clear_all();
}

START_TEST(every_reference_from_outside_is_somebodys)
{
    act_at_random((uint64_t)_i);
}
END_TEST

static void *
do_nothing(void *argument)
{
    return argument;
}

START_TEST(every_reference_from_outside_is_somebodys_after_threads)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, do_nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    act_at_random((uint64_t)_i);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("holders");
    TCase *tests = tcase_create("holders");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, every_reference_from_outside_is_somebodys, 0, 4);
    tcase_add_loop_test(tests, every_reference_from_outside_is_somebodys_after_threads, 0, 4);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
