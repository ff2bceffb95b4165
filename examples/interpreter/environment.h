/* SPDX-License-Identifier: MIT
 *
 * An environment: names and their values, inside another environment.
 * Knows values.
 * A closure holds the environment in which it was made, and that one holds the closure by its name:
 * nearly every program is one large circle. */
#ifndef INTERPRETER_ENVIRONMENT_H
#define INTERPRETER_ENVIRONMENT_H

#include "value.h"

typedef struct environment environment;
struct environment {
    environment *outer; /* NULL for the outermost */
    hf_map(value) names;
};
HF_DECLARE(environment);

/* Returns a new environment, empty, inside `outer`, which may be NULL. Owner: the caller. NULL and
 * ENOMEM without memory. */
environment *environment_new(environment *outer) HF_GIVE;

/* Lets name have this value here, whatever it has further out. Returns 0, or -1 and ENOMEM. */
int environment_define(environment *e, const symbol *name, value *v);

/* Returns the innermost environment, from e outwards, that has the name; borrowed; NULL if none. */
environment *environment_with(environment *e, const symbol *name) HF_LEND;

/* Returns the value of name there, borrowed; NULL when nobody has it. */
value *environment_find(environment *e, const symbol *name) HF_LEND;

#endif
