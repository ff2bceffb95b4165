/* SPDX-License-Identifier: MIT
 *
 * The first weak reference: the live word moves from the object to a side record, once, while other
 * threads retain and release; then upgrades, death, and the end of block and record.
 * Knows one object, its header's word and meta, and one record.
 * The argument is in README.md; this is what src/object/side_record.c, live_word_of(), retain(),
 * release_is_last() and hfi_block_free_odd() do together.
 *
 * Proven: one record is made; every retain and release counts once; all of upgrade_against_death;
 * nobody reads a record before it is written or after it is freed; block and record are both freed.
 *
 * Twins, each of which must fail:
 *     SIDE_BEFORE_COPY   SIDE is set first, and the word copied after it
 *     SIDE_BY_STORE      SIDE is set by a store, not by an exchange from the copied word
 *     RETAIN_ONCE        a retain that finds SIDE only in its result does not do it again
 *     RELEASE_ONCE       the same for a release
 *     NO_SECOND_LOOK     who has got the lock does not look again for SIDE
 *     SHARE_KEPT         the block never gives its share of the record back
 *     SHARE_AT_DEATH     it gives its share back when the death begins
 *     RELAXED_META       the record's address does not release
 *     RELAXED_SIDE       the exchange that sets SIDE does not release
 *     RELAXED_LIVE       who looks for the live word does not acquire
 *     RELAXED_DROP       a share that goes neither releases nor acquires */

#define THREADS 3
#define LOCATIONS 4
#define WORD 0
#define META 1
#define SIDE_WORD 2
#define SHARES 3
#define AREAS 3
#define BLOCK 0
#define RECORD 1
/* What is written once, when the record is made: every reader must have seen it. */
#define RECORD_FIELDS 2
#define AREA(where) (where == WORD || where == META -> BLOCK : RECORD)
#define WRITES 14
#include "memory.pml"

#ifndef STEPS
#define STEPS 3
#endif

#define SIDE 1
#define DEAD 2
#define ONE 4
#define COUNT(word) ((word) >> 2)
#define TYPE_IN_META 0
#define RECORD_IN_META 1

#ifdef RELAXED_META
#define META_ORDER RELAXED
#else
#define META_ORDER RELEASE
#endif
#ifdef RELAXED_SIDE
#define SIDE_ORDER ACQUIRE
#else
#define SIDE_ORDER ACQ_REL
#endif
#ifdef RELAXED_LIVE
#define LIVE RELAXED
#else
#define LIVE ACQUIRE
#endif
#ifdef RELAXED_DROP
#define DROP RELAXED
#else
#define DROP ACQ_REL
#endif
#ifdef RETAIN_ONCE
#define RETAIN_AGAIN GAVE_BACK
#else
#define RETAIN_AGAIN ON_THE_SIDE
#endif
#ifdef RELEASE_ONCE
#define RELEASE_AGAIN GAVE_BACK
#else
#define RELEASE_AGAIN ON_THE_SIDE
#endif

/* The truth, which no thread reads: references held anywhere, deaths begun, records made. */
byte references;
byte deaths;
byte records;

/* How many operations other than releases and clears the threads may still do, all together. */
byte steps = STEPS;

/* How an attempt went on. */
#define AGAIN 0
#define GAVE_BACK 1
#define ON_THE_SIDE 2
#define REACHED_ZERO 3
#define DIES 4

#define LOCALS              \
    byte seen, word, result; \
    bool done;              \
    byte went

/* Reads through meta what stands in the record. */
inline read_record()
{
    load(META, RELAXED, result);
    assert(result == RECORD_IN_META);
    d_step {
        access(RECORD);
        assert_all_accesses_before(RECORD_FIELDS);
        result = 0
    }
}

/* live_word_of(), for an object in whose word this thread has seen SIDE. */
inline find_side_word()
{
    load(WORD, LIVE, word);
    assert(word & SIDE);
    word = 0;
    read_record()
}

inline retain()
{
    atomic {
        load(WORD, RELAXED, word);
        if
        :: word & SIDE -> went = ON_THE_SIDE
        :: else ->
            exchange(WORD, word, word + ONE, RELAXED);
            went = (word & SIDE -> RETAIN_AGAIN : GAVE_BACK)
        fi;
        word = 0
    }
    atomic {
        if
        :: went == ON_THE_SIDE ->
            find_side_word();
            exchange(SIDE_WORD, word, word + ONE, RELEASE);
            assert(COUNT(word) > 0);
            word = 0
        :: else
        fi;
        references++
    }
}

inline try_release_on_the_side()
{
    find_side_word();
    load(SIDE_WORD, ACQUIRE, word);
    if
    :: COUNT(word) == 1 && !(word & DEAD) ->
        compare_exchange(SIDE_WORD, word, word | DEAD, ACQ_REL, done);
        went = (done -> DIES : ON_THE_SIDE)
    :: else ->
        assert(COUNT(word) > 1);
        compare_exchange(SIDE_WORD, word, word - ONE, ACQ_REL, done);
        went = (done -> GAVE_BACK : ON_THE_SIDE)
    fi;
    done = false;
    word = 0
}

inline try_release()
{
    load(WORD, ACQUIRE, word);
    if
    :: word == ONE ->
        store(WORD, word | DEAD, RELAXED);
        went = DIES
    :: word & SIDE -> went = ON_THE_SIDE
    :: else ->
        exchange(WORD, word, word - ONE, RELEASE);
        went = (word & SIDE -> RELEASE_AGAIN : (word == ONE -> REACHED_ZERO : GAVE_BACK))
    fi;
    word = 0
}

inline count_the_outcome()
{
    references = (went == ON_THE_SIDE -> references : references - 1);
    deaths = (went == DIES || went == REACHED_ZERO -> deaths + 1 : deaths)
}

/* Gives a reference back after a last use; runs the death if it was the last. */
inline release()
{
    atomic {
        use(BLOCK);
        try_release();
        count_the_outcome()
    }
    do
    :: atomic {
        went == ON_THE_SIDE ->
        try_release_on_the_side();
        count_the_outcome()
    }
    :: atomic {
        went == REACHED_ZERO ->
        exchange(WORD, word, word + ONE + DEAD, ACQUIRE);
        word = 0;
        went = DIES
    }
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
    assert_all_accesses_before(BLOCK);
#ifdef SHARE_AT_DEATH
    load(WORD, RELAXED, word);
    went = DIES;
    if
    :: word & SIDE -> drop_share()
    :: else
    fi;
    word = 0
#endif
}

/* The program's destroy may retain and release the dying object. */
inline destroy()
{
    if
    :: true
    :: true ->
        retain();
        atomic {
            load(WORD, ACQUIRE, word);
            went = (word & SIDE -> ON_THE_SIDE : DIES);
            if
            :: went == DIES ->
                exchange(WORD, word, word - ONE, ACQ_REL);
                assert(COUNT(word) == 2)
            :: went == ON_THE_SIDE ->
                find_side_word();
                exchange(SIDE_WORD, word, word - ONE, ACQ_REL);
                assert(COUNT(word) == 2)
            fi;
            word = 0;
            references--
        }
    fi
}

inline drop_share()
{
    exchange(SHARES, word, word - 1, DROP);
    assert(word > 0);
    if
    :: word == 1 -> free(RECORD)
    :: else
    fi;
    word = 0
}

inline end_death()
{
    atomic {
        load(WORD, ACQUIRE, word);
        went = (word & SIDE -> ON_THE_SIDE : DIES);
        if
        :: went == ON_THE_SIDE ->
            find_side_word();
            load(SIDE_WORD, ACQUIRE, word)
        :: else
        fi;
        assert(COUNT(word) == 1);
        word = 0
    }
#if !defined(SHARE_KEPT) && !defined(SHARE_AT_DEATH)
    atomic {
        if
        :: went == ON_THE_SIDE -> drop_share()
        :: else
        fi
    }
#endif
    free(BLOCK)
}

/* hfi_side_record_of(), and a share for the new weak reference. */
inline set_weak()
{
    atomic {
        load(WORD, LIVE, word);
        went = (word & SIDE -> ON_THE_SIDE : AGAIN);
        word = 0
    }
    if
    :: went == ON_THE_SIDE
    :: else ->
        atomic {
            lock();
#ifndef NO_SECOND_LOOK
            load(WORD, RELAXED, word);
            went = (word & SIDE -> ON_THE_SIDE : AGAIN);
            word = 0
#endif
        }
        if
        :: went == ON_THE_SIDE
        :: else -> make_record()
        fi;
        unlock()
    fi;
    atomic {
        read_record();
        exchange(SHARES, word, word + 1, RELAXED);
        assert(word > 0);
        word = 0;
        weak++;
        went = AGAIN
    }
}

inline make_record()
{
    atomic {
        records++;
        assert(records == 1);
        use(RECORD_FIELDS);
        store(SHARES, 1, RELAXED);
        store(META, RECORD_IN_META, META_ORDER)
    }
#ifdef SIDE_BEFORE_COPY
    exchange(WORD, word, word | SIDE, SIDE_ORDER);
    atomic { store(SIDE_WORD, word, RELEASE); word = 0 }
#else
    load(WORD, RELAXED, word);
    do
    :: atomic {
        went == AGAIN ->
        store(SIDE_WORD, word, RELAXED);
        went = ON_THE_SIDE
    }
    :: atomic {
        went == ON_THE_SIDE ->
#ifdef SIDE_BY_STORE
        store(WORD, word | SIDE, SIDE_ORDER);
        done = true;
#else
        compare_exchange(WORD, word, word | SIDE, SIDE_ORDER, done);
#endif
        if
        :: done -> done = false; word = 0; break
        :: else -> load_last(WORD, word); went = AGAIN
        fi
    }
    od
#endif
}

/* meta_of(): the type, out of the header or out of the record. */
inline ask_type()
{
    load(META, ACQUIRE, word);
    if
    :: word == RECORD_IN_META -> read_record()
    :: else
    fi;
    word = 0
}

/* One attempt: through the record alone. */
inline try_upgrade()
{
    load(SIDE_WORD, ACQUIRE, word);
    if
    :: word & DEAD -> assert(deaths == 1)
    :: else ->
        assert(COUNT(word) > 0);
        compare_exchange(SIDE_WORD, word, word + ONE, ACQ_REL, done);
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

proctype mutator(byte me; byte held)
{
    byte weak;
    LOCALS;

    do
    :: atomic { held > 0 -> held-- }
        release()
    :: atomic { weak > 0 -> weak--; drop_share() }
    :: atomic { steps > 0 && held > 0 -> steps-- }
        retain();
        atomic { went = AGAIN; held++ }
    :: atomic { steps > 0 && held > 0 -> steps-- }
        set_weak()
    :: atomic { steps > 0 && held > 0 -> steps--; ask_type() }
    :: atomic { steps > 0 && weak > 0 -> steps--; try_upgrade() }
    :: atomic { held == 0 && weak == 0 -> end_thread(); break }
    od
}

init {
    atomic {
        begin_memory();
        references = THREADS;
        memory[WORD].value[0] = references * ONE;
        run mutator(0, 1);
        run mutator(1, 1);
        run mutator(2, 1)
    }
    _nr_pr == 1;
    assert(references == 0);
    assert(deaths == 1);
    assert(freed[BLOCK]);
    assert(freed[RECORD] || records == 0)
}
