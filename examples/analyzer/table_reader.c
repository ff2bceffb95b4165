/* SPDX-License-Identifier: MIT
 *
 * Reads a table of comma-separated values: libcsv finds fields and rows, this counts and collects.
 * Knows batches, problems and libcsv.
 * libcsv calls back for each field and each end of a row and can't be stopped meanwhile; so what
 * fails in a callback is noted, and the rest of the chunk passes unseen. */
#include "table_reader.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "faults.h"

enum {
    CHUNK_BYTES = 1 << 16,
    ROW_FIELDS = 4 /* a row is as long as so many of the longest fields */
};

struct reader {
    const struct table_form *form;
    struct problems *problems;
    const struct table_taker *taker;
    struct csv_parser parser;
    batch *batch;      /* being filled */
    size_t columns;    /* 0 until the first row is whole */
    size_t fields;     /* of the row in progress */
    uint64_t line;     /* where the field in progress begins */
    uint64_t row_line; /* where the row in progress begins */
    bool after_return; /* a carriage return was the last thing read */
    bool skipping;     /* until the line ends */
    bool ended;        /* by a problem, or because the file can't be read on */
    int unreadable;    /* errno of that */
    int failure;       /* errno of what failed here: the rows collected so far are lost too */
};

static bool
is_over(const struct reader *r)
{
    return r->ended || r->failure;
}

/* Spaces are part of a field (RFC 4180, section 2.4), so libcsv must not take them away. */
static int
is_no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static int
open_parser(struct reader *r)
{
    if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) return -1;
    csv_set_delim(&r->parser, (unsigned char)r->form->delimiter);
    csv_set_space_func(&r->parser, is_no_space);
    csv_set_blk_size(&r->parser, CHUNK_BYTES);
    /* libcsv's own do the same; these are the program's, so that a test can make them fail. */
    csv_set_realloc_func(&r->parser, realloc);
    csv_set_free_func(&r->parser, free);
    return 0;
}

static uint64_t
count_line_feeds(const char *bytes, size_t length)
{
    uint64_t count = 0;
    const char *end = bytes + length;
    while ((bytes = memchr(bytes, '\n', (size_t)(end - bytes)))) {
        count++;
        bytes++;
    }
    return count;
}

/* Hands the rows collected so far over, and begins a new batch. */
static void
deliver(struct reader *r)
{
    if (!r->batch->rows || r->failure) return;
    faults_find(r->batch, r->problems);
    hf_auto batch *full = hf_move(r->batch);
    r->batch = batch_new(r->columns, full);
    if (!r->batch || r->taker->rows(r->taker->ctx, full)) r->failure = errno;
}

/* The first row is whole: it tells how many columns there are, and perhaps their names. */
static void
take_first_row(struct reader *r)
{
    r->columns = r->batch->columns = r->fields;
    const batch *names = NULL;
    if (batch_end_row(r->batch, r->row_line)) {
        r->failure = errno;
        return;
    }
    if (r->form->has_header) {
        names = r->batch;
        faults_find(names, r->problems);
    }
    if (r->taker->columns(r->taker->ctx, names, r->columns)) r->failure = errno;
    if (names) batch_drop_all(r->batch);
}

static void
take_row(struct reader *r)
{
    if (!r->columns) {
        take_first_row(r);
    } else if (r->fields != r->columns) {
        problems_add(r->problems, r->row_line, "the row has %zu field%s instead of %zu; left out",
                     r->fields, r->fields == 1 ? "" : "s", r->columns);
        batch_drop_row(r->batch);
    } else if (batch_end_row(r->batch, r->row_line)) {
        r->failure = errno;
    }
    if (r->batch->rows >= r->form->batch_rows || r->batch->bytes >= BATCH_BYTES) deliver(r);
}

static void
end_by_length(struct reader *r, const char *what, size_t limit)
{
    problems_add(r->problems, r->line,
                 "the %s is longer than %zu bytes; perhaps a quote is missing; the table ends here",
                 what, limit);
    r->ended = true;
}

/* Whether the field, and the row with it, are within their limits; ends the table when not. */
static bool
is_within_limits(struct reader *r, size_t field_bytes)
{
    size_t limit = r->form->field_bytes;
    if (field_bytes > limit) {
        end_by_length(r, "field", limit);
    } else if (r->batch->bytes - r->batch->row_begin + field_bytes > limit * ROW_FIELDS) {
        end_by_length(r, "row", limit * ROW_FIELDS);
    } else if (!r->columns && r->fields == COLUMNS_LIMIT) {
        problems_add(r->problems, r->row_line,
                     "there are more than %d columns; the table ends here", COLUMNS_LIMIT);
        r->ended = true;
    }
    return !r->ended;
}

/* libcsv: a field is whole. */
static void
take_field(void *bytes, size_t length, void *ctx)
{
    struct reader *r = ctx;
    if (is_over(r) || !is_within_limits(r, length)) return;
    if (!r->fields) r->row_line = r->line;
    r->after_return = false;
    bool belongs = !r->columns || r->fields < r->columns;
    if (belongs && batch_add_field(r->batch, (struct span){bytes, length})) r->failure = errno;
    r->fields++;
    r->line += count_line_feeds(bytes, length);
}

/* libcsv: a row is whole, or a line is empty; the terminator is -1 at the end of the file. */
static void
take_row_end(int terminator, void *ctx)
{
    struct reader *r = ctx;
    if (is_over(r)) return;
    if (r->fields) take_row(r);
    r->fields = 0;
    /* A line feed after a carriage return ends the same line. */
    if (terminator != '\n' || !r->after_return) r->line++;
    r->after_return = terminator == '\r';
}

/* libcsv found a quote where none may be, or something after a closing one: the row is left out. */
static void
leave_row_out(struct reader *r)
{
    const char *read = (const char *)r->parser.entry_buf;
    if (!r->fields) r->row_line = r->line;
    r->line += count_line_feeds(read, r->parser.entry_pos);
    problems_add(r->problems, r->line, "a quote is misplaced in field %zu; the row is left out",
                 r->fields + 1);
    r->fields = 0;
    batch_drop_row(r->batch);
    csv_free(&r->parser);
    if (open_parser(r)) r->failure = ENOMEM;
    r->skipping = true;
    /* Without a header nobody knows what the other rows mean. */
    if (!r->columns) r->ended = true;
}

/* Returns what follows the line in which a row was left out. */
static struct span
skip_line(struct reader *r, struct span chunk)
{
    const char *feed = memchr(chunk.bytes, '\n', chunk.length);
    if (!feed) return (struct span){chunk.bytes + chunk.length, 0};
    r->skipping = false;
    r->line++;
    return (struct span){feed + 1, (size_t)(chunk.bytes + chunk.length - feed - 1)};
}

static void
parse(struct reader *r, struct span chunk)
{
    while (chunk.length && !is_over(r)) {
        if (r->skipping) {
            chunk = skip_line(r, chunk);
            continue;
        }
        size_t parsed =
            csv_parse(&r->parser, chunk.bytes, chunk.length, take_field, take_row_end, r);
        if (is_over(r)) return;
        chunk.bytes += parsed;
        chunk.length -= parsed;
        int error = csv_error(&r->parser);
        if (error == CSV_EPARSE) leave_row_out(r);
        else if (error) r->failure = ENOMEM;
        else is_within_limits(r, r->parser.entry_pos);
    }
}

static void
parse_end(struct reader *r)
{
    if (!r->skipping && !is_over(r) && csv_fini(&r->parser, take_field, take_row_end, r)) {
        problems_add(r->problems, r->line,
                     "the quoted field that begins here has no end; its row is left out");
    }
    if (!r->columns && !r->problems->count && !r->unreadable) {
        problems_add(r->problems, 0, "there is nothing in it");
    }
    if (r->failure) return;
    batch_drop_row(r->batch);
    deliver(r);
}

/* Fills the chunk, unless the file ends. Returns how many bytes it has, or -1 and errno. */
static ssize_t
read_chunk(int file, char *chunk)
{
    size_t have = 0;
    while (have < CHUNK_BYTES) {
        ssize_t got = read(file, chunk + have, CHUNK_BYTES - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return have ? (ssize_t)have : -1;
        if (got == 0) break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static bool
begins_with(struct span chunk, const char *bytes, size_t count)
{
    return chunk.length >= count && memcmp(chunk.bytes, bytes, count) == 0;
}

/* A mark may begin the file: that of UTF-8 is passed over, that of UTF-16 is a problem. */
static struct span
pass_mark(struct reader *r, struct span chunk)
{
    if (begins_with(chunk, "\xEF\xBB\xBF", 3))
        return (struct span){chunk.bytes + 3, chunk.length - 3};
    if (begins_with(chunk, "\xFF\xFE", 2) || begins_with(chunk, "\xFE\xFF", 2)) {
        problems_add(r->problems, 1, "this is UTF-16; convert it to UTF-8 first");
        r->ended = true;
    }
    return chunk;
}

static void
read_all(struct reader *r, int file, uint64_t *read_bytes)
{
    char bytes[CHUNK_BYTES];
    while (!is_over(r)) {
        ssize_t got = read_chunk(file, bytes);
        if (got < 0) {
            r->unreadable = errno;
            r->ended = true;
        }
        if (got <= 0) break;
        struct span chunk = {bytes, (size_t)got};
        if (!*read_bytes) chunk = pass_mark(r, chunk);
        *read_bytes += (uint64_t)got;
        parse(r, chunk);
    }
}

int
table_read(int file, const struct table_form *form, const struct table_taker *taker,
           struct problems *problems, uint64_t *bytes)
{
    struct reader r = {.form = form, .problems = problems, .taker = taker, .line = 1};
    r.batch = batch_new(0, NULL);
    if (!r.batch || open_parser(&r)) {
        hf_release(r.batch);
        errno = ENOMEM;
        return -1;
    }
    read_all(&r, file, bytes);
    parse_end(&r);
    csv_free(&r.parser);
    hf_release(r.batch);
    errno = r.failure ? r.failure : r.unreadable;
    return errno ? -1 : 0;
}
