/* SPDX-License-Identifier: MIT
 *
 * Objects on the stack: born with a scope, dead at its end. Those in static storage need no code:
 * their word says so.
 * Knows headers; the memory is the frame's, which block_free leaves alone because the meta word
 * says PLACED. */
#include <holdfast/place.h>

#include <sched.h>
#include <string.h>

#include "block/block.h"
#include "ledger/ledger.h"
#include "life/life.h"

_Static_assert(sizeof(struct hf_placed_header_) == HF_PLACED_HEADER_BYTES_, "placed header");
_Static_assert(HF_PLACED_HEADER_BYTES_ - offsetof(struct hf_placed_header_, word)
                   == sizeof(struct hfi_header) - offsetof(struct hfi_header, word),
               "the word of a placed object stands where that of any other does");
_Static_assert(HF_PLACED_HEADER_BYTES_ - offsetof(struct hf_placed_header_, meta)
                   == sizeof(struct hfi_header) - offsetof(struct hfi_header, meta),
               "so does its meta word");

/* Without memory for a ticket it is not listed: an object in a frame can't fail to be made. */
static COLD void
list_placed(struct hf_placed_header_ *header, const void *site)
{
    struct hfi_ticket *ticket = hfi_ticket_new(site);
    if (!ticket) return;
    if (ticket_bind(ticket, header + 1)) header->ticket = (uintptr_t)ticket;
    else hfi_ticket_drop(ticket);
}

void *
hf_stack_begin_(struct hf_placed_header_ *header, const hf_type *type)
{
    void *object = header + 1;
    /* For the report: a static object is recognized by these two words alone. */
    header->meta = (const char *)type + HF_META_PLACED_IMMORTAL_;
    header->word = WORD_IMMORTAL;
    if (!hfi_type_prepare(type)) {
        hfi_misuse("object on the stack of a faulty type", object, __builtin_return_address(0));
    }
    struct hfi_books *books = books_of(type);
    memset(header, 0, sizeof *header + type->size);
    header->meta = (const void *)(books->meta | HF_META_PLACED_);
    /* Its frame holds it from outside as long as it lives, so it is nobody's candidate. */
    uint64_t tag = books->is_confined ? hfi_thread_tag() : 0;
    header->word = (books->first_word & ~WORD_ROOTABLE) | tag;
    if (track_is_on()) list_placed(header, __builtin_return_address(0));
    ledger_born(books, 0);
    return object;
}

/* A collection that runs may just be looking where an edge leads that was cut since, and the frame
 * is about to go. An object that never stood in an edge has its first version. */
static void
wait_for_collection(const void *object)
{
    /* relaxed: nobody else has the object any more. */
    if (!(atomic_load_relaxed(live_word_of(object)) & WORD_VERSION_MASK)) return;
    while (limbo_holds()) sched_yield();
}

void
hf_stack_end_(const void *name)
{
    void *object;
    memcpy(&object, name, sizeof object);
    hfi_end(object, HFI_STACK_OUTLIVED, __builtin_return_address(0));
    hfi_die_in_place(object, true);
    wait_for_collection(object);
}
