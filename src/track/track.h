/* SPDX-License-Identifier: MIT
 *
 * The door of the room where objects are written down: which ones live, where each was made, and
 * who took the references that lie outside of objects.
 * Knows headers and threads. Nothing of it is used unless the program, or HOLDFAST_TRACK in the
 * environment, asks: then new objects take the long way, and get a ticket.
 *
 * A ticket stands in a table of its own, so that all living objects can be found; its address
 * stands before the header of the object. It is taken from a list of the thread that makes the
 * object, and goes to the list of the thread that ends it: neither needs a lock.
 * The price of a birth and a death is that of two loads and two stores, and of a look at who calls
 * (callers.c). */
#ifndef HFI_TRACK_H
#define HFI_TRACK_H

#include "object/object.h"
#include "sync/sync.h"

/* ---- how much is written down ---- */

enum hfi_track_level { TRACK_NOTHING, TRACK_SITES, TRACK_HOLDERS };

/* Objects that were made while it was lower stay as they are. */
extern __attribute__((visibility("hidden"))) uint32_t hfi_track_level;

/* Of how many objects one has its holders written down. */
extern __attribute__((visibility("hidden"))) uint32_t hfi_track_every;

static inline bool
track_is_on(void)
{
    /* relaxed, here and below: who changes it has no say about objects that are just made. */
    return unlikely(atomic_load_relaxed(&hfi_track_level) != TRACK_NOTHING);
}

static inline bool
track_has_holders(void)
{
    /* relaxed: as above. */
    return unlikely(atomic_load_relaxed(&hfi_track_level) == TRACK_HOLDERS);
}

/* ---- tickets ---- */

struct hfi_ticket {
    uintptr_t hidden_object; /* the complement of its address, so that leak checkers don't follow
                                it; that is odd. Or, even, the next free ticket */
    uint64_t serial;         /* in the order of creation, from 1; among threads nearly so */
    uint32_t stack;          /* who made it; 0: not known */
    uint32_t holding;        /* in holders.c; 0: none */
};

/* What a thread has: free tickets, linked, and serial numbers. */
struct hfi_tickets {
    struct hfi_thread_record at_exit;
    struct hfi_ticket *free;
    uint64_t next_serial, last_serial;
    uint32_t until_sampled;
    bool stay; /* what is free stays with the thread until its exit, which gives it away */
    bool is_over;
};
extern __attribute__((visibility("hidden"))) THREAD_LOCAL struct hfi_tickets hfi_tickets;

/* Returns a ticket for the object that is about to be made by who called from site, or NULL without
 * memory. May run the program's malloc. Owner: the caller; ticket_bind or hfi_ticket_drop. */
struct hfi_ticket *hfi_ticket_new(const void *site);
void hfi_ticket_drop(struct hfi_ticket *ticket);

/* Begins to write down the holders of the object that is about to be bound, if its turn has come.
 * Returns false without memory. */
COLD bool hfi_ticket_sample(struct hfi_ticket *ticket, void *object);

/* The ticket's object is whole: it is found from now on. */
static inline void
ticket_bind_unheld(struct hfi_ticket *ticket, const void *object)
{
    /* release: who finds the object finds it whole; pairs with the acquire in hfi_tickets_visit. */
    atomic_store_release(&ticket->hidden_object, ~(uintptr_t)object);
}

/* The same, and its holders are written down if they are to be. Returns false without memory for
 * them; then the ticket is still the caller's. */
static inline bool
ticket_bind(struct hfi_ticket *ticket, void *object)
{
    if (track_has_holders() && !hfi_ticket_sample(ticket, object)) return false;
    ticket_bind_unheld(ticket, object);
    return true;
}

/* Whether ticket_end_unheld will do. */
static inline bool
ticket_is_unheld(const struct hfi_ticket *ticket)
{
    return likely(hfi_tickets.stay && !ticket->holding && !track_has_holders());
}

/* The references of the object are gone, and its memory goes. */
static inline void
ticket_end_unheld(struct hfi_ticket *ticket)
{
    /* relaxed: a free ticket is its thread's, and who walks meanwhile passes it over. */
    atomic_store_relaxed(&ticket->hidden_object, (uintptr_t)hfi_tickets.free);
    hfi_tickets.free = ticket;
}

/* The same for any ticket. */
void hfi_ticket_end(struct hfi_ticket *ticket, void *object);

/* Calls visit for each object that has a ticket. Other threads may make and end objects meanwhile,
 * but then it's the caller's to make sure that what it is told of still lives. */
void hfi_tickets_visit(void (*visit)(void *context, void *object, const struct hfi_ticket *ticket),
                       void *context);

/* Objects that have a ticket, now; exact when nobody makes or ends objects meanwhile. */
size_t hfi_tickets_count(void);

/* The ticket of an object, or NULL. */
static inline struct hfi_ticket *
ticket_of(const void *object, uintptr_t meta)
{
    if (meta & HF_META_PLACED_) {
        const struct hf_placed_header_ *header = (const struct hf_placed_header_ *)object - 1;
        return (struct hfi_ticket *)(uintptr_t)header->ticket;
    }
    if (!(meta & HF_META_EXTENT_)) return NULL;
    const uint64_t *extent = extent_of(object, meta);
    return extent_is_tracked(*extent) ? (struct hfi_ticket *)(uintptr_t)extent[-1] : NULL;
}

/* The same for an object that may have one. */
static inline void
ticket_forget(void *object, uintptr_t meta)
{
    struct hfi_ticket *ticket = ticket_of(object, meta);
    if (unlikely(ticket != NULL)) hfi_ticket_end(ticket, object);
}

/* ---- who calls ---- */

enum { CALLERS_MOST = 32 };

/* Innermost first. function is where the code of the function begins, or 0. */
struct hfi_caller {
    uintptr_t address, function;
};

/* Returns the number of the stack of callers from site outwards, or 0 when it can't be told or
 * there is no memory for it. Equal stacks have one number. NULL: from the library's own frames. */
uint32_t hfi_callers(const void *site);

/* Returns how many there are, and copies them. */
uint32_t hfi_callers_read(uint32_t stack, struct hfi_caller callers[CALLERS_MOST]);

/* Enters a stack; for callers.c. */
uint32_t hfi_callers_enter(const struct hfi_caller *callers, uint32_t count);

/* ---- who holds ---- */

/* What follows is done for objects with TRACKED in their live word, and for no others. */

/* Somebody outside of all objects has one reference more, or one less; said before the count goes
 * down. Never allocate from malloc. */
void hfi_holders_took(void *object, const void *site);
void hfi_holders_dropped(void *object, const void *site);

/* The same for a reference that leaves an edge or a slot and is the caller's from now on: for those
 * who don't look at the word. Does nothing for objects that are not written down. */
COLD void hfi_holders_took_out(void *object, const void *site);

static inline void
note_taken_out(void *object, const void *site)
{
    if (object && track_has_holders()) hfi_holders_took_out(object, site);
}

/* Calls visit for each stack that took references which were not given back. Returns whether
 * anything is written down of the object. Holds a lock meanwhile. */
bool hfi_holders_visit(const struct hfi_ticket *ticket,
                       void (*visit)(void *context, uint32_t stack, uint32_t references),
                       void *context);

/* Of an object that is gone: where it was made, and where the last reference was given back, if its
 * holders were written down. Returns whether that is known. */
bool hfi_holders_recall(const void *object, uint32_t *made, uint32_t *ended);

/* For tickets.c: begins and ends what is written down of an object. */
bool hfi_holding_begin(struct hfi_ticket *ticket);
void hfi_holding_end(struct hfi_ticket *ticket, const void *object);
/* An object whose holders were not written down is gone; all that are gone are forgotten, because
 * from now on others may take their place unseen. */
void hfi_holders_bury(const void *object, uint32_t made);
void hfi_holders_forget_dead(void);

/* ---- for debuggers ---- */

/* Where a debugger finds what is written down, in a process or in what is left of it: a symbol that
 * stays when others are stripped. The rest of what tools/gdb has to know stands in
 * holdfast/layout.h, holdfast/type.h and in this room; when any of it changes, so does version. */
struct hfi_holding;
struct hfi_debugger {
    uint32_t version;
    uint32_t page_bytes; /* of tickets, behind the address of the next page */
    const void *pages;   /* where the address of the first stands */
    uint64_t *const *const *stack_words;
    struct hfi_holding *const *const *holdings;
};
extern __attribute__((visibility("default"))) const struct hfi_debugger hf_debugger_;

/* For the above. */
extern uint64_t *const *const hfi_stack_words;
extern struct hfi_holding *const *const hfi_holdings;

#endif
