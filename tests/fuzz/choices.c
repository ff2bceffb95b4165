/* SPDX-License-Identifier: MIT
 *
 * What the bytes of an input choose: a thing that the program may use, a place in it.
 * Knows the model.
 * Things are reached as a program reaches them, from a handle along edges, so whatever is chosen
 * may be borrowed. */
#include "fuzz/operations.h"

unsigned
input_byte(struct input *input)
{
    return input->next < input->end ? *input->next++ : 0;
}

int
choose_thing(struct input *input)
{
    unsigned byte = input_byte(input), root = byte % 32;
    int thing = root < HANDLES ? model.handles[root].thing : (int)(root % 2 ? FRAME : ANCHOR);
    for (unsigned steps = byte / 32 % 4; steps && thing != NOBODY; steps--) {
        const struct thing *t = &model.things[thing];
        int target = t->places ? t->edges[input_byte(input) % t->places] : NOBODY;
        if (target != NOBODY) thing = target;
    }
    return thing;
}

bool
choose_place(struct input *input, int *thing, size_t *place)
{
    *thing = choose_thing(input);
    if (*thing == NOBODY || !model.things[*thing].places) return false;
    *place = input_byte(input) % model.things[*thing].places;
    return true;
}

const struct place *
place_of(int thing, size_t place)
{
    return &kinds[model.things[thing].kind].places[place];
}

bool
may_store(int from, size_t place, int target)
{
    if (target == NOBODY) return true;
    const struct kind *holder = &kinds[model.things[from].kind];
    const struct kind *held = &kinds[model.things[target].kind];
    if (held->is_confined && !holder->is_confined) return false;
    if (place_of(from, place)->access->is_for_leaves && model.things[target].kind != LEAF) {
        return false;
    }
    /* A leaked object would outlive the frame, and hold what is in it. */
    if (target == FRAME && model.may_resurrect) return false;
    return !model_would_lie(from, target);
}
