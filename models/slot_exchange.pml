/* SPDX-License-Identifier: MIT
 *
 * What a slot has let go, and the sections that may have read it.
 * Knows a slot that holds OBJECT; a thread that reads it in sections; one that takes OBJECT out and
 * defers its end; and one that looks who reads, and ends it.
 * The argument is in README.md; src/sync/epoch.c, src/sync/deferred.c and src/handle/slot.c do this,
 * and Concurrency Kit's ck_epoch_begin, ck_epoch_end and ck_epoch_poll.
 *
 * Proven: OBJECT is ended after its last use in any section, whether nobody was found to read or
 * the epoch has made three steps.
 *
 * Twins, each of which must fail:
 *     NO_FENCE_BEGIN    no fence between the beginning of a section and its look at the slot
 *     SECTIONS=3 NO_FENCE_DEFER   nor between taking out and the look at the epoch
 *     NO_FENCE_DEFER NO_FENCE_LOOK   nor between that and the look who reads
 *     LOOKED_FIRST      what waits is looked at when it is known already who reads
 *     AT_ONCE           nobody looks who reads
 *     ONE_STEP_LESS     two steps are taken for enough
 *     STEP_REGARDLESS   the epoch steps though a section has not seen the present one
 *     RELAXED_END       a section ends without release
 *     SECTIONS=3 RELAXED_SEEN     nor does a section release that says which epoch it saw
 *     RELAXED_SCAN      who looks for sections does not acquire
 *     RELAXED_TAIL      what waits is shown without release
 *     BARE BARE_UNSEEN  sections that only count themselves are not looked for
 * With NO_FENCE_LOOK alone it is sound: the fence of who defers stands before the look, too, if what
 * waits was seen. With BARE the reader only counts its sections; with READERS=2 there is another one. On x86 loads
 * keep their order, so that there two steps are enough. */

#ifndef SECTIONS
#define SECTIONS 2
#endif
#ifndef LOOKS
#define LOOKS 4
#endif

#ifndef READERS
#define READERS 1
#endif

#define THREADS (READERS + 2)
#define WRITER READERS
#define ENDER (READERS + 1)
#define SLOT 0
#define EPOCH 1
#define TAIL 2 /* 0, or the epoch in which OBJECT was taken out, and one */
#define BARE_SECTIONS 3
#define ACTIVE(reader) (4 + 2 * (reader))
#define SEEN(reader) (5 + 2 * (reader))
#define LOCATIONS (4 + 2 * READERS)
#define OBJECT 0
#define AREAS 1
#define AREA(where) NO_AREA
#define WRITES 8
#define PLACE_BITS 3
#define READS(thread, where) \
    (where == EPOCH || (where == SLOT && thread < WRITER) || (where > EPOCH && thread == ENDER))
#define FENCES
#include "memory.pml"

#ifdef NO_FENCE_BEGIN
#define FENCE_BEGIN skip
#else
#define FENCE_BEGIN fence()
#endif
#ifdef NO_FENCE_DEFER
#define FENCE_DEFER skip
#else
#define FENCE_DEFER fence()
#endif
#ifdef NO_FENCE_LOOK
#define FENCE_LOOK skip
#else
#define FENCE_LOOK fence()
#endif
#ifdef ONE_STEP_LESS
#define ENOUGH 2
#else
#define ENOUGH 3
#endif
#ifdef RELAXED_END
#define END RELAXED
#else
#define END RELEASE
#endif
/* The fence that begins a section stands before the store. */
#ifdef RELAXED_SEEN
#define SAY RELAXED
#else
#define SAY RELEASE
#endif
/* A fence of loads stands behind the looks. */
#ifdef RELAXED_SCAN
#define SCAN RELAXED
#else
#define SCAN ACQUIRE
#endif
#ifdef RELAXED_TAIL
#define SHOW RELAXED
#else
#define SHOW RELEASE
#endif
inline begin_section()
{
#ifdef BARE
    atomic { exchange(BARE_SECTIONS, got, got + 1, RELAXED); FENCE_BEGIN; got = 0 }
#else
    atomic { store(ACTIVE(me), 1, RELAXED); FENCE_BEGIN }
    atomic { load(EPOCH, RELAXED, got); store(SEEN(me), got, SAY); got = 0 }
#endif
}

inline end_section()
{
#ifdef BARE
    atomic { exchange(BARE_SECTIONS, got, got - 1, END); got = 0 }
#else
    atomic { store(ACTIVE(me), 0, END) }
#endif
}

proctype reader(byte me)
{
    byte seen, got, sections;

    do
    :: sections < SECTIONS ->
        begin_section();
        atomic {
            load(SLOT, ACQUIRE, got);
            if
            :: got -> use(OBJECT)
            :: else
            fi
        }
        if
        :: atomic { got -> use(OBJECT); got = 0 }
        :: else
        fi;
        end_section();
        sections++
    :: else -> break
    od;
    atomic { sections = 0; end_thread() }
}

proctype writer(byte me)
{
    byte seen, got;

    atomic { use(OBJECT); exchange(SLOT, got, 0, ACQ_REL); FENCE_DEFER }
    atomic { load(EPOCH, RELAXED, got); store(TAIL, got + 1, SHOW); got = 0 }
    atomic { end_thread() }
}

inline look_at_tail()
{
    load(TAIL, ACQUIRE, waiting)
}

/* Looks at one reader; a section that has not seen the present epoch is in the way. */
inline look_at_reader(which)
{
    atomic {
        load(ACTIVE(which), SCAN, got);
        if
        :: got ->
            is_read = true;
            load(SEEN(which), SCAN, got);
            is_behind = is_behind || got != now
        :: else
        fi;
        got = 0
    }
}

inline look_for_bare()
{
#ifdef BARE_UNSEEN
    skip
#else
    atomic { load(BARE_SECTIONS, SCAN, got); is_unknown = got > 0; got = 0 }
#endif
}

inline step()
{
#ifdef STEP_REGARDLESS
    compare_exchange(EPOCH, now, now + 1, ACQ_REL, done);
#else
    if
    :: !is_behind && is_read -> compare_exchange(EPOCH, now, now + 1, ACQ_REL, done)
    :: else
    fi;
#endif
    now = now + done;
    done = false
}

inline end_object()
{
    atomic {
        if
#ifdef AT_ONCE
        :: waiting && !freed[OBJECT] -> use(OBJECT); free(OBJECT)
#else
        :: waiting && !freed[OBJECT] && !is_unknown && (!is_read || now + 1 - waiting >= ENOUGH) ->
            use(OBJECT);
            free(OBJECT)
#endif
        :: else
        fi;
        is_read = false;
        is_behind = false;
        is_unknown = false;
        now = 0;
        waiting = 0
    }
}

proctype ender(byte me)
{
    byte seen, got, looks, waiting, now;
    bool is_read, is_behind, is_unknown, done;

    do
    :: looks < LOOKS && !freed[OBJECT] ->
#ifndef LOOKED_FIRST
        look_at_tail();
#endif
        atomic { load(EPOCH, RELAXED, now); FENCE_LOOK }
        look_at_reader(0);
#if READERS > 1
        if
        :: !is_behind -> look_at_reader(1)
        :: else
        fi;
#endif
        atomic { step() }
        look_for_bare();
#ifdef LOOKED_FIRST
        look_at_tail();
#endif
        end_object();
        looks++
    :: else -> break
    od;
    atomic { looks = 0; end_thread() }
}

init {
    atomic {
        begin_memory();
        memory[SLOT].value[0] = 1;
        memory[EPOCH].value[0] = 1;
        run reader(0);
#if READERS > 1
        run reader(1);
#endif
        run writer(WRITER);
        run ender(ENDER)
    }
}
