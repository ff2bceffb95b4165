/* SPDX-License-Identifier: MIT
 *
 * JSON out, in a stream: numbers and strings through a buffer of its own.
 * Knows nothing of graphs. For this room alone. */
#ifndef HFI_JSON_H
#define HFI_JSON_H

#include <stdio.h>

#include "base/base.h"

enum { JSON_BUFFER_BYTES = 64 * 1024, NUMBER_BYTES_MOST = 20 };

struct json {
    FILE *out;
    size_t used;
    bool has_failed; /* errno is that of the first failure */
    bool needs_comma;
    char buffer[JSON_BUFFER_BYTES];
};

void hfi_json_begin(struct json *json, FILE *out);

/* Writes what is left. Returns 0, or -1 and errno, also for an earlier failure. */
int hfi_json_end(struct json *json);

void hfi_json_flush(struct json *json);

/* As it stands. */
void hfi_json_text(struct json *json, const char *text);

/* A string in quotes. What is no UTF-8 becomes the replacement character. */
void hfi_json_string(struct json *json, const char *text);

/* An element of an array of numbers, with the comma that it needs. */
static inline void
json_number(struct json *json, uint64_t number)
{
    if (unlikely(json->used + NUMBER_BYTES_MOST + 1 > JSON_BUFFER_BYTES)) hfi_json_flush(json);
    if (json->needs_comma) json->buffer[json->used++] = ',';
    json->needs_comma = true;
    char digits[NUMBER_BYTES_MOST];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) json->buffer[json->used++] = digits[--count];
}

/* The same for a string. */
static inline void
json_element(struct json *json, const char *text)
{
    if (json->needs_comma) hfi_json_text(json, ",");
    json->needs_comma = true;
    hfi_json_string(json, text);
}

/* "key":[ ... ], each after a comma where one is needed. */
void hfi_json_array_begin(struct json *json, const char *key);
void hfi_json_array_end(struct json *json);

#endif
