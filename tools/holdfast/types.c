/* SPDX-License-Identifier: MIT
 *
 * holdfast types, holdfast top: what there is most of.
 * Knows pictures. */
#include <inttypes.h>
#include <stdlib.h>

#include "command.h"

/* ---- types ---- */

static int
compare_types(const void *a, const void *b)
{
    const struct type_sum *left = a, *right = b;
    if (left->retained != right->retained) return left->retained > right->retained ? -1 : 1;
    if (left->bytes != right->bytes) return left->bytes > right->bytes ? -1 : 1;
    return (left->type > right->type) - (left->type < right->type);
}

/* Returns how many types have objects. Owner of rows: the caller, free. */
static uint32_t
add_up(struct picture *picture, struct type_sum **rows)
{
    struct tree tree;
    picture_find_dominators(picture);
    tree_make(&tree, picture);
    uint64_t *retained = tree_retained_by_type(&tree, picture);
    tree_end(&tree);
    uint32_t count = sum_by_type(&picture->graph, NULL, picture->graph.node_count, rows);
    for (uint32_t i = 0; i < count; i++) (*rows)[i].retained = retained[(*rows)[i].type];
    free(retained);
    qsort(*rows, count, sizeof **rows, compare_types);
    return count;
}

static void
tell_types_json(const struct picture *picture, const struct type_sum *rows, uint32_t count)
{
    yajl_gen json = json_begin();
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < count; i++) {
        yajl_gen_map_open(json);
        json_sum_fields(json, &picture->graph, &rows[i]);
        json_number_field(json, "retained", rows[i].retained);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
    json_end(json);
}

static void
tell_types(const struct options *options, const struct picture *picture,
           const struct type_sum *rows, uint32_t count)
{
    char bytes[SIZE_BYTES], retained[SIZE_BYTES];
    uint64_t objects = 0, sum = 0;
    printf("%10s  %12s  %12s  %s\n", "OBJECTS", "BYTES", "RETAINED", "TYPE");
    for (uint32_t i = 0; i < count; i++) {
        objects += rows[i].objects;
        sum += rows[i].bytes;
        if (i >= options->most) continue;
        printf("%10" PRIu64 "  %12s  %12s  %s\n", rows[i].objects,
               size_spell(options, rows[i].bytes, bytes),
               size_spell(options, rows[i].retained, retained),
               picture->graph.strings[rows[i].type]);
    }
    if (count > options->most) printf("and %lu more types\n", count - options->most);
    printf("%10" PRIu64 "  %12s  %12s  in all\n", objects, size_spell(options, sum, bytes), "");
}

int
run_types(const struct options *options)
{
    struct picture picture;
    struct type_sum *rows;
    picture_open(&picture, options->operands[0]);
    uint32_t count = add_up(&picture, &rows);
    if (options->is_json) tell_types_json(&picture, rows, count);
    else tell_types(options, &picture, rows, count);
    free(rows);
    picture_close(&picture);
    return FINE;
}

/* ---- top ---- */

/* The objects, those that retain most first. Owner: the caller, free. */
static uint32_t *
sort_objects(struct picture *picture)
{
    uint32_t count = picture->graph.node_count;
    picture_find_dominators(picture);
    uint32_t *nodes = room_for(count, sizeof *nodes);
    for (uint32_t i = 0; i < count; i++) nodes[i] = i;
    sort_by_retained(picture, nodes, count);
    return nodes;
}

/* What keeps it, in few words: the object above it, or how it is held. */
static void
tell_keeper(const struct picture *picture, uint32_t node, FILE *out)
{
    const struct hfi_graph *graph = &picture->graph;
    uint32_t dominator = picture->dominators.dominator[node];
    if (dominator != NO_NODE) {
        fprintf(out, "kept by %s #%" PRIu64, graph->strings[graph->nodes[dominator].type],
                graph->nodes[dominator].serial);
    } else if (picture->roots.group[node] != GROUP_NONE) {
        fputs(hfi_group_name((enum hfi_group)picture->roots.group[node]), out);
    } else {
        fputs("kept by several", out);
    }
}

static void
tell_object(const struct options *options, const struct picture *picture, uint32_t node)
{
    const struct hfi_graph *graph = &picture->graph;
    const struct hfi_node *it = &graph->nodes[node];
    char bytes[SIZE_BYTES], retained[SIZE_BYTES];
    printf("%12s  %12s  %s #%" PRIu64 ", ",
           size_spell(options, picture->dominators.retained[node], retained),
           size_spell(options, it->bytes, bytes), graph->strings[it->type], it->serial);
    tell_keeper(picture, node, stdout);
    struct hfi_stack stack = hfi_stack_told(graph, it->stack);
    if (stack.count) {
        printf(", made by ");
        hfi_frame_write(graph, &graph->frames[graph->stack_frames[stack.first]], stdout);
    }
    putchar('\n');
}

static void
tell_top_json(const struct picture *picture, const uint32_t *nodes, uint32_t count)
{
    const struct hfi_graph *graph = &picture->graph;
    yajl_gen json = json_begin();
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t dominator = picture->dominators.dominator[nodes[i]];
        yajl_gen_map_open(json);
        json_object_field(json, "object", graph, nodes[i]);
        json_number_field(json, "retained", picture->dominators.retained[nodes[i]]);
        if (dominator != NO_NODE) json_object_field(json, "dominator", graph, dominator);
        json_stack_field(json, "made", graph, graph->nodes[nodes[i]].stack);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
    json_end(json);
}

int
run_top(const struct options *options)
{
    struct picture picture;
    picture_open(&picture, options->operands[0]);
    picture_find_symbols(&picture, options);
    uint32_t *nodes = sort_objects(&picture), count = picture.graph.node_count;
    if (count > options->most) count = (uint32_t)options->most;
    if (options->is_json) {
        tell_top_json(&picture, nodes, count);
    } else {
        printf("%12s  %12s  %s\n", "RETAINED", "BYTES", "OBJECT");
        for (uint32_t i = 0; i < count; i++) tell_object(options, &picture, nodes[i]);
        uint32_t more = picture.graph.node_count - count;
        if (more) printf("and %" PRIu32 " more objects\n", more);
    }
    free(nodes);
    picture_close(&picture);
    return FINE;
}
