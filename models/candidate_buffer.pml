/* SPDX-License-Identifier: MIT
 *
 * Candidates: who puts an object into a list, who takes it out, and who frees its block.
 * Knows one object with an edge that may lead to itself, two threads that do whatever a legal
 * program may, and a collector, which alone has the lock of the lists; no side record.
 * The argument is in README.md; src/life/release.c, hfi_bump_moved() and give(), src/candidate, and
 * take_next() and drop() in src/collector/round.c do this. With one object a trial is a word, an
 * edge and the word again; verify_claim has more of them.
 *
 * Proven: the block is freed once, after everything that anybody does with it, the list included;
 * it dies once, with no reference held; and when all have gone, one more collection ends what is
 * left, so garbage has an entry.
 *
 * Twins, each of which must fail:
 *     CLEAR_AFTERWARDS     a release subtracts first, and clears ROOTABLE in a second step
 *     OLD_FLAG             a release that read no ROOTABLE subtracts without looking again
 *     SOLE_BY_COUNT        the sole owner's plain store is taken without ROOTABLE, too
 *     DROP_BLINDLY         a candidate that lives is dropped whatever its word is by then
 *     DROP_BY_LATER_WORD   or from the word as it was after the edge was read
 *     PUSH_BEFORE_EDGE     a move publishes its candidate before it writes the edge
 *     NOTHING_WHEN_LISTED  a move of an object that is in a list only moves its version
 *     ONE_FLAG             DEAD says that the block is the list's already
 *     DONE_IN_LINE         so does DONE in the word of one who stands in the line of the dead
 *     RELAXED_DONE         DONE is set without release
 *     RELAXED_BURY         and read without acquire
 *     RELAXED_PUSH         an entry is published without release
 *     RELAXED_STEAL        and taken without acquire
 *     RELAXED_DROP         ROOTABLE is given back without release
 *     RELAXED_SOLE_LOAD    the sole owner's look does not acquire */

#define THREADS 3
#define COLLECTOR 2
#define LOCATIONS 3
#define WORD 0
#define EDGE 1
#define HEAD 2 /* of the stack of entries: whether the object is in it */
#define AREAS 1
#define BLOCK 0
#define AREA(where) ((where) == HEAD -> NO_AREA : BLOCK)
#define WRITES 16
#define VALUE short
#include "memory.pml"

#ifndef STEPS
#define STEPS 2
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif

#define ROOTABLE 1
#define DEAD 2
#define DONE 4
#define ONE 8
#define VERSION 64
#define COUNT(word) (((word) >> 3) & 7)

/* Spin doesn't take a conditional expression as the argument of an operation. */
#define CHOOSE(condition, one, other) \
    (((condition) != 0) * (one) + ((condition) == 0) * (other))

#ifdef ONE_FLAG
#define IS_LEFT(word) ((word) & DEAD)
#elif defined(DONE_IN_LINE)
#define IS_LEFT(word) ((word) & DONE)
#else
#define IS_LEFT(word) (((word) & (DONE | ROOTABLE)) == DONE)
#endif
#ifdef RELAXED_DONE
#define DONE_ORDER RELAXED
#else
#define DONE_ORDER RELEASE
#endif
#ifdef RELAXED_BURY
#define BURY RELAXED
#else
#define BURY ACQUIRE
#endif
#ifdef RELAXED_PUSH
#define PUSH RELAXED
#else
#define PUSH RELEASE
#endif
#ifdef RELAXED_STEAL
#define STEAL RELAXED
#else
#define STEAL ACQUIRE
#endif
#ifdef RELAXED_DROP
#define DROP RELAXED
#else
#define DROP ACQ_REL
#endif
#ifdef RELAXED_SOLE_LOAD
#define SOLE_LOAD RELAXED
#else
#define SOLE_LOAD ACQUIRE
#endif
#ifdef SOLE_BY_COUNT
#define IS_SOLE_OWNER(word) (COUNT(word) == 1)
#else
#define IS_SOLE_OWNER(word) (COUNT(word) == 1 && ((word) & ROOTABLE))
#endif

/* The truth, which no thread reads: references held anywhere but in the edge. */
byte outside;
bool is_dead;

/* How many operations other than releases the threads may still do, all together. */
byte steps = STEPS;

/* The collector's own queue, under its lock: whether the object is in it. */
bool queued;

/* Where a thread is, between two steps. */
#define IDLE 0
#define STORING 1  /* it has moved the version, and will write the edge */
#define STORED 2   /* it has written the edge */
#define CLEARING 3 /* in a twin: it has subtracted, and will clear the flag */
#define DYING 4
#define IN_LINE 5

inline begin_death()
{
    assert(!is_dead && outside == 0);
    is_dead = true;
    phase = DYING
}

/* One exchange for the count and the flag. */
#define LESS_ONE(word) CHOOSE(COUNT(word) == 1, (word) | DEAD, ((word) - ONE) & ~ROOTABLE)
#define ONLY_LESS_ONE(word) CHOOSE(COUNT(word) == 1, (word) | DEAD, (word) - ONE)

inline release_shared()
{
#ifdef CLEAR_AFTERWARDS
    exchange(WORD, word, ONLY_LESS_ONE(word), ACQ_REL);
    phase = ((word & ROOTABLE) && COUNT(word) > 1 -> CLEARING : phase);
#elif defined(OLD_FLAG)
    if
    :: word & ROOTABLE ->
        exchange(WORD, word, LESS_ONE(word), ACQ_REL);
        owns_entry = owns_entry || ((word & ROOTABLE) && COUNT(word) > 1)
    :: else -> exchange(WORD, word, ONLY_LESS_ONE(word), ACQ_REL)
    fi;
#else
    exchange(WORD, word, LESS_ONE(word), ACQ_REL);
    owns_entry = owns_entry || ((word & ROOTABLE) && COUNT(word) > 1);
#endif
    outside--;
    if
    :: COUNT(word) == 1 -> begin_death()
    :: else
    fi
}

/* Gives a reference back. */
inline release()
{
    load(WORD, SOLE_LOAD, word);
    if
    :: IS_SOLE_OWNER(word) ->
        store(WORD, word | DEAD, RELAXED);
        outside--;
        begin_death()
    :: else -> release_shared()
    fi
}

/* Into the stack; only the owner of the entry writes the link. */
inline push()
{
    use(BLOCK);
    exchange(HEAD, word, 1, PUSH);
    assert(word == 0);
    owns_entry = false
}

#define MOVED(word) \
    CHOOSE((word) & ROOTABLE, ((word) + VERSION) & ~ROOTABLE, (word) + VERSION + ONE)

/* A move: a candidate, or, where somebody has the entry already, one reference more. */
inline bump_moved()
{
#ifdef NOTHING_WHEN_LISTED
    exchange(WORD, word, (word + VERSION) & ~ROOTABLE, ACQ_REL);
#else
    exchange(WORD, word, MOVED(word), ACQ_REL);
    owes = (word & ROOTABLE -> owes : owes + 1);
    outside = (word & ROOTABLE -> outside : outside + 1);
#endif
    owns_entry = word & ROOTABLE
}

/* The reference lies in the edge from here on, and what lay there is to be given back. */
inline write_edge()
{
    exchange(EDGE, word, 1, RELEASE);
    owes = owes + word;
    outside = outside + word - 1
}

/* The death is over, so the block is freed, or left to the list. */
inline end_death()
{
    load(WORD, RELAXED, word);
    if
    :: word & ROOTABLE -> free(BLOCK)
    :: else -> exchange(WORD, word, word | DONE, DONE_ORDER)
    fi;
    phase = IDLE
}

#define MAY(condition) (phase == IDLE && owes == 0 && !owns_entry && steps > 0 && (condition))
#define MAY_RELEASE \
    ((phase == IDLE && held + owes > 0) || (phase == STORED && owes > 0))
#ifdef PUSH_BEFORE_EDGE
#define MAY_PUSH (phase == IDLE || phase == STORING || phase == STORED)
#else
#define MAY_PUSH (phase == IDLE || phase == STORED)
#endif

/* Each option is one step. */
proctype mutator(byte me; byte held)
{
    byte phase = IDLE;
    byte owes;       /* references that it will give back */
    bool owns_entry; /* which it will put into the stack */
    byte seen;
    short word;

    do
    :: atomic { MAY_RELEASE && !owns_entry ->
        held = (owes == 0 -> held - 1 : held);
        owes = (owes > 0 -> owes - 1 : 0);
        phase = IDLE;
        release();
        word = 0 }
    :: atomic { MAY_PUSH && owns_entry ->
        push(); phase = (phase == STORED -> IDLE : phase); word = 0 }
#ifdef CLEAR_AFTERWARDS
    :: atomic { phase == CLEARING ->
        exchange(WORD, word, word & ~ROOTABLE, RELAXED);
        owns_entry = word & ROOTABLE;
        phase = IDLE;
        word = 0 }
#endif
    :: atomic { phase == DYING ->
        load(EDGE, RELAXED, word);
        assert(word == 0);
        end_death();
        word = 0 }
    /* Others die first: the word is a link meanwhile, with flags that say so. */
    :: atomic { phase == DYING ->
        load(WORD, RELAXED, word);
        if
        :: word & ROOTABLE
        :: else -> store(WORD, DEAD | DONE | ROOTABLE, RELAXED)
        fi;
        phase = IN_LINE;
        word = 0 }
    :: atomic { phase == IN_LINE ->
        load(WORD, RELAXED, word);
        if
        :: word & DONE -> store(WORD, DEAD | ONE, RELAXED)
        :: else
        fi;
        end_death();
        word = 0 }

    :: atomic { MAY(held > 0) ->
        steps--;
        exchange(WORD, word, word + VERSION + ONE, RELAXED);
        outside++;
        held++;
        word = 0 }
    /* The edge gets one's own reference, or a copy of it. */
    :: atomic { MAY(held > 0) ->
        steps--; held--; bump_moved(); phase = STORING; word = 0 }
    :: atomic { MAY(held > 0) ->
        steps--;
        exchange(WORD, word, word + VERSION + ONE, RELEASE);
        outside++;
        phase = STORING;
        word = 0 }
    :: atomic { phase == STORING ->
        write_edge();
        phase = (owes > 0 || owns_entry -> STORED : IDLE);
        word = 0 }
    :: atomic { MAY(held > 0) ->
        steps--;
        exchange(EDGE, word, 0, RELAXED);
        held = held + word;
        outside = outside + word;
        word = 0 }

    :: atomic { phase == IDLE && held == 0 && owes == 0 && !owns_entry -> end_thread(); break }
    od
}

/* Takes the entry out of the stack. */
inline gather()
{
    exchange(HEAD, word, 0, STEAL);
    if
    :: word -> use(BLOCK); assert(!queued); queued = true
    :: else
    fi
}

/* Takes the candidate out of the queue, and reads its word; or buries it. */
inline take()
{
    load(WORD, BURY, first);
    if
    :: IS_LEFT(first) -> free(BLOCK); queued = false; first = 0
    :: else
    fi
}

/* It lives: no candidate any more, unless somebody came in between. */
inline drop()
{
#ifdef DROP_BLINDLY
    exchange(WORD, word, word | ROOTABLE, DROP);
    done = true;
#else
    compare_exchange(WORD, first, first | ROOTABLE, DROP, done);
#endif
    queued = !done
}

/* A last look at the word, and the object is the collector's. */
inline claim()
{
    load(WORD, ACQUIRE, word);
    if
    :: word == first ->
        assert(outside == 0);
        is_dead = true;
        store(WORD, (first + ONE) | DEAD | ROOTABLE, RELAXED);
        queued = false;
        free(BLOCK)
    :: else
    fi
}

proctype collector(byte me; byte rounds)
{
    byte seen, edge;
    short word, first;
    bool done;

    do
    :: rounds > 0 ->
        atomic { rounds--; gather(); word = 0 }
        if
        :: atomic { queued -> take() }
            if
            :: atomic { queued && !(first & DEAD) -> load(EDGE, ACQUIRE, edge) }
#ifdef DROP_BY_LATER_WORD
                load(WORD, ACQUIRE, first);
#endif
                if
                :: atomic { COUNT(first) > edge -> drop() }
                :: atomic { COUNT(first) == edge -> claim() }
                :: atomic { COUNT(first) < edge -> skip }
                fi
            :: else
            fi
        :: else
        fi;
        d_step { word = 0; first = 0; edge = 0; done = false }
    :: else -> break
    od;
    atomic { end_thread() }
}

init {
    atomic {
        begin_memory();
        if
        :: outside = 1
        :: outside = 2
        fi;
        memory[WORD].value[0] = outside * ONE + ROOTABLE;
        run mutator(0, 1);
        run mutator(1, outside - 1);
        run collector(COLLECTOR, ROUNDS)
    }
    atomic {
        _nr_pr == 1 ->
        run collector(MAIN, 1)
    }
    _nr_pr == 1;
    assert(freed[BLOCK])
}
