/* SPDX-License-Identifier: MIT
 *
 * Plays a scenario by schedules: by a written one, by all of them up to a number of preemptions, or
 * by random ones.
 * Knows the baton. What must be true at the end of every play is the cast's business, cast.h, and
 * the scenario's own.
 *
 * A preemption takes the baton from a player that could go on. Most faults of a protocol show with
 * one, two or three of them, if only at the right places; so all places are tried, with few. */
#ifndef HOLDFAST_TESTS_SCHEDULE_H
#define HOLDFAST_TESTS_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "schedule/baton.h"

struct scenario {
    void (*set_up)(void);              /* before the play */
    void (*plays[MOST_PLAYERS])(void); /* at the same time */
    void (*finish)(void);              /* after it; may be NULL */
    bool needs_destroy;                /* nodes without a destroy function won't do */
};

enum { A, B, C, D };

/* The player goes on until it comes to the point for this time; 0 means the first. */
struct schedule_step {
    int player;
    const char *point; /* a named step of the library; "lock" when it needs one that is taken */
    unsigned times;
};
#define TO_THE_END NULL

/* schedule_script(&scenario, {A, "proposed"}, {B, TO_THE_END}, ...). When all steps are done, the
 * others go on to their ends. */
#define schedule_script(scenario, ...)                                        \
    schedule_script_((scenario), (const struct schedule_step[]){__VA_ARGS__}, \
                     sizeof((const struct schedule_step[]){__VA_ARGS__})      \
                         / sizeof(struct schedule_step))
void schedule_script_(const struct scenario *scenario, const struct schedule_step *steps,
                      size_t count);

/* All schedules with at most so many preemptions at named steps, and all with at most so many at
 * atomic operations. The first that fails has as few as possible. */
void schedule_search(const struct scenario *scenario, unsigned named, unsigned atomics);

/* So many random ones, with preemptions at atomic operations. */
void schedule_random(const struct scenario *scenario, size_t plays);

/* A random number below limit, for what players do in such a play. */
unsigned schedule_chance(unsigned limit);

#endif
