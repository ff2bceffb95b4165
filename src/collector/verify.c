/* SPDX-License-Identifier: MIT
 *
 * Read words and edges of the guess again, and keep what holds by itself: a member all references
 * to which are edges of members. Knows the trial. The order is the proof's: all words first, then
 * all edges; the claim reads the words once more. If no word has changed between its first and its
 * last look, no reference was made, stored or moved unseen, so each edge that was counted is
 * another reference, and all are counted. A member that fails takes with it what it reaches, so no
 * edge from outside leads to what is left. Argument: docs/internals/collector.md, V.1 to V.6;
 * models/verify_claim. */
#include <stdio.h>

#include "collector/stream.h"

void
hfi_report_fault(const hf_type *type)
{
    char text[HFI_MESSAGE_BYTES];
    snprintf(text, sizeof text,
             "holdfast: more references to an object of type %s were found than are counted: a "
             "table of fields or a trace function is wrong, and the object is never freed",
             type->name);
    hfi_warn(text);
}

/* Counts before the trial is given up: somebody is busy with it. */
enum { COUNTS_AT_MOST = 16 };

FLATTEN_INLINE void
count_target(struct stream *stream, void *target)
{
    struct trial *trial = stream->trial;
    struct member *member = trial_find(trial, target);
    /* It was given to a member after the walk: who ends the member must let it go. */
    if (unlikely(!member)) trial->holds_others = true;
    else if (member_is_garbage(member)) member->tally += TALLY_ONE;
}

static void
count_edge(void *context, void *target)
{
    yield_point(verify_edge);
    stream_put(context, target, count_target);
}

/* All words, each before any edge. */
static void
read_words(struct trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (!member_is_garbage(member)) continue;
        /* acquire: bumps that this look includes come with all that happened before them.
         * pairs with: the release of every bump. */
        uint64_t word = atomic_load_acquire(live_word_of(member->object));
        if (word_can_be_garbage(trial, word)) member->word = word;
        else member_lives(trial, member, MEMBER_NONE);
    }
}

static void
read_edges(struct trial *trial)
{
    struct stream stream;
    stream_begin(&stream, trial);
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (i + OBJECTS_AHEAD < trial->count) prefetch_object(member[OBJECTS_AHEAD].object);
        if (!member_is_garbage(member)) continue;
        edges_walk(member->object, meta_of(member->object), count_edge, &stream);
    }
    stream_end(&stream, count_target);
}

/* The reference may have moved between the looks at two edges; then the word has changed. */
static void
note_fault(struct trial *trial, const struct member *member)
{
    /* acquire: as in read_words. */
    uint64_t word = atomic_load_acquire(live_word_of(member->object));
    if (word == member->word) trial->faulty = type_of(member->object);
}

uint32_t
hfi_recount(struct trial *trial)
{
    uint32_t first = MEMBER_NONE;
    for (uint32_t i = 0; i < trial->count; i++) member_set_references(&trial->members[i], 0);
    read_edges(trial);
    yield_point(edges_read);
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (!member_is_garbage(member) || member_references(member) == word_count(member->word))
            continue;
        if (member_references(member) > word_count(member->word)) note_fault(trial, member);
        first = member_lives(trial, member, first);
    }
    return first;
}

bool
hfi_verify(struct trial *trial)
{
    read_words(trial);
    yield_point(words_read);
    for (int i = 0; i < COUNTS_AT_MOST; i++) {
        uint32_t first = hfi_recount(trial);
        if (first == MEMBER_NONE) return trial->garbage;
        hfi_trial_spread(trial, first);
        if (!trial->garbage) return false;
    }
    return false;
}

/* ---- the second verdict ---- */

/* A dying member's word with the pin discounted: how many references others have. */
static uint64_t
others_of(const struct member *member)
{
    return word_count(member->word) - 1;
}

/* Returns the list of those whose word is another now, or whose references are not all inside. */
static uint32_t
judge_again(struct trial *trial)
{
    uint32_t first = MEMBER_NONE;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (!member_is_garbage(member)) continue;
        /* acquire: as in read_words. */
        uint64_t word = atomic_load_acquire(live_word_of(member->object));
        if (word == member->word && member_references(member) == others_of(member)) continue;
        hfi_suspect("handed out while its cycle died, so it is never freed", member->object, NULL);
        first = member_lives(trial, member, first);
    }
    return first;
}

/* Words, edges, words, for those that are left. Returns the list of those that live. */
static uint32_t
verify_once_more(struct trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        if (!member_is_garbage(member)) continue;
        /* acquire: as in read_words. */
        member->word = atomic_load_acquire(live_word_of(member->object));
        member_set_references(member, 0);
    }
    yield_point(words_read_again);
    read_edges(trial);
    yield_point(edges_read_again);
    return judge_again(trial);
}

bool
hfi_verify_again(struct trial *trial)
{
    /* The blocks of others may be gone; only what lives again is of interest from here on. */
    for (uint32_t i = 0; i < trial->count; i++) {
        if (!member_is_garbage(&trial->members[i])) trial->members[i].tally = 0;
    }
    uint32_t first = verify_once_more(trial);
    bool any = first != MEMBER_NONE;
    while (first != MEMBER_NONE && trial->garbage) {
        hfi_trial_spread(trial, first);
        first = verify_once_more(trial);
    }
    return any;
}
