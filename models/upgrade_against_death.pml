/* SPDX-License-Identifier: MIT
 *
 * Weak upgrades against the last release, on the live word of a side record, and resurrection.
 * Knows one object that has a side record, which stays; side_record_once has the record's own life.
 * The argument is in README.md; this is what src/weak/upgrade.c, src/life/release.c and
 * is_resurrected() of src/life/death.c do.
 *
 * Proven: an upgrade never returns an object whose death has begun, and returns null only then; the
 * death begins once, with no reference held, after all that was done through any reference; the
 * object is freed, or else destroy let a reference out, and then it is never freed under its holder.
 *
 * Twins, each of which must fail:
 *     SUBTRACT_TO_ZERO     the last release subtracts, and sets DEAD and the pin in a second step
 *     PIN_BEFORE_DEAD      and the pin before DEAD, in a third
 *     UPGRADE_ADDS_FIRST   an upgrade adds one, looks, and takes it back
 *     UPGRADE_STORES       an upgrade writes what it computed, without an exchange
 *     RELAXED_RELEASE      a release that is not the last does not release
 *     RELAXED_DEATH        the last release does not acquire
 *     RELAXED_LOOK         the look for a resurrected object does not acquire
 * With UPGRADE_TESTS_ZERO, an upgrade takes a count of zero for dead; then SUBTRACT_TO_ZERO is sound,
 * and PIN_BEFORE_DEAD still is not. With RELAXED_UPGRADE it orders nothing, which is sound too. */

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
#ifdef UPGRADE_TESTS_ZERO
#define IS_GONE(word) (((word) & DEAD) || COUNT(word) == 0)
#else
#define IS_GONE(word) ((word) & DEAD)
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

/* How an attempt went on. */
#define AGAIN 0
#define GAVE_BACK 1
#define REACHED_ZERO 2
#define PINNED 3
#define DIES 4

#define LOCALS      \
    byte seen, word; \
    bool done;      \
    byte went

inline retain()
{
    exchange(WORD, word, word + ONE, RELAXED);
    references++;
    word = 0
}

/* One attempt, by an exchange from the word that was loaded; or, in twins, a subtraction. */
inline try_release()
{
#if defined(SUBTRACT_TO_ZERO) || defined(PIN_BEFORE_DEAD)
    exchange(WORD, word, word - ONE, RELEASE);
    went = (word == ONE -> REACHED_ZERO : GAVE_BACK);
#else
    load(WORD, DEATH_LOAD, word);
    if
    :: word == ONE ->
        compare_exchange(WORD, word, word | DEAD, DEATH_ORDER, done);
        went = (done -> DIES : AGAIN)
    :: word != ONE ->
        assert(COUNT(word) > 1);
        compare_exchange(WORD, word, word - ONE, RELEASE_ORDER, done);
        went = (done -> GAVE_BACK : AGAIN)
    fi;
    done = false;
#endif
    references = (went == AGAIN -> references : references - 1);
    deaths = (went == DIES || went == REACHED_ZERO -> deaths + 1 : deaths);
    word = 0
}

/* Gives a reference back after a last use; runs the death if it was the last. */
inline release()
{
    do
    :: atomic {
        went == AGAIN ->
        use(BLOCK);
        try_release()
    }
#ifdef PIN_BEFORE_DEAD
    :: atomic {
        went == REACHED_ZERO ->
        exchange(WORD, word, word + ONE, ACQUIRE);
        word = 0;
        went = PINNED
    }
    :: atomic {
        went == PINNED ->
        exchange(WORD, word, word + DEAD, ACQUIRE);
        word = 0;
        went = DIES
    }
#endif
#ifdef SUBTRACT_TO_ZERO
    :: atomic {
        went == REACHED_ZERO ->
        exchange(WORD, word, word + ONE + DEAD, ACQUIRE);
        word = 0;
        went = DIES
    }
#endif
    :: atomic { went == DIES -> begin_death() }
        destroy();
        end_death();
        went = GAVE_BACK
    :: atomic { went == GAVE_BACK -> went = AGAIN; break }
    od
}

inline begin_death()
{
    assert(deaths == 1);
    assert(references == 0);
    assert_all_accesses_before(BLOCK)
}

/* The program's destroy: nothing, or a reference for itself, or one that it lets out for good. */
inline destroy()
{
    use(BLOCK);
    if
    :: true
    :: atomic { true -> retain() }
        do
        :: atomic {
            went == DIES ->
            try_release();
            went = (went == AGAIN -> DIES : went);
            assert(went != REACHED_ZERO)
        }
        :: went == GAVE_BACK -> break
        od
    :: atomic {
        !published && !locked ->
        retain();
        let_out = true;
        lock();
        published = true;
        unlock()
    }
    fi
}

/* The block goes, unless somebody holds a reference beside the pin. */
inline end_death()
{
    atomic {
        load(WORD, LOOK, word);
        if
        :: COUNT(word) == 1 ->
            assert(references == 0);
            free(BLOCK)
        :: else ->
            assert(let_out);
            leaked = true
        fi;
        word = 0
    }
}

/* One attempt of a thread that has a weak reference. */
inline try_upgrade()
{
#ifdef UPGRADE_ADDS_FIRST
    exchange(WORD, word, word + ONE, ACQ_REL);
    went = (IS_GONE(word) -> PINNED : DIES);
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
        went = (done -> DIES : AGAIN)
    fi;
#endif
    if
    :: went == DIES ->
        assert(deaths == 0);
        references++;
        held++;
        went = AGAIN
    :: else
    fi;
    done = false;
    word = 0
}

proctype mutator(byte me; byte held)
{
    LOCALS;

    do
    :: atomic { held > 0 -> held-- }
        release()
    :: atomic { steps > 0 && held > 0 -> steps--; retain(); held++ }
    :: atomic { steps > 0 && !freed[BLOCK] -> steps--; try_upgrade() }
#ifdef UPGRADE_ADDS_FIRST
        if
        :: atomic { went == PINNED -> exchange(WORD, word, word - ONE, RELEASE); word = 0; went = 0 }
        :: went == AGAIN
        fi
#endif
    :: atomic {
        steps > 0 && published && !locked ->
        steps--;
        lock();
        published = false;
        held++;
        unlock()
    }
    :: atomic { held == 0 -> end_thread(); break }
    od
}

init {
    byte me = MAIN;
    LOCALS;

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
