/* SPDX-License-Identifier: MIT
 *
 * What the fuzzer does to its array, and a plain model of it.
 * Knows public headers, and what the input chooses. */
#include "fuzz/containers.h"

enum { ELEMENTS = 300 };

static const thing *model[ELEMENTS];
static size_t count;

static void
model_insert(size_t at, const thing *t)
{
    memmove(&model[at + 1], &model[at], (count - at) * sizeof *model);
    model[at] = t;
    count++;
}

static const thing *
model_take(size_t at)
{
    if (at >= count) return NULL;
    const thing *taken = model[at];
    count--;
    memmove(&model[at], &model[at + 1], (count - at) * sizeof *model);
    return taken;
}

static int
by_address(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int
by_address_of(const void *a, const void *b)
{
    return by_address(*(void *const *)a, *(void *const *)b, NULL);
}

static void
add_to_array(unsigned how)
{
    if (count + 1 >= ELEMENTS) return;
    size_t at = next_choice() % (count + 2);
    thing *t = choose_thing();
    if (how == 0) {
        EXPECT(hf_array_push(&ours.array, t) == 0);
        model_insert(count, t);
    } else if (how == 1) {
        thing *mine = hf_retain(t);
        EXPECT(hf_array_push_move(&ours.array, &mine) == 0 && !mine);
        model_insert(count, t);
    } else {
        bool is_inside = at <= count;
        EXPECT(hf_array_insert(&ours.array, at, t) == (is_inside ? 0 : -1));
        if (is_inside) model_insert(at, t);
    }
}

static void
take_from_array(unsigned how)
{
    size_t at = next_choice() % (count + 2);
    if (how == 0 && count) at = count - 1;
    thing *taken = how == 0 ? hf_array_pop(&ours.array) : hf_array_take(&ours.array, at);
    EXPECT(taken == model_take(at));
    if (taken) hf_release(taken);
}

static void
change_elements(void)
{
    size_t at = next_choice() % (count + 2), other = next_choice() % (count + 2);
    thing *t = choose_thing();
    EXPECT(hf_array_set(&ours.array, at, t) == (at < count ? 0 : -1));
    if (at < count) model[at] = t;
    bool are_inside = at < count && other < count;
    EXPECT(hf_array_swap(&ours.array, at, other) == (are_inside ? 0 : -1));
    if (are_inside) {
        const thing *first = model[at];
        model[at] = model[other];
        model[other] = first;
    }
}

static void
change_array(unsigned how)
{
    size_t at = next_choice() % (count + 2);
    switch (how % 6) {
    case 0:
        hf_array_truncate(&ours.array, at);
        if (at < count) count = at;
        break;
    case 1:
        EXPECT(hf_array_sort(&ours.array, by_address, NULL) == 0);
        qsort(model, count, sizeof *model, by_address_of);
        break;
    case 2:
        EXPECT(hf_array_fit(&ours.array) == 0);
        break;
    case 3:
        EXPECT(hf_array_reserve(&ours.array, at * 2) == 0);
        break;
    case 4:
        EXPECT(hf_array_copy(&ours.copy, &ours.array) == 0);
        EXPECT(hf_array_copy(&ours.array, &ours.copy) == 0);
        hf_array_clear(&ours.copy);
        break;
    default:
        hf_array_clear(&ours.array);
        count = 0;
        break;
    }
}

void
compare_array(void)
{
    EXPECT(hf_array_count(&ours.array) == count);
    for (size_t i = 0; i <= count; i++) {
        EXPECT(hf_array_at(&ours.array, i) == (i < count ? model[i] : NULL));
    }
}

void
clear_array(void)
{
    hf_array_clear(&ours.array);
    count = 0;
}

void
use_array(unsigned how)
{
    switch (how % 8) {
    case 0:
        take_from_array(how / 8 % 2);
        break;
    case 1:
        change_elements();
        break;
    case 2:
        change_array(how / 8);
        break;
    default:
        add_to_array(how % 3);
        break;
    }
}
