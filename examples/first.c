/* SPDX-License-Identifier: MIT
 *
 * The first program: two nodes, one of which owns the other, which refers back to it weakly.
 * Knows the public header only.
 * README.md shows the parts between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct node node;
struct node {
    const char *name;
    node *next;           /* owns */
    hf_weak(node) parent; /* refers, without owning */
};
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, parent)));
/* end README */

int
main(void)
{
    /* begin README */
    hf_auto node *child = hf_new(node); /* released when the scope ends */
    if (!child) return 1;
    {
        hf_auto node *parent = hf_new(node);
        if (!parent || hf_weak_set(&child->parent, parent)) return 1;
        parent->name = "the parent";
        hf_set(parent, next, child); /* now child has two owners */

        hf_auto node *found = hf_upgrade(&child->parent);
        printf("child's parent: %s\n", found ? found->name : "none"); /* the parent */
    }
    /* The parent died with its scope, and gave back its share of the child. */
    hf_auto node *found = hf_upgrade(&child->parent);
    printf("child's parent: %s\n", found ? found->name : "none"); /* none */
    /* end README */
    return 0;
}
