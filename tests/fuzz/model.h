/* SPDX-License-Identifier: MIT
 *
 * The plain model that the fuzzer's graph is compared with: who holds whom, and who died.
 * Knows kinds of objects; calls the library only to look.
 * A thing of the model is counted by its handles and by the edges of things that hold. What a
 * destroy function hands out may be a member of the garbage set that is just dying, which then is
 * leaked, or not; so such a handle is tentative until the operation is over. */
#ifndef HOLDFAST_TESTS_MODEL_H
#define HOLDFAST_TESTS_MODEL_H

#include "fuzz/kinds.h"

enum { MOST_THINGS = 320, HANDLES = 24, WEAKS = 8, NOBODY = -1 };

/* The numbers of the two that are there from the start to the end. */
enum { ANCHOR, FRAME, FIRST_THING };

struct thing {
    void *address;
    enum kind_number kind;
    unsigned script; /* what its destroy function does, last_acts.c */
    size_t places;
    int edges[MOST_PLACES]; /* numbers of things, or NOBODY */
    int weak;
    size_t count;
    bool is_permanent; /* held by static storage or the frame */
    bool is_dead;      /* destroyed, or abandoned */
    bool is_abandoned;
    bool is_handed_out;        /* by a destroy function, while it died */
    bool is_leaked;            /* dead, and kept with all that it holds */
    unsigned begun, destroyed; /* calls of its destroy functions */
    unsigned notices_asked, notices_run;
    hf_death_token token;
};

struct handle {
    void *owned;
    int thing;
    bool is_tentative;
};

struct weak_handle {
    any_weak reference;
    int thing;
};

struct model {
    struct thing things[MOST_THINGS];
    size_t thing_count;
    struct handle handles[HANDLES];
    struct weak_handle weaks[WEAKS];
    bool is_collecting; /* the library is */
    bool may_resurrect; /* what this input allows */
    size_t died;        /* since the operation began */
    size_t scripts_run; /* in the same time */
    size_t leaked;      /* all in all */
    bool is_looked_at;  /* after this operation, all of the graph was */
    size_t looks_left_out;
    uint64_t live_before; /* objects of earlier inputs, which are leaked */
    bool is_reach_known;
    bool reach[MOST_THINGS];
};
extern struct model model;

void model_begin(bool may_resurrect);

/* Makes an object and its thing, with one count that the caller hands on; NOBODY when there are
 * enough. */
int model_new(enum kind_number kind, size_t size, unsigned script);

void model_hold(int thing);
void model_let_go(int thing);

/* Whether the thing's edges count. */
bool thing_holds(const struct thing *t);

/* The edge leads to target from here on, or nowhere. */
void model_edge(int from, size_t place, int target);

/* The references of a thing go. */
void model_dies(int thing);

/* Whether a handle, something permanent or something leaked leads to the thing. */
bool model_reaches(int thing);
/* To be called when an edge or a handle came. */
void model_reach_changed(void);

/* Marks in `live` what a collection must leave alone. What opaque objects hold counts as held from
 * outside, unless trusts_opaque; and so does what acyclic objects hold, and shared ones that
 * confined ones hold, unless trusts_borders; but not if gone says that the holder ends itself. */
void model_mark_live(bool *live, bool trusts_opaque, bool trusts_borders, const bool *gone);

/* Marks what a full collection leaves alone in the end. */
void model_mark_survivors(bool *live, bool trusts_opaque);

/* Marks what can be reached from the marked ones. */
void model_spread(bool *marked);

/* Whether an edge between the two would make something acyclic a part of a cycle. */
bool model_would_lie(int from, int target);

/* ---- handles ---- */

/* Returns the number of a free handle, or NOBODY. */
int handle_free(void);
/* The handle owns a reference that is counted already. */
void handle_fill(int handle, int thing, bool is_tentative);
/* Takes the reference out, still counted. */
void *handle_empty(int handle);
/* Gives it back; nothing if the handle is empty. */
void handle_release(int handle);

#endif
