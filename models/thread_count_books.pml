/* SPDX-License-Identifier: MIT
 *
 * The books: each thread counts in a row of its own, readers add the rows up, exit folds a row.
 * Knows two threads that count, their rows, the shared book of the type, the lock, and one reader.
 * The argument is in README.md; src/ledger/counters.c does this.
 *
 * Proven: a reader who knows that all counting is done gets the exact sum, also while threads exit;
 * nobody reads a row that is freed.
 *
 * Twins, each of which must fail:
 *     FOLD_WITHOUT_LOCK   a thread that exits adds its row to the book without the lock
 *     FOLD_IN_TWO         with the lock, but it gives it up between adding and leaving the list
 *     SUM_WITHOUT_LOCK    a reader adds up without the lock
 *     BOOK_BY_STORE       a thread past its exit adds to the book by a load and a store */

#define THREADS 3
#define READER 2
#define LOCATIONS 4
#define ROW(thread) (thread)
#define BOOK 2
#define FINISHED 3
/* Each row is an area; book and flag share a third, which stays. */
#define AREAS 3
#define ROWS(thread) (thread)
#define AREA(where) ((where) - (where) / 3)
#define WRITES 10
#include "memory.pml"

#ifndef BIRTHS
#define BIRTHS 2
#endif

/* The list of threads that have rows, under the lock. */
bool is_listed[2];

/* The truth: what was counted so far. */
byte born;

/* Where a thread that counts is. */
#define COUNTING 0
#define LEAVING 1  /* in twins: it has added its row to the book */
#define FREEING 2  /* it is off the list */
#define OVER 3

/* The thread's own row, or the book when it has none any more. */
inline count()
{
    if
    :: phase == COUNTING ->
        load(ROW(me), RELAXED, number);
        store(ROW(me), number + 1, RELAXED)
    :: phase == OVER ->
#ifdef BOOK_BY_STORE
        load(BOOK, RELAXED, number);
        store(BOOK, number + 1, RELAXED)
#else
        exchange(BOOK, number, number + 1, RELAXED)
#endif
    fi;
    number = 0;
    born++;
    births--
}

inline add_row()
{
    exchange(BOOK, number, number + row, RELAXED);
    number = 0;
    row = 0
}

inline fold()
{
    load(ROW(me), RELAXED, row);
    add_row();
    is_listed[me] = false
}

/* Each option is one step. */
proctype counter(byte me)
{
    byte seen, number, row, phase;
    byte births = BIRTHS;
    bool has_finished;

    do
    :: atomic { births > 0 && (phase == COUNTING || phase == OVER) -> count() }
#if defined(FOLD_WITHOUT_LOCK)
    :: atomic { phase == COUNTING -> load(ROW(me), RELAXED, row); add_row(); phase = LEAVING }
    :: atomic { phase == LEAVING -> is_listed[me] = false; phase = FREEING }
#elif defined(FOLD_IN_TWO)
    :: atomic { phase == COUNTING && !locked ->
        lock();
        load(ROW(me), RELAXED, row);
        add_row();
        unlock();
        phase = LEAVING }
    :: atomic { phase == LEAVING && !locked ->
        lock();
        is_listed[me] = false;
        unlock();
        phase = FREEING }
#else
    :: atomic { phase == COUNTING && !locked -> lock(); fold(); unlock(); phase = FREEING }
#endif
    :: atomic { phase == FREEING -> free(ROWS(me)); phase = OVER }
    /* The program says that this thread has counted all it will. */
    :: atomic { births == 0 && !has_finished ->
        exchange(FINISHED, number, number + 1, ACQ_REL);
        number = 0;
        has_finished = true }
    :: atomic { phase == OVER && has_finished -> end_thread(); break }
    od
}

#ifdef SUM_WITHOUT_LOCK
#define MAY_SUM true
#else
#define MAY_SUM (!locked)
#endif

proctype reader(byte me)
{
    byte seen, number, sum, row;

    do
    :: atomic {
        load(FINISHED, ACQUIRE, number);
        if
        :: number == 2 -> number = 0; break
        :: else -> number = 0
        fi }
    od;
#ifndef SUM_WITHOUT_LOCK
    atomic { !locked -> lock() }
#endif
    load(BOOK, RELAXED, sum);
    do
    :: row < 2 && is_listed[row] ->
        if
        :: row == 0 -> load(ROW(0), RELAXED, number)
        :: row == 1 -> load(ROW(1), RELAXED, number)
        fi;
        atomic { sum = sum + number; number = 0; row++ }
    :: row < 2 && !is_listed[row] -> row++
    :: row == 2 -> break
    od;
    atomic {
        assert(sum == born);
        assert(sum == 2 * BIRTHS);
#ifndef SUM_WITHOUT_LOCK
        unlock();
#endif
        sum = 0;
        row = 0;
        end_thread()
    }
}

init {
    atomic {
        begin_memory();
        is_listed[0] = true;
        is_listed[1] = true;
        run counter(0);
        run counter(1);
        run reader(READER)
    }
    _nr_pr == 1;
    assert(born == 2 * BIRTHS)
}
