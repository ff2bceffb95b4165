/* SPDX-License-Identifier: MIT
 *
 * What the user asks for: the command line, read and checked.
 * Knows nothing else. */
#ifndef DOCUMENT_OPTIONS_H
#define DOCUMENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* How the program ends. */
enum {
    EXIT_FINE = 0,
    EXIT_BAD_DATA = 1, /* the outline is wrong, or a path means nothing in it */
    EXIT_TROUBLE = 2,  /* usage, files, memory */
    EXIT_LEAK = 3      /* objects are left */
};

enum edit_kind { EDIT_SELECT, EDIT_REMOVE, EDIT_MOVE, EDIT_COPY, EDIT_INSERT, EDIT_WATCH };

/* One thing to do. */
struct edit {
    enum edit_kind kind;
    const char *option; /* as the user writes it */
    const char *what;   /* a path; of EDIT_INSERT a file */
    const char *to;     /* a path; of EDIT_MOVE, EDIT_COPY and EDIT_INSERT */
};

enum { EDITS_LIMIT = 100 };

struct options {
    struct edit edits[EDITS_LIMIT]; /* in the order in which they are to be done */
    size_t edit_count;
    bool paths; /* write paths of what is selected, not its lines */
    bool stats;
    const char *file; /* "-" for standard input */
};

/* Reads the command line. Returns -1 when there is work to do; else the exit status, after help or
 * an error was written. */
int options_read(struct options *options, int argc, char **argv);

#endif
