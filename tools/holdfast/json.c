/* SPDX-License-Identifier: MIT
 *
 * JSON for other programs: keys and values of the answers.
 * Knows yajl's generator. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

yajl_gen
json_begin(void)
{
    yajl_gen json = yajl_gen_alloc(NULL);
    if (!json) fail("not enough memory");
    yajl_gen_config(json, yajl_gen_beautify, 1);
    yajl_gen_config(json, yajl_gen_indent_string, "  ");
    return json;
}

void
json_end(yajl_gen json)
{
    const unsigned char *text;
    size_t length;
    yajl_gen_get_buf(json, &text, &length);
    fwrite(text, 1, length, stdout);
    yajl_gen_free(json);
}

static void
put_text(yajl_gen json, const char *text)
{
    yajl_gen_string(json, (const unsigned char *)text, strlen(text));
}

void
json_key(yajl_gen json, const char *key)
{
    if (key) put_text(json, key);
}

void
json_text_field(yajl_gen json, const char *key, const char *text)
{
    json_key(json, key);
    put_text(json, text);
}

void
json_number_field(yajl_gen json, const char *key, uint64_t number)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    json_key(json, key);
    yajl_gen_number(json, digits, (size_t)length);
}

void
json_object_field(yajl_gen json, const char *key, const struct hfi_graph *graph, uint32_t node)
{
    const struct hfi_node *it = &graph->nodes[node];
    char address[32];
    snprintf(address, sizeof address, "0x%" PRIx64, it->address);
    json_key(json, key);
    yajl_gen_map_open(json);
    json_number_field(json, "serial", it->serial);
    json_text_field(json, "type", graph->strings[it->type]);
    json_text_field(json, "address", address);
    json_number_field(json, "bytes", it->bytes);
    yajl_gen_map_close(json);
}

void
json_sum_fields(yajl_gen json, const struct hfi_graph *graph, const struct type_sum *sum)
{
    json_text_field(json, "type", graph->strings[sum->type]);
    json_number_field(json, "objects", sum->objects);
    json_number_field(json, "bytes", sum->bytes);
}

void
json_frame_field(yajl_gen json, const char *key, const struct hfi_graph *graph,
                 const struct hfi_frame *frame)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out) fail("not enough memory");
    hfi_frame_write(graph, frame, out);
    if (fclose(out)) fail("not enough memory");
    json_text_field(json, key, text);
    free(text);
}

void
json_stack_field(yajl_gen json, const char *key, const struct hfi_graph *graph, uint32_t stack)
{
    struct hfi_stack told = hfi_stack_told(graph, stack);
    json_key(json, key);
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < told.count; i++) {
        json_frame_field(json, NULL, graph, &graph->frames[graph->stack_frames[told.first + i]]);
    }
    yajl_gen_array_close(json);
}
