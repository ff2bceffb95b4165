/* SPDX-License-Identifier: MIT
 *
 * Values as reports show them.
 * Knows columns.
 * Widths are counted in code points, as fixed-width terminals show most scripts. */
#include "shown.h"

#include <inttypes.h>
#include <stdio.h>

#include "date.h"
#include "number.h"
#include "utf8.h"

static void
write_number(char out[SHOWN_BYTES], double x, enum shown_digits digits)
{
    if (digits == SHOWN_EXACT) number_write_exact(out, x);
    else number_write_short(out, x);
}

static void
write_integer(char out[SHOWN_BYTES], int64_t integer)
{
    snprintf(out, SHOWN_BYTES, "%" PRId64, integer);
}

/* Beyond 2^53 the doubles of the sketch are rounded, perhaps past the ends of the range. */
static int64_t
integer_near(const column *c, double x)
{
    if (x <= (double)c->least_integer) return c->least_integer;
    if (x >= (double)c->greatest_integer) return c->greatest_integer;
    return (int64_t)x;
}

static struct shown
shown_number(const column *c, double x, enum shown_digits digits)
{
    struct shown shown = {.is_date = c->kind == KIND_DATE};
    if (shown.is_date) {
        date_write(shown.written, (int64_t)x, c->has_time, c->has_zone);
    } else if (c->kind == KIND_INTEGER) {
        write_integer(shown.written, integer_near(c, x));
    } else {
        write_number(shown.written, x, digits);
    }
    return shown;
}

static struct shown
shown_bound(const column *c, enum shown_digits digits, const text *bytes, int64_t integer, double x)
{
    if (c->kind == KIND_NUMBER || c->kind == KIND_DATE) return shown_number(c, x, digits);
    if (c->kind == KIND_INTEGER) {
        struct shown shown = {.text = NULL};
        write_integer(shown.written, integer);
        return shown;
    }
    return (struct shown){.text = bytes};
}

struct shown
shown_least(const column *c, enum shown_digits digits)
{
    return shown_bound(c, digits, c->least, c->least_integer, c->least_number);
}

struct shown
shown_greatest(const column *c, enum shown_digits digits)
{
    return shown_bound(c, digits, c->greatest, c->greatest_integer, c->greatest_number);
}

struct shown
shown_quantile(const column *c, double fraction, double x, enum shown_digits digits)
{
    /* These two are known exactly, whatever the sketch has kept. */
    if (fraction <= 0) return shown_least(c, digits);
    if (fraction >= 1) return shown_greatest(c, digits);
    return shown_number(c, x, digits);
}

struct span
shown_whole_points(struct span value, uint64_t length)
{
    if (value.length == length) return value;
    /* A sequence has at most three bytes after the first. */
    for (size_t back = 1; back <= 3 && back <= value.length; back++) {
        unsigned char byte = (unsigned char)value.bytes[value.length - back];
        if (byte < 0x80) break;
        if (byte < 0xC0) continue;
        struct span last = {value.bytes + value.length - back, back};
        if (utf8_valid_length(last) != back) value.length -= back;
        break;
    }
    return value;
}

/* Writes one code point, which has these bytes. Returns how many are seen in its place. */
static size_t
write_point(char *out, uint32_t code_point, struct span bytes)
{
    static const char letters[] = "abtnvfr";
    if (code_point >= 7 && code_point <= 13) {
        return (size_t)sprintf(out, "\\%c", letters[code_point - 7]);
    }
    if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) {
        return (size_t)sprintf(out, "\\x%02x", (unsigned)code_point);
    }
    if (code_point == UTF8_REPLACEMENT) bytes = span_of("\xEF\xBF\xBD");
    memcpy(out, bytes.bytes, bytes.length);
    out[bytes.length] = '\0';
    return 1;
}

size_t
shown_text(char *out, size_t room, size_t points, struct span value, uint64_t length)
{
    static const char ellipsis[] = "\xE2\x80\xA6";
    enum { LONGEST_POINT = 4 };
    struct span rest = shown_whole_points(value, length);
    bool cut = rest.length < length;
    size_t written = 0, used = 0;
    while (rest.length) {
        char point[LONGEST_POINT + 1];
        struct span before = rest;
        uint32_t code_point;
        utf8_next(&rest, &code_point);
        before.length = (size_t)(rest.bytes - before.bytes);
        size_t more = write_point(point, code_point, before);
        size_t left_for_ellipsis = rest.length || cut ? 1 : 0;
        if (written + more + left_for_ellipsis > points
            || used + strlen(point) + sizeof ellipsis > room) {
            cut = true;
            break;
        }
        memcpy(out + used, point, strlen(point));
        used += strlen(point);
        written += more;
    }
    if (cut) {
        memcpy(out + used, ellipsis, sizeof ellipsis - 1);
        used += sizeof ellipsis - 1;
        written++;
    }
    out[used] = '\0';
    return written;
}
