/* SPDX-License-Identifier: MIT
 *
 * Limbo: blocks that threads free while a collection may still read them.
 * Knows an edge that leads to OUTER, whose own edge leads to INNER; two threads that cut both and
 * free the blocks, in three ways; and a collector that follows the edges, round after round.
 * The argument is in README.md; src/block/limbo.c, limbo_holds() in src/block/block.h,
 * hfi_candidates_settle() in src/candidate/candidate.c and hfi_round_try() do this.
 *
 * Proven: a block is freed once, after its last use, the collector's included; and when all is over
 * none is left waiting. With X86 the fences of those who free are where that processor has them, in
 * the read-modify-writes, and nowhere else.
 *
 * Twins, each of which must fail:
 *     NO_FENCE_FREE     no fence between the cut and the look whether limbo is open
 *     NO_FENCE_OPEN     nor between the opening and the first look at an edge
 *     NO_FENCE_PARK     nor between a late block and the look whether limbo was closed meanwhile
 *     NO_FENCE_CLOSE    nor between the closing and the look for blocks
 *     NO_FENCE_SETTLE   nor between the end of the lock, or what is owed, and the look at the other
 *     LATE_UNNOTICED    who parks a block does not look at all
 *     DRAINED_FIRST     limbo is drained before it is closed
 *     NOT_SETTLED       who finds the lock taken leaves it at that
 *     SETTLED_ALONE     who gives the lock back does not look for what is owed
 *     RELAXED_CLOSE     limbo is closed without release
 *     RELAXED_LOOK      and the look at it does not acquire
 *     RELAXED_PARK      a block is parked without release
 *     RELAXED_DRAIN     and taken without acquire */

#define THREADS 3
#define COLLECTOR 2
#define ROOT 0   /* an edge to OUTER, or nothing */
#define EDGE 1   /* of OUTER, to INNER, or nothing */
#define OPEN 2   /* whether limbo is */
#define PARKED 3 /* the stack: the bits of those in it */
#define OWED 4   /* whether limbo is to be closed once more */
#define LOCK 5   /* of the candidates */
#define LOCATIONS 6
#define OUTER 0
#define INNER 1
#define AREAS 2
#define AREA(where) NO_AREA
#define WRITES 16
#define READS(thread, where) \
    (where == OWED || (where == OPEN && thread != COLLECTOR) || \
     (where < OPEN && thread == COLLECTOR))
#define FENCES
#include "memory.pml"

#ifndef ROUNDS
#define ROUNDS 1
#endif

/* What is a fence of its own elsewhere is part of the read-modify-write before. */
#ifdef X86
#define FENCE_IN_EXCHANGE fence()
#define FENCE_ALONE skip
#else
#define FENCE_IN_EXCHANGE skip
#define FENCE_ALONE fence()
#endif
#ifdef NO_FENCE_FREE
#define FENCE_FREE skip
#else
#define FENCE_FREE FENCE_ALONE
#endif
#ifdef NO_FENCE_OPEN
#define FENCE_OPEN skip
#else
#define FENCE_OPEN fence()
#endif
#ifdef NO_FENCE_PARK
#define FENCE_PARK skip
#else
#define FENCE_PARK FENCE_ALONE
#endif
#ifdef NO_FENCE_CLOSE
#define FENCE_CLOSE skip
#else
#define FENCE_CLOSE fence()
#endif
#ifdef NO_FENCE_SETTLE
#define FENCE_SETTLE skip
#else
#define FENCE_SETTLE FENCE_ALONE
#endif
#ifdef RELAXED_CLOSE
#define CLOSE RELAXED
#else
#define CLOSE RELEASE
#endif
#ifdef RELAXED_LOOK
#define LOOK RELAXED
#else
#define LOOK ACQUIRE
#endif
#ifdef RELAXED_PARK
#define PARK RELAXED
#else
#define PARK RELEASE
#endif
#ifdef RELAXED_DRAIN
#define DRAIN RELAXED
#else
#define DRAIN ACQUIRE
#endif

/* How the blocks die: the first thread ends both; or hands OUTER to the other, which ends both; or
 * the other takes INNER out and ends it, and the first ends OUTER after that. */
#define ALONE 0
#define HANDED_ON 1
#define TAKEN_OUT 2
byte way;

/* What one thread hands the other, under the program's lock. */
bool handed;

inline hand_over()
{
    atomic { lock(); handed = true; unlock() }
}

inline receive()
{
    atomic { handed -> lock(); unlock() }
}

inline give_back(block)
{
    use(block);
    free(block)
}

inline drain()
{
    atomic {
        exchange(PARKED, got, 0, DRAIN);
        if
        :: got & 1 -> give_back(OUTER)
        :: else
        fi;
        if
        :: got & 2 -> give_back(INNER)
        :: else
        fi;
        got = 0
    }
}

/* For whoever has the lock. */
inline close_limbo()
{
#ifdef DRAINED_FIRST
    drain();
#endif
    atomic { store(OPEN, 0, CLOSE); FENCE_CLOSE }
#ifndef DRAINED_FIRST
    drain()
#endif
}

inline give_lock_back()
{
    atomic { exchange(LOCK, got, 0, RELEASE); FENCE_IN_EXCHANGE; got = 0 }
}

inline try_lock()
{
    atomic { compare_exchange(LOCK, 0, 1, ACQUIRE, done) }
}

inline settle()
{
    do
    :: atomic {
        FENCE_SETTLE;
        load(OWED, RELAXED, got);
        if
        :: got == 0 -> break
        :: else
        fi;
        got = 0 }
        try_lock();
        if
        :: done -> done = false
        :: else -> break
        fi;
        atomic { exchange(OWED, got, 0, RELAXED); got = 0 }
        close_limbo();
        give_lock_back()
    od
}

/* The block's last way was cut. */
inline free_block(block, mark)
{
    atomic {
        FENCE_FREE;
        load(OPEN, LOOK, got);
        if
        :: got == 0 -> free(block)
        :: else -> use(block)
        fi
    }
    if
    :: got == 0
    :: atomic { else ->
        exchange(PARKED, got, got + mark, PARK);
        FENCE_IN_EXCHANGE;
        FENCE_PARK;
        got = 0 }
#ifndef LATE_UNNOTICED
        atomic { load(OPEN, RELAXED, got); is_missed = is_missed || !got; got = 0 }
#endif
    fi
}

/* After the deaths of this thread. */
inline bury_left_behind()
{
    if
    :: is_missed ->
        try_lock();
        if
        :: done ->
            done = false;
            close_limbo();
            give_lock_back()
        :: else ->
            atomic { exchange(OWED, got, 1, RELAXED); FENCE_IN_EXCHANGE; got = 0 }
        fi;
#ifndef NOT_SETTLED
        settle()
#else
        skip
#endif
    :: else
    fi
}

/* Inside a death edges are cut by plain stores. */
inline cut_inner()
{
    atomic { use(OUTER); store(EDGE, 0, RELAXED) }
}

proctype mutator(byte me)
{
    byte seen, got;
    bool is_missed, done;

    if
    :: me == 0 && way != TAKEN_OUT ->
        atomic { exchange(ROOT, got, 0, RELAXED); FENCE_IN_EXCHANGE; got = 0 }
        if
        :: way == HANDED_ON -> hand_over()
        :: way == ALONE -> cut_inner(); free_block(OUTER, 1); free_block(INNER, 2)
        fi
    :: me == 1 && way == HANDED_ON ->
        receive();
        cut_inner();
        free_block(OUTER, 1);
        free_block(INNER, 2)
    :: me == 0 && way == TAKEN_OUT ->
        atomic { exchange(ROOT, got, 0, RELAXED); FENCE_IN_EXCHANGE; got = 0 }
        receive();
        free_block(OUTER, 1)
    :: me == 1 && way == TAKEN_OUT ->
        atomic { use(OUTER); exchange(EDGE, got, 0, RELAXED); FENCE_IN_EXCHANGE; got = 0 }
        hand_over();
        free_block(INNER, 2)
    :: me == 1 && way == ALONE
    fi;
    bury_left_behind();
    atomic { end_thread() }
}

/* The block is looked at, and once more later on. */
inline follow_edges()
{
    atomic {
        load(ROOT, ACQUIRE, got);
        if
        :: got -> use(OUTER)
        :: else
        fi
    }
    if
    :: atomic { got ->
        load(EDGE, ACQUIRE, got);
        if
        :: got -> use(INNER)
        :: else
        fi }
        atomic {
            use(OUTER);
            if
            :: got -> use(INNER)
            :: else
            fi;
            got = 0
        }
    :: else
    fi
}

proctype collector(byte me)
{
    byte seen, got, rounds;
    bool done;

    do
    :: rounds < ROUNDS ->
        atomic {
            LAST(LOCK) == 0 ->
            rounds++;
            exchange(LOCK, got, 1, ACQUIRE);
            got = 0
        }
        atomic { store(OPEN, 1, RELAXED); FENCE_OPEN }
        follow_edges();
        close_limbo();
        give_lock_back();
#ifndef SETTLED_ALONE
        settle()
#endif
    :: else -> break
    od;
    atomic { end_thread() }
}

init {
    atomic {
        begin_memory();
        memory[ROOT].value[0] = 1;
        memory[EDGE].value[0] = 1;
        if
        :: way = ALONE
        :: way = HANDED_ON
        :: way = TAKEN_OUT
        fi;
        run mutator(0);
        run mutator(1);
        run collector(COLLECTOR)
    }
    _nr_pr == 1;
    assert(freed[OUTER] && freed[INNER])
}
