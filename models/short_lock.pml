/* SPDX-License-Identifier: MIT
 *
 * A lock that is given back by a plain store, after a plain load that looks for sleepers.
 * Knows the lock's state, one cell that it guards, and what a processor may hold back.
 * The argument is in README.md; src/base/short_lock.h and short_lock.c do this.
 *
 * A thread's store of FREE is seen later, and after its store to the cell: it is a release. Atomic
 * instructions and system calls wait for both. The rounds before a thread sleeps are left out: they
 * change nothing.
 *
 * Proven: no two threads hold the lock, each sees what the former one wrote, and all get through.
 *
 * Variant:
 *     EXCHANGE NO_TIMEOUT             given back by an exchange, that looks as well, nobody need wake
 *                                     by himself: so does a mutex
 * Twins, each of which must fail:
 *     NO_TIMEOUT                      somebody sleeps between the load and the moment in which the
 *                                     store is seen
 *     EXCHANGE NO_TIMEOUT SILENT      who has slept doesn't say again that the lock is wanted
 *     EXCHANGE NO_TIMEOUT DEAF        whoever gives it back doesn't look
 *     RELAXED_GIVE                    the store of FREE may pass that to the cell
 *     LOOK_THEN_STORE                 the lock is taken by a load and a store */

#define THREADS 3
#define ROUNDS 2

#define FREE 0
#define HELD 1
#define WANTED 2

byte state, cell;

/* The truth. */
byte holders, rounds_done;
bool asleep[THREADS];

/* What is held back, per thread. */
bool holds_back_cell[THREADS], holds_back_free[THREADS];

inline show_cell(i)
{
    if
    :: holds_back_cell[i] -> cell++; holds_back_cell[i] = false
    :: else
    fi
}

inline show_all(i)
{
    show_cell(i);
    if
    :: holds_back_free[i] -> state = FREE; holds_back_free[i] = false
    :: else
    fi
}

#ifdef RELAXED_GIVE
#define MAY_SHOW_FREE(i) holds_back_free[i]
#else
#define MAY_SHOW_FREE(i) (holds_back_free[i] && !holds_back_cell[i])
#endif

/* What is held back is seen at some time. */
active proctype processor()
{
    end: do
    :: atomic { holds_back_cell[0] -> show_cell(0) }
    :: atomic { holds_back_cell[1] -> show_cell(1) }
    :: atomic { holds_back_cell[2] -> show_cell(2) }
    :: atomic { MAY_SHOW_FREE(0) -> state = FREE; holds_back_free[0] = false }
    :: atomic { MAY_SHOW_FREE(1) -> state = FREE; holds_back_free[1] = false }
    :: atomic { MAY_SHOW_FREE(2) -> state = FREE; holds_back_free[2] = false }
    :: rounds_done == THREADS * ROUNDS && state == FREE && cell == rounds_done -> break
    od
}

/* The first try: it leaves a state alone that isn't FREE. */
inline take()
{
#ifdef LOOK_THEN_STORE
    atomic { show_all(me); has_it = (state == FREE) };
    if
    :: has_it -> state = HELD
    :: else
    fi
#else
    atomic {
        show_all(me);
        has_it = (state == FREE);
        state = (has_it -> HELD : state)
    }
#endif
}

/* After the first try, which has shown all that this thread held back. */
inline take_as_wanted()
{
    atomic {
        has_it = (state == FREE);
#ifdef SILENT
        state = (has_it -> HELD : WANTED)
#else
        state = WANTED
#endif
    }
}

inline sleep()
{
    atomic { asleep[me] = (state == WANTED) };
#ifdef NO_TIMEOUT
    !asleep[me]
#else
    asleep[me] = false
#endif
}

inline wake_one()
{
    if
    :: asleep[0] -> asleep[0] = false
    :: asleep[1] -> asleep[1] = false
    :: asleep[2] -> asleep[2] = false
    :: else
    fi
}

inline give()
{
#ifdef EXCHANGE
    atomic { show_all(me); seen = state; state = FREE };
#else
    seen = state;
    holds_back_free[me] = true;
#endif
#ifndef DEAF
    if
    :: seen == WANTED -> atomic { show_all(me); wake_one() }
    :: else
    fi;
#endif
    seen = FREE
}

proctype user(byte me)
{
    byte round, seen;
    bool has_it;

    do
    :: round == ROUNDS -> break
    :: else ->
        take();
        do
        :: has_it -> break
        :: else ->
            take_as_wanted();
            if
            :: has_it
            :: else -> sleep()
            fi
        od;
        atomic { holders++; assert(holders == 1) };
        assert(cell == rounds_done);
        atomic { holds_back_cell[me] = true; rounds_done++; holders-- };
        give();
        round++
    od
}

init
{
    atomic { run user(0); run user(1); run user(2) }
}
