/* SPDX-License-Identifier: MIT
 *
 * The kind of the fuzzer's objects whose references stand in slots.
 * Knows public headers only; kinds.h says what a kind is. */
#include "fuzz/kinds.h"

typedef struct crossing {
    struct head head;
    hf_slot(void) left;
    hf_slot(void) right;
    any_weak weak;
} crossing;
HF_DECLARE(crossing);

static void
die(void *self)
{
    thing_dies(self);
}

HF_TYPE(crossing, .destroy = die,
        .fields = HF_FIELDS(HF_SLOT(crossing, left), HF_SLOT(crossing, right),
                            HF_WEAK(crossing, weak)));

any_weak *
weak_of_crossing(void *object)
{
    return &((crossing *)object)->weak;
}

/* The functions for a slot; what is peeked lives on, since nothing else happens. */
#define SLOT_ACCESS(f)                                                                  \
    static void set_##f(void *o, size_t i, void *x)                                     \
    {                                                                                   \
        (void)i;                                                                        \
        EXPECT(hf_slot_store(&((crossing *)o)->f, x) == 0);                             \
    }                                                                                   \
    static void give_##f(void *o, size_t i, void *x)                                    \
    {                                                                                   \
        set_##f(o, i, x);                                                               \
        hf_release(x);                                                                  \
    }                                                                                   \
    static void *take_##f(void *o, size_t i)                                            \
    {                                                                                   \
        (void)i;                                                                        \
        return hf_slot_exchange(&((crossing *)o)->f, NULL);                             \
    }                                                                                   \
    static void *get_##f(void *o, size_t i)                                             \
    {                                                                                   \
        (void)i;                                                                        \
        return hf_slot_load(&((crossing *)o)->f);                                       \
    }                                                                                   \
    static void *peek_##f(const void *o, size_t i)                                      \
    {                                                                                   \
        (void)i;                                                                        \
        hf_read_begin();                                                                \
        void *borrowed = hf_slot_peek(&((const crossing *)o)->f);                       \
        hf_read_end();                                                                  \
        return borrowed;                                                                \
    }                                                                                   \
    const struct access crossing_##f = {#f,      set_##f,  give_##f,          take_##f, \
                                        get_##f, peek_##f, .is_traced = false}

SLOT_ACCESS(left);
SLOT_ACCESS(right);
