/* SPDX-License-Identifier: MIT
 *
 * The table of members, and what living members reach.
 * Knows objects only through their edges. Memory comes from malloc; without it the trial is void,
 * which is the callers' to notice. */
#include "collector/trial.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256, KEPT_SLOTS = 4096 };

void
hfi_trial_begin(struct trial *trial, bool is_quiescent, uint64_t confined)
{
    *trial = (struct trial){.is_quiescent = is_quiescent, .confined = confined};
}

void
hfi_trial_end(struct trial *trial)
{
    free(trial->members);
    free(trial->slots);
    trial->members = NULL;
    trial->slots = NULL;
}

void
hfi_trial_clear(struct trial *trial)
{
    if (trial->slots && trial->slot_mask < KEPT_SLOTS) {
        memset(trial->slots, 0, (trial->slot_mask + (size_t)1) * sizeof *trial->slots);
    } else {
        hfi_trial_end(trial);
        trial->capacity = 0;
        trial->slot_mask = 0;
    }
    trial->count = trial->next = 0;
    trial->lacks_memory = false;
    trial->faulty = NULL;
}

/* Twice as many slots, and the members for three of four of them. */
bool
hfi_trial_grow(struct trial *trial)
{
    uint32_t slot_count = trial->slots ? (trial->slot_mask + 1) * 2 : FIRST_SLOTS;
    uint32_t capacity = slot_count / 4 * 3;
    struct member *members = NULL;
    uint32_t *slots = NULL;
    if (slot_count && capacity < MEMBERS_MAX) {
        members = realloc(trial->members, capacity * sizeof *members);
        if (members) trial->members = members;
        slots = calloc(slot_count, sizeof *slots);
    }
    if (!members || !slots) {
        free(slots);
        trial->lacks_memory = true;
        return false;
    }
    free(trial->slots);
    trial->slots = slots;
    trial->slot_mask = slot_count - 1;
    trial->capacity = capacity;
    for (uint32_t i = 0; i < trial->count; i++) *trial_search(trial, members[i].object) = i + 1;
    return true;
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
    while (spreading.first != MEMBER_NONE) {
        struct member *member = &trial->members[spreading.first];
        spreading.first = member->internal;
        edges_walk(member->object, meta_of(member->object), spread_to, &spreading);
    }
}
