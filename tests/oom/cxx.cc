/* SPDX-License-Identifier: MIT
 *
 * Classes are made, held and referred to weakly while memory is short: std::bad_alloc, and nothing
 * has changed.
 * Knows public headers and the sweep; cxx_quiet.cc is the same without exceptions.
 * It is what docs/cplusplus.md promises. */
#include <holdfast/holdfast.hpp>

#include <new>
#include <utility>

#include "oom/sweep.h"
#include "support/run_suite.h"

struct node {
    node()
    {
        hf::give(this, &node::child, hf::make<node>(nullptr));
    }
    explicit node(std::nullptr_t)
    {
    }

    hf::edge<node> child;
    hf::weak<node> back;
};
HF_DECLARE(node);
HF_CLASS(node, HF_STRONG(node, child), HF_WEAK(node, back));

static bool
make_a_pair()
{
    try {
        hf::ref<node> parent = hf::make<node>();
        hf::unique<node> alone = hf::new_unique<node>(nullptr);
        ck_assert(parent->child && alone);
    } catch (const std::bad_alloc &) {
        return out_of_memory();
    }
    return true;
}

START_TEST(what_can_t_be_made_leaves_nothing)
{
    sweep(make_a_pair);
}
END_TEST

/* A reference that can't be set refers to what it did. */
static bool
turn(hf::weak<node> &weak, const hf::ref<node> &one, const hf::ref<node> &two)
{
    weak = one;
    try {
        weak = two;
    } catch (const std::bad_alloc &) {
        ck_assert(weak.lock() == one);
        throw;
    }
    ck_assert(weak.lock() == two);
    return true;
}

static bool
refer()
{
    try {
        hf::ref<node> one = hf::make<node>(nullptr), two = hf::make<node>(nullptr);
        hf::weak<node> weak;
        turn(weak, one, two);
        hf::weak<node> constructed(one), copy = weak;
        constructed = copy;
        copy = std::move(constructed);
        ck_assert(copy.lock() == two);
    } catch (const std::bad_alloc &) {
        return out_of_memory();
    }
    return true;
}

START_TEST(a_reference_that_can_t_be_set_is_unchanged)
{
    sweep(refer);
}
END_TEST

static bool
try_to_refer()
{
    try {
        hf::ref<node> one = hf::make<node>(nullptr);
        hf::weak<node> weak;
        if (!weak.try_set(one)) {
            ck_assert(weak.expired());
            return out_of_memory();
        }
        ck_assert(weak.lock() == one);
    } catch (const std::bad_alloc &) {
        return out_of_memory();
    }
    return true;
}

START_TEST(try_set_returns_false)
{
    sweep(try_to_refer);
}
END_TEST

static Suite *
make_suite(void)
{
    Suite *suite = suite_create("oom_cxx");
    TCase *tests = tcase_create("memory");
    tcase_add_test(tests, what_can_t_be_made_leaves_nothing);
    tcase_add_test(tests, a_reference_that_can_t_be_set_is_unchanged);
    tcase_add_test(tests, try_set_returns_false);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(make_suite)
