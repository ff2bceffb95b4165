/* SPDX-License-Identifier: MIT
 *
 * JSON out: the buffer, and strings.
 * Knows nothing of graphs. */
#include "graph/json.h"

#include <errno.h>
#include <string.h>

void
hfi_json_begin(struct json *json, FILE *out)
{
    json->out = out;
    json->used = 0;
    json->has_failed = json->needs_comma = false;
}

void
hfi_json_flush(struct json *json)
{
    size_t used = json->used;
    json->used = 0;
    if (json->has_failed || !used) return;
    if (fwrite(json->buffer, 1, used, json->out) < used) json->has_failed = true;
}

int
hfi_json_end(struct json *json)
{
    hfi_json_flush(json);
    if (json->has_failed) return -1;
    return fflush(json->out) ? -1 : 0;
}

static void
put(struct json *json, char byte)
{
    if (json->used == JSON_BUFFER_BYTES) hfi_json_flush(json);
    json->buffer[json->used++] = byte;
}

void
hfi_json_text(struct json *json, const char *text)
{
    while (*text) put(json, *text++);
}

/* How many bytes the UTF-8 sequence has that begins here, or 0 if none does (Unicode Standard,
 * table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t
sequence_bytes(const unsigned char *s)
{
    size_t bytes = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (s[0] > 0xF4) return 0;
    for (size_t i = 1; i < bytes; i++) {
        if ((s[i] & 0xC0) != 0x80) return 0;
    }
    bool is_wrong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F)
                    || (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F);
    return is_wrong ? 0 : bytes;
}

static void
put_escaped(struct json *json, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    if (byte == '"' || byte == '\\') {
        put(json, '\\');
        put(json, (char)byte);
        return;
    }
    hfi_json_text(json, "\\u00");
    put(json, hex[byte >> 4]);
    put(json, hex[byte & 15]);
}

void
hfi_json_string(struct json *json, const char *text)
{
    put(json, '"');
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        size_t bytes = sequence_bytes(s);
        if (!bytes) hfi_json_text(json, "\xEF\xBF\xBD");
        else if (bytes == 1 && (*s < 0x20 || *s == '"' || *s == '\\')) put_escaped(json, *s);
        else
            for (size_t i = 0; i < bytes; i++) put(json, (char)s[i]);
        s += bytes ? bytes : 1;
    }
    put(json, '"');
}

void
hfi_json_array_begin(struct json *json, const char *key)
{
    if (json->needs_comma) hfi_json_text(json, ",\n");
    hfi_json_string(json, key);
    hfi_json_text(json, ":[");
    json->needs_comma = false;
}

void
hfi_json_array_end(struct json *json)
{
    hfi_json_text(json, "]");
    json->needs_comma = true;
}
