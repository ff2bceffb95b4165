/* SPDX-License-Identifier: MIT
 *
 * Every public macro, used once and rightly: it compiles without a word under the strictest
 * warnings, and runs.
 * Knows only public headers; check_headers.sh says which compilers and warnings, and that no macro
 * is missing here.
 * What the macros do is tested in tests/seam. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <holdfast/holdfast.h>

/* Not inline: GCC would conclude that two owned references to one object are one, and warn when
 * both are released. */
static __attribute__((noinline)) void
expect(bool condition, const char *text)
{
    if (condition) return;
    fprintf(stderr, "%s is false\n", text);
    exit(EXIT_FAILURE);
}

#define EXPECT(condition) expect((condition), #condition)

HF_BEGIN_C

typedef struct base {
    int kind;
} base;

typedef struct item item;
typedef hf_weak(item) item_weak;

HF_DECLARE(base);
HF_DECLARE(item);

struct item {
    base b;
    char *text;
    base *any;
    item *next;
    base *pair[2];
    item *others[3];
    item_weak parent;
    hf_unique(base) alone;
};

typedef struct row {
    size_t filled;
    item *cells[];
} row;

typedef struct heap {
    size_t filled;
    base *cells[];
} heap;

/* hf_slot, hf_array and hf_map of any type are structures with such a member. */
typedef struct cell {
    struct {
        void *slot_;
    } content;
    struct {
        hf_array array_;
    } list;
    struct {
        hf_map map_;
    } map;
    hf_slice slice;
} cell;

HF_DECLARE(row);
HF_DECLARE(heap);
HF_DECLARE(cell);

HF_API extern int exported;
item *item_made(int kind) HF_GIVE;
void item_dropped(item *i HF_TAKE);
base *item_base(item *i) HF_LEND;

HF_END_C

int exported = 1;

static int
item_clone(void *copy, const void *self)
{
    item *to = (item *)copy;
    const item *from = (const item *)self;
    to->b = from->b;
    hf_set(to, next, from->next);
    return 0;
}

HF_TYPE(base, .flags = HF_ACYCLIC);
HF_TYPE(item, .clone = item_clone, .base = &hf_type_base, .flags = HF_CONFINED,
        .fields = HF_FIELDS(HF_OWNED(item, text, free), HF_STRONG(item, any),
                            HF_STRONG_TO(item, next, item), HF_STRONG_ARRAY(item, pair),
                            HF_STRONG_ARRAY_TO(item, others, item), HF_WEAK(item, parent),
                            HF_UNIQUE(item, alone)));
HF_TYPE(row, .flags = HF_CONFINED, .fields = HF_FIELDS(HF_STRONG_FLEX_TO(row, cells, item)));
HF_TYPE(heap, .fields = HF_FIELDS(HF_STRONG_FLEX(heap, cells)));
HF_TYPE(cell, .fields = HF_FIELDS(HF_SLOT(cell, content), HF_ARRAY(cell, list), HF_MAP(cell, map),
                                  HF_SLICE(cell, slice)));

HF_STATIC(base, zero);
HF_STATIC(base, seven, .kind = 7);
HF_STATIC_DECLARE(base, nine);
HF_STATIC_DEFINE(base, nine, .kind = 9);

item *
item_made(int kind)
{
    item *i = hf_new(item);
    if (i) i->b.kind = kind;
    return i;
}

void
item_dropped(item *i)
{
    hf_release(i);
}

base *
item_base(item *i)
{
    return hf_cast(base, i);
}

static void
use_objects(void)
{
    hf_auto item *a = hf_scoped(item_made(1));
    EXPECT(a && hf_is(a, item) && hf_is(a, base) && hf_cast(row, a) == NULL);
    EXPECT(item_base(a) == &a->b);
    item *b = hf_retain(a);
    item *c = hf_move(b);
    EXPECT(!b && c == a);
    hf_replace(&c, hf_retain(a));
    hf_clear(&c);
    item_dropped(hf_retain(a));
    hf_abandon(hf_new(base));
    EXPECT(hf_count(a) == 1 && hf_count(zero) == HF_IMMORTAL_COUNT && nine->kind == 9);
}

static void
use_edges(void)
{
    hf_auto item *a = hf_scoped(hf_new(item));
    hf_auto item *b = hf_scoped(hf_new(item));
    EXPECT(a && b);
    hf_set(a, next, b);
    hf_give(a, any, hf_retain(seven));
    hf_set_at(a, pair, 1, seven);
    hf_give_at(a, others, 2, hf_retain(b));
    hf_auto item *taken = hf_take(a, next);
    hf_auto base *got = hf_get(a, any);
    hf_auto base *got_at = hf_get_at(a, pair, 1);
    hf_auto item *taken_at = hf_take_at(a, others, 2);
    EXPECT(taken == b && taken_at == b && got == seven && got_at == seven && !a->next);
    hf_auto row *r = hf_new_flex(row, cells, 2);
    hf_auto heap *h = hf_new_flex(heap, cells, 2);
    EXPECT(r && h);
    hf_set_at(r, cells, 1, b);
    hf_set_at(h, cells, 0, seven);
    EXPECT(r->cells[1] == b && h->cells[0] == seven);
}

static void
use_handles(void)
{
    hf_auto hf_unique(item) u = hf_new_unique(item);
    hf_unique(item) v = hf_unique_move(&u);
    EXPECT(!u.ptr && v.ptr);
    item *shared = hf_share(&v);
    hf_unique_release(&v);
    hf_auto item *other = hf_retain(shared);
    EXPECT(hf_make_unique(&shared) == 0 && shared != other);
    item_weak w = {{NULL}};
    item_weak copy = {{NULL}};
    EXPECT(hf_weak_set(&w, shared) == 0 && hf_weak_copy(&copy, &w) == 0);
    item *upgraded = hf_upgrade(&copy);
    EXPECT(upgraded == shared);
    hf_release(upgraded);
    hf_release(shared);
    EXPECT(hf_weak_dead(&w));
    hf_weak_clear(&w);
    hf_weak_clear(&copy);
}

static void
use_slots(void)
{
    hf_slot(base) s = {{NULL}};
    hf_auto base *one = hf_new(base), *seen = NULL;
    EXPECT(hf_slot_store(&s, one) == 0);
    EXPECT(!hf_slot_compare_exchange(&s, &seen, NULL) && seen == one);
    hf_read_begin();
    EXPECT(hf_slot_peek(&s) == one);
    hf_read_end();
    hf_auto base *loaded = hf_slot_load(&s);
    base *taken = hf_slot_exchange(&s, NULL);
    EXPECT(taken == one);
    EXPECT(hf_count(one) == 4);
    hf_release(taken);
    EXPECT(hf_slot_drain() == 0);
}

static int
compare_bases(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return ((const base *)a)->kind - ((const base *)b)->kind;
}

static void
use_arrays(void)
{
    hf_auto base *one = hf_new(base), *two = hf_new(base);
    hf_auto hf_array(base) list = {{NULL}};
    hf_auto hf_array(base) copy = {{NULL}};
    EXPECT(one && two && hf_array_reserve(&list, 4) == 0);
    one->kind = 1;
    base *more = hf_retain(one);
    EXPECT(hf_array_push(&list, one) == 0 && hf_array_push_move(&list, &more) == 0 && !more);
    EXPECT(hf_array_insert(&list, 0, two) == 0 && hf_array_set(&list, 1, two) == 0);
    EXPECT(hf_array_swap(&list, 0, 2) == 0 && hf_array_at(&list, 0) == one);
    EXPECT(hf_array_sort(&list, compare_bases, NULL) == 0 && hf_array_copy(&copy, &list) == 0);
    hf_auto base *got = hf_array_get(&list, 2);
    hf_auto base *taken = hf_array_take(&list, 0);
    hf_auto base *popped = hf_array_pop(&list);
    EXPECT(got == one && taken == two && popped == one && hf_array_count(&list) == 1);
    EXPECT(hf_array_find(&copy, one) == 2 && hf_array_remove(&copy, 0) == 0);
    EXPECT(hf_array_extend(&copy, &list) == 0 && hf_array_count(&copy) == 3);
    hf_array_truncate(&copy, 1);
    EXPECT(hf_array_fit(&copy) == 0 && hf_array_count(&copy) == 1);
    hf_array_clear(&copy);
}

static void
use_maps(void)
{
    hf_auto base *one = hf_new(base);
    hf_auto hf_map(base) map = {{NULL}};
    hf_auto hf_map(base) copy = {{NULL}};
    EXPECT(one && hf_map_reserve(&map, 3) == 0);
    EXPECT(hf_map_set(&map, hf_key_text("one"), one) == 0);
    EXPECT(hf_map_set(&map, hf_key_integer(1), one) == 0);
    EXPECT(hf_map_set(&map, hf_key_object(one), one) == 0 && hf_map_copy(&copy, &map) == 0);
    hf_auto base *got = hf_map_get(&map, hf_key_text("one"));
    hf_auto base *taken = hf_map_take(&map, hf_key_integer(1));
    EXPECT(got == one && taken == one && hf_map_at(&copy, hf_key_object(one)) == one);
    EXPECT(hf_map_remove(&map, hf_key_object(one)) == 1 && hf_map_count(&map) == 1);
    hf_map_cursor cursor = {{{NULL}, 0, 0}, 0, 0};
    EXPECT(hf_map_next(&map, &cursor) == one && hf_key_is(cursor.key, hf_key_text("one")));
    EXPECT(!hf_map_next(&map, &cursor));
    hf_map_clear(&copy);
}

static void
use_collector(void)
{
    hf_budget budget = {HF_STEP_OBJECTS, HF_STEP_MICROSECONDS};
    EXPECT(hf_collect_step(&budget) == 0 && hf_collect() == 0);
    EXPECT(hf_track(HF_TRACK_SAMPLED(64)) == 0 && hf_track(HF_TRACK_OFF) == 0);
}

int
main(void)
{
    HF_ON_STACK(item, local);
    local->b.kind = exported;
    use_objects();
    use_edges();
    use_handles();
    use_slots();
    use_arrays();
    use_maps();
    use_collector();
    printf("%d.%d.%d %s %s\n", HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH, HF_VERSION,
           HF_VERSION_OF(HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH));
    return EXIT_SUCCESS;
}
