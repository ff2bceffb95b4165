/* SPDX-License-Identifier: MIT
 *
 * Operations that make, hold, store, move and release objects.
 * Knows the model.
 * An operation that the contract forbids in this state is left out: something confined in a shared
 * object, a cycle through something acyclic, a second reference to something unique. */
#include "fuzz/operations.h"

/* ---- to make */

void
operation_make(struct input *input)
{
    int handle = handle_free();
    if (handle == NOBODY) return;
    enum kind_number kind = input_byte(input) % KINDS;
    unsigned script = input_byte(input);
    int made = model_new(kind, script % (MOST_PLACES + 1), script / 8);
    if (made != NOBODY) handle_fill(handle, made, false);
}

/* What a large ring is made of: kinds with a place for anything. */
static enum kind_number
kind_in_ring(unsigned byte, size_t i)
{
    static const enum kind_number mixed[] = {PLAIN, FIXED, TABLE, DERIVED};
    switch (byte % 4) {
    case 0:
        return PLAIN;
    case 1:
        return LONE;
    case 2:
        return mixed[i % 4];
    default:
        return TABLE;
    }
}

/* Each holds the one before, and the first the last, which a handle holds. */
void
operation_make_ring(struct input *input)
{
    unsigned byte = input_byte(input);
    size_t length = 1 + input_byte(input) % 96;
    int handle = handle_free(), first = NOBODY, last = NOBODY;
    if (handle == NOBODY) return;
    for (size_t i = 0; i < length; i++) {
        int made = model_new(kind_in_ring(byte, i), 0, byte / 4 == 63 ? (unsigned)i : 255);
        if (made == NOBODY) break;
        if (last == NOBODY) {
            first = made;
        } else {
            model_edge(made, 0, last);
            model_let_go(last);
            place_of(made, 0)->access->give(model.things[made].address, 0,
                                            model.things[last].address);
        }
        last = made;
    }
    if (last == NOBODY) return;
    model_edge(first, 0, last);
    place_of(first, 0)->access->set(model.things[first].address, 0, model.things[last].address);
    handle_fill(handle, last, false);
}

/* ---- edges */

void
operation_set_edge(struct input *input)
{
    int from;
    size_t place;
    if (!choose_place(input, &from, &place)) return;
    int target = choose_thing(input);
    const struct place *p = place_of(from, place);
    if (!p->access->set || !may_store(from, place, target)) return;
    model_edge(from, place, target);
    p->access->set(model.things[from].address, p->index,
                   target == NOBODY ? NULL : model.things[target].address);
}

/* The same in all places: parallel edges. */
void
operation_set_all_edges(struct input *input)
{
    int from;
    size_t place;
    if (!choose_place(input, &from, &place)) return;
    int target = choose_thing(input);
    for (size_t i = 0; i < model.things[from].places; i++) {
        const struct place *p = place_of(from, i);
        if (!p->access->set || !may_store(from, i, target) || target == NOBODY) continue;
        model_edge(from, i, target);
        p->access->set(model.things[from].address, p->index, model.things[target].address);
        /* What was there may have taken both with it, in its last act. */
        if (model.died) return;
    }
}

void
operation_give_edge(struct input *input)
{
    int from;
    size_t place;
    if (!choose_place(input, &from, &place)) return;
    int handle = (int)(input_byte(input) % HANDLES), target = model.handles[handle].thing;
    const struct place *p = place_of(from, place);
    if (target == NOBODY || !p->access->set || !may_store(from, place, target)) return;
    model_edge(from, place, target);
    model_let_go(target);
    void *container = model.things[from].address;
    p->access->give(container, p->index, handle_empty(handle));
}

/* A new plain object, as any place but those for leaves can hold. */
void
operation_give_new(struct input *input)
{
    int from;
    size_t place;
    if (!choose_place(input, &from, &place)) return;
    const struct place *p = place_of(from, place);
    int made = model_new(p->access->is_for_leaves ? LEAF : PLAIN, 0, input_byte(input) / 8);
    if (made == NOBODY) return;
    model_edge(from, place, made);
    model_let_go(made);
    p->access->give(model.things[from].address, p->index, model.things[made].address);
}

void
operation_take_edge(struct input *input)
{
    int from, handle = handle_free();
    size_t place;
    if (!choose_place(input, &from, &place) || handle == NOBODY) return;
    const struct place *p = place_of(from, place);
    int target = model.things[from].edges[place];
    model_hold(target);
    model_edge(from, place, NOBODY);
    void *owned = p->access->take(model.things[from].address, p->index);
    EXPECT(owned == (target == NOBODY ? NULL : model.things[target].address));
    if (target != NOBODY) handle_fill(handle, target, false);
}

void
operation_get_edge(struct input *input)
{
    int from, handle = handle_free();
    size_t place;
    if (!choose_place(input, &from, &place) || handle == NOBODY) return;
    const struct place *p = place_of(from, place);
    int target = model.things[from].edges[place];
    if (!p->access->get) return;
    void *owned = p->access->get(model.things[from].address, p->index);
    EXPECT(owned == (target == NOBODY ? NULL : model.things[target].address));
    model_hold(target);
    if (target != NOBODY) handle_fill(handle, target, false);
}

/* ---- handles */

void
operation_retain(struct input *input)
{
    int handle = handle_free(), thing = choose_thing(input);
    if (handle == NOBODY || thing == NOBODY || (thing == FRAME && model.may_resurrect)) return;
    model_hold(thing);
    EXPECT(hf_retain(model.things[thing].address) == model.things[thing].address);
    handle_fill(handle, thing, false);
}

void
operation_release(struct input *input)
{
    handle_release((int)(input_byte(input) % HANDLES));
}

void
operation_release_all(struct input *input)
{
    (void)input;
    for (int i = 0; i < HANDLES; i++) handle_release(i);
}

void
operation_abandon(struct input *input)
{
    int handle = (int)(input_byte(input) % HANDLES), thing = model.handles[handle].thing;
    if (thing == NOBODY || thing < FIRST_THING || model.things[thing].count != 1) return;
    model_let_go(thing);
    model.things[thing].is_abandoned = true;
    model_dies(thing);
    hf_abandon(handle_empty(handle));
}
