/* SPDX-License-Identifier: MIT
 *
 * Timers in a heap.
 * Knows the library only.
 * The array is the heap: the children of element i are 2i+1 and 2i+2, none of them before it. */
#include "timers.h"

#include <stdbool.h>

HF_TYPE(timer, .fields = HF_FIELDS(HF_WEAK(timer, who)));

static bool
is_before(const timers *all, size_t i, size_t k)
{
    return hf_array_at(all, i)->since < hf_array_at(all, k)->since;
}

static void
move_up(timers *all, size_t i)
{
    for (size_t above; i && is_before(all, i, above = (i - 1) / 2); i = above) {
        (void)hf_array_swap(all, i, above);
    }
}

static void
move_down(timers *all, size_t i)
{
    size_t count = hf_array_count(all);
    for (size_t below; (below = 2 * i + 1) < count; i = below) {
        if (below + 1 < count && is_before(all, below + 1, below)) below++;
        if (!is_before(all, below, i)) return;
        (void)hf_array_swap(all, i, below);
    }
}

int
timers_add(timers *all, session *who, uint64_t since)
{
    hf_auto timer *t = hf_new(timer);
    if (!t || hf_weak_set(&t->who, who)) return -1;
    t->since = since;
    if (hf_array_push_move(all, &t)) return -1;
    move_up(all, hf_array_count(all) - 1);
    return 0;
}

const timer *
timers_first(const timers *all)
{
    return hf_array_at(all, 0);
}

timer *
timers_take(timers *all)
{
    size_t count = hf_array_count(all);
    if (!count) return NULL;
    (void)hf_array_swap(all, 0, count - 1);
    timer *first = hf_array_pop(all);
    move_down(all, 0);
    return first;
}

void
timers_put_back(timers *all, timer **t)
{
    /* It has a place, which was its own. */
    (void)hf_array_push_move(all, t);
    move_up(all, hf_array_count(all) - 1);
}

void
timers_prune(timers *all)
{
    for (size_t i = hf_array_count(all); i--;) {
        if (!hf_weak_dead(&hf_array_at(all, i)->who)) continue;
        (void)hf_array_swap(all, i, hf_array_count(all) - 1);
        hf_release(hf_array_pop(all));
    }
    for (size_t i = hf_array_count(all) / 2; i--;) move_down(all, i);
}
