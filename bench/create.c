/* SPDX-License-Identifier: MIT
 *
 * What does it cost to make an object with 32 bytes of payload and destroy it, against malloc
 * and free? Knows the public headers, the peers and the harness. Target: 1.25 times malloc and
 * free of a block as large as the object with its header, its payload zeroed. */
#include "holdfast/holdfast.h"

#include <stdlib.h>
#include <string.h>

#include "barrier.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#define CREATE_GOAL 1.25

enum { BLOCK = 48 };

typedef struct leaf {
    uint64_t word[4];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);
_Static_assert(sizeof(leaf) + 16 == BLOCK, "the baseline's block is another one");

typedef struct node {
    struct node *next;
    uint64_t word[3];
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef struct own {
    uint64_t word[4];
} own;
HF_DECLARE(own);
HF_TYPE(own, .flags = HF_CONFINED);

/* As every contender does, it makes the payload's 32 bytes zero. */
static inline void *
raw_new(void)
{
    char *block = malloc(BLOCK);
    if (!block) abort();
    BENCH_HIDE(block);
    memset(block + BLOCK - sizeof(leaf), 0, sizeof(leaf));
    return block;
}

BENCH_APART static void
raw_make(uint64_t n)
{
    while (n--) {
        void *block = raw_new();
        BENCH_KEEP(block);
        free(block);
    }
}

BENCH_APART static void
raw_batch(uint64_t n)
{
    static void *batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (int i = 0; i < BENCH_BATCH; i++) batch[i] = raw_new();
        BENCH_KEEP(batch);
        for (int i = 0; i < BENCH_BATCH; i++) free(batch[i]);
    }
}

BENCH_APART static void
calloc_make(uint64_t n)
{
    while (n--) {
        void *block = calloc(1, BLOCK);
        BENCH_KEEP(block);
        free(block);
    }
}

BENCH_APART static void
calloc_batch(uint64_t n)
{
    static void *batch[BENCH_BATCH];
    for (; n; n -= BENCH_BATCH) {
        for (int i = 0; i < BENCH_BATCH; i++) batch[i] = calloc(1, BLOCK);
        BENCH_KEEP(batch);
        for (int i = 0; i < BENCH_BATCH; i++) free(batch[i]);
    }
}

#define DEFINE_MAKE(function, T)                 \
    BENCH_APART static void function(uint64_t n) \
    {                                            \
        while (n--) {                            \
            T *object = hf_new(T);               \
            BENCH_HIDE(object);                  \
            hf_release(object);                  \
        }                                        \
    }

#define DEFINE_BATCH(function, T)                                       \
    BENCH_APART static void function(uint64_t n)                        \
    {                                                                   \
        static T *batch[BENCH_BATCH];                                   \
        for (; n; n -= BENCH_BATCH) {                                   \
            for (int i = 0; i < BENCH_BATCH; i++) batch[i] = hf_new(T); \
            BENCH_KEEP(batch);                                          \
            for (int i = 0; i < BENCH_BATCH; i++) hf_release(batch[i]); \
        }                                                               \
    }

DEFINE_MAKE(leaf_make, leaf)
DEFINE_MAKE(node_make, node)
DEFINE_MAKE(own_make, own)
DEFINE_BATCH(leaf_batch, leaf)
DEFINE_BATCH(node_batch, node)
DEFINE_BATCH(own_batch, own)

static const struct bench_contender makers[] = {
    {"malloc(48) + free", raw_make, 0, NULL},
    {"calloc(1, 48) + free", calloc_make, 0, NULL},
    {SUBJECT, leaf_make, CREATE_GOAL, NULL},
    {SUBJECT ", type with edges", node_make, 0, NULL},
    {SUBJECT ", confined type", own_make, CREATE_GOAL, NULL},
    BENCH_STD("std::make_shared", std_shared_make, 0, NULL)
        BENCH_BOOST("boost::intrusive_ptr", boost_intrusive_make, 0, NULL)
            BENCH_GLIB("g_atomic_rc_box", glib_arc_make, 0, NULL)
                BENCH_GLIB("GObject", glib_object_make, 0, NULL)
                    BENCH_RUST("Rust Arc", rust_arc_make, 0, NULL)};

static const struct bench_contender batch_makers[] = {
    {"malloc(48) + free", raw_batch, 0, NULL},
    {"calloc(1, 48) + free", calloc_batch, 0, NULL},
    {SUBJECT, leaf_batch, CREATE_GOAL, NULL},
    {SUBJECT ", type with edges", node_batch, 0, NULL},
    {SUBJECT ", confined type", own_batch, CREATE_GOAL, NULL},
    BENCH_STD("std::make_shared", std_shared_batch, 0, NULL)
        BENCH_BOOST("boost::intrusive_ptr", boost_intrusive_batch, 0, NULL)
            BENCH_GLIB("g_atomic_rc_box", glib_arc_batch, 0, NULL)
                BENCH_GLIB("GObject", glib_object_batch, 0, NULL)
                    BENCH_RUST("Rust Arc", rust_arc_batch, 0, NULL)};

static const struct bench_section sections[] = {
    {BENCH_SECTION("pair", "Make and destroy one object, process with one thread", "ns per object",
                   makers)},
    {BENCH_SECTION("batch", "Make 1000 objects, then destroy them, process with one thread",
                   "ns per object", batch_makers)},
    {BENCH_SECTION("pair-threads", "Make and destroy one object, process with threads",
                   "ns per object", makers),
     .threaded = true},
    {BENCH_SECTION("batch-threads", "Make 1000 objects, then destroy them, process with threads",
                   "ns per object", batch_makers),
     .threaded = true},
};

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, "What does it cost to make an object and destroy it?", sections,
                      sizeof sections / sizeof sections[0]);
}
