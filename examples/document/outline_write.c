/* SPDX-License-Identifier: MIT
 *
 * From a document to lines of text.
 * Knows nodes, and walks.
 * What is written reads back as the same document. */
#include <string.h>

#include "outline.h"
#include "walk.h"

static void
write_value(FILE *out, const text *value)
{
    if (value->length && !strpbrk(value->bytes, " \"")) {
        fputs(value->bytes, out);
        return;
    }
    putc('"', out);
    for (const char *at = value->bytes; *at; at++) {
        if (*at == '"' || *at == '\\') putc('\\', out);
        putc(*at, out);
    }
    putc('"', out);
}

static void
write_line(FILE *out, const node *n, size_t level)
{
    for (size_t i = 0; i < level; i++) fputs("  ", out);
    fputs(n->name->bytes, out);
    hf_map_cursor at = {0};
    for (const text *value; (value = hf_map_next(&n->attributes, &at));) {
        putc(' ', out);
        fwrite(at.key.is.bytes, 1, at.key.length, out);
        putc('=', out);
        write_value(out, value);
    }
    putc('\n', out);
}

int
outline_write(FILE *out, node *n)
{
    size_t margin = node_level(n) + !n->name;
    hf_auto nodes pending = {0};
    if (walk_begin(&pending, n)) return -1;
    for (;;) {
        hf_auto node *each = walk_next(&pending);
        if (!each) return 0;
        if (each->name) write_line(out, each, node_level(each) - margin);
        if (walk_below(&pending, each)) return -1;
    }
}
