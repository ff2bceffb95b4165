/* SPDX-License-Identifier: MIT
 *
 * holdfast diff: what has grown between two snapshots.
 * Knows pictures. Serial numbers stay with an object for as long as its process lives, so in two
 * files of one process an object is new if its number is. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* ---- by type ---- */

/* Types are strings of the newer graph. */
struct change {
    uint32_t type;
    uint64_t before, after, bytes_before, bytes_after;
};

/* New objects, by who made them. */
struct birth {
    uint32_t type, stack;
    uint64_t objects, bytes;
};

struct difference {
    struct picture old, new;
    struct change *changes;
    struct birth *births;
    uint32_t change_count, birth_count;
    uint64_t new_objects;
    bool is_one_process;
    bool has_grown;
};

static int64_t
growth(const struct change *change)
{
    return (int64_t)(change->bytes_after - change->bytes_before);
}

/* The most bytes more come first, and what has shrunk last. */
static int
compare_changes(const void *a, const void *b)
{
    const struct change *left = a, *right = b;
    int64_t one = growth(left), other = growth(right);
    if (one != other) return one > other ? -1 : 1;
    return (left->type > right->type) - (left->type < right->type);
}

static void
count_types(struct difference *d)
{
    const struct hfi_graph *old = &d->old.graph;
    struct hfi_graph *new = &d->new.graph;
    uint32_t *type_of = room_for(old->string_count, sizeof *type_of);
    for (uint32_t i = 0; i < old->node_count; i++) {
        uint32_t type = old->nodes[i].type;
        if (type_of[type]) continue;
        uint32_t string = hfi_graph_string(new, old->strings[type], strlen(old->strings[type]));
        if (string == UINT32_MAX) fail("not enough memory");
        type_of[type] = string;
    }
    struct change *all = room_for(new->string_count, sizeof *all);
    for (uint32_t i = 0; i < old->node_count; i++) {
        struct change *change = &all[type_of[old->nodes[i].type]];
        change->before++;
        change->bytes_before += old->nodes[i].bytes;
    }
    for (uint32_t i = 0; i < new->node_count; i++) {
        all[new->nodes[i].type].after++;
        all[new->nodes[i].type].bytes_after += new->nodes[i].bytes;
    }
    for (uint32_t i = 0; i < new->string_count; i++) {
        struct change change = all[i];
        change.type = i;
        if (change.after > change.before) d->has_grown = true;
        if (change.after == change.before && !growth(&change)) continue;
        all[d->change_count++] = change;
    }
    qsort(all, d->change_count, sizeof *all, compare_changes);
    d->changes = all;
    free(type_of);
}

/* ---- new objects ---- */

static int
compare_kinds(const void *a, const void *b)
{
    const struct birth *left = a, *right = b;
    if (left->type != right->type) return left->type < right->type ? -1 : 1;
    return (left->stack > right->stack) - (left->stack < right->stack);
}

static int
compare_births(const void *a, const void *b)
{
    const struct birth *left = a, *right = b;
    if (left->bytes != right->bytes) return left->bytes > right->bytes ? -1 : 1;
    return compare_kinds(a, b);
}

/* One entry for each new object, if the files are of one process: then no number has two types. */
static uint32_t
list_new(struct difference *d, struct birth *births)
{
    const struct hfi_graph *old = &d->old.graph, *new = &d->new.graph;
    struct number_map numbers = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < old->node_count; i++) {
        /* Zero is no key; a damaged file may have one number twice. */
        uint64_t key = old->nodes[i].serial + 1;
        if (!key || number_map_find(&numbers, key) != NO_NUMBER) continue;
        if (!number_map_add(&numbers, key, i)) fail("not enough memory");
    }
    d->is_one_process = true;
    for (uint32_t i = 0; i < new->node_count; i++) {
        const struct hfi_node *node = &new->nodes[i];
        uint32_t known = number_map_find(&numbers, node->serial + 1);
        if (known == NO_NUMBER) {
            births[count++] = (struct birth){node->type, node->stack, 1, node->bytes};
        } else if (strcmp(old->strings[old->nodes[known].type], new->strings[node->type]) != 0
                   || old->nodes[known].address != node->address) {
            d->is_one_process = false;
        }
    }
    hfi_number_map_free(&numbers);
    return d->is_one_process ? count : 0;
}

static void
count_births(struct difference *d)
{
    d->births = room_for(d->new.graph.node_count, sizeof *d->births);
    uint32_t count = list_new(d, d->births);
    d->new_objects = count;
    qsort(d->births, count, sizeof *d->births, compare_kinds);
    for (uint32_t i = 0; i < count; i++) {
        struct birth *last = d->birth_count ? &d->births[d->birth_count - 1] : NULL;
        if (last && !compare_kinds(last, &d->births[i])) {
            last->objects++;
            last->bytes += d->births[i].bytes;
        } else {
            d->births[d->birth_count++] = d->births[i];
        }
    }
    qsort(d->births, d->birth_count, sizeof *d->births, compare_births);
}

/* ---- telling ---- */

static void
tell_changes(const struct options *options, const struct difference *d)
{
    char before[SIZE_BYTES], after[SIZE_BYTES];
    printf("%10s  %10s  %11s  %12s  %12s  %s\n", "OLD", "NEW", "CHANGE", "OLD BYTES", "NEW BYTES",
           "TYPE");
    for (uint32_t i = 0; i < d->change_count && i < options->most; i++) {
        const struct change *change = &d->changes[i];
        printf("%10" PRIu64 "  %10" PRIu64 "  %+11" PRId64 "  %12s  %12s  %s\n", change->before,
               change->after, (int64_t)(change->after - change->before),
               size_spell(options, change->bytes_before, before),
               size_spell(options, change->bytes_after, after), d->new.graph.strings[change->type]);
    }
    if (d->change_count > options->most) {
        printf("and %lu more types\n", d->change_count - options->most);
    }
}

static void
tell_births(const struct options *options, const struct difference *d)
{
    char bytes[SIZE_BYTES];
    if (!d->is_one_process) {
        puts("The files are of two processes, so objects can't be told apart.");
        return;
    }
    printf("%" PRIu64 " object%s of the new file %s not in the old one.\n", d->new_objects,
           d->new_objects == 1 ? "" : "s", d->new_objects == 1 ? "was" : "were");
    for (uint32_t i = 0; i < d->birth_count && i < options->most; i++) {
        const struct birth *birth = &d->births[i];
        printf("%" PRIu64 " object%s, %s, of %s%s\n", birth->objects,
               birth->objects == 1 ? "" : "s", size_spell(options, birth->bytes, bytes),
               d->new.graph.strings[birth->type], birth->stack ? ", made" : "");
        if (birth->stack) hfi_stack_write(&d->new.graph, birth->stack, 4, stdout);
    }
    if (d->birth_count > options->most) {
        printf("and %lu more kinds\n", d->birth_count - options->most);
    }
}

static void
tell_json(const struct difference *d)
{
    const struct hfi_graph *graph = &d->new.graph;
    yajl_gen json = json_begin();
    yajl_gen_map_open(json);
    json_key(json, "types");
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < d->change_count; i++) {
        const struct change *change = &d->changes[i];
        yajl_gen_map_open(json);
        json_text_field(json, "type", graph->strings[change->type]);
        json_number_field(json, "objects_before", change->before);
        json_number_field(json, "objects_after", change->after);
        json_number_field(json, "bytes_before", change->bytes_before);
        json_number_field(json, "bytes_after", change->bytes_after);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
    json_key(json, "new_objects");
    yajl_gen_array_open(json);
    for (uint32_t i = 0; i < d->birth_count; i++) {
        const struct birth *birth = &d->births[i];
        yajl_gen_map_open(json);
        json_text_field(json, "type", graph->strings[birth->type]);
        json_number_field(json, "objects", birth->objects);
        json_number_field(json, "bytes", birth->bytes);
        json_stack_field(json, "made", graph, birth->stack);
        yajl_gen_map_close(json);
    }
    yajl_gen_array_close(json);
    json_key(json, "one_process");
    yajl_gen_bool(json, d->is_one_process);
    yajl_gen_map_close(json);
    json_end(json);
}

int
run_diff(const struct options *options)
{
    struct difference d = {.change_count = 0};
    picture_open(&d.old, options->operands[0]);
    picture_open(&d.new, options->operands[1]);
    picture_find_symbols(&d.new, options);
    count_types(&d);
    count_births(&d);
    if (options->is_json) {
        tell_json(&d);
    } else if (!d.change_count) {
        puts("Of each type there is as much as before.");
    } else {
        tell_changes(options, &d);
        tell_births(options, &d);
    }
    int status = d.has_grown ? HAS_GROWN : FINE;
    free(d.changes);
    free(d.births);
    picture_close(&d.old);
    picture_close(&d.new);
    return status;
}
