/* SPDX-License-Identifier: MIT
 *
 * The rows of a snapshot: taken one number after the other.
 * Knows what the columns mean; src/graph/heapsnapshot_write.c writes them. */
#include "rows.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST = 1024 };

void
rows_begin(struct rows *rows, struct hfi_graph *graph)
{
    *rows = (struct rows){.graph = graph};
}

void
rows_end(struct rows *rows)
{
    free(rows->nodes);
    free(rows->edges);
    free(rows->objects);
    free(rows->elements);
    free(rows->stack);
}

bool
rows_fault(struct rows *rows, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(rows->fault, sizeof rows->fault, format, arguments);
    va_end(arguments);
    return false;
}

/* Returns the place for one more of so many bytes, or NULL, which is then the fault. */
static void *
append(struct rows *rows, void *array, size_t *count, size_t *room, size_t bytes)
{
    char *places;
    memcpy(&places, array, sizeof places);
    if (*count == *room) {
        size_t more = *room ? 2 * *room : FEWEST;
        places = realloc(places, more * bytes);
        if (!places) {
            rows_fault(rows, "not enough memory");
            return NULL;
        }
        memcpy(array, &places, sizeof places);
        *room = more;
    }
    return places + bytes * (*count)++;
}

#define APPEND(rows, array, one) \
    append((rows), &(rows)->array, &(rows)->one##_count, &(rows)->one##_room, sizeof *(rows)->array)

/* ---- what a row is ---- */

/* How many numbers are a row; 0: they are no rows. */
static const unsigned columns_of[SECTIONS] = {
    [SECTION_NODES] = 7,  [SECTION_EDGES] = 3,  [SECTION_OBJECTS] = 7,
    [SECTION_FRAMES] = 5, [SECTION_STACKS] = 0, [SECTION_HOLDERS] = 4,
};

static const char *const names_of[SECTIONS] = {
    [SECTION_NODES] = "nodes",   [SECTION_EDGES] = "edges",   [SECTION_OBJECTS] = "objects",
    [SECTION_FRAMES] = "frames", [SECTION_STACKS] = "stacks", [SECTION_HOLDERS] = "holders",
};

/* A column of 32 bits. */
static bool
narrow(struct rows *rows, unsigned column, uint32_t *out)
{
    *out = (uint32_t)rows->row[column];
    if (rows->row[column] <= UINT32_MAX) return true;
    return rows_fault(rows, "the number %" PRIu64 " is too large where it stands",
                      rows->row[column]);
}

static bool
take_node(struct rows *rows)
{
    struct node_row *node = APPEND(rows, nodes, node);
    return node && narrow(rows, 1, &node->name) && narrow(rows, 4, &node->edges);
}

static bool
take_edge(struct rows *rows)
{
    struct edge_row *edge = APPEND(rows, edges, edge);
    if (!edge) return false;
    edge->to = rows->row[2];
    return narrow(rows, 0, &edge->type) && narrow(rows, 1, &edge->name);
}

static bool
take_object(struct rows *rows)
{
    enum { KNOWN_FLAGS = NODE_DYING | NODE_IMMORTAL | NODE_ON_STACK | NODE_UNLISTED };
    struct hfi_node *node = APPEND(rows, objects, object);
    if (!node) return false;
    *node =
        (struct hfi_node){.address = rows->row[0], .serial = rows->row[1], .bytes = rows->row[2]};
    if (!narrow(rows, 3, &node->stack) || !narrow(rows, 4, &node->count)
        || !narrow(rows, 5, &node->outside) || !narrow(rows, 6, &node->flags)) {
        return false;
    }
    node->flags &= KNOWN_FLAGS;
    return true;
}

static bool
take_frame(struct rows *rows)
{
    struct hfi_frame frame = {.offset = rows->row[0]};
    if (!narrow(rows, 1, &frame.module) || !narrow(rows, 2, &frame.function)
        || !narrow(rows, 3, &frame.file) || !narrow(rows, 4, &frame.line)) {
        return false;
    }
    uint32_t number = hfi_graph_add_frame(rows->graph, &frame);
    return number != UINT32_MAX || rows_fault(rows, "not enough memory");
}

static bool
take_holder(struct rows *rows)
{
    struct hfi_holder holder;
    if (!narrow(rows, 0, &holder.node) || !narrow(rows, 1, &holder.references)
        || !narrow(rows, 2, &holder.stack) || !narrow(rows, 3, &holder.place)) {
        return false;
    }
    uint32_t number = hfi_graph_add_holder(rows->graph, &holder);
    return number != UINT32_MAX || rows_fault(rows, "not enough memory");
}

/* A stack is its length, and then its frames. */
static bool
take_of_stack(struct rows *rows, uint64_t number)
{
    rows->row[0] = number;
    if (!rows->columns) {
        rows->columns = 1;
        rows->stack_count = 0;
        rows->stack_length = (size_t)number;
    } else {
        uint32_t *frame = APPEND(rows, stack, stack);
        if (!frame || !narrow(rows, 0, frame)) return false;
    }
    if (rows->stack_count < rows->stack_length) return true;
    rows->columns = 0;
    uint32_t count = (uint32_t)rows->stack_count;
    if (hfi_graph_add_stack(rows->graph, rows->stack, count) != UINT32_MAX) return true;
    return rows_fault(rows, "not enough memory");
}

bool
rows_take_number(struct rows *rows, enum section section, uint64_t number)
{
    if (section == SECTION_STACKS) return take_of_stack(rows, number);
    rows->row[rows->columns++] = number;
    if (rows->columns < columns_of[section]) return true;
    rows->columns = 0;
    switch (section) {
    case SECTION_NODES:
        return take_node(rows);
    case SECTION_EDGES:
        return take_edge(rows);
    case SECTION_OBJECTS:
        return take_object(rows);
    case SECTION_FRAMES:
        return take_frame(rows);
    default:
        return take_holder(rows);
    }
}

bool
rows_end_section(struct rows *rows, enum section section)
{
    if (section == SECTION_STRINGS) rows->has_strings = true;
    if (!rows->columns) return true;
    return rows_fault(rows, "the list of %s ends in the middle of one", names_of[section]);
}

/* ---- strings ---- */

/* Splits "items[3]"; what is none has no parts that an edge may use. */
static bool
take_element(struct rows *rows, const char *text, size_t length)
{
    struct element_name *name = APPEND(rows, elements, element);
    if (!name) return false;
    *name = (struct element_name){UINT32_MAX, 0};
    if (!length || text[length - 1] != ']') return true;
    size_t at = length - 1;
    uint64_t index = 0, scale = 1;
    while (at && text[at - 1] >= '0' && text[at - 1] <= '9' && scale < UINT64_C(10000000000)) {
        index += scale * (uint64_t)(text[--at] - '0');
        scale *= 10;
    }
    if (scale == 1 || !at || text[at - 1] != '[' || index >= NO_INDEX) return true;
    name->string = hfi_graph_string(rows->graph, text, at - 1);
    name->index = (uint32_t)index;
    return name->string != UINT32_MAX || rows_fault(rows, "not enough memory");
}

bool
rows_take_string(struct rows *rows, const char *text, size_t length)
{
    uint64_t number = rows->strings_seen++;
    if (!rows->string_count) return rows_fault(rows, "it was not written by Holdfast");
    if (number >= rows->string_count) return take_element(rows, text, length);
    uint32_t known = hfi_graph_string(rows->graph, text, length);
    if (known == UINT32_MAX) return rows_fault(rows, "not enough memory");
    return known == number || rows_fault(rows, "string %" PRIu64 " is there twice", number);
}
