/* SPDX-License-Identifier: MIT
 *
 * hf_is_unique of an object that has a side record: two numbers, read one after the other.
 * Knows the record's word and its shares; retain_release has the object without a record.
 * The argument is in README.md; hf_is_unique() in src/handle/copy.c does this: the word, the
 * shares, and the word again, which must not have changed.
 *
 * Proven: when it says yes, the asker's reference is the only one and no weak one exists, and all
 * that was done through others happened before.
 *
 * Twins, each of which must fail:
 *     WORD_ONCE        the word is not read again
 *     SHARES_FIRST     the shares are read first, then the word
 *     NO_VERSION       an upgrade does not move the version
 *     RELAXED_WORD     the first look at the word does not acquire
 *     RELAXED_SHARES   the look at the shares does not acquire
 *     RELAXED_CLEAR    a weak reference that goes does not release */

#define THREADS 2
#define LOCATIONS 2
#define WORD 0
#define SHARES 1
#define AREAS 1
#define BLOCK 0
#define AREA(where) NO_AREA
#define WRITES 12
#include "memory.pml"

#ifndef STEPS
#define STEPS 4
#endif

/* The version above the count, as in the library; it wraps at the end of the byte. */
#define ONE 1
#define COUNT(word) ((word) & 7)
#ifdef NO_VERSION
#define VERSION 0
#else
#define VERSION 8
#endif

#ifdef RELAXED_WORD
#define WORD_LOOK RELAXED
#else
#define WORD_LOOK ACQUIRE
#endif
#ifdef RELAXED_SHARES
#define SHARES_LOOK RELAXED
#else
#define SHARES_LOOK ACQUIRE
#endif
#ifdef RELAXED_CLEAR
#define CLEAR ACQUIRE
#else
#define CLEAR ACQ_REL
#endif

/* The truth, which no thread reads: strong and weak references held anywhere. */
byte references;
byte weak_references;

/* How many operations the threads may still do, all together. */
byte steps = STEPS;

/* Where a thread is, between two steps. */
#define IDLE 0
#define SAW_WORD 1   /* a count of one stands in `before` */
#define SAW_SHARES 2 /* and no weak reference */

inline answer_yes()
{
    d_step {
        assert(references == 1);
        assert(weak_references == 0);
        assert_all_accesses_before(BLOCK);
        access(BLOCK)
    }
}

inline look_at_word()
{
    load(WORD, WORD_LOOK, before);
    phase = (COUNT(before) == 1 -> SAW_WORD : IDLE)
}

inline look_at_shares()
{
    load(SHARES, SHARES_LOOK, number);
    phase = (number == 1 -> SAW_SHARES : IDLE)
}

inline look_again()
{
#ifndef WORD_ONCE
    load(WORD, ACQUIRE, number);
#else
    number = before;
#endif
    if
    :: number == before -> answer_yes()
    :: else
    fi;
    phase = IDLE
}

/* One attempt. */
inline try_upgrade()
{
    load(WORD, ACQUIRE, number);
    compare_exchange(WORD, number, number + ONE + VERSION, ACQ_REL, done);
    if
    :: done -> references++; held++
    :: else
    fi
}

/* One attempt, after a last use. */
inline try_release()
{
    use(BLOCK);
    load(WORD, ACQUIRE, number);
    if
    :: COUNT(number) > 1 -> compare_exchange(WORD, number, number - ONE, ACQ_REL, done)
    :: else
    fi;
    if
    :: done -> references--; held--
    :: else
    fi
}

inline clear()
{
    before = (phase == IDLE -> 0 : before);
    number = 0;
    done = false
}

#define MAY(condition) (phase == IDLE && steps > 0 && (condition))

/* Each option is one step. The last reference stays: no death here. */
proctype mutator(byte me; byte held; byte weak)
{
    byte phase = IDLE;
    byte seen, number, before;
    bool done;

    do
#ifdef SHARES_FIRST
    :: atomic { MAY(held == 1) -> steps--; phase = SAW_WORD }
    :: atomic { phase == SAW_WORD -> look_at_shares(); clear() }
    :: atomic { phase == SAW_SHARES ->
        load(WORD, WORD_LOOK, number);
        if
        :: COUNT(number) == 1 -> answer_yes()
        :: else
        fi;
        phase = IDLE;
        clear() }
#else
    :: atomic { MAY(held == 1) -> steps--; look_at_word(); clear() }
    :: atomic { phase == SAW_WORD -> look_at_shares(); clear() }
    :: atomic { phase == SAW_SHARES -> look_again(); clear() }
#endif
    :: atomic { phase == IDLE && held > 0 && references > 1 -> try_release(); clear() }
    :: atomic { MAY(weak > 0) -> steps--; try_upgrade(); clear() }
    :: atomic { MAY(held > 0) ->
        steps--;
        exchange(SHARES, number, number + 1, RELAXED);
        weak++;
        weak_references++;
        clear() }
    :: atomic { phase == IDLE && weak > 0 ->
        exchange(SHARES, number, number - 1, CLEAR);
        weak--;
        weak_references--;
        clear() }
    :: atomic { phase == IDLE && (held == 0 || references == 1) && weak == 0 ->
        end_thread();
        break }
    od
}

init {
    atomic {
        begin_memory();
        references = 2;
        weak_references = 1;
        memory[WORD].value[0] = references * ONE;
        memory[SHARES].value[0] = 1 + weak_references;
        run mutator(0, 1, 0);
        run mutator(1, 1, 1)
    }
    _nr_pr == 1;
    assert(references == 1 && weak_references == 0)
}
