/* SPDX-License-Identifier: MIT
 *
 * A program in which every reference is given back.
 * Knows installed headers only.
 * No analyzer may report anything of it. */
#include <holdfast/holdfast.h>

typedef struct node {
    const char *name;
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

int
main(void)
{
    node *first = hf_new(node);
    if (!first) return 1;
    first->name = NAME;
    node *second = hf_new(node);
    if (second) hf_set(first, next, second);
    hf_release(second);
    hf_release(first);
    return 0;
}
