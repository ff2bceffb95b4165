/* SPDX-License-Identifier: MIT
 *
 * The procedures of pairs and lists.
 * Knows the evaluator, which map calls back.
 * A list is built behind its last pair: whoever builds holds the first one, and so all. */
#include "builtins.h"
#include "evaluate.h"

/* A list that grows at its end. `all` is owned; `last` is borrowed from it. */
struct builder {
    value *all;
    pair *last;
};

/* Appends an element. Returns 0, or -1 and ENOMEM. */
static int
build(struct builder *b, value *element)
{
    pair *grown = pair_new(element, nil(), 0);
    if (!grown) return -1;
    if (b->last) {
        hf_give(b->last, rest, (value *)grown);
    } else {
        b->all = (value *)grown;
    }
    b->last = grown;
    return 0;
}

/* Returns the list, owned; NULL if it is not whole, since something failed. */
static value *
built(struct builder *b, bool whole)
{
    hf_auto value *all = b->all ? b->all : nil();
    return whole ? hf_move(all) : NULL;
}

static value *
cons(interpreter *in, values *arguments)
{
    (void)in;
    return (value *)pair_new(hf_array_at(arguments, 0), hf_array_at(arguments, 1), 0);
}

static value *
car(interpreter *in, values *arguments)
{
    const pair *p = hf_cast(pair, hf_array_at(arguments, 0));
    return p ? hf_retain(p->first) : wrong_argument(in, "car", arguments, 0, "a pair");
}

static value *
cdr(interpreter *in, values *arguments)
{
    const pair *p = hf_cast(pair, hf_array_at(arguments, 0));
    return p ? hf_retain(p->rest) : wrong_argument(in, "cdr", arguments, 0, "a pair");
}

static value *
is_pair(interpreter *in, values *arguments)
{
    (void)in;
    return truth(hf_is(hf_array_at(arguments, 0), pair));
}

static value *
is_null(interpreter *in, values *arguments)
{
    (void)in;
    return truth(hf_array_at(arguments, 0) == nil());
}

static value *
make_list(interpreter *in, values *arguments)
{
    (void)in;
    struct builder b = {NULL, NULL};
    bool whole = true;
    for (size_t i = 0; whole && i < hf_array_count(arguments); i++) {
        whole = !build(&b, hf_array_at(arguments, i));
    }
    return built(&b, whole);
}

static value *
length(interpreter *in, values *arguments)
{
    size_t count = list_length(hf_array_at(arguments, 0));
    return count == SIZE_MAX ? wrong_argument(in, "length", arguments, 0, "a list")
                             : integer_new((int64_t)count);
}

static value *
append(interpreter *in, values *arguments)
{
    const value *list = hf_array_at(arguments, 0);
    if (list_length(list) == SIZE_MAX) {
        return wrong_argument(in, "append", arguments, 0, "a list first");
    }
    struct builder b = {NULL, NULL};
    bool whole = true;
    for (const pair *p; whole && (p = hf_cast(pair, list)); list = p->rest) {
        whole = !build(&b, p->first);
    }
    if (!b.all && whole) return hf_retain(hf_array_at(arguments, 1));
    if (whole) hf_set(b.last, rest, hf_array_at(arguments, 1));
    return built(&b, whole);
}

static value *
reverse(interpreter *in, values *arguments)
{
    const value *list = hf_array_at(arguments, 0);
    if (list_length(list) == SIZE_MAX) {
        return wrong_argument(in, "reverse", arguments, 0, "a list");
    }
    hf_auto value *reversed = nil();
    for (const pair *p; (p = hf_cast(pair, list)); list = p->rest) {
        pair *longer = pair_new(p->first, reversed, 0);
        if (!longer) return NULL;
        hf_replace(&reversed, (value *)longer);
    }
    return hf_move(reversed);
}

/* Returns what the procedure makes of one value, owned; NULL if it fails. */
static value *
apply_to_one(interpreter *in, value *procedure, value *argument)
{
    hf_auto values one = {0};
    return hf_array_push(&one, argument) ? NULL : apply(in, procedure, &one);
}

static value *
map(interpreter *in, values *arguments)
{
    const value *list = hf_array_at(arguments, 1);
    if (list_length(list) == SIZE_MAX) {
        return wrong_argument(in, "map", arguments, 1, "a list behind the procedure");
    }
    struct builder b = {NULL, NULL};
    bool whole = true;
    for (const pair *p; whole && (p = hf_cast(pair, list)); list = p->rest) {
        hf_auto value *made = apply_to_one(in, hf_array_at(arguments, 0), p->first);
        whole = made && !build(&b, made);
    }
    return built(&b, whole);
}

/* (iota 3) is (0 1 2). */
static value *
iota(interpreter *in, values *arguments)
{
    const integer *count = hf_cast(integer, hf_array_at(arguments, 0));
    if (!count || count->number < 0) {
        return count ? fail(in, "iota wants a number that is not negative")
                     : wrong_argument(in, "iota", arguments, 0, "an integer");
    }
    struct builder b = {NULL, NULL};
    bool whole = true;
    for (int64_t i = 0; whole && i < count->number; i++) {
        hf_auto value *number = integer_new(i);
        whole = number && !build(&b, number);
    }
    return built(&b, whole);
}

const struct builtin_row builtins_of_lists[] = {
    {"cons", 2, 2, cons},     {"car", 1, 1, car},       {"cdr", 1, 1, cdr},
    {"pair?", 1, 1, is_pair}, {"null?", 1, 1, is_null}, {"list", 0, SIZE_MAX, make_list},
    {"length", 1, 1, length}, {"append", 2, 2, append}, {"reverse", 1, 1, reverse},
    {"map", 2, 2, map},       {"iota", 1, 1, iota},     {NULL, 0, 0, NULL}};
