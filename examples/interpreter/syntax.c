/* SPDX-License-Identifier: MIT
 *
 * The forms: quote, if, define, set!, lambda, let and begin.
 * Knows the evaluator.
 * define is where circles are made: a closure is stored in the environment that it holds. Nothing
 * is done against it, and nothing has to be. */
#include "syntax.h"

#include "evaluate.h"

/* Returns what stands behind the name of the form, borrowed; NULL after fail() unless it is a list
 * of least to most elements. */
static value *
parts_of(interpreter *in, const struct frame *frame, size_t least, size_t most, const char *written)
{
    value *parts = ((const pair *)frame->expression)->rest;
    size_t count = list_length(parts);
    if (count != SIZE_MAX && count >= least && count <= most) return parts;
    return fail(in, "this is written %s", written);
}

static enum outcome
quote_form(interpreter *in, struct frame *frame, value **result)
{
    value *parts = parts_of(in, frame, 1, 1, "(quote DATUM)");
    if (!parts) return FAILED;
    *result = hf_retain(list_at(parts, 0));
    return DONE;
}

static enum outcome
if_form(interpreter *in, struct frame *frame, value **result)
{
    value *parts = parts_of(in, frame, 2, 3, "(if TEST THEN [ELSE])");
    if (!parts) return FAILED;
    hf_auto value *test = evaluate(in, list_at(parts, 0), frame->scope);
    if (!test) return FAILED;
    if (test != truth(false)) return frame_set(frame, list_at(parts, 1), frame->scope);
    if (list_length(parts) == 3) return frame_set(frame, list_at(parts, 2), frame->scope);
    *result = nothing();
    return DONE;
}

static bool
is_in(const value *list, const value *wanted)
{
    const pair *p;
    for (; (p = hf_cast(pair, list)) && p->first != wanted; list = p->rest) continue;
    return p;
}

/* A parameter list is a list of different symbols, or one symbol. */
static bool
is_parameters(const value *list)
{
    if (hf_is(list, symbol)) return true;
    for (const pair *p; (p = hf_cast(pair, list)); list = p->rest) {
        if (!hf_is(p->first, symbol) || is_in(p->rest, p->first)) return false;
    }
    return list == nil();
}

static lambda *
make_lambda(interpreter *in, const struct frame *frame, value *parameters, value *body)
{
    if (is_parameters(parameters)) return lambda_new(parameters, body, frame->scope);
    return fail(in, "parameters are a list of different symbols, or one symbol");
}

static enum outcome
lambda_form(interpreter *in, struct frame *frame, value **result)
{
    value *parts = parts_of(in, frame, 2, SIZE_MAX, "(lambda (NAME...) BODY...)");
    if (!parts) return FAILED;
    value *body = ((const pair *)parts)->rest;
    *result = (value *)make_lambda(in, frame, list_at(parts, 0), body);
    return *result ? DONE : FAILED;
}

/* A closure is called, in messages, by the name that it got first. */
static enum outcome
define(struct frame *frame, symbol *name, value *v, value **result)
{
    lambda *closure = hf_cast(lambda, v);
    if (closure && !closure->name) hf_set(closure, name, name);
    if (environment_define(frame->scope, name, v)) return FAILED;
    *result = nothing();
    return DONE;
}

static enum outcome
define_form(interpreter *in, struct frame *frame, value **result)
{
    static const char written[] = "(define NAME VALUE) or (define (NAME PARAMETER...) BODY...)";
    value *parts = parts_of(in, frame, 2, SIZE_MAX, written);
    if (!parts) return FAILED;
    value *named = list_at(parts, 0);
    const pair *heading = hf_cast(pair, named);
    symbol *name = hf_cast(symbol, heading ? heading->first : named);
    if (!name || (!heading && list_length(parts) != 2)) {
        fail(in, "this is written %s", written);
        return FAILED;
    }
    value *body = ((const pair *)parts)->rest;
    hf_auto value *v = heading ? (value *)make_lambda(in, frame, heading->rest, body)
                               : evaluate(in, list_at(parts, 1), frame->scope);
    return v ? define(frame, name, v, result) : FAILED;
}

static enum outcome
set_form(interpreter *in, struct frame *frame, value **result)
{
    static const char written[] = "(set! NAME VALUE)";
    value *parts = parts_of(in, frame, 2, 2, written);
    if (!parts) return FAILED;
    const symbol *name = hf_cast(symbol, list_at(parts, 0));
    if (!name) {
        fail(in, "this is written %s", written);
        return FAILED;
    }
    size_t line = in->line;
    hf_auto value *v = evaluate(in, list_at(parts, 1), frame->scope);
    if (!v) return FAILED;
    environment *where = environment_with(frame->scope, name);
    if (!where) {
        in->line = line;
        fail(in, "%.100s is not defined, so it can't be set", name->bytes);
        return FAILED;
    }
    if (environment_define(where, name, v)) return FAILED;
    *result = nothing();
    return DONE;
}

static int
let_all(interpreter *in, const struct frame *frame, const value *bindings, environment *scope)
{
    for (const pair *p; (p = hf_cast(pair, bindings)); bindings = p->rest) {
        const symbol *name =
            list_length(p->first) == 2 ? hf_cast(symbol, list_at(p->first, 0)) : NULL;
        if (!name) {
            fail(in, "let wants pairs of (NAME VALUE)");
            return -1;
        }
        hf_auto value *v = evaluate(in, list_at(p->first, 1), frame->scope);
        if (!v || environment_define(scope, name, v)) return -1;
    }
    return 0;
}

static enum outcome
let_form(interpreter *in, struct frame *frame, value **result)
{
    (void)result;
    static const char written[] = "(let ((NAME VALUE)...) BODY...)";
    value *parts = parts_of(in, frame, 2, SIZE_MAX, written);
    if (!parts) return FAILED;
    value *bindings = list_at(parts, 0);
    if (list_length(bindings) == SIZE_MAX) {
        fail(in, "this is written %s", written);
        return FAILED;
    }
    hf_auto environment *scope = environment_new(frame->scope);
    if (!scope || let_all(in, frame, bindings, scope)) return FAILED;
    return evaluate_body(in, frame, ((const pair *)parts)->rest, scope);
}

static enum outcome
begin_form(interpreter *in, struct frame *frame, value **result)
{
    (void)result;
    value *parts = parts_of(in, frame, 1, SIZE_MAX, "(begin EXPRESSION...)");
    return parts ? evaluate_body(in, frame, parts, frame->scope) : FAILED;
}

int
define_syntax(interpreter *in)
{
    static const struct {
        const char *name;
        syntax_function *run;
    } all[] = {{"quote", quote_form},  {"if", if_form},   {"define", define_form},
               {"set!", set_form},     {"let", let_form}, {"begin", begin_form},
               {"lambda", lambda_form}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (interpreter_define(in, all[i].name, syntax_new(all[i].name, all[i].run))) return -1;
    }
    return 0;
}
