/* SPDX-License-Identifier: MIT
 *
 * Tickets of living objects: taken at birth, given back at death, found by who walks the heap.
 * Knows threads; keeps process-wide state: the pages of tickets, a list of free ones that no thread
 * has, and the next serial number. All of it is made on first use; in the child of a fork the free
 * tickets of threads that it doesn't have are lost, and nothing else.
 * Pages come from the kernel and never go: a leak checker doesn't look for references in them, and
 * a walk needs no lock against their end. */
#include "track/track.h"

enum { PAGE_BYTES = 256 * 1024, SERIALS_AT_ONCE = 1024 };

struct page {
    struct page *next;
    struct hfi_ticket tickets[];
};

enum { PER_PAGE = (PAGE_BYTES - sizeof(struct page)) / sizeof(struct hfi_ticket) };

THREAD_LOCAL struct hfi_tickets hfi_tickets;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages;              /* under the lock; linked before it is used */
static struct hfi_ticket *free_of_none; /* under the lock */

/* In this file, so that it is in every program that has the library inside it. */
__attribute__((used)) const struct hfi_debugger hf_debugger_ = {
    .version = 2,
    .page_bytes = PAGE_BYTES,
    .pages = &pages,
    .stack_words = &hfi_stack_words,
    .holdings = &hfi_holdings,
};
static hf_word_ serials;

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_TICKETS, &lock, 1);
}

static struct hfi_ticket *
next_free(const struct hfi_ticket *ticket)
{
    /* relaxed, here and below: as in ticket_end_unheld. */
    return (struct hfi_ticket *)atomic_load_relaxed(&ticket->hidden_object);
}

static void
link_free(struct hfi_ticket *ticket, struct hfi_ticket *next)
{
    /* relaxed: as above. */
    atomic_store_relaxed(&ticket->hidden_object, (uintptr_t)next);
}

/* Puts the list of free tickets where any thread finds it. */
static void
give_to_none(struct hfi_ticket *first)
{
    if (!first) return;
    struct hfi_ticket *last = first;
    while (next_free(last)) last = next_free(last);
    pthread_mutex_lock(&lock);
    link_free(last, free_of_none);
    free_of_none = first;
    pthread_mutex_unlock(&lock);
}

static void
leave(struct hfi_thread_record *record)
{
    struct hfi_tickets *leaving = (struct hfi_tickets *)record;
    struct hfi_ticket *first = leaving->free;
    leaving->stay = false;
    leaving->is_over = true;
    leaving->free = NULL;
    give_to_none(first);
}

/* A new page, all its tickets linked. */
static struct hfi_ticket *
page_new(void)
{
    struct page *page = hfi_scratch_new(PAGE_BYTES);
    if (!page) return NULL;
    for (size_t i = 0; i + 1 < PER_PAGE; i++) link_free(&page->tickets[i], &page->tickets[i + 1]);
    pthread_mutex_lock(&lock);
    page->next = pages;
    pages = page;
    pthread_mutex_unlock(&lock);
    return page->tickets;
}

/* Gets this thread free tickets, from those that nobody has or from a new page; and makes sure that
 * they don't go with the thread. */
static COLD struct hfi_ticket *
replenish(void)
{
    pthread_mutex_lock(&lock);
    struct hfi_ticket *free = free_of_none;
    free_of_none = NULL;
    pthread_mutex_unlock(&lock);
    if (!free) free = page_new();
    if (!hfi_tickets.stay && !hfi_tickets.is_over) {
        hfi_tickets.at_exit.run = leave;
        hfi_tickets.stay = hfi_thread_at_exit(&hfi_tickets.at_exit);
    }
    return free;
}

static uint64_t
serial_new(void)
{
    if (unlikely(hfi_tickets.next_serial == hfi_tickets.last_serial)) {
        /* relaxed: only that each thread gets others matters. */
        hfi_tickets.next_serial = atomic_add_relaxed(&serials, SERIALS_AT_ONCE) + 1;
        hfi_tickets.last_serial = hfi_tickets.next_serial + SERIALS_AT_ONCE;
    }
    return hfi_tickets.next_serial++;
}

static inline struct hfi_ticket *
take_first(uint32_t stack)
{
    struct hfi_ticket *ticket = hfi_tickets.free;
    hfi_tickets.free = next_free(ticket);
    ticket->serial = serial_new();
    ticket->stack = stack;
    ticket->holding = 0;
    return ticket;
}

/* A thread that is over keeps none. */
static COLD struct hfi_ticket *
take_after_replenishment(uint32_t stack)
{
    hfi_tickets.free = replenish();
    if (!hfi_tickets.free) return NULL;
    struct hfi_ticket *ticket = take_first(stack);
    if (hfi_tickets.is_over) {
        give_to_none(hfi_tickets.free);
        hfi_tickets.free = NULL;
    }
    return ticket;
}

struct hfi_ticket *
hfi_ticket_new(const void *site)
{
    /* Before a ticket is taken: a walk up the stack may run the program's malloc. */
    uint32_t stack = hfi_callers(site);
    return likely(hfi_tickets.free != NULL) ? take_first(stack) : take_after_replenishment(stack);
}

void
hfi_ticket_drop(struct hfi_ticket *ticket)
{
    if (likely(hfi_tickets.stay)) {
        ticket_end_unheld(ticket);
    } else {
        link_free(ticket, NULL);
        give_to_none(ticket);
    }
}

/* Whether the holders of the next object are to be written down. */
static bool
is_sampled(void)
{
    if (hfi_tickets.until_sampled > 1) {
        hfi_tickets.until_sampled--;
        return false;
    }
    /* relaxed: as for the level. */
    hfi_tickets.until_sampled = atomic_load_relaxed(&hfi_track_every);
    return true;
}

bool
hfi_ticket_sample(struct hfi_ticket *ticket, void *object)
{
    if (!is_sampled()) return true;
    /* The live word never moves later, so that what is added to a word with TRACKED needs no second
     * look. */
    struct hfi_side_record *record = hfi_side_record_of(object);
    if (!record || !hfi_holding_begin(ticket)) return false;
    /* relaxed: nobody else knows the object yet. */
    atomic_store_relaxed(&record->word, atomic_load_relaxed(&record->word) | WORD_TRACKED);
    return true;
}

void
hfi_ticket_end(struct hfi_ticket *ticket, void *object)
{
    if (ticket->holding) hfi_holding_end(ticket, object);
    else if (track_has_holders()) hfi_holders_bury(object, ticket->stack);
    hfi_ticket_drop(ticket);
}

void
hfi_tickets_visit(void (*visit)(void *context, void *object, const struct hfi_ticket *ticket),
                  void *context)
{
    pthread_mutex_lock(&lock);
    const struct page *first = pages;
    pthread_mutex_unlock(&lock);
    for (const struct page *page = first; page; page = page->next) {
        for (size_t i = 0; i < PER_PAGE; i++) {
            /* acquire: pairs with the release in hfi_ticket_bind. */
            uintptr_t hidden = atomic_load_acquire(&page->tickets[i].hidden_object);
            if (hidden & 1) visit(context, (void *)~hidden, &page->tickets[i]);
        }
    }
}

static void
count_one(void *context, void *object, const struct hfi_ticket *ticket)
{
    (void)object, (void)ticket;
    ++*(size_t *)context;
}

size_t
hfi_tickets_count(void)
{
    size_t count = 0;
    hfi_tickets_visit(count_one, &count);
    return count;
}
