/* SPDX-License-Identifier: MIT
 *
 * Counts and reachability, computed in the plainest way.
 * Knows kinds of objects.
 * Nothing here follows the library's reasoning: a thing is garbage when no path leads to it from a
 * handle, whatever its count. */
#include "fuzz/model.h"

#include <string.h>

struct model model;

void
model_begin(bool may_resurrect)
{
    memset(&model, 0, sizeof model);
    model.may_resurrect = may_resurrect;
    for (size_t i = 0; i < HANDLES; i++) model.handles[i].thing = NOBODY;
    for (size_t i = 0; i < WEAKS; i++) model.weaks[i].thing = NOBODY;
}

int
model_new(enum kind_number kind, size_t size, unsigned script)
{
    if (model.thing_count == MOST_THINGS) return NOBODY;
    int number = (int)model.thing_count++;
    struct thing *t = &model.things[number];
    bool is_anchor = number == ANCHOR;
    *t = (struct thing){.kind = kind, .script = script, .weak = NOBODY, .count = 1};
    t->is_permanent = number < FIRST_THING;
    t->places = kind == FLEX ? size : kinds[kind].place_count;
    for (size_t i = 0; i < MOST_PLACES; i++) t->edges[i] = NOBODY;
    /* The frame's object is made by the caller. */
    if (number != FRAME) t->address = is_anchor ? kind_anchor() : kind_make(kind, size);
    if (number == FRAME) return number;
    EXPECT(t->address != NULL);
    struct head *head = t->address;
    *head = (struct head){HEAD_MAGIC, (size_t)number};
    return number;
}

void
model_hold(int thing)
{
    if (thing != NOBODY) model.things[thing].count++;
}

void
model_let_go(int thing)
{
    if (thing == NOBODY) return;
    EXPECT(model.things[thing].count > 0);
    model.things[thing].count--;
}

bool
thing_holds(const struct thing *t)
{
    return !t->is_dead || t->is_leaked;
}

void
model_edge(int from, size_t place, int target)
{
    struct thing *t = &model.things[from];
    int former = t->edges[place];
    t->edges[place] = target;
    if (!thing_holds(t)) return;
    model_hold(target);
    model_let_go(former);
    model_reach_changed();
}

void
model_dies(int thing)
{
    struct thing *t = &model.things[thing];
    t->is_dead = true;
    for (size_t i = 0; i < t->places; i++) model_let_go(t->edges[i]);
}

bool
thing_is_dead(const struct head *head)
{
    return model.things[head->number].is_dead;
}

/* ---- reachability -------------------------------------------------------------------------- */

void
model_spread(bool *marked)
{
    static int line[MOST_THINGS];
    size_t last = 0;
    for (size_t i = 0; i < model.thing_count; i++) {
        if (marked[i]) line[last++] = (int)i;
    }
    for (size_t next = 0; next < last; next++) {
        const struct thing *t = &model.things[line[next]];
        if (!thing_holds(t)) continue;
        for (size_t i = 0; i < t->places; i++) {
            int target = t->edges[i];
            if (target == NOBODY || marked[target]) continue;
            marked[target] = true;
            line[last++] = target;
        }
    }
}

static void
mark_roots(bool *marked)
{
    memset(marked, 0, sizeof(bool[MOST_THINGS]));
    for (size_t i = 0; i < HANDLES; i++) {
        const struct handle *h = &model.handles[i];
        if (h->thing != NOBODY && !h->is_tentative) marked[h->thing] = true;
    }
    for (size_t i = 0; i < model.thing_count; i++) {
        const struct thing *t = &model.things[i];
        if (t->is_leaked || (t->is_permanent && !t->is_dead)) marked[i] = true;
    }
}

bool
model_reaches(int thing)
{
    if (!model.is_reach_known) {
        mark_roots(model.reach);
        model_spread(model.reach);
        model.is_reach_known = true;
    }
    return model.reach[thing];
}

void
model_reach_changed(void)
{
    model.is_reach_known = false;
}

/* Whether what the edge leads to counts as held from outside, whatever becomes of the holder. */
static bool
is_closed(const struct thing *from, int target, bool trusts_opaque, bool trusts_borders)
{
    const struct kind *kind = &kinds[from->kind];
    if (kind->is_opaque) return !trusts_opaque;
    if (trusts_borders) return false;
    return kind->is_acyclic || (kind->is_confined && !kinds[model.things[target].kind].is_confined);
}

void
model_mark_live(bool *live, bool trusts_opaque, bool trusts_borders, const bool *gone)
{
    mark_roots(live);
    for (size_t i = 0; i < model.thing_count; i++) {
        const struct thing *t = &model.things[i];
        if (t->is_dead || (gone && gone[i])) continue;
        for (size_t k = 0; k < t->places; k++) {
            int target = t->edges[k];
            if (target == NOBODY) continue;
            if (is_closed(t, target, trusts_opaque, trusts_borders)) live[target] = true;
        }
    }
    model_spread(live);
}

/* What ends takes opaque objects with it, which then hold nothing, and so on. */
void
model_mark_survivors(bool *live, bool trusts_opaque)
{
    bool gone[MOST_THINGS] = {false};
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        model_mark_live(live, trusts_opaque, true, gone);
        for (size_t i = 0; i < model.thing_count; i++) {
            if (live[i] || gone[i]) continue;
            gone[i] = true;
            has_changed = true;
        }
    }
}

bool
model_would_lie(int from, int target)
{
    bool below[MOST_THINGS] = {false};
    if (target == NOBODY) return false;
    below[target] = true;
    model_spread(below);
    if (!below[from]) return false;
    for (size_t i = 0; i < model.thing_count; i++) {
        const struct thing *t = &model.things[i];
        if (!below[i] || t->is_dead || !kinds[t->kind].is_acyclic) continue;
        bool from_here[MOST_THINGS] = {false};
        from_here[i] = true;
        model_spread(from_here);
        if (from_here[from]) return true;
    }
    return false;
}

/* ---- handles ------------------------------------------------------------------------------- */

int
handle_free(void)
{
    for (int i = 0; i < HANDLES; i++) {
        if (model.handles[i].thing == NOBODY) return i;
    }
    return NOBODY;
}

void
handle_fill(int handle, int thing, bool is_tentative)
{
    model.handles[handle] = (struct handle){model.things[thing].address, thing, is_tentative};
    model_reach_changed();
}

void *
handle_empty(int handle)
{
    void *owned = model.handles[handle].owned;
    model.handles[handle] = (struct handle){NULL, NOBODY, false};
    model_reach_changed();
    return owned;
}

void
handle_release(int handle)
{
    if (model.handles[handle].thing == NOBODY) return;
    model_let_go(model.handles[handle].thing);
    hf_release(handle_empty(handle));
}
