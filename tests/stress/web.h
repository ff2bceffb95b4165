/* SPDX-License-Identifier: MIT
 *
 * A web of members that many threads weave at once: each step is one of the things that a program
 * may do with objects under its own locks.
 * Knows the members and their oracle; for the stress test of the collector and for the soak. */
#ifndef HOLDFAST_TESTS_WEB_H
#define HOLDFAST_TESTS_WEB_H

#include "stress/members.h"

/* What one thread holds of the web. */
enum { HANDS = 8, WATCHES = 4 };
struct weaver {
    struct worker *worker;
    member *hands[HANDS];
    member_weak watches[WATCHES];
    member *ring; /* its own, to see that nobody takes it */
};

/* How many members are in a weaver's own ring. */
enum { OWN_RING = 12 };

void weaver_begin(struct weaver *weaver, struct worker *worker);

/* One step; it ends with no lock held. */
void weaver_step(struct weaver *weaver);

/* Gives back what the weaver holds. */
void weaver_end(struct weaver *weaver);

/* When no weaver is left: empties the places that they share. */
void web_clear(void);

#endif
