/* SPDX-License-Identifier: MIT
 *
 * Paths: which nodes of a document are meant, and where a node is.
 * Knows nodes, and what a name is.
 * Step by step, from all nodes that are meant so far to those of their children that are meant. */
#include "path.h"

#include <stdlib.h>
#include <string.h>

#include "outline.h"

/* One step of a path. */
struct step {
    const char *name; /* NULL: any */
    size_t length;
    size_t number; /* which one of the name, from 1; 0: all */
};

/* Takes a step off the path. Returns 0, or -1 and EINVAL. */
static int
take_step(const char **path, struct step *step)
{
    const char *at = *path;
    *step = (struct step){.name = at};
    if (*at == '*') {
        step->name = NULL;
        at++;
    } else {
        while (outline_is_name_character((unsigned char)*at)) at++;
        step->length = (size_t)(at - step->name);
    }
    if (*at == '[' && at[1] >= '1' && at[1] <= '9') {
        char *end;
        errno = 0;
        step->number = strtoul(at + 1, &end, 10);
        if (*end == ']' && !errno) at = end + 1;
    }
    bool whole = (!step->name || step->length) && (!*at || (*at == '/' && at[1]));
    *path = *at ? at + 1 : at;
    if (!whole) errno = EINVAL;
    return whole ? 0 : -1;
}

/* Appends the children of n that the step means. Returns 0, or -1 and ENOMEM. */
static int
find_children(const node *n, const struct step *step, nodes *found)
{
    size_t number = 0;
    for (size_t i = 0; i < hf_array_count(&n->children); i++) {
        node *child = hf_array_at(&n->children, i);
        bool named = !step->name
                     || (child->name->length == step->length
                         && memcmp(child->name->bytes, step->name, step->length) == 0);
        if (!named || (++number != step->number && step->number)) continue;
        if (hf_array_push(found, child)) return -1;
    }
    return 0;
}

int
path_find(node *document, const char *path, nodes *found)
{
    hf_auto nodes meant = {0};
    if (!*path) {
        errno = EINVAL;
        return -1;
    }
    if (hf_array_push(&meant, document)) return -1;
    path += *path == '/';
    while (*path) {
        struct step step;
        hf_auto nodes below = {0};
        if (take_step(&path, &step)) return -1;
        for (size_t i = 0; i < hf_array_count(&meant); i++) {
            if (find_children(hf_array_at(&meant, i), &step, &below)) return -1;
        }
        if (hf_array_copy(&meant, &below)) return -1;
    }
    return hf_array_extend(found, &meant);
}

int
path_write(FILE *out, node *n)
{
    hf_auto nodes above = {0};
    for (hf_auto node *at = hf_retain(n); at; hf_replace(&at, node_parent(at))) {
        if (hf_array_push(&above, at)) return -1;
    }
    size_t levels = hf_array_count(&above);
    if (levels == 1 && !n->name) putc('/', out);
    while (levels--) {
        const node *each = hf_array_at(&above, levels);
        if (each->name) fputs(each->name->bytes, out);
        if (levels) putc('/', out);
    }
    putc('\n', out);
    return 0;
}
