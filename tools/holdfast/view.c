/* SPDX-License-Identifier: MIT
 *
 * holdfast view: a page for a browser, with the data in it.
 * Knows pictures. The data is JSON inside a script element, where no "<" may stand: it would begin
 * what HTML reads as something else. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "view.h"

/* Objects on a page, and as many again that explain them; kinds in the table of who made what. */
enum { OBJECTS_MOST = 20000, SITES_MOST = 300 };

/* ---- sums ---- */

/* One column of the table of types. */
static void
write_type_column(const struct view *view, const char *key, const struct type_sum *sums,
                  uint32_t count, size_t offset)
{
    view_begin_column(view, key);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value;
        memcpy(&value, (const char *)&sums[i] + offset, sizeof value);
        view_number(view, (int64_t)value);
    }
    yajl_gen_array_close(view->json);
}

static void
write_types(const struct view *view)
{
    const struct hfi_graph *graph = &view->picture->graph;
    uint64_t *retained = tree_retained_by_type(&view->tree, view->picture);
    struct type_sum *sums;
    uint32_t count = sum_by_type(graph, NULL, graph->node_count, &sums);
    json_key(view->json, "types");
    yajl_gen_map_open(view->json);
    view_begin_column(view, "name");
    for (uint32_t i = 0; i < count; i++) {
        view->type_numbers[sums[i].type] = i;
        sums[i].retained = retained[sums[i].type];
        view_text(view, graph->strings[sums[i].type]);
    }
    yajl_gen_array_close(view->json);
    write_type_column(view, "objects", sums, count, offsetof(struct type_sum, objects));
    write_type_column(view, "bytes", sums, count, offsetof(struct type_sum, bytes));
    write_type_column(view, "retained", sums, count, offsetof(struct type_sum, retained));
    yajl_gen_map_close(view->json);
    free(sums);
    free(retained);
}

static void
write_sites(const struct view *view)
{
    struct hfi_leaks leaks;
    if (hfi_leaks_find(&view->picture->graph, &view->picture->roots, &leaks)) {
        fail("not enough memory");
    }
    view_begin_column(view, "sites");
    for (uint32_t i = 0; i < leaks.count && i < SITES_MOST; i++) {
        const struct hfi_leak *leak = &leaks.leaks[i];
        yajl_gen_array_open(view->json);
        view_number(view, view->type_numbers[leak->type]);
        view_number(view, leak->stack);
        view_text(view, hfi_leak_words(leak));
        view_number(view, (int64_t)leak->objects);
        view_number(view, (int64_t)leak->bytes);
        yajl_gen_array_close(view->json);
    }
    yajl_gen_array_close(view->json);
    hfi_leaks_end(&leaks);
}

static void
write_totals(const struct view *view)
{
    const struct hfi_graph *graph = &view->picture->graph;
    uint64_t bytes = 0, garbage = 0, garbage_bytes = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        bytes += graph->nodes[i].bytes;
        if (!view->picture->roots.is_garbage[i]) continue;
        garbage++;
        garbage_bytes += graph->nodes[i].bytes;
    }
    json_key(view->json, "totals");
    yajl_gen_map_open(view->json);
    json_number_field(view->json, "objects", graph->node_count);
    json_number_field(view->json, "bytes", bytes);
    json_number_field(view->json, "references", graph->edge_count);
    json_number_field(view->json, "garbage", garbage);
    json_number_field(view->json, "garbage_bytes", garbage_bytes);
    yajl_gen_map_close(view->json);
    json_number_field(view->json, "left_out", graph->node_count - view->selection.count);
    json_key(view->json, "rest");
    yajl_gen_map_open(view->json);
    json_number_field(view->json, "objects", view->selection.rest_objects[view->selection.count]);
    json_number_field(view->json, "bytes", view->selection.rest_bytes[view->selection.count]);
    yajl_gen_map_close(view->json);
}

static void
write_cycles(const struct view *view)
{
    struct hfi_cycles cycles;
    if (hfi_cycles_find(&view->picture->graph, &view->picture->roots, &cycles)) {
        fail("not enough memory");
    }
    json_cycles_field(view->json, "cycles", &view->picture->graph, &cycles);
    hfi_cycles_end(&cycles);
}

static void
write_strings(const struct view *view)
{
    const struct hfi_graph *graph = &view->picture->graph;
    const char *path = view->picture->path, *slash = strrchr(path, '/');
    json_text_field(view->json, "file", slash ? slash + 1 : path);
    view_begin_column(view, "strings");
    for (uint32_t i = 0; i < graph->string_count; i++) view_text(view, graph->strings[i]);
    yajl_gen_array_close(view->json);
}

/* ---- the page ---- */

static void
write_data(const struct view *view, FILE *out)
{
    const unsigned char *text;
    size_t length;
    yajl_gen_get_buf(view->json, &text, &length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '<') fputs("\\u003c", out);
        else putc(text[i], out);
    }
}

static void
write_page(const struct view *view, FILE *out)
{
    const char *data = strstr(view_page, VIEW_DATA);
    fwrite(view_page, 1, (size_t)(data - view_page), out);
    write_data(view, out);
    fputs(data + strlen(VIEW_DATA), out);
}

int
run_view(const struct options *options)
{
    struct picture picture;
    picture_open(&picture, options->operands[0]);
    picture_find_symbols(&picture, options);
    picture_find_dominators(&picture);
    picture_find_paths(&picture);
    struct view view = {.picture = &picture, .json = yajl_gen_alloc(NULL)};
    if (!view.json) fail("not enough memory");
    view.type_numbers = room_for(picture.graph.string_count, sizeof *view.type_numbers);
    tree_make(&view.tree, &picture);
    selection_make(&view.selection, &picture, &view.tree, OBJECTS_MOST);
    yajl_gen_map_open(view.json);
    write_strings(&view);
    write_totals(&view);
    write_types(&view);
    view_write_objects(&view);
    write_sites(&view);
    write_cycles(&view);
    yajl_gen_map_close(view.json);
    FILE *out = output_open(options);
    write_page(&view, out);
    output_close(options, out);
    yajl_gen_free(view.json);
    free(view.type_numbers);
    selection_end(&view.selection);
    tree_end(&view.tree);
    picture_close(&picture);
    return FINE;
}
