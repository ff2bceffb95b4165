/* SPDX-License-Identifier: MIT
 *
 * From lines of text to a document.
 * Knows nodes.
 * The latest node is held; each line climbs from it to the parent of its own node, by the weak
 * references that are there anyway. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "outline.h"

enum { SPACES_OF_LEVEL = 2, FIRST_LINE_BYTES = 128 };

/* A line, of which `at` is not read yet. */
struct line {
    char *bytes; /* with a zero at the end; for free() */
    size_t length, room;
    char *at;
    struct outline_problem *problem;
};

bool
outline_is_name_character(int c)
{
    return c > ' ' && c != 0x7f && !strchr("\"=/[]*", c);
}

/* Says what is wrong with the line. Returns -1. */
static int
wrong(const struct line *line, const char *what)
{
    line->problem->what = what;
    return -1;
}

static int
line_add(struct line *line, char c)
{
    if (line->length + 1 >= line->room) {
        size_t room = line->room ? 2 * line->room : FIRST_LINE_BYTES;
        char *bytes = realloc(line->bytes, room);
        if (!bytes) return -1;
        line->bytes = bytes;
        line->room = room;
    }
    line->bytes[line->length++] = c;
    line->bytes[line->length] = '\0';
    return 0;
}

/* Reads one line. Returns 1; 0 at the end of the file; -1 with a problem, or without and errno. */
static int
line_read(struct line *line, FILE *file)
{
    line->length = 0;
    line->problem->line++;
    int c;
    while ((c = getc(file)) != EOF && c != '\n') {
        if (c < ' ' || c == 0x7f) return wrong(line, "control characters have no place here");
        if (line_add(line, (char)c)) return -1;
    }
    if (c == EOF && ferror(file)) return -1;
    if (c == EOF && !line->length) return 0;
    /* An empty line has a buffer, too. */
    if (line_add(line, '\0')) return -1;
    line->at = line->bytes;
    return 1;
}

/* Takes a name off the line. Returns its length, 0 for none. */
static size_t
take_name(struct line *line, const char **name)
{
    *name = line->at;
    while (outline_is_name_character((unsigned char)*line->at)) line->at++;
    return (size_t)(line->at - *name);
}

/* Takes what is behind the first quote, in place. Returns its length; SIZE_MAX for a problem. */
static size_t
take_quoted(struct line *line)
{
    char *begin = line->at, *end = begin;
    for (; *line->at != '"'; line->at++) {
        bool escaped = *line->at == '\\';
        line->at += escaped;
        if (escaped && *line->at != '"' && *line->at != '\\') {
            wrong(line, "in quotes, \\ wants \" or \\ behind it");
            return SIZE_MAX;
        }
        if (!*line->at) {
            wrong(line, "the quote is never closed");
            return SIZE_MAX;
        }
        *end++ = *line->at;
    }
    line->at++;
    return (size_t)(end - begin);
}

/* Takes a value off the line. Returns 0, or -1 with a problem. */
static int
take_value(struct line *line, const char **value, size_t *length)
{
    if (*line->at == '"') {
        *value = ++line->at;
        *length = take_quoted(line);
        return *length == SIZE_MAX ? -1 : 0;
    }
    *value = line->at;
    *length = strcspn(line->at, " \"");
    line->at += *length;
    return *length ? 0 : wrong(line, "an attribute has no value; an empty one is \"\"");
}

/* Takes an attribute off the line, and gives it to the node. Returns 0, or -1. */
static int
take_attribute(struct line *line, node *n)
{
    const char *name, *value;
    size_t name_length = take_name(line, &name), length;
    if (!name_length || *line->at != '=') return wrong(line, "an attribute is NAME=VALUE");
    line->at++;
    hf_key key = hf_key_string(name, name_length);
    if (hf_map_at(&n->attributes, key)) return wrong(line, "an attribute stands here twice");
    if (take_value(line, &value, &length)) return -1;
    hf_auto text *kept = text_new(value, length);
    return kept ? hf_map_set(&n->attributes, key, kept) : -1;
}

/* Returns the node of the line, from `at` on; owned. NULL with a problem, or without memory. */
static node *
take_node(struct line *line)
{
    const char *name;
    size_t length = take_name(line, &name);
    if (!length || (*line->at && *line->at != ' ')) {
        wrong(line, "a node begins with a name, without any of \" = / [ ] *");
        return NULL;
    }
    hf_auto text *kept = text_new(name, length);
    hf_auto node *n = kept ? node_new(kept) : NULL;
    while (n && *line->at) {
        if (*line->at != ' ') {
            wrong(line, "a space is missing behind a value");
            return NULL;
        }
        line->at += strspn(line->at, " ");
        if (*line->at && take_attribute(line, n)) return NULL;
    }
    return hf_move(n);
}

/* Returns the node so many levels above n; owned. */
static node *
climb(node *n, size_t levels)
{
    hf_auto node *at = hf_retain(n);
    while (levels--) hf_replace(&at, node_parent(at));
    return hf_move(at);
}

/* Puts the node of the line where it belongs. *latest, owned, is the node of the line before, and
 * *level how deep that is. Returns 0, or -1. */
static int
add_line(struct line *line, node **latest, size_t *level)
{
    size_t spaces = strspn(line->at, " ");
    line->at += spaces;
    if (!*line->at) return 0;
    if (spaces % SPACES_OF_LEVEL) return wrong(line, "each level is indented by two spaces");
    size_t wanted = spaces / SPACES_OF_LEVEL + 1;
    if (wanted > *level + 1)
        return wrong(line, "this is more than one level below the line before");
    hf_auto node *parent = climb(*latest, *level + 1 - wanted);
    hf_auto node *n = take_node(line);
    if (!n || node_append(parent, n)) return -1;
    hf_replace(latest, hf_move(n));
    *level = wanted;
    return 0;
}

node *
outline_read(FILE *file, struct outline_problem *problem)
{
    hf_auto node *document = node_new(NULL);
    if (!document) return NULL;
    hf_auto node *latest = hf_retain(document);
    size_t level = 0;
    struct line line = {.problem = problem};
    int read;
    while ((read = line_read(&line, file)) > 0 && !(read = add_line(&line, &latest, &level))) {
        continue;
    }
    int reason = errno;
    free(line.bytes);
    errno = reason;
    return read ? NULL : hf_move(document);
}
