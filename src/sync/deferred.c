/* SPDX-License-Identifier: MIT
 *
 * What waits until the sections are over that may know it.
 * Knows epochs and thread exit. Keeps process-wide state: the rings of all threads, made on first
 * use; a forked child goes on with what was in them, but for what another thread had just taken
 * out.
 *
 * Each thread keeps what it defers in a ring of its own, with the epoch in which it was taken away
 * from readers. Who ends it takes one lock, looks how far each ring goes, and only then who reads.
 * Nobody: then all of that may go, since a section that begins later cannot come to it. Somebody:
 * then what is three steps of the epoch old: two for a section that saw the epoch of the ring, and
 * one more since on some machines a section may find what it reads before it sees the epoch.
 * Argument: docs/internals/slots.md, R.4 to R.6; models/slot_exchange. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sync/epoch.h"

enum {
    RING_AT_FIRST = 64,
    ENDED_AT_ONCE = 64, /* as many as are taken out of the rings under the lock */
    WAITS_AWAKE = 16,
    WAIT_NS = 50000,
    WAITS_UNTIL_TOLD = 20000 /* about a second */
};

struct deferred {
    void *what;
    unsigned epoch;
};

/* Never freed: the next thread takes it over, and with it what is still in it. */
struct ring {
    struct hfi_thread_record at_exit;
    struct ring *next;
    hfi_deferred_end *end;    /* for the thread's exit */
    struct deferred *entries; /* changed by the owner, under the lock */
    uint32_t capacity;        /* a power of two */
    uint32_t head;            /* how many were taken out; written under the lock */
    uint32_t tail;            /* how many came; written by the owner */
    uint32_t limit;           /* how many had come when the lock's holder looked */
    bool is_free;             /* under the lock */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct ring *rings; /* all there ever were; under the lock */

/* Whether something waits for the end of a section. A hint: a section that ends at the same moment
 * may not see it, since that would take a fence. */
static bool has_waiting;

/* Whether somebody who found the lock taken wants its holder to look once more. */
static bool is_asked;

static THREAD_LOCAL struct ring *my_ring;
static THREAD_LOCAL bool is_over;

/* ---- rings ---- */

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_DEFERRED, &lock, 1);
}

static void
give_ring_back(void)
{
    pthread_mutex_lock(&lock);
    my_ring->is_free = true;
    pthread_mutex_unlock(&lock);
    my_ring = NULL;
}

/* The thread exits; what it can't end others will. */
static void
leave(struct hfi_thread_record *record)
{
    const struct ring *ring = (const struct ring *)record;
    if (ring->end) hfi_deferred_settle(ring->end);
    is_over = true;
    give_ring_back();
}

static struct ring *
make_ring(void)
{
    struct ring *ring = calloc(1, sizeof *ring);
    struct deferred *entries = malloc(RING_AT_FIRST * sizeof *entries);
    if (!ring || !entries) {
        free(ring);
        free(entries);
        return NULL;
    }
    ring->entries = entries;
    ring->capacity = RING_AT_FIRST;
    ring->next = rings;
    rings = ring;
    return ring;
}

/* Returns this thread's ring, or NULL without memory and for a thread past its exit. */
COLD static struct ring *
get_ring(void)
{
    if (is_over) return NULL;
    pthread_mutex_lock(&lock);
    struct ring *ring = rings;
    while (ring && !ring->is_free) ring = ring->next;
    if (!ring) ring = make_ring();
    if (ring) ring->is_free = false;
    pthread_mutex_unlock(&lock);
    if (!ring) return NULL;
    ring->at_exit.run = leave;
    ring->end = NULL;
    my_ring = ring;
    if (hfi_thread_at_exit(&ring->at_exit)) return ring;
    give_ring_back();
    return NULL;
}

static bool
is_full(const struct ring *ring)
{
    /* acquire: the place is free when what stood there was read. pairs with: the release in
     * take_ripe. */
    return ring->tail - atomic_load_acquire(&ring->head) == ring->capacity;
}

static struct deferred *
place_in(const struct ring *ring, uint32_t number)
{
    return &ring->entries[number & (ring->capacity - 1)];
}

static bool
grow(struct ring *ring)
{
    uint32_t capacity = ring->capacity * 2;
    struct deferred *entries = capacity ? malloc(capacity * sizeof *entries) : NULL;
    if (!entries) return false;
    pthread_mutex_lock(&lock);
    struct deferred *former = ring->entries;
    for (uint32_t i = ring->head; i != ring->tail; i++) {
        entries[i & (capacity - 1)] = *place_in(ring, i);
    }
    ring->entries = entries;
    ring->capacity = capacity;
    pthread_mutex_unlock(&lock);
    free(former);
    return true;
}

/* ---- waiting ---- */

static void
tell_that_it_waits(void)
{
    char text[HFI_MESSAGE_BYTES];
    snprintf(text, sizeof text,
             "holdfast: a thread that replaces objects waits for a read section that has been open "
             "for a second; %zu references are to be given back after it",
             hfi_deferred_count());
    hfi_warn(text);
}

/* For a moment; *waits counts them. A signal may end it, and errno stays what it is. */
static void
wait_a_little(unsigned *waits)
{
    static const struct timespec moment = {0, WAIT_NS};
    int kept = errno;
    if (++*waits < WAITS_AWAKE) sched_yield();
    else nanosleep(&moment, NULL);
    if (*waits == WAITS_UNTIL_TOLD) tell_that_it_waits();
    errno = kept;
}

/* Until all sections that are open now are over. Not in a section. */
COLD static void
wait_for_sections(void)
{
    unsigned begin = hfi_epoch_now(), waits = 0;
    for (bool is_past = false; !is_past; wait_a_little(&waits)) {
        pthread_mutex_lock(&lock);
        enum epoch_readers who = hfi_epoch_look();
        pthread_mutex_unlock(&lock);
        bool has_stepped = hfi_epoch_now() - begin >= STEPS_UNTIL_OVER;
        is_past = who == EPOCH_READ_BY_NONE || (who == EPOCH_READ_BY_SOME && has_stepped);
    }
}

/* ---- deferring ---- */

bool
hfi_deferred_make_room(hfi_deferred_end *end)
{
    struct ring *ring = my_ring ? my_ring : get_ring();
    bool is_inside = hfi_section_is_open();
    if (!ring) return !is_inside;
    for (unsigned waits = 0; is_full(ring);) {
        hfi_deferred_settle(end);
        if (!is_full(ring)) break;
        bool may_grow = is_inside || ring->capacity < DEFERRED_AT_MOST;
        if (may_grow && grow(ring)) break;
        if (is_inside) return false;
        wait_a_little(&waits);
    }
    return true;
}

void
hfi_defer(void *what, hfi_deferred_end *end)
{
    struct ring *ring = my_ring;
    /* seq_cst: what is read from here on comes after it was taken away. pairs with: the fence that
     * begins a section. */
    atomic_fence_seq_cst_after_rmw();
    if (unlikely(!ring)) {
        wait_for_sections();
        end(what);
        return;
    }
    ring->end = end;
    *place_in(ring, ring->tail) = (struct deferred){what, hfi_epoch_now()};
    /* release: the entry is whole. pairs with: the acquire in look_at_rings. */
    atomic_store_release(&ring->tail, ring->tail + 1);
    yield_point(deferred);
}

/* ---- ending ---- */

/* How far each ring goes now. Returns whether there is anything. */
static bool
look_at_rings(void)
{
    bool any = false;
    for (struct ring *ring = rings; ring; ring = ring->next) {
        /* acquire: the entries are whole, and were taken away from readers before. pairs with: the
         * release in hfi_defer. */
        ring->limit = atomic_load_acquire(&ring->tail);
        any |= ring->limit != ring->head;
    }
    return any;
}

/* Takes out of the ring what may be ended, up to its limit and as much as there is room for in
 * `ripe`, which has *count. */
static void
take_ripe(struct ring *ring, bool is_all, unsigned now, void **ripe, size_t *count)
{
    uint32_t head = ring->head;
    for (; head != ring->limit && *count < ENDED_AT_ONCE; head++) {
        const struct deferred *entry = place_in(ring, head);
        if (!is_all && (int)(now - entry->epoch) < STEPS_UNTIL_OVER) break;
        ripe[(*count)++] = entry->what;
    }
    /* release: the places are read. pairs with: the acquire in is_full. */
    atomic_store_release(&ring->head, head);
}

/* Under the lock. Returns how many may be ended. */
static size_t
gather(void **ripe)
{
    size_t count = 0;
    bool any = look_at_rings();
    /* relaxed: a hint. Before the look, so that a section that is seen sees it, most often. */
    atomic_store_relaxed(&has_waiting, any);
    if (!any) return 0;
    yield_point(rings_seen);
    enum epoch_readers who = hfi_epoch_look();
    unsigned now = hfi_epoch_now();
    yield_point(readers_seen);
    any = false;
    for (struct ring *ring = rings; ring; ring = ring->next) {
        if (who != EPOCH_READ_BY_UNKNOWN)
            take_ripe(ring, who == EPOCH_READ_BY_NONE, now, ripe, &count);
        any |= ring->head != ring->limit;
    }
    /* relaxed: a hint. */
    atomic_store_relaxed(&has_waiting, any);
    return count;
}

void
hfi_deferred_settle(hfi_deferred_end *end)
{
    void *ripe[ENDED_AT_ONCE];
    size_t count = 0;
    do {
        /* relaxed, here and below: whoever holds the lock looks again, unless it has just
         * looked. */
        atomic_store_relaxed(&is_asked, true);
        if (pthread_mutex_trylock(&lock) != 0) return;
        atomic_store_relaxed(&is_asked, false);
        count = gather(ripe);
        pthread_mutex_unlock(&lock);
        for (size_t i = 0; i < count; i++) end(ripe[i]);
    } while (count == ENDED_AT_ONCE || atomic_load_relaxed(&is_asked));
}

size_t
hfi_deferred_count(void)
{
    size_t count = 0;
    pthread_mutex_lock(&lock);
    look_at_rings();
    for (const struct ring *ring = rings; ring; ring = ring->next)
        count += ring->limit - ring->head;
    pthread_mutex_unlock(&lock);
    return count;
}

bool
hfi_deferred_is_waiting(void)
{
    /* relaxed: a hint. */
    return atomic_load_relaxed(&has_waiting);
}

/* Whether something waits that was deferred in this epoch or before. */
static bool
is_waiting_since(unsigned then)
{
    bool any = false;
    pthread_mutex_lock(&lock);
    look_at_rings();
    for (const struct ring *ring = rings; ring && !any; ring = ring->next) {
        any = ring->head != ring->limit && (int)(then - place_in(ring, ring->head)->epoch) >= 0;
    }
    pthread_mutex_unlock(&lock);
    return any;
}

void
hfi_deferred_drain(hfi_deferred_end *end)
{
    unsigned waits = 0, then = hfi_epoch_now();
    hfi_deferred_settle(end);
    while (is_waiting_since(then)) {
        wait_a_little(&waits);
        hfi_deferred_settle(end);
    }
}
