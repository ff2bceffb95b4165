/* SPDX-License-Identifier: MIT
 *
 * The interpreter: the symbols, the outermost environment, and what went wrong.
 * Knows values and environments.
 * Functions that return values return NULL for two reasons: fail() was called and `problem` says
 * what is wrong with the program, or `problem` is empty and memory is missing. */
#ifndef INTERPRETER_INTERPRETER_H
#define INTERPRETER_INTERPRETER_H

#include "procedure.h"

struct interpreter {
    hf_weak_map *symbols; /* names to symbols, as long as somebody uses them */
    environment *global;
    FILE *out;
    size_t line;  /* where the form stands that is being read or evaluated */
    size_t depth; /* evaluations inside evaluations */
    size_t calls; /* of closures */
    char problem[200];
};
HF_DECLARE(interpreter);

/* Returns a new one, which knows all forms and builtins and writes to out. Owner: the caller. NULL
 * and ENOMEM without memory. After its death call hf_collect: closures and environments hold each
 * other. */
interpreter *interpreter_new(FILE *out) HF_GIVE;

/* Returns the symbol of this name. Owner: the caller. NULL and ENOMEM without memory. */
symbol *interpreter_symbol(interpreter *in, const char *bytes, size_t length) HF_GIVE;

/* Lets the name have this value in the outermost environment, and takes the value over; NULL is
 * none for lack of memory. Returns 0, or -1 and ENOMEM. */
int interpreter_define(interpreter *in, const char *name, value *v HF_TAKE);

/* Keeps what is wrong with the program. Returns NULL. */
void *fail(interpreter *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
