/* SPDX-License-Identifier: MIT
 *
 * What in_c.h declares.
 * Knows public headers only. */
#include "seam/in_c.h"

int items_destroyed;

static void
item_destroy(void *self)
{
    (void)self;
    items_destroyed++;
}

HF_TYPE(item, .destroy = item_destroy,
        .fields = HF_FIELDS(HF_STRONG_TO(item, next, item), HF_STRONG_ARRAY(item, pair),
                            HF_WEAK(item, back)));
HF_TYPE(heavy_item, .base = &hf_type_item);

item *
item_made(int number)
{
    item *made = hf_new(item);
    if (made) made->number = number;
    return made;
}

int
item_number(const item *it)
{
    return it->number;
}

int
item_taken(item *it)
{
    int number = it->number;
    hf_release(it);
    return number;
}

void
item_set_next(item *it, item *next)
{
    hf_set(it, next, next);
}
