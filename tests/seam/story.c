/* SPDX-License-Identifier: MIT
 *
 * Writes down what hf_find_cycles tells, edge by edge.
 * Knows public headers and Check only.
 * Which object a cycle is told from depends on the order of candidates, so stories are compared
 * twice as long. */
#include "seam/story.h"

#include <stdio.h>
#include <string.h>

#include "support/run_suite.h"

static char story[512];
static size_t told_objects;

static void
tell(const struct hf_cycle *cycle, void *ctx)
{
    (void)ctx;
    size_t used = strlen(story);
    for (size_t i = 0; i < cycle->length; i++) {
        const struct hf_cycle_edge *edge = &cycle->edges[i];
        ck_assert_ptr_eq(hf_type_of(edge->object), edge->type);
        int written = snprintf(story + used, sizeof story - used, "%s.%s[%zu] ", edge->type->name,
                               edge->field, edge->index);
        ck_assert_int_gt(written, 0);
        used += (size_t)written;
        if (used >= sizeof story) break;
    }
    told_objects += cycle->objects;
}

uint64_t
count_living(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    return stats.live;
}

void
expect_groups(size_t groups, size_t objects)
{
    uint64_t living = count_living();
    for (int again = 0; again < 2; again++) {
        story[0] = '\0';
        told_objects = 0;
        ck_assert_uint_eq(hf_find_cycles(tell, NULL), groups);
        ck_assert_uint_eq(told_objects, objects);
        ck_assert_uint_eq(count_living(), living);
    }
}

void
expect_cycle(size_t objects, const char *edges)
{
    char twice[2 * sizeof story];
    expect_groups(1, objects);
    snprintf(twice, sizeof twice, "%s%s", story, story);
    ck_assert_uint_eq(strlen(story), strlen(edges));
    ck_assert_msg(strstr(twice, edges), "told: %s", story);
}

void
expect_nothing_told(void)
{
    expect_groups(0, 0);
    ck_assert_str_eq(story, "");
}
