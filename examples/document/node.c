/* SPDX-License-Identifier: MIT
 *
 * A tree of nodes: a parent owns its children, and a child refers to its parent weakly.
 * Knows texts, and walks.
 * node_append lets nobody be below itself, and the way up is weak: so there are no circles, and the
 * type may say HF_ACYCLIC, which spares the collector all nodes. */
#include "node.h"

#include "walk.h"

HF_TYPE(node, .flags = HF_ACYCLIC,
        .fields = HF_FIELDS(HF_STRONG_TO(node, name, text), HF_WEAK(node, parent),
                            HF_ARRAY(node, children), HF_MAP(node, attributes)));

node *
node_new(text *name)
{
    node *n = hf_new(node);
    if (n) hf_set(n, name, name);
    return n;
}

node *
node_parent(const node *n)
{
    return hf_upgrade(&n->parent);
}

/* Lets *at be its parent. Returns whether there is one; else *at stays. */
static bool
go_up(node **at)
{
    node *parent = node_parent(*at);
    if (!parent) return false;
    hf_replace(at, parent);
    return true;
}

node *
node_top(node *n)
{
    node *at = hf_retain(n);
    while (go_up(&at)) continue;
    return at;
}

bool
node_is_within(node *n, const node *above)
{
    hf_auto node *at = hf_retain(n);
    while (at != above && go_up(&at)) continue;
    return at == above;
}

size_t
node_level(node *n)
{
    hf_auto node *at = hf_retain(n);
    size_t level = 0;
    while (go_up(&at)) level++;
    return level;
}

/* Takes n, which somebody else holds too, out of the children of parent; NULL has none. */
static void
leave(node *parent, const node *n)
{
    if (parent) (void)hf_array_remove(&parent->children, hf_array_find(&parent->children, n));
}

int
node_append(node *parent, node *n)
{
    if (node_is_within(parent, n)) {
        errno = ELOOP;
        return -1;
    }
    hf_auto node *held = hf_retain(n), *before = node_parent(n);
    /* All that can fail comes first. */
    if (hf_array_reserve(&parent->children, hf_array_count(&parent->children) + 1)
        || hf_weak_set(&n->parent, parent)) {
        return -1;
    }
    leave(before, n);
    return hf_array_push(&parent->children, held);
}

void
node_remove(node *n)
{
    hf_auto node *held = hf_retain(n), *parent = node_parent(n);
    hf_weak_clear(&held->parent);
    leave(parent, held);
}

/* Returns a copy of n without what is below it; owned, or NULL. */
static node *
copy_alone(const node *n)
{
    hf_auto node *copy = node_new(n->name);
    if (!copy || hf_map_copy(&copy->attributes, &n->attributes)) return NULL;
    return hf_move(copy);
}

node *
node_clone(node *n)
{
    hf_auto hf_map(node) copies = {0}; /* from each node to its copy */
    hf_auto nodes pending = {0};
    if (walk_begin(&pending, n)) return NULL;
    for (;;) {
        hf_auto node *each = walk_next(&pending);
        if (!each) break;
        hf_auto node *copy = copy_alone(each);
        if (!copy || hf_map_set(&copies, hf_key_object(each), copy)) return NULL;
        hf_auto node *parent = each == n ? NULL : node_parent(each);
        if (parent && node_append(hf_map_at(&copies, hf_key_object(parent)), copy)) return NULL;
        if (walk_below(&pending, each)) return NULL;
    }
    return hf_map_get(&copies, hf_key_object(n));
}
