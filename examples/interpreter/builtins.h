/* SPDX-License-Identifier: MIT
 *
 * The procedures in C, by subject.
 * Knows the interpreter. */
#ifndef INTERPRETER_BUILTINS_H
#define INTERPRETER_BUILTINS_H

#include "interpreter.h"

/* Each table ends with a row without a name. */
extern const struct builtin_row builtins_of_numbers[];
extern const struct builtin_row builtins_of_lists[];

/* Defines all of them in the outermost environment. Returns 0, or -1 and ENOMEM. */
int define_builtins(interpreter *in);

/* Returns NULL after it told fail() that argument `at` of `name` should be `wanted`. */
void *wrong_argument(interpreter *in, const char *name, values *arguments, size_t at,
                     const char *wanted);

#endif
