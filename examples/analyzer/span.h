/* SPDX-License-Identifier: MIT
 *
 * Some bytes of text that lie somewhere else: where they begin and how many they are.
 * Knows nothing; whoever hands one out says how long it is valid.
 * The bytes may be anything, zero bytes and broken UTF-8 included. */
#ifndef ANALYZER_SPAN_H
#define ANALYZER_SPAN_H

#include <stddef.h>
#include <string.h>

struct span {
    const char *bytes;
    size_t length;
};

static inline struct span
span_of(const char *string)
{
    return (struct span){string, strlen(string)};
}

/* Returns the span without spaces and tabs at both ends. */
static inline struct span
span_trim(struct span s)
{
    while (s.length && (*s.bytes == ' ' || *s.bytes == '\t')) s.bytes++, s.length--;
    while (s.length && (s.bytes[s.length - 1] == ' ' || s.bytes[s.length - 1] == '\t')) s.length--;
    return s;
}

/* Byte by byte, a beginning before the whole. Returns a negative number, zero or a positive one. */
static inline int
span_compare(struct span a, struct span b)
{
    int order = memcmp(a.bytes, b.bytes, a.length < b.length ? a.length : b.length);
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

#endif
