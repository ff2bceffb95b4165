/* SPDX-License-Identifier: MIT
 *
 * Operations with weak references and death notices.
 * Knows the model.
 * What is garbage but not yet collected can be upgraded, and lives again; the model knows exactly
 * what is dead, so no upgrade is left to chance. */
#include "fuzz/operations.h"

void
operation_refer(struct input *input)
{
    struct weak_handle *w = &model.weaks[input_byte(input) % WEAKS];
    w->thing = choose_thing(input);
    void *address = w->thing == NOBODY ? NULL : model.things[w->thing].address;
    EXPECT(hf_weak_set(&w->reference, address) == 0);
}

void
operation_copy_reference(struct input *input)
{
    struct weak_handle *to = &model.weaks[input_byte(input) % WEAKS];
    const struct weak_handle *from = &model.weaks[input_byte(input) % WEAKS];
    to->thing = from->thing;
    EXPECT(hf_weak_copy(&to->reference, &from->reference) == 0);
}

void
operation_clear_reference(struct input *input)
{
    struct weak_handle *w = &model.weaks[input_byte(input) % WEAKS];
    w->thing = NOBODY;
    hf_weak_clear(&w->reference);
}

/* What is garbage, but not yet collected, lives again. */
static void
upgrade_to_handle(any_weak *reference, int thing)
{
    int handle = handle_free();
    bool is_gone = thing == NOBODY || model.things[thing].is_dead;
    void *found = hf_upgrade(reference);
    EXPECT(found == (is_gone ? NULL : model.things[thing].address));
    if (is_gone) return;
    model_hold(thing);
    if (handle == NOBODY || (thing == FRAME && model.may_resurrect)) {
        model_let_go(thing);
        hf_release(found);
    } else {
        handle_fill(handle, thing, false);
    }
}

void
operation_upgrade(struct input *input)
{
    struct weak_handle *w = &model.weaks[input_byte(input) % WEAKS];
    upgrade_to_handle(&w->reference, w->thing);
}

void
operation_refer_by_field(struct input *input)
{
    int from = choose_thing(input), to = choose_thing(input);
    if (from == NOBODY || !kinds[model.things[from].kind].weak) return;
    struct thing *t = &model.things[from];
    if (to != NOBODY && kinds[model.things[to].kind].is_confined && !kinds[t->kind].is_confined) {
        return;
    }
    t->weak = to;
    void *address = to == NOBODY ? NULL : model.things[to].address;
    EXPECT(hf_weak_set(kinds[t->kind].weak(t->address), address) == 0);
}

void
operation_upgrade_field(struct input *input)
{
    int from = choose_thing(input);
    if (from == NOBODY || !kinds[model.things[from].kind].weak) return;
    struct thing *t = &model.things[from];
    upgrade_to_handle(kinds[t->kind].weak(t->address), t->weak);
}

static void
notice_death(void *object, void *ctx)
{
    struct thing *t = ctx;
    EXPECT(t->address == object);
    EXPECT(((struct head *)object)->magic == HEAD_MAGIC);
    EXPECT(t->destroyed == 0 && t->is_dead == t->is_abandoned);
    t->notices_run++;
}

void
operation_ask_for_notice(struct input *input)
{
    int thing = choose_thing(input);
    if (thing == NOBODY || thing == ANCHOR) return;
    struct thing *t = &model.things[thing];
    t->token = hf_on_death(t->address, notice_death, t);
    EXPECT(t->token != 0);
    t->notices_asked++;
}

void
operation_cancel_notice(struct input *input)
{
    int thing = choose_thing(input);
    if (thing == NOBODY || !model.things[thing].token) return;
    struct thing *t = &model.things[thing];
    EXPECT(hf_on_death_cancel(t->token) == HF_NOTICE_REMOVED);
    t->token = 0;
    t->notices_asked--;
}
