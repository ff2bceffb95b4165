/* SPDX-License-Identifier: MIT
 *
 * Tests of the object that a thread contends for, in every state that it can turn out to be in.
 * Knows the door of the life room; that this thread contends is put there by hand, since two
 * threads that meet can't be arranged.
 * docs/internals/word.md, W.8. */
#include <holdfast/holdfast.h>

#include "life/life.h"
#include "support/run_suite.h"
#include "unit/thing.h"

typedef thing secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED, .destroy = thing_destroy);

typedef struct holder {
    thing *held;
} holder;
HF_DECLARE(holder);
HF_TYPE(holder, .fields = HF_FIELDS(HF_STRONG_TO(holder, held, thing)));

typedef struct ring {
    struct ring *next;
} ring;
HF_DECLARE(ring);
HF_TYPE(ring, .destroy = thing_destroy, .fields = HF_FIELDS(HF_STRONG(ring, next)));

static ring *
new_ring(void)
{
    destroyed = 0;
    ring *r = hf_new(ring);
    ck_assert_ptr_nonnull(r);
    return r;
}

/* As if others had changed the word between this thread's look and its change. Apart from the
 * tests, in which the analyzers would lose sight of t. */
static __attribute__((noinline)) void
contend_for(const void *object)
{
    hfi_contended_remember(object);
    ck_assert(is_contended(object));
}

START_TEST(nothing_is_contended_at_first)
{
    hf_auto thing *t = new_thing();
    ck_assert(!is_contended(t));
    ck_assert(!is_contended(NULL));
}
END_TEST

START_TEST(a_plain_object_counts_and_dies_as_ever)
{
    thing *t = new_thing();
    contend_for(t);
    thing *same = hf_retain(t);
    ck_assert_uint_eq(hf_count(t), 2);
    hf_release(same);
    ck_assert_uint_eq(hf_count(t), 1);
    ck_assert_int_eq(destroyed, 0);
    hf_release(t);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(a_store_into_an_edge_counts_too)
{
    hf_auto holder *h = hf_new(holder);
    ck_assert_ptr_nonnull(h);
    thing *t = new_thing();
    contend_for(t);
    hf_set(h, held, t);
    ck_assert_uint_eq(hf_count(t), 2);
    uint64_t before = *live_word_of(t);
    hf_set(h, held, NULL);
    hf_give(h, held, t);
    ck_assert_uint_eq(*live_word_of(t), before + WORD_VERSION_ONE - WORD_COUNT_ONE);
}
END_TEST

START_TEST(with_a_weak_reference_the_record_counts)
{
    thing *t = new_thing();
    hf_weak(thing) weak = {.to_ = NULL};
    contend_for(t);
    ck_assert_int_eq(hf_weak_set(&weak, t), 0);
    thing *same = hf_retain(t);
    ck_assert(!is_contended(t));
    ck_assert_uint_eq(hf_count(t), 2);
    hf_release(same);
    ck_assert_uint_eq(hf_count(t), 1);
    hf_release(t);
    ck_assert_int_eq(destroyed, 1);
    ck_assert_ptr_null(hf_upgrade(&weak));
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(a_confined_object_at_a_former_address_is_counted_plainly)
{
    destroyed = 0;
    secret *s = hf_new(secret);
    ck_assert_ptr_nonnull(s);
    contend_for(s);
    uint64_t before = *live_word_of(s);
    secret *same = hf_retain(s);
    ck_assert_uint_eq(*live_word_of(s), before + WORD_COUNT_ONE);
    hf_release(same);
    ck_assert_uint_eq(*live_word_of(s), before);
    hf_release(s);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

static uint64_t *
word_with(thing *t, uint64_t count, uint64_t flags)
{
    uint64_t *word = live_word_of(t);
    *word = word_with_count(*word, count) | flags;
    return word;
}

START_TEST(an_immortal_one_keeps_its_word)
{
    thing *t = new_thing();
    uint64_t *word = word_with(t, 5, WORD_IMMORTAL);
    contend_for(t);
    uint64_t before = *word;
    thing *same = hf_retain(t);
    ck_assert_uint_eq(*word, before);
    hf_release(same);
    ck_assert_uint_eq(hf_count(t), HF_IMMORTAL_COUNT);
    ck_assert_int_eq(destroyed, 0);
    hf_test_expect_leaks(1);
}
END_TEST

START_TEST(a_dying_one_may_be_held_until_its_destroy_is_over)
{
    thing *t = new_thing();
    uint64_t *word = word_with(t, 1, WORD_DEAD);
    contend_for(t);
    *word &= ~WORD_VERSION_MASK;
    thing *same = hf_retain(t);
    ck_assert_uint_eq(word_count(*word), 2);
    /* Not taken back: between the two another thread may have begun the version again. */
    ck_assert_uint_eq(word_version(*word), 2);
    hf_release(same);
    ck_assert_uint_eq(word_count(*word), 1);
    word_with(t, 1, 0);
    *word &= ~WORD_DEAD;
    hf_release(t);
}
END_TEST

/* Apart from its caller, in which the compiler would see what is wrong. */
static __attribute__((noinline)) void
retain_unseen(thing *t)
{
    ck_assert_ptr_eq(hf_retain(t), t);
}

/* A release has subtracted the last one, and not said DEAD yet; then somebody retains who holds
 * none. */
START_TEST(nothing_is_retained_between_zero_and_dead)
{
    thing *t = new_thing();
    uint64_t *word = live_word_of(t);
    uint64_t before = atomic_sub_release(word, WORD_COUNT_ONE);
    HF_EXPECT_FATAL(retain_unseen(t), "retain of a dead object", "thing");
    contend_for(t);
    HF_EXPECT_FATAL(retain_unseen(t), "retain of a dead object", "thing");
    ck_assert_uint_eq(word_count(*word), 0);
    ck_assert(hfi_release_last(t, word, before, NULL));
    hfi_die(t);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(the_pin_of_a_dying_one_is_not_given_back)
{
    thing *t = new_thing();
    uint64_t *word = word_with(t, 1, WORD_DEAD);
    contend_for(t);
    HF_EXPECT_FATAL(release_unseen(t), "release of a dying object", "thing");
    ck_assert_uint_eq(word_count(*word), 1);
    *word &= ~WORD_DEAD;
    release_unseen(t);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

/* ---- a memory that outlives its object ---------------------------------------------------- */

/* One block: things stand in it behind 32 bytes, as nodes with a tail do. */
static uint64_t block[64] __attribute__((aligned(64)));

static void *
alloc_in_block(void *offset, size_t bytes)
{
    ck_assert_uint_le(bytes, sizeof block / 2);
    return (char *)block + *(size_t *)offset;
}

static void
free_in_block(void *offset, void *unused)
{
    (void)offset, (void)unused;
}

static size_t of_things = 16, of_nodes;
static const hf_allocator for_things = {alloc_in_block, free_in_block, &of_things};
static const hf_allocator for_nodes = {alloc_in_block, free_in_block, &of_nodes};

typedef thing placed;
HF_DECLARE(placed);
HF_TYPE(placed, .allocator = &for_things);

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .allocator = &for_nodes, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* What the compiler must not see, or it would take these objects for the block. */
static __attribute__((noinline)) uintptr_t
place_in_block(const void *object)
{
    return (uintptr_t)object - (uintptr_t)block;
}

START_TEST(a_newborn_that_may_be_part_of_a_cycle_is_not_taken_for_it)
{
    placed *p = hf_new(placed);
    uintptr_t place = place_in_block(p);
    contend_for(p);
    hf_release(p);
    ck_assert(is_contended((char *)block + place));
    node *n = hf_new_type(&hf_type_node, sizeof(node) + 1);
    ck_assert_uint_eq(place_in_block(n), place);
    ck_assert(!is_contended(n));
    hf_set(n, next, n);
    hf_release(n);
    ck_assert_uint_eq(hf_collect(), 1);
}
END_TEST

START_TEST(one_that_may_be_part_of_a_cycle_counts_and_becomes_a_candidate)
{
    ring *r = new_ring();
    contend_for(r);
    ring *same = hf_retain(r);
    ck_assert_uint_eq(hf_count(r), 2);
    ck_assert(*live_word_of(r) & WORD_ROOTABLE);
    hf_release(same);
    ck_assert_uint_eq(hf_count(r), 1);
    ck_assert(!(*live_word_of(r) & WORD_ROOTABLE));
    hf_set(r, next, r);
    hf_release(r);
    ck_assert_int_eq(destroyed, 0);
    ck_assert_uint_eq(hf_collect(), 1);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(one_that_may_be_part_of_a_cycle_dies_by_its_last_release)
{
    ring *r = new_ring();
    contend_for(r);
    hf_release(r);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(the_record_of_one_that_may_be_part_of_a_cycle_counts)
{
    ring *r = new_ring();
    hf_weak(ring) weak = {.to_ = NULL};
    ck_assert_int_eq(hf_weak_set(&weak, r), 0);
    contend_for(r);
    ring *same = hf_upgrade(&weak);
    ck_assert_uint_eq(hf_count(r), 2);
    hf_release(same);
    ck_assert(!is_contended(r));
    ck_assert_uint_eq(hf_count(r), 1);
    hf_release(r);
    ck_assert_int_eq(destroyed, 1);
    hf_weak_clear(&weak);
}
END_TEST

START_TEST(an_object_at_the_address_of_one_that_may_be_part_of_a_cycle_counts_as_ever)
{
    thing *t = hf_new_type(&hf_type_thing, sizeof(thing) + 1);
    ck_assert(lies_beside(t));
    destroyed = 0;
    hf_contended_ = ~(uintptr_t)t;
    hfi_contended_since = hfi_contended_generation;
    ck_assert(is_contended(t));
    hf_release(hf_retain(t));
    ck_assert_uint_eq(hf_count(t), 1);
    hf_release(t);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

START_TEST(objects_with_other_headers_are_not_remembered)
{
    hf_auto thing *t = hf_new_type(&hf_type_thing, sizeof(thing) + 1);
    hfi_contended_remember(t);
    ck_assert(!is_contended(t));
    hf_auto ring *r = hf_new_type(&hf_type_ring, sizeof(ring) + 1);
    hfi_contended_remember(r);
    ck_assert(!is_contended(r));
}
END_TEST

START_TEST(many_may_be_remembered_one_after_the_other)
{
    thing *things[40];
    for (size_t i = 0; i < 40; i++) {
        things[i] = hf_new(thing);
        contend_for(things[i]);
        hf_release(hf_retain(things[i]));
        ck_assert_uint_eq(hf_count(things[i]), 1);
    }
    for (size_t i = 0; i < 40; i++) hf_release(things[i]);
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("contended object");
    TCase *tests = tcase_create("states");
    tcase_add_test(tests, nothing_is_contended_at_first);
    tcase_add_test(tests, a_plain_object_counts_and_dies_as_ever);
    tcase_add_test(tests, a_store_into_an_edge_counts_too);
    tcase_add_test(tests, with_a_weak_reference_the_record_counts);
    tcase_add_test(tests, a_confined_object_at_a_former_address_is_counted_plainly);
    tcase_add_test(tests, an_immortal_one_keeps_its_word);
    tcase_add_test(tests, a_dying_one_may_be_held_until_its_destroy_is_over);
    tcase_add_test(tests, nothing_is_retained_between_zero_and_dead);
    tcase_add_test(tests, the_pin_of_a_dying_one_is_not_given_back);
    tcase_add_test(tests, a_newborn_that_may_be_part_of_a_cycle_is_not_taken_for_it);
    tcase_add_test(tests, one_that_may_be_part_of_a_cycle_counts_and_becomes_a_candidate);
    tcase_add_test(tests, one_that_may_be_part_of_a_cycle_dies_by_its_last_release);
    tcase_add_test(tests, the_record_of_one_that_may_be_part_of_a_cycle_counts);
    tcase_add_test(tests,
                   an_object_at_the_address_of_one_that_may_be_part_of_a_cycle_counts_as_ever);
    tcase_add_test(tests, objects_with_other_headers_are_not_remembered);
    tcase_add_test(tests, many_may_be_remembered_one_after_the_other);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
