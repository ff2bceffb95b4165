/* SPDX-License-Identifier: MIT
 *
 * What hf_find_cycles must report: each strongly connected group of garbage once, by a cycle of
 * it, a shortest one if the group is small.
 * Knows the model.
 * Of garbage behind an object that is opaque, acyclic or confined both answers are right: by itself
 * it is held from outside, but it ends when its holder has. */
#include <string.h>

#include "fuzz/checks.h"

/* In larger groups the cycle that is told need only be short. */
enum { EXACT_UP_TO = 64 };

static struct {
    int number[MOST_THINGS];  /* of the group, or NOBODY */
    size_t size[MOST_THINGS]; /* by number */
    bool seen[MOST_THINGS];   /* by number: it was reported */
    bool is_due[MOST_THINGS]; /* by number: it must be reported */
    int count;
    size_t reported;
} groups;

/* Returns the length of the shortest cycle through the thing, or 0. */
static size_t
shortest_through(int thing)
{
    static int line[MOST_THINGS];
    static size_t distance[MOST_THINGS];
    size_t last = 0;
    memset(distance, 0, sizeof distance);
    line[last++] = thing;
    for (size_t next = 0; next < last; next++) {
        const struct thing *t = &model.things[line[next]];
        for (size_t i = 0; i < t->places; i++) {
            int target = t->edges[i];
            if (target == thing) return distance[line[next]] + 1;
            if (target == NOBODY || distance[target]) continue;
            distance[target] = distance[line[next]] + 1;
            line[last++] = target;
        }
    }
    return 0;
}

/* Those that reach the thing and are reached by it. */
static void
group_around(int thing)
{
    bool below[MOST_THINGS] = {false};
    below[thing] = true;
    model_spread(below);
    int number = groups.count++;
    for (size_t i = 0; i < model.thing_count; i++) {
        if (!below[i] || !thing_holds(&model.things[i])) continue;
        bool from_here[MOST_THINGS] = {false};
        from_here[i] = true;
        model_spread(from_here);
        if (!from_here[thing]) continue;
        groups.number[i] = number;
        groups.size[number]++;
    }
}

static void
find_groups(void)
{
    bool ends[MOST_THINGS], is_held[MOST_THINGS];
    memset(&groups, 0, sizeof groups);
    memset(groups.number, NOBODY, sizeof groups.number);
    model_mark_survivors(ends, false);
    model_mark_live(is_held, false, false, NULL);
    for (size_t i = 0; i < model.thing_count; i++) {
        const struct thing *t = &model.things[i];
        if (t->is_dead || ends[i] || groups.number[i] != NOBODY) continue;
        if (!shortest_through((int)i)) continue;
        group_around((int)i);
        groups.is_due[groups.number[i]] = !is_held[i];
    }
}

static size_t
shortest_in(int number)
{
    size_t shortest = MOST_THINGS;
    for (size_t i = 0; i < model.thing_count; i++) {
        if (groups.number[i] != number) continue;
        size_t length = shortest_through((int)i);
        if (length < shortest) shortest = length;
    }
    return shortest;
}

static int
thing_at(const void *address)
{
    const struct head *head = address;
    EXPECT(head->magic == HEAD_MAGIC && head->number < model.thing_count);
    EXPECT(model.things[head->number].address == address);
    return (int)head->number;
}

/* Whether the field that the edge names leads to the next object. */
static bool
edge_is_true(const struct hf_cycle_edge *edge, const void *next)
{
    const struct thing *t = &model.things[thing_at(edge->object)];
    EXPECT(edge->type == kinds[t->kind].type);
    for (size_t i = 0; i < t->places; i++) {
        const struct place *p = &kinds[t->kind].places[i];
        if (strcmp(p->access->field, edge->field) != 0) continue;
        if (!p->access->is_traced && p->index != edge->index) continue;
        if (t->edges[i] == thing_at(next)) return true;
    }
    return false;
}

static void
check_cycle(const struct hf_cycle *cycle, void *ctx)
{
    EXPECT(ctx == &groups);
    EXPECT(cycle->length > 0);
    int number = groups.number[thing_at(cycle->edges[0].object)];
    EXPECT(number != NOBODY && !groups.seen[number]);
    groups.seen[number] = true;
    groups.reported++;
    EXPECT(cycle->objects == groups.size[number]);
    size_t shortest = shortest_in(number);
    EXPECT(groups.size[number] > EXACT_UP_TO || cycle->length == shortest);
    EXPECT(cycle->length >= shortest);
    for (size_t i = 0; i < cycle->length; i++) {
        const void *next = cycle->edges[(i + 1) % cycle->length].object;
        EXPECT(groups.number[thing_at(next)] == number);
        EXPECT(edge_is_true(&cycle->edges[i], next));
    }
}

void
check_cycles(void)
{
    find_groups();
    EXPECT(hf_find_cycles(check_cycle, &groups) == groups.reported);
    EXPECT(model.died == 0);
    for (int i = 0; i < groups.count; i++) EXPECT(groups.seen[i] || !groups.is_due[i]);
}
