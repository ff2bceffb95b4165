/* SPDX-License-Identifier: MIT
 *
 * Death notices: exactly one of "it ran" and "it was removed", and who may free its context when.
 * Knows one dying object with two notices, the table of slots, and the lock; tokens are used again.
 * The argument is in README.md; src/weak/death_notice.c and weak.h beside it do this.
 *
 * Proven: a promise is removed or runs, never both, never twice, and in the order in which promises
 * were made; after REMOVED, and after DONE of one that ran, its context is the caller's to free; a
 * token that is over finds nothing, though its slot is in use again; nobody reads the record's list
 * after the record is freed.
 *
 * Twins, each of which must fail:
 *     STATE_OUTSIDE_THE_LOCK   a notice leaves the list and is marked as running after the unlock
 *     RETIRED_FIRST            it is retired before it runs, so DONE comes too early
 *     NO_GENERATION            a token is the number of its slot alone
 *     RELAXED_PEEK             the look without the lock, whether there are any, does not acquire
 *     RELAXED_LIST             what is written to the list under the lock does not release */

#define THREADS 3
#define DYING_THREAD 2
#define LOCATIONS 1
/* The list of the record: a bit for each notice that waits in it. */
#define LIST 0
#define AREAS 3
#define CONTEXT(promise) (promise)
#define RECORD 2
#define AREA(where) RECORD
#define WRITES 8
#include "memory.pml"

#ifdef RELAXED_PEEK
#define PEEK RELAXED
#else
#define PEEK ACQUIRE
#endif
#ifdef RELAXED_LIST
#define LIST_ORDER RELAXED
#else
#define LIST_ORDER RELEASE
#endif

/* The slots of the table, under the lock. */
#define FREE 0
#define WAITING 1
#define RUNNING 2
byte state[2];
byte generation[2];

/* The truth about the two promises, and about the third, which is made in a slot that was free. */
bool has_run[2];
bool is_over[2];
bool was_removed[2];
byte third_slot = 2;

/* What the object of the third promise has in its list; it doesn't die. */
#define UNLINK(slot) \
    if \
    :: slot != third_slot -> \
        load(LIST, RELAXED, word); \
        store(LIST, word & ~(1 << (slot)), LIST_ORDER); \
        word = 0 \
    :: else \
    fi

inline retire(slot)
{
    state[slot] = FREE;
    generation[slot]++
}

#ifdef NO_GENERATION
#define FOUND(promise) (state[promise] != FREE)
#else
#define FOUND(promise) (state[promise] != FREE && generation[promise] == 0)
#endif

/* hf_on_death_cancel(), and what its answer allows. */
inline cancel(promise)
{
    lock();
    if
    :: FOUND(promise) && state[promise] == RUNNING ->
        assert(!is_over[promise])
    :: FOUND(promise) && state[promise] == WAITING ->
        UNLINK(promise);
        retire(promise);
        assert(third_slot != promise);
        assert(!has_run[promise] && !was_removed[promise]);
        was_removed[promise] = true;
        free(CONTEXT(promise))
    :: !FOUND(promise) ->
        assert(is_over[promise] || was_removed[promise]);
        if
        :: is_over[promise] -> d_step { assert_all_accesses_before(CONTEXT(promise)) }
        :: else
        fi
    fi;
    unlock()
}

/* A promise for another object, in a slot that is free. */
inline promise_again(slot)
{
    lock();
    if
    :: state[slot] == FREE && third_slot == 2 ->
        third_slot = slot;
        state[slot] = WAITING
    :: else
    fi;
    unlock()
}

/* Each option is one step. */
proctype canceller(byte me)
{
    byte seen, word;
    byte steps = 2;

    do
    :: atomic { steps > 0 && !locked -> steps--; cancel(0) }
    :: atomic { steps > 0 && !locked -> steps--; cancel(1) }
    :: atomic { steps > 0 && !locked -> steps--; promise_again(0) }
    :: atomic { steps > 0 && !locked -> steps--; promise_again(1) }
    :: atomic { steps == 0 -> end_thread(); break }
    od
}

#define FIRST (word & 1 -> 0 : 1)

/* Where the dying thread is. */
#define LOOKING 0
#define TOOK 1      /* in a twin: it knows which notice, and nobody else does */
#define BEGUN 2     /* marked as running */
#define RAN 3
#define ENDED 4

inline begin_first()
{
    lock();
    load(LIST, RELAXED, word);
    if
    :: word == 0 -> phase = ENDED
    :: else ->
        slot = FIRST;
#ifdef STATE_OUTSIDE_THE_LOCK
        phase = TOOK
#else
        mark_as_running()
#endif
    fi;
    word = 0;
    unlock()
}

inline mark_as_running()
{
    UNLINK(slot);
#ifdef RETIRED_FIRST
    retire(slot);
#else
    state[slot] = RUNNING;
#endif
    phase = BEGUN
}

/* The program's function is called. */
inline call()
{
    assert(!has_run[slot] && !was_removed[slot]);
    assert(slot == 0 || is_over[0] || was_removed[0]);
    has_run[slot] = true
}

/* And uses its context until it returns. */
inline end_call()
{
    use(CONTEXT(slot));
    phase = RAN
}

inline end()
{
    lock();
#ifndef RETIRED_FIRST
    retire(slot);
#endif
    is_over[slot] = true;
    slot = 0;
    phase = LOOKING;
    unlock()
}

proctype death(byte me)
{
    byte seen, word, slot, phase;

    atomic {
        load(LIST, PEEK, word);
        phase = (word == 0 -> ENDED : LOOKING);
        word = 0
    }
    do
    :: atomic { phase == LOOKING && !locked -> begin_first() }
#ifdef STATE_OUTSIDE_THE_LOCK
    :: atomic { phase == TOOK -> mark_as_running() }
#endif
    :: atomic { phase == BEGUN && !has_run[slot] -> call() }
    :: atomic { phase == BEGUN && has_run[slot] -> end_call() }
    :: atomic { phase == RAN && !locked -> end() }
    :: atomic { phase == ENDED -> free(RECORD); end_thread(); break }
    od
}

init {
    byte promise;

    atomic {
        begin_memory();
        memory[LIST].value[0] = 3;
        state[0] = WAITING;
        state[1] = WAITING;
        run canceller(0);
        run canceller(1);
        run death(DYING_THREAD)
    }
    _nr_pr == 1;
    for (promise : 0 .. 1) {
        assert(is_over[promise] != was_removed[promise]);
        assert(is_over[promise] == has_run[promise])
    }
    assert(third_slot == 2 || state[third_slot] == WAITING)
}
