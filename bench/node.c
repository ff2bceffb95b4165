/* SPDX-License-Identifier: MIT
 *
 * The object that shapes are made of, and how Holdfast makes and links it.
 * Knows the public headers.
 * The compiler can't see who owns what goes through a shape_maker; shapes.h says it. */
#include "node.h"

#include <stdlib.h>

HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, first), HF_STRONG(node, second),
                                  HF_STRONG(node, third)));

static void *
node_make(void)
{
    node *made = hf_new(node);
    if (!made) abort();
    return made;
}

static void
node_give(void *holder, size_t edge, void *to)
{
    node *self = holder;
    if (edge == 0) hf_give(self, first, to);
    else if (edge == 1) hf_give(self, second, to);
    else hf_give(self, third, to);
}

static void
node_share(void *holder, size_t edge, void *to)
{
    node *self = holder;
    if (edge == 0) hf_set(self, first, to);
    else if (edge == 1) hf_set(self, second, to);
    else hf_set(self, third, to);
}

static void
node_drop(void *object)
{
    hf_release(object);
}

const struct shape_maker node_maker = {node_make, node_give, node_share, node_drop};
