/* SPDX-License-Identifier: MIT
 *
 * Garbage whose death waits in a queue: it is claimed as ever, dead and pinned, and its end is left
 * to whoever drains.
 * Knows the trial; a group is another one, with the garbage alone, which nobody else can reach. */
#include "collector/trial.h"
#include "life/life.h"

struct group {
    struct hfi_dead_group waiting; /* the first, as the queue hands this back */
    struct trial trial;
};

void
hfi_group_free(struct group *group)
{
    if (!group) return;
    hfi_trial_end(&group->trial);
    hfi_scratch_free(group, sizeof *group);
}

static void
end_group(struct hfi_dead_group *waiting)
{
    struct group *group = (struct group *)waiting;
    hfi_finalize(&group->trial);
    hfi_group_free(group);
}

struct group *
hfi_group_new(const struct trial *trial)
{
    struct group *group = hfi_scratch_new(sizeof *group);
    if (!group) return NULL;
    group->waiting.end = end_group;
    hfi_trial_begin(&group->trial, trial->is_quiescent, trial->confined);
    hfi_trial_expect(&group->trial, trial->garbage);
    if (group->trial.capacity >= trial->garbage) return group;
    hfi_group_free(group);
    return NULL;
}

static hf_queue *
queue_of_garbage(const struct trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        const struct member *member = &trial->members[i];
        if (!member_is_garbage(member)) continue;
        hf_queue *queue = books_of(type_of(member->object))->queue;
        if (queue) return queue;
    }
    return NULL;
}

bool
hfi_group_wait(struct group *group, const struct trial *trial)
{
    hf_queue *queue = queue_of_garbage(trial);
    if (!queue) return false;
    for (uint32_t i = 0; i < trial->count; i++) {
        const struct member *member = &trial->members[i];
        if (!member_is_garbage(member)) continue;
        struct member *copy = trial_enter(&group->trial, member->object);
        copy->word = member->word;
        copy->tally = member->tally;
        group->trial.garbage++;
    }
    group->trial.runs_code = true;
    hfi_queue_take_group(queue, &group->waiting);
    return true;
}
