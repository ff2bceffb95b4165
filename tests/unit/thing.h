/* SPDX-License-Identifier: MIT
 *
 * An object whose death is counted, for tests that put its state word together by hand.
 * Knows the public calls and the test framework. Included once in a program. */
#ifndef HOLDFAST_TESTS_THING_H
#define HOLDFAST_TESTS_THING_H

#include <holdfast/holdfast.h>

#include "support/run_suite.h"

static int destroyed;

typedef struct thing {
    int number;
} thing;

static void
thing_destroy(void *self)
{
    (void)self;
    destroyed++;
}

HF_DECLARE(thing);
HF_TYPE(thing, .destroy = thing_destroy);

static inline thing *
new_thing(void)
{
    destroyed = 0;
    thing *t = hf_new(thing);
    ck_assert_ptr_nonnull(t);
    return t;
}

/* Apart from its callers, in which the compiler would see a release too many, and be right. */
static __attribute__((noinline)) void
release_unseen(thing *t)
{
    hf_release(t);
}

#endif
