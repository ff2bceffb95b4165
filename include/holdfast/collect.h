/* SPDX-License-Identifier: MIT
 *
 * Cycles: objects that only hold each other, found and ended while other threads go on.
 * Knows objects. Reference counting ends everything but cycles; the collector looks for sets of
 * objects all references to which come from the set itself, by trial deletion, and ends them like
 * any other death.
 *
 *     hf_collect();                              everything that is garbage now
 *     hf_collect_step(NULL);                     a little of it, from an idle loop
 *     hf_collector_start(NULL);                  or let a thread of the library do it
 *
 * No collection starts by itself inside retain, release, set or new, so destroy functions run only
 * where the program lets them: in these calls, or on the library's thread. No other thread is ever
 * stopped, and none waits. What is a candidate costs no memory; a collection takes at most 32 bytes
 * for each object that it walks, only while it runs.
 *
 * How the objects of one garbage set die: weak references to all of them become NULL; their death
 * notices run, then their destroy functions, in no promised order, while the memory of all is
 * intact; then their references go, and their memory. Which neighbours die together depends on
 * budgets, so a destroy function must not rely on a neighbour's being destroyed already, or not
 * yet. If one of them hands out a reference to an object of the set, then this object and all that
 * it reaches are leaked and reported, as after any other death.
 *
 * The borrowing rule (edge.h) matters here: a reference that lies in an object protects only those
 * who reach the object from outside. Objects with HF_CONFINED are collected by their own thread,
 * when it calls hf_collect or a kin of it; call it before the thread exits.
 * Guide: docs/cycles.md. Argument: docs/internals/collector.md. */
#ifndef HOLDFAST_COLLECT_H
#define HOLDFAST_COLLECT_H

#include "type.h"

HF_BEGIN_C

/* Ends all cyclic garbage that there is now, and what dies with it. Returns how many objects died
 * as members of garbage sets; 0 inside a destroy function or a death notice, where nothing is done.
 * Those that wait in a queue (queue.h) haven't died yet, and are not among them.
 * Garbage that another thread is just making, or that a weak reference is being upgraded to, may
 * be left for the next time. Without memory for the walk it gives up, and no object has changed.
 * Errors: none; hf_collect_stats counts what was given up. Threads: any, also several at once; runs
 * destroy functions on this one, without any lock of the library. Don't call it while holding what
 * a destroy function or a `.guard` locks. Cost: O(objects and edges that candidates reach). */
HF_API size_t hf_collect(void);

/* How much one step may do; zero is no limit of that kind. A step always finishes what it began: a
 * garbage set that is larger than the budget is ended in one step. */
typedef struct hf_budget {
    size_t objects;        /* to walk */
    unsigned microseconds; /* to spend before the last trial begins; one is always made */
} hf_budget;

/* Ends some of the garbage, within budget; NULL is the library's default, HF_STEP_OBJECTS and
 * HF_STEP_MICROSECONDS. Returns how many objects died, as hf_collect does; 0 doesn't mean that
 * nothing is left: a candidate that was in use meanwhile, or whose surroundings are larger than
 * this step wanted to walk, is tried again by later steps, each time further. After
 * hf_collect_stats says that there are no candidates, nothing is left.
 * Errors, threads: as for hf_collect. Cost: the budget; a small dead cycle costs the same however
 * much living memory it points into. */
HF_API size_t hf_collect_step(const hf_budget *budget);
#define HF_STEP_OBJECTS 16384
#define HF_STEP_MICROSECONDS 1000

/* As hf_collect, and sees through objects whose type has a `.trace` and no `.guard`. The caller
 * promises that no other thread touches such objects meanwhile. */
HF_API size_t hf_collect_quiescent(void);

/* How the library's thread works; zeros are the defaults. */
typedef struct hf_collector_options {
    unsigned interval_ms; /* between two looks at the candidates; default 10 */
    hf_budget step;       /* of each of its steps; default as for hf_collect_step(NULL) */
    size_t threshold;     /* candidates that make a look worth while; default 256. Adapts: higher
                             while steps end little, back to this when they end much. */
} hf_collector_options;

/* Starts the library's thread, which calls hf_collect_step when there is something to do. options
 * may be NULL, and is copied. Returns 0, or -1 and errno: EALREADY when it runs, ENOMEM or EAGAIN
 * when no thread can be made. Threads: any. All signals are blocked in that thread. In the child
 * of a fork it doesn't run; start it again there. */
HF_API int hf_collector_start(const hf_collector_options *options);

/* Stops the thread after the step it is in, and returns when it is gone, with everything that it
 * began finished; candidates stay for hf_collect. Does nothing when none runs. Called by a destroy
 * function on that thread itself, it only asks it to stop. Threads: any but those that hold what a
 * destroy function locks. */
HF_API void hf_collector_stop(void);

/* One edge of a garbage cycle: field of object, of type, leads to the object of the next edge; the
 * last leads to the first. */
struct hf_cycle_edge {
    const void *object;  /* borrowed, for the time of the call */
    const hf_type *type; /* of the object */
    const char *field;   /* as in the source; "(trace)" for what a trace function visits */
    size_t index;        /* of the element, in an array */
};

/* A garbage cycle, and the group of objects that it is part of. */
struct hf_cycle {
    const struct hf_cycle_edge *edges; /* valid for the time of the call */
    size_t length;  /* the least in a group of up to 64; in others, through one object */
    size_t objects; /* of the group: all that hold each other, directly or not */
};

/* Calls fn for each group of objects that hold each other in a circle and are garbage, with one
 * cycle of it, and ends nothing; without fn it only counts. What only hangs on a cycle is in no
 * group. Returns how many groups there are; 0 also inside a destroy function or a death notice, and
 * inside fn.
 *
 * Nothing that fn sees is freed while it runs, and no thread collects shared objects. So fn must
 * not wait for a thread that does, stop the library's, fork, let an object on the stack die, or
 * leave by longjmp; and it must neither change the objects nor release anything that leads to them.
 * A group that somebody reached through a weak reference since is left out; while fn runs, that is
 * the program's to prevent.
 *
 * Errors: (size_t)-1 and errno ENOMEM without memory; fn may have been told of confined cycles
 * then, and of no others. Threads: any. Cost: as hf_collect. */
HF_API size_t hf_find_cycles(void (*fn)(const struct hf_cycle *cycle, void *ctx), void *ctx);

/* What the collector has done since the start, all threads together. */
struct hf_collect_stats {
    uint64_t candidates; /* now: objects that may hold a garbage cycle together; dead ones apart */
    uint64_t steps;      /* calls that had something to do */
    uint64_t tried;      /* candidates that were walked from */
    uint64_t walked;     /* objects that were looked at for them */
    uint64_t dropped;    /* candidates that were found to live */
    uint64_t postponed;  /* candidates that were in use, or reached too far, for now */
    uint64_t aborted;    /* verdicts that were taken back because somebody came in between */
    uint64_t reclaimed;  /* objects that died as members of garbage sets */
    uint64_t leaked;     /* of those, kept because a destroy function handed them out */
    uint64_t gave_up;    /* steps that lacked memory */
    uint64_t longest_step_us; /* without destroy functions and frees */
};

/* Writes the figures to *out. Threads: any. Cost: O(1). */
HF_API void hf_collect_stats(struct hf_collect_stats *out);

/* For types with a `.guard`: called under the guard, before the program stores a reference that it
 * already owns into a container that `.trace` visits. A reference that was just retained needs it
 * too. NULL is ignored. Threads: any that hold a reference. Cost: one atomic operation. */
HF_API void hf_note_store(void *object);

HF_END_C

#endif
