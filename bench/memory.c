/* SPDX-License-Identifier: MIT
 *
 * How much memory does an object take beyond its payload, a weak reference beside it, and a dead
 * object that is still weakly referred to? Knows the public headers, the peers, and the
 * statistics of the C library's malloc. Targets: a header of at most 16 bytes, 24 if the type
 * can be part of a cycle; 48 bytes for the first weak reference to an object, malloc's own
 * included; and none of the dead object's block. Each contender has a process of its own. */
#include "holdfast/holdfast.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peers/peers.h"
#include "subject.h"
#include "table.h"

enum { SMALL_COUNT = 100000, LARGE_COUNT = 10000, WEAK_GOAL = 48 };

/* ---- ours ------------------------------------------------------------------------------------ */

typedef struct leaf {
    uint64_t word[4];
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

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
HF_TYPE(straight, .flags = HF_ACYCLIC, .fields = HF_FIELDS(HF_STRONG(straight, next)));

typedef struct own {
    uint64_t word[4];
} own;
HF_DECLARE(own);
HF_TYPE(own, .flags = HF_CONFINED);

typedef struct large {
    char byte[BENCH_LARGE];
} large;
HF_DECLARE(large);
HF_TYPE(large);

#define DEFINE_MEMORY(T)                                                               \
    typedef hf_weak(T) T##_weak;                                                       \
                                                                                       \
    static void T##_make(struct bench_place *strong, size_t count)                     \
    {                                                                                  \
        for (size_t i = 0; i < count; i++) {                                           \
            strong[i].word[0] = hf_new(T);                                             \
            if (!strong[i].word[0]) abort();                                           \
        }                                                                              \
    }                                                                                  \
                                                                                       \
    static void T##_weaken(const struct bench_place *strong, struct bench_place *weak, \
                           size_t count)                                               \
    {                                                                                  \
        for (size_t i = 0; i < count; i++) {                                           \
            if (hf_weak_set((T##_weak *)&weak[i], (T *)strong[i].word[0])) abort();    \
        }                                                                              \
    }                                                                                  \
                                                                                       \
    static void T##_drop(struct bench_place *strong, size_t count)                     \
    {                                                                                  \
        for (size_t i = 0; i < count; i++) hf_release(strong[i].word[0]);              \
    }                                                                                  \
                                                                                       \
    static void T##_forget(struct bench_place *weak, size_t count)                     \
    {                                                                                  \
        for (size_t i = 0; i < count; i++) hf_weak_clear((T##_weak *)&weak[i]);        \
    }                                                                                  \
                                                                                       \
    static const struct bench_memory T##_memory = {T##_make, T##_weaken, T##_drop, T##_forget};

DEFINE_MEMORY(leaf)
DEFINE_MEMORY(node)
DEFINE_MEMORY(straight)
DEFINE_MEMORY(own)
DEFINE_MEMORY(large)

static void
malloc_make(struct bench_place *strong, size_t count)
{
    for (size_t i = 0; i < count; i++) strong[i].word[0] = malloc(BENCH_SMALL);
}

static const struct bench_memory malloc_memory = {malloc_make, NULL, NULL, NULL};

/* ---- what is measured ------------------------------------------------------------------------ */

struct row {
    const char *name;
    const struct bench_memory *memory;
    int handle;          /* bytes of a strong reference */
    const hf_type *type; /* ours; NULL: a peer's */
    size_t header_goal;
};

static const struct row small_rows[] = {
    {"malloc(32)", &malloc_memory, 8, NULL, 0},
    {SUBJECT, &leaf_memory, 8, &hf_type_leaf, 16},
    {SUBJECT ", type with edges", &node_memory, 8, &hf_type_node, 24},
    {SUBJECT ", the same, acyclic", &straight_memory, 8, &hf_type_straight, 16},
    {SUBJECT ", confined type", &own_memory, 8, &hf_type_own, 16},
    BENCH_STD("std::make_shared", &std_shared_small, 16, NULL, 0)
        BENCH_BOOST("boost::make_shared", &boost_shared_small, 16, NULL, 0)
            BENCH_BOOST("boost::intrusive_ptr", &boost_intrusive_small, 8, NULL, 0)
                BENCH_GLIB("g_atomic_rc_box", &glib_arc_small, 8, NULL, 0)
                    BENCH_GLIB("GObject", &glib_object_small, 8, NULL, 0)
                        BENCH_RUST("Rust Arc", &rust_arc_small, 8, NULL, 0)};

static const struct row large_rows[] = {
    {SUBJECT, &large_memory, 8, &hf_type_large, 0},
    BENCH_STD("std::make_shared", &std_shared_large, 16, NULL, 0)
        BENCH_BOOST("boost::make_shared", &boost_shared_large, 16, NULL, 0)
            BENCH_GLIB("GObject", &glib_object_large, 8, NULL, 0)
                BENCH_RUST("Rust Arc", &rust_arc_large, 8, NULL, 0)};

/* Bytes per object. */
struct bytes {
    double object;    /* of malloc, for one object */
    double header;    /* asked of the allocator beyond the payload; only ours */
    double weak;      /* of malloc, for one weak reference beside it */
    double dead;      /* kept when the object is dead and its weak reference is not */
    double forgotten; /* kept when that is gone, too */
};

static struct bench_place strong[SMALL_COUNT];
static struct bench_place weak[SMALL_COUNT];

static double
bytes_in_use(void)
{
    struct mallinfo2 now = mallinfo2();
    return (double)now.uordblks + (double)now.hblkhd;
}

static size_t bytes_asked;

static void *
counting_alloc(void *unused, size_t bytes)
{
    (void)unused;
    bytes_asked = bytes;
    return malloc(bytes);
}

static void
counting_free(void *unused, void *block)
{
    (void)unused;
    free(block);
}

/* A type keeps the allocator of its first object, so this needs a process of its own. */
static void
measure_header(const struct row *row, size_t count, struct bytes *bytes)
{
    static const hf_allocator counting = {counting_alloc, counting_free, NULL};
    (void)count;
    hf_set_allocator(&counting);
    hf_release(hf_new_type(row->type, row->type->size));
    bytes->header = (double)(bytes_asked - row->type->size);
}

/* The first objects make what the library keeps once, so they are made and dropped before. */
static void
measure_bytes(const struct row *row, size_t count, struct bytes *bytes)
{
    const struct bench_memory *memory = row->memory;
    memset(strong, 0, sizeof strong);
    memset(weak, 0, sizeof weak);
    memory->make(strong, 1);
    if (memory->weaken) memory->weaken(strong, weak, 1);
    if (memory->drop) memory->drop(strong, 1);
    if (memory->forget) memory->forget(weak, 1);
    memset(strong, 0, sizeof strong);
    memset(weak, 0, sizeof weak);
    double per_object = 1 / (double)count;
    double start = bytes_in_use();
    memory->make(strong, count);
    double made = bytes_in_use();
    bytes->object = (made - start) * per_object;
    if (!memory->weaken) return;
    memory->weaken(strong, weak, count);
    bytes->weak = (bytes_in_use() - made) * per_object;
    memory->drop(strong, count);
    bytes->dead = (bytes_in_use() - start) * per_object;
    memory->forget(weak, count);
    bytes->forgotten = (bytes_in_use() - start) * per_object;
}

/* Runs measure in a child process, whose heap is fresh. */
static void
in_child(void (*measure)(const struct row *, size_t, struct bytes *), const struct row *row,
         size_t count, struct bytes *bytes)
{
    int ends[2];
    if (pipe(ends)) bench_fail("can't make a pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) bench_fail("can't fork");
    if (child == 0) {
        measure(row, count, bytes);
        _exit(write(ends[1], bytes, sizeof *bytes) == sizeof *bytes ? 0 : 1);
    }
    close(ends[1]);
    bool is_whole = read(ends[0], bytes, sizeof *bytes) == sizeof *bytes;
    close(ends[0]);
    waitpid(child, NULL, 0);
    if (!is_whole) bench_fail("a contender failed");
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void
add_judgement(struct bench_table *table, double bytes, double goal)
{
    bench_table_cell(table, "%.1f", bytes);
    if (goal > 0) {
        bench_table_cell(table, "%.0f", goal);
        bench_table_cell(table, "%s", bytes <= goal + 0.05 ? "met" : "not met");
    } else {
        bench_table_cell(table, "%s", "");
        bench_table_cell(table, "%s", "");
    }
}

static void
add_nothing(struct bench_table *table)
{
    for (int i = 0; i < 3; i++) bench_table_cell(table, "%s", "");
}

static void
print_living(const struct bench_options *options, struct bench_table *table)
{
    static const char *const head[] = {"", "handle", "bytes", "header", "goal",
                                       "", "weak",   "goal",  "",       NULL};
    bench_table_begin(table, "Bytes of an object with 32 bytes of payload, and of a weak reference",
                      head);
    for (size_t i = 0; i < sizeof small_rows / sizeof small_rows[0]; i++) {
        const struct row *row = &small_rows[i];
        struct bytes bytes = {0, 0, 0, 0, 0};
        if (row->type) in_child(measure_header, row, 1, &bytes);
        in_child(measure_bytes, row, SMALL_COUNT, &bytes);
        bench_table_row(table);
        bench_table_cell(table, "%s", row->name);
        bench_table_cell(table, "%d", row->handle);
        bench_table_cell(table, "%.1f", bytes.object);
        if (row->type) add_judgement(table, bytes.header, (double)row->header_goal);
        else add_nothing(table);
        if (row->memory->weaken) add_judgement(table, bytes.weak, row->type ? WEAK_GOAL : 0);
        else add_nothing(table);
    }
    bench_table_print(table, options->format, "memory\tliving");
}

static void
print_dead(const struct bench_options *options, struct bench_table *table)
{
    static const char *const head[] = {"",          "alive", "dead, weak left", "goal", "",
                                       "forgotten", NULL};
    bench_table_begin(table, "Bytes kept of an object with 4096 bytes of payload", head);
    for (size_t i = 0; i < sizeof large_rows / sizeof large_rows[0]; i++) {
        const struct row *row = &large_rows[i];
        struct bytes bytes = {0, 0, 0, 0, 0};
        in_child(measure_bytes, row, LARGE_COUNT, &bytes);
        bench_table_row(table);
        bench_table_cell(table, "%s", row->name);
        bench_table_cell(table, "%.1f", bytes.object);
        add_judgement(table, bytes.dead, row->type ? WEAK_GOAL : 0);
        bench_table_cell(table, "%.1f", bytes.forgotten);
    }
    bench_table_print(table, options->format, "memory\tdead");
}

int
main(int argc, char **argv)
{
    static struct bench_table table;
    struct bench_options options;
    bench_read_options(&options, argc, argv, "How much memory do objects take?");
    print_living(&options, &table);
    print_dead(&options, &table);
    return 0;
}
