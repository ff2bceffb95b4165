/* SPDX-License-Identifier: MIT
 *
 * Weak upgrades against the collector's claim: CLAIMED in a record's word, and the one cell that
 * decides for all members.
 * Knows two garbage sets: a ring of FIRST, which has a side record, and INNER, which has none; and
 * LONER, with a record, which holds itself. Threads have weak references to both records; the
 * collector tries some of the sets, round after round.
 * The argument is in README.md; src/weak/upgrade.c, src/object/claim_status.c and
 * src/collector/claim.c do this. What is verified before is in verify_claim.
 *
 * Proven: what is committed nobody holds, and everything that was done with it happened before; no
 * upgrade returns what was committed before, and none returns null for anything else.
 *
 * Twins, each of which must fail:
 *     IGNORES_CLAIMED       an upgrade takes no notice of CLAIMED
 *     NO_ABORT              one that finds the cell undecided goes on, and leaves it so
 *     NOT_READ_AGAIN        one that finds it committed does not read its word again
 *     SAME_AGAIN            a claim that is taken back does not move the version
 *     UPGRADE_UNSEEN        an upgrade counts, and does not move the version
 *     NOT_MARKED            the next round begins before what was committed is marked dead
 *     COMMIT_BY_STORE       the collector commits whatever the cell says
 *     RELAXED_SEEN          an upgrade reads its word without acquire
 *     RELAXED_CLAIM         CLAIMED is set without release
 *     RELAXED_STATUS        the cell is read without acquire
 *     RELAXED_COMMIT        a round is committed without release
 * With NO_ROUNDS the cell does not tell one round from another; with OTHERS_FIRST the members
 * without a record are looked at before the others are claimed: both are sound. */

#ifndef MUTATORS
#define MUTATORS 1
#endif
#ifndef STEPS
#define STEPS 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif

#define THREADS (MUTATORS + 1)
#define FIRST 0
#define INNER 1
#define LONER 2
#define EDGE 3 /* of FIRST, to INNER or nowhere; all other edges stay as they are */
#define CELL 4
#define LOCATIONS 5
#define AREAS 3
#define AREA(where) NO_AREA
#define WRITES 8
#define PLACE_BITS 3
#define VALUE short
#include "memory.pml"

#define DEAD 1
#define CLAIMED 2
#define ONE 4
#define VERSION 32
#define COUNT(word) (((word) >> 2) & 7)

/* The cell: the round's number, and the state. */
#define UNDECIDED 0
#define COMMITTED 1
#define ABORTED 2
#define STATES 3
#define STATE(status) ((status) % STATES)
#ifdef NO_ROUNDS
#define ROUND_AFTER(status) 0
#else
#define ROUND_AFTER(status) ((status) - STATE(status) + STATES)
#endif

#ifdef SAME_AGAIN
#define TAKE_BACK (0 - CLAIMED)
#else
#define TAKE_BACK (VERSION - CLAIMED)
#endif
#ifdef UPGRADE_UNSEEN
#define UPGRADE ONE
#else
#define UPGRADE (VERSION + ONE)
#endif
#ifdef RELAXED_SEEN
#define SEEN RELAXED
#else
#define SEEN ACQUIRE
#endif
#ifdef RELAXED_CLAIM
#define CLAIM ACQUIRE
#else
#define CLAIM ACQ_REL
#endif
#ifdef RELAXED_STATUS
#define STATUS RELAXED
#else
#define STATUS ACQUIRE
#endif
#ifdef RELAXED_COMMIT
#define COMMIT ACQUIRE
#else
#define COMMIT ACQ_REL
#endif

/* The truth, which no thread reads: references that threads hold, and what was committed. */
byte held[3];
bool gone[3];

/* How many operations other than releases the threads may still do, all together. */
byte steps = STEPS;

/* Where a thread is, between two steps; the later ones are those of an upgrade. */
#define IDLE 0
#define BEGUN 1          /* it will read the word */
#define SEES_CLAIM 2     /* and then the cell, */
#define SEES_UNDECIDED 3 /* which it will abort */
#define SEES_COMMIT 4    /* or after which it will read the word again */
#define ADDS 5           /* it will count itself */

inline judge_word(now)
{
    if
    :: now & DEAD -> assert(gone[object]); phase = IDLE
#ifdef IGNORES_CLAIMED
    :: !(now & DEAD) -> phase = ADDS
#else
    :: (now & (DEAD | CLAIMED)) == CLAIMED -> phase = SEES_CLAIM
    :: (now & (DEAD | CLAIMED)) == 0 -> phase = ADDS
#endif
    fi;
    word = (phase == IDLE -> 0 : now)
}

inline judge_status()
{
    if
    :: STATE(status) == COMMITTED ->
#ifdef NOT_READ_AGAIN
        assert(gone[object]);
        phase = IDLE
#else
        phase = SEES_COMMIT
#endif
#ifdef NO_ABORT
    :: else -> phase = ADDS
#else
    :: STATE(status) == UNDECIDED -> phase = SEES_UNDECIDED
    :: STATE(status) == ABORTED -> phase = ADDS
#endif
    fi;
    status = (phase == SEES_UNDECIDED -> status : 0)
}

inline read_word_again()
{
    load(object, SEEN, now);
    if
    :: now == word -> assert(gone[object]); phase = IDLE; word = 0
    :: else -> judge_word(now)
    fi;
    now = 0
}

inline abort_round()
{
    compare_exchange(CELL, status, status - UNDECIDED + ABORTED, ACQ_REL, done);
    phase = (done -> ADDS : SEES_CLAIM);
    status = 0
}

inline add()
{
    compare_exchange(object, word, word + UPGRADE, ACQ_REL, done);
    phase = (done -> IDLE : BEGUN);
    if
    :: done ->
        assert(!gone[object]);
        use(object);
        held[object]++;
        mine = mine + (object == FIRST -> 1 : 8)
    :: else
    fi;
    word = 0
}

/* How often this thread holds FIRST and LONER. */
#define HOLDS_FIRST (mine & 7)
#define HOLDS_LONER (mine >> 3)

inline release(which, amount)
{
    use(which);
    exchange(which, word, word - ONE, ACQ_REL);
    assert(COUNT(word) > 1 && !(word & DEAD));
    held[which]--;
    mine = mine - amount;
    word = 0
}

/* INNER comes out of the edge, for good. */
inline take()
{
    use(FIRST);
    exchange(EDGE, word, 0, RELAXED);
    use(INNER);
    held[INNER]++;
    word = 0
}

/* Each option is one step. */
proctype mutator(byte me; byte mine)
{
    byte phase = IDLE;
    byte object, seen;
    short word, now, status;
    bool done;

    do
    :: atomic { phase == IDLE && steps > 0 -> steps--; object = FIRST; phase = BEGUN }
    :: atomic { phase == IDLE && steps > 0 -> steps--; object = LONER; phase = BEGUN }
    :: atomic { phase == BEGUN -> load(object, SEEN, word); judge_word(word) }
    :: atomic { phase == SEES_CLAIM -> load(CELL, STATUS, status); judge_status() }
    :: atomic { phase == SEES_COMMIT -> read_word_again() }
    :: atomic { phase == SEES_UNDECIDED -> abort_round(); done = false }
    :: atomic { phase == ADDS -> add(); done = false }
    :: atomic { phase == IDLE && HOLDS_FIRST > 0 && steps > 0 && LAST(EDGE) -> steps--; take() }
    :: atomic { phase == IDLE && HOLDS_FIRST > 0 -> release(FIRST, 1) }
    :: atomic { phase == IDLE && HOLDS_LONER > 0 -> release(LONER, 8) }
    :: atomic { phase == IDLE && mine == 0 && steps == 0 -> end_thread(); break }
    od
}

#define IS_MEMBER(object) (members & (1 << (object)))
#define FIRST_SET (1 << FIRST | 1 << INNER)
#define LONER_SET (1 << LONER)

/* Words, then edges. */
inline verify()
{
    for (i : 0 .. 2) {
        if
        :: atomic { IS_MEMBER(i) -> load(i, ACQUIRE, before[i]) }
        :: else
        fi
    }
    atomic {
        if
        :: IS_MEMBER(FIRST) -> load(EDGE, ACQUIRE, word)
        :: else
        fi;
        failed = (IS_MEMBER(FIRST) && (COUNT(before[FIRST]) > 1 || !word)) ||
                 (IS_MEMBER(LONER) && COUNT(before[LONER]) > 1) ||
                 (IS_MEMBER(INNER) && COUNT(before[INNER]) > 1);
        word = 0
    }
}

inline claim_record(which)
{
    atomic {
        if
        :: IS_MEMBER(which) && !failed ->
            compare_exchange(which, before[which], before[which] | CLAIMED, CLAIM, done);
            claimed = (done -> claimed | (1 << which) : claimed);
            failed = !done;
            done = false
        :: else
        fi
    }
}

inline look_at_the_other()
{
    atomic {
        if
        :: IS_MEMBER(INNER) && !failed ->
            load(INNER, ACQUIRE, word);
            failed = (word != before[INNER]);
            word = 0
        :: else
        fi
    }
}

/* The truth is looked at in the step that decides. */
inline assert_garbage()
{
    for (i : 0 .. 2) {
        if
        :: IS_MEMBER(i) ->
            assert(held[i] == 0 && !gone[i]);
            d_step { assert_all_accesses_before(i) }
            gone[i] = true
        :: else
        fi
    }
    i = 0
}

inline commit()
{
    atomic {
        if
        :: !failed ->
#ifdef COMMIT_BY_STORE
            store(CELL, round + COMMITTED, RELEASE);
            done = true;
#else
            compare_exchange(CELL, round + UNDECIDED, round + COMMITTED, COMMIT, done);
#endif
            if
            :: done -> assert_garbage()
            :: else
            fi
        :: else
        fi
    }
}

inline mark_dead(which)
{
    atomic {
        if
        :: claimed & (1 << which) ->
            store(which, (before[which] + ONE) | DEAD | CLAIMED, RELEASE)
        :: else
        fi
    }
}

inline take_back(which)
{
    atomic {
        if
        :: claimed & (1 << which) -> exchange(which, word, word + TAKE_BACK, ACQ_REL); word = 0
        :: else
        fi
    }
}

proctype collector(byte me)
{
    byte members, claimed, rounds, i, seen;
    short before[3];
    short round, word;
    bool failed, done;

    do
    :: rounds < ROUNDS ->
        atomic {
            rounds++;
            if
            :: members = FIRST_SET
            :: members = LONER_SET
            :: members = FIRST_SET | LONER_SET
            fi;
            members = (gone[FIRST] -> members & ~FIRST_SET : members);
            members = (gone[LONER] -> members & ~LONER_SET : members)
        }
        verify();
        if
        :: !failed && members ->
            atomic {
                load_last(CELL, round);
                round = ROUND_AFTER(round);
                store(CELL, round + UNDECIDED, RELAXED)
            }
#ifdef OTHERS_FIRST
            look_at_the_other();
#endif
            claim_record(FIRST);
            claim_record(LONER);
#ifndef OTHERS_FIRST
            look_at_the_other();
#endif
            commit();
            if
            :: done ->
#ifndef NOT_MARKED
                mark_dead(FIRST);
                mark_dead(LONER)
#else
                skip
#endif
            :: else ->
                atomic { store(CELL, round + ABORTED, RELEASE) }
                take_back(FIRST);
                take_back(LONER)
            fi
        :: else
        fi;
        d_step {
            claimed = 0; round = 0; failed = false; done = false; members = 0;
            before[0] = 0; before[1] = 0; before[2] = 0
        }
    :: else -> break
    od;
    atomic { end_thread() }
}

init {
    byte thread;

    atomic {
        begin_memory();
        memory[INNER].value[0] = ONE;
        memory[LONER].value[0] = ONE;
        memory[EDGE].value[0] = 1;
        memory[CELL].value[0] = ABORTED;
        if
        :: held[FIRST] = 0
        :: held[FIRST] = 1
        fi;
        memory[FIRST].value[0] = ONE + held[FIRST] * ONE;
        run mutator(0, held[FIRST]);
        for (thread : 1 .. MUTATORS - 1) {
            run mutator(thread, 0)
        }
        run collector(MUTATORS)
    }
}
