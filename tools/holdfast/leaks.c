/* SPDX-License-Identifier: MIT
 *
 * holdfast leaks, holdfast cycles: what is left, and which cycles are garbage.
 * Knows pictures. */
#include <inttypes.h>
#include <stdlib.h>

#include "command.h"

/* ---- leaks ---- */

static void
tell_leaks_json(const struct hfi_graph *graph, const struct hfi_leaks *leaks)
{
    yajl_gen json = json_begin();
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < leaks->count; i++) {
        const struct hfi_leak *leak = &leaks->leaks[i];
        yajl_gen_map_open(json);
        json_text_field(json, "type", graph->strings[leak->type]);
        json_number_field(json, "objects", leak->objects);
        json_number_field(json, "bytes", leak->bytes);
        json_text_field(json, "held_by", hfi_leak_words(leak));
        json_stack_field(json, "made", graph, leak->stack);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
    json_end(json);
}

int
run_leaks(const struct options *options)
{
    struct picture picture;
    struct hfi_leaks leaks;
    picture_open(&picture, options->operands[0]);
    picture_find_symbols(&picture, options);
    if (hfi_leaks_find(&picture.graph, &picture.roots, &leaks)) fail("not enough memory");
    if (options->is_json) {
        tell_leaks_json(&picture.graph, &leaks);
    } else {
        char bytes[SIZE_BYTES];
        printf("%" PRIu64 " object%s, %s\n", leaks.objects, leaks.objects == 1 ? "" : "s",
               size_spell(options, leaks.bytes, bytes));
        hfi_leaks_write(&picture.graph, &leaks, stdout);
    }
    hfi_leaks_end(&leaks);
    picture_close(&picture);
    return FINE;
}

/* ---- cycles ---- */

/* Owner: the caller, free. */
static char *
spell(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape,
      int write(const struct hfi_graph *graph, const struct hfi_cycle_shape *shape, FILE *out))
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out) fail("not enough memory");
    write(graph, shape, out);
    if (fclose(out)) fail("not enough memory");
    return text;
}

static void
tell_shape_json(yajl_gen json, const struct hfi_graph *graph, const struct hfi_cycle_shape *shape)
{
    char *cycle = spell(graph, shape, hfi_cycle_write);
    char *advice = spell(graph, shape, hfi_cycle_advise);
    yajl_gen_map_open(json);
    json_text_field(json, "cycle", cycle);
    json_text_field(json, "advice", advice);
    json_number_field(json, "count", shape->count);
    json_number_field(json, "objects", shape->objects);
    json_number_field(json, "bytes", shape->bytes);
    json_key(json, "example");
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < shape->length; i++) {
        json_object_field(json, NULL, graph, shape->nodes[i]);
    }
    yajl_gen_array_close(json);
    yajl_gen_map_close(json);
    free(cycle);
    free(advice);
}

void
json_cycles_field(yajl_gen json, const char *key, const struct hfi_graph *graph,
                  const struct hfi_cycles *cycles)
{
    json_key(json, key);
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < cycles->count; i++) tell_shape_json(json, graph, &cycles->shapes[i]);
    yajl_gen_array_close(json);
}

int
run_cycles(const struct options *options)
{
    struct picture picture;
    struct hfi_cycles cycles;
    picture_open(&picture, options->operands[0]);
    if (hfi_cycles_find(&picture.graph, &picture.roots, &cycles)) fail("not enough memory");
    if (options->is_json) {
        yajl_gen json = json_begin();
        json_cycles_field(json, NULL, &picture.graph, &cycles);
        json_end(json);
    } else if (!cycles.count) {
        puts("no garbage cycles");
    } else {
        hfi_cycles_write(&picture.graph, &cycles, stdout);
    }
    hfi_cycles_end(&cycles);
    picture_close(&picture);
    return FINE;
}
