/* SPDX-License-Identifier: MIT
 *
 * Each thing's last act: it drops, moves, revives, makes, hands itself out, or asks the collector.
 * Knows the model.
 * The model learns of each act before the library does, as everywhere in the fuzzer, because the
 * library may run further destroy functions before it returns. */
#include "fuzz/last_acts.h"

/* The first edge that leads somewhere, or NOBODY; and where it leads. */
static int
first_edge(const struct thing *t)
{
    for (size_t i = 0; i < t->places; i++) {
        if (t->edges[i] != NOBODY) return (int)i;
    }
    return NOBODY;
}

static const struct access *
access_of(const struct thing *t, int place)
{
    return kinds[t->kind].places[place].access;
}

static size_t
index_of(const struct thing *t, int place)
{
    return kinds[t->kind].places[place].index;
}

/* Takes the target of the edge out, owned by nobody yet, but counted. */
static void *
take_out(int from, int place)
{
    struct thing *t = &model.things[from];
    model_hold(t->edges[place]);
    model_edge(from, (size_t)place, NOBODY);
    return access_of(t, place)->take(t->address, index_of(t, place));
}

static void
drop_an_edge(int self)
{
    struct thing *t = &model.things[self];
    int place = first_edge(t);
    if (place == NOBODY || !access_of(t, place)->set) return;
    model_edge(self, (size_t)place, NOBODY);
    access_of(t, place)->set(t->address, index_of(t, place), NULL);
}

/* In a collection the target may be a member that dies, too. */
static void
hand_out_a_target(int self)
{
    struct thing *t = &model.things[self];
    int place = first_edge(t), handle = handle_free();
    if (place == NOBODY || handle == NOBODY) return;
    int target = t->edges[place];
    bool is_tentative = model.is_collecting && !model_reaches(target);
    if (is_tentative && !model.may_resurrect) return;
    void *owned = take_out(self, place);
    EXPECT(owned == model.things[target].address);
    handle_fill(handle, target, is_tentative);
}

static void
clear_neighbours_edges_to_self(int self)
{
    struct thing *t = &model.things[self];
    int place = first_edge(t);
    if (place == NOBODY) return;
    int other = t->edges[place];
    struct thing *neighbour = &model.things[other];
    for (size_t i = 0; i < neighbour->places; i++) {
        const struct place *p = &kinds[neighbour->kind].places[i];
        if (neighbour->edges[i] != self || !p->access->set) continue;
        model_edge(other, i, NOBODY);
        p->access->set(neighbour->address, p->index, NULL);
    }
}

/* Not if it leads to something that was handed out in its death: that is leaked already if it died
 * in an earlier set of the same collection. */
static void
release_a_handle(int self)
{
    const struct handle *h = &model.handles[self % HANDLES];
    if (h->is_tentative && model.things[h->thing].is_dead) return;
    handle_release(self % HANDLES);
}

static void
make_a_cycle(int self)
{
    (void)self;
    int made = model_new(PLAIN, 0, 0);
    if (made == NOBODY) return;
    plain *p = model.things[made].address;
    model_edge(made, 1, made);
    model_let_go(made);
    if (made % 2) {
        hf_give(p, b, hf_move(p));
    } else {
        hf_set(p, b, p);
        hf_release(p);
    }
}

static void
ask_the_collector(int self)
{
    (void)self;
    EXPECT(hf_collect() == 0);
    EXPECT(hf_collect_step(NULL) == 0);
    EXPECT(hf_collect_quiescent() == 0);
    EXPECT(hf_find_cycles(NULL, NULL) == 0);
}

/* In the middle of a death it is open whether what is about to die with it can be upgraded still.
 * */
static void
revive(any_weak *reference, int target)
{
    void *found = hf_upgrade(reference);
    if (target == NOBODY || model.things[target].is_dead) {
        EXPECT(found == NULL);
        return;
    }
    const struct thing *t = &model.things[target];
    bool may_be_null = !t->count || (model.is_collecting && !model_reaches(target));
    EXPECT(found ? found == t->address : may_be_null);
    if (!found) return;
    model_hold(target);
    int handle = handle_free();
    if (handle == NOBODY) {
        model_let_go(target);
        hf_release(found);
    } else {
        handle_fill(handle, target, false);
    }
}

static void
revive_by_a_handle(int self)
{
    struct weak_handle *w = &model.weaks[self % WEAKS];
    revive(&w->reference, w->thing);
}

static void
revive_by_its_field(int self)
{
    struct thing *t = &model.things[self];
    if (kinds[t->kind].weak) revive(kinds[t->kind].weak(t->address), t->weak);
}

static void
hand_itself_out(int self)
{
    if (!model.may_resurrect || self == FRAME) return;
    struct thing *t = &model.things[self];
    t->is_handed_out = true;
    EXPECT(hf_retain(t->address) == t->address);
}

static void
refer_to_itself(int self)
{
    any_weak reference = {{NULL}};
    EXPECT(hf_weak_set(&reference, model.things[self].address) == 0);
    EXPECT(hf_upgrade(&reference) == NULL);
    EXPECT(hf_weak_dead(&reference));
    hf_weak_clear(&reference);
}

static void
move_from_place_to_place(int self)
{
    struct thing *t = &model.things[self];
    int from = first_edge(t), to = (int)t->places - 1;
    if (from == NOBODY || from == to || access_of(t, to)->is_for_leaves) return;
    int target = t->edges[from];
    void *owned = take_out(self, from);
    model_edge(self, (size_t)to, target);
    model_let_go(target);
    access_of(t, to)->give(t->address, index_of(t, to), owned);
}

static void
replace_an_edge(int self)
{
    struct thing *t = &model.things[self];
    int place = first_edge(t);
    if (place == NOBODY || access_of(t, place)->is_for_leaves) return;
    int made = model_new(PLAIN, 0, 0);
    if (made == NOBODY) return;
    model_edge(self, (size_t)place, made);
    model_let_go(made);
    access_of(t, place)->give(t->address, index_of(t, place), model.things[made].address);
}

void
last_act(int thing)
{
    static void (*const acts[])(int self) = {
        drop_an_edge,        hand_out_a_target, clear_neighbours_edges_to_self,
        release_a_handle,    make_a_cycle,      ask_the_collector,
        revive_by_a_handle,  hand_itself_out,   refer_to_itself,
        revive_by_its_field, replace_an_edge,   move_from_place_to_place,
    };
    unsigned script = model.things[thing].script;
    /* Most objects do nothing of the kind. */
    enum { ACTS = sizeof acts / sizeof acts[0] };
    if (script >= ACTS) return;
    model.scripts_run++;
    acts[script](thing);
}
