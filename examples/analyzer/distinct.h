/* SPDX-License-Identifier: MIT
 *
 * How many different values there are in a stream, in memory that doesn't grow with it.
 * Knows hashes only.
 * Exact up to DISTINCT_EXACT; beyond, HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with
 * 2^14 registers: standard error 0.81 %, and 16 KiB. */
#ifndef ANALYZER_DISTINCT_H
#define ANALYZER_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

/* While a stream has at most so many different hashes, all of them are kept. */
enum { DISTINCT_EXACT = 2048 };

struct distinct;

/* Returns a new one, empty, or NULL and ENOMEM. Owner: the caller, until distinct_free. */
struct distinct *distinct_new(void);
void distinct_free(struct distinct *d);

/* Takes note of a value by its hash. Returns 0, or -1 and ENOMEM. */
int distinct_add(struct distinct *d, uint64_t hash);

/* Returns how many different hashes there were, exactly or about. */
uint64_t distinct_count(const struct distinct *d);
bool distinct_is_exact(const struct distinct *d);

#endif
