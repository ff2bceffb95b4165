/* SPDX-License-Identifier: MIT
 *
 * The data of the language: integers, strings, symbols, pairs and four constants.
 * Knows the library.
 * A `value *` is an object of any of these types or of those in procedure.h: hf_is and hf_cast tell
 * which, so that no value carries a tag of its own. */
#ifndef INTERPRETER_VALUE_H
#define INTERPRETER_VALUE_H

#include <holdfast/holdfast.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Never defined: there are only objects of the types below. */
typedef struct value value;

/* What a call hands over; a variable of it is hf_auto. */
typedef hf_array(value) values;

typedef struct integer {
    int64_t number;
} integer;
HF_DECLARE(integer);

typedef struct string {
    size_t length;
    char bytes[]; /* with a zero at the end, and none before */
} string;
HF_DECLARE(string);

/* There is one symbol of each name: interpreter_symbol sees to that. */
typedef struct symbol {
    size_t length;
    char bytes[]; /* as in a string */
} symbol;
HF_DECLARE(symbol);

/* A list is a pair whose rest is a list, or the empty list. Nobody changes a pair once it is part
 * of a list, so data by itself makes no cycle. */
typedef struct pair {
    value *first;
    value *rest;
    size_t line; /* where its first element was read; 0 for one that the program made */
} pair;
HF_DECLARE(pair);

/* All return new objects. Owner: the caller. NULL and ENOMEM without memory. */
value *integer_new(int64_t number) HF_GIVE;
string *string_new(size_t length) HF_GIVE; /* all zero, for the caller to fill */
symbol *symbol_new(const char *bytes, size_t length) HF_GIVE;
pair *pair_new(value *first, value *rest, size_t line) HF_GIVE;

/* The constants are static objects, which never die: what these return is owned and borrowed at
 * once. nothing() is what forms have for a value whose value is of no interest. */
value *nil(void);
value *truth(bool of);
value *nothing(void);

/* Returns what a constant is shown as; NULL for other values. */
const char *constant_shown(const value *v);

/* Returns the number of elements; SIZE_MAX for what is no list. */
size_t list_length(const value *list);

/* Returns element `at` of a list that has so many, borrowed. */
value *list_at(value *list, size_t at) HF_LEND;

/* Returns what it is, as in "car wants a pair, not an integer". */
const char *value_kind(const value *v);

/* Writes it as the language shows it; strings with quotes, if asked. What lies deeper in the first
 * elements of lists than a stack bears is shown as "...". */
void value_write(FILE *out, const value *v, bool quoted);

/* Whether both show the same; what lies deeper than value_write goes is the same only if it is one
 * object. */
bool value_equal(const value *a, const value *b);

#endif
