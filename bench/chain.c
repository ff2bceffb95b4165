/* SPDX-License-Identifier: MIT
 *
 * What does it cost when a chain of ten million objects dies by the release of its head?
 * Knows the public headers, the peers and the harness.
 * Target: 1.5 times walking a chain of blocks of the same size and calling free. Each run has a
 * process of its own, so that every chain lies in a fresh heap in the order in which it was
 * made; building it is not timed. */
#include "holdfast/holdfast.h"

#include <stdlib.h>
#include <string.h>

#include "barrier.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#define CHAIN_GOAL 1.5

enum { NODES = 10000000, HEADER = 24 };

typedef struct node {
    struct node *next;
    uint64_t word[3];
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next)));

typedef struct straight {
    struct straight *next;
    uint64_t word[3];
} straight;
HF_DECLARE(straight);
HF_TYPE(straight, .flags = HF_ACYCLIC, .fields = HF_FIELDS(HF_STRONG_TO(straight, next, straight)));

/* A node of ours without the library: the link lies where ours lies, behind a header that nobody
 * reads. */
struct raw_node {
    char header[HEADER];
    node payload;
};

static struct raw_node *raw_head;
static node *the_head;
static straight *straight_head;

static void
raw_build(uint64_t n)
{
    while (n--) {
        struct raw_node *made = malloc(sizeof *made);
        if (!made) abort();
        memset(made, 0, sizeof *made);
        made->payload.next = (node *)(void *)raw_head;
        raw_head = made;
    }
}

BENCH_APART static void
raw_drop(uint64_t n)
{
    (void)n;
    while (raw_head) {
        struct raw_node *next = (struct raw_node *)(void *)raw_head->payload.next;
        free(raw_head);
        raw_head = next;
    }
}

#define DEFINE_CHAIN(build, drop, T, head)   \
    static void build(uint64_t n)            \
    {                                        \
        while (n--) {                        \
            T *made = hf_new(T);             \
            if (!made) abort();              \
            hf_give(made, next, head);       \
            head = made;                     \
        }                                    \
    }                                        \
                                             \
    BENCH_APART static void drop(uint64_t n) \
    {                                        \
        (void)n;                             \
        hf_clear(&head);                     \
    }

DEFINE_CHAIN(node_build, node_drop, node, the_head)
DEFINE_CHAIN(straight_build, straight_drop, straight, straight_head)

static const struct bench_contender chains[] = {
    {"walk and free(56)", raw_drop, 0, raw_build},
    {SUBJECT, node_drop, CHAIN_GOAL, node_build},
    {SUBJECT ", acyclic type", straight_drop, CHAIN_GOAL, straight_build},
    BENCH_STD("std::shared_ptr", std_shared_chain_drop, 0, std_shared_chain_build)
        BENCH_STD("std::unique_ptr", std_unique_chain_drop, 0, std_unique_chain_build)
            BENCH_STD("std::shared_ptr, unlinked by hand", std_shared_chain_drop_loop, 0,
                      std_shared_chain_build) BENCH_BOOST("boost::intrusive_ptr, unlinked by hand",
                                                          boost_intrusive_chain_drop_loop, 0,
                                                          boost_intrusive_chain_build)
                BENCH_GLIB("g_atomic_rc_box", glib_arc_chain_drop, 0, glib_arc_chain_build)
                    BENCH_GLIB("GSList of blocks", glib_list_chain_drop, 0, glib_list_chain_build)
                        BENCH_RUST("Rust Arc", rust_arc_chain_drop, 0, rust_arc_chain_build)
                            BENCH_RUST("Rust Box, unlinked by hand", rust_box_chain_drop_loop, 0,
                                       rust_box_chain_build)};

static const struct bench_section sections[] = {
    {BENCH_SECTION("plain", "Release a chain of ten million, process with one thread",
                   "ns per node", chains),
     .iterations = NODES, .isolated = true},
    {BENCH_SECTION("threads", "Release a chain of ten million, process with threads", "ns per node",
                   chains),
     .iterations = NODES, .isolated = true, .threaded = true},
};

int
main(int argc, char **argv)
{
    return bench_main(argc, argv, "What does it cost when a long chain dies?", sections,
                      sizeof sections / sizeof sections[0]);
}
