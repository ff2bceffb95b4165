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

/* hf_slot of any type is a structure with this member. */
typedef struct cell {
    struct {
        void *slot_;
    } content;
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
HF_TYPE(cell, .fields = HF_FIELDS(HF_SLOT(cell, content)));

HF_STATIC(base, zero);
HF_STATIC(base, seven, .kind = 7);

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
    hf_clear(&c);
    item_dropped(hf_retain(a));
    hf_abandon(hf_new(base));
    EXPECT(hf_count(a) == 1 && hf_count(zero) == HF_IMMORTAL_COUNT);
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

static void
use_collector(void)
{
    hf_budget budget = {HF_STEP_OBJECTS, HF_STEP_MICROSECONDS};
    EXPECT(hf_collect_step(&budget) == 0 && hf_collect() == 0);
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
    use_collector();
    printf("%d.%d.%d %s %s\n", HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH, HF_VERSION,
           HF_VERSION_OF(HF_VERSION_MAJOR, HF_VERSION_MINOR, HF_VERSION_PATCH));
    return EXIT_SUCCESS;
}
