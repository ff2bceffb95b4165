/* SPDX-License-Identifier: MIT
 *
 * As cxx.cc, without exceptions and without RTTI: handles are empty, errno is ENOMEM, and nothing
 * has changed.
 * Knows public headers and the sweep.
 * It is what docs/cplusplus.md promises. */
#include <holdfast/holdfast.hpp>

#include "oom/sweep.h"
#include "support/run_suite.h"

#if defined __cpp_exceptions || defined __cpp_rtti
#error "This is to be compiled without exceptions and RTTI."
#endif

struct base {
    int number = 0;
};
struct node : base {
    explicit node(int first)
    {
        number = first;
    }
    ~node()
    {
        number = 0;
    }

    hf::edge<node> child;
    hf::weak<base> back;
};
HF_DECLARE(base);
HF_DECLARE(node);
HF_CLASS(base);
HF_CLASS(node, HF_BASE(node, base), HF_STRONG(node, child), HF_WEAK(node, back));

static bool
make_a_pair()
{
    hf::ref<node> parent = hf::make<node>(1);
    if (!parent) return out_of_memory();
    ck_assert(parent->number == 1 && hf::cast<base>(parent));
    hf::unique<node> child = hf::new_unique<node>(2);
    if (!child) return out_of_memory();
    hf::give(parent, &node::child, child.share());
    return true;
}

START_TEST(what_can_t_be_made_is_an_empty_handle)
{
    sweep(make_a_pair);
}
END_TEST

static bool
refer()
{
    hf::ref<node> one = hf::make<node>(1), two = hf::make<node>(2);
    if (!one || !two) return out_of_memory();
    hf::weak<base> weak(one);
    if (weak.expired()) return out_of_memory();
    weak = two;
    if (weak.lock() != two) {
        ck_assert(weak.lock() == one);
        return out_of_memory();
    }
    return weak.try_set(one) && hf::weak<base>(weak).lock() == one;
}

START_TEST(a_reference_that_can_t_be_set_is_unchanged)
{
    sweep(refer);
}
END_TEST

static Suite *
make_suite(void)
{
    Suite *suite = suite_create("oom_cxx_quiet");
    TCase *tests = tcase_create("memory");
    tcase_add_test(tests, what_can_t_be_made_is_an_empty_handle);
    tcase_add_test(tests, a_reference_that_can_t_be_set_is_unchanged);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(make_suite)
