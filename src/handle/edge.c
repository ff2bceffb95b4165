/* SPDX-License-Identifier: MIT
 *
 * Stores into fields: bump, write, release what was there.
 * Knows life and, in checked builds, the field table.
 *
 * The order is that of docs/internals/word.md: the version of the stored object moves, then the
 * edge is written, both with release order and both in here; a retain that the program made earlier
 * is no substitute. After the edge is written nothing but the old value may be touched: the holder
 * may be garbage already, if this store moved its last anchor into it. */
#include <holdfast/collect.h>
#include <holdfast/edge.h>

#include "candidate/candidate.h"
#include "handle/handle.h"
#include "sync/sync.h"
#include "track/track.h"

static void **
place_of(const void *holder, size_t offset, size_t index)
{
    return (void **)(uintptr_t)((const char *)holder + offset) + index;
}

static bool
is_confined(const void *object)
{
    /* relaxed: the flag never changes, and stays in the object's own word when the live word
     * moves. */
    return atomic_load_relaxed(&header_of(object)->word) & WORD_CONFINED;
}

/* A collector on any thread follows the edges of shared objects, and may not meet a count that is
 * not atomic. */
static void
check_confinement(const void *holder, const void *object, const void *site)
{
    if (unlikely(is_confined(object)) && !is_confined(holder)) {
        hfi_misuse("shared object would hold a confined one", object, site);
    }
}

#if HF_CHECKED
static void
check_place(const void *holder, size_t offset, size_t index, const void *site)
{
    hfi_object_check(holder, site);
    /* relaxed: only to tell; a holder whose death is over is nobody's to store into. */
    if (atomic_load_relaxed(live_word_of(holder)) & WORD_DONE) {
        hfi_misuse("store into a dead object", holder, site);
    }
    size_t left;
    const hf_field *field = hfi_field_at(holder, offset, &left);
    if (!field) hfi_misuse("undeclared field", holder, site);
    if (index >= left) hfi_misuse("index out of bounds", holder, site);
}

static void
check_type(const void *holder, size_t offset, const void *object, const void *site)
{
    size_t left;
    const hf_field *field = hfi_field_at(holder, offset, &left);
    if (!field->target || hfi_type_derives(type_of(object), field->target)) return;
    hfi_misuse("wrong type stored in a field", object, site);
}
#else
static inline void
check_place(const void *holder, size_t offset, size_t index, const void *site)
{
    (void)holder, (void)offset, (void)index, (void)site;
}

static inline void
check_type(const void *holder, size_t offset, const void *object, const void *site)
{
    (void)holder, (void)offset, (void)object, (void)site;
}
#endif

/* Writes the edge and returns what was there. */
static void *
edge_exchange(void **place, void *object)
{
    if (process_is_single_threaded()) {
        void *former = *place;
        *place = object;
        return former;
    }
    /* release: the bump of the stored object comes first; pairs with the acquire loads of the
     * collector's passes. */
    return atomic_exchange_release(place, object);
}

static void
check_store(const void *holder, size_t offset, size_t index, const void *object, const void *site)
{
    check_place(holder, offset, index, site);
    if (!object) return;
    hfi_object_check(object, site);
    check_type(holder, offset, object, site);
    check_confinement(holder, object, site);
}

/* What was in an edge until now is the caller's, who gives it back. */
static inline void
release_former(void *former, const void *site)
{
    if (!former) return;
    note_taken_out(former, site);
    release(former, site);
}

void
hfi_edge_set(void *holder, size_t offset, size_t index, void *object, const void *site)
{
    check_store(holder, offset, index, object, site);
    if (object) bump(object, WORD_RETAIN, site);
    yield_point(edge_follows);
    void *former = edge_exchange(place_of(holder, offset, index), object);
    yield_point(edge_written);
    release_former(former, site);
}

/* Whether the reference that is moved into holder may be the last anchor of a cycle: then no
 * release will ever tell. A holder whose version is still its first stands in no edge, so it is in
 * no cycle yet, unless there are edges that the program writes by itself. */
static bool
may_close_a_cycle(const void *holder, const void *object)
{
    if (!may_be_linked(header_of(object))) return false;
    /* relaxed, twice: whoever has stored the holder somewhere has told this thread so, or races
     * with it for the holder. */
    uint64_t word = atomic_load_relaxed(live_word_of(holder));
    return holder == object || (word & (WORD_VERSION_MASK | WORD_CONFINED))
           || atomic_load_relaxed(&hfi_has_opaque_types);
}

void
hfi_edge_give(void *holder, size_t offset, size_t index, void *object, const void *site)
{
    check_store(holder, offset, index, object, site);
    enum hfi_move move = MOVE_MADE_NOTHING;
    uint64_t bumped;
    if (object && may_close_a_cycle(holder, object)) move = hfi_bump_moved(object, &bumped, site);
    else if (object) bump(object, WORD_MOVE, site);
    yield_point(edge_follows);
    void *former = edge_exchange(place_of(holder, offset, index), object);
    yield_point(edge_written);
    /* After the edge is written: whoever finds the candidate finds the edge. */
    if (move == MOVE_MADE_A_CANDIDATE) hfi_candidate_remember(object, bumped);
    else if (move == MOVE_RETAINED) release(object, site);
    yield_point(former_goes);
    release_former(former, site);
}

void
hf_set_(void *holder, size_t offset, const void *object)
{
    hfi_edge_set(holder, offset, 0, (void *)(uintptr_t)object, __builtin_return_address(0));
}

void
hf_set_at_(void *holder, size_t offset, size_t index, const void *object)
{
    hfi_edge_set(holder, offset, index, (void *)(uintptr_t)object, __builtin_return_address(0));
}

void
hf_give_(void *holder, size_t offset, void *object)
{
    hfi_edge_give(holder, offset, 0, object, __builtin_return_address(0));
}

void
hf_give_at_(void *holder, size_t offset, size_t index, void *object)
{
    hfi_edge_give(holder, offset, index, object, __builtin_return_address(0));
}

void
hf_note_store(void *object)
{
    if (!object) return;
    const void *site = __builtin_return_address(0);
    hfi_object_check(object, site);
    if (!may_be_linked(header_of(object))) {
        bump(object, WORD_MOVE, site);
        return;
    }
    uint64_t bumped;
    enum hfi_move move = hfi_bump_moved(object, &bumped, site);
    /* Before the edge is written, but under the guard of what holds it: a collection that finds the
     * candidate waits for the guard before it looks for the edge. */
    if (move == MOVE_MADE_A_CANDIDATE) hfi_candidate_remember(object, bumped);
    else if (move == MOVE_RETAINED) release(object, site);
}

static void *
empty(void **place)
{
    if (process_is_single_threaded()) {
        void *taken = *place;
        *place = NULL;
        return taken;
    }
    /* relaxed: the reference comes out as it went in; what orders the next store of it is that
     * store's bump. */
    return atomic_exchange_relaxed(place, NULL);
}

void *
hfi_edge_take(void *holder, size_t offset, size_t index, const void *site)
{
    check_place(holder, offset, index, site);
    void **place = place_of(holder, offset, index);
    yield_point(take);
    void *taken = empty(place);
    note_taken_out(taken, site);
    return taken;
}

void *
hf_take_(void *holder, size_t offset)
{
    return hfi_edge_take(holder, offset, 0, __builtin_return_address(0));
}

void *
hf_take_at_(void *holder, size_t offset, size_t index)
{
    return hfi_edge_take(holder, offset, index, __builtin_return_address(0));
}

void *
hfi_edge_get(const void *holder, size_t offset, size_t index, const void *site)
{
    check_place(holder, offset, index, site);
    /* relaxed: who writes the field at the same time needs a lock, and that orders it. */
    void *held = atomic_load_relaxed(place_of(holder, offset, index));
    yield_point(got);
    if (held) retain(held, site);
    return held;
}

void *
hf_get_(const void *holder, size_t offset)
{
    return hfi_edge_get(holder, offset, 0, __builtin_return_address(0));
}

void *
hf_get_at_(const void *holder, size_t offset, size_t index)
{
    return hfi_edge_get(holder, offset, index, __builtin_return_address(0));
}

void *
hfi_edge_replace(void **place, void *object, const void *site)
{
    if (object) bump(object, WORD_MOVE, site);
    yield_point(edge_follows);
    void *former = edge_exchange(place, object);
    note_taken_out(former, site);
    return former;
}

/* ---- many at once -------------------------------------------------------------------------- */

enum { CARRIED_MOST = 64 };

/* One load of edges: each leaves its former place before the holder of its new one is bumped, and
 * arrives after that. */
static void
carry(void *to_holder, void **to, void **from, size_t count, const void *site)
{
    void *carried[CARRIED_MOST];
    for (size_t i = 0; i < count; i++) {
        /* relaxed, twice: who else writes these edges needs a lock; the bump orders the store
         * before the edges that are written next. */
        carried[i] = atomic_load_relaxed(&from[i]);
        atomic_store_relaxed(&from[i], NULL);
    }
    yield_point(edges_carried);
    bump(to_holder, WORD_MOVE, site);
    for (size_t i = 0; i < count; i++) {
        yield_point(edge_follows);
        /* release: a pass that sees an edge here has seen the holder's version move; pairs with the
         * acquire loads of the collector's passes.
         * relaxed would: show a reference here and at its former place under the same words
         * (models/verify_claim, twin BULK RELAXED_BULK). */
        atomic_store_release(&to[i], carried[i]);
    }
}

void
hfi_edges_move(void *to_holder, void **to, void **from, size_t count, const void *site)
{
    bool is_upwards = (uintptr_t)to > (uintptr_t)from;
    for (size_t left = count; left;) {
        size_t load = left < CARRIED_MOST ? left : CARRIED_MOST;
        size_t at = is_upwards ? left - load : count - left;
        carry(to_holder, to + at, from + at, load, site);
        left -= load;
    }
}
