/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/error.h>: what checked builds say of a pointer that leads to no object.
 * Knows public headers only; built where HOLDFAST_CHECKED is on, since other builds don't look.
 * Every pointer here leads to readable memory: a wild one ends the process by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

static struct counting memory = COUNTING(memory);

typedef struct node {
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .allocator = &memory.allocator, .fields = HF_FIELDS(HF_STRONG(node, next)));

static void
retain_it(void *object)
{
    void *volatile same = hf_retain(object);
    (void)same;
}

enum { NEIGHBOURHOOD = 256 };

static const unsigned char fillings[] = {0x00, 0xFF, 0x01, 'A', ' '};
enum { FILLINGS = sizeof fillings };

START_TEST(a_pointer_to_memory_that_is_no_object_is_fatal)
{
    char address[64];
    char *block = aligned_alloc(16, NEIGHBOURHOOD);
    ck_assert_ptr_nonnull(block);
    memset(block, fillings[_i], NEIGHBOURHOOD);
    char *pointer = block + NEIGHBOURHOOD / 2;
    snprintf(address, sizeof address, "at %p", (void *)pointer);
    HF_EXPECT_FATAL(hf_release(unknown_origin(pointer)), "not an object", address);
    HF_EXPECT_FATAL(retain_it(pointer), "not an object", address);
    HF_EXPECT_FATAL(hf_abandon(unknown_origin(pointer)), "not an object", address);
    HF_EXPECT_FATAL(hf_set((node *)(void *)pointer, next, NULL), "not an object", address);
    free(block);
}
END_TEST

START_TEST(a_static_variable_that_is_no_object_is_fatal)
{
    static node variables[NEIGHBOURHOOD];
    HF_EXPECT_FATAL(hf_release(unknown_origin(&variables[NEIGHBOURHOOD / 2])), "not an object");
}
END_TEST

START_TEST(a_pointer_to_a_field_of_an_object_is_fatal)
{
    typedef struct node_pair {
        node first, second;
    } node_pair;
    node_pair *n = hf_new_type(&hf_type_node, sizeof(node_pair));
    hf_auto node *next = hf_new(node);
    hf_set(&n->first, next, next);
    HF_EXPECT_FATAL(hf_release(unknown_origin(&n->second)), "not an object");
    hf_release(n);
}
END_TEST

START_TEST(a_pointer_between_the_words_of_an_object_is_fatal)
{
    hf_auto node *n = hf_new(node);
    for (int i = 1; i < 8; i++) {
        HF_EXPECT_FATAL(hf_release(unknown_origin((char *)n + i)), "not an object");
    }
}
END_TEST

START_TEST(a_pointer_from_the_field_of_a_dead_object_is_fatal)
{
    memory.is_hoarding = true;
    node *n = hf_new(node);
    node *dead = unknown_origin(n);
    hf_give(n, next, hf_new(node));
    hf_release(n);
    HF_EXPECT_FATAL(hf_release(dead->next), "not an object");
}
END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("what is no object");
    TCase *tests = tcase_create("checked builds");
    tcase_add_loop_test(tests, a_pointer_to_memory_that_is_no_object_is_fatal, 0, FILLINGS);
    tcase_add_test(tests, a_static_variable_that_is_no_object_is_fatal);
    tcase_add_test(tests, a_pointer_to_a_field_of_an_object_is_fatal);
    tcase_add_test(tests, a_pointer_between_the_words_of_an_object_is_fatal);
    tcase_add_test(tests, a_pointer_from_the_field_of_a_dead_object_is_fatal);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
