/* SPDX-License-Identifier: MIT
 *
 * Values as text, and whether two of them are the same text.
 * Knows all types of values.
 * Lists are walked along their rest and entered at their first elements, so only what is nested
 * needs stack, and that has a bound. */
#include <inttypes.h>
#include <string.h>

#include "procedure.h"

enum { SHOWN_DEPTH = 1000 };

static void
write_string(FILE *out, const string *s, bool quoted)
{
    if (!quoted) {
        fwrite(s->bytes, 1, s->length, out);
        return;
    }
    putc('"', out);
    for (const char *at = s->bytes; *at; at++) {
        if (*at == '"' || *at == '\\') putc('\\', out);
        if (*at == '\n' || *at == '\t') {
            fputs(*at == '\n' ? "\\n" : "\\t", out);
        } else {
            putc(*at, out);
        }
    }
    putc('"', out);
}

static void
write_procedure(FILE *out, const value *v)
{
    const syntax *form = hf_cast(syntax, v);
    const builtin *made_in = hf_cast(builtin, v);
    const lambda *closure = hf_cast(lambda, v);
    if (form) {
        fprintf(out, "#<form %s>", form->name);
    } else if (made_in) {
        fprintf(out, "#<builtin %s>", made_in->row->name);
    } else {
        fprintf(out, "#<lambda%s%s>", closure->name ? " " : "", lambda_name(closure));
    }
}

static void
write_atom(FILE *out, const value *v, bool quoted)
{
    const integer *i = hf_cast(integer, v);
    const string *s = hf_cast(string, v);
    const symbol *name = hf_cast(symbol, v);
    const char *shown = constant_shown(v);
    if (i) {
        fprintf(out, "%" PRId64, i->number);
    } else if (s) {
        write_string(out, s, quoted);
    } else if (name) {
        fputs(name->bytes, out);
    } else if (shown) {
        fputs(shown, out);
    } else {
        write_procedure(out, v);
    }
}

static void
write_nested(FILE *out, const value *v, bool quoted, int depth)
{
    const pair *p = hf_cast(pair, v);
    if (!p) {
        write_atom(out, v, quoted);
        return;
    }
    if (depth == SHOWN_DEPTH) {
        fputs("...", out);
        return;
    }
    const char *before = "(";
    for (; p; p = hf_cast(pair, v)) {
        fputs(before, out);
        write_nested(out, p->first, quoted, depth + 1);
        v = p->rest;
        before = " ";
    }
    if (v != nil()) {
        fputs(" . ", out);
        write_atom(out, v, quoted);
    }
    putc(')', out);
}

void
value_write(FILE *out, const value *v, bool quoted)
{
    write_nested(out, v, quoted, 0);
}

static bool
atoms_equal(const value *a, const value *b)
{
    if (a == b) return true;
    const integer *i = hf_cast(integer, a), *k = hf_cast(integer, b);
    if (i && k) return i->number == k->number;
    const string *s = hf_cast(string, a), *t = hf_cast(string, b);
    return s && t && s->length == t->length && memcmp(s->bytes, t->bytes, s->length) == 0;
}

static bool
nested_equal(const value *a, const value *b, int depth)
{
    const pair *p, *q;
    while ((p = hf_cast(pair, a)) && (q = hf_cast(pair, b))) {
        if (p == q) return true;
        if (depth == SHOWN_DEPTH || !nested_equal(p->first, q->first, depth + 1)) return false;
        a = p->rest;
        b = q->rest;
    }
    return atoms_equal(a, b);
}

bool
value_equal(const value *a, const value *b)
{
    return nested_equal(a, b, 0);
}
