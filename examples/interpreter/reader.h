/* SPDX-License-Identifier: MIT
 *
 * From characters to values: one form after the other.
 * Knows values and symbols.
 * Lists, integers, strings with \n \t \" and \\, symbols, #t, #f, 'x for (quote x), and comments
 * from a semicolon to the end of the line. */
#ifndef INTERPRETER_READER_H
#define INTERPRETER_READER_H

#include "interpreter.h"

struct reader {
    FILE *file;
    size_t line;
    size_t depth; /* of open parentheses */
    bool ended;   /* nothing but blanks and comments was left */
    int error;    /* why the file can't be read; 0 */
    char *token;  /* the characters of the latest atom, with a zero at the end; for free() */
    size_t length, room;
};

/* Returns the next form. Owner: the caller. NULL at the end of the file, which `ended` tells, when
 * the file can't be read, when fail() was called, and without memory. */
value *reader_next(struct reader *r, interpreter *in) HF_GIVE;

#endif
