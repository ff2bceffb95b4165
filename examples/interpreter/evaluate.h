/* SPDX-License-Identifier: MIT
 *
 * The evaluator: expressions and environments to values.
 * Knows the interpreter.
 * What is evaluated last in a procedure or form takes the frame of that one, so a loop that is
 * written as a tail call runs for ever on the same stack. */
#ifndef INTERPRETER_EVALUATE_H
#define INTERPRETER_EVALUATE_H

#include "interpreter.h"

/* So many evaluations may wait for one another: the C stack bears them, with sanitizers too. */
enum { DEPTH_LIMIT = 4000 };

/* Returns the value of the expression. Owner: the caller. NULL when fail() was called, and without
 * memory. The caller holds the expression and the scope meanwhile. */
value *evaluate(interpreter *in, value *expression, environment *scope) HF_GIVE;

/* Returns what the procedure makes of the arguments, as above. */
value *apply(interpreter *in, value *procedure, values *arguments) HF_GIVE;

/* Lets the expression, in this scope, take the place of what is in the frame; both are borrowed.
 * Returns AGAIN. */
enum outcome frame_set(struct frame *frame, value *expression, environment *scope);

/* Evaluates all expressions of the list but the last, which takes the place of what is in the
 * frame. Returns AGAIN or FAILED. */
enum outcome evaluate_body(interpreter *in, struct frame *frame, value *body, environment *scope);

#endif
