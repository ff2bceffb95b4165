/* SPDX-License-Identifier: MIT
 *
 * Nodes: what they own, how they are linked, and where they die.
 * Knows the library, and of Python the one reference that a node owns.
 *
 * A node gives a Python reference back when it dies, for which the thread must hold the GIL. But
 * the last reference to a node may go anywhere, as on the thread of the collector. So deaths wait
 * in a queue, and threads that hold the GIL drain it: after each call that lets go of nodes, before
 * each that makes one, and when an event loop is told by the queue's descriptor. The other way, to
 * take the GIL in the destroy function by PyGILState_Ensure, would be wrong in two cases: a thread
 * that holds the GIL and waits for the one that wants it would wait for ever, and after Py_Finalize
 * there is no GIL to take. What dies then waits in the queue for ever, and touches nothing.
 *
 * Since deaths never nest, Python objects and nodes that own each other in turn, however many, die
 * on constant stack. */
#include "node.h"

#include <stdbool.h>

/* begin README */
static hf_queue deaths; /* drained by threads that hold the GIL */

HF_TYPE(node, .queue = &deaths,
        .fields = HF_FIELDS(HF_ARRAY(node, children), HF_WEAK(node, parent),
                            HF_STRONG_TO(node, link, node), HF_OWNED(node, value, Py_DecRef)));
/* end README */

/* Whether n is root or stands below it. */
static bool
is_below(node *n, const node *root)
{
    hf_auto node *at = hf_retain(n);
    while (at && at != root) hf_replace(&at, hf_upgrade(&at->parent));
    return at;
}

static bool
has_parent(node *n)
{
    hf_auto node *parent = hf_upgrade(&n->parent);
    return parent;
}

static int
fail(int reason)
{
    errno = reason;
    return -1;
}

int
node_append(node *n, node *child)
{
    if (has_parent(child)) return fail(EBUSY);
    if (is_below(n, child)) return fail(ELOOP);
    if (hf_weak_set(&child->parent, n)) return -1;
    if (hf_array_push(&n->children, child) == 0) return 0;
    hf_weak_clear(&child->parent);
    return -1;
}

int
node_remove(node *n, node *child)
{
    size_t place = hf_array_find(&n->children, child);
    if (place == SIZE_MAX) return fail(ENOENT);
    hf_weak_clear(&child->parent);
    return hf_array_remove(&n->children, place);
}

void
node_empty(node *n)
{
    hf_array_clear(&n->children);
    hf_set(n, link, NULL);
    Py_CLEAR(n->value);
    node_drain();
}

size_t
node_drain(void)
{
    return hf_queue_drain(&deaths, 0);
}

int
node_deaths_descriptor(void)
{
    return hf_queue_fd(&deaths);
}
