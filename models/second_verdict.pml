/* SPDX-License-Identifier: MIT
 *
 * The second verdict: destroy functions of a garbage set may have handed out what they could reach.
 * Knows two dead and pinned objects that hold each other, what their destroy functions may do, a
 * thread that gets hold of what they let out, and the collector that looks once more.
 * The argument is in README.md; hfi_verify_again() in src/collector/verify.c, hfi_finalize() in
 * src/collector/finalize.c and hfi_dying_bury() in src/life/together.c do this.
 *
 * Proven: nothing is freed to which anybody still has a reference; whatever was done with it
 * happened before; no reference is given back twice; and where the destroy functions let nothing
 * out, both objects are freed.
 *
 * Twins, each of which must fail:
 *     NO_SECOND_VERDICT    references and blocks go, as far as the counts in the end allow it
 *     ONLY_COUNTS          the verdict is that the counts are what they were
 *     EDGES_FIRST          edges are read before words
 *     NOT_AGAIN            the words are not read again after the edges
 *     NOT_RECOUNTED        who fails is taken out with what it reaches, and the rest is not read
 *                          again
 *     FAILED_ALONE         who fails is taken out, and what it reaches counts as it was counted
 *     RELAXED_EDGE         an edge is written without release
 *     RELAXED_RELEASE      a reference is given back without release
 *     RELAXED_WORDS        the first look at the words does not acquire
 *     RELAXED_LOOK         nor the look at an edge */

#ifndef STEPS
#define STEPS 2
#endif

#define THREADS 2
#define COLLECTOR 0
#define OTHER 1
#define WORD(object) (object)
#define EDGE(object) (2 + (object))
#define LOCATIONS 4
#define AREAS 2
#define AREA(where) ((where) % 2)
#define WRITES 12
#define READS(thread, where) ((thread) == COLLECTOR)
#include "memory.pml"

/* All words are those of the dead: one of the references is the pin. */
#define ONE 1
#define VERSION 8
#define OTHERS(word) (((word) & 7) - 1)

#ifdef RELAXED_EDGE
#define EDGE_WRITE RELAXED
#else
#define EDGE_WRITE RELEASE
#endif
#ifdef RELAXED_RELEASE
#define RELEASE_ORDER ACQUIRE
#else
#define RELEASE_ORDER ACQ_REL
#endif
#ifdef RELAXED_WORDS
#define FIRST_LOOK RELAXED
#else
#define FIRST_LOOK ACQUIRE
#endif
#ifdef RELAXED_LOOK
#define EDGE_LOOK RELAXED
#else
#define EDGE_LOOK ACQUIRE
#endif

/* The truth: references that the other thread has, and those that a destroy function left for it,
 * under the program's lock. */
byte held[2];
byte published[2];
bool let_out;

/* How many operations other than releases the thread may still do. */
byte steps = STEPS;

/* The collector is done. What comes after is of no interest. */
bool decided;

#define IDLE 0
#define COPYING 1 /* it has moved the version of `what`, and will write the edge of `into` */
#define MOVING 2
#define HOLDS_SOMETHING (held[0] + held[1] > 0)

inline choose(object)
{
    if
    :: held[0] > 0 -> object = 0
    :: held[1] > 0 -> object = 1
    fi
}

#define REACHES(object) (held[object] > 0 || LAST(EDGE(what)) == (object) + 1)

/* All edges are changed under the program's lock, as it must be where two threads do so. Who goes
 * through an edge without a reference keeps the lock until its store is over. */
inline enter()
{
    if
    :: !is_inside -> lock(); is_inside = true
    :: else
    fi
}

inline leave()
{
    unlock();
    is_inside = false
}

inline begin_store(amount, next)
{
    choose(what);
    if
    :: REACHES(0) -> into = 0
    :: REACHES(1) -> into = 1
    fi;
    if
    :: held[into] == 0 -> enter()
    :: else
    fi;
    steps--;
    exchange(WORD(what), word, word + amount, RELEASE);
    held[what] = held[what] + (next == COPYING);
    phase = next
}

/* What lay in the edge is the thread's from here on. */
inline end_store()
{
    enter();
    exchange(EDGE(into), word, what + 1, EDGE_WRITE);
    leave();
    held[what]--;
    held[0] = held[0] + (word == 1);
    held[1] = held[1] + (word == 2);
    phase = IDLE
}

inline take()
{
    choose(into);
    if
    :: LAST(EDGE(into)) != 0 ->
        steps--;
        enter();
        exchange(EDGE(into), word, 0, RELAXED);
        leave();
        held[word - 1]++
    :: else
    fi
}

inline release_one()
{
    choose(what);
    exchange(WORD(what), word, word - ONE, RELEASE_ORDER);
    assert(OTHERS(word) > 0);
    held[what]--
}

inline clear()
{
    word = 0;
    what = (phase == IDLE -> 0 : what);
    into = (phase == IDLE -> 0 : into)
}

#define MAY (phase == IDLE && HOLDS_SOMETHING && steps > 0 && !decided)

/* Each option is one step. */
proctype other(byte me)
{
    byte phase = IDLE;
    byte what, into, word;
    bool is_inside;

    do
    :: atomic { phase == IDLE && published[0] + published[1] > 0 && !locked && !decided ->
        lock();
        held[0] = held[0] + published[0];
        held[1] = held[1] + published[1];
        published[0] = 0;
        published[1] = 0;
        unlock() }
    :: atomic { MAY && !locked -> take(); clear() }
    :: atomic { MAY && !locked -> begin_store(ONE + VERSION, COPYING); clear() }
    :: atomic { MAY && !locked -> begin_store(VERSION, MOVING); clear() }
    :: atomic { phase != IDLE && (!locked || is_inside) && !decided -> end_store(); clear() }
    :: atomic { phase == IDLE && HOLDS_SOMETHING && !decided -> release_one(); clear() }
    :: atomic { decided -> phase = IDLE; clear(); break }
    od
}

inline publish(object)
{
    published[object]++;
    let_out = true
}

/* The program's destroy function: nothing; a reference to the object itself, or a copy of what it
 * holds, or that itself is let out; or what it holds is given back. */
inline destroy(self)
{
    atomic {
        !locked -> lock();
        if
        :: skip
        :: exchange(WORD(self), word, word + ONE + VERSION, RELAXED);
            publish(self)
        :: LAST(EDGE(self)) == 2 - self ->
            exchange(WORD(1 - self), word, word + ONE + VERSION, RELAXED);
            publish(1 - self)
        :: LAST(EDGE(self)) == 2 - self ->
            exchange(EDGE(self), word, 0, RELAXED);
            publish(1 - self)
        :: LAST(EDGE(self)) == 2 - self ->
            exchange(EDGE(self), word, 0, RELAXED);
            exchange(WORD(1 - self), word, word - ONE, ACQ_REL)
        fi;
        unlock();
        word = 0
    }
}

#define IS_MEMBER(object) (members & (1 << (object)))

inline read_word(object)
{
    atomic {
        if
        :: IS_MEMBER(object) -> load(WORD(object), FIRST_LOOK, before[object])
        :: else
        fi
    }
}

inline read_edge(object)
{
    atomic {
        if
        :: IS_MEMBER(object) ->
            load(EDGE(object), EDGE_LOOK, word);
            if
            :: word > 0 && IS_MEMBER(word - 1) -> tally[word - 1]++
            :: else
            fi;
            word = 0
        :: else
        fi
    }
}

inline judge(object)
{
    atomic {
        if
        :: IS_MEMBER(object) ->
#ifdef NOT_AGAIN
            word = before[object];
#else
            load(WORD(object), ACQUIRE, word);
#endif
#ifdef ONLY_COUNTS
            failed = (OTHERS(word) != 1 -> failed | 1 << object : failed);
#else
            failed = (word != before[object] || OTHERS(word) != tally[object] ->
                      failed | 1 << object : failed);
#endif
            word = 0
        :: else
        fi
    }
}

/* What the failed reach lives, too. */
inline spread(object)
{
    atomic {
        if
        :: failed & (1 << (object)) ->
            load(EDGE(object), ACQUIRE, word);
            members = (word > 0 -> members & ~(1 << (word - 1)) : members);
            word = 0
        :: else
        fi
    }
}

inline let_go(object)
{
    atomic {
        if
        :: IS_MEMBER(object) -> load(EDGE(object), RELAXED, word)
        :: else
        fi
    }
    if
    :: atomic { word > 0 ->
        store(EDGE(object), 0, RELAXED);
        exchange(WORD(word - 1), tally[0], tally[0] - ONE, ACQ_REL);
        word = 0 }
    :: else
    fi
}

inline bury(object)
{
    atomic {
        if
        :: IS_MEMBER(object) ->
            load(WORD(object), ACQUIRE, word);
            if
            :: OTHERS(word) == 0 ->
                assert(held[object] == 0 && published[object] == 0);
                free(object)
            :: else
            fi;
            word = 0
        :: else
        fi
    }
}

proctype collector(byte me)
{
    byte members = 3;
    byte failed, seen, word;
    byte before[2], tally[2];

    destroy(0);
    destroy(1);
#ifndef NO_SECOND_VERDICT
    do
    :: members != 0 ->
        atomic { failed = 0; tally[0] = 0; tally[1] = 0 }
#ifdef EDGES_FIRST
        read_edge(0);
        read_edge(1);
        read_word(0);
        read_word(1);
#else
        read_word(0);
        read_word(1);
        read_edge(0);
        read_edge(1);
#endif
        judge(0);
        judge(1);
        members = members & ~failed;
        if
        :: failed == 0 -> break
        :: else
        fi;
#ifndef FAILED_ALONE
        spread(0);
        spread(1);
#endif
#if defined(NOT_RECOUNTED) || defined(FAILED_ALONE)
        break
#endif
    :: else -> break
    od;
#endif
    atomic { tally[0] = 0; tally[1] = 0; before[0] = 0; before[1] = 0; failed = 0 }
    let_go(0);
    let_go(1);
    bury(0);
    bury(1);
    assert(let_out || (freed[0] && freed[1]));
    decided = true
}

init {
    atomic {
        begin_memory();
        memory[WORD(0)].value[0] = 2 * ONE;
        memory[WORD(1)].value[0] = 2 * ONE;
        memory[EDGE(0)].value[0] = 2;
        memory[EDGE(1)].value[0] = 1;
        run collector(COLLECTOR);
        run other(OTHER)
    }
}
