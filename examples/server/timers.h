/* SPDX-License-Identifier: MIT
 *
 * Timers: which session may have been idle for too long.
 * Knows that there are sessions.
 * A timer refers to its session without owning it: when the session has ended before, the timer
 * finds nothing, and nobody had to look for it. */
#ifndef SERVER_TIMERS_H
#define SERVER_TIMERS_H

#include <holdfast/holdfast.h>
#include <stdint.h>

typedef struct session session;

typedef struct timer {
    uint64_t since; /* the session was active then, or later */
    hf_weak(session) who;
} timer;
HF_DECLARE(timer);

/* A heap: the one with the least `since` is first. What is due depends on the configuration of the
 * moment, and not on that of the moment in which a timer was set. */
typedef hf_array(timer) timers;

/* Adds one for the session. Returns 0, or -1 and ENOMEM. */
int timers_add(timers *all, session *who, uint64_t since);

/* Returns the first, borrowed, or NULL. */
const timer *timers_first(const timers *all) HF_LEND;

/* Takes the first out. Owner: the caller. NULL when there is none. */
timer *timers_take(timers *all) HF_GIVE;

/* Puts one back that was just taken out, and empties *t. Needs no memory. */
void timers_put_back(timers *all, timer **t);

/* Forgets those whose session has ended. */
void timers_prune(timers *all);

#endif
