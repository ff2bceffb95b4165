/* SPDX-License-Identifier: MIT
 *
 * An observer of nodes: it is told when they die, and keeps none of them alive.
 * Knows nodes.
 * A notice comes before anything of the node is given up, so its name can be read; what is still
 * promised when the observer goes, it takes back. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>

static void
tell(void *object, void *unused)
{
    (void)unused;
    const node *n = object;
    fprintf(stderr, "document: %s is gone\n", n->name ? n->name->bytes : "/");
}

int
watch_add(struct watch *w, node *n)
{
    hf_death_token *tokens = realloc(w->tokens, (w->count + 1) * sizeof *tokens);
    if (!tokens) return -1;
    w->tokens = tokens;
    hf_death_token token = hf_on_death(n, tell, NULL);
    if (!token) return -1;
    w->tokens[w->count++] = token;
    return 0;
}

void
watch_end(struct watch *w)
{
    for (size_t i = 0; i < w->count; i++) hf_on_death_cancel(w->tokens[i]);
    free(w->tokens);
    *w = (struct watch){NULL, 0};
}
