/* SPDX-License-Identifier: MIT
 *
 * The collector's verdict: words, edges, words again, against threads that go on meanwhile.
 * Knows a few objects with an edge each, in every shape; threads that do whatever a legal program
 * may; and a collector that guesses any set of them. Side records are looked at only by their mark
 * in the word, and only with RECORDS: upgrade_against_claim.
 * The argument is in README.md; src/collector/verify.c and claim.c, src/handle/edge.c do this.
 *
 * Proven: when the collector has claimed a set, every reference to a member lies in the edge of a
 * member, and all that anybody did with a member happened before. Nobody can come to one later,
 * since nobody has a reference to start from.
 *
 * Twins, each of which must fail:
 *     MOVE_WITHOUT_BUMP    a move into an edge leaves the word as it is
 *     COPY_WITHOUT_BUMP    a copy into an edge counts, and does not move the version
 *     EDGE_FIRST           the edge is written before the version is moved
 *     RELAXED_BUMP         the version is moved without release
 *     RELAXED_EDGE         the edge is written without release
 *     RELAXED_RELEASE      a reference is given back without release
 *     RELAXED_WORDS        the first look at the words does not acquire
 *     RELAXED_LOOK         nor the look at an edge
 *     NOT_AGAIN            there is no last look
 *     WORD_BY_WORD         a member's word is read right before its edge, not all words before all
 *     EACH_AT_ONCE         a member's last look comes right after its edge, not after all edges
 *     ONLY_COUNTS          the last look compares counts
 *     RECORDS UNSEEN_RECORD  one that got its side record after the first look has no last look
 *     BULK RELAXED_BULK    moves in bulk: the edge is written without release
 *     BULK UNBUMPED_BULK   nor is the holder's version moved
 *     BULK BUMPED_FIRST    it is moved before the reference leaves its former edge
 *     NOT_RECOUNTED        when a member fails, it is taken out with what it reaches, and the rest
 *                          counts as it was counted
 * With RETAIN_WITHOUT_BUMP a retain counts, and does not move the version; with RELAXED_AGAIN the
 * last look at the words does not acquire: both are sound. With BULK the first object has a second
 * edge, and a reference may move from one of them to the other while only the holder's version
 * moves, as in an array: sound. */

#ifndef OBJECTS
#define OBJECTS 2
#endif
#ifndef MUTATORS
#define MUTATORS 1
#endif
#ifndef STEPS
#define STEPS 3
#endif

#define THREADS (MUTATORS + 1)
#ifdef BULK
#define LOCATIONS (2 * OBJECTS + 1)
#define SECOND (2 * OBJECTS) /* of the first object */
#else
#define LOCATIONS (2 * OBJECTS)
#endif
#define WORD(object) (object)
#define EDGE(object) (OBJECTS + (object))
#define AREAS OBJECTS
#define AREA(where) ((where) % OBJECTS)
#define WRITES 8
#define PLACE_BITS 3
#define READS(thread, where) ((thread) == MUTATORS) /* the collector */
#include "memory.pml"

#define DEAD 1
#define ONE 2
#define VERSION 16
#ifdef RECORDS
#define SIDE 128 /* versions don't come so far */
#else
#define SIDE 0
#endif
#define COUNT(word) (((word) >> 1) & 7)
/* A count of one stays, as the pin. */
#define LESS_ONE(word) ((word) + (COUNT(word) == 1) * DEAD - (COUNT(word) > 1) * ONE)

#ifdef MOVE_WITHOUT_BUMP
#define MOVE 0
#else
#define MOVE VERSION
#endif
#ifdef COPY_WITHOUT_BUMP
#define COPY ONE
#else
#define COPY (VERSION + ONE)
#endif
#ifdef RETAIN_WITHOUT_BUMP
#define RETAIN ONE
#else
#define RETAIN (VERSION + ONE)
#endif
#ifdef RELAXED_BUMP
#define BUMP RELAXED
#else
#define BUMP RELEASE
#endif
#ifdef RELAXED_EDGE
#define EDGE_WRITE RELAXED
#else
#define EDGE_WRITE RELEASE
#endif
#ifdef RELAXED_BULK
#define BULK_WRITE RELAXED
#else
#define BULK_WRITE RELEASE
#endif
#ifdef UNBUMPED_BULK
#define BULK_MOVE 0
#else
#define BULK_MOVE VERSION
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
#ifdef RELAXED_AGAIN
#define LAST_LOOK RELAXED
#else
#define LAST_LOOK ACQUIRE
#endif
#ifdef ONLY_COUNTS
#define HAS_CHANGED(before, now) (COUNT(before) != COUNT(now) || ((now) & DEAD))
#else
#define HAS_CHANGED(before, now) (((before) | SIDE) != ((now) | SIDE))
#endif
#ifdef UNSEEN_RECORD
#define IS_LOOKED_AT(before, now) (((before) & SIDE) == ((now) & SIDE))
#else
#define IS_LOOKED_AT(before, now) true
#endif

/* References that a thread holds outside of all edges. */
byte held[MUTATORS * 3];
#define HELD(object) held[me * 3 + (object)]
#define HOLDS_SOMETHING (HELD(0) + HELD(1) + HELD(2) > 0)

/* How many operations the threads may still do, all together. */
byte steps = STEPS;

/* The collector has claimed a set, or given up. What comes after is of no interest. */
bool decided;

/* Whether the program changes edges under its lock. Only then it may go through an edge to where
 * that leads, without a reference of its own. */
bool has_lock;
#define MAY_WRITE (!locked || is_inside)

/* Where a thread is, between two steps. */
#define IDLE 0
#define COPYING 1 /* it has moved the version of `what`, and will write the edge of `into` */
#define MOVING 2
#define DYING 3   /* the last reference to `what` is gone */
#define CARRYING 4 /* a reference of the first object's edge is on its way to the edge `into` */

inline choose_held(object)
{
    if
    :: HELD(0) > 0 -> object = 0
    :: HELD(1) > 0 -> object = 1
    :: HELD(2) > 0 -> object = 2
    fi
}

/* The thread may use it: by a reference of its own, or through the edge of `what`. */
#define REACHES(object) (HELD(object) > 0 || (has_lock && LAST(EDGE(what)) == (object) + 1))

inline choose_reached()
{
    if
    :: REACHES(0) -> into = 0
    :: REACHES(1) -> into = 1
    :: OBJECTS > 2 && REACHES(2) -> into = 2
    fi
}

inline enter()
{
    if
    :: has_lock && !is_inside -> lock(); is_inside = true
    :: else
    fi
}

inline leave()
{
    if
    :: is_inside -> unlock(); is_inside = false
    :: else
    fi
}

inline bump(amount)
{
    exchange(WORD(what), word, word + amount, BUMP);
    assert(!(word & DEAD))
}

inline write_edge()
{
    enter();
    exchange(EDGE(into), word, what + 1, EDGE_WRITE);
    owes = word;
    leave()
}

/* The step that comes before the edge, or in a twin the edge. */
inline begin_store(amount, next)
{
    choose_held(what);
    choose_reached();
    steps--;
    if
    :: HELD(into) == 0 -> enter()
    :: else
    fi;
#ifdef EDGE_FIRST
    write_edge();
#else
    bump(amount);
#endif
    phase = next
}

inline end_store(amount)
{
#ifdef EDGE_FIRST
    bump(amount);
#else
    write_edge();
#endif
    HELD(what) = HELD(what) - (phase == MOVING);
    phase = IDLE
}

/* Takes the reference out of the edge of what it holds. */
inline take()
{
    choose_held(into);
    if
    :: LAST(EDGE(into)) != 0 ->
        steps--;
        enter();
        exchange(EDGE(into), word, 0, RELAXED);
        leave();
        HELD(word - 1)++
    :: else
    fi
}

#ifdef BULK
/* Moves a reference between the edges of the first object, which the thread holds or reaches. */
inline bump_holder()
{
    exchange(WORD(0), word, word + BULK_MOVE, BUMP);
    assert(!(word & DEAD))
}

inline begin_carry()
{
    choose_held(what);
    if
    :: REACHES(0) && LAST(EDGE(0)) != 0 && LAST(SECOND) == 0 -> from = EDGE(0); into = SECOND
    :: REACHES(0) && LAST(SECOND) != 0 && LAST(EDGE(0)) == 0 -> from = SECOND; into = EDGE(0)
    :: else -> from = into
    fi;
    if
    :: from != into ->
        steps--;
        enter();
#ifdef BUMPED_FIRST
        bump_holder();
#endif
        exchange(from, carried, 0, RELAXED);
#ifndef BUMPED_FIRST
        bump_holder();
#endif
        from = 0;
        what = 0;
        phase = CARRYING
    :: else
    fi
}

inline end_carry()
{
    exchange(into, word, carried, BULK_WRITE);
    carried = 0;
    leave();
    phase = IDLE
}
#endif

inline retain(object)
{
    exchange(WORD(object), word, word + RETAIN, RELAXED);
    assert(!(word & DEAD));
    HELD(object)++
}

/* One more of what it holds, or of what stands in the edge of that. */
inline begin_retain()
{
    choose_held(what);
    if
    :: steps--; retain(what)
    :: has_lock && !locked && LAST(EDGE(what)) != 0 ->
        steps--;
        enter();
        load_last(EDGE(what), into);
        into--;
        retain(into);
        leave()
    fi
}

/* Makes the first weak reference to what it holds. */
inline refer()
{
    choose_held(what);
    steps--;
    exchange(WORD(what), word, word | SIDE, ACQ_REL);
    assert(!(word & DEAD))
}

/* Gives a reference back; the last one leaves the object to this thread. */
inline release(object)
{
    exchange(WORD(object), word, LESS_ONE(word), RELEASE_ORDER);
    assert(!(word & DEAD) && COUNT(word) > 0);
    phase = (COUNT(word) == 1 -> DYING : IDLE)
}

inline begin_release()
{
    choose_held(what);
    steps--;
    HELD(what)--;
    release(what)
}

inline clear()
{
    word = 0;
    what = (phase == IDLE -> 0 : what);
    into = (phase == IDLE || phase == DYING -> 0 : into)
}

#define MAY (phase == IDLE && owes == 0 && steps > 0 && HOLDS_SOMETHING && !decided)

/* Each option is one step. */
proctype mutator(byte me)
{
    byte phase = IDLE;
    byte owes; /* the number of an object, from 1, to which it will give back a reference */
    byte what, into, word;
#ifdef BULK
    byte from, carried;
#endif
    bool is_inside;

    do
#ifdef BULK
    :: atomic { MAY && MAY_WRITE -> begin_carry(); clear() }
    :: atomic { phase == CARRYING && !decided -> end_carry(); clear() }
#endif
    :: atomic { MAY -> begin_retain(); clear() }
    :: atomic { MAY && MAY_WRITE -> take(); clear() }
    :: atomic { MAY && MAY_WRITE -> begin_store(COPY, COPYING); clear() }
    :: atomic { MAY && MAY_WRITE -> begin_store(MOVE, MOVING); clear() }
    :: atomic { MAY -> begin_release(); clear() }
#ifdef RECORDS
    :: atomic { MAY -> refer(); clear() }
#endif
    :: atomic { phase == COPYING && MAY_WRITE && !decided -> end_store(COPY); clear() }
    :: atomic { phase == MOVING && MAY_WRITE && !decided -> end_store(MOVE); clear() }
    :: atomic { phase == IDLE && owes > 0 && !decided ->
        what = owes - 1;
        owes = 0;
        release(what);
        clear() }
    :: atomic { phase == DYING && !decided ->
        exchange(EDGE(what), owes, 0, RELAXED);
        phase = IDLE;
        clear() }
    :: atomic { decided -> phase = IDLE; owes = 0; clear(); break }
    od
}

#define IS_MEMBER(object) (members & (1 << (object)))

inline look_at_word(object)
{
    load(WORD(object), FIRST_LOOK, first[object]);
    members = ((first[object] & DEAD) -> members & ~(1 << (object)) : members)
}

inline look_at_edge(object)
{
    load(EDGE(object), EDGE_LOOK, got);
    if
    :: got > 0 && IS_MEMBER(got - 1) -> tally[got - 1]++
    :: else
    fi;
    got = 0
}

#ifdef BULK
inline look_at_second()
{
    load(SECOND, EDGE_LOOK, got);
    if
    :: got > 0 && IS_MEMBER(got - 1) -> tally[got - 1]++
    :: else
    fi;
    got = 0
}
#endif

inline look_again(object)
{
    load(WORD(object), LAST_LOOK, got);
    has_changed =
        has_changed || (IS_LOOKED_AT(first[object], got) && HAS_CHANGED(first[object], got));
    got = 0
}

inline forget_tallies()
{
    d_step {
        failed = 0;
        for (i : 0 .. OBJECTS - 1) {
            tally[i] = 0
        }
        i = 0
    }
}

/* Whose references are not all in edges of members. */
inline judge()
{
    d_step {
        for (i : 0 .. OBJECTS - 1) {
            if
            :: IS_MEMBER(i) && tally[i] != COUNT(first[i]) -> failed = failed | (1 << i)
            :: else
            fi
        }
        i = 0
    }
}

/* The truth: nobody else has a reference, and nobody is busy with one of them. */
inline assert_garbage()
{
    d_step {
        forget_tallies();
        for (i : 0 .. OBJECTS - 1) {
            if
            :: IS_MEMBER(i) && LAST(EDGE(i)) > 0 -> tally[LAST(EDGE(i)) - 1]++
            :: else
            fi
        }
#ifdef BULK
        if
        :: IS_MEMBER(0) && LAST(SECOND) > 0 -> tally[LAST(SECOND) - 1]++
        :: else
        fi;
#endif
        for (i : 0 .. OBJECTS - 1) {
            if
            :: IS_MEMBER(i) ->
                assert(!(LAST(WORD(i)) & DEAD) && tally[i] == COUNT(LAST(WORD(i))));
                assert_all_accesses_before(i)
            :: else
            fi
        }
        i = 0
    }
}

proctype collector(byte me)
{
    byte members, failed, i, seen, got;
    byte first[OBJECTS], tally[OBJECTS];
    bool has_changed;

    atomic { select(members : 1 .. (1 << OBJECTS) - 1) }
#ifndef WORD_BY_WORD
    do
    :: atomic { i < OBJECTS && IS_MEMBER(i) -> look_at_word(i); i++ }
    :: atomic { i < OBJECTS && !IS_MEMBER(i) -> i++ }
    :: atomic { i == OBJECTS -> i = 0; break }
    od;
#endif
    do
    :: members != 0 ->
        atomic { forget_tallies() }
        do
        :: atomic { i < OBJECTS && IS_MEMBER(i) ->
#ifdef WORD_BY_WORD
            look_at_word(i)
        }
        atomic {
#endif
            look_at_edge(i);
#ifdef BULK
        }
        atomic {
            if
            :: i == 0 -> look_at_second()
            :: else
            fi;
#endif
#ifdef EACH_AT_ONCE
        }
        atomic {
            look_again(i);
#endif
            i++ }
        :: atomic { i < OBJECTS && !IS_MEMBER(i) -> i++ }
        :: atomic { i == OBJECTS -> i = 0; break }
        od;
        atomic { judge(); members = members & ~failed }
#ifdef NOT_RECOUNTED
        do
        :: atomic { failed & (1 << i) ->
            load(EDGE(i), ACQUIRE, got);
            failed = failed & ~(1 << i);
            if
            :: got > 0 && IS_MEMBER(got - 1) ->
                failed = failed | (1 << (got - 1));
                members = members & ~(1 << (got - 1))
            :: else
            fi;
            got = 0 }
        :: atomic { failed && !(failed & (1 << i)) -> i = (i + 1) % OBJECTS }
        :: atomic { failed == 0 -> i = 0; break }
        od;
#endif
        if
        :: failed == 0 -> break
        :: atomic { else ->
            /* Others may be taken out, too. */
            select(got : 0 .. (1 << OBJECTS) - 1);
            members = members & got;
            got = 0 }
        fi
    :: else -> break
    od;
#if !defined(NOT_AGAIN) && !defined(EACH_AT_ONCE)
    do
    :: atomic { i < OBJECTS && IS_MEMBER(i) && !has_changed -> look_again(i); i++ }
    :: atomic { i < OBJECTS && !IS_MEMBER(i) && !has_changed -> i++ }
    :: atomic { i == OBJECTS || has_changed -> i = 0; break }
    od;
#endif
    atomic {
        if
        :: members != 0 && !has_changed -> assert_garbage()
        :: else
        fi;
        decided = true
    }
}

inline initial_reference(object)
{
    memory[WORD(object)].value[0] = memory[WORD(object)].value[0] + ONE
}

/* Any shape: an edge leads anywhere. The first thread holds the first object, each thread one more
 * or none. Who has no reference is dying, and its edge will never be cut. */
init {
    byte object, target, me;

    atomic {
        begin_memory();
        if
        :: has_lock = true
        :: MUTATORS > 1 -> has_lock = false
        fi;
        for (object : 0 .. OBJECTS - 1) {
            select(target : 0 .. OBJECTS);
            memory[EDGE(object)].value[0] = target;
            if
            :: target > 0 -> initial_reference(target - 1)
            :: else
            fi
        }
#ifdef BULK
        select(target : 0 .. OBJECTS);
        memory[SECOND].value[0] = target;
        if
        :: target > 0 -> initial_reference(target - 1)
        :: else
        fi;
#endif
        for (me : 0 .. MUTATORS - 1) {
            if
            :: me == 0 -> HELD(0) = 1; initial_reference(0)
            :: else
            fi;
            if
            :: select(target : 0 .. OBJECTS - 1); HELD(target)++; initial_reference(target)
            :: skip
            fi
        }
        for (object : 0 .. OBJECTS - 1) {
            if
            :: COUNT(memory[WORD(object)].value[0]) == 0 ->
                memory[WORD(object)].value[0] = DEAD + ONE
            :: else
            fi
        }
        object = 0;
        target = 0;
        for (me : 0 .. MUTATORS - 1) {
            run mutator(me)
        }
        run collector(MUTATORS);
        me = 0
    }
}
