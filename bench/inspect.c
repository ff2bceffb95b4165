/* SPDX-License-Identifier: MIT
 *
 * What does it cost to have objects written down, and to write a picture of a million of them?
 * Knows the public headers and the harness. Targets: with HF_TRACK_SITES twice what making and
 * ending an object may take, which is 1.25 times malloc and free of such a block (create.c): beside
 * what it does take the ratio would rise whenever creation gets faster. A snapshot of a million
 * objects and three million edges in 2 s. */
#include "holdfast/holdfast.h"

#include <stdlib.h>
#include <unistd.h>

#include "barrier.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#define CREATE_GOAL 1.25
#define SITES_GOAL (2 * CREATE_GOAL)
#define SNAPSHOT_GOAL 2000.0 /* ns for each object, in a million of them */

enum { DEEP = 10, EDGES = 3, OBJECTS = 1000000, BLOCK = 48 };

/* ---- births and deaths ----------------------------------------------------------------------- */

typedef struct leaf {
    uint64_t word[4];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

BENCH_APART static void
make(uint64_t n)
{
    while (n--) {
        leaf *object = hf_new(leaf);
        BENCH_HIDE(object);
        hf_release(object);
    }
}

BENCH_APART static void
make_batches(uint64_t n)
{
    static leaf *batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (int i = 0; i < BENCH_BATCH; i++) batch[i] = hf_new(leaf);
        BENCH_KEEP(batch);
        for (int i = 0; i < BENCH_BATCH; i++) hf_release(batch[i]);
    }
}

BENCH_APART static void
raw_make(uint64_t n)
{
    while (n--) {
        void *block = malloc(BLOCK);
        BENCH_HIDE(block);
        free(block);
    }
}

BENCH_APART static void
raw_batches(uint64_t n)
{
    static void *batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (int i = 0; i < BENCH_BATCH; i++) batch[i] = malloc(BLOCK);
        BENCH_KEEP(batch);
        for (int i = 0; i < BENCH_BATCH; i++) free(batch[i]);
    }
}

/* Below so many callers more. */
BENCH_APART static void
make_deep(uint64_t n, unsigned depth)
{
    if (depth) make_deep(n, depth - 1);
    else make(n);
    BENCH_KEEP(depth);
}

static void
track(unsigned level)
{
    if (hf_track(level)) bench_fail("hf_track");
}

#define DEFINE_TRACKED(level, LEVEL)        \
    static void make_##level(uint64_t n)    \
    {                                       \
        track(LEVEL);                       \
        make(n);                            \
        track(HF_TRACK_OFF);                \
    }                                       \
    static void batches_##level(uint64_t n) \
    {                                       \
        track(LEVEL);                       \
        make_batches(n);                    \
        track(HF_TRACK_OFF);                \
    }                                       \
    static void deep_##level(uint64_t n)    \
    {                                       \
        track(LEVEL);                       \
        make_deep(n, DEEP);                 \
        track(HF_TRACK_OFF);                \
    }

DEFINE_TRACKED(off, HF_TRACK_OFF)
DEFINE_TRACKED(sites, HF_TRACK_SITES)
DEFINE_TRACKED(holders, HF_TRACK_HOLDERS)
DEFINE_TRACKED(some, HF_TRACK_SAMPLED(64))

#define DEFINE_LEVELS(raw, kind)                                                \
    {                                                                           \
        {"malloc(48) + free", raw, 0, NULL},                                    \
            {SUBJECT ", nothing written down", kind##_off, CREATE_GOAL, NULL},  \
            {SUBJECT ", HOLDFAST_TRACK=sites", kind##_sites, SITES_GOAL, NULL}, \
            {SUBJECT ", HOLDFAST_TRACK=holders:64", kind##_some, 0, NULL},      \
        {                                                                       \
            SUBJECT ", HOLDFAST_TRACK=holders", kind##_holders, 0, NULL         \
        }                                                                       \
    }

static const struct bench_contender pairs[] = DEFINE_LEVELS(raw_make, make);
static const struct bench_contender batches[] = DEFINE_LEVELS(raw_batches, batches);
static const struct bench_contender deep_pairs[] = DEFINE_LEVELS(raw_make, deep);

/* ---- a million objects ----------------------------------------------------------------------- */

typedef struct node {
    struct node *edges[EDGES];
    uint64_t number;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG_ARRAY(node, edges)));

static node *heap[OBJECTS];

/* Made once, with edges at random; all of it is held from here. */
static void
make_heap(uint64_t n)
{
    (void)n;
    if (heap[0]) return;
    uint64_t state = 1;
    track(HF_TRACK_SITES);
    for (size_t i = 0; i < OBJECTS; i++) {
        heap[i] = hf_new(node);
        if (!heap[i]) bench_fail("out of memory");
        heap[i]->number = i;
    }
    for (size_t i = 0; i < OBJECTS; i++) {
        for (unsigned e = 0; e < EDGES; e++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            hf_set_at(heap[i], edges, e, heap[(state >> 33) % OBJECTS]);
        }
    }
    track(HF_TRACK_OFF);
}

BENCH_APART static void
visit(uint64_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        for (unsigned e = 0; e < EDGES; e++) sum += heap[i % OBJECTS]->edges[e]->number;
    }
    BENCH_KEEP(sum);
}

static void
write_snapshot(uint64_t n)
{
    static const char path[] = "bench_inspect.heapsnapshot";
    if (n != OBJECTS || hf_snapshot_write(path, HF_HEAPSNAPSHOT)) bench_fail("hf_snapshot_write");
    unlink(path);
}

static void
ask_retained(uint64_t n)
{
    (void)n;
    if (hf_retained_size(heap[0]) == SIZE_MAX) bench_fail("hf_retained_size");
}

static const struct bench_contender pictures[] = {
    {"each object and edge visited", visit, 0, make_heap},
    {SUBJECT ", hf_snapshot_write", write_snapshot, SNAPSHOT_GOAL, make_heap},
    {SUBJECT ", hf_retained_size of one", ask_retained, 0, make_heap}};

static const struct bench_section sections[] = {
    {BENCH_SECTION("pair", "Make and destroy one object", "ns per object", pairs)},
    {BENCH_SECTION("deep", "The same, with ten callers more", "ns per object", deep_pairs)},
    {BENCH_SECTION("batch", "Make 1000 objects, then destroy them", "ns per object", batches)},
    {BENCH_SECTION("picture", "Of a million objects with three million edges, once",
                   "ns per object", pictures),
     .iterations = OBJECTS, .absolute = true}};

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, "What does it cost to see memory?", sections,
                      sizeof sections / sizeof sections[0]);
}
