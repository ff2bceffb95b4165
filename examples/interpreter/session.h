/* SPDX-License-Identifier: MIT
 *
 * A session: reads a program form by form, and evaluates each before it reads the next.
 * Knows the reader and the evaluator. */
#ifndef INTERPRETER_SESSION_H
#define INTERPRETER_SESSION_H

#include <stdio.h>

/* How the program ends. */
enum {
    EXIT_FINE = 0,
    EXIT_BAD_PROGRAM = 1, /* something in the program is wrong */
    EXIT_TROUBLE = 2,     /* usage, files, memory */
    EXIT_LEAK = 3         /* objects are left */
};

/* Runs the program in the file, `name` in messages, which go to standard error; what it displays
 * goes to out. Ends all garbage that it made. Returns the exit status. */
int session_run(FILE *file, const char *name, FILE *out);

#endif
