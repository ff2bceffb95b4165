/* SPDX-License-Identifier: MIT
 *
 * The forms: quote, if, define, set!, lambda, let and begin.
 * Knows the interpreter. */
#ifndef INTERPRETER_SYNTAX_H
#define INTERPRETER_SYNTAX_H

#include "interpreter.h"

/* Defines all forms in the outermost environment. Returns 0, or -1 and ENOMEM. */
int define_syntax(interpreter *in);

#endif
