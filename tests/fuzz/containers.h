/* SPDX-License-Identifier: MIT
 *
 * What the fuzzer of containers has: an array, a map, a cache, handles, and what its bytes choose.
 * Knows public headers only. */
#ifndef HOLDFAST_TESTS_CONTAINERS_H
#define HOLDFAST_TESTS_CONTAINERS_H

#include <holdfast/holdfast.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPECT(condition)                                                             \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

typedef struct thing {
    struct thing *other;
    hf_array(struct thing) others; /* so that things may be part of cycles */
} thing;
HF_DECLARE(thing);

enum { HELD = 8, KEYS = 48 };

struct containers {
    thing *held[HELD];
    hf_array(thing) array, copy;
    hf_map(thing) map;
    hf_cache *cache;
};
extern struct containers ours;

/* The next byte of the input, 0 behind its end. */
unsigned next_choice(void);

/* A borrowed thing, an old one or a new one; the first may return NULL. */
thing *choose_thing(void);
thing *choose_some_thing(void);

/* The number of a key, below KEYS, and that key: strings with zeros in them, integers, an object;
 * some are alike in all but one bit. */
unsigned choose_key(void);
hf_key key_of(unsigned number);

/* Does something to the array or the map, and to the model of it; compares both; empties both. */
void use_array(unsigned how);
void compare_array(void);
void clear_array(void);
void use_map(unsigned how);
void compare_map(void);
void clear_map(void);

#endif
