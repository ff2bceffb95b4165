/* SPDX-License-Identifier: MIT
 *
 * The first weak reference: the live word moves from the object to a side record, once, while other
 * threads retain and release; then upgrades, death, and the end of block and record.
 * Knows one object, its header's word and meta, and one record.
 * The argument is in README.md; this is what src/object/side_record.c, live_word_of(), retain(),
 * release() and the end of a block in src/block/block.c do together.
 *
 * Proven: one record is made; every retain and release counts once; all of upgrade_against_death;
 * nobody reads a record before it is written or after it is freed; block and record are both freed.
 *
 * Twins, each of which must fail:
 *     SIDE_BEFORE_COPY   SIDE is set first, and the word copied after it
 *     COPY_BY_STORE      SIDE is set by a store, not by an exchange from the copied word
 *     NO_REDO=1          a retain that finds SIDE only in its result does not do it again
 *     NO_REDO=2          the same for a release, as the sign is not set beside SIDE
 *     NO_SECOND_LOOK     who has got the lock does not look again for SIDE
 *     SHARE_KEPT         the block never gives its share of the record back
 *     SHARE_AT_DEATH     it gives its share back when the death begins
 *     RELAXED_META       the record's address does not release
 *     RELAXED_SIDE       the exchange that sets SIDE does not release
 *     RELAXED_LIVE       who looks for the live word does not acquire
 *     RELAXED_DROP       a share that goes neither releases nor acquires */

#ifndef THREADS
#define THREADS 2
#endif
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
/* Before that the type stands in meta, as 0. */
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
#ifndef NO_REDO
#define NO_REDO 0
#endif

#if NO_REDO == 2
#define LEAVES_SIGN(before) (COUNT(before) == 1 && !(before & SIDE))
#else
#define LEAVES_SIGN(before) (COUNT(before) == 1 || (before & SIDE))
#endif

/* The truth, which no thread reads: references held anywhere, deaths begun, records made. */
byte references, deaths, records;

/* How many operations other than releases and clears the threads may still do, all together. */
byte steps = STEPS;

/* Where a thread is, between two steps. */
#define IDLE 0
#define RETAINING 1      /* on the side record, after SIDE in the result */
#define RELEASING 2      /* the same, or its exchange on the side record failed */
#define REACHED_ZERO 3   /* its decrement did, on the object's own word */
#define DYING 4          /* it runs the death */
#define RETAINED 5       /* whose destroy holds a reference */
#define DESTROYED 6      /* or is over */
#define DROPPED 7        /* and the block's share of the record is given back */
#define LOCKED 8         /* it has the lock and is to make the record */
#define COPYING 9        /* its address stands in meta, and `word` is what was last seen */
#define COPIED 10        /* and was written to the record */
#define MADE 11          /* the record is there, and a share is to be taken */
#define LEFT_NONE 12     /* its subtraction left the sign: no reference is there, or SIDE */

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
    read_record()
}

inline retain_on_the_side()
{
    find_side_word();
    exchange(SIDE_WORD, word, word + ONE, RELEASE);
    assert(COUNT(word) > 0);
    references++; held++;
    phase = IDLE
}

inline retain()
{
    load(WORD, RELAXED, word);
    if
    :: word & SIDE -> retain_on_the_side()
    :: else ->
        exchange(WORD, word, word + ONE, RELAXED);
        if
        :: (word & SIDE) && NO_REDO != 1 -> phase = RETAINING
        :: else -> references++; held++
        fi
    fi
}

inline try_release_on_the_side()
{
    find_side_word();
    load(SIDE_WORD, ACQUIRE, word);
    assert(COUNT(word) > 0 && !(word & DEAD));
    result = (COUNT(word) == 1 -> word | DEAD : word - ONE);
    compare_exchange(SIDE_WORD, word, result, ACQ_REL, done);
    result = 0;
    if
    :: done && COUNT(word) == 1 -> references--; deaths++; begin_death()
    :: done && COUNT(word) != 1 -> references--; phase = IDLE
    :: else -> phase = RELEASING
    fi
}

/* Gives a reference back, after a last use. */
inline release()
{
    use(BLOCK);
    load(WORD, ACQUIRE, word);
    if
    :: word == ONE ->
        store(WORD, word | DEAD, RELAXED);
        references--; deaths++;
        begin_death()
    :: word & SIDE -> try_release_on_the_side()
    :: word != ONE && !(word & SIDE) ->
        exchange(WORD, word, word - ONE, RELEASE);
        phase = (LEAVES_SIGN(word) -> LEFT_NONE : IDLE);
        references = references - (phase == LEFT_NONE && (word & SIDE) -> 0 : 1)
    fi
}

/* All that it was told is the sign. */
inline look_what_is_left()
{
    load(WORD, RELAXED, word);
    if
    :: word & SIDE -> phase = RELEASING
    :: else -> assert(COUNT(word) == 0); deaths++; phase = REACHED_ZERO
    fi
}

inline begin_death()
{
    assert(deaths == 1 && references == 0);
    assert_all_accesses_before(BLOCK);
#ifdef SHARE_AT_DEATH
    load(WORD, RELAXED, word);
    if
    :: word & SIDE -> drop_share()
    :: else
    fi;
#endif
    phase = DYING
}

/* What destroy does when it retains or releases the dying object. */
inline add_while_dying(amount)
{
    load(WORD, ACQUIRE, word);
    if
    :: word & SIDE -> find_side_word(); exchange(SIDE_WORD, word, word + amount, ACQ_REL)
    :: else -> exchange(WORD, word, word + amount, ACQ_REL)
    fi;
    assert(word & DEAD)
}

/* The block gives its share of the record back, and then goes. */
inline give_share_back()
{
    load(WORD, RELAXED, word);
    if
    :: word & SIDE ->
        find_side_word();
        load(SIDE_WORD, ACQUIRE, word);
        assert(COUNT(word) == 1);
#if !defined(SHARE_KEPT) && !defined(SHARE_AT_DEATH)
        drop_share()
#endif
    :: else -> assert(COUNT(word) == 1)
    fi;
    phase = DROPPED
}

inline drop_share()
{
    exchange(SHARES, word, word - 1, DROP);
    assert(word > 0);
    if
    :: word == 1 -> free(RECORD)
    :: else
    fi
}

/* hf_weak_set: finds the record, or takes the lock to make it. */
inline begin_set_weak()
{
    load(WORD, LIVE, word);
    phase = (word & SIDE -> MADE : LOCKED)
}

/* The lock is taken, and the look for SIDE repeated under it. */
inline look_again()
{
    lock();
#ifdef NO_SECOND_LOOK
    word = 0;
#else
    load(WORD, RELAXED, word);
#endif
    if
    :: word & SIDE -> unlock(); phase = MADE
    :: else ->
        records++;
        assert(records == 1);
        use(RECORD_FIELDS);
        store(SHARES, 1, RELAXED);
        store(META, RECORD_IN_META, META_ORDER);
        load(WORD, RELAXED, word);
        phase = COPYING
    fi
}

/* The word goes into the record; others go on changing it. */
inline copy_word()
{
#ifdef SIDE_BEFORE_COPY
    exchange(WORD, word, word | SIDE, SIDE_ORDER);
#else
    store(SIDE_WORD, word, RELAXED);
#endif
    phase = COPIED
}

/* SIDE goes into the object's word, from exactly the word that was copied. */
inline try_set_side()
{
    done = true;
#if defined(SIDE_BEFORE_COPY)
    store(SIDE_WORD, word, RELEASE);
#elif defined(COPY_BY_STORE)
    store(WORD, word | SIDE, SIDE_ORDER);
#else
    compare_exchange(WORD, word, word | SIDE, SIDE_ORDER, done);
#endif
    if
    :: done -> unlock(); word = 0; phase = MADE
    :: else -> load_last(WORD, word); phase = COPYING
    fi
}

inline end_set_weak()
{
    read_record();
    exchange(SHARES, word, word + 1, RELAXED);
    assert(word > 0);
    weak++;
    phase = IDLE
}

/* meta_of(): the type, out of the header or out of the record. */
inline ask_type()
{
    load(META, ACQUIRE, word);
    if
    :: word == RECORD_IN_META -> read_record()
    :: else
    fi
}

/* hf_is_unique() of an object in whose word no SIDE was seen: the word is read once more. */
inline ask_unique()
{
    load(WORD, LIVE, word);
    if
    :: word & SIDE
    :: else ->
        load(WORD, ACQUIRE, word);
        if
        :: COUNT(word) == 1 ->
            assert(references == 1 && records == 0);
            d_step { assert_all_accesses_before(BLOCK); access(BLOCK) }
        :: else
        fi
    fi
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
            references++; held++
        :: else
        fi
    fi
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
    byte seen, word, result, weak;
    bool done;

    do
    :: atomic { phase == IDLE && held > 0 -> held--; release(); clear() }
    :: atomic { phase == RELEASING -> try_release_on_the_side(); clear() }
    :: atomic { phase == LEFT_NONE -> look_what_is_left(); clear() }
    :: atomic { phase == REACHED_ZERO ->
        exchange(WORD, word, word + ONE + DEAD, ACQUIRE);
        begin_death();
        clear() }
    :: atomic { phase == DYING -> phase = DESTROYED }
    :: atomic { phase == DYING -> add_while_dying(ONE); phase = RETAINED; clear() }
    :: atomic { phase == RETAINED -> add_while_dying(-ONE); phase = DESTROYED; clear() }
    :: atomic { phase == DESTROYED -> give_share_back(); clear() }
    :: atomic { phase == DROPPED -> free(BLOCK); phase = IDLE }
    :: atomic { phase == IDLE && weak > 0 -> weak--; drop_share(); clear() }

    :: atomic { MAY(held > 0) -> steps--; retain(); clear() }
    :: atomic { phase == RETAINING -> retain_on_the_side(); clear() }
    :: atomic { MAY(held > 0) -> steps--; ask_type(); clear() }
    :: atomic { MAY(held > 0) -> steps--; ask_unique(); clear() }
    :: atomic { MAY(weak > 0) -> steps--; try_upgrade(); clear() }

    :: atomic { MAY(held > 0) -> steps--; begin_set_weak(); clear() }
    :: atomic { phase == LOCKED && !locked -> look_again() }
    :: atomic { phase == COPYING -> copy_word() }
    :: atomic { phase == COPIED -> try_set_side(); done = false }
    :: atomic { phase == MADE -> end_set_weak(); clear() }

    :: atomic { phase == IDLE && held == 0 && weak == 0 -> end_thread(); break }
    od
}

init {
    atomic {
        begin_memory();
        references = THREADS;
        memory[WORD].value[0] = references * ONE;
        run mutator(0, 1);
#if THREADS == 3
        run mutator(2, 1);
#endif
        run mutator(1, 1)
    }
    _nr_pr == 1;
    assert(references == 0 && deaths == 1);
    assert(freed[BLOCK] && (freed[RECORD] || records == 0))
}
