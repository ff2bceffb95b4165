/* SPDX-License-Identifier: MIT
 *
 * End the garbage that was claimed: notices, destroy, the second verdict, references, buffers,
 * blocks.
 * Knows the trial and the steps of a death, life/life.h; runs the program's code, so no lock is
 * held and limbo is closed. A group in whose death nothing of the program runs takes a short way:
 * its members needn't count each other down, as nobody looks at their counts again. Argument:
 * docs/internals/collector.md, F.1 to F.4; models/second_verdict. */
#include "collector/trial.h"

/* What the deaths of the garbage have to do, all together. */
struct agenda {
    bool runs_code;    /* of the program */
    bool holds_others; /* something may be held that isn't garbage, or not strongly */
};

static void
add_to_agenda(struct agenda *agenda, const void *object)
{
    const struct hfi_books *books = books_of(type_of(object));
    /* relaxed: the claim has acquired it. With a record there may be notices. */
    bool has_record = atomic_load_relaxed(&header_of(object)->word) & WORD_SIDE;
    agenda->runs_code |= has_record || (books->steps & ~(unsigned)STEP_LET_GO);
    agenda->holds_others |= books->holds_unwalked;
}

/* Forgets the members that aren't garbage, whose blocks may be gone. */
static struct agenda
keep_the_garbage(struct trial *trial)
{
    struct agenda agenda = {false, false};
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (member_is_garbage(member)) {
            add_to_agenda(&agenda, member->object);
        } else {
            member->flags = 0;
            agenda.holds_others = true;
        }
    }
    return agenda;
}

FLATTEN_INLINE size_t
for_all(struct trial *trial, bool (*step)(void *object))
{
    size_t done = 0;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
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
        if (!(member->flags & MEMBER_LIVE)) continue;
        hfi_dying_leak(member->object);
        leaked++;
    }
    return leaked;
}

size_t
hfi_finalize(struct trial *trial, size_t *leaked)
{
    size_t buried;
    struct agenda agenda = keep_the_garbage(trial);
    hfi_dying_begin();
    if (agenda.runs_code) {
        for_all(trial, hfi_dying_notify);
        for_all(trial, hfi_dying_destroy);
        if (hfi_verify_again(trial)) *leaked += leak_what_lives(trial);
        for_all(trial, hfi_dying_let_go);
        for_all(trial, hfi_dying_free_buffers);
        buried = for_all(trial, hfi_dying_bury);
    } else {
        if (agenda.holds_others) for_all(trial, hfi_dying_let_others_go);
        buried = for_all(trial, hfi_dying_give_back);
    }
    hfi_dying_end();
    return buried;
}
