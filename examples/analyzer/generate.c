/* SPDX-License-Identifier: MIT
 *
 * Writes a table of orders to standard output, of as many bytes as asked for, for the analyzer.
 * Knows nothing of it.
 * `analyzer_generate SIZE [--seed N]`; the same seed gives the same bytes. Has what real tables
 * have: nulls, names that aren't ASCII, commas, quotes and line feeds inside of quotes. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "size.h"

enum { BUFFER_BYTES = 1 << 20, ROW_BYTES = 1024 /* more than any row has */ };

/* Where the next byte goes, and where numbers come from that look random. */
struct table {
    char *at;
    uint64_t state;
    uint64_t row;
    char buffer[BUFFER_BYTES];
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
draw(struct table *t)
{
    uint64_t z = t->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Returns a number below limit, which is small, from some bits of what was drawn. */
static unsigned
pick(uint64_t drawn, unsigned from_bit, unsigned limit)
{
    return (unsigned)((drawn >> from_bit & 0xFFFF) * limit >> 16);
}

static void
put(struct table *t, const char *text)
{
    size_t length = strlen(text);
    memcpy(t->at, text, length);
    t->at += length;
}

/* At least `digits` digits, with zeros before the number. */
static void
put_number(struct table *t, uint64_t number, int digits)
{
    char reversed[20];
    int count = 0;
    for (; number || count < digits; number /= 10) reversed[count++] = (char)('0' + number % 10);
    while (count) *t->at++ = reversed[--count];
}

static void
put_day(struct table *t, unsigned day)
{
    /* Every month has 28 days: enough for a date to be one. */
    put_number(t, 2019 + day / 336, 4);
    *t->at++ = '-';
    put_number(t, day / 28 % 12 + 1, 2);
    *t->at++ = '-';
    put_number(t, day % 28 + 1, 2);
}

static void
put_name(struct table *t, uint64_t drawn)
{
    static const char *const given[] = {"Ada",   "Bjørn", "Chloé",  "Dmitri", "Elif",  "Fatou",
                                        "Göran", "Hana",  "Ingrid", "João",   "Kenji", "Łucja",
                                        "Mei",   "Noor",  "Oskar",  "Priya"};
    static const char *const family[] = {
        "Andersson", "Brown",  "Çelik",    "Dubois", "Eriksen", "Fischer", "García", "Hansen",
        "Ito",       "Jensen", "Kowalska", "Li",     "Müller",  "Novák",   "O'Neil", "Petrova"};
    put(t, given[drawn & 15]);
    *t->at++ = ' ';
    put(t, family[drawn >> 4 & 15]);
}

static void
put_country(struct table *t, uint64_t drawn)
{
    /* The earlier, the more often: the smaller of two picks. */
    static const char *const countries[] = {"DE", "FR", "US", "GB", "SE", "NO", "PL",
                                            "ES", "IT", "NL", "JP", "BR", "IN", "CZ",
                                            "FI", "DK", "PT", "AT", "CH", "IE"};
    unsigned a = pick(drawn, 0, 20), b = pick(drawn, 16, 20);
    put(t, countries[a < b ? a : b]);
}

static void
put_price(struct table *t, uint64_t drawn)
{
    /* A product of three: many small prices and few large ones. */
    uint64_t cents =
        99 + (uint64_t)pick(drawn, 0, 60) * pick(drawn, 16, 60) * (1 + pick(drawn, 32, 40));
    put_number(t, cents / 100, 1);
    *t->at++ = '.';
    put_number(t, cents % 100, 2);
}

static void
put_comment(struct table *t, uint64_t drawn)
{
    static const char *const comments[] = {
        "",
        "",
        "",
        "N/A",
        "leave at the door",
        "\"call before noon, please\"",
        "\"ring twice, then wait\"",
        "\"a gift: wrap it, \"\"with care\"\"\"",
        "\"second floor,\nblue door\"",
        "\"said: \"\"never again\"\", then ordered\"",
        "fragile",
        "\"Straße 5, Hof\"",
        "\"no substitutes,\nno delays,\nno calls\"",
    };
    enum { COMMENTS = sizeof comments / sizeof comments[0] };
    put(t, comments[pick(drawn, 0, COMMENTS)]);
}

static void
put_row(struct table *t)
{
    uint64_t first = draw(t), second = draw(t);
    unsigned day = (unsigned)(t->row / 5000 % 2016);
    put_number(t, ++t->row, 1);
    put(t, ",C-");
    put_number(t, first % 2000003, 7);
    *t->at++ = ',';
    put_name(t, second >> 48);
    *t->at++ = ',';
    put_country(t, first >> 32);
    *t->at++ = ',';
    put_day(t, day);
    *t->at++ = 'T';
    put_number(t, pick(second, 0, 24), 2);
    *t->at++ = ':';
    put_number(t, pick(second, 8, 60), 2);
    put(t, ":00Z,");
    if (second & 15) put_day(t, day + pick(second, 16, 12));
    *t->at++ = ',';
    if (pick(first, 20, 100) < 3) put(t, "NA");
    else put_number(t, 1 + pick(first, 40, 3) * pick(first, 24, 9), 1);
    *t->at++ = ',';
    put_price(t, second);
    put(t, second & 64 ? ",true," : ",false,");
    put_comment(t, first >> 16 ^ second >> 8);
    *t->at++ = '\n';
}

/* Returns 0, or -1 and errno. */
static int
write_out(struct table *t)
{
    const char *from = t->buffer;
    while (from < t->at) {
        ssize_t written = write(STDOUT_FILENO, from, (size_t)(t->at - from));
        if (written < 0 && errno != EINTR) return -1;
        if (written > 0) from += written;
    }
    t->at = t->buffer;
    return 0;
}

/* Whole rows only, so that the table has a little more than so many bytes. */
static int
generate(struct table *t, uint64_t bytes)
{
    uint64_t written = 0;
    t->at = t->buffer;
    put(t, "order,customer,name,country,created,shipped,quantity,price,express,comment\n");
    while (written + (uint64_t)(t->at - t->buffer) < bytes) {
        put_row(t);
        if (t->at - t->buffer < BUFFER_BYTES - ROW_BYTES) continue;
        written += (uint64_t)(t->at - t->buffer);
        if (write_out(t)) return -1;
    }
    return write_out(t);
}

static bool
read_arguments(int argc, char **argv, uint64_t *bytes, uint64_t *seed)
{
    bool has_seed = argc == 4 && strcmp(argv[2], "--seed") == 0;
    if (argc != 2 && !has_seed) return false;
    return size_read(argv[1], bytes) && (!has_seed || size_read(argv[3], seed));
}

int
main(int argc, char **argv)
{
    static struct table t;
    uint64_t bytes;
    if (!read_arguments(argc, argv, &bytes, &t.state)) {
        fputs("Usage: analyzer_generate SIZE [--seed N]\n"
              "Writes a table of about SIZE bytes, as in 500000, 20M or 1G, to standard output.\n",
              stderr);
        return 2;
    }
    if (generate(&t, bytes)) {
        fprintf(stderr, "analyzer_generate: can't write: %s\n", strerror(errno));
        return 2;
    }
    return 0;
}
