/* SPDX-License-Identifier: MIT
 *
 * Closures, builtin procedures and forms, as objects.
 * Knows values and environments.
 * Of the three only a closure refers to other objects; the types of the others have no edges, so
 * the collector never looks at them. */
#include "procedure.h"

HF_TYPE(lambda,
        .fields = HF_FIELDS(HF_STRONG_TO(lambda, name, symbol), HF_STRONG(lambda, parameters),
                            HF_STRONG(lambda, body), HF_STRONG_TO(lambda, scope, environment)));
HF_TYPE(builtin);
HF_TYPE(syntax);

lambda *
lambda_new(value *parameters, value *body, environment *scope)
{
    lambda *l = hf_new(lambda);
    if (!l) return NULL;
    hf_set(l, parameters, parameters);
    hf_set(l, body, body);
    hf_set(l, scope, scope);
    return l;
}

value *
builtin_new(const struct builtin_row *row)
{
    builtin *b = hf_new(builtin);
    if (b) b->row = row;
    return (value *)b;
}

value *
syntax_new(const char *name, syntax_function *run)
{
    syntax *s = hf_new(syntax);
    if (!s) return NULL;
    s->name = name;
    s->run = run;
    return (value *)s;
}

const char *
lambda_name(const lambda *l)
{
    return l->name ? l->name->bytes : "";
}
