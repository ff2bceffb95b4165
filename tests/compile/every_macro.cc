/* SPDX-License-Identifier: MIT
 *
 * Every public macro that C++ has, used once and rightly: it compiles without a word, and runs.
 * Knows only public headers; its types are those that shapes.h declares, defined in C by
 * shapes.c, since HF_TYPE is C.
 * check_headers.sh says which compilers and warnings, and that no macro is missing here. */
#include <cstdio>
#include <cstdlib>

#include "shapes.h"

HF_BEGIN_C
HF_API extern int exported;
HF_END_C
int exported = 1;

/* Not inline: GCC would conclude that two owned references to one object are one, and warn when
 * both are released. */
static __attribute__((noinline)) void
expect(bool condition, const char *text)
{
    if (condition) return;
    std::fprintf(stderr, "%s is false\n", text);
    std::exit(EXIT_FAILURE);
}

#define EXPECT(condition) expect((condition), #condition)

static node *made(int value) HF_GIVE;
static void dropped(node *n HF_TAKE);
static node *lent(node *n) HF_LEND;

static node *
made(int value)
{
    node *n = hf_new(node);
    if (n) n->value = value;
    return n;
}

static void
dropped(node *n)
{
    hf_release(n);
}

static node *
lent(node *n)
{
    return hf_cast(node, n);
}

static void
use_objects()
{
    hf_auto node *a = hf_scoped(made(1));
    EXPECT(a && hf_is(a, node) && !hf_is(a, hand) && lent(a) == a);
    node *b = hf_retain(a);
    node *c = hf_move(b);
    EXPECT(!b && c == a);
    hf_replace(&c, hf_retain(a));
    hf_clear(&c);
    dropped(hf_retain(a));
    hf_abandon(hf_new(node));
    EXPECT(hf_count(a) == 1 && hf_count(a) != HF_IMMORTAL_COUNT);
    EXPECT(end_of_all->value == 7 && hf_count(end_of_all) == HF_IMMORTAL_COUNT);
    HF_ON_STACK(node, local);
    local->value = exported;
    EXPECT(!(hf_type_of(local)->flags & (HF_ACYCLIC | HF_CONFINED)));
}

static void
use_edges()
{
    hf_auto node *a = hf_new(node);
    hf_auto node *b = hf_new(node);
    hf_auto hand *h = hf_new(hand);
    hf_auto row *r = hf_new_flex(row, cells, 2);
    EXPECT(a && b && h && r);
    hf_set(a, next, b);
    hf_auto node *taken = hf_take(a, next);
    hf_give(a, next, hf_retain(b));
    hf_auto node *got = hf_get(a, next);
    hf_set_at(h, fingers, 0, b);
    hf_give_at(r, cells, 1, hf_retain(b));
    hf_auto node *taken_at = hf_take_at(h, fingers, 0);
    hf_auto node *got_at = hf_get_at(r, cells, 1);
    EXPECT(taken == b && got == b && taken_at == b && got_at == b && !h->fingers[0]);
}

static void
use_handles()
{
    hf_auto hf_unique(buffer) u = hf_new_unique(buffer);
    hf_unique(buffer) v = hf_unique_move(&u);
    EXPECT(!u.ptr && v.ptr);
    hf_auto buffer *shared = hf_share(&v);
    hf_unique_release(&v);
    EXPECT(hf_make_unique(&shared) == 0);
    node *n = hf_new(node);
    node_weak w = {{nullptr}};
    node_weak copy = {{nullptr}};
    EXPECT(hf_weak_set(&w, n) == 0 && hf_weak_copy(&copy, &w) == 0);
    node *upgraded = hf_upgrade(&copy);
    EXPECT(upgraded == n);
    hf_release(upgraded);
    hf_release(n);
    EXPECT(hf_weak_dead(&w));
    hf_weak_clear(&w);
    hf_weak_clear(&copy);
}

static void
use_slots()
{
    hf_slot(node) s = {{nullptr}};
    hf_auto node *one = hf_new(node), *seen = nullptr;
    EXPECT(hf_slot_store(&s, one) == 0);
    EXPECT(!hf_slot_compare_exchange(&s, &seen, nullptr) && seen == one);
    hf_read_begin();
    EXPECT(hf_slot_peek(&s) == one);
    hf_read_end();
    hf_auto node *loaded = hf_slot_load(&s);
    node *taken = hf_slot_exchange(&s, nullptr);
    EXPECT(taken == one);
    EXPECT(hf_count(one) == 4);
    hf_release(taken);
    EXPECT(hf_slot_drain() == 0);
}

static int
compare_nodes(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return ((const node *)a)->value - ((const node *)b)->value;
}

static void
use_arrays()
{
    hf_auto node *one = hf_new(node), *two = hf_new(node);
    hf_auto hf_array(node) list = {{nullptr}};
    hf_auto hf_array(node) copy = {{nullptr}};
    EXPECT(one && two && hf_array_reserve(&list, 4) == 0);
    one->value = 1;
    node *more = hf_retain(one);
    EXPECT(hf_array_push(&list, one) == 0 && hf_array_push_move(&list, &more) == 0 && !more);
    EXPECT(hf_array_insert(&list, 0, two) == 0 && hf_array_set(&list, 1, two) == 0);
    EXPECT(hf_array_swap(&list, 0, 2) == 0 && hf_array_at(&list, 0) == one);
    EXPECT(hf_array_sort(&list, compare_nodes, nullptr) == 0 && hf_array_copy(&copy, &list) == 0);
    hf_auto node *got = hf_array_get(&list, 2);
    hf_auto node *taken = hf_array_take(&list, 0);
    hf_auto node *popped = hf_array_pop(&list);
    EXPECT(got == one && taken == two && popped == one && hf_array_count(&list) == 1);
    EXPECT(hf_array_find(&copy, one) == 2 && hf_array_remove(&copy, 0) == 0);
    EXPECT(hf_array_extend(&copy, &list) == 0 && hf_array_count(&copy) == 3);
    hf_array_truncate(&copy, 1);
    EXPECT(hf_array_fit(&copy) == 0 && hf_array_count(&copy) == 1);
    hf_array_clear(&copy);
}

static void
use_maps()
{
    hf_auto node *one = hf_new(node);
    hf_auto hf_map(node) map = {{nullptr}};
    hf_auto hf_map(node) copy = {{nullptr}};
    EXPECT(one && hf_map_reserve(&map, 3) == 0);
    EXPECT(hf_map_set(&map, hf_key_text("one"), one) == 0);
    EXPECT(hf_map_set(&map, hf_key_integer(1), one) == 0);
    EXPECT(hf_map_set(&map, hf_key_object(one), one) == 0 && hf_map_copy(&copy, &map) == 0);
    hf_auto node *got = hf_map_get(&map, hf_key_text("one"));
    hf_auto node *taken = hf_map_take(&map, hf_key_integer(1));
    EXPECT(got == one && taken == one && hf_map_at(&copy, hf_key_object(one)) == one);
    EXPECT(hf_map_remove(&map, hf_key_object(one)) == 1 && hf_map_count(&map) == 1);
    hf_map_cursor cursor = {{{nullptr}, 0, 0}, 0, 0};
    EXPECT(hf_map_next(&map, &cursor) == one && hf_key_is(cursor.key, hf_key_text("one")));
    EXPECT(!hf_map_next(&map, &cursor));
    hf_map_clear(&copy);
}

static void
use_collector()
{
    hf_budget budget = {HF_STEP_OBJECTS, HF_STEP_MICROSECONDS};
    EXPECT(hf_collect_step(&budget) == 0 && hf_collect() == 0);
    EXPECT(hf_track(HF_TRACK_SAMPLED(64)) == 0 && hf_track(HF_TRACK_OFF) == 0);
}

int
main()
{
    use_objects();
    use_edges();
    use_handles();
    use_slots();
    use_arrays();
    use_maps();
    use_collector();
    std::printf("%d.%d.%d %s %s\n", HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH,
                HF_VERSION, HF_VERSION_OF(HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH));
    return EXIT_SUCCESS;
}
