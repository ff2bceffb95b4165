/* SPDX-License-Identifier: MIT
 *
 * From a file to a configuration.
 * Knows standard input and output.
 * One is read into an object that nobody else knows yet, and given away when it is whole. */
#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 300 };

#define DEFAULTS                                                              \
    .root = ".", .greeting = "welcome", .idle_ms = 60000, .line_bytes = 1000, \
    .output_bytes = 65536, .sessions = 1000, .cache_entries = 100

HF_TYPE(config);
HF_STATIC_DEFINE(config, config_default, DEFAULTS);

/* What may stand in a file. */
static const struct key {
    const char *name;
    size_t offset;
    bool is_text;
    uint64_t least, most; /* of a number */
} keys[] = {
    {"root", offsetof(config, root), true, 0, 0},
    {"greeting", offsetof(config, greeting), true, 0, 0},
    {"idle-ms", offsetof(config, idle_ms), false, 1, UINT32_MAX},
    {"line-bytes", offsetof(config, line_bytes), false, 10, 1 << 20},
    {"output-bytes", offsetof(config, output_bytes), false, 1, 1 << 30},
    {"sessions", offsetof(config, sessions), false, 1, 1 << 20},
    {"cache-entries", offsetof(config, cache_entries), false, 1, 1 << 20},
};

/* Cuts off white space at both ends, in place. */
static char *
trimmed(char *text)
{
    while (isspace((unsigned char)*text)) text++;
    size_t length = strlen(text);
    while (length && isspace((unsigned char)text[length - 1])) length--;
    text[length] = '\0';
    return text;
}

static const char *
set_text(char *to, const char *value)
{
    size_t length = strlen(value);
    if (!length) return "it has no value";
    if (length >= CONFIG_TEXT_BYTES) return "the text is too long";
    memcpy(to, value, length + 1);
    return NULL;
}

static const char *
set_number(uint64_t *to, const struct key *key, const char *value)
{
    char *end;
    errno = 0;
    *to = strtoull(value, &end, 10);
    if (!isdigit((unsigned char)*value) || *end) return "it wants a whole number";
    if (errno || *to < key->least || *to > key->most) return "the number is too small or too large";
    return NULL;
}

/* Enters one line. Returns what is wrong with it, or NULL. */
static const char *
set_line(config *c, char *line)
{
    line[strcspn(line, "#")] = '\0';
    char *name = trimmed(line), *equals = strchr(name, '=');
    if (!*name) return NULL;
    if (!equals) return "a line is NAME = VALUE";
    *equals = '\0';
    name = trimmed(name);
    char *value = trimmed(equals + 1);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct key *key = &keys[i];
        if (strcmp(name, key->name) != 0) continue;
        void *to = (char *)c + key->offset;
        return key->is_text ? set_text(to, value) : set_number(to, key, value);
    }
    return "there is no such name";
}

/* Returns 0, or -1 with a problem or errno. */
static int
read_lines(config *c, FILE *file, struct config_problem *problem)
{
    char line[LINE_BYTES];
    while (fgets(line, sizeof line, file)) {
        problem->line++;
        bool is_whole = strchr(line, '\n') || feof(file);
        problem->what = is_whole ? set_line(c, line) : "the line is too long";
        if (problem->what) return -1;
    }
    problem->line = 0;
    return ferror(file) ? -1 : 0;
}

config *
config_read(const char *path, unsigned generation, struct config_problem *problem)
{
    *problem = (struct config_problem){0, NULL};
    if (!path) return config_default;
    hf_auto config *c = hf_new(config);
    if (!c) return NULL;
    *c = (config){DEFAULTS, .generation = generation};
    FILE *file = fopen(path, "r");
    if (!file) return NULL;
    int result = read_lines(c, file, problem), reason = errno;
    fclose(file);
    errno = reason;
    return result ? NULL : hf_move(c);
}
