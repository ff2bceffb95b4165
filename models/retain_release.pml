/* SPDX-License-Identifier: MIT
 *
 * Retain and release on one word, with the shortcut of the sole owner, and hf_is_unique; a release
 * may look at the word first, or not.
 * Knows one object, and three threads that do whatever a legal program may; no side record.
 * The argument is in README.md; src/object/word.h and release_plainly() in src/life/life.h do this.
 *
 * Proven: the object dies exactly once, never while a reference is held, and after all that was
 * done through any reference; a thread that is told that it is the only owner may write.
 *
 * Twins, each of which must fail:
 *     RELAXED_RELEASE      the decrement does not release
 *     RELAXED_RESULT       the thread whose decrement reached zero does not acquire
 *     RELAXED_SOLE_LOAD    the load that finds a sole owner does not acquire
 *     RELAXED_UNIQUE       hf_is_unique does not acquire
 *     SHORTCUT_WITH_SIDE   the shortcut is taken although there are weak references
 *     DECIDE_FROM_LOAD     the load before the decrement decides who dies, not its result */

#define THREADS 3
#define LOCATIONS 1
#define WORD 0
#define AREAS 1
#define BLOCK 0
/* With weak references the live word lies outside the block and outlives it. */
#define AREA(where) (weak -> NO_AREA : BLOCK)
#define WRITES 14
bool weak;
#include "memory.pml"

#ifndef STEPS
#define STEPS 3
#endif

#define SIDE 1
#define DEAD 2
#define ONE 4
#define COUNT(word) ((word) >> 2)

#ifdef RELAXED_RELEASE
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
#ifdef SHORTCUT_WITH_SIDE
#define IS_SOLE_OWNER(word) (COUNT(word) == 1)
#else
#define IS_SOLE_OWNER(word) ((word) == ONE)
#endif
#ifdef DECIDE_FROM_LOAD
#define WAS_LAST(loaded, result) (COUNT(loaded) == 1)
#else
#define WAS_LAST(loaded, result) (COUNT(result) == 1)
#endif

/* The truth, which no thread reads: references held anywhere, and deaths begun. */
byte references;
byte deaths;

/* How many operations other than releases the threads may still do, all together. */
byte steps = STEPS;

/* A reference that lies in a global variable under the program's own lock. */
bool published;

/* Where a thread is, between two steps. */
#define IDLE 0
#define RELEASING 1    /* the exchange in the side record failed */
#define REACHED_ZERO 2 /* its decrement did */
#define DYING 3        /* it runs the death */
#define RETAINED 4     /* whose destroy holds a reference */
#define DESTROYED 5    /* or is over */
#define BORROWING 6    /* it holds the program's lock, and no reference */

inline retain()
{
    load(WORD, RELAXED, word);
    assert(!(word & DEAD) || deaths > 0);
    exchange(WORD, word, word + ONE, RELAXED);
    references++
}

/* A live word in a side record: down by one, or dead and pinned by the count that is left. */
inline try_release_on_the_side()
{
    if
    :: COUNT(word) == 1 -> compare_exchange(WORD, word, word | DEAD, ACQ_REL, done)
    :: else -> compare_exchange(WORD, word, word - ONE, ACQ_REL, done)
    fi;
    if
    :: done && COUNT(word) == 1 -> references--; begin_death()
    :: done && COUNT(word) != 1 -> references--; phase = IDLE
    :: else -> phase = RELEASING
    fi
}

/* The subtraction, and what its result says. */
inline subtract(loaded)
{
    exchange(WORD, result, result - ONE, SUBTRACTION);
    references--;
    phase = (WAS_LAST(loaded, result) -> REACHED_ZERO : IDLE)
}

/* A thread that contends for the object doesn't look first. */
inline release_blindly()
{
    use(BLOCK);
    subtract(result)
}

/* Gives a reference back, after a last use. */
inline release()
{
    use(BLOCK);
    load(WORD, SOLE_LOAD, word);
    if
    :: IS_SOLE_OWNER(word) ->
        store(WORD, word | DEAD, RELAXED);
        references--;
        begin_death()
    :: !IS_SOLE_OWNER(word) && (word & SIDE) -> try_release_on_the_side()
    :: !IS_SOLE_OWNER(word) && !(word & SIDE) ->
        subtract(word)
    fi
}

inline begin_death()
{
    deaths++;
    assert(deaths == 1);
    assert(references == 0);
    assert_all_accesses_before(BLOCK);
    phase = DYING
}

/* The decrement's result was zero; all that it tells is the sign, so the word is read once more. Then
 * dead and pinned in one step. */
inline mark_dead()
{
    load(WORD, RELAXED, word);
    assert(COUNT(word) == 0 && !(word & DEAD));
    exchange(WORD, word, word + ONE + DEAD, RESULT);
    begin_death()
}

/* The program's destroy may retain and release the dying object. */
inline begin_destroy()
{
    if
    :: phase = DESTROYED
    :: retain(); phase = RETAINED
    fi
}

inline end_destroy()
{
    exchange(WORD, word, word - ONE, ACQ_REL);
    assert(COUNT(word) == 2);
    references--;
    phase = DESTROYED
}

/* Nobody kept a reference, so the block goes. */
inline give_back()
{
    load(WORD, ACQUIRE, word);
    assert(COUNT(word) == 1);
    free(BLOCK);
    phase = IDLE
}

/* hf_is_unique, and a plain write if it says so. */
inline write_if_unique()
{
    load(WORD, UNIQUE, word);
    if
    :: word == ONE ->
        d_step {
            assert(references == 1);
            assert_all_accesses_before(BLOCK);
            access(BLOCK)
        }
    :: else
    fi
}

/* One attempt of a thread that has a weak reference. */
inline try_upgrade()
{
    load(WORD, ACQUIRE, word);
    if
    :: word & DEAD
    :: else ->
        compare_exchange(WORD, word, word + ONE, ACQ_REL, done);
        if
        :: done ->
            assert(deaths == 0);
            references++;
            held++
        :: else
        fi
    fi
}

inline clear()
{
    word = 0;
    result = 0;
    done = false
}

#define MAY(condition) (phase == IDLE && steps > 0 && (condition))

/* Each option is one step. */
proctype mutator(byte me; byte held)
{
    byte phase = IDLE;
    byte seen, word, result;
    bool done;

    do
    :: atomic { phase == IDLE && held > 0 -> held--; release(); clear() }
    :: atomic { phase == IDLE && held > 0 && !weak -> held--; release_blindly(); clear() }
    :: atomic { phase == RELEASING ->
        load(WORD, SOLE_LOAD, word);
        try_release_on_the_side();
        clear() }
    :: atomic { phase == REACHED_ZERO -> mark_dead(); clear() }
    :: atomic { phase == DYING -> begin_destroy(); clear() }
    :: atomic { phase == RETAINED -> end_destroy(); clear() }
    :: atomic { phase == DESTROYED -> give_back(); clear() }

    :: atomic { MAY(held > 0) -> steps--; retain(); held++; clear() }
    :: atomic { MAY(held > 0) -> steps--; write_if_unique(); clear() }
    :: atomic { MAY(weak) -> steps--; try_upgrade(); clear() }

    /* A reference moves into the global variable, or out of it. */
    :: atomic { MAY(held > 0 && !published && !locked) ->
        steps--;
        lock();
        published = true;
        held--;
        unlock() }
    :: atomic { MAY(published && !locked) ->
        steps--;
        lock();
        published = false;
        held++;
        unlock() }

    /* A retain through the reference that lies there, borrowed while the lock is held. */
    :: atomic { MAY(published && !locked) -> steps--; lock(); phase = BORROWING }
    :: atomic { phase == BORROWING -> retain(); held++; unlock(); phase = IDLE; clear() }

    :: atomic { phase == IDLE && held == 0 -> end_thread(); break }
    od
}

init {
    atomic {
        begin_memory();
        if
        :: weak = false
        :: weak = true
        fi;
        if
        :: references = 1
        :: references = 2
        fi;
        memory[WORD].value[0] = references * ONE + (weak -> SIDE : 0);
        run mutator(0, 1);
        run mutator(1, references - 1);
        run mutator(2, 0)
    }
    atomic {
        _nr_pr == 1 ->
        steps = 0;
        run mutator(MAIN, published)
    }
    _nr_pr == 1;
    assert(references == 0);
    assert(deaths == 1);
    assert(freed[BLOCK])
}
