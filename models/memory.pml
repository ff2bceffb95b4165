/* SPDX-License-Identifier: MIT
 *
 * C11 memory for Spin: every thread may read stale values, as far as release and acquire let it.
 * Knows locations, threads and areas by number; the model that includes this file defines how many.
 * The argument is in README.md, "Memory": this is the view machine of RC11, without promises.
 *
 * A location keeps its writes in order, each with the view that it carries: what a reader who
 * acquires gets to know. A thread's view says for each location the oldest write that it may still
 * read. An acquiring read joins the write's view to the thread's; a releasing write carries the
 * thread's view; a read-modify-write reads the last write and passes on what that one carried, which
 * is what C11 calls a release sequence. Writes that no thread can read any more are forgotten.
 *
 * An area is memory that somebody frees: a block, a side record. A view has a bit for each area and
 * thread, "the last access of that thread to that area happened before this point". Every access
 * clears the bit in all other views, and free() asks for all of them. So a use after free and a free
 * that is not ordered after every use are the same failed assertion.
 *
 * The model defines before the include:
 *     THREADS            how many threads run at once, numbered from 0; MAIN is the one that joins them
 *     LOCATIONS  AREAS   how many of each
 *     WRITES             how many writes that can still be read a location may have (asserted)
 *     AREA(location)     the area in which it lies, or NO_AREA
 * and each process that uses memory has the local variables `byte me, seen`. */

#define RELAXED 0
#define ACQUIRE 1
#define RELEASE 2
#define ACQ_REL 3
#define NO_AREA 255

#define MAIN THREADS
#define ALL_THREADS (THREADS + 1)
#define VIEW (LOCATIONS + AREAS * ALL_THREADS)
#define ACCESS(area, thread) (LOCATIONS + (area) * ALL_THREADS + (thread))

typedef view {
    byte at[VIEW]
}

typedef place {
    byte value[WRITES];
    view carries[WRITES];
    byte last
}

place memory[LOCATIONS];
view knows[ALL_THREADS];
view lock_carries;
bool locked;
bool freed[AREAS];

/* Counters of loops that run inside one step: no state depends on them. */
hidden byte k;
hidden byte n;
hidden byte m;
hidden byte low;
hidden byte top;

/* What follows up to load() may stand only inside d_step. */

/* Adds to the view `into` all that the view `from` knows. */
inline join(into, from)
{
    for (k : 0 .. VIEW - 1) {
        if
        :: from.at[k] > into.at[k] -> into.at[k] = from.at[k]
        :: else
        fi
    }
}

/* This thread reads or writes something in the area. */
inline access(area)
{
    if
    :: area != NO_AREA ->
        assert(!freed[area]);
        for (n : 0 .. LOCATIONS - 1) {
            for (m : 0 .. WRITES - 1) {
                memory[n].carries[m].at[ACCESS(area, me)] = 0
            }
        }
        for (n : 0 .. THREADS) {
            knows[n].at[ACCESS(area, me)] = (n == me -> 1 : 0)
        }
        lock_carries.at[ACCESS(area, me)] = 0
    :: else
    fi
}

/* Asserts that every access of any thread to the area happened before this point of this thread. */
inline assert_all_accesses_before(area)
{
    assert(!freed[area]);
    for (n : 0 .. THREADS) {
        assert(knows[me].at[ACCESS(area, n)])
    }
}

/* One view counts writes of this location from the oldest that is kept. */
inline renumber(where, which)
{
    which.at[where] = (which.at[where] > low -> which.at[where] - low : 0)
}

/* Forgets the writes of this location that no thread can read any more. */
inline forget(where)
{
    low = memory[where].last;
    for (n : 0 .. THREADS - 1) {
        low = (knows[n].at[where] < low -> knows[n].at[where] : low)
    }
    if
    :: low > 0 ->
        top = memory[where].last - low;
        for (m : 0 .. memory[where].last) {
            memory[where].value[m] = (m <= top -> memory[where].value[m + low] : 0);
            for (k : 0 .. VIEW - 1) {
                memory[where].carries[m].at[k] =
                    (m <= top -> memory[where].carries[m + low].at[k] : 0)
            }
        }
        memory[where].last = top;
        for (n : 0 .. LOCATIONS - 1) {
            for (m : 0 .. WRITES - 1) {
                renumber(where, memory[n].carries[m])
            }
        }
        for (n : 0 .. THREADS) {
            renumber(where, knows[n])
        }
        renumber(where, lock_carries)
    :: else
    fi
}

/* Appends a write; `reading` says that it is the write half of a read-modify-write. */
inline append(where, new, order, reading)
{
    assert(memory[where].last < WRITES - 1);
    memory[where].last++;
    m = memory[where].last;
    memory[where].value[m] = new;
    knows[me].at[where] = m;
    if
    :: reading ->
        for (k : 0 .. VIEW - 1) {
            memory[where].carries[m].at[k] = memory[where].carries[m - 1].at[k]
        }
    :: else
    fi;
    if
    :: (order) & RELEASE -> join(memory[where].carries[m], knows[me])
    :: else
    fi;
    forget(where)
}

inline read_last(where, order)
{
    if
    :: (order) & ACQUIRE -> join(knows[me], memory[where].carries[memory[where].last])
    :: else
    fi
}

/* What follows are the operations of a model, each of them one step. */

/* Everybody knows that nothing has happened yet. */
inline begin_memory()
{
    d_step {
        for (n : 0 .. THREADS) {
            for (m : LOCATIONS .. VIEW - 1) {
                knows[n].at[m] = 1
            }
        }
    }
}

/* got = the value of a write that this thread may still read. */
inline load(where, order, got)
{
    atomic {
        select(seen : knows[me].at[where] .. memory[where].last);
        d_step {
            access(AREA(where));
            got = memory[where].value[seen];
            knows[me].at[where] = seen;
            if
            :: (order) & ACQUIRE -> join(knows[me], memory[where].carries[seen])
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
        append(where, new, order, false)
    }
}

/* old = the last value; the location becomes `new`, an expression that may mention old. */
inline exchange(where, old, new, order)
{
    d_step {
        access(AREA(where));
        read_last(where, order);
        old = memory[where].value[memory[where].last];
        append(where, new, order, true)
    }
}

/* done = whether the location held `expected` and now holds `new`. It may fail for no reason, which
 * covers the weak form, and the strong one that reads a stale value: the caller loads again. */
inline compare_exchange(where, expected, new, order, done)
{
    atomic {
        if
        :: memory[where].value[memory[where].last] == (expected) ->
            d_step {
                access(AREA(where));
                read_last(where, order);
                append(where, new, order, true);
                done = true
            }
        :: true ->
            d_step {
                access(AREA(where));
                done = false
            }
        fi
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

/* The one mutex of a model. */
inline lock()
{
    atomic {
        !locked ->
        d_step {
            locked = true;
            join(knows[me], lock_carries)
        }
    }
}

inline unlock()
{
    d_step {
        join(lock_carries, knows[me]);
        locked = false
    }
}

/* The thread ends: MAIN knows all that it knew, and it will read no more. */
inline end_thread()
{
    d_step {
        join(knows[MAIN], knows[me]);
        for (k : 0 .. VIEW - 1) {
            knows[me].at[k] = 1
        }
        for (top : 0 .. LOCATIONS - 1) {
            knows[me].at[top] = memory[top].last
        }
    }
}
