/* SPDX-License-Identifier: MIT
 *
 * The peers from GLib: g_atomic_rc_box and g_rc_box, GObject with GWeakRef, and GSList.
 * Knows the harness's barriers and nothing of Holdfast.
 * peers.h says what each function does. */
#include "peers.h"

#include <glib-object.h>

#include "../barrier.h"

typedef struct {
    GObject parent;
    uint64_t word[4];
} Small;

typedef struct {
    GObject parent;
    char byte[BENCH_LARGE];
} Large;

typedef struct {
    GObjectClass parent;
} SmallClass, LargeClass;

static GType small_get_type(void);
static GType large_get_type(void);
G_DEFINE_TYPE(Small, small, G_TYPE_OBJECT)
G_DEFINE_TYPE(Large, large, G_TYPE_OBJECT)

static void
small_init(Small *self)
{
    (void)self;
}

static void
small_class_init(SmallClass *self)
{
    (void)self;
}

static void
large_init(Large *self)
{
    (void)self;
}

static void
large_class_init(LargeClass *self)
{
    (void)self;
}

typedef struct rc_node {
    struct rc_node *next;
    uint64_t word[3];
} rc_node;

static rc_node *rc_head;
static GSList *list_head;

BENCH_APART void
glib_rc_pair(uint64_t n)
{
    static void *box;
    if (!box) box = g_rc_box_alloc0(BENCH_SMALL);
    void *p = box;
    while (n--) {
        BENCH_HIDE(p);
        void *owned = g_rc_box_acquire(p);
        BENCH_KEEP(owned);
        g_rc_box_release(owned);
    }
}

BENCH_APART void
glib_arc_pair(uint64_t n)
{
    static void *box;
    if (!box) box = g_atomic_rc_box_alloc0(BENCH_SMALL);
    void *p = box;
    while (n--) {
        BENCH_HIDE(p);
        void *owned = g_atomic_rc_box_acquire(p);
        BENCH_KEEP(owned);
        g_atomic_rc_box_release(owned);
    }
}

/* In parentheses g_object_ref is the function, not the macro that only adds a cast. */
BENCH_APART void
glib_object_pair(uint64_t n)
{
    static void *object;
    if (!object) object = g_object_new(small_get_type(), NULL);
    void *p = object;
    while (n--) {
        BENCH_HIDE(p);
        void *owned = (g_object_ref)(p);
        BENCH_KEEP(owned);
        g_object_unref(owned);
    }
}

BENCH_APART void
glib_arc_turns(uint64_t n)
{
    static void *many[BENCH_TURNS];
    void *owned[BENCH_TURNS];
    for (int i = 0; i < BENCH_TURNS; i++) {
        if (!many[i]) many[i] = g_atomic_rc_box_alloc0(BENCH_SMALL);
    }
    for (; n; n -= BENCH_TURNS) {
        for (int i = 0; i < BENCH_TURNS; i++) owned[i] = g_atomic_rc_box_acquire(many[i]);
        BENCH_KEEP(owned);
        for (int i = 0; i < BENCH_TURNS; i++) g_atomic_rc_box_release(owned[i]);
        BENCH_KEEP(owned);
    }
}

BENCH_APART void
glib_object_turns(uint64_t n)
{
    static void *many[BENCH_TURNS];
    void *owned[BENCH_TURNS];
    for (int i = 0; i < BENCH_TURNS; i++) {
        if (!many[i]) many[i] = g_object_new(small_get_type(), NULL);
    }
    for (; n; n -= BENCH_TURNS) {
        for (int i = 0; i < BENCH_TURNS; i++) owned[i] = (g_object_ref)(many[i]);
        BENCH_KEEP(owned);
        for (int i = 0; i < BENCH_TURNS; i++) g_object_unref(owned[i]);
        BENCH_KEEP(owned);
    }
}

BENCH_APART void
glib_weak_upgrade(uint64_t n)
{
    static void *object;
    static GWeakRef weak;
    if (!object) {
        object = g_object_new(small_get_type(), NULL);
        g_weak_ref_init(&weak, object);
    }
    GWeakRef *from = &weak;
    while (n--) {
        BENCH_HIDE(from);
        void *owned = g_weak_ref_get(from);
        BENCH_KEEP(owned);
        g_object_unref(owned);
    }
}

BENCH_APART void
glib_arc_make(uint64_t n)
{
    while (n--) {
        void *box = g_atomic_rc_box_alloc0(BENCH_SMALL);
        BENCH_KEEP(box);
        g_atomic_rc_box_release(box);
    }
}

BENCH_APART void
glib_arc_batch(uint64_t n)
{
    static void *batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (int i = 0; i < BENCH_BATCH; i++) batch[i] = g_atomic_rc_box_alloc0(BENCH_SMALL);
        BENCH_KEEP(batch);
        for (int i = 0; i < BENCH_BATCH; i++) g_atomic_rc_box_release(batch[i]);
    }
}

BENCH_APART void
glib_object_make(uint64_t n)
{
    GType type = small_get_type();
    while (n--) {
        void *object = g_object_new(type, NULL);
        BENCH_KEEP(object);
        g_object_unref(object);
    }
}

BENCH_APART void
glib_object_batch(uint64_t n)
{
    static void *batch[BENCH_BATCH];
    GType type = small_get_type();
    for (; n; n -= BENCH_BATCH) {
        for (int i = 0; i < BENCH_BATCH; i++) batch[i] = g_object_new(type, NULL);
        BENCH_KEEP(batch);
        for (int i = 0; i < BENCH_BATCH; i++) g_object_unref(batch[i]);
    }
}

void
glib_arc_chain_build(uint64_t n)
{
    while (n--) {
        rc_node *node = g_atomic_rc_box_new0(rc_node);
        node->next = rc_head;
        rc_head = node;
    }
}

static void
release_next(void *node)
{
    rc_node *next = ((rc_node *)node)->next;
    if (next) g_atomic_rc_box_release_full(next, release_next);
}

BENCH_APART void
glib_arc_chain_drop(uint64_t n)
{
    (void)n;
    g_atomic_rc_box_release_full(rc_head, release_next);
}

void
glib_list_chain_build(uint64_t n)
{
    while (n--) list_head = g_slist_prepend(list_head, g_malloc0(BENCH_SMALL));
}

BENCH_APART void
glib_list_chain_drop(uint64_t n)
{
    (void)n;
    g_slist_free_full(list_head, g_free);
}

static void
make_boxes(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong[i].word[0] = g_atomic_rc_box_alloc0(BENCH_SMALL);
}

static void
drop_boxes(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) g_atomic_rc_box_release(strong[i].word[0]);
}

static void
make_small(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong[i].word[0] = g_object_new(small_get_type(), NULL);
}

static void
make_large(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong[i].word[0] = g_object_new(large_get_type(), NULL);
}

static void
weaken_objects(const struct bench_place *strong, struct bench_place *weak, size_t count)
{
    for (size_t i = 0; i < count; i++) g_weak_ref_init((GWeakRef *)&weak[i], strong[i].word[0]);
}

static void
drop_objects(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) g_object_unref(strong[i].word[0]);
}

static void
forget_objects(struct bench_place *weak, size_t count)
{
    for (size_t i = 0; i < count; i++) g_weak_ref_clear((GWeakRef *)&weak[i]);
}

const struct bench_memory glib_arc_small = {make_boxes, NULL, drop_boxes, NULL};
const struct bench_memory glib_object_small = {make_small, weaken_objects, drop_objects,
                                               forget_objects};
const struct bench_memory glib_object_large = {make_large, weaken_objects, drop_objects,
                                               forget_objects};
