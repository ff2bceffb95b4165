/* SPDX-License-Identifier: MIT
 *
 * An observer of nodes: it is told when they die, and keeps none of them alive.
 * Knows nodes. */
#ifndef DOCUMENT_WATCH_H
#define DOCUMENT_WATCH_H

#include "node.h"

/* All zero observes nothing. */
struct watch {
    hf_death_token *tokens; /* for free() */
    size_t count;
};

/* Observes n as well: its death is told on standard error. Returns 0, or -1 and ENOMEM. */
int watch_add(struct watch *w, node *n);

/* Observes nothing any more. */
void watch_end(struct watch *w);

#endif
