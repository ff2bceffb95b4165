/* SPDX-License-Identifier: MIT
 *
 * What does it cost to read a pointer that other threads may replace, with one thread and with
 * many? Knows the public headers, Concurrency Kit's bare section, the peers and the harness.
 * Targets: to peek 1.5 times a bare section, and a load less than std::atomic<std::shared_ptr>.
 * Each section runs with as many threads as its name says, if there are as many processors. */
#include "holdfast/holdfast.h"

#include <ck_epoch.h>
#include <stdlib.h>

#include "barrier.h"
#include "harness.h"
#include "peers/peers.h"
#include "subject.h"

#define PEEK_GOAL 1.5
#define LOAD_GOAL 1.0

typedef struct leaf {
    uint64_t word[4];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

static hf_slot(leaf) slot;

/* ---- the bare section ------------------------------------------------------------------------ */

static ck_epoch_t epoch;
static uint64_t payload[4];
static uint64_t *raw_slot = payload;

/* As a thread does that stays: the record is taken once for all iterations. */
static ck_epoch_record_t *
get_record(void)
{
    ck_epoch_record_t *record = ck_epoch_recycle(&epoch, NULL);
    if (record) return record;
    record = aligned_alloc(64, (sizeof *record + 63) / 64 * 64);
    if (!record) bench_fail("out of memory");
    ck_epoch_register(&epoch, record, NULL);
    return record;
}

BENCH_APART static void
raw_section(uint64_t n)
{
    ck_epoch_record_t *record = get_record();
    while (n--) {
        ck_epoch_begin(record, NULL);
        const uint64_t *p = __atomic_load_n(&raw_slot, __ATOMIC_ACQUIRE);
        BENCH_KEEP(p[0]);
        ck_epoch_end(record, NULL);
    }
    ck_epoch_unregister(record);
}

/* ---- ours ------------------------------------------------------------------------------------ */

BENCH_APART static void
peek(uint64_t n)
{
    while (n--) {
        hf_read_begin();
        const leaf *p = hf_slot_peek(&slot);
        BENCH_KEEP(p->word[0]);
        hf_read_end();
    }
}

BENCH_APART static void
load(uint64_t n)
{
    while (n--) {
        leaf *p = hf_slot_load(&slot);
        BENCH_KEEP(p->word[0]);
        hf_release(p);
    }
}

static void
store_new(void)
{
    leaf *made = hf_new(leaf);
    if (!made || hf_slot_store(&slot, made)) bench_fail("out of memory");
    hf_release(made);
}

BENCH_APART static void
mixed_peek(uint64_t n)
{
    while (n--) {
        if (n % 100 == 0) store_new();
        hf_read_begin();
        const leaf *p = hf_slot_peek(&slot);
        BENCH_KEEP(p->word[0]);
        hf_read_end();
    }
}

BENCH_APART static void
mixed_load(uint64_t n)
{
    while (n--) {
        if (n % 100 == 0) store_new();
        leaf *p = hf_slot_load(&slot);
        BENCH_KEEP(p->word[0]);
        hf_release(p);
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const struct bench_contender peeks[] = {
    {"ck_epoch, bare section", raw_section, 0, NULL},
    {SUBJECT ", hf_slot_peek", peek, PEEK_GOAL, NULL},
    BENCH_URCU("liburcu, bare section", urcu_section, 0, NULL)};

static const struct bench_contender loads[] = {
    {"std::atomic<std::shared_ptr>", std_slot_load, 0, NULL},
    {SUBJECT ", hf_slot_load", load, LOAD_GOAL, NULL},
    {SUBJECT ", hf_slot_peek", peek, LOAD_GOAL, NULL},
    {"std::shared_ptr and a mutex", std_locked_load, 0, NULL}};

static const struct bench_contender mixtures[] = {
    {"std::atomic<std::shared_ptr>", std_slot_mixed, 0, NULL},
    {SUBJECT ", hf_slot_load", mixed_load, LOAD_GOAL, NULL},
    {SUBJECT ", hf_slot_peek", mixed_peek, LOAD_GOAL, NULL},
    {"std::shared_ptr and a mutex", std_locked_mixed, 0, NULL}};

#define DEFINE_SECTIONS(threads)                                                                \
    {BENCH_SECTION("peek-" #threads, "Read without a count, threads: " #threads, "ns per read", \
                   peeks),                                                                      \
     .contended = (threads)},                                                                   \
        {BENCH_SECTION("load-" #threads, "Load and release, threads: " #threads, "ns per read", \
                       loads),                                                                  \
         .contended = (threads)},                                                               \
    {                                                                                           \
        BENCH_SECTION("mixed-" #threads, "The same with 1 % stores, threads: " #threads,        \
                      "ns per read", mixtures),                                                 \
            .contended = (threads)                                                              \
    }

static const struct bench_section sections[] = {DEFINE_SECTIONS(1), DEFINE_SECTIONS(2),
                                                DEFINE_SECTIONS(4), DEFINE_SECTIONS(8),
                                                DEFINE_SECTIONS(16)};

int
main(int argc, char **argv)
{
    ck_epoch_init(&epoch);
    store_new();
    return bench_main(argc, argv, "What does it cost to read what others may replace?", sections,
                      sizeof sections / sizeof sections[0]);
}
