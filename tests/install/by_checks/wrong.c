/* SPDX-License-Identifier: MIT
 *
 * A program that forgets one reference, and gives another back twice.
 * Knows installed headers only.
 * Analyzers report both. */
#include <holdfast/holdfast.h>

typedef struct node {
    const char *name;
    struct node *next;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

int
main(int count, char **words)
{
    node *forgotten = hf_new(node);
    if (!forgotten) return 1;
    forgotten->name = NAME;
    node *twice = hf_new(node);
    (void)words;
    hf_release(twice);
    if (count > 1) hf_release(twice);
    return 0;
}
