/* SPDX-License-Identifier: MIT
 *
 * The link word of a candidate: who comes next, and a note.
 * Knows no lists. Comes in by candidate/candidate.h.
 *
 * An address below 2^51 that is a multiple of 8 takes the upper 48 bits, the note the lower 16: so
 * much of the version, by which a collection tells whether the object was in use since. What is
 * packed is no address to a leak checker, which is right: a list of candidates keeps nobody alive.
 * */
#ifndef HFI_LINK_H
#define HFI_LINK_H

#include "object/object.h"

#define LINK_NOTE_BITS 16
#define LINK_NOTE_MAX ((UINT64_C(1) << LINK_NOTE_BITS) - 1)

static inline uint64_t
link_pack(const void *target, uint64_t note)
{
    return (uint64_t)(uintptr_t)target >> 3 << LINK_NOTE_BITS | note;
}

static inline void *
link_target(uint64_t link)
{
    return (void *)(uintptr_t)(link >> LINK_NOTE_BITS << 3);
}

static inline uint64_t
link_note(uint64_t link)
{
    return link & LINK_NOTE_MAX;
}

static inline uint64_t
link_note_of(uint64_t word)
{
    return word_version(word) & LINK_NOTE_MAX;
}

#endif
