/* SPDX-License-Identifier: MIT
 *
 * What may stand at the head of a list: closures, builtin procedures, and forms, which decide
 * themselves what is evaluated.
 * Knows values and environments. */
#ifndef INTERPRETER_PROCEDURE_H
#define INTERPRETER_PROCEDURE_H

#include "environment.h"

typedef struct interpreter interpreter;

/* A closure: it holds the environment in which it was made. */
typedef struct lambda {
    symbol *name;      /* by which it was defined first; NULL for none */
    value *parameters; /* a list of symbols, or one symbol for the list of all arguments */
    value *body;       /* a list of one expression or more */
    environment *scope;
} lambda;
HF_DECLARE(lambda);

/* A procedure in C. Returns its value, owned; or NULL, after fail() or without memory. */
typedef value *builtin_function(interpreter *in, values *arguments);

struct builtin_row {
    const char *name;
    size_t least, most; /* arguments */
    builtin_function *run;
};

typedef struct builtin {
    const struct builtin_row *row;
} builtin;
HF_DECLARE(builtin);

/* How far an expression has come. */
enum outcome {
    FAILED, /* fail() has said why, or memory is missing */
    DONE,   /* *result is the value, owned */
    AGAIN   /* its value is that of what stands in the frame now: a tail call takes no stack */
};

/* What is being evaluated, and where: both owned. */
struct frame {
    value *expression;
    environment *scope;
};

typedef enum outcome syntax_function(interpreter *in, struct frame *frame, value **result);

typedef struct syntax {
    const char *name;
    syntax_function *run;
} syntax;
HF_DECLARE(syntax);

/* All return new objects. Owner: the caller. NULL and ENOMEM without memory. */
lambda *lambda_new(value *parameters, value *body, environment *scope) HF_GIVE;
value *builtin_new(const struct builtin_row *row) HF_GIVE;
value *syntax_new(const char *name, syntax_function *run) HF_GIVE;

/* Returns its name; "" when it has none. Borrowed from it. */
const char *lambda_name(const lambda *l);

#endif
