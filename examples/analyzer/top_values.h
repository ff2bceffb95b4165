/* SPDX-License-Identifier: MIT
 *
 * The most frequent values of a stream, in memory that doesn't grow with it.
 * Knows texts, which it holds by strong edges, and the cache where it gets them.
 * Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005) with a filter before it (Homem, Carvalho,
 * Finding top-k elements in data streams, Information Sciences 180, 2010): a value takes the place
 * of the rarest one only when values with its hash were seen as often. Exact up to TOP_MONITORED
 * different values; beyond, a count is never too small, and too large by at most its error. */
#ifndef ANALYZER_TOP_VALUES_H
#define ANALYZER_TOP_VALUES_H

#include "text_cache.h"

enum { TOP_MONITORED = 256 };

/* A value that is counted. */
struct top_entry {
    uint64_t hash;
    uint64_t count;
    uint64_t error;
    size_t heap_at; /* where it stands in the heap */
};

typedef struct top_values {
    text *values[TOP_MONITORED]; /* entry by entry */
    struct top_entry *entries;   /* of them the first `count` */
    uint32_t *heap;              /* numbers of entries, rarest first */
    uint32_t *index;             /* a hash table of numbers of entries, plus one */
    uint64_t *filter; /* how often hashes without an entry were seen; NULL until needed */
    size_t count;
    size_t room; /* of entries and heap; the index has four times as many places */
} top_values;
HF_DECLARE(top_values);

/* Returns a new one, empty. Owner: the caller. NULL and ENOMEM without memory. */
top_values *top_values_new(void) HF_GIVE;

/* Counts a value. Returns 0, or -1 and ENOMEM. */
int top_values_add(top_values *top, hf_cache *cache, struct span value, uint64_t hash);

struct top_item {
    text *value; /* borrowed from the table */
    uint64_t count;
    uint64_t error;
};

/* Writes the most frequent values, most frequent first, and returns how many: at most limit, and
 * only those whose count is more knowledge than error. */
size_t top_values_list(const top_values *top, struct top_item *out, size_t limit);

#endif
