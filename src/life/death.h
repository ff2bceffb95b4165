/* SPDX-License-Identifier: MIT
 *
 * The steps of a death, for the files of this room that put them together.
 * Knows the line in which the dead stand. For life/death.c and life/together.c alone. */
#ifndef HFI_DEATH_H
#define HFI_DEATH_H

#include "candidate/candidate.h"
#include "ledger/ledger.h"
#include "life/life.h"
#include "life/worklist.h"
#include "weak/weak.h"

extern __attribute__((visibility("hidden"))) THREAD_LOCAL struct worklist hfi_line;

/* Begins a death with all that follows it. Nobody stands in line then, unless a fatal handler left
 * a death by longjmp: they are left behind. */
static inline void
line_open(void)
{
    hfi_line = (struct worklist){0};
    hfi_death_runs = true;
}

/* Ends all who stand in line after object, which may be NULL, and object first; and closes it. */
void hfi_line_drain(void *object);

/* For who ends a line bit by bit: opens it with those who waited, linked, or NULL; returns who is
 * next, or NULL; closes it, and returns those who are left, linked. */
void hfi_line_resume(void *waiting);
void *hfi_line_next(void);
void *hfi_line_suspend(void);

/* Ends the object, unless it goes to the queue of its type. What dies of it stands in line. */
void hfi_die_or_queue(void *object);

/* Step 1, 2 and 3, from type to base. */
void hfi_destroy(const hf_type *type, void *object);
void hfi_let_references_go(const hf_type *type, void *object, uintptr_t meta);
void hfi_free_buffers(const hf_type *type, void *object);

/* Whether somebody has a reference beside the pin: user code handed the object out again. Then it
 * stays as it is, for ever, and the pin keeps its count from zero. */
bool hfi_is_resurrected(void *object);

/* Returns the books of an object that has no side record and no tail, and in whose death nothing of
 * the program runs, so that nothing has to be checked after it; NULL for others. */
static inline struct hfi_books *
quick_books(uintptr_t meta)
{
    if (HF_CHECKED || unlikely(!(meta & HF_META_TYPE_))) return NULL;
    struct hfi_books *books = books_of(type_of_meta(meta));
    return likely(meta == books->quick_meta) ? books : NULL;
}

/* Step 4: the books, the ticket, and the block. */
FLATTEN_INLINE void
give_back(void *object, uintptr_t meta)
{
    size_t tail = meta & HF_META_EXTENT_ ? extent_bytes(*extent_of(object, meta)) : 0;
    ledger_died(books_of(type_of_meta(meta)), 1, tail);
    ticket_forget(object, meta);
    if (candidate_is_free(object, meta)) block_free(object, meta);
}

#endif
