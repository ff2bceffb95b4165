/* SPDX-License-Identifier: MIT
 *
 * The procedures that print, compare, and say what something is.
 * Knows the interpreter, and the tables of the other subjects.
 * Arguments are borrowed from the array that the evaluator holds; what a procedure returns is
 * owned. */
#include "builtins.h"

void *
wrong_argument(interpreter *in, const char *name, values *arguments, size_t at, const char *wanted)
{
    return fail(in, "%s wants %s, not %s", name, wanted, value_kind(hf_array_at(arguments, at)));
}

static value *
display(interpreter *in, values *arguments)
{
    value_write(in->out, hf_array_at(arguments, 0), false);
    return nothing();
}

static value *
write_value(interpreter *in, values *arguments)
{
    value_write(in->out, hf_array_at(arguments, 0), true);
    return nothing();
}

static value *
newline(interpreter *in, values *arguments)
{
    (void)arguments;
    putc('\n', in->out);
    return nothing();
}

static value *
error(interpreter *in, values *arguments)
{
    const string *text = hf_cast(string, hf_array_at(arguments, 0));
    return text ? fail(in, "%s", text->bytes)
                : wrong_argument(in, "error", arguments, 0, "a string");
}

static value *
is_same(interpreter *in, values *arguments)
{
    (void)in;
    return truth(hf_array_at(arguments, 0) == hf_array_at(arguments, 1));
}

static value *
is_equal(interpreter *in, values *arguments)
{
    (void)in;
    return truth(value_equal(hf_array_at(arguments, 0), hf_array_at(arguments, 1)));
}

static value * not(interpreter * in, values *arguments)
{
    (void)in;
    return truth(hf_array_at(arguments, 0) == truth(false));
}

static value *
is_integer(interpreter *in, values *arguments)
{
    (void)in;
    return truth(hf_is(hf_array_at(arguments, 0), integer));
}

static value *
is_string(interpreter *in, values *arguments)
{
    (void)in;
    return truth(hf_is(hf_array_at(arguments, 0), string));
}

static value *
is_symbol(interpreter *in, values *arguments)
{
    (void)in;
    return truth(hf_is(hf_array_at(arguments, 0), symbol));
}

static value *
is_procedure(interpreter *in, values *arguments)
{
    (void)in;
    const value *v = hf_array_at(arguments, 0);
    return truth(hf_is(v, lambda) || hf_is(v, builtin));
}

static const struct builtin_row all[] = {{"display", 1, 1, display},
                                         {"write", 1, 1, write_value},
                                         {"newline", 0, 0, newline},
                                         {"error", 1, 1, error},
                                         {"eq?", 2, 2, is_same},
                                         {"equal?", 2, 2, is_equal},
                                         {"not", 1, 1, not },
                                         {"integer?", 1, 1, is_integer},
                                         {"string?", 1, 1, is_string},
                                         {"symbol?", 1, 1, is_symbol},
                                         {"procedure?", 1, 1, is_procedure},
                                         {NULL, 0, 0, NULL}};

static int
define_table(interpreter *in, const struct builtin_row *row)
{
    for (; row->name; row++) {
        if (interpreter_define(in, row->name, builtin_new(row))) return -1;
    }
    return 0;
}

int
define_builtins(interpreter *in)
{
    return define_table(in, all) || define_table(in, builtins_of_numbers)
                   || define_table(in, builtins_of_lists)
               ? -1
               : 0;
}
