/* SPDX-License-Identifier: MIT
 *
 * A growable array of strong references.
 * Knows edges. The elements are a flexible array of edges in an object of their own, so that the
 * collector sees them; a larger object takes its place by an edge store, and nothing is ever moved
 * to where a collection may still look for something else (docs/internals/collector.md).
 *
 * The array is whole whenever something is released, because that may run the program's code, which
 * may use the same array; nothing that was read before is believed afterwards. After the caller's
 * own reference was moved in, the array may be garbage, and nothing of it is touched. */
#define _GNU_SOURCE /* qsort_r */
#include <errno.h>
#include <holdfast/array.h>
#include <stdlib.h>

#include "contain/contain.h"

struct hf_array_items {
    size_t count; /* of elements; the collector looks at all places, of which the others are NULL */
    void *items[];
};

HF_TYPE(hf_array_items, .fields = HF_FIELDS(HF_STRONG_FLEX(hf_array_items, items)));

static const size_t items_at = offsetof(hf_array_items, items);

enum { ROOM_LEAST = 4 };

static size_t
count_of(const hf_array *array)
{
    const hf_array_items *items = array->items_;
    return items ? items->count : 0;
}

static size_t
room_of(const hf_array *array)
{
    return array->items_ ? hf_flex_count(array->items_) : 0;
}

/* Lets the array have these items instead, which the caller gives away, and releases the former. */
static void
exchange_items(hf_array *array, hf_array_items *items, const void *site)
{
    void *former = hfi_edge_replace(&array->items_, items, site);
    if (former) release(former, site);
}

/* Moves the elements to items with room for so many; false and ENOMEM without memory. */
static bool
move_to_room(hf_array *array, size_t room, const void *site)
{
    hf_array_items *items = hf_new_flex(hf_array_items, items, room);
    if (!items) return false;
    hf_array_items *former = array->items_;
    if (former) {
        items->count = former->count;
        former->count = 0;
        hfi_edges_move(items, items->items, former->items, items->count, site);
    }
    exchange_items(array, items, site);
    return true;
}

/* Makes room for so many in all, and to spare. */
static bool
make_room(hf_array *array, size_t count, const void *site)
{
    size_t room = room_of(array);
    if (count <= room) return true;
    room += room / 2;
    if (room < ROOM_LEAST) room = ROOM_LEAST;
    return move_to_room(array, count > room ? count : room, site);
}

/* ---- reading ----------------------------------------------------------------------------- */

size_t
hf_array_count_(const hf_array *array)
{
    return count_of(array);
}

void *
hf_array_at_(const hf_array *array, size_t index)
{
    const hf_array_items *items = array->items_;
    if (!items || index >= items->count) return NULL;
    /* relaxed: who writes the array at the same time needs a lock, and that orders it. */
    return atomic_load_relaxed(&items->items[index]);
}

size_t
hf_array_find_(const hf_array *array, const void *object)
{
    size_t count = count_of(array);
    for (size_t i = 0; i < count; i++) {
        if (hf_array_at_(array, i) == object) return i;
    }
    return SIZE_MAX;
}

void *
hf_array_get_(const hf_array *array, size_t index)
{
    if (index >= count_of(array)) return NULL;
    return hfi_edge_get(array->items_, items_at, index, __builtin_return_address(0));
}

/* ---- one element ------------------------------------------------------------------------- */

static bool
is_inside(size_t index, size_t count)
{
    if (index < count) return true;
    errno = ERANGE;
    return false;
}

int
hf_array_set_(hf_array *array, size_t index, void *object)
{
    if (!is_inside(index, count_of(array))) return -1;
    hfi_edge_set(array->items_, items_at, index, object, __builtin_return_address(0));
    return 0;
}

int
hf_array_insert_(hf_array *array, size_t index, void *object)
{
    const void *site = __builtin_return_address(0);
    size_t count = count_of(array);
    if (index == SIZE_MAX) index = count;
    if (!is_inside(index, count + 1) || !make_room(array, count + 1, site)) return -1;
    hf_array_items *items = array->items_;
    void **gap = &items->items[index];
    if (index < count) hfi_edges_move(items, gap + 1, gap, count - index, site);
    items->count = count + 1;
    hfi_edge_set(items, items_at, index, object, site);
    return 0;
}

/* There is room. */
void
hf_array_give_(hf_array *array, void *object)
{
    hf_array_items *items = array->items_;
    hfi_edge_give(items, items_at, items->count++, object, __builtin_return_address(0));
}

/* Returns element index, which is there, and closes the gap. */
static void *
take(hf_array *array, size_t index, const void *site)
{
    hf_array_items *items = array->items_;
    void *taken = hfi_edge_take(items, items_at, index, site);
    void **gap = &items->items[index];
    size_t behind = items->count - index - 1;
    if (behind) hfi_edges_move(items, gap, gap + 1, behind, site);
    items->count--;
    return taken;
}

void *
hf_array_take_(hf_array *array, size_t index)
{
    if (index >= count_of(array)) return NULL;
    return take(array, index, __builtin_return_address(0));
}

int
hf_array_remove_(hf_array *array, size_t index)
{
    const void *site = __builtin_return_address(0);
    if (!is_inside(index, count_of(array))) return -1;
    void *removed = take(array, index, site);
    if (removed) release(removed, site);
    return 0;
}

void *
hf_array_pop_(hf_array *array)
{
    size_t count = count_of(array);
    return count ? take(array, count - 1, __builtin_return_address(0)) : NULL;
}

int
hf_array_swap_(hf_array *array, size_t i, size_t k)
{
    const void *site = __builtin_return_address(0);
    if (!is_inside(i, count_of(array)) || !is_inside(k, count_of(array))) return -1;
    if (i == k) return 0;
    hf_array_items *items = array->items_;
    /* By memory of our own, which is no edge: both leave before one arrives. */
    void *pair[2];
    hfi_edges_move(items, &pair[0], &items->items[i], 1, site);
    hfi_edges_move(items, &pair[1], &items->items[k], 1, site);
    hfi_edges_move(items, &items->items[i], &pair[1], 1, site);
    hfi_edges_move(items, &items->items[k], &pair[0], 1, site);
    return 0;
}

/* ---- all of them ------------------------------------------------------------------------- */

int
hf_array_reserve_(hf_array *array, size_t count, size_t more)
{
    const void *site = __builtin_return_address(0);
    if (more) return make_room(array, count + more, site) ? 0 : -1;
    if (count <= room_of(array)) return 0;
    return move_to_room(array, count, site) ? 0 : -1;
}

int
hf_array_fit_(hf_array *array)
{
    const void *site = __builtin_return_address(0);
    size_t count = count_of(array);
    if (!count) exchange_items(array, NULL, site);
    else if (count < room_of(array)) return move_to_room(array, count, site) ? 0 : -1;
    return 0;
}

/* From the last one on, so that the array is whole each time. What the program appends meanwhile is
 * behind the end, and goes, too. */
void
hf_array_truncate_(hf_array *array, size_t count)
{
    const void *site = __builtin_return_address(0);
    while (count_of(array) > count) {
        void *last = take(array, count_of(array) - 1, site);
        if (last) release(last, site);
    }
}

void
hf_array_clear_(hf_array *array)
{
    exchange_items(array, NULL, __builtin_return_address(0));
}

int
hf_array_copy_(hf_array *to, const hf_array *from)
{
    const void *site = __builtin_return_address(0);
    size_t count = count_of(from);
    hf_array_items *items = NULL;
    if (count) {
        items = hf_new_flex(hf_array_items, items, count);
        if (!items) return -1;
        items->count = count;
        for (size_t i = 0; i < count; i++) {
            hfi_edge_set(items, items_at, i, hf_array_at_(from, i), site);
        }
    }
    exchange_items(to, items, site);
    return 0;
}

/* No element is released, so nothing else happens meanwhile; from may be to. */
int
hf_array_extend_(hf_array *to, const hf_array *from)
{
    const void *site = __builtin_return_address(0);
    size_t count = count_of(from);
    if (!count) return 0;
    if (!make_room(to, count_of(to) + count, site)) return -1;
    hf_array_items *items = to->items_;
    for (size_t i = 0; i < count; i++) {
        hfi_edge_set(items, items_at, items->count++, hf_array_at_(from, i), site);
    }
    return 0;
}

/* ---- sorting ----------------------------------------------------------------------------- */

struct sorted {
    void *object;
    size_t position; /* before: what is equal keeps its order */
};

struct order {
    int (*compare)(const void *, const void *, void *);
    void *ctx;
};

static int
compare_sorted(const void *a, const void *b, void *ctx)
{
    const struct sorted *x = a, *y = b;
    const struct order *order = ctx;
    int result = order->compare(x->object, y->object, order->ctx);
    return result ? result : (x->position > y->position) - (x->position < y->position);
}

int
hf_array_sort_(hf_array *array, int (*compare)(const void *, const void *, void *), void *ctx)
{
    const void *site = __builtin_return_address(0);
    hf_array_items *items = array->items_;
    size_t count = count_of(array);
    if (count < 2) return 0;
    /* The objects first, then what is sorted: one allocation for both. */
    if (count > SIZE_MAX / (sizeof(void *) + sizeof(struct sorted))) {
        errno = ENOMEM;
        return -1;
    }
    struct sorted *sorted = malloc(count * (sizeof *sorted + sizeof(void *)));
    if (!sorted) return -1;
    void **objects = (void **)(void *)(sorted + count);
    items->count = 0;
    hfi_edges_move(items, objects, items->items, count, site);
    for (size_t i = 0; i < count; i++) sorted[i] = (struct sorted){objects[i], i};
    struct order order = {compare, ctx};
    qsort_r(sorted, count, sizeof *sorted, compare_sorted, &order);
    for (size_t i = 0; i < count; i++) objects[i] = sorted[i].object;
    hfi_edges_move(items, items->items, objects, count, site);
    items->count = count;
    free(sorted);
    return 0;
}
