/* SPDX-License-Identifier: MIT
 *
 * Whether a text is JSON: one function for each rule of the grammar.
 * Knows nothing.
 * Each takes what it knows off the text and returns the rest; *fault is where it can't go on. */
#include "json.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const char *value(const char *at, const char **fault);

static const char *
space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static const char *
fail(const char *at, const char **fault)
{
    if (!*fault) *fault = at;
    return at;
}

/* Continuation bytes after this one, or -1 when no sequence of UTF-8 begins with it. */
static int
following(unsigned char byte)
{
    if (byte < 0x80) return 0;
    if (byte < 0xC2 || byte > 0xF4) return -1;
    return byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
}

static const char *
escape(const char *at, const char **fault)
{
    if (*at && strchr("\"\\/bfnrt", *at)) return at + 1;
    if (*at != 'u') return fail(at, fault);
    for (int i = 1; i <= 4; i++) {
        if (!isxdigit((unsigned char)at[i])) return fail(at, fault);
    }
    return at + 5;
}

static const char *
string(const char *at, const char **fault)
{
    if (*at != '"') return fail(at, fault);
    at++;
    while (*at != '"' && !*fault) {
        int more = following((unsigned char)*at);
        if ((unsigned char)*at < 0x20 || more < 0) return fail(at, fault);
        if (*at == '\\') {
            at = escape(at + 1, fault);
            continue;
        }
        for (at++; more; more--, at++) {
            if (((unsigned char)*at & 0xC0) != 0x80) return fail(at, fault);
        }
    }
    return at + 1;
}

static const char *
digits(const char *at, const char **fault)
{
    if (!isdigit((unsigned char)*at)) return fail(at, fault);
    while (isdigit((unsigned char)*at)) at++;
    return at;
}

static const char *
number(const char *at, const char **fault)
{
    if (*at == '-') at++;
    at = *at == '0' ? at + 1 : digits(at, fault);
    if (*at == '.') at = digits(at + 1, fault);
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-') at++;
        at = digits(at, fault);
    }
    return at;
}

static const char *
member(const char *at, const char **fault)
{
    at = space(string(space(at), fault));
    if (*fault || *at != ':') return fail(at, fault);
    return value(at + 1, fault);
}

/* An array or an object. */
static const char *
several(const char *at, char end, const char *(*one)(const char *, const char **),
        const char **fault)
{
    at = space(at);
    if (*at == end) return at + 1;
    for (;;) {
        at = space(one(at, fault));
        if (*fault) return at;
        if (*at == end) return at + 1;
        if (*at != ',') return fail(at, fault);
        at++;
    }
}

static const char *
value(const char *at, const char **fault)
{
    at = space(at);
    if (*at == '{') return several(at + 1, '}', member, fault);
    if (*at == '[') return several(at + 1, ']', value, fault);
    if (*at == '"') return string(at, fault);
    if (strncmp(at, "true", 4) == 0 || strncmp(at, "null", 4) == 0) return at + 4;
    if (strncmp(at, "false", 5) == 0) return at + 5;
    return number(at, fault);
}

const char *
json_fault(const char *text)
{
    const char *fault = NULL;
    const char *rest = space(value(text, &fault));
    if (!fault && *rest) fault = rest;
    return fault;
}
