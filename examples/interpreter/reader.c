/* SPDX-License-Identifier: MIT
 *
 * From characters to values: one form after the other.
 * Knows values and symbols.
 * Each list grows at its end through a borrowed pointer to its last pair: the list holds all of its
 * pairs, and the function holds the list. */
#include "reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_TOKEN_BYTES = 64, NESTED_LISTS = 1000 };

static value *read_form(struct reader *r, interpreter *in, int c);

/* Returns the next character; EOF at the end and when the file can't be read. */
static int
next(struct reader *r)
{
    int c = getc(r->file);
    if (c == EOF && ferror(r->file) && !r->error) r->error = errno;
    if (c == '\n') r->line++;
    return c;
}

static void
put_back(struct reader *r, int c)
{
    if (c == EOF) return;
    ungetc(c, r->file);
    if (c == '\n') r->line--;
}

static bool
is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Returns the first character that is neither blank nor in a comment. */
static int
next_solid(struct reader *r)
{
    bool comment = false;
    for (;;) {
        int c = next(r);
        if (c == EOF || (!comment && c != ';' && !is_blank(c))) return c;
        comment = c != '\n' && (comment || c == ';');
    }
}

/* Appends a character to the token. Returns 0, or -1 and ENOMEM. */
static int
token_add(struct reader *r, int c)
{
    if (r->length + 1 >= r->room) {
        size_t room = r->room ? 2 * r->room : FIRST_TOKEN_BYTES;
        char *token = realloc(r->token, room);
        if (!token) return -1;
        r->token = token;
        r->room = room;
    }
    r->token[r->length++] = (char)c;
    r->token[r->length] = '\0';
    return 0;
}

/* Returns what \c means in a string; EOF for nothing. */
static int
escaped(int c)
{
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    return c == '"' || c == '\\' ? c : EOF;
}

static value *
string_of_token(const struct reader *r)
{
    string *s = string_new(r->length);
    if (s && r->length) memcpy(s->bytes, r->token, r->length);
    return (value *)s;
}

/* Reads on behind the first quote. */
static value *
read_string(struct reader *r, interpreter *in)
{
    size_t begin = r->line;
    r->length = 0;
    for (;;) {
        int c = next(r);
        if (c == '"') return string_of_token(r);
        if (c == EOF) {
            in->line = begin;
            return fail(in, "this string is never closed");
        }
        in->line = r->line;
        if (c == '\0') return fail(in, "a string can't hold a zero byte");
        if (c == '\\' && (c = escaped(next(r))) == EOF) {
            return fail(in, "in a string, \\ wants n, t, \" or \\ behind it");
        }
        if (token_add(r, c)) return NULL;
    }
}

static bool
is_number(const char *token)
{
    if (*token == '-' || *token == '+') token++;
    return *token && strspn(token, "0123456789") == strlen(token);
}

static value *
atom_of_token(const struct reader *r, interpreter *in)
{
    if (is_number(r->token)) {
        errno = 0;
        long long number = strtoll(r->token, NULL, 10);
        return errno == ERANGE ? fail(in, "%.100s doesn't fit into 64 bits", r->token)
                               : integer_new(number);
    }
    if (strcmp(r->token, "#t") == 0 || strcmp(r->token, "#f") == 0) {
        return truth(r->token[1] == 't');
    }
    if (*r->token == '#') return fail(in, "there is no %.100s; # begins #t and #f", r->token);
    if (strcmp(r->token, ".") == 0) return fail(in, "a lone dot; pairs are made by cons");
    return (value *)interpreter_symbol(in, r->token, r->length);
}

/* Reads an integer, a symbol or a truth value that begins with c. */
static value *
read_atom(struct reader *r, interpreter *in, int c)
{
    r->length = 0;
    for (; c != EOF && !is_blank(c) && !strchr("();\"'", c); c = next(r)) {
        if (token_add(r, c)) return NULL;
    }
    /* strchr finds the zero byte, too. */
    if (c == '\0') return fail(in, "a zero byte, which no program has");
    put_back(r, c);
    return atom_of_token(r, in);
}

/* Reads on behind the parenthesis, up to the one that closes. */
static value *
read_elements(struct reader *r, interpreter *in)
{
    size_t begin = r->line;
    hf_auto value *list = nil(); /* a static object: replaced without a release */
    pair *last = NULL;
    for (;;) {
        int c = next_solid(r);
        if (c == ')') return hf_move(list);
        if (c == EOF) {
            in->line = begin;
            return fail(in, "this parenthesis is never closed");
        }
        size_t line = r->line;
        hf_auto value *each = read_form(r, in, c);
        if (!each) return NULL;
        pair *grown = pair_new(each, nil(), line);
        if (!grown) return NULL;
        if (last) {
            hf_give(last, rest, (value *)grown);
        } else {
            list = (value *)grown;
        }
        last = grown;
    }
}

static value *
read_list(struct reader *r, interpreter *in)
{
    if (r->depth == NESTED_LISTS) {
        return fail(in, "more than %d parentheses are open", NESTED_LISTS);
    }
    r->depth++;
    value *list = read_elements(r, in);
    r->depth--;
    return list;
}

/* 'x is (quote x). */
static value *
read_quoted(struct reader *r, interpreter *in)
{
    size_t line = r->line;
    if (r->depth == NESTED_LISTS) return fail(in, "more than %d quotes", NESTED_LISTS);
    r->depth++;
    int c = next_solid(r);
    hf_auto value *quoted =
        c == EOF ? fail(in, "nothing is behind the quote") : read_form(r, in, c);
    r->depth--;
    hf_auto symbol *quote = quoted ? interpreter_symbol(in, "quote", 5) : NULL;
    hf_auto pair *end = quote ? pair_new(quoted, nil(), line) : NULL;
    return end ? (value *)pair_new((value *)quote, (value *)end, line) : NULL;
}

static value *
read_form(struct reader *r, interpreter *in, int c)
{
    in->line = r->line;
    switch (c) {
    case '(':
        return read_list(r, in);
    case ')':
        return fail(in, "this parenthesis closes what nobody opened");
    case '\'':
        return read_quoted(r, in);
    case '"':
        return read_string(r, in);
    default:
        return read_atom(r, in, c);
    }
}

value *
reader_next(struct reader *r, interpreter *in)
{
    int c = next_solid(r);
    if (c == EOF) {
        r->ended = !r->error;
        return NULL;
    }
    size_t line = r->line;
    value *form = read_form(r, in, c);
    if (form) in->line = line;
    return form;
}
