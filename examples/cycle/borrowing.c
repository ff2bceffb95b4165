/* SPDX-License-Identifier: MIT
 *
 * What a borrowed pointer into a circle is worth.
 * Knows the library.
 * docs/cycles.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

#include "parts.h"

typedef struct node {
    struct node *next;
    long number;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

/* Both take over the ring. */
long second_of_lost_ring(node *ring);
long second_of_ring(node *ring);

/* begin README */
long
second_of_lost_ring(node *ring) /* wrong */
{
    node *second = ring->next; /* borrowed: good while somebody outside holds the ring */
    hf_release(ring);          /* now nobody does; another thread may collect it at once */
    return second->number;     /* too late */
}

long
second_of_ring(node *ring) /* right */
{
    hf_auto node *second = hf_retain(ring->next);
    hf_release(ring);
    return second->number;
}
/* end README */

int
show_borrowing(void)
{
    hf_auto node *first = hf_new(node), *second = hf_new(node);
    if (!first || !second) return -1;
    second->number = 2;
    hf_set(first, next, second);
    hf_set(second, next, first);
    hf_clear(&second);
    printf("the second has number %ld\n", second_of_ring(hf_move(first)));
    printf("%zu objects collected\n", hf_collect());
    return 0;
}
