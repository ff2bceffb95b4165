/* SPDX-License-Identifier: MIT
 *
 * A program of somebody else: it is compiled against the installed library, in each way there is.
 * Knows installed headers only; its exit status says whether the library does its work.
 * It is compiled as strict C11, with all warnings as errors. */
#include <holdfast/holdfast.h>

#include <stdio.h>
#include <string.h>

typedef struct node node;
struct node {
    node *next;
    hf_weak(node) parent;
};
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, parent)));

static int
parent_is_found_from_child(void)
{
    hf_auto node *parent = hf_new(node);
    hf_auto node *child = hf_new(node);
    if (!parent || !child) return 0;
    hf_set(parent, next, child);
    if (hf_weak_set(&child->parent, parent)) return 0;
    hf_auto node *found = hf_upgrade(&child->parent);
    return found == parent && hf_count(parent) == 2;
}

int
main(void)
{
    if (strcmp(hf_version(), HF_VERSION) != 0) {
        printf("headers of %s, library of %s\n", HF_VERSION, hf_version());
        return 1;
    }
    if (!parent_is_found_from_child() || hf_live(&hf_type_node) != 0) {
        puts("the library does not do its work");
        return 1;
    }
    return 0;
}
