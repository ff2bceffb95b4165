/* SPDX-License-Identifier: MIT
 *
 * Objects and bytes by type.
 * Knows plain graphs. */
#include "command.h"

uint32_t
sum_by_type(const struct hfi_graph *graph, const uint32_t *nodes, uint32_t count,
            struct type_sum **sums)
{
    struct type_sum *all = room_for(graph->string_count, sizeof *all);
    uint32_t types = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct hfi_node *node = &graph->nodes[nodes ? nodes[i] : i];
        all[node->type].objects++;
        all[node->type].bytes += node->bytes;
    }
    for (uint32_t i = 0; i < graph->string_count; i++) {
        if (all[i].objects) all[types++] = (struct type_sum){i, all[i].objects, all[i].bytes, 0};
    }
    *sums = all;
    return types;
}
