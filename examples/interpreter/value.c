/* SPDX-License-Identifier: MIT
 *
 * The data of the language: integers, strings, symbols, pairs and four constants.
 * Knows the library.
 * A pair holds what it was made of, whatever type that has; a list of a million of them dies on
 * constant stack, because the library ends chains so. */
#include "value.h"

#include <string.h>

#include "procedure.h"

typedef struct constant {
    const char *shown, *kind;
} constant;
HF_DECLARE(constant);

HF_TYPE(integer);
HF_TYPE(string);
HF_TYPE(symbol);
HF_TYPE(constant);
HF_TYPE(pair, .fields = HF_FIELDS(HF_STRONG(pair, first), HF_STRONG(pair, rest)));

HF_STATIC(constant, the_empty_list, "()", "the empty list");
HF_STATIC(constant, true_itself, "#t", "a truth value");
HF_STATIC(constant, false_itself, "#f", "a truth value");
HF_STATIC(constant, no_value, "", "nothing");

value *
nil(void)
{
    return (value *)the_empty_list;
}

value *
truth(bool of)
{
    return (value *)(of ? true_itself : false_itself);
}

value *
nothing(void)
{
    return (value *)no_value;
}

value *
integer_new(int64_t number)
{
    integer *i = hf_new(integer);
    if (i) i->number = number;
    return (value *)i;
}

string *
string_new(size_t length)
{
    string *s = hf_new_flex(string, bytes, length + 1);
    if (s) s->length = length;
    return s;
}

symbol *
symbol_new(const char *bytes, size_t length)
{
    symbol *s = hf_new_flex(symbol, bytes, length + 1);
    if (!s) return NULL;
    s->length = length;
    memcpy(s->bytes, bytes, length);
    return s;
}

pair *
pair_new(value *first, value *rest, size_t line)
{
    pair *p = hf_new(pair);
    if (!p) return NULL;
    hf_set(p, first, first);
    hf_set(p, rest, rest);
    p->line = line;
    return p;
}

size_t
list_length(const value *list)
{
    size_t length = 0;
    const pair *p;
    while ((p = hf_cast(pair, list))) {
        list = p->rest;
        length++;
    }
    return list == nil() ? length : SIZE_MAX;
}

value *
list_at(value *list, size_t at)
{
    while (at--) list = ((const pair *)list)->rest;
    return ((const pair *)list)->first;
}

const char *
value_kind(const value *v)
{
    const constant *c = hf_cast(constant, v);
    if (c) return c->kind;
    if (hf_is(v, integer)) return "an integer";
    if (hf_is(v, string)) return "a string";
    if (hf_is(v, symbol)) return "a symbol";
    if (hf_is(v, pair)) return "a pair";
    return hf_is(v, syntax) ? "a form" : "a procedure";
}

const char *
constant_shown(const value *v)
{
    const constant *c = hf_cast(constant, v);
    return c ? c->shown : NULL;
}
