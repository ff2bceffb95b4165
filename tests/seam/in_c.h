/* SPDX-License-Identifier: MIT
 *
 * What is C in the tests of the C++ headers: a type, a type derived from it, and functions that
 * give, take and borrow.
 * Knows public headers only; C++ includes it too. */
#ifndef HOLDFAST_TESTS_IN_C_H
#define HOLDFAST_TESTS_IN_C_H

#include <holdfast/holdfast.h>

typedef struct item item;
typedef struct heavy_item heavy_item;

struct item {
    int number;
    item *next;
    item *pair[2];
    hf_weak(item) back;
};

#ifdef __cplusplus
struct heavy_item : item {
    int weight;
};
#else
struct heavy_item {
    item base;
    int weight;
};
#endif

HF_BEGIN_C

HF_DECLARE(item);
HF_DECLARE(heavy_item);

/* Returns a new item. Owner: the caller. */
item *item_made(int number) HF_GIVE;

/* Returns the number of an item, which is borrowed. */
int item_number(const item *it);

/* Returns the number of an item, and gives it back. */
int item_taken(item *it HF_TAKE);

/* Sets the field next in C. */
void item_set_next(item *it, item *next);

/* How many items have been destroyed. */
extern int items_destroyed;

HF_END_C

#endif
