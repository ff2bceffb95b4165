/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/queue.h>: what waits, in which order it dies, and what a budget bounds.
 * Knows public headers only.
 * Bounds, descriptors, threads and garbage cycles are in queue_threads.c. */
#include <holdfast/holdfast.h>

#include "seam/witness.h"
#include "support/run_suite.h"

static hf_queue deaths, slow;

/* Tells its end, and holds another. */
typedef struct late {
    witness base;
    struct late *next, *other;
    hf_weak(struct late) self;
} late;
HF_DECLARE(late);
HF_TYPE(late, .base = &hf_type_witness, .queue = &deaths,
        .fields = HF_FIELDS(HF_STRONG(late, next), HF_STRONG(late, other), HF_WEAK(late, self)));

/* The same, but dies when it is told to. */
typedef struct prompt {
    witness base;
    struct prompt *next;
} prompt;
HF_DECLARE(prompt);
HF_TYPE(prompt, .base = &hf_type_witness, .fields = HF_FIELDS(HF_STRONG(prompt, next)));

static late *
late_new(const char *name)
{
    late *l = hf_new(late);
    ck_assert_ptr_nonnull(l);
    l->base.name = name;
    return l;
}

/* A chain of so many, of which the first is returned. */
static prompt *
chain_new(size_t length)
{
    prompt *chain = NULL;
    for (; length > 0; length--) {
        prompt *p = hf_new(prompt);
        ck_assert_ptr_nonnull(p);
        p->base.name = "p";
        if (chain) hf_give(p, next, chain);
        chain = p;
    }
    return chain;
}

/* ---- what waits -------------------------------------------------------------------------- */

START_TEST(an_object_whose_type_has_a_queue_dies_in_the_drain)
{
    hf_release(late_new("one"));
    ck_assert_str_eq(what_happened(), "");
    ck_assert_uint_eq(hf_queue_count(&deaths), 1);
    ck_assert_uint_eq(hf_live(&hf_type_late), 1);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 1);
    ck_assert_str_eq(what_happened(), "one");
    ck_assert_uint_eq(hf_queue_count(&deaths), 0);
}
END_TEST

START_TEST(objects_die_in_the_order_in_which_they_were_released)
{
    late *one = late_new("one"), *two = late_new("two"), *three = late_new("three");
    hf_release(two);
    hf_release(one);
    hf_release(three);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 3);
    ck_assert_str_eq(what_happened(), "two, one, three");
}
END_TEST

START_TEST(a_budget_is_a_number_of_objects)
{
    for (int i = 0; i < 5; i++) hf_release(late_new("l"));
    ck_assert_uint_eq(hf_queue_drain(&deaths, 2), 2);
    ck_assert_str_eq(what_happened(), "l, l");
    ck_assert_uint_eq(hf_queue_count(&deaths), 3);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 10), 3);
    ck_assert_str_eq(what_happened(), "l, l, l");
    ck_assert_uint_eq(hf_queue_drain(&deaths, 1), 0);
}
END_TEST

START_TEST(weak_references_are_null_while_it_waits)
{
    late *l = late_new("l");
    hf_weak(late) weak = {{NULL}};
    ck_assert_int_eq(hf_weak_set(&weak, l), 0);
    hf_release(l);
    ck_assert_ptr_null(hf_upgrade(&weak));
    ck_assert(hf_weak_dead(&weak));
    hf_queue_drain(&deaths, 0);
    hf_weak_clear(&weak);
    ck_assert_str_eq(what_happened(), "l");
}
END_TEST

static void
tell(void *object, void *name)
{
    (void)object;
    happen(name);
}

START_TEST(notices_wait_with_it)
{
    static char told[] = "told";
    late *l = late_new("l");
    ck_assert_uint_ne(hf_on_death(l, tell, told), 0);
    hf_release(l);
    ck_assert_str_eq(what_happened(), "");
    hf_queue_drain(&deaths, 0);
    ck_assert_str_eq(what_happened(), "told, l");
}
END_TEST

/* ---- what it holds ----------------------------------------------------------------------- */

START_TEST(what_it_holds_dies_in_the_same_drain)
{
    late *one = late_new("one");
    hf_give(one, next, late_new("two"));
    hf_give(one->next, next, late_new("three"));
    hf_release(one);
    ck_assert_uint_eq(hf_queue_count(&deaths), 1);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 3);
    ck_assert_str_eq(what_happened(), "one, two, three");
}
END_TEST

START_TEST(or_in_the_next_when_the_budget_is_used_up)
{
    hf_release_later(chain_new(10), &slow);
    hf_release_later(chain_new(1), &slow);
    ck_assert_uint_eq(hf_queue_drain(&slow, 4), 4);
    ck_assert_str_eq(what_happened(), "p, p, p, p");
    ck_assert_uint_eq(hf_live(&hf_type_prompt), 7);
    ck_assert_uint_eq(hf_queue_drain(&slow, 4), 4);
    ck_assert_uint_eq(hf_queue_drain(&slow, 0), 3);
    ck_assert_uint_eq(hf_live(&hf_type_prompt), 0);
}
END_TEST

/* A tree: several stand in line when the budget ends. */
static late *
tree_new(int depth)
{
    late *l = late_new("t");
    if (depth == 0) return l;
    hf_give(l, next, tree_new(depth - 1));
    hf_give(l, other, tree_new(depth - 1));
    return l;
}

START_TEST(each_budget_ends_where_the_last_one_stopped)
{
    hf_release(tree_new(3));
    size_t drains = 0, ended = 0;
    while (hf_live(&hf_type_late)) {
        ended += hf_queue_drain(&deaths, 1);
        drains++;
    }
    ck_assert_uint_eq(drains, 15);
    ck_assert_uint_eq(ended, 15);
}
END_TEST

START_TEST(what_has_a_queue_goes_there_from_any_death)
{
    late *l = late_new("l");
    prompt *p = chain_new(1);
    hf_set(p, next, (prompt *)hf_cast(witness, l));
    hf_release(l);
    hf_release(p);
    ck_assert_str_eq(what_happened(), "p");
    ck_assert_uint_eq(hf_queue_count(&deaths), 1);
    hf_queue_drain(&deaths, 0);
    ck_assert_str_eq(what_happened(), "l");
}
END_TEST

/* ---- releasing later --------------------------------------------------------------------- */

START_TEST(a_release_later_that_is_not_the_last_is_a_release)
{
    prompt *p = chain_new(1);
    hf_release_later(hf_retain(p), &slow);
    ck_assert_uint_eq(hf_count(p), 1);
    ck_assert_uint_eq(hf_queue_count(&slow), 0);
    hf_release_later(p, &slow);
    ck_assert_uint_eq(hf_queue_count(&slow), 1);
    ck_assert_str_eq(what_happened(), "");
    hf_queue_drain(&slow, 0);
    ck_assert_str_eq(what_happened(), "p");
}
END_TEST

START_TEST(releasing_null_later_does_nothing)
{
    hf_release_later(NULL, &slow);
    ck_assert_uint_eq(hf_queue_count(&slow), 0);
}
END_TEST

START_TEST(the_queue_of_its_type_goes_before_another)
{
    hf_release_later(late_new("l"), &slow);
    ck_assert_uint_eq(hf_queue_drain(&slow, 0), 0);
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 1);
}
END_TEST

/* ---- what does not wait ------------------------------------------------------------------ */

START_TEST(an_object_on_the_stack_dies_with_its_frame)
{
    {
        HF_ON_STACK(late, l);
        l->base.name = "l";
    }
    ck_assert_str_eq(what_happened(), "l");
    ck_assert_uint_eq(hf_queue_count(&deaths), 0);
}
END_TEST

START_TEST(abandoning_waits_for_nothing)
{
    hf_abandon(late_new("l"));
    ck_assert_uint_eq(hf_queue_count(&deaths), 0);
    ck_assert_uint_eq(hf_live(&hf_type_late), 0);
}
END_TEST

static void
drain(void *object, void *ended)
{
    (void)object;
    *(size_t *)ended = hf_queue_drain(&deaths, 0);
}

START_TEST(a_drain_in_a_death_is_refused)
{
    size_t ended = 99;
    prompt *p = chain_new(1);
    ck_assert_uint_ne(hf_on_death(p, drain, &ended), 0);
    hf_release(late_new("l"));
    hf_release(p);
    ck_assert_uint_eq(ended, 0);
    ck_assert_str_eq(what_happened(), "p");
    ck_assert_uint_eq(hf_queue_drain(&deaths, 0), 1);
}
END_TEST

START_TEST(a_release_of_what_waits_is_told)
{
    HF_EXPECT_FATAL(
        {
            late *l = late_new("l");
            void *same = unknown_origin(l);
            hf_release(l);
            hf_release(same);
        },
        "dying object", "late");
}
END_TEST

/* ---- the end ----------------------------------------------------------------------------- */

START_TEST(closing_ends_all)
{
    hf_queue queue;
    ck_assert_int_eq(hf_queue_init(&queue), 0);
    hf_release_later(chain_new(3), &queue);
    hf_queue_drain(&queue, 1);
    hf_release_later(chain_new(1), &queue);
    hf_queue_close(&queue);
    ck_assert_str_eq(what_happened(), "p, p, p, p");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("queue");
    TCase *tests = tcase_create("queue");
    tcase_add_test(tests, an_object_whose_type_has_a_queue_dies_in_the_drain);
    tcase_add_test(tests, objects_die_in_the_order_in_which_they_were_released);
    tcase_add_test(tests, a_budget_is_a_number_of_objects);
    tcase_add_test(tests, weak_references_are_null_while_it_waits);
    tcase_add_test(tests, notices_wait_with_it);
    tcase_add_test(tests, what_it_holds_dies_in_the_same_drain);
    tcase_add_test(tests, or_in_the_next_when_the_budget_is_used_up);
    tcase_add_test(tests, each_budget_ends_where_the_last_one_stopped);
    tcase_add_test(tests, what_has_a_queue_goes_there_from_any_death);
    tcase_add_test(tests, a_release_later_that_is_not_the_last_is_a_release);
    tcase_add_test(tests, releasing_null_later_does_nothing);
    tcase_add_test(tests, the_queue_of_its_type_goes_before_another);
    tcase_add_test(tests, an_object_on_the_stack_dies_with_its_frame);
    tcase_add_test(tests, abandoning_waits_for_nothing);
    tcase_add_test(tests, a_drain_in_a_death_is_refused);
    tcase_add_test(tests, a_release_of_what_waits_is_told);
    tcase_add_test(tests, closing_ends_all);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
