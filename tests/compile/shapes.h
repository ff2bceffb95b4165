/* SPDX-License-Identifier: MIT
 *
 * The types, and the functions of a program's own, that idioms.c and mistakes.c are written with.
 * Knows only public headers; nothing here is ever linked or run.
 * docs/checks.md says what is measured with it. */
#ifndef HOLDFAST_TESTS_COMPILE_SHAPES_H
#define HOLDFAST_TESTS_COMPILE_SHAPES_H

#include <stdbool.h>
#include <stdlib.h>

#include <holdfast/holdfast.h>

typedef struct node node;
typedef hf_weak(node) node_weak;

struct node {
    int value;
    node *next;
    node_weak parent;
};

/* An object with a fixed array of edges. */
typedef struct hand {
    node *fingers[5];
} hand;

/* An object with as many edges as it was made for. */
typedef struct row {
    size_t filled;
    __extension__ node *cells[]; /* in C++ it is one */
} row;

/* Plain bytes, for those who own alone. */
typedef struct buffer {
    size_t used;
    char bytes[64];
} buffer;

/* No object: its two references are counted by hand. */
struct pair {
    node *left;
    node *right;
};

HF_DECLARE(node);
HF_DECLARE(hand);
HF_DECLARE(row);
HF_DECLARE(buffer);

/* A node for all, which never dies. */
HF_STATIC_DECLARE(node, end_of_all);

/* What nobody can know while compiling. */
bool chance(void);

/* These borrow. */
void look(const node *n);
void read_bytes(const buffer *b);

node *parse(const char *text) HF_GIVE;
void adopt(node *n HF_TAKE);
node *first(const row *r) HF_LEND;

#endif
