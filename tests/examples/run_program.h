/* SPDX-License-Identifier: MIT
 *
 * Runs a program as a user would, in a directory of its own, and keeps what it wrote.
 * Knows Check: whatever goes wrong here fails the test.
 * No shell in between: arguments arrive as they are given. */
#ifndef HOLDFAST_TESTS_RUN_PROGRAM_H
#define HOLDFAST_TESTS_RUN_PROGRAM_H

#include <stdio.h>

#include "directory.h"

struct run {
    int status;         /* of the exit; 128 and the number for a signal */
    long peak_kib;      /* the most memory that it had */
    char *out, *errors; /* what it wrote, with a zero at the end; for run_free */
};

/* Runs the program with arguments, of which the last is NULL, with `input`, a file or NULL for
 * none, as its standard input. */
struct run run_program(const char *program, const char *input, const char *const *arguments);
void run_free(struct run *run);

/* The same, under Valgrind where the tests themselves run under it: what it finds makes the status
 * another one. */
struct run run_watched(const char *program, const char *input, const char *const *arguments);

/* A program that goes on, as run_watched would run it. What it writes to standard output can be
 * read meanwhile. */
struct started {
    int child;
    FILE *out;
};
struct started start_watched(const char *program, const char *const *arguments);

/* The same behind the words of another program that runs it, of which the last is NULL, and never
 * under Valgrind. */
struct started start_behind(const char *const *before, const char *program,
                            const char *const *arguments);

/* Waits until it has ended; `out` of what it returns is NULL. */
struct run started_wait(struct started *started);

/* run_analyzer("--json", "a.csv") */
#define run_analyzer(...) \
    run_program(ANALYZER_PROGRAM, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* Fails the test unless text contains the part. */
void expect_part(const char *text, const char *part);

#endif
