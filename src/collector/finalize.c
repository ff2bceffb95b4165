/* SPDX-License-Identifier: MIT
 *
 * End the garbage that was claimed: notices, destroy, the second verdict, references, buffers,
 * blocks.
 * Knows the trial and the steps of a death, life/life.h; runs the program's code, so no lock is
 * held and limbo is closed. A group in whose death nothing of the program runs takes a short way:
 * its members needn't count each other down, as nobody looks at their counts again. Argument:
 * docs/internals/collector.md, F.1 to F.4; models/second_verdict. */
#include "collector/figures.h"
#include "collector/stream.h"

FLATTEN_INLINE size_t
for_all(struct trial *trial, bool (*step)(void *object))
{
    size_t done = 0;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (member_is_garbage(member)) done += step(member->object);
    }
    return done;
}

/* A destroy function has handed something out. What it reaches stays whole with it, for ever. */
static size_t
leak_what_lives(struct trial *trial)
{
    size_t leaked = 0;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (!(member->tally & MEMBER_LIVE)) continue;
        hfi_dying_leak(member->object);
        leaked++;
    }
    return leaked;
}

/* Where nothing of the program runs; most often one member is like the next. Quiet garbage wasn't
 * marked yet. */
static size_t
give_back_all(struct trial *trial)
{
    struct hfi_dying_run run = {0};
    for (uint32_t i = 0; i < trial->count; i++) {
        const struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (!member_is_garbage(member)) continue;
        /* relaxed: what this thread left there. */
        uint64_t word = trial->is_quiet ? member_dying_word(member)
                                        : atomic_load_relaxed(&header_of(member->object)->word);
        hfi_dying_give_back_in_run(&run, member->object, word);
    }
    hfi_dying_end_run(&run);
    return trial->garbage;
}

size_t
hfi_finalize(struct trial *trial)
{
    size_t buried, leaked = 0;
    hfi_dying_begin();
    if (trial->runs_code) {
        for_all(trial, hfi_dying_notify);
        yield_point(destroy_members);
        for_all(trial, hfi_dying_destroy);
        yield_point(members_destroyed);
        if (hfi_verify_again(trial)) leaked = leak_what_lives(trial);
        for_all(trial, hfi_dying_let_go);
        for_all(trial, hfi_dying_free_buffers);
        buried = for_all(trial, hfi_dying_bury);
    } else {
        if (trial->holds_others) for_all(trial, hfi_dying_let_others_go);
        buried = give_back_all(trial);
    }
    hfi_dying_end();
    figures_add(&hfi_figures.reclaimed, buried);
    figures_add(&hfi_figures.leaked, leaked);
    return buried;
}
