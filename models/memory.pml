/* SPDX-License-Identifier: MIT
 *
 * C11 memory for Spin: every thread may read stale values, as far as release and acquire let it.
 * Knows locations, threads and areas by number; the model that includes this file defines how many.
 * The argument is in README.md, "Memory": this is the view machine of RC11, without promises.
 *
 * A location keeps its writes in order, each with the view that it carries: what a reader who
 * acquires gets to know. A thread's view says for each location the oldest write that it may
 * still read. An acquiring read joins the write's view to the thread's; a releasing write carries
 * the thread's view; a read-modify-write reads the last write and passes on what that one carried,
 * which is what C11 calls a release sequence. Writes that no thread can read any more are dropped.
 *
 * An area is memory that somebody frees: a block, a side record. A view has a bit for each area
 * and thread: "the last access of that thread to that area happened before this point". Every
 * access clears the bit in all other views, and free() asks for all of them. So a use after free
 * and a free that is not ordered after every use are failed assertions, whoever came first.
 *
 * The model defines before the include:
 *     THREADS            how many threads run at once, numbered from 0; MAIN comes after them
 *     LOCATIONS  AREAS   how many of each
 *     WRITES             how many writes that can still be read a location may have: at most 16
 *     AREA(location)     the area in which it lies, or NO_AREA
 * and if it wants to
 *     VALUE              the type of what a location holds: byte if nothing is said
 *     PLACE_BITS         of a view for each location: 4 if nothing is said, 3 with up to 8 writes
 *     FENCES             there are fences
 *     READS(thread, location)   whether the thread loads it at all, outside of read-modify-writes
 * and each process that uses memory has the local variables `byte me, seen`. */

#ifndef VALUE
#define VALUE byte
#endif
#ifndef PLACE_BITS
#define PLACE_BITS 4
#endif

#ifndef READS
#define READS(thread, where) true
#endif

#define RELAXED 0
#define ACQUIRE 1
#define RELEASE 2
#define ACQ_REL 3
#define NO_AREA 255

#define MAIN THREADS
#define ALL_THREADS (THREADS + 1)

/* A view in one integer: some bits for each location, then one for each area and thread. */
#define AT(view, where) (((view) >> (PLACE_BITS * (where))) & ((1 << PLACE_BITS) - 1))
#define AT_ONE(where) (1 << (PLACE_BITS * (where)))
#define KNOWS(area, thread) (1 << (PLACE_BITS * LOCATIONS + (area) * ALL_THREADS + (thread)))
#define KNOWS_ALL (((1 << (AREAS * ALL_THREADS)) - 1) << (PLACE_BITS * LOCATIONS))

typedef place {
    VALUE value[WRITES];
    int carries[WRITES];
    byte last
}

place memory[LOCATIONS];
int view[ALL_THREADS];
int lock_carries;
bool locked;
#ifdef FENCES
/* What the last fence of any thread knew of the locations. */
int fence_carries;
#define FOR_FENCES(statement) statement
#else
#define FOR_FENCES(statement) skip
#endif
bool freed[AREAS];

/* Counters of loops that run inside one step: no state depends on them. */
hidden byte k;
hidden byte m;
hidden byte n;
hidden byte low;
hidden byte top;

/* What follows, up to begin_memory(), may stand only inside d_step. */

/* Adds to the view `into` what the view `from` knows of the locations. */
inline join_places(into, from)
{
    for (k : 0 .. LOCATIONS - 1) {
        if
        :: AT(from, k) > AT(into, k) -> into = into + (AT(from, k) - AT(into, k)) * AT_ONE(k)
        :: else
        fi
    }
}

/* Adds to the view `into` all that the view `from` knows. */
inline join(into, from)
{
    join_places(into, from);
    into = into | ((from) & KNOWS_ALL)
}

/* This thread reads or writes something in the area. */
inline access(area)
{
    if
    :: area != NO_AREA ->
        assert(!freed[area]);
        for (n : 0 .. LOCATIONS - 1) {
            for (m : 0 .. memory[n].last) {
                memory[n].carries[m] = memory[n].carries[m] & ~KNOWS(area, me)
            }
        }
        for (n : 0 .. THREADS) {
            view[n] = view[n] & ~KNOWS(area, me)
        }
        lock_carries = lock_carries & ~KNOWS(area, me);
        view[me] = view[me] | KNOWS(area, me)
    :: else
    fi
}

/* Asserts that every access of any thread to the area happened before this point of this thread. */
inline assert_all_accesses_before(area)
{
    assert(!freed[area]);
    for (n : 0 .. THREADS) {
        assert(view[me] & KNOWS(area, n))
    }
    n = 0
}

/* This thread reads no older write of the location than this one. */
inline advance(where, to)
{
    view[me] = view[me] + (to - AT(view[me], where)) * AT_ONE(where)
}

/* The view counts the writes of the location from the oldest that is kept. */
inline renumber(where, a_view)
{
    a_view = a_view - (AT(a_view, where) < low -> AT(a_view, where) : low) * AT_ONE(where)
}

/* Forgets the writes of the location that no thread can read any more. */
inline forget(where)
{
    low = memory[where].last;
    for (n : 0 .. THREADS - 1) {
        low = (READS(n, where) && AT(view[n], where) < low -> AT(view[n], where) : low)
    }
    if
    :: low > 0 ->
        top = memory[where].last - low;
        for (m : 0 .. memory[where].last) {
            memory[where].value[m] = (m <= top -> memory[where].value[m + low] : 0);
            memory[where].carries[m] = (m <= top -> memory[where].carries[m + low] : 0)
        }
        memory[where].last = top;
        for (n : 0 .. LOCATIONS - 1) {
            for (m : 0 .. memory[n].last) {
                renumber(where, memory[n].carries[m])
            }
        }
        for (n : 0 .. THREADS) {
            renumber(where, view[n])
        }
        renumber(where, lock_carries);
        FOR_FENCES(renumber(where, fence_carries))
    :: else
    fi
}

/* Appends a write; `passed_on` is what it carries of the write that a read-modify-write read. */
inline append(where, new, order, passed_on)
{
    assert(memory[where].last < WRITES - 1);
    m = memory[where].last + 1;
    memory[where].value[m] = new;
    memory[where].carries[m] = passed_on;
    memory[where].last = m;
    advance(where, m);
    if
    :: (order) & RELEASE -> join(memory[where].carries[m], view[me])
    :: else
    fi;
    forget(where)
}

#define LAST(where) memory[where].value[memory[where].last]
#define LAST_CARRIES(where) memory[where].carries[memory[where].last]

inline acquire_last(where, order)
{
    if
    :: (order) & ACQUIRE -> join(view[me], LAST_CARRIES(where))
    :: else
    fi
}

/* What follows are the operations of a model, each of them one step. */

/* Everybody knows that nothing has happened yet. */
inline begin_memory()
{
    d_step {
        for (n : 0 .. THREADS) {
            view[n] = KNOWS_ALL
        }
        n = 0
    }
}

/* got = the value of a write that this thread may still read. */
inline load(where, order, got)
{
    atomic {
        assert(READS(me, where));
        select(seen : AT(view[me], where) .. memory[where].last);
        true;
        d_step {
            access(AREA(where));
            got = memory[where].value[seen];
            advance(where, seen);
            if
            :: (order) & ACQUIRE -> join(view[me], memory[where].carries[seen])
            :: else
            fi;
            forget(where);
            seen = 0
        }
    }
}

/* A plain atomic store. */
inline store(where, new, order)
{
    d_step {
        access(AREA(where));
        append(where, new, order, 0)
    }
}

/* old = the last value; the location becomes `new`, an expression that may mention old. */
inline exchange(where, old, new, order)
{
    d_step {
        access(AREA(where));
        acquire_last(where, order);
        old = LAST(where);
        append(where, new, order, LAST_CARRIES(where))
    }
}

/* done = whether the location held `expected`, and now holds `new`. An exchange that fails for no
 * reason is one that is tried again with nothing changed, so it is left out. */
inline compare_exchange(where, expected, new, order, done)
{
    d_step {
        access(AREA(where));
        if
        :: LAST(where) == (expected) ->
            acquire_last(where, order);
            append(where, new, order, LAST_CARRIES(where));
            done = true
        :: else -> done = false
        fi
    }
}

/* got = the last value: what an exchange that has just failed read. */
inline load_last(where, got)
{
    d_step {
        access(AREA(where));
        got = LAST(where);
        advance(where, memory[where].last);
        forget(where)
    }
}

/* A plain read or write of something in the area, through a valid pointer. */
inline use(area)
{
    d_step {
        access(area)
    }
}

/* The area's memory goes back to the allocator. */
inline free(area)
{
    d_step {
        assert_all_accesses_before(area);
        freed[area] = true
    }
}

#ifdef FENCES
/* A sequentially consistent fence: this thread reads nothing older than what all fences before knew
 * of. That doesn't make what they knew happen before. What a fence does besides for relaxed reads
 * before it and relaxed writes after it is left out, which only allows more. */
inline fence()
{
    d_step {
        join_places(view[me], fence_carries);
        join_places(fence_carries, view[me]);
        k = 0
    }
}
#endif

/* The one mutex of a model. */
inline lock()
{
    atomic {
        !locked ->
        d_step {
            locked = true;
            join(view[me], lock_carries)
        }
    }
}

inline unlock()
{
    d_step {
        join(lock_carries, view[me]);
        locked = false
    }
}

/* The thread ends: MAIN knows all that it knew, and it will read no more. */
inline end_thread()
{
    d_step {
        join(view[MAIN], view[me]);
        view[me] = KNOWS_ALL;
        for (n : 0 .. LOCATIONS - 1) {
            advance(n, memory[n].last)
        }
        n = 0
    }
}
