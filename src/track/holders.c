/* SPDX-License-Identifier: MIT
 *
 * Who took the references that lie outside of objects, and has not given them back.
 * Knows tickets and stacks; keeps process-wide state under one lock: the lists of all objects that
 * are written down, in a pool, and the last of the dead. A forked child has what its parent had.
 *
 * A release doesn't say which reference it gives back, so the one is chosen that was taken nearest
 * to it: by the stack that has the most callers in common with the release's, from the outermost
 * inwards, and of equal ones the last. Mostly who takes gives back, or hands on to who gives back.
 * A reference that moves into an edge is no longer held by who took it; the graph shows it. */
#include "track/track.h"

#include <string.h>

enum { FEWEST_ENTRIES = 4096, GRAVES = 4096 };

/* References that one stack took. Entries are numbered from 1. */
struct hfi_holding {
    uint32_t next; /* of the object, or free; the last that was taken first */
    uint32_t stack, references;
    uint32_t ended; /* in the first of an object's, which always stays: who gave back the last */
};

/* A dead object: the last that was buried of those whose addresses have this place. */
struct grave {
    uintptr_t hidden_object;
    uint32_t made, ended;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct hfi_holding *entries;
static uint32_t entry_count, entry_room, first_free;
static struct grave graves[GRAVES];

struct hfi_holding *const *const hfi_holdings = &entries;

/* For hfi_misuse_recall: by the innermost callers. */
static bool
recall(const void *object, uintptr_t *made, uintptr_t *ended)
{
    struct hfi_caller callers[CALLERS_MOST];
    uint32_t made_by, ended_by;
    if (!hfi_holders_recall(object, &made_by, &ended_by)) return false;
    *made = hfi_callers_read(made_by, callers) ? callers[0].address : 0;
    *ended = hfi_callers_read(ended_by, callers) ? callers[0].address : 0;
    return true;
}

__attribute__((constructor)) static void
prepare(void)
{
    hfi_lock_across_fork(LOCK_OF_HOLDERS, &lock, 1);
    hfi_misuse_recall = recall;
}

static bool
make_entries(void)
{
    if (entry_room > UINT32_MAX / 2) return false;
    uint32_t more = entry_room ? 2 * entry_room : FEWEST_ENTRIES;
    struct hfi_holding *larger =
        hfi_scratch_grow(entries, entry_room * sizeof *entries, more * sizeof *entries);
    if (!larger) return false;
    if (!entry_room) entry_count = 1;
    entries = larger;
    entry_room = more;
    return true;
}

/* Returns the number of a zeroed entry, or 0 without memory. */
static uint32_t
entry_new(void)
{
    uint32_t number = first_free;
    if (number) first_free = entries[number].next;
    else if (entry_count < entry_room || make_entries()) number = entry_count++;
    else return 0;
    entries[number] = (struct hfi_holding){0};
    return number;
}

static void
entry_free(uint32_t number)
{
    entries[number].next = first_free;
    first_free = number;
}

/* ---- taking ---- */

/* Under the lock. The first entry of an object's list is its head, and holds no references. */
static void
take(const struct hfi_ticket *ticket, uint32_t stack)
{
    struct hfi_holding *head = &entries[ticket->holding];
    struct hfi_holding *last = head->next ? &entries[head->next] : NULL;
    if (last && last->stack == stack) {
        last->references++;
        return;
    }
    uint32_t number = entry_new();
    /* Without memory the reference is nobody's: there will be fewer in the list than the object
     * has. */
    if (!number) return;
    head = &entries[ticket->holding];
    entries[number] = (struct hfi_holding){.next = head->next, .stack = stack, .references = 1};
    head->next = number;
}

bool
hfi_holding_begin(struct hfi_ticket *ticket)
{
    pthread_mutex_lock(&lock);
    ticket->holding = entry_new();
    if (ticket->holding) take(ticket, ticket->stack);
    pthread_mutex_unlock(&lock);
    return ticket->holding;
}

static struct hfi_ticket *
ticket_with_holding(const void *object)
{
    struct hfi_ticket *ticket = ticket_of(object, meta_of(object));
    return ticket && ticket->holding ? ticket : NULL;
}

void
hfi_holders_took(void *object, const void *site)
{
    const struct hfi_ticket *ticket = ticket_with_holding(object);
    if (!ticket) return;
    uint32_t stack = hfi_callers(site);
    pthread_mutex_lock(&lock);
    take(ticket, stack);
    pthread_mutex_unlock(&lock);
}

void
hfi_holders_took_out(void *object, const void *site)
{
    /* relaxed: the flag never changes. */
    if (atomic_load_relaxed(live_word_of(object)) & WORD_TRACKED) hfi_holders_took(object, site);
}

/* ---- giving back ---- */

/* How near the stack is to that of a release: two for each caller that both have, and one for the
 * function in which they part. */
static uint32_t
nearness(uint32_t stack, const struct hfi_caller *release, uint32_t release_count)
{
    struct hfi_caller taker[CALLERS_MOST];
    uint32_t left = hfi_callers_read(stack, taker), near = 0;
    while (left && release_count) {
        const struct hfi_caller *one = &taker[--left], *other = &release[--release_count];
        if (one->address != other->address) {
            return near + (one->function && one->function == other->function);
        }
        near += 2;
    }
    return near;
}

/* Returns the number of the entry before the one that is nearest to the stack of the release. */
static uint32_t
before_nearest(uint32_t head, uint32_t stack)
{
    struct hfi_caller callers[CALLERS_MOST];
    uint32_t count = hfi_callers_read(stack, callers), best = head, most = 0;
    if (!entries[head].next || !entries[entries[head].next].next) return head;
    for (uint32_t before = head; entries[before].next; before = entries[before].next) {
        uint32_t near = nearness(entries[entries[before].next].stack, callers, count) + 1;
        if (near <= most) continue;
        most = near;
        best = before;
    }
    return best;
}

void
hfi_holders_dropped(void *object, const void *site)
{
    const struct hfi_ticket *ticket = ticket_with_holding(object);
    if (!ticket) return;
    uint32_t stack = hfi_callers(site);
    pthread_mutex_lock(&lock);
    struct hfi_holding *head = &entries[ticket->holding];
    head->ended = stack;
    if (head->next) {
        struct hfi_holding *before = &entries[before_nearest(ticket->holding, stack)];
        uint32_t number = before->next;
        if (--entries[number].references == 0) {
            before->next = entries[number].next;
            entry_free(number);
        }
    }
    pthread_mutex_unlock(&lock);
}

/* ---- the end, and what is told ---- */

static struct grave *
grave_of(const void *object)
{
    return &graves[((uintptr_t)object >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 52];
}
_Static_assert(GRAVES == 1 << 12, "twelve bits choose the grave");

void
hfi_holders_bury(const void *object, uint32_t made)
{
    pthread_mutex_lock(&lock);
    *grave_of(object) = (struct grave){~(uintptr_t)object, made, 0};
    pthread_mutex_unlock(&lock);
}

void
hfi_holders_forget_dead(void)
{
    pthread_mutex_lock(&lock);
    memset(graves, 0, sizeof graves);
    pthread_mutex_unlock(&lock);
}

void
hfi_holding_end(struct hfi_ticket *ticket, const void *object)
{
    pthread_mutex_lock(&lock);
    *grave_of(object) =
        (struct grave){~(uintptr_t)object, ticket->stack, entries[ticket->holding].ended};
    for (uint32_t number = ticket->holding, next; number; number = next) {
        next = entries[number].next;
        entry_free(number);
    }
    ticket->holding = 0;
    pthread_mutex_unlock(&lock);
}

bool
hfi_holders_visit(const struct hfi_ticket *ticket,
                  void (*visit)(void *context, uint32_t stack, uint32_t references), void *context)
{
    pthread_mutex_lock(&lock);
    bool is_known = ticket->holding;
    for (uint32_t n = is_known ? entries[ticket->holding].next : 0; n; n = entries[n].next) {
        visit(context, entries[n].stack, entries[n].references);
    }
    pthread_mutex_unlock(&lock);
    return is_known;
}

bool
hfi_holders_recall(const void *object, uint32_t *made, uint32_t *ended)
{
    pthread_mutex_lock(&lock);
    const struct grave *grave = grave_of(object);
    bool is_found = grave->hidden_object == ~(uintptr_t)object;
    *made = grave->made;
    *ended = grave->ended;
    pthread_mutex_unlock(&lock);
    return is_found;
}
