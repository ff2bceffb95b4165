/* SPDX-License-Identifier: MIT
 *
 * cycles_boehm SHAPE COUNT: what one GC_gcollect() of such garbage takes, in ns per object; or with
 * SHAPE web, that of one dead pair that points into a web of COUNT living objects, in ns.
 * Knows the Boehm collector and the shapes of bench/shapes.c. One thread marks, as the others have
 * one. All garbage lies in blocks without anything that lives, which are given back at once, so
 * that nothing is left for a later sweep. */
#include <gc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "barrier.h"
#include "harness.h"
#include "shapes.h"

enum { COLLECTIONS = 3, STACK_CLEARED = 1 << 14 };

struct node {
    struct node *edge[SHAPE_EDGES];
    uint64_t number;
};

static void *
make(void)
{
    void *made = GC_MALLOC(sizeof(struct node));
    if (!made) abort();
    return made;
}

static void
link_nodes(void *holder, size_t edge, void *to)
{
    ((struct node *)holder)->edge[edge] = to;
}

static void
drop(void *node)
{
    (void)node;
}

static const struct shape_maker maker = {make, link_nodes, link_nodes, drop};

/* Arrays of the shapes are scanned for references until this forgets what is in them. */
enum { ARRAYS = 4 };
static struct array {
    void *elements;
    size_t bytes;
} array[ARRAYS];
static size_t arrays;

void *
bench_array(size_t count, size_t size)
{
    if (arrays == ARRAYS) abort();
    array[arrays] = (struct array){GC_MALLOC_UNCOLLECTABLE(count * size), count * size};
    if (!array[arrays].elements) abort();
    return array[arrays++].elements;
}

static void
forget_arrays(void)
{
    while (arrays) {
        struct array *last = &array[--arrays];
        memset(last->elements, 0, last->bytes);
        GC_FREE(last->elements);
    }
}

/* What a function that has returned left on the stack would keep objects alive. */
BENCH_APART static void
clear_stack(void)
{
    char old[STACK_CLEARED];
    memset(old, 0, sizeof old);
    BENCH_KEEP(old);
}

static double
timed_collection(void)
{
    struct timespec before, after;
    clear_stack();
    GC_enable();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    GC_gcollect();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    GC_disable();
    return (double)(after.tv_sec - before.tv_sec) * 1e9 + (double)(after.tv_nsec - before.tv_nsec);
}

static void
print_garbage(const char *shape, size_t count)
{
    static const struct {
        const char *name;
        shape_build *build;
    } shapes[] = {{"pairs", shape_pairs},   {"ring", shape_ring},   {"shuffled", shape_shuffled},
                  {"random", shape_random}, {"trees", shape_trees}, {"cache", shape_cache}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (strcmp(shapes[i].name, shape) == 0) shapes[i].build(&maker, count);
    }
    forget_arrays();
    double took = timed_collection();
    if (GC_get_heap_size() - GC_get_free_bytes() > count * 8) {
        fputs("the garbage was not collected\n", stderr);
        exit(EXIT_FAILURE);
    }
    printf("%.3f\n", took / (double)count);
}

BENCH_APART static void
make_pair(void *to)
{
    struct node *one = make(), *other = make();
    one->edge[0] = other;
    other->edge[0] = one;
    one->edge[1] = to;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void
print_web(size_t count)
{
    uint32_t state = 1;
    double times[COLLECTIONS];
    void **node = bench_array(count, sizeof *node);
    shape_web(&maker, node, count);
    timed_collection();
    for (int i = 0; i < COLLECTIONS; i++) {
        make_pair(node[shape_chance(&state, count)]);
        times[i] = timed_collection();
    }
    qsort(times, COLLECTIONS, sizeof times[0], by_size);
    printf("%.0f\n", times[COLLECTIONS / 2]);
}

int
main(int argc, char **argv)
{
    if (argc != 3) return EXIT_FAILURE;
    size_t count = strtoul(argv[2], NULL, 10);
    setenv("GC_MARKERS", "1", 1);
    GC_INIT();
    GC_disable();
    if (strcmp(argv[1], "web") == 0) print_web(count);
    else print_garbage(argv[1], count);
    return EXIT_SUCCESS;
}
