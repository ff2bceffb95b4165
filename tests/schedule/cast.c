/* SPDX-License-Identifier: MIT
 *
 * The objects of a play, and what must be true of them.
 * Knows the doors of the rooms. All but what is marked is called by who has the baton, or while
 * nobody plays. ThreadSanitizer shall look at the library and not at this bookkeeping, which goes
 * by the baton; so it is built without it. */
#include "schedule/cast.h"

#include <string.h>

#include "candidate/candidate.h"
#include "life/life.h"
#include "schedule/fenced_memory.h"
#include "support/run_suite.h"

static void destroy(void *self);

HF_TYPE(node, .destroy = destroy,
        .fields = HF_FIELDS(HF_STRONG(node, left), HF_STRONG(node, right)));
HF_TYPE(plain_node, .fields = HF_FIELDS(HF_STRONG(plain_node, left), HF_STRONG(plain_node, right)));

HF_TYPE(leaf_node);

void (*cast_on_destroy)(node *dying);

static const hf_type *type = &hf_type_node;

typedef hf_weak(node) node_weak;

static struct cast {
    size_t count;
    const node *nodes[MOST_NODES];
    bool is_leaf[MOST_NODES];
    unsigned held[MOST_NODES], destroyed[MOST_NODES];
    node_weak weaks[MOST_WEAKS];
    bool was_dead[MOST_WEAKS];
    size_t leaks, warnings;
    bool is_strict;
} cast;

static size_t leaked; /* by all plays */

/* ---- holding ----------------------------------------------------------------------------- */

static size_t
number_of(const node *held)
{
    size_t number = held->number;
    if (number >= cast.count || cast.nodes[number] != held) baton_fail("a node is broken");
    return number;
}

static void
touch_down_to(const node *held, unsigned depth)
{
    size_t number = number_of(held);
    bool is_dead = *live_word_of(held) & (WORD_DEAD | WORD_DONE);
    if (is_dead || cast.destroyed[number]) baton_fail("node %zu died while it was held", number);
    if (!depth) return;
    if (held->left) touch_down_to(held->left, depth - 1);
    if (held->right) touch_down_to(held->right, depth - 1);
}

void
touch(const node *held)
{
    touch_down_to(held, 3);
}

node *
hold(node *held)
{
    if (!held) return NULL;
    cast.held[number_of(held)]++;
    touch(held);
    return held;
}

node *
part(node *held)
{
    if (!held) return NULL;
    touch(held);
    cast.held[number_of(held)]--;
    return held;
}

static void
destroy(void *self)
{
    node *dying = self;
    if (dying->number == MOST_NODES) return;
    size_t number = number_of(dying);
    if (cast.held[number]) baton_fail("node %zu dies while it is held", number);
    if (cast.destroyed[number]++) baton_fail("node %zu is destroyed twice", number);
    baton_point("destroy");
    if (cast_on_destroy) cast_on_destroy(dying);
}

bool
is_destroyed(size_t number)
{
    return cast.destroyed[number] != 0;
}

static node *
make_of(const hf_type *its_type)
{
    if (cast.count == MOST_NODES) baton_fail("too many nodes");
    node *new = hf_new_type(its_type, sizeof *new);
    if (!new) baton_fail("no memory for a node");
    new->number = cast.count;
    cast.nodes[cast.count++] = new;
    return hold(new);
}

node *
make(void)
{
    return make_of(type);
}

node *
make_leaf(void)
{
    node *leaf = make_of(&hf_type_leaf_node);
    cast.is_leaf[leaf->number] = true;
    return leaf;
}

node *
keep(node *held)
{
    touch(held);
    return hold(hf_retain(held));
}

void
drop(node *held)
{
    hf_release(part(held));
}

void
list(node *held)
{
    drop(keep(held));
}

node *
make_ring(void)
{
    node *first = make(), *second = make();
    hf_set(second, left, first);
    give(first, left, second);
    return first;
}

void
refer(size_t weak, const node *held)
{
    if (hf_weak_set(&cast.weaks[weak], held) != 0) baton_fail("no memory for a record");
}

node *
upgrade(size_t weak)
{
    node *held = hold(hf_upgrade(&cast.weaks[weak]));
    cast.was_dead[weak] |= !held;
    return held;
}

void
collect(void)
{
    hf_collect();
}

/* ---- the frame --------------------------------------------------------------------------- */

static void
fail_fatally(const char *message)
{
    baton_fail("%s", message);
}

static void
count_warning(const char *message)
{
    if (!cast.leaks) baton_fail("%s", message);
    cast.warnings++;
}

/* What the library keeps for this thread is made now: rows of the ledger, its stack, a ring. */
static void
get_used_to_the_library(void)
{
    const hf_type *types[] = {&hf_type_node, &hf_type_plain_node, &hf_type_leaf_node};
    for (size_t i = 0; i < 3; i++) {
        node *n = hf_new_type(types[i], sizeof *n);
        if (!n) baton_fail("no memory");
        n->number = MOST_NODES;
        hf_release(hf_retain(n));
        hf_release(n);
    }
    hf_slot(node) slot = {{NULL}};
    hf_read_begin();
    hf_slot_store(&slot, NULL);
    hf_read_end();
}

void
contend(const node *held)
{
    hfi_contended_remember(held);
    if (!is_contended(held)) baton_fail("nothing to contend for");
}

/* It may be that of an object of an earlier play, whose address comes again. */
static void
forget_contention(void)
{
    hf_contended_ = 0;
}

/* Whether an object was contended for in an earlier play depends on where it lies, and so would the
 * steps of this one. What fills the table up makes it begin anew. */
static void
empty_the_table_of_the_contended(void)
{
    enum { MORE_THAN_FIT = 64 };
    static struct {
        uint64_t before; /* so that the payload lies as that of an object without a link */
        struct hfi_header header;
        uint64_t payload[2];
    } __attribute__((aligned(16))) other[MORE_THAN_FIT];
    uint32_t generation = hfi_contended_generation;
    for (size_t i = 0; i < MORE_THAN_FIT && hfi_contended_generation == generation; i++) {
        other[i].header.meta = HF_META_ACYCLIC_;
        hfi_contended_remember(other[i].payload);
    }
    if (hfi_contended_generation == generation) baton_fail("the table has more room");
    hfi_contended_places = 0;
}

static void
begin_for_the_first_time(void)
{
    static bool has_begun;
    if (has_begun) return;
    has_begun = true;
    hf_set_fatal_handler(fail_fatally);
    hf_set_warning_handler(count_warning);
    get_used_to_the_library();
    baton_hire(get_used_to_the_library, forget_contention);
}

void
cast_use_plain_nodes(bool plain)
{
    type = plain ? &hf_type_plain_node : &hf_type_node;
}

void
cast_begin(void)
{
    begin_for_the_first_time();
    hf_collect();
    struct hfi_candidates *candidates = hfi_candidates_lock();
    memset(candidates, 0, sizeof *candidates);
    hfi_candidates_unlock();
    empty_the_table_of_the_contended();
    forget_contention();
    memset(&cast, 0, sizeof cast);
    cast_on_destroy = NULL;
    fenced_begin();
}

void
cast_allow_leaks(size_t objects)
{
    cast.leaks = objects;
}

void
cast_wants_all_memory_back(void)
{
    cast.is_strict = true;
}

void
cast_after_play(void)
{
    for (size_t i = 0; i < MOST_WEAKS; i++) {
        if (cast.was_dead[i] && !hf_weak_dead(&cast.weaks[i])) {
            baton_fail("an upgrade of weak reference %zu returned NULL, but the node lives", i);
        }
    }
}

static void
check_leaks(void)
{
    size_t live = hf_live(&hf_type_node) + hf_live(&hf_type_plain_node)
                  + hf_live(&hf_type_leaf_node) - leaked;
    if (live > cast.leaks) baton_fail("%zu nodes are left after the collection", live);
    leaked += live;
    hf_test_expect_leaks(leaked);
    if (!live && fenced_count()) baton_fail("%zu blocks are never freed", fenced_count());
}

/* A block that came into limbo when limbo had just been closed waits for the next trial. */
static void
run_a_trial(void)
{
    node *n = hf_new_type(type, sizeof *n);
    if (!n) baton_fail("no memory for a node");
    n->number = MOST_NODES;
    hf_release(hf_retain(n));
    hf_collect();
    hf_release(n);
}

void
cast_end(void)
{
    hf_collect();
    for (size_t i = 0; i < MOST_WEAKS; i++) hf_weak_clear(&cast.weaks[i]);
    for (size_t i = 0; i < cast.count; i++) {
        if (cast.held[i]) baton_fail("the scenario forgets node %zu", i);
        if (type == &hf_type_node && !cast.is_leaf[i] && cast.destroyed[i] != 1) {
            baton_fail("node %zu was not destroyed by the last collection", i);
        }
    }
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    if (stats.candidates) baton_fail("%zu candidates are left", (size_t)stats.candidates);
    if (fenced_count() && !cast.is_strict) run_a_trial();
    check_leaks();
    fenced_end();
}
