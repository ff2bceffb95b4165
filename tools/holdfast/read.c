/* SPDX-License-Identifier: MIT
 *
 * The parser of snapshots: from JSON to rows.
 * Knows yajl, which calls back for each token, so that no more of the file is in memory than a
 * buffer. Sections that only other readers need are passed over. */
#include "read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum { CHUNK_BYTES = 256 * 1024, DEPTH_OF_SECTIONS = 1, DEPTH_OF_ROWS = 2, DEPTH_OF_OURS = 3 };

struct parser {
    struct rows rows;
    unsigned depth;
    enum section section;
    bool is_ours;            /* inside "holdfast" of the head */
    uint64_t *head;          /* where its next number goes; or NULL */
    bool has_seen[SECTIONS]; /* each comes once */
};

/* ---- where we are ---- */

static bool
is_key(const char *key, const unsigned char *text, size_t length)
{
    return strlen(key) == length && !memcmp(key, text, length);
}

static enum section
section_named(const unsigned char *text, size_t length)
{
    static const char *const keys[SECTIONS] = {
        [SECTION_HEAD] = "snapshot",
        [SECTION_NODES] = "nodes",
        [SECTION_EDGES] = "edges",
        [SECTION_OBJECTS] = "holdfast_objects",
        [SECTION_FRAMES] = "holdfast_frames",
        [SECTION_STACKS] = "holdfast_stacks",
        [SECTION_HOLDERS] = "holdfast_holders",
        [SECTION_STRINGS] = "strings",
    };
    for (unsigned i = SECTION_NONE + 1; i < SECTIONS; i++) {
        if (is_key(keys[i], text, length)) return (enum section)i;
    }
    return SECTION_NONE;
}

static int
take_key(void *context, const unsigned char *text, size_t length)
{
    struct parser *parser = context;
    if (parser->depth == DEPTH_OF_SECTIONS) {
        parser->section = section_named(text, length);
        if (!parser->section) return true;
        if (parser->has_seen[parser->section]) {
            return rows_fault(&parser->rows, "it has two sections %.*s", (int)length,
                              (const char *)text);
        }
        parser->has_seen[parser->section] = true;
    } else if (parser->section == SECTION_HEAD && parser->depth == DEPTH_OF_ROWS) {
        parser->is_ours = is_key("holdfast", text, length);
    } else if (parser->is_ours && parser->depth == DEPTH_OF_OURS) {
        parser->head = is_key("version", text, length)   ? &parser->rows.version
                       : is_key("strings", text, length) ? &parser->rows.string_count
                                                         : NULL;
    }
    return true;
}

static int
go_in(void *context)
{
    struct parser *parser = context;
    parser->depth++;
    return true;
}

static int
go_out(void *context)
{
    struct parser *parser = context;
    if (--parser->depth > DEPTH_OF_SECTIONS) return true;
    enum section section = parser->section;
    parser->section = SECTION_NONE;
    parser->is_ours = false;
    return section <= SECTION_HEAD || rows_end_section(&parser->rows, section);
}

/* ---- what is there ---- */

static bool
parse_number(struct rows *rows, const char *text, size_t length, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < length; i++) {
        uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';
        if (digit > 9 || *number > (UINT64_MAX - digit) / 10) {
            return rows_fault(rows, "%.*s is not a number that stands in snapshots",
                              length < 40 ? (int)length : 40, text);
        }
        *number = 10 * *number + digit;
    }
    return true;
}

static int
take_number(void *context, const char *text, size_t length)
{
    struct parser *parser = context;
    uint64_t number;
    if (parser->is_ours && parser->head && parser->depth == DEPTH_OF_OURS) {
        return parse_number(&parser->rows, text, length, parser->head);
    }
    if (parser->section <= SECTION_HEAD || parser->section == SECTION_STRINGS
        || parser->depth != DEPTH_OF_ROWS) {
        return true;
    }
    return parse_number(&parser->rows, text, length, &number)
           && rows_take_number(&parser->rows, parser->section, number);
}

static int
take_string(void *context, const unsigned char *text, size_t length)
{
    struct parser *parser = context;
    if (parser->section != SECTION_STRINGS || parser->depth != DEPTH_OF_ROWS) return true;
    return rows_take_string(&parser->rows, (const char *)text, length);
}

static const yajl_callbacks callbacks = {
    .yajl_number = take_number,
    .yajl_string = take_string,
    .yajl_map_key = take_key,
    .yajl_start_map = go_in,
    .yajl_end_map = go_out,
    .yajl_start_array = go_in,
    .yajl_end_array = go_out,
};

/* ---- the file ---- */

static bool
fail_parsing(struct parser *parser, yajl_handle handle, size_t before)
{
    if (*parser->rows.fault) return false;
    return rows_fault(&parser->rows, "it is no JSON near byte %zu",
                      before + yajl_get_bytes_consumed(handle));
}

static bool
parse(struct parser *parser, yajl_handle handle, FILE *in, void progress(size_t bytes))
{
    unsigned char *chunk = malloc(CHUNK_BYTES);
    size_t bytes = 0;
    bool is_fine = chunk || rows_fault(&parser->rows, "not enough memory");
    while (is_fine) {
        size_t got = fread(chunk, 1, CHUNK_BYTES, in);
        if (!got) break;
        if (yajl_parse(handle, chunk, got) != yajl_status_ok) {
            is_fine = fail_parsing(parser, handle, bytes);
        }
        bytes += got;
        if (progress) progress(bytes);
    }
    free(chunk);
    if (is_fine && ferror(in)) return rows_fault(&parser->rows, "%s", strerror(errno));
    if (is_fine && !bytes) return rows_fault(&parser->rows, "it is empty");
    if (is_fine && yajl_complete_parse(handle) != yajl_status_ok) {
        return *parser->rows.fault ? false : rows_fault(&parser->rows, "it ends too early");
    }
    return is_fine;
}

int
snapshot_read(FILE *in, struct hfi_graph *graph, void progress(size_t bytes),
              char fault[FAULT_BYTES])
{
    struct parser parser = {.section = SECTION_NONE};
    hfi_graph_begin(graph);
    rows_begin(&parser.rows, graph);
    yajl_handle handle = yajl_alloc(&callbacks, NULL, &parser);
    bool is_fine = handle || rows_fault(&parser.rows, "not enough memory");
    is_fine = is_fine && parse(&parser, handle, in, progress) && rows_build(&parser.rows);
    if (handle) yajl_free(handle);
    memcpy(fault, parser.rows.fault, FAULT_BYTES);
    rows_end(&parser.rows);
    return is_fine ? 0 : -1;
}
