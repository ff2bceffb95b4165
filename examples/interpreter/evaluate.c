/* SPDX-License-Identifier: MIT
 *
 * The evaluator: expressions and environments to values.
 * Knows the interpreter.
 * Each frame owns its expression and its scope. So whatever a program sets, forgets or defines anew
 * while it runs, what runs is held from outside, and a collection in the midst of it takes nothing
 * away. */
#include "evaluate.h"

/* A program that never comes to the end of a form makes garbage all the same. */
enum { CALLS_BETWEEN_STEPS = 4096 };

enum outcome
frame_set(struct frame *frame, value *expression, environment *scope)
{
    hf_auto value *old_expression = frame->expression;
    hf_auto environment *old_scope = frame->scope;
    frame->expression = hf_retain(expression);
    frame->scope = hf_retain(scope);
    return AGAIN;
}

enum outcome
evaluate_body(interpreter *in, struct frame *frame, value *body, environment *scope)
{
    const pair *p = (const pair *)body;
    for (; p->rest != nil(); p = (const pair *)p->rest) {
        in->line = p->line;
        hf_auto value *unused = evaluate(in, p->first, scope);
        if (!unused) return FAILED;
    }
    in->line = p->line;
    return frame_set(frame, p->first, scope);
}

static enum outcome
look_up(interpreter *in, const struct frame *frame, const symbol *name, value **result)
{
    *result = hf_retain(environment_find(frame->scope, name));
    if (*result) return DONE;
    fail(in, "%.100s is not defined", name->bytes);
    return FAILED;
}

/* Returns the arguments from the i-th on as a list; owned, or NULL. */
static value *
list_of_arguments(values *arguments, size_t line)
{
    hf_auto value *list = nil();
    for (size_t i = hf_array_count(arguments); i--;) {
        pair *longer = pair_new(hf_array_at(arguments, i), list, line);
        if (!longer) return NULL;
        hf_replace(&list, (value *)longer);
    }
    return hf_move(list);
}

static const char *
plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Gives the parameters their values. Returns 0, or -1. */
static int
bind(interpreter *in, const lambda *l, values *arguments, environment *scope)
{
    const symbol *all = hf_cast(symbol, l->parameters);
    if (all) {
        hf_auto value *list = list_of_arguments(arguments, in->line);
        return list ? environment_define(scope, all, list) : -1;
    }
    size_t wanted = list_length(l->parameters), count = hf_array_count(arguments);
    if (count != wanted) {
        fail(in, "%.100s wants %zu argument%s, not %zu", l->name ? l->name->bytes : "a lambda",
             wanted, plural(wanted), count);
        return -1;
    }
    const value *rest = l->parameters;
    for (size_t i = 0; i < count; i++) {
        const pair *parameter = (const pair *)rest;
        if (environment_define(scope, (const symbol *)parameter->first,
                               hf_array_at(arguments, i))) {
            return -1;
        }
        rest = parameter->rest;
    }
    return 0;
}

static enum outcome
call_lambda(interpreter *in, struct frame *frame, const lambda *l, values *arguments)
{
    hf_auto environment *scope = environment_new(l->scope);
    if (!scope || bind(in, l, arguments, scope)) return FAILED;
    if (++in->calls % CALLS_BETWEEN_STEPS == 0) hf_collect_step(NULL);
    return evaluate_body(in, frame, l->body, scope);
}

static enum outcome
call_builtin(interpreter *in, const builtin *b, values *arguments, value **result)
{
    const struct builtin_row *row = b->row;
    size_t count = hf_array_count(arguments);
    if (count < row->least || count > row->most) {
        size_t wanted = count < row->least ? row->least : row->most;
        const char *bound = row->least == row->most ? ""
                            : count < wanted        ? "at least "
                                                    : "at most ";
        fail(in, "%s wants %s%zu argument%s, not %zu", row->name, bound, wanted, plural(wanted),
             count);
        return FAILED;
    }
    *result = row->run(in, arguments);
    return *result ? DONE : FAILED;
}

static enum outcome
call(interpreter *in, struct frame *frame, value *procedure, values *arguments, value **result)
{
    const lambda *l = hf_cast(lambda, procedure);
    if (l) return call_lambda(in, frame, l, arguments);
    const builtin *b = hf_cast(builtin, procedure);
    if (b) return call_builtin(in, b, arguments, result);
    fail(in, "a call begins with a procedure, not with %s", value_kind(procedure));
    return FAILED;
}

/* Appends the values of the expressions in the list. Returns 0, or -1. */
static int
evaluate_all(interpreter *in, const value *list, environment *scope, values *out)
{
    for (const pair *p; (p = hf_cast(pair, list)); list = p->rest) {
        in->line = p->line;
        hf_auto value *each = evaluate(in, p->first, scope);
        if (!each || hf_array_push_move(out, &each)) return -1;
    }
    return 0;
}

static enum outcome
step(interpreter *in, struct frame *frame, value **result)
{
    const symbol *name = hf_cast(symbol, frame->expression);
    if (name) return look_up(in, frame, name, result);
    const pair *form = hf_cast(pair, frame->expression);
    if (!form) {
        *result = hf_retain(frame->expression);
        return DONE;
    }
    size_t line = in->line = form->line;
    hf_auto value *head = evaluate(in, form->first, frame->scope);
    if (!head) return FAILED;
    const syntax *deciding = hf_cast(syntax, head);
    if (deciding) return deciding->run(in, frame, result);
    hf_auto values arguments = {0};
    if (evaluate_all(in, form->rest, frame->scope, &arguments)) return FAILED;
    in->line = line;
    return call(in, frame, head, &arguments, result);
}

/* Goes on until there is a value or none, and gives back what the frame held. */
static value *
finish(interpreter *in, struct frame *frame, enum outcome outcome, value *result)
{
    while (outcome == AGAIN) outcome = step(in, frame, &result);
    hf_release(frame->expression);
    hf_release(frame->scope);
    in->depth--;
    return outcome == DONE ? result : NULL;
}

static bool
is_too_deep(interpreter *in)
{
    if (in->depth == DEPTH_LIMIT) {
        fail(in, "more than %d evaluations wait for one another; is a recursion without end?",
             DEPTH_LIMIT);
        return true;
    }
    in->depth++;
    return false;
}

value *
evaluate(interpreter *in, value *expression, environment *scope)
{
    if (is_too_deep(in)) return NULL;
    struct frame frame = {hf_retain(expression), hf_retain(scope)};
    return finish(in, &frame, AGAIN, NULL);
}

value *
apply(interpreter *in, value *procedure, values *arguments)
{
    if (is_too_deep(in)) return NULL;
    struct frame frame = {NULL, NULL};
    value *result = NULL;
    enum outcome outcome = call(in, &frame, procedure, arguments, &result);
    return finish(in, &frame, outcome, result);
}
