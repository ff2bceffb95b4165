/* SPDX-License-Identifier: MIT
 *
 * The comparison of the model with the library.
 * Knows the model.
 * At a death: nobody may reach the thing, it must be whole, and weak references to it are dead.
 * After an operation: who should be dead is, nobody else is, and all counts and edges agree. */
#include "fuzz/checks.h"

#include "fuzz/last_acts.h"
#include "fuzz/tell.h"

/* ---- at a death ---------------------------------------------------------------------------- */

static void
expect_weak_handles_dead(int thing)
{
    for (size_t i = 0; i < WEAKS; i++) {
        if (model.weaks[i].thing != thing) continue;
        EXPECT(hf_weak_dead(&model.weaks[i].reference));
        EXPECT(hf_upgrade(&model.weaks[i].reference) == NULL);
    }
}

/* Each edge leads where the model says, to memory that is whole. */
static void
expect_edges(const struct thing *t)
{
    for (size_t i = 0; i < t->places; i++) {
        const struct place *p = &kinds[t->kind].places[i];
        const struct head *target = p->access->peek(t->address, p->index);
        if (t->edges[i] == NOBODY) {
            EXPECT(target == NULL);
            continue;
        }
        EXPECT(target == model.things[t->edges[i]].address);
        EXPECT(target->magic == HEAD_MAGIC && target->number == (size_t)t->edges[i]);
    }
}

void
thing_begins_to_die(struct head *head)
{
    EXPECT(head->magic == HEAD_MAGIC && head->number < model.thing_count);
    struct thing *t = &model.things[head->number];
    EXPECT(t->address == head);
    EXPECT(!t->is_dead && !t->is_abandoned && !t->begun);
    t->begun++;
}

void
thing_dies(struct head *head)
{
    int number = (int)head->number;
    struct thing *t = &model.things[number];
    if (t->kind != DERIVED) thing_begins_to_die(head);
    EXPECT(t->begun == 1 && t->destroyed == 0);
    t->destroyed++;
    tell("  %d dies, and does %u\n", number, t->script);
    EXPECT(!t->count || (model.is_collecting && !model_reaches(number)));
    EXPECT(t->notices_run == t->notices_asked);
    expect_edges(t);
    expect_weak_handles_dead(number);
    model.died++;
    model_dies(number);
    last_act(number);
}

/* ---- after an operation -------------------------------------------------------------------- */

void
operation_begin(bool is_collecting)
{
    model.is_collecting = is_collecting;
    model.died = model.scripts_run = 0;
}

/* A thing that was handed out keeps what it holds, also of those that died with it. */
static void
leak(int thing)
{
    static int line[MOST_THINGS];
    size_t last = 0;
    line[last++] = thing;
    model.things[thing].is_leaked = true;
    for (size_t next = 0; next < last; next++) {
        struct thing *t = &model.things[line[next]];
        model.leaked++;
        for (size_t i = 0; i < t->places; i++) {
            int target = t->edges[i];
            model_hold(target);
            if (target == NOBODY) continue;
            struct thing *below = &model.things[target];
            if (!below->is_dead || below->is_leaked) continue;
            EXPECT(model.is_collecting || below->is_handed_out);
            below->is_leaked = true;
            line[last++] = target;
        }
    }
}

static void
settle_what_was_handed_out(void)
{
    for (int i = 0; i < HANDLES; i++) {
        struct handle *h = &model.handles[i];
        if (h->thing == NOBODY || !h->is_tentative) continue;
        h->is_tentative = false;
        if (!model.things[h->thing].is_dead) continue;
        model.things[h->thing].is_handed_out = true;
        (void)handle_empty(i);
    }
    for (size_t i = 0; i < model.thing_count; i++) {
        struct thing *t = &model.things[i];
        if (t->is_handed_out && t->is_dead && !t->is_leaked) leak((int)i);
    }
    model_reach_changed();
}

static void
check_living(const struct thing *t)
{
    const struct head *head = t->address;
    EXPECT(head->magic == HEAD_MAGIC);
    EXPECT(t->begun == 0 && t->destroyed == 0 && t->notices_run == 0);
    EXPECT(t->count > 0);
    bool is_immortal = t == &model.things[ANCHOR];
    EXPECT(hf_count(t->address) == (is_immortal ? HF_IMMORTAL_COUNT : t->count));
    expect_edges(t);
}

static void
check_dead(const struct thing *t)
{
    EXPECT(t->destroyed == !t->is_abandoned);
    EXPECT(t->notices_run == t->notices_asked);
    EXPECT(t->is_leaked || !t->count);
}

uint64_t
live_objects(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    return stats.live;
}

static void
check_things(void)
{
    uint64_t live = 0;
    for (size_t i = 0; i < model.thing_count; i++) {
        const struct thing *t = &model.things[i];
        if (t->is_dead) check_dead(t);
        else check_living(t);
        live += i != ANCHOR && thing_holds(t);
    }
    tell("  live: %zu, and %zu by the model\n", (size_t)(live_objects() - model.live_before),
         (size_t)live);
    EXPECT(live_objects() - model.live_before == live);
}

static void
check_weak_handles(void)
{
    for (size_t i = 0; i < WEAKS; i++) {
        const struct weak_handle *w = &model.weaks[i];
        bool is_dead = w->thing != NOBODY && model.things[w->thing].is_dead;
        EXPECT(hf_weak_dead(&w->reference) == is_dead);
    }
}

/* A large graph is looked at when something died in it, and now and then besides: so that there is
 * time for more inputs. */
static bool
is_look_due(void)
{
    enum { SMALL = 32, NOW_AND_THEN = 8 };
    return model.thing_count <= SMALL || model.died || ++model.looks_left_out % NOW_AND_THEN == 0;
}

void
operation_end(void)
{
    settle_what_was_handed_out();
    if (model.died) tell_graph();
    model.is_looked_at = is_look_due();
    if (model.is_looked_at) check_things();
    check_weak_handles();
    model.is_collecting = false;
}

/* ---- garbage ------------------------------------------------------------------------------- */

void
expect_no_garbage(bool trusts_opaque)
{
    bool live[MOST_THINGS];
    model_mark_survivors(live, trusts_opaque);
    for (size_t i = 0; i < model.thing_count; i++) EXPECT(live[i] || model.things[i].is_dead);
}

void
expect_candidates_for_garbage(void)
{
    struct hf_collect_stats stats;
    hf_collect_stats(&stats);
    EXPECT(stats.gave_up == 0);
    if (!stats.candidates && model.is_looked_at) expect_no_garbage(false);
}
