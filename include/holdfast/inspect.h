/* SPDX-License-Identifier: MIT
 *
 * Who lives: the number of living objects by type, and the sum of the books.
 * Knows types. The books are always kept; they cost no atomic operation. */
#ifndef HOLDFAST_INSPECT_H
#define HOLDFAST_INSPECT_H

#include <stdio.h>

#include "collect.h"
#include "type.h"

HF_BEGIN_C

/* ---- how much is written down ----

 * Without a word nothing but sums is kept. For more, set HOLDFAST_TRACK in the environment of any
 * program that uses the library, or call hf_track before it makes the objects in question:
 *
 *     HOLDFAST_TRACK=sites        which objects live, and by which calls each was made
 *     HOLDFAST_TRACK=holders      also who took each reference that lies in no object
 *     HOLDFAST_TRACK=holders:64   the latter for one object in sixty-four
 *
 * A program that runs with the rights of another user reads none of this from its environment.
 *
 * Costs. Off: nothing. Sites: 8 to 16 bytes before an object, 24 beside it, and some twenty
 * nanoseconds, two times its creation. Holders: a side record (weak.h) for each object, and a look
 * up the stack for each retain and release of it. */
enum {
    HF_TRACK_OFF = 0,     /* nothing but sums */
    HF_TRACK_SITES = 1,   /* which objects live, and who made each */
    HF_TRACK_HOLDERS = 2, /* also who took each reference that lies in no object */
    HF_TRACK_KIND_MASK_ = 255,
    HF_TRACK_EVERY_SHIFT_ = 8,
    HF_TRACK_MOST_ = 0xFFFFFF
};
/* HF_TRACK_HOLDERS for one of so many objects, from 1 to 16,777,215, and HF_TRACK_SITES for all. */
#define HF_TRACK_SAMPLED(every) (HF_TRACK_HOLDERS | (unsigned)(every) << HF_TRACK_EVERY_SHIFT_)

/* From now on new objects are written down as level says; those that exist stay as they are.
 * Returns 0, or -1 and EINVAL for a level that isn't one. Threads: any. Cost: O(types). */
HF_API int hf_track(unsigned level);

/* ---- sums ---- */

/* Returns the number of living objects of exactly this type, as in `hf_live(&hf_type_node)`: those
 * made by hf_new and its kin and those on the stack; static objects are not counted. Exact when no
 * other thread makes or releases objects meanwhile. Threads: any. Cost: O(threads), a lock. */
HF_API size_t hf_live(const hf_type *type);

/* The books of all types together. */
struct hf_stats {
    uint64_t born;       /* objects made since the start */
    uint64_t died;       /* objects whose memory went back */
    uint64_t live;       /* born - died */
    uint64_t live_bytes; /* their payloads: types and flexible arrays, without headers */
    size_t types;        /* types of which at least one object was made */
    size_t waiting;      /* references that slots let go, and that read sections keep (slot.h) */
};

/* Writes the sums to *out. Exactness, threads and cost as for hf_live, times the number of
 * types. */
HF_API void hf_stats(struct hf_stats *out);

/* Writes one line for each type that has living objects, most bytes first, then a line with the
 * sums.
 * Returns 0, or -1 and errno when out can't be written or memory for sorting is missing. Threads:
 * any. */
HF_API int hf_report(FILE *out);

/* From now on objects are written down as with HF_TRACK_SITES, unless more is; and when the program
 * calls exit or returns from main, the library writes to standard error what is left, after all
 * functions that were given to atexit later than this call: by type and by the calls that made it,
 * whether a cycle holds it or a reference from outside, or both, and which field to make weak. The
 * same with HOLDFAST_REPORT=1 in the environment, from before main on. What other threads hold is
 * left, too; exit doesn't wait for them.
 * HOLDFAST_SNAPSHOT=PATH writes a snapshot of it for the command holdfast, and %p in PATH is the
 * number of the process.
 * Returns 0, or -1 and ENOMEM. Threads: any, but usually main at its beginning. */
HF_API int hf_report_at_exit(void);

/* ---- nothing is left behind ----

 *     hf_census *before = hf_census_take();
 *     operation();
 *     assert(hf_census_end(before, stderr) == 0);
 */

/* How many objects of each type live at one moment. */
typedef struct hf_census hf_census;

/* Returns the numbers of now, or NULL and ENOMEM. Owner: the caller; hf_census_end. Exactness,
 * threads: as for hf_live. Cost: O(types). Cyclic garbage lives: call hf_collect first. */
HF_API hf_census *hf_census_take(void);

/* Writes to out, unless it is NULL, a line for each type of which more or fewer objects live now,
 * or larger ones. Returns how many types these are. Errors in writing are for ferror(out).
 * Exactness, threads: as for hf_live. */
HF_API size_t hf_census_compare(const hf_census *census, FILE *out);

/* The same, and frees the census, which no other thread may use. */
HF_API size_t hf_census_end(hf_census *census, FILE *out);

/* ---- why is it still there? ----

 * A reference that lies in no object is one from outside: in a variable, or in the program's own
 * tables. The library knows how many there are, since it knows all others. So these calls walk
 * everything that is written down, and say what holds an object, up to a reference from outside.
 *
 * For all of them: objects must be written down (hf_track), else -1, NULL or SIZE_MAX and ENODATA;
 * ENOENT when this one is not; ENOMEM; EDEADLK inside hf_find_cycles. Objects that were made before
 * are known as far as edges lead to them. No other thread may change objects meanwhile; one that
 * goes on is asked with hf_snapshot_fork. Trace functions run, under their guards. Cost: O(objects
 * and edges), in time and memory: a second for a million objects. Lines of the source are asked of
 * addr2line, a program of binutils, unless the environment says HOLDFAST_SYMBOLS=off. */

/* Writes why object lives: what holds it by which field, and so on up to what is held from outside;
 * and by whom that is held, as far as HOLDFAST_TRACK=holders tells, or its address stands in a
 * global variable. Of garbage it writes the cycles, and which field to make weak. Returns 0, or -1
 * and errno. */
HF_API int hf_why_alive(const void *object, FILE *out);

/* Writes all that hold object: references from outside, by the calls that took them, and the fields
 * of other objects. Returns 0, or -1 and errno. Without HF_TRACK_HOLDERS it is only known how many
 * references from outside there are. */
HF_API int hf_who_holds(const void *object, FILE *out);

/* Returns how many bytes of objects would go with object: its own, and those of all objects that
 * nothing else keeps. SIZE_MAX and errno when it can't be told. */
HF_API size_t hf_retained_size(const void *object);

/* Returns the nearest object through which everything leads that keeps object: borrowed. NULL with
 * errno 0 when there is none, because it is held from outside or in several ways; NULL and errno
 * when it can't be told. */
HF_API const void *hf_dominator(const void *object);

/* Writes the shortest way to a root to edges, from what holds object outwards, as far as there is
 * room: field of edges[0].object leads to object, that of edges[1].object to edges[0].object. The
 * last is held from outside, or of a garbage cycle. Returns how many edges there are, whatever the
 * room; 0 when object is a root itself; SIZE_MAX and errno when it can't be told. */
HF_API size_t hf_path_to_root(const void *object, struct hf_cycle_edge *edges, size_t room);

/* ---- files that other programs open ---- */

/* In which form a snapshot is written: whose programs open it. */
enum hf_snapshot_format {
    HF_HEAPSNAPSHOT, /* Chrome DevTools (Memory, Load profile); the holdfast command */
    HF_DOT,          /* Graphviz: a drawing of up to 300 objects, from the roots on */
    HF_DHAT,         /* DHAT's viewer (dh_view.html), Firefox Profiler: bytes by the calls that made
                        them */
    HF_COLLAPSED     /* flame graphs: a line for each stack, outermost first */
};

/* Writes all objects that are written down to a file, which appears whole or not at all. In
 * HF_HEAPSNAPSHOT an object keeps its identifier for its life, so that snapshots can be compared.
 * Returns 0, or -1 and errno: those of the questions above, and those of writing. Threads, cost: as
 * for those questions, too. */
HF_API int hf_snapshot_write(const char *path, enum hf_snapshot_format format);

/* The same in a child of a fork, while this process and all its threads go on; what is written is
 * the heap at the moment of the call, as the child finds it: objects that other threads were just
 * changing may be missing, or seem to be held from outside. Trace functions run in the child
 * without their guards, which nobody is left to give back, so that what they find may be half
 * changed; a child that crashes, or takes more than ten minutes, has failed, and that is all. It
 * needs a malloc that goes on after a fork among threads: that of the C library does, that of GCC
 * 12's ThreadSanitizer may not.
 * Returns a descriptor that can be read when it is done, for hf_snapshot_wait; or -1 and errno.
 * Cost here: a fork. */
HF_API int hf_snapshot_fork(const char *path, enum hf_snapshot_format format);

/* Waits until the file is there, and closes the descriptor. Returns 0, or -1 and errno: that of the
 * child; EAGAIN when the child met an object that was just being changed, and died. Threads: any,
 * one for each descriptor. */
HF_API int hf_snapshot_wait(int descriptor);

/* Writes to a file what is at most depth edges away from object, in both directions, for Graphviz.
 * Returns 0, or -1 and errno, threads and cost as for hf_snapshot_write. */
HF_API int hf_neighbourhood_write(const char *path, const void *object, unsigned depth);

HF_END_C

#endif
