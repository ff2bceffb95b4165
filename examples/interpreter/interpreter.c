/* SPDX-License-Identifier: MIT
 *
 * The interpreter: the symbols, the outermost environment, and what went wrong.
 * Knows values, environments, and who defines forms and builtins.
 * Symbols are interned in a weak map: a symbol dies with the last program text or environment that
 * mentions it, and its entry with it. */
#include "interpreter.h"

#include <stdarg.h>
#include <string.h>

#include "builtins.h"
#include "syntax.h"

HF_TYPE(interpreter, .fields = HF_FIELDS(HF_STRONG_TO(interpreter, symbols, hf_weak_map),
                                         HF_STRONG_TO(interpreter, global, environment)));

interpreter *
interpreter_new(FILE *out)
{
    hf_auto interpreter *in = hf_new(interpreter);
    if (!in) return NULL;
    in->out = out;
    hf_give(in, symbols, hf_weak_map_new());
    hf_give(in, global, environment_new(NULL));
    if (!in->symbols || !in->global || define_syntax(in) || define_builtins(in)) return NULL;
    return hf_move(in);
}

static void *
make_symbol(hf_key name, void *ctx)
{
    (void)ctx;
    return symbol_new(name.is.bytes, name.length);
}

symbol *
interpreter_symbol(interpreter *in, const char *bytes, size_t length)
{
    return hf_weak_map_make(in->symbols, hf_key_string(bytes, length), make_symbol, NULL);
}

int
interpreter_define(interpreter *in, const char *name, value *v)
{
    hf_auto value *taken = v;
    hf_auto symbol *s = interpreter_symbol(in, name, strlen(name));
    return taken && s ? environment_define(in->global, s, taken) : -1;
}

void *
fail(interpreter *in, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(in->problem, sizeof in->problem, format, arguments);
    va_end(arguments);
    return NULL;
}
