/* SPDX-License-Identifier: MIT
 *
 * Objects are watched, shared and copied while memory is short: weak references, death notices,
 * copy-on-write.
 * Knows public headers and the sweep.
 * What fails must have changed nothing: the reference refers to what it did, the notice isn't
 * there, the pointer points where it did. */
#include <holdfast/holdfast.h>

#include "oom/sweep.h"
#include "support/run_suite.h"

typedef struct node {
    struct node *next;
    hf_weak(struct node) back;
    long number;
} node;
typedef hf_weak(node) node_weak;
HF_DECLARE(node);

/* A copy has a next of its own. */
static int
node_clone(void *copy, const void *self)
{
    node *to = copy;
    const node *from = self;
    to->number = from->number;
    if (!from->next) return 0;
    node *next = hf_new(node);
    if (!next) return -1;
    next->number = from->next->number;
    hf_give(to, next, next);
    return hf_weak_set(&next->back, to);
}

HF_TYPE(node, .clone = node_clone, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, back)));

/* Two nodes that every scenario here begins with; both or none. */
static bool
make_two(node **first, node **second)
{
    *first = hf_new(node);
    *second = *first ? hf_new(node) : NULL;
    if (*second) return true;
    hf_clear(first);
    return false;
}

/* ---- weak references --------------------------------------------------------------------- */

static void
expect_to_refer(node_weak *weak, const node *to)
{
    node *upgraded = NULL;
    WITHOUT_MEMORY(upgraded = hf_upgrade(weak));
    ck_assert_ptr_eq(upgraded, to);
    WITHOUT_MEMORY(hf_release(upgraded));
}

/* Turns a reference from one to the other. */
static bool
turn(node_weak *weak, node *first, node *second)
{
    if (hf_weak_set(weak, first) != 0) {
        expect_to_refer(weak, NULL);
        return out_of_memory();
    }
    if (hf_weak_set(weak, second) != 0) {
        expect_to_refer(weak, first);
        return out_of_memory();
    }
    expect_to_refer(weak, second);
    return true;
}

static bool
refer_weakly(void)
{
    node *first, *second;
    node_weak weak = {.to_ = NULL};
    if (!make_two(&first, &second)) return out_of_memory();
    bool has_turned = turn(&weak, first, second);
    WITHOUT_MEMORY(hf_release(second));
    WITHOUT_MEMORY(hf_weak_clear(&weak));
    WITHOUT_MEMORY(hf_release(first));
    return has_turned;
}

START_TEST(weak_set_without_memory_leaves_the_reference_as_it_was)
{
    sweep(refer_weakly);
}
END_TEST

static bool
refer_again(void)
{
    node *n = hf_new(node);
    node_weak first = {.to_ = NULL}, second = {.to_ = NULL}, third = {.to_ = NULL};
    if (!n) return out_of_memory();
    bool has_record = hf_weak_set(&first, n) == 0;
    if (has_record) {
        WITHOUT_MEMORY(ck_assert_int_eq(hf_weak_set(&second, n), 0));
        WITHOUT_MEMORY(ck_assert_int_eq(hf_weak_copy(&third, &first), 0));
        WITHOUT_MEMORY(ck_assert_int_eq(hf_weak_set(&first, NULL), 0));
        WITHOUT_MEMORY(ck_assert_int_eq(hf_weak_set(&first, n), 0));
    } else {
        out_of_memory();
    }
    WITHOUT_MEMORY(hf_release(n));
    WITHOUT_MEMORY(hf_weak_clear(&first));
    WITHOUT_MEMORY(hf_weak_clear(&second));
    WITHOUT_MEMORY(hf_weak_clear(&third));
    return has_record;
}

START_TEST(only_the_first_weak_reference_to_an_object_needs_memory)
{
    sweep(refer_again);
}
END_TEST

static node_weak from_destroy;

static void
refer_to_itself(void *self)
{
    WITHOUT_MEMORY(ck_assert_int_eq(hf_weak_set(&from_destroy, (node *)self), 0));
}

typedef node reborn;
HF_DECLARE(reborn);
HF_TYPE(reborn, .destroy = refer_to_itself);

static bool
refer_to_the_dying(void)
{
    reborn *r = hf_new(reborn);
    if (!r) return out_of_memory();
    WITHOUT_MEMORY(hf_release(r));
    expect_to_refer(&from_destroy, NULL);
    WITHOUT_MEMORY(hf_weak_clear(&from_destroy));
    return true;
}

START_TEST(a_weak_reference_to_a_dying_object_needs_no_memory)
{
    sweep(refer_to_the_dying);
}
END_TEST

/* A child that refers to its parent, as a constructor makes it. */
static node *
child_of(node *parent)
{
    node *child = hf_new(node);
    if (!child) return NULL;
    if (hf_weak_set(&child->back, parent) == 0) return child;
    WITHOUT_MEMORY(hf_abandon(child));
    return NULL;
}

static bool
make_a_family(void)
{
    node *parent = hf_new(node);
    if (!parent) return out_of_memory();
    node *child = child_of(parent);
    bool is_whole = child != NULL;
    if (!is_whole) out_of_memory();
    WITHOUT_MEMORY(hf_give(parent, next, child));
    WITHOUT_MEMORY(hf_release(parent));
    return is_whole;
}

START_TEST(an_object_that_could_not_be_finished_is_abandoned_without_memory)
{
    sweep(make_a_family);
}
END_TEST

HF_STATIC(node, for_ever);

static bool
refer_to_a_static_object(void)
{
    node_weak weak = {.to_ = NULL};
    if (hf_weak_set(&weak, for_ever) != 0) return out_of_memory();
    expect_to_refer(&weak, for_ever);
    WITHOUT_MEMORY(hf_weak_clear(&weak));
    return true;
}

START_TEST(a_weak_reference_to_a_static_object_is_not_set_without_memory)
{
    sweep(refer_to_a_static_object);
}
END_TEST

/* ---- death notices ----------------------------------------------------------------------- */

static void
count_call(void *object, void *ctx)
{
    ck_assert_ptr_nonnull(object);
    ++*(size_t *)ctx;
}

/* More than one helping of what the library keeps notices in. */
enum { NOTICES = 200 };

/* Returns how many of the notices could be registered. */
static size_t
register_notices(node *n, size_t *calls)
{
    size_t registered = 0;
    while (registered < NOTICES && hf_on_death(n, count_call, calls)) registered++;
    if (registered < NOTICES) out_of_memory();
    return registered;
}

static bool
be_told_of_a_death(void)
{
    node *n = hf_new(node);
    if (!n) return out_of_memory();
    size_t calls = 0;
    size_t registered = register_notices(n, &calls);
    WITHOUT_MEMORY(hf_release(n));
    ck_assert_uint_eq(calls, registered);
    return registered == NOTICES;
}

START_TEST(a_notice_that_was_not_registered_never_runs_and_the_others_do)
{
    sweep(be_told_of_a_death);
}
END_TEST

static bool
cancel_a_notice(void)
{
    node *n = hf_new(node);
    if (!n) return out_of_memory();
    size_t calls = 0;
    enum hf_notice_state state = HF_NOTICE_RUNNING;
    hf_death_token token = hf_on_death(n, count_call, &calls);
    if (!token) out_of_memory();
    WITHOUT_MEMORY(state = hf_on_death_cancel(token));
    ck_assert_int_eq(state, token ? HF_NOTICE_REMOVED : HF_NOTICE_DONE);
    WITHOUT_MEMORY(hf_release(n));
    ck_assert_uint_eq(calls, 0);
    return token != 0;
}

START_TEST(a_notice_is_cancelled_without_memory)
{
    sweep(cancel_a_notice);
}
END_TEST

/* ---- copy-on-write ----------------------------------------------------------------------- */

static void
expect_clone(const node *copy, const node *original)
{
    ck_assert_int_eq(copy->number, original->number);
    ck_assert_ptr_nonnull(copy->next);
    ck_assert_ptr_ne(copy->next, original->next);
    ck_assert_int_eq(copy->next->number, original->next->number);
}

static bool
write_to_a_copy(node *original)
{
    node *mine = hf_retain(original);
    bool is_copied = hf_make_unique(&mine) == 0;
    if (is_copied) {
        ck_assert_ptr_ne(mine, original);
        expect_clone(mine, original);
    } else {
        out_of_memory();
        ck_assert_ptr_eq(mine, original);
        ck_assert_uint_eq(hf_count(original), 2);
    }
    WITHOUT_MEMORY(hf_release(mine));
    return is_copied;
}

static bool
copy_on_write(void)
{
    node *first, *second;
    if (!make_two(&first, &second)) return out_of_memory();
    first->number = 1;
    second->number = 2;
    WITHOUT_MEMORY(hf_give(first, next, second));
    bool is_copied = write_to_a_copy(first);
    ck_assert_uint_eq(hf_live(&hf_type_node), 2);
    WITHOUT_MEMORY(ck_assert_int_eq(hf_make_unique(&first), 0));
    WITHOUT_MEMORY(hf_release(first));
    return is_copied;
}

START_TEST(make_unique_without_memory_leaves_the_pointer_as_it_was)
{
    sweep(copy_on_write);
}
END_TEST

static bool
share_in_place(void)
{
    hf_unique(node) unique = hf_new_unique(node);
    if (!unique.ptr) return out_of_memory();
    hf_unique(node) moved = {NULL};
    node *shared = NULL;
    WITHOUT_MEMORY(moved = hf_unique_move(&unique));
    WITHOUT_MEMORY(shared = hf_share(&moved));
    ck_assert_ptr_nonnull(shared);
    WITHOUT_MEMORY(hf_unique_release(&unique));
    WITHOUT_MEMORY(hf_release(shared));
    return true;
}

START_TEST(a_unique_object_is_shared_without_memory)
{
    sweep(share_in_place);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("handles without memory");
    TCase *tests = tcase_create("handles without memory");
    tcase_add_test(tests, weak_set_without_memory_leaves_the_reference_as_it_was);
    tcase_add_test(tests, only_the_first_weak_reference_to_an_object_needs_memory);
    tcase_add_test(tests, a_weak_reference_to_a_dying_object_needs_no_memory);
    tcase_add_test(tests, an_object_that_could_not_be_finished_is_abandoned_without_memory);
    tcase_add_test(tests, a_weak_reference_to_a_static_object_is_not_set_without_memory);
    tcase_add_test(tests, a_notice_that_was_not_registered_never_runs_and_the_others_do);
    tcase_add_test(tests, a_notice_is_cancelled_without_memory);
    tcase_add_test(tests, make_unique_without_memory_leaves_the_pointer_as_it_was);
    tcase_add_test(tests, a_unique_object_is_shared_without_memory);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
