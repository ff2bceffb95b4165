/* SPDX-License-Identifier: MIT
 *
 * The strings of a heap snapshot: those of the graph, those of the groups, and names that are made
 * up for elements of arrays and for references from outside.
 * Knows plain graphs. What is made up is remembered by its parts, and spelled when the strings are
 * written, at the end of the file. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "graph/heapsnapshot.h"

enum { FEWEST = 256, NAME_BYTES = 512, NAMES_OF_ROOTS = 1 + GROUPS };

/* Returns the number of the string. */
static uint32_t
name_new(struct heapsnapshot *s, struct extra_name name)
{
    if (s->name_count == s->name_room) {
        uint32_t room = s->name_room ? 2 * s->name_room : FEWEST;
        struct extra_name *larger = realloc(s->names, room * sizeof *larger);
        if (!larger) {
            s->lacks_memory = true;
            return 0;
        }
        s->names = larger;
        s->name_room = room;
    }
    s->names[s->name_count] = name;
    return s->graph->string_count + NAMES_OF_ROOTS + s->name_count++;
}

uint32_t
hfi_snapshot_edge_name(struct heapsnapshot *s, const struct hfi_graph_edge *edge)
{
    if (edge->index == NO_INDEX) return edge->name;
    uint64_t key = ((uint64_t)edge->name << 32 | edge->index) + 1;
    uint32_t known = number_map_find(&s->elements, key);
    if (known != NO_NUMBER) return known;
    uint32_t name = name_new(s, (struct extra_name){edge->name, edge->index});
    if (!number_map_add(&s->elements, key, name)) s->lacks_memory = true;
    return name;
}

uint32_t
hfi_snapshot_root_name(struct heapsnapshot *s, uint32_t node)
{
    return name_new(s, (struct extra_name){NO_STRING, node});
}

/* What is known of who holds it from outside, in few words: readers show it as a field's name. */
static void
spell_holder(const struct heapsnapshot *s, uint32_t node, char *name, size_t bytes)
{
    const struct hfi_graph *graph = s->graph;
    for (uint32_t i = s->first_holder[node]; i < s->first_holder[node + 1]; i++) {
        const struct hfi_holder *holder = &graph->holders[i];
        const struct hfi_stack *stack = &graph->stacks[holder->stack];
        if (holder->place) {
            snprintf(name, bytes, "%s", graph->strings[holder->place]);
            return;
        }
        if (!stack->count) continue;
        const struct hfi_frame *frame = &graph->frames[graph->stack_frames[stack->first]];
        const char *function = graph->strings[frame->function];
        if (!*function) continue;
        snprintf(name, bytes, "taken by %s", function);
        return;
    }
    uint32_t outside = graph->nodes[node].outside;
    if (outside) snprintf(name, bytes, "%" PRIu32 " reference%s", outside, outside > 1 ? "s" : "");
    else snprintf(name, bytes, "#%" PRIu64, graph->nodes[node].serial);
}

void
hfi_snapshot_strings_write(struct heapsnapshot *s)
{
    char name[NAME_BYTES];
    hfi_json_array_begin(&s->json, "strings");
    for (uint32_t i = 0; i < s->graph->string_count; i++) {
        json_element(&s->json, s->graph->strings[i]);
    }
    json_element(&s->json, "(root)");
    for (unsigned group = 0; group < GROUPS; group++) {
        json_element(&s->json, hfi_group_name(group));
    }
    for (uint32_t i = 0; i < s->name_count; i++) {
        const struct extra_name *it = &s->names[i];
        if (it->string == NO_STRING) {
            spell_holder(s, it->number, name, sizeof name);
        } else {
            snprintf(name, sizeof name, "%.400s[%" PRIu32 "]", s->graph->strings[it->string],
                     it->number);
        }
        json_element(&s->json, name);
    }
    hfi_json_array_end(&s->json);
}
