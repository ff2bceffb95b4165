/* SPDX-License-Identifier: MIT
 *
 * Retain and release on one word, with the shortcut of the sole owner, and hf_is_unique.
 * Knows one object, and three threads that do whatever a legal program may; no side record.
 * The argument is in README.md; this is what src/object/word.h and src/life/release.c do.
 *
 * Proven: the object dies exactly once, never while a reference is held, and after all that was done
 * through any reference; a thread that is told that it is the only owner may write.
 *
 * Twins, each of which must fail:
 *     RELAXED_SUBTRACTION     the decrement does not release
 *     RELAXED_RESULT          the thread whose decrement reached zero does not acquire
 *     RELAXED_SOLE_LOAD       the load that finds a sole owner does not acquire
 *     RELAXED_UNIQUE          hf_is_unique does not acquire
 *     SHORTCUT_DESPITE_SIDE   the shortcut is taken although there are weak references
 *     DECISION_FROM_LOAD      the load before the decrement decides who dies, not its result */

#define THREADS 3
#define LOCATIONS 1
#define WORD 0
#define AREAS 1
#define BLOCK 0
/* With weak references the live word lies outside the block and outlives it. */
#define AREA(where) (weak -> NO_AREA : BLOCK)
#ifndef STEPS
#define STEPS 2
#endif
#define WRITES 14
bool weak;
#include "memory.pml"

#define SIDE 1
#define DEAD 2
#define ONE 4
#define COUNT(word) ((word) >> 2)

#ifdef RELAXED_SUBTRACTION
#define SUBTRACTION RELAXED
#else
#define SUBTRACTION RELEASE
#endif
#ifdef RELAXED_RESULT
#define RESULT RELAXED
#else
#define RESULT ACQUIRE
#endif
#ifdef RELAXED_SOLE_LOAD
#define SOLE_LOAD RELAXED
#else
#define SOLE_LOAD ACQUIRE
#endif
#ifdef RELAXED_UNIQUE
#define UNIQUE RELAXED
#else
#define UNIQUE ACQUIRE
#endif
#ifdef SHORTCUT_DESPITE_SIDE
#define IS_SOLE_OWNER(word) (COUNT(word) == 1)
#else
#define IS_SOLE_OWNER(word) ((word) == ONE)
#endif
#ifdef DECISION_FROM_LOAD
#define WAS_LAST(loaded, result) (COUNT(loaded) == 1)
#else
#define WAS_LAST(loaded, result) (COUNT(result) == 1)
#endif

/* The truth, which no thread reads: references held anywhere, and deaths begun. */
byte references;
byte deaths;

/* A reference that lies in a global variable under the program's own lock. */
bool published;

inline retain()
{
    atomic {
        load(WORD, RELAXED, word);
        assert(!(word & DEAD) || deaths > 0);
        exchange(WORD, word, word + ONE, RELAXED);
        references++;
        word = 0
    }
}

/* A live word in a side record: down by one, or dead and pinned by the count that is left. */
inline release_on_the_side()
{
    if
    :: COUNT(word) == 1 ->
        compare_exchange(WORD, word, word | DEAD, ACQ_REL, done);
        dies = done
    :: else -> compare_exchange(WORD, word, word - ONE, RELEASE, done)
    fi
}

/* One attempt; done = whether it succeeded, dies = whether this was the last reference. */
inline try_release()
{
    load(WORD, SOLE_LOAD, word);
    if
    :: IS_SOLE_OWNER(word) ->
        store(WORD, word | DEAD, RELAXED);
        done = true;
        dies = true
    :: !IS_SOLE_OWNER(word) && !(word & SIDE) ->
        exchange(WORD, result, result - ONE, SUBTRACTION);
        done = true;
        reached_zero = WAS_LAST(word, result)
    :: !IS_SOLE_OWNER(word) && (word & SIDE) -> release_on_the_side()
    fi
}

/* Gives a reference back, and runs the death if it was the last. */
inline release()
{
    do
    :: atomic {
        use(BLOCK);
        try_release();
        word = 0;
        result = 0;
        if
        :: done ->
            done = false;
            references--;
            break
        :: else
        fi
    }
    od;
    if
    :: reached_zero ->
        atomic {
            exchange(WORD, word, word + ONE + DEAD, RESULT);
            word = 0;
            reached_zero = false;
            dies = true
        }
    :: else
    fi;
    if
    :: dies -> die()
    :: else
    fi
}

/* The death: the program's destroy may retain and release the object once more. */
inline die()
{
    atomic {
        d_step {
            dies = false;
            deaths++;
            assert(deaths == 1);
            assert(references == 0);
            assert_all_accesses_before(BLOCK)
        }
        if
        :: true -> retain()
        :: true -> goto_free = true
        fi
    }
    if
    :: !goto_free ->
        atomic {
            references--;
            exchange(WORD, word, word - ONE, SUBTRACTION);
            assert(COUNT(word) == 2)
        }
    :: else
    fi;
    atomic {
        load(WORD, ACQUIRE, word);
        assert(COUNT(word) == 1);
        free(BLOCK);
        goto_free = false;
        word = 0
    }
}

/* hf_is_unique, and a plain write if it says so. The caller holds a reference. */
inline write_if_unique()
{
    atomic {
        load(WORD, UNIQUE, word);
        if
        :: word == ONE ->
            d_step {
                assert(references == 1);
                assert_all_accesses_before(BLOCK);
                access(BLOCK)
            }
        :: else
        fi;
        word = 0
    }
}

/* One attempt to upgrade: the caller holds a weak reference. */
inline try_upgrade()
{
    atomic {
        load(WORD, ACQUIRE, word);
        if
        :: COUNT(word) == 0 || (word & DEAD)
        :: else ->
            compare_exchange(WORD, word, word + ONE, ACQ_REL, done);
            if
            :: done ->
                assert(deaths == 0);
                references++;
                held++
            :: else
            fi
        fi;
        done = false;
        word = 0
    }
}

/* Retains through the global variable's reference, which the lock keeps alive meanwhile. */
inline borrow_and_retain()
{
    atomic {
        published ->
        lock()
    }
    if
    :: published ->
        retain();
        held++
    :: else
    fi;
    unlock()
}

inline publish()
{
    atomic {
        !published ->
        lock();
        published = true;
        held--;
        unlock()
    }
}

inline take_back()
{
    atomic {
        published ->
        lock();
        published = false;
        held++;
        unlock()
    }
}

#define LOCALS                              \
    byte seen, word, result;                \
    bool done, dies, reached_zero, goto_free

proctype mutator(byte me; byte held)
{
    byte steps = STEPS;
    LOCALS;

    do
    :: atomic { held > 0 -> held-- }
        release()
    :: atomic { held > 0 && steps > 0 -> steps-- }
        retain();
        held++
    :: atomic { held > 0 && steps > 0 -> steps-- }
        write_if_unique()
    :: atomic { held > 0 && steps > 0 && !published -> steps-- }
        publish()
    :: steps > 0 ->
        steps--;
        take_back()
    :: steps > 0 ->
        steps--;
        borrow_and_retain()
    :: weak && steps > 0 ->
        steps--;
        upgrade()
    :: held == 0 -> break
    od;
    end_thread()
}

init {
}
