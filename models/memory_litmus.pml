/* SPDX-License-Identifier: MIT
 *
 * The test of memory.pml itself: small programs whose outcomes C11 settles.
 * Knows nothing of objects. One program is chosen by name; each names what it shows.
 * The argument is in README.md, "Memory".
 *
 * Hold:
 *     MESSAGE     what was written before a release store is seen after an acquire load of it
 *     SEQUENCE    also when a relaxed read-modify-write by a third thread lies between
 *     COHERENCE   a thread never reads an older write after a newer one
 *     COUNTING    no addition of a read-modify-write is lost
 *     LOCKING     what was written under the mutex is seen under it
 *     FREEING     memory is freed after its last use, handed over by release and acquire
 *     BUFFERING FENCES   of two threads that write, pass a fence and read what the other writes, one
 *                        sees the other
 * Don't hold, and must be refuted:
 *     MESSAGE RELAXED_STORE, MESSAGE RELAXED_LOAD   one side alone orders nothing
 *     SEQUENCE STORE_BETWEEN                        a plain store breaks the sequence
 *     BUFFERING                                     release and acquire are not a total order
 *     COUNTING BY_STORE                             a load and a store lose additions
 *     FREEING RELAXED_STORE, FREEING RELAXED_LOAD   a use and a free that nothing orders
 *     BUFFERING FENCES ONE_FENCE                    one of the two threads passes none
 *     FREEING FENCES RELAXED_STORE RELAXED_LOAD     a fence after a store and one before a load
 *                                                   make nothing happen before */

#define THREADS 3
#define LOCATIONS 2
#define X 0
#define Y 1
#define AREAS 1
#define BLOCK 0
#define AREA(where) NO_AREA
#define WRITES 4
#include "memory.pml"

#ifdef RELAXED_STORE
#define STORE RELAXED
#else
#define STORE RELEASE
#endif
#ifdef RELAXED_LOAD
#define LOAD RELAXED
#else
#define LOAD ACQUIRE
#endif

bool both_read_old = true;

proctype first(byte me)
{
    byte seen, got;

#if defined(MESSAGE) || defined(SEQUENCE)
    store(X, 1, RELAXED);
    store(Y, 1, STORE)
#elif defined(COHERENCE)
    store(X, 1, RELAXED);
    store(X, 2, RELAXED)
#elif defined(COUNTING)
#ifdef BY_STORE
    load(X, ACQUIRE, got);
    store(X, got + 1, RELEASE)
#else
    exchange(X, got, got + 1, RELAXED)
#endif
#elif defined(LOCKING)
    lock();
    store(X, 1, RELAXED);
    store(X, 2, RELAXED);
    unlock()
#elif defined(FREEING)
    use(BLOCK);
    store(Y, 1, STORE)
#ifdef FENCES
    ;
    fence()
#endif
#else
    store(X, 1, RELEASE);
#ifdef FENCES
    fence();
#endif
    load(Y, ACQUIRE, got);
    both_read_old = both_read_old && got == 0
#endif
    ;
    end_thread()
}

proctype second(byte me)
{
    byte seen, got, other;

#if defined(MESSAGE)
    load(Y, LOAD, got);
    load(X, RELAXED, other);
    assert(got == 0 || other == 1)
#elif defined(SEQUENCE)
    load(Y, ACQUIRE, got);
    load(X, RELAXED, other);
    assert(got != 2 || other == 1)
#elif defined(COHERENCE)
    load(X, RELAXED, got);
    load(X, RELAXED, other);
    assert(got <= other)
#elif defined(COUNTING)
    exchange(X, got, got + 1, RELAXED)
#elif defined(LOCKING)
    lock();
    load(X, RELAXED, got);
    assert(got == 0 || got == 2);
    unlock()
#elif defined(FREEING)
#ifdef FENCES
    fence();
#endif
    load(Y, LOAD, got);
    if
    :: got == 1 -> free(BLOCK)
    :: else
    fi
#else
    store(Y, 1, RELEASE);
#if defined(FENCES) && !defined(ONE_FENCE)
    fence();
#endif
    load(X, ACQUIRE, got);
    both_read_old = both_read_old && got == 0
#endif
    ;
    end_thread()
}

/* Between the two, in SEQUENCE: makes 2 of the first thread's 1. */
proctype between(byte me)
{
    byte seen, got;
    bool done;

#ifdef STORE_BETWEEN
    load(Y, RELAXED, got);
    if
    :: got == 1 -> store(Y, 2, RELAXED)
    :: else
    fi;
#else
    compare_exchange(Y, 1, 2, RELAXED, done);
#endif
    end_thread()
}

init {
    byte me = MAIN;
    byte seen, got;

    atomic {
        begin_memory();
        run first(0);
        run second(1);
        run between(2)
    }
    _nr_pr == 1;
#if defined(COUNTING)
    load(X, RELAXED, got);
    assert(got == 2)
#elif defined(BUFFERING)
    assert(!both_read_old)
#endif
}
