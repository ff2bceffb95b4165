/* SPDX-License-Identifier: MIT
 *
 * What the user asks for: the command line, read and checked.
 * Knows nothing else. */
#ifndef INTERPRETER_OPTIONS_H
#define INTERPRETER_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *file; /* "-" for standard input */
    bool stats;
};

/* Reads the command line. Returns -1 when there is work to do; else the exit status, after help or
 * an error was written. */
int options_read(struct options *options, int argc, char **argv);

#endif
