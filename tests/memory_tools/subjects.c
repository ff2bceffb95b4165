/* SPDX-License-Identifier: MIT
 *
 * `subjects CASE`: one right or wrong program after the other, for memory checkers to look at.
 * Knows public headers only; what a checker must say about each case is in check.sh.
 * What is wrong here is wrong on purpose, and hidden from the compiler, which would say so. */
#include <holdfast/holdfast.h>

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct node {
    long number;
    struct node *next;
    hf_weak(struct node) back;
    char *text;
} node;
HF_DECLARE(node);
HF_TYPE(node, .fields = HF_FIELDS(HF_STRONG(node, next), HF_WEAK(node, back),
                                  HF_OWNED(node, text, free)));

typedef struct leaf {
    long number;
} leaf;
HF_DECLARE(leaf);
HF_TYPE(leaf);

typedef struct page {
    alignas(256) char bytes[256];
    node *kept;
} page;
HF_DECLARE(page);
HF_TYPE(page, .fields = HF_FIELDS(HF_STRONG(page, kept)));

typedef struct row {
    size_t unused;
    node *nodes[];
} row;
HF_DECLARE(row);
HF_TYPE(row, .fields = HF_FIELDS(HF_STRONG_FLEX(row, nodes)));

/* Returns the same pointer, of which the compiler knows nothing any more. */
static void *
unknown_origin(const void *pointer)
{
    __asm__("" : "+r"(pointer));
    return (void *)(uintptr_t)pointer;
}

static void
expect(int condition)
{
    if (condition) return;
    fprintf(stderr, "subjects: no memory\n");
    exit(2);
}

static node *
node_new(void)
{
    node *n = hf_new(node);
    expect(n && (n->text = malloc(20)) != NULL);
    return n;
}

/* ---- right programs ---------------------------------------------------------------------- */

/* One of each kind, held in the ways a program holds objects. */
static node *in_global;
static leaf *leaf_in_global;
static page *page_in_global;
static row *row_in_global;
static hf_unique(leaf) unique_in_global;
static hf_weak(node) weak_in_global;
static struct table {
    size_t unused;
    node *nodes[3];
} * in_block;
HF_STATIC(node, in_static);

static void
make_all(void)
{
    in_global = node_new();
    hf_give(in_global, next, node_new());
    hf_give(in_global->next, next, node_new());
    expect(hf_weak_set(&in_global->next->back, in_global) == 0);
    expect(hf_weak_set(&weak_in_global, in_global->next) == 0);
    leaf_in_global = hf_new(leaf);
    page_in_global = hf_new(page);
    row_in_global = hf_new_flex(row, nodes, 5);
    unique_in_global = hf_new_unique(leaf);
    in_block = calloc(1, sizeof *in_block);
    expect(leaf_in_global && page_in_global && row_in_global && unique_in_global.ptr && in_block);
    hf_give(page_in_global, kept, node_new());
    hf_give_at(row_in_global, nodes, 4, node_new());
    in_block->nodes[1] = node_new();
    hf_give(in_static, next, node_new());
    expect(hf_weak_set(&in_static->back, in_block->nodes[1]) == 0);
}

static void
end_all(void)
{
    hf_weak_clear(&weak_in_global);
    hf_clear(&in_global);
    hf_clear(&leaf_in_global);
    hf_clear(&page_in_global);
    hf_clear(&row_in_global);
    hf_unique_release(&unique_in_global);
    hf_clear(&in_block->nodes[1]);
    free(in_block);
    in_block = NULL;
    hf_set(in_static, next, NULL);
    hf_weak_clear(&in_static->back);
}

static void
release_all(void)
{
    for (int i = 0; i < 3; i++) {
        make_all();
        end_all();
    }
}

/* Two weak references outlive their object, in a global and in a held object. */
static void
hold_dead_references(void)
{
    node *dead = node_new();
    in_global = node_new();
    expect(hf_weak_set(&weak_in_global, dead) == 0);
    expect(hf_weak_set(&in_global->back, dead) == 0);
    hf_release(dead);
}

/* ---- leaks, beside objects that are held ------------------------------------------------- */

static void *volatile forgotten;

/* Each in a function of its own, whose name the report must have. */
#define FORGET(what, expression)                                \
    static __attribute__((noinline)) void forget_a_##what(void) \
    {                                                           \
        make_all();                                             \
        forgotten = (expression);                               \
        expect(forgotten != NULL);                              \
        forgotten = NULL;                                       \
    }
FORGET(leaf, hf_new(leaf))
FORGET(node, node_new())
FORGET(page, hf_new(page))
FORGET(row, hf_new_flex(row, nodes, 5))

static node *
chain_new(void)
{
    node *first = node_new();
    hf_give(first, next, node_new());
    return first;
}
FORGET(chain, chain_new())

/* Its side record is not lost by itself: it is the object's. */
static node *
referred_to_new(void)
{
    node *n = node_new();
    hf_weak(node) weak = {.to_ = NULL};
    expect(hf_weak_set(&weak, n) == 0);
    hf_weak_clear(&weak);
    return n;
}
FORGET(referred_to, referred_to_new())

/* ---- misuse ------------------------------------------------------------------------------ */

static __attribute__((noinline)) void
read_a_dead_node(void)
{
    node *n = unknown_origin(node_new());
    const node *same = unknown_origin(n);
    hf_release(n);
    printf("%ld\n", same->number);
}

static __attribute__((noinline)) void
write_a_dead_leaf(void)
{
    leaf *l = unknown_origin(hf_new(leaf));
    leaf *same = unknown_origin(l);
    hf_release(l);
    same->number = 1;
    __asm__("" : : "r"(same) : "memory");
}

static __attribute__((noinline)) void
read_a_dead_page(void)
{
    page *p = unknown_origin(hf_new(page));
    const page *same = unknown_origin(p);
    hf_release(p);
    printf("%d\n", same->bytes[200]);
}

static __attribute__((noinline)) void
read_beyond_a_row(void)
{
    row *r = unknown_origin(hf_new_flex(row, nodes, 5));
    node *const *nodes = unknown_origin(r->nodes);
    printf("%p\n", (void *)nodes[5]);
    hf_release(r);
}

static __attribute__((noinline)) void
release_a_node_twice(void)
{
    node *n = unknown_origin(node_new());
    node *same = unknown_origin(n);
    hf_release(n);
    hf_release(same);
}

/* ---- the cases --------------------------------------------------------------------------- */

#define CASE(function)      \
    {                       \
#function, function \
    }
static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    CASE(release_all),          CASE(make_all),
    CASE(hold_dead_references), CASE(forget_a_leaf),
    CASE(forget_a_node),        CASE(forget_a_page),
    CASE(forget_a_row),         CASE(forget_a_chain),
    CASE(forget_a_referred_to), CASE(read_a_dead_node),
    CASE(write_a_dead_leaf),    CASE(read_a_dead_page),
    CASE(read_beyond_a_row),    CASE(release_a_node_twice),
};

/* Far below the frames that come later: what a case leaves there is not taken for a reference. */
static __attribute__((noinline)) void
run_far_below(void (*run)(void))
{
    char frame[64 * 1024];
    __asm__ volatile("" : : "r"(frame) : "memory");
    run();
    __asm__ volatile("" : : "r"(frame) : "memory");
}

int
main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(argv[1], cases[i].name) != 0) continue;
        run_far_below(cases[i].run);
        return 0;
    }
    fprintf(stderr, "subjects: there is no such case\n");
    return 2;
}
