/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h> and <holdfast/error.h>: what a death may do while it runs, and
 * what becomes of an object that is handed out again in its own death.
 * Knows public headers only.
 * An object that is resurrected stays in memory for ever, so each of these tests says how many it
 * leaves. */
#include <stdlib.h>
#include <string.h>

#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

/* ---- what is allowed --------------------------------------------------------------------- */

typedef struct parent {
    witness *child;
    witness *second;
    const char *name;
} parent;
HF_DECLARE(parent);

static void (*in_destroy)(parent *self);

static void
parent_destroy(void *self)
{
    parent *p = self;
    in_destroy(p);
    happen(p->name);
}

HF_TYPE(parent, .destroy = parent_destroy,
        .fields = HF_FIELDS(HF_STRONG(parent, child), HF_STRONG(parent, second)));

static parent *
parent_new(const char *name)
{
    parent *p = hf_new(parent);
    ck_assert_ptr_nonnull(p);
    p->name = name;
    hf_give(p, child, witness_new("child"));
    hf_give(p, second, witness_new("second"));
    return p;
}

static witness *saved;

static void
save_child(parent *self)
{
    saved = hf_take(self, child);
}

START_TEST(a_child_that_destroy_takes_out_outlives_its_parent)
{
    hf_test_capture_warning();
    in_destroy = save_child;
    hf_release(parent_new("parent"));
    ck_assert_str_eq(what_happened(), "parent, second");
    ck_assert_uint_eq(hf_count(saved), 1);
    ck_assert_uint_eq(hf_test_warning_count(), 0);
    hf_clear(&saved);
    ck_assert_str_eq(what_happened(), "child");
}
END_TEST

static void
save_copy_of_child(parent *self)
{
    saved = hf_get(self, child);
}

START_TEST(a_child_that_destroy_retains_outlives_its_parent)
{
    hf_test_capture_warning();
    in_destroy = save_copy_of_child;
    hf_release(parent_new("parent"));
    ck_assert_str_eq(what_happened(), "parent, second");
    ck_assert_uint_eq(hf_test_warning_count(), 0);
    hf_clear(&saved);
    ck_assert_str_eq(what_happened(), "child");
}
END_TEST

static void
replace_children(parent *self)
{
    hf_give(self, second, witness_new("third"));
    hf_set(self, child, NULL);
    happen("replaced");
}

START_TEST(what_destroy_replaces_dies_after_it_and_before_what_is_left)
{
    in_destroy = replace_children;
    hf_release(parent_new("parent"));
    ck_assert_str_eq(what_happened(), "replaced, parent, second, child, third");
}
END_TEST

static void
end_others(parent *self)
{
    (void)self;
    in_destroy = save_child;
    hf_release(witness_new("made in destroy"));
    parent *abandoned = parent_new("never destroyed");
    hf_abandon(abandoned);
    hf_release(parent_new("inner"));
    happen("ended others");
}

START_TEST(what_is_made_and_released_in_destroy_dies_after_it)
{
    in_destroy = end_others;
    hf_release(parent_new("parent"));
    ck_assert_str_eq(what_happened(), "ended others, parent, made in destroy, child, second, "
                                      "inner, second, child, second");
    hf_clear(&saved);
}
END_TEST

/* ---- resurrection ------------------------------------------------------------------------ */

static struct counting memory = COUNTING(memory);

typedef struct phoenix {
    witness *child;
    char *text;
} phoenix;
HF_DECLARE(phoenix);

static phoenix *kept;

static void
keep(void *self)
{
    phoenix *p = self;
    kept = hf_retain(p);
}

static void
keep_in_notice(void *object, void *ctx)
{
    (void)ctx;
    keep(object);
}

static void
keep_in_trace(void *self, hf_visitor *v)
{
    (void)v;
    keep(self);
}

static void
keep_text(void *text)
{
    (void)text;
    happen("text");
}

HF_TYPE(phoenix, .allocator = &memory.allocator,
        .fields = HF_FIELDS(HF_STRONG(phoenix, child), HF_OWNED(phoenix, text, keep_text)));

/* Each is resurrected by another step. */
#define KIND(T, ...)   \
    typedef phoenix T; \
    HF_DECLARE(T);     \
    HF_TYPE(T, .allocator = &memory.allocator, __VA_ARGS__)

KIND(kept_by_destroy, .destroy = keep, .fields = HF_FIELDS(HF_STRONG(kept_by_destroy, child)));
KIND(kept_by_trace, .trace = keep_in_trace);
KIND(kept_by_free, .free = keep, .fields = HF_FIELDS(HF_STRONG(kept_by_free, child)));
KIND(kept_by_base, .base = &hf_type_kept_by_destroy);
KIND(bare, .fields = HF_FIELDS(HF_STRONG(bare, child)));

static void *
phoenix_of(const hf_type *type)
{
    phoenix *p = hf_new_type(type, sizeof(phoenix));
    ck_assert_ptr_nonnull(p);
    return p;
}

/* The object is in memory still, and dead. What it was told once is enough. */
static void
expect_resurrected(const hf_type *type, hf_weak_ref *weak)
{
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), "resurrected while it died"));
    ck_assert_ptr_nonnull(strstr(hf_test_last_warning(), type->name));
    ck_assert_uint_eq(memory.returned, 0);
    ck_assert_uint_eq(hf_live(type), 1);
    ck_assert_ptr_eq(hf_type_of(kept), type);
    ck_assert_ptr_null(hf_upgrade_(weak));
    ck_assert_int_ne(hf_weak_dead_(weak), 0);
}

/* Who kept it may go on, and give it back: it stays where it is. */
static void
expect_harmless(const hf_type *type)
{
    phoenix *second = hf_retain(kept);
    hf_release(unknown_origin(second));
    hf_release(unknown_origin(kept));
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_uint_eq(memory.returned, 0);
    ck_assert_uint_eq(hf_live(type), 1);
    HF_EXPECT_FATAL(hf_release(unknown_origin(kept)), "release of a dying object", type->name);
}

static const hf_type *const kinds[] = {&hf_type_kept_by_destroy, &hf_type_kept_by_trace,
                                       &hf_type_kept_by_free, &hf_type_kept_by_base};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

START_TEST(an_object_that_one_of_its_functions_keeps_is_never_freed_and_reported_once)
{
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    hf_weak_ref weak = {NULL};
    phoenix *p = phoenix_of(kinds[_i]);
    ck_assert_int_eq(hf_weak_set_(&weak, p), 0);
    hf_release(p);
    expect_resurrected(kinds[_i], &weak);
    expect_harmless(kinds[_i]);
    hf_weak_clear_(&weak);
}
END_TEST

START_TEST(an_object_that_a_notice_keeps_is_never_freed_and_reported_once)
{
    static const hf_type *const types[] = {&hf_type_bare, &hf_type_phoenix};
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    hf_weak_ref weak = {NULL};
    phoenix *p = phoenix_of(types[_i]);
    ck_assert_int_eq(hf_weak_set_(&weak, p), 0);
    ck_assert_uint_ne(hf_on_death(p, keep_in_notice, NULL), 0);
    hf_release(p);
    expect_resurrected(types[_i], &weak);
    expect_harmless(types[_i]);
    hf_weak_clear_(&weak);
}
END_TEST

START_TEST(an_abandoned_object_that_a_notice_keeps_is_never_freed_and_reported_once)
{
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    hf_weak_ref weak = {NULL};
    bare *b = phoenix_of(&hf_type_bare);
    ck_assert_int_eq(hf_weak_set_(&weak, b), 0);
    ck_assert_uint_ne(hf_on_death(b, keep_in_notice, NULL), 0);
    hf_abandon(b);
    expect_resurrected(&hf_type_bare, &weak);
    expect_harmless(&hf_type_bare);
    hf_weak_clear_(&weak);
}
END_TEST

START_TEST(an_object_that_its_destroy_keeps_keeps_what_it_holds)
{
    hf_test_expect_leaks(2);
    hf_test_capture_warning();
    kept_by_destroy *k = phoenix_of(&hf_type_kept_by_destroy);
    hf_give(k, child, witness_new("child"));
    hf_release(k);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_str_eq(what_happened(), "");
    ck_assert_str_eq(kept->child->name, "child");
    hf_release(kept);
    ck_assert_str_eq(what_happened(), "");
}
END_TEST

START_TEST(an_object_that_its_free_keeps_holds_nothing_any_more)
{
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    kept_by_free *k = phoenix_of(&hf_type_kept_by_free);
    hf_give(k, child, witness_new("child"));
    hf_release(k);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_str_eq(what_happened(), "child");
    ck_assert_ptr_null(kept->child);
    hf_release(kept);
}
END_TEST

/* Stores itself in the field of another object, which gives it back when it dies. */
typedef struct nest {
    struct nest *bird;
} nest;
HF_DECLARE(nest);
static nest *living;

static void
fly_into_nest(void *self)
{
    if (living && self != living) hf_set(living, bird, (nest *)self);
}

HF_TYPE(nest, .destroy = fly_into_nest, .fields = HF_FIELDS(HF_STRONG(nest, bird)));

START_TEST(an_object_that_stores_itself_in_another_is_given_back_without_harm)
{
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    living = hf_new(nest);
    nest *bird = hf_new(nest);
    const nest *address = unknown_origin(bird);
    hf_release(bird);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    ck_assert_ptr_eq(living->bird, address);
    hf_release(living);
    ck_assert_uint_eq(hf_live(&hf_type_nest), 1);
    ck_assert_uint_eq(hf_test_warning_count(), 1);
}
END_TEST

START_TEST(those_who_stand_in_line_after_it_die_all_the_same)
{
    hf_test_expect_leaks(1);
    hf_test_capture_warning();
    in_destroy = replace_children;
    parent *p = parent_new("parent");
    hf_set(p, child, NULL);
    ck_assert_str_eq(what_happened(), "child");
    hf_give(p, child, phoenix_of(&hf_type_kept_by_destroy));
    hf_release(p);
    ck_assert_str_eq(what_happened(), "replaced, parent, second, third");
    ck_assert_uint_eq(hf_test_warning_count(), 1);
    hf_release(kept);
}
END_TEST

START_TEST(an_object_on_the_stack_that_its_destroy_keeps_is_fatal)
{
    HF_EXPECT_FATAL(
        {
            HF_ON_STACK(kept_by_destroy, k);
            (void)k;
        },
        "object on the stack outlived its frame", "kept_by_destroy");
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("resurrection");
    TCase *tests = tcase_create("resurrection");
    tcase_add_test(tests, a_child_that_destroy_takes_out_outlives_its_parent);
    tcase_add_test(tests, a_child_that_destroy_retains_outlives_its_parent);
    tcase_add_test(tests, what_destroy_replaces_dies_after_it_and_before_what_is_left);
    tcase_add_test(tests, what_is_made_and_released_in_destroy_dies_after_it);
    tcase_add_loop_test(tests,
                        an_object_that_one_of_its_functions_keeps_is_never_freed_and_reported_once,
                        0, KINDS);
    tcase_add_loop_test(tests, an_object_that_a_notice_keeps_is_never_freed_and_reported_once, 0,
                        2);
    tcase_add_test(tests, an_abandoned_object_that_a_notice_keeps_is_never_freed_and_reported_once);
    tcase_add_test(tests, an_object_that_its_destroy_keeps_keeps_what_it_holds);
    tcase_add_test(tests, an_object_that_its_free_keeps_holds_nothing_any_more);
    tcase_add_test(tests, an_object_that_stores_itself_in_another_is_given_back_without_harm);
    tcase_add_test(tests, those_who_stand_in_line_after_it_die_all_the_same);
    tcase_add_test(tests, an_object_on_the_stack_that_its_destroy_keeps_is_fatal);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
