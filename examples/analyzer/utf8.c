/* SPDX-License-Identifier: MIT
 *
 * UTF-8: whether bytes are well formed, and one code point after the other.
 * Knows spans.
 * Most text is ASCII, so eight such bytes at a time are passed over. */
#include "utf8.h"

#include "hash.h"

/* Returns how many bytes the sequence that begins with this byte has, or 0 when none begins so. */
static size_t
sequence_length(unsigned char first)
{
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

bool
utf8_next(struct span *s, uint32_t *code_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char bits_of_first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const unsigned char *bytes = (const unsigned char *)s->bytes;
    size_t length = sequence_length(bytes[0]);
    bool good = length != 0 && length <= s->length;
    uint32_t code = good ? bytes[0] & bits_of_first[length] : 0;
    for (size_t i = 1; good && i < length; i++) {
        good = (bytes[i] & 0xC0) == 0x80;
        code = code << 6 | (bytes[i] & 0x3F);
    }
    good = good && code >= smallest[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    size_t taken = good ? length : 1;
    s->bytes += taken;
    s->length -= taken;
    *code_point = good ? code : UTF8_REPLACEMENT;
    return good;
}

size_t
utf8_valid_length(struct span s)
{
    const char *begin = s.bytes;
    while (s.length) {
        if (s.length >= 8 && !(hash_load(s.bytes, 8) & UINT64_C(0x8080808080808080))) {
            s.bytes += 8;
            s.length -= 8;
            continue;
        }
        struct span before = s;
        uint32_t code_point;
        if (!utf8_next(&s, &code_point)) return (size_t)(before.bytes - begin);
    }
    return (size_t)(s.bytes - begin);
}

size_t
utf8_count(struct span s)
{
    size_t count = 0;
    uint32_t code_point;
    for (; s.length; count++) utf8_next(&s, &code_point);
    return count;
}
