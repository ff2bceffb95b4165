/* SPDX-License-Identifier: MIT
 *
 * Objects are written down, and questions about them are asked, while memory is short.
 * Knows public headers and the sweep.
 * A question that fails has told at most half an answer, and changed nothing. */
#include <holdfast/holdfast.h>

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct thing {
    struct thing *other;
    hf_array(struct thing) list;
    hf_weak(struct thing) back;
} thing;
HF_DECLARE(thing);
HF_TYPE(thing,
        .fields = HF_FIELDS(HF_STRONG(thing, other), HF_ARRAY(thing, list), HF_WEAK(thing, back)));

enum { LISTED = 2 };

static FILE *nowhere;
static char path[] = "/tmp/holdfast_seeing_XXXXXX";

/* A garbage cycle; returns whether there was memory for it. */
static bool
leave_a_cycle(void)
{
    hf_auto thing *one = hf_new(thing), *two = one ? hf_new(thing) : NULL;
    if (!two) return false;
    hf_set(one, other, two);
    hf_set(two, other, one);
    return true;
}

/* Owner: the caller. NULL without memory. */
static thing *
build(void)
{
    hf_auto thing *head = hf_new(thing);
    if (!head || !leave_a_cycle()) return NULL;
    for (unsigned i = 0; i < LISTED; i++) {
        hf_auto thing *listed = hf_new(thing);
        if (!listed || hf_weak_set(&listed->back, head) || hf_array_push(&head->list, listed)) {
            return NULL;
        }
    }
    return hf_retain(head);
}

/* What the scenario returns for a question that ended like this. */
static bool
has_answered(bool is_answered)
{
    return is_answered ? true : out_of_memory();
}

/* ---- one question each, since all begin with a walk over everything ---- */

typedef bool question(const thing *whole);

static bool
why(const thing *whole)
{
    const thing *part = hf_array_at(&whole->list, LISTED - 1);
    return has_answered(hf_why_alive(part, nowhere) == 0);
}

static bool
retained(const thing *whole)
{
    return has_answered(hf_retained_size(whole) != SIZE_MAX);
}

static bool
snapshot(const thing *whole)
{
    (void)whole;
    return has_answered(hf_snapshot_write(path, HF_HEAPSNAPSHOT) == 0);
}

static bool
profile(const thing *whole)
{
    (void)whole;
    return has_answered(hf_snapshot_write(path, HF_DHAT) == 0);
}

static question *const questions[] = {why, retained, snapshot, profile};
enum { QUESTIONS = sizeof questions / sizeof *questions };
static question *asked;

static bool
see(void)
{
    hf_census *before = hf_census_take();
    if (!before) return out_of_memory();
    ck_assert_int_eq(hf_track(HF_TRACK_HOLDERS), 0);
    thing *whole = build();
    bool is_done = has_answered(whole != NULL) && asked(whole);
    /* Asking held nothing. */
    if (whole) ck_assert_uint_eq(hf_count(whole), 1);
    hf_release(whole);
    ck_assert_int_eq(hf_track(HF_TRACK_OFF), 0);
    hf_collect();
    hf_collect();
    hf_census_end(before, NULL);
    return is_done;
}

START_TEST(what_is_written_down_and_asked_fails_cleanly)
{
    setenv("HOLDFAST_SYMBOLS", "off", 1);
    nowhere = fopen("/dev/null", "we");
    ck_assert_ptr_nonnull(nowhere);
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    close(descriptor);
    asked = questions[_i];
    sweep(see);
    unlink(path);
    fclose(nowhere);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("seeing memory without memory");
    TCase *tests = tcase_create("questions");
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, what_is_written_down_and_asked_fails_cleanly, 0, QUESTIONS);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
