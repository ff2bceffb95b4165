/* SPDX-License-Identifier: MIT
 *
 * Threads of which one runs at a time: the one that has the baton.
 * Knows the library's yield points and the locks it takes; who gets the baton next is asked of the
 * referee, schedule.c.
 * The players are real threads, since the library keeps things for each thread; they wait for the
 * baton in the kernel. A lock that another player holds is no place to wait in: the player says so,
 * and is out of the choice until the lock is given back. */
#ifndef HOLDFAST_TESTS_BATON_H
#define HOLDFAST_TESTS_BATON_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_PLAYERS = 4, NOBODY = -1 };

/* Where the baton may be handed on. */
struct situation {
    int player;        /* who has it; NOBODY at the beginning */
    bool may_stay;     /* it could go on: it is neither at its end nor in need of a lock */
    unsigned ready;    /* the others that could, a bit for each */
    const char *point; /* the named step, or the function with the atomic operation */
    int line;          /* of the latter; 0 for a named step */
};

/* Returns who goes on: `player` only if it may stay. */
typedef int referee(const struct situation *situation);

/* Makes the players, each of which calls hired, and entering before each play. Before the first
 * play. */
void baton_hire(void (*hired)(void), void (*entering)(void));

/* Runs these functions, each by a player of its own, until all have ended; NULL stands for none.
 * with_atomics: atomic operations are places to stop, too. */
void baton_play(void (*const plays[MOST_PLAYERS])(void), referee *ask, bool with_atomics);

/* Fails the test, and says what has happened up to now, as a script. Any thread. */
_Noreturn void baton_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether the caller is a player that plays. */
bool baton_is_mine(void);

/* A place for code of the test to hand on the baton. */
void baton_point(const char *name);

#endif
