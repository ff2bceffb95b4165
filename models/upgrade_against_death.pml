/* SPDX-License-Identifier: MIT
 *
 * Weak upgrades against the last release, on the live word of a side record, and resurrection.
 * Knows one object that has a side record, which stays; side_record_once has the record's own life.
 * The argument is in README.md; src/weak/upgrade.c, release_with_look() and leave_others() in
 * src/life/release.c and hfi_is_resurrected() in src/life/death.c do this. With ZERO_THEN_DEAD the
 * object can be no part of a cycle: the last release subtracts, and sets DEAD and the pin in a
 * second step.
 *
 * Proven: an upgrade never returns an object whose death has begun, and returns null only then;
 * the death begins once, with no reference held, after all that was done through any reference; the
 * object is freed, or else destroy let a reference out, and then it is not freed under its holder.
 *
 * Twins, each of which must fail:
 *     ZERO_UNSEEN          with ZERO_THEN_DEAD, an upgrade does not take a count of zero for dead
 *     PIN_BEFORE_DEAD      the pin comes before DEAD, in a step of its own
 *     ADD_THEN_LOOK        an upgrade adds one, looks, and takes it back
 *     UPGRADE_STORES       an upgrade stores what it computed, without an exchange
 *     RELAXED_RELEASE      a release that is not the last does not release
 *     RELAXED_DEATH        the last release does not acquire
 *     RELAXED_LOOK         the look for a resurrected object does not acquire
 * With RELAXED_UPGRADE an upgrade orders nothing, which is sound too. */

#define THREADS 3
#define LOCATIONS 1
#define WORD 0
#define AREAS 1
#define BLOCK 0
#define AREA(where) NO_AREA
#define WRITES 14
#include "memory.pml"

#ifndef STEPS
#define STEPS 3
#endif

#define DEAD 1
#define ONE 2
#define COUNT(word) ((word) >> 1)

#ifdef RELAXED_RELEASE
#define RELEASE_ORDER RELAXED
#else
#define RELEASE_ORDER ACQ_REL
#endif
#ifdef RELAXED_DEATH
#define DEATH_LOAD RELAXED
#define DEATH_ORDER RELEASE
#else
#define DEATH_LOAD ACQUIRE
#define DEATH_ORDER ACQ_REL
#endif
#ifdef RELAXED_LOOK
#define LOOK RELAXED
#else
#define LOOK ACQUIRE
#endif
#ifdef RELAXED_UPGRADE
#define UPGRADE_LOAD RELAXED
#define UPGRADE_ORDER RELAXED
#else
#define UPGRADE_LOAD ACQUIRE
#define UPGRADE_ORDER ACQ_REL
#endif
#ifdef ZERO_UNSEEN
#define IS_GONE(word) ((word) & DEAD)
#else
#define IS_GONE(word) (((word) & DEAD) || COUNT(word) == 0)
#endif

/* The truth, which no thread reads: references held anywhere, deaths begun, whether destroy let a
 * reference out, and whether the library leaked the object because of that. */
byte references;
byte deaths;
bool let_out;
bool leaked;

/* How many operations other than releases the threads may still do, all together. */
byte steps = STEPS;

/* A reference that lies in a global variable under the program's own lock. */
bool published;

/* Where a thread is, between two steps. */
#define IDLE 0
#define RELEASING 1     /* its exchange failed */
#define REACHED_ZERO 2  /* its subtraction did */
#define PINNED 3        /* in a twin: and the pin was added */
#define DYING 4         /* it runs the death */
#define RETAINED 5      /* whose destroy holds a reference */
#define DESTROYED 6     /* or is over */
#define TAKING_BACK 7   /* in a twin: an upgrade that added in vain */

inline retain()
{
    exchange(WORD, word, word + ONE, RELAXED);
    references++
}

/* One attempt to give a reference back, after a last use. */
inline try_release()
{
    use(BLOCK);
#if defined(ZERO_THEN_DEAD) || defined(PIN_BEFORE_DEAD)
    exchange(WORD, word, word - ONE, RELEASE);
    phase = (word == ONE -> REACHED_ZERO : IDLE);
#else
    load(WORD, DEATH_LOAD, word);
    if
    :: word == ONE ->
        compare_exchange(WORD, word, word | DEAD, DEATH_ORDER, done);
        phase = (done -> DYING : RELEASING)
    :: else ->
        assert(COUNT(word) > 1);
        compare_exchange(WORD, word, word - ONE, RELEASE_ORDER, done);
        phase = (done -> IDLE : RELEASING)
    fi;
#endif
    if
    :: phase != RELEASING -> references--
    :: else
    fi;
    if
    :: phase == DYING || phase == REACHED_ZERO -> deaths++
    :: else
    fi;
    check_death()
}

inline check_death()
{
    if
    :: phase == DYING ->
        assert(deaths == 1);
        assert(references == 0);
        assert_all_accesses_before(BLOCK)
    :: else
    fi
}

/* The program's destroy: nothing, or a reference for itself, or one that it lets out for good. */
inline begin_destroy()
{
    use(BLOCK);
    if
    :: phase = DESTROYED
    :: retain(); phase = RETAINED
    :: !locked ->
        retain();
        lock();
        published = true;
        unlock();
        let_out = true;
        phase = DESTROYED
    fi
}

inline end_destroy()
{
    exchange(WORD, word, word - ONE, ACQ_REL);
    assert(COUNT(word) == 2 && (word & DEAD));
    references--;
    phase = DESTROYED
}

/* The block goes, unless somebody holds a reference beside the pin. */
inline give_back()
{
    load(WORD, LOOK, word);
    if
    :: COUNT(word) == 1 ->
        assert(references == 0);
        free(BLOCK)
    :: else ->
        assert(let_out);
        leaked = true
    fi;
    phase = IDLE
}

inline upgraded()
{
    assert(deaths == 0);
    references++;
    held++
}

/* One attempt of a thread that has a weak reference. */
inline try_upgrade()
{
#ifdef ADD_THEN_LOOK
    exchange(WORD, word, word + ONE, ACQ_REL);
    if
    :: IS_GONE(word) -> phase = TAKING_BACK
    :: else -> upgraded()
    fi
#else
    load(WORD, UPGRADE_LOAD, word);
    if
    :: IS_GONE(word) -> assert(deaths == 1)
    :: else ->
#ifdef UPGRADE_STORES
        store(WORD, word + ONE, RELEASE);
        done = true;
#else
        compare_exchange(WORD, word, word + ONE, UPGRADE_ORDER, done);
#endif
        if
        :: done -> upgraded()
        :: else
        fi
    fi
#endif
}

inline clear()
{
    word = 0;
    done = false
}

#define MAY(condition) (phase == IDLE && steps > 0 && (condition))

/* Each option is one step. */
proctype mutator(byte me; byte held)
{
    byte phase = IDLE;
    byte seen, word;
    bool done;

    do
    :: atomic { phase == IDLE && held > 0 -> held--; try_release(); clear() }
    :: atomic { phase == RELEASING -> try_release(); clear() }
#ifdef ZERO_THEN_DEAD
    :: atomic { phase == REACHED_ZERO ->
        load(WORD, RELAXED, word);
        assert(COUNT(word) == 0 && !(word & DEAD));
        exchange(WORD, word, word + ONE + DEAD, ACQUIRE);
        phase = DYING;
        check_death();
        clear() }
#endif
#ifdef PIN_BEFORE_DEAD
    :: atomic { phase == REACHED_ZERO ->
        exchange(WORD, word, word + ONE, ACQUIRE);
        phase = PINNED;
        clear() }
    :: atomic { phase == PINNED ->
        exchange(WORD, word, word | DEAD, ACQUIRE);
        phase = DYING;
        check_death();
        clear() }
#endif
    :: atomic { phase == DYING -> begin_destroy(); clear() }
    :: atomic { phase == RETAINED -> end_destroy(); clear() }
    :: atomic { phase == DESTROYED -> give_back(); clear() }

    :: atomic { MAY(held > 0) -> steps--; retain(); held++; clear() }
    :: atomic { MAY(true) -> steps--; try_upgrade(); clear() }
#ifdef ADD_THEN_LOOK
    :: atomic { phase == TAKING_BACK ->
        exchange(WORD, word, word - ONE, RELEASE);
        phase = IDLE;
        clear() }
#endif
    :: atomic { phase == IDLE && published && !locked ->
        lock();
        published = false;
        held++;
        unlock() }

    :: atomic { phase == IDLE && held == 0 -> end_thread(); break }
    od
}

init {
    atomic {
        begin_memory();
        if
        :: references = 1
        :: references = 2
        fi;
        memory[WORD].value[0] = references * ONE;
        run mutator(0, 1);
        run mutator(1, references - 1);
        run mutator(2, 0)
    }
    _nr_pr == 1;
    assert(deaths == 1);
    assert(freed[BLOCK] != leaked);
    assert(references == published)
}
