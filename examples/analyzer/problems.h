/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a table: each fault with its line, the first few in words, the others counted.
 * Knows nothing.
 * Some faults cost a row, others nothing; docs/analyzer.md says which. */
#ifndef ANALYZER_PROBLEMS_H
#define ANALYZER_PROBLEMS_H

#include <stddef.h>
#include <stdint.h>

/* How many are kept in words. */
enum { PROBLEMS_KEPT = 10, PROBLEM_BYTES = 120 };

struct problem {
    uint64_t line; /* 0: no line in particular */
    char what[PROBLEM_BYTES];
};

struct problems {
    uint64_t count;
    struct problem kept[PROBLEMS_KEPT];
};

/* Notes a fault, in the words of a printf format. */
void problems_add(struct problems *problems, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns how many are kept. */
size_t problems_kept(const struct problems *problems);

#endif
