/* SPDX-License-Identifier: MIT
 *
 * holdfast why, holdfast retained, holdfast dot: about one object.
 * Knows pictures. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* ---- why ---- */

static void
tell_dominators(const struct options *options, const struct picture *picture, uint32_t node)
{
    const struct hfi_graph *graph = &picture->graph;
    const uint32_t *dominator = picture->dominators.dominator;
    char size[SIZE_BYTES];
    unsigned long told = 0;
    if (dominator[node] == NO_NODE) return;
    puts("it would go with any of");
    for (node = dominator[node]; node != NO_NODE; node = dominator[node]) {
        if (told++ == options->most) {
            puts("    ... and more");
            return;
        }
        printf("    %s #%" PRIu64 ", which retains %s\n", graph->strings[graph->nodes[node].type],
               graph->nodes[node].serial,
               size_spell(options, picture->dominators.retained[node], size));
    }
}

static void
tell_path_json(yajl_gen json, const struct picture *picture, uint32_t *node)
{
    const struct hfi_graph *graph = &picture->graph;
    json_key(json, "path");
    yajl_gen_array_open(json);
    for (; picture->paths.from[*node] != NO_NODE; *node = picture->paths.from[*node]) {
        uint32_t from = picture->paths.from[*node];
        const struct hfi_graph_edge *edge = &graph->edges[picture->paths.edge[*node]];
        yajl_gen_map_open(json);
        json_text_field(json, "field", graph->strings[edge->name]);
        if (edge->index != NO_INDEX) json_number_field(json, "index", edge->index);
        json_object_field(json, "of", graph, from);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
}

static void
tell_holders_json(yajl_gen json, const struct hfi_graph *graph, uint32_t node)
{
    json_key(json, "holders");
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < graph->holder_count; i++) {
        const struct hfi_holder *holder = &graph->holders[i];
        if (holder->node != node) continue;
        yajl_gen_map_open(json);
        json_number_field(json, "references", holder->references);
        if (holder->place) json_text_field(json, "place", graph->strings[holder->place]);
        json_stack_field(json, "taken", graph, holder->stack);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
}

static void
tell_why_json(struct picture *picture, uint32_t node)
{
    const struct hfi_graph *graph = &picture->graph;
    yajl_gen json = json_begin();
    yajl_gen_map_open(json);
    json_object_field(json, "object", graph, node);
    json_number_field(json, "retained", picture->dominators.retained[node]);
    json_stack_field(json, "made", graph, graph->nodes[node].stack);
    tell_path_json(json, picture, &node);
    json_object_field(json, "root", graph, node);
    json_text_field(json, "root_is", hfi_group_name((enum hfi_group)picture->roots.group[node]));
    json_number_field(json, "outside", graph->nodes[node].outside);
    tell_holders_json(json, graph, node);
    yajl_gen_map_close(json);
    json_end(json);
}

int
run_why(const struct options *options)
{
    struct picture picture;
    picture_open(&picture, options->operands[0]);
    uint32_t node = picture_find_object(&picture, options->operands[1]);
    picture_find_symbols(&picture, options);
    picture_find_dominators(&picture);
    picture_find_paths(&picture);
    if (options->is_json) {
        tell_why_json(&picture, node);
    } else {
        const struct hfi_graph *graph = &picture.graph;
        int result = hfi_why_write(graph, &picture.roots, node, stdout);
        if (result < 0 && errno == ENOMEM) fail("not enough memory");
        tell_dominators(options, &picture, node);
        if (options->wants_all) {
            puts("all that is known of it:");
            hfi_who_write(graph, node, stdout);
        }
    }
    picture_close(&picture);
    return FINE;
}

/* ---- retained ---- */

static int
compare_sums(const void *a, const void *b)
{
    const struct type_sum *left = a, *right = b;
    if (left->bytes != right->bytes) return left->bytes > right->bytes ? -1 : 1;
    return (left->type > right->type) - (left->type < right->type);
}

static void
tell_retained_json(const struct picture *picture, uint32_t node, uint32_t count,
                   const struct type_sum *sums, uint32_t kinds)
{
    yajl_gen json = json_begin();
    yajl_gen_map_open(json);
    json_object_field(json, "object", &picture->graph, node);
    json_number_field(json, "retained", picture->dominators.retained[node]);
    json_number_field(json, "objects", count);
    json_key(json, "types");
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < kinds; i++) {
        yajl_gen_map_open(json);
        json_sum_fields(json, &picture->graph, &sums[i]);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
    yajl_gen_map_close(json);
    json_end(json);
}

static void
tell_children(const struct options *options, const struct picture *picture, const struct tree *tree,
              uint32_t node)
{
    const struct hfi_graph *graph = &picture->graph;
    uint32_t first = tree->first[node], end = tree->first[node + 1];
    char size[SIZE_BYTES];
    if (first == end) return;
    printf("%10s  %12s  %s\n", "", "RETAINED", "DIRECTLY BELOW IT");
    for (uint32_t i = first; i < end && i - first < options->most; i++) {
        uint32_t child = tree->children[i];
        printf("%10s  %12s  %s #%" PRIu64 "\n", "",
               size_spell(options, picture->dominators.retained[child], size),
               graph->strings[graph->nodes[child].type], graph->nodes[child].serial);
    }
    if (end - first > options->most) printf("and %lu more\n", end - first - options->most);
}

static void
tell_retained(const struct options *options, const struct picture *picture, uint32_t node,
              uint32_t count, const struct type_sum *sums, uint32_t kinds)
{
    const struct hfi_graph *graph = &picture->graph;
    char size[SIZE_BYTES];
    hfi_object_write(graph, node, stdout);
    printf(", retains %s in %" PRIu32 " object%s\n",
           size_spell(options, picture->dominators.retained[node], size), count,
           count == 1 ? "" : "s");
    printf("%10s  %12s  %s\n", "OBJECTS", "BYTES", "TYPE");
    for (uint32_t i = 0; i < kinds && i < options->most; i++) {
        printf("%10" PRIu64 "  %12s  %s\n", sums[i].objects,
               size_spell(options, sums[i].bytes, size), graph->strings[sums[i].type]);
    }
    if (kinds > options->most) printf("and %lu more types\n", kinds - options->most);
}

int
run_retained(const struct options *options)
{
    struct picture picture;
    struct tree tree;
    struct type_sum *sums;
    picture_open(&picture, options->operands[0]);
    uint32_t node = picture_find_object(&picture, options->operands[1]);
    picture_find_dominators(&picture);
    tree_make(&tree, &picture);
    uint32_t *nodes = room_for(picture.graph.node_count, sizeof *nodes);
    uint32_t count = tree_list(&tree, node, nodes);
    uint32_t kinds = sum_by_type(&picture.graph, nodes, count, &sums);
    qsort(sums, kinds, sizeof *sums, compare_sums);
    if (options->is_json) {
        tell_retained_json(&picture, node, count, sums, kinds);
    } else {
        tell_retained(options, &picture, node, count, sums, kinds);
        tell_children(options, &picture, &tree, node);
    }
    free(nodes);
    free(sums);
    tree_end(&tree);
    picture_close(&picture);
    return FINE;
}

/* ---- dot ---- */

int
run_dot(const struct options *options)
{
    struct picture picture;
    picture_open(&picture, options->operands[0]);
    uint32_t node = NO_NODE;
    if (options->operands[1]) node = picture_find_object(&picture, options->operands[1]);
    FILE *out = output_open(options);
    int result = hfi_dot_write(&picture.graph, &picture.roots, node, (unsigned)options->depth, out);
    if (result && errno == ENOMEM) fail("not enough memory");
    output_close(options, out);
    picture_close(&picture);
    return FINE;
}
