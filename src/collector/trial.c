/* SPDX-License-Identifier: MIT
 *
 * The table of members, and what living members reach.
 * Knows objects only through their edges. Without memory the trial is void, which is the callers'
 * to notice. */
#include "collector/trial.h"

#include <string.h>

/* The first slots from the kernel; and how many are kept for the next trial of a round. */
enum { FIRST_SLOTS = 4096, KEPT_SLOTS = 16384 };

static size_t
slots_bytes(const struct trial *trial)
{
    return (trial->slot_mask + (size_t)1) * sizeof *trial->slots;
}

static size_t
members_bytes(const struct trial *trial)
{
    return trial->capacity * sizeof *trial->members;
}

static bool
has_few(const struct trial *trial)
{
    return trial->slots == trial->few_slots;
}

/* Points to the trial's own room for a few. */
static void
make_do(struct trial *trial)
{
    trial->members = trial->few_members;
    trial->capacity = FEW_MEMBERS;
    trial->slots = trial->few_slots;
    trial->slot_mask = FEW_SLOTS - 1;
}

void
hfi_trial_begin(struct trial *trial, bool is_quiescent, uint64_t confined)
{
    trial->is_quiescent = is_quiescent;
    trial->confined = confined;
    make_do(trial);
    hfi_trial_clear(trial);
}

void
hfi_trial_end(struct trial *trial)
{
    if (has_few(trial)) return;
    hfi_scratch_free(trial->members, members_bytes(trial));
    hfi_scratch_free(trial->slots, slots_bytes(trial));
}

void
hfi_trial_clear(struct trial *trial)
{
    if (trial->slot_mask >= KEPT_SLOTS) {
        hfi_trial_end(trial);
        make_do(trial);
    }
    memset(trial->slots, 0, slots_bytes(trial));
    trial->count = trial->looked_at = 0;
    trial->lacks_memory = false;
    trial->faulty = NULL;
}

/* Enters all members into the slots, which are free. */
static void
fill_slots(struct trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        const void *object = trial->members[i].object;
        *trial_search(trial, object) = (i + 1) | tag_of(trial, object);
    }
}

/* Members for three of four slots, with those that there are; NULL without memory. */
static struct member *
more_members(const struct trial *trial, size_t capacity)
{
    size_t bytes = capacity * sizeof *trial->members;
    if (!has_few(trial)) return hfi_scratch_grow(trial->members, members_bytes(trial), bytes);
    struct member *members = hfi_scratch_new(bytes);
    return members ? memcpy(members, trial->few_members, sizeof trial->few_members) : NULL;
}

/* Returns whether there is memory for so many slots, a power of two. */
static bool
resize(struct trial *trial, size_t slot_count)
{
    size_t capacity = slot_count / 4 * 3;
    uint32_t *slots = NULL;
    if (capacity < MEMBERS_MAX) slots = hfi_scratch_new(slot_count * sizeof *slots);
    struct member *members = slots ? more_members(trial, capacity) : NULL;
    if (!members) {
        hfi_scratch_free(slots, slot_count * sizeof *slots);
        return false;
    }
    /* Before the new ones take memory: they are filled from the members. */
    if (!has_few(trial)) hfi_scratch_free(trial->slots, slots_bytes(trial));
    hfi_scratch_populate(slots, slot_count * sizeof *slots);
    trial->members = members;
    trial->slots = slots;
    trial->slot_mask = (uint32_t)(slot_count - 1);
    trial->capacity = (uint32_t)capacity;
    fill_slots(trial);
    return true;
}

bool
hfi_trial_grow(struct trial *trial)
{
    size_t slot_count = has_few(trial) ? FIRST_SLOTS : (trial->slot_mask + (size_t)1) * 2;
    if (resize(trial, slot_count)) return true;
    trial->lacks_memory = true;
    return false;
}

void
hfi_trial_expect(struct trial *trial, size_t count)
{
    size_t slot_count = FIRST_SLOTS;
    if (count <= trial->capacity) return;
    while (slot_count / 4 * 3 < count && slot_count <= MEMBERS_MAX) slot_count *= 2;
    (void)resize(trial, slot_count);
}

/* ---- edges that only functions know ---- */

struct traced_walk {
    hf_visitor visitor;
    edge_visitor *visit;
};

static void
visit_traced(hf_visitor *visitor, void *target)
{
    struct traced_walk *walk = (struct traced_walk *)visitor;
    walk->visit(visitor->context, target);
}

void
hfi_trace(const hf_type *type, void *object, edge_visitor *visit, void *context)
{
    struct traced_walk walk = {{visit_traced, context}, visit};
    for (; type; type = type->base) {
        if (!type->trace) continue;
        if (type->guard.lock) type->guard.lock(object);
        type->trace(object, &walk.visitor);
        if (type->guard.unlock) type->guard.unlock(object);
    }
}

/* ---- what lives ---- */

struct spreading {
    struct trial *trial;
    uint32_t first;
};

static void
spread_to(void *context, void *target)
{
    struct spreading *spreading = context;
    struct member *member = trial_find(spreading->trial, target);
    if (!member || !member_is_garbage(member)) return;
    spreading->first = member_lives(spreading->trial, member, spreading->first);
}

void
hfi_trial_spread(struct trial *trial, uint32_t first)
{
    struct spreading spreading = {trial, first};
    while (spreading.first != MEMBER_NONE && trial->garbage) {
        yield_point(spread);
        struct member *member = &trial->members[spreading.first];
        spreading.first = member->internal;
        edges_walk(member->object, meta_of(member->object), spread_to, &spreading);
    }
}
