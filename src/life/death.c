/* SPDX-License-Identifier: MIT
 *
 * The steps of a death in their order: notices, destroy, references, free, block.
 * Knows every lower room; runs the program's code, so nothing is locked here.
 * The order is promised in include/holdfast/type.h. A step whose types have nothing to do in it is
 * passed over. A release leaves errno alone, so each step that runs the program's code keeps it. */
#include "life/death.h"

#include <errno.h>

THREAD_LOCAL struct worklist hfi_line;

void
hfi_free_buffers(const hf_type *type, void *object)
{
    int kept = errno;
    for (; type; type = type->base) {
        if (type->free) type->free(object);
        fields_of(type, field) {
            if (field->kind != HF_FIELD_OWNED) continue;
            void **place = (void **)(void *)((char *)object + field->offset);
            if (*place) ((void (*)(void *))field->owned)(*place);
            *place = NULL;
        }
    }
    errno = kept;
}

APART static void
stand_in_line(void *object)
{
    worklist_append(&hfi_line, object);
}

/* Inside a death: a reference of the dying object goes. Whoever dies of it becomes the heir, which
 * is returned, and the heir before it stands in line: so that a single one, as in a chain, never
 * does. */
FLATTEN_INLINE void *
let_go(void *held, void *heir)
{
    if (!held) return heir;
    hfi_object_check(held, NULL);
    struct hfi_header *header = header_of(held);
    /* acquire: as in release_plainly. */
    uint64_t seen = atomic_load_acquire(&header->word);
    yield_point(release_seen);
    /* Most of what an object holds is held by nobody else. */
    bool is_dead = likely(word_is_of_one(seen))
                   && likely(die_as_sole_owner(header, seen, may_be_linked(header)));
    if (!is_dead && !hfi_release_is_last(held, NULL)) return heir;
    if (heir) stand_in_line(heir);
    return held;
}

FLATTEN_INLINE void *
let_edge_go(void **edge, void *heir)
{
    /* relaxed: the object is dead, so a collector that still reads the edge drops what it finds. */
    void *held = atomic_load_relaxed(edge);
    atomic_store_relaxed(edge, NULL);
    yield_point(edge_cut);
    return let_go(held, heir);
}

/* For any kind of field. */
static void *
let_field_go(const hf_field *field, void *object, uintptr_t meta, void *heir)
{
    void *place = (char *)object + field->offset;
    if (field->kind == HF_FIELD_WEAK) hf_weak_clear_(place);
    if (!field_is_edge(field)) return heir;
    size_t count = field_count(field, object, meta);
    for (size_t i = 0; i < count; i++) heir = let_edge_go((void **)place + i, heir);
    return heir;
}

FLATTEN_INLINE void *
let_fields_go(const hf_type *type, void *object, uintptr_t meta, void *heir)
{
    fields_of(type, field) {
        if (likely(field->kind == HF_FIELD_STRONG)) {
            heir = let_edge_go((void **)(void *)((char *)object + field->offset), heir);
        } else {
            heir = let_field_go(field, object, meta, heir);
        }
    }
    return heir;
}

static void
let_visited_go(hf_visitor *visitor, void *object)
{
    visitor->context = let_go(object, visitor->context);
}

/* Returns the heir after what the type's trace function visits has gone. */
static void *
let_traced_go(const hf_type *type, void *object, void *heir)
{
    hf_visitor visitor = {.visit = let_visited_go, .context = heir};
    int kept = errno;
    type->trace(object, &visitor);
    errno = kept;
    return visitor.context;
}

void
hfi_let_references_go(const hf_type *type, void *object, uintptr_t meta)
{
    void *heir = NULL;
    for (; type; type = type->base) {
        heir = let_fields_go(type, object, meta, heir);
        if (type->trace) heir = let_traced_go(type, object, heir);
    }
    if (heir) stand_in_line(heir);
}

void
hfi_destroy(const hf_type *type, void *object)
{
    int kept = errno;
    for (; type; type = type->base) {
        if (type->destroy) type->destroy(object);
    }
    errno = kept;
}

bool
hfi_is_resurrected(void *object)
{
    /* acquire: a reference that another thread has given back since is gone with all its writes.
     * pairs with: the exchange and the subtractions in life/release.c. */
    uint64_t word = atomic_load_acquire(live_word_of(object));
    if (likely(word_has_one(word))) return false;
    /* The memory of a frame can't be leaked. */
    if (meta_of(object) & HF_META_PLACED_) hfi_misuse(HFI_STACK_OUTLIVED, object, NULL);
    hfi_dying_leak(object);
    hfi_suspect("resurrected while it died, so it is never freed", object, NULL);
    return true;
}

static void
die_now(void *object, bool with_destroy)
{
    uintptr_t meta = meta_of(object);
    const hf_type *type = type_of_meta(meta);
    unsigned steps = books_of(type)->steps;
    probe_2(dies, object, type->name);
    yield_point(death_begins);
    bool has_run = notices_run(object);
    if ((steps & STEP_DESTROY) && with_destroy) {
        hfi_destroy(type, object);
        has_run = true;
    }
    yield_point(references_go);
    if (has_run && hfi_is_resurrected(object)) return;
    if (steps & (STEP_LET_GO | STEP_TRACE)) hfi_let_references_go(type, object, meta);
    if (steps & STEP_FREE) hfi_free_buffers(type, object);
    if ((steps & (STEP_TRACE | STEP_FREE)) && hfi_is_resurrected(object)) return;
    give_back(object, meta);
}

void
hfi_die_or_queue(void *object)
{
    const struct hfi_books *books = books_of(type_of(object));
    bool has_queue = unlikely(books->steps & STEP_QUEUE);
    if (!has_queue || !hfi_queue_takes(books->queue, object)) die_now(object, true);
}

/* The meta word of an object whose word says DEAD. */
static inline uintptr_t
meta_of_dead(const void *object)
{
    /* acquire: as in meta_of. */
    return atomic_load_acquire(&header_of(object)->meta);
}

/* For a type whose fields are all in its books, or any other. */
FLATTEN_INLINE void *
let_quick_fields_go(void *object, uintptr_t meta, const struct hfi_books *books)
{
    void *heir = NULL;
    if (likely(books->held_count != EDGES_ARE_MANY)) {
        for (unsigned i = 0; i < books->held_count; i++) {
            heir = let_edge_go((void **)object + books->edges[i], heir);
        }
        return heir;
    }
    for (const hf_type *type = type_of_meta(meta); type; type = type->base) {
        heir = let_fields_go(type, object, meta, heir);
    }
    return heir;
}

/* Most deaths, but for the ledger. Returns who dies next. */
FLATTEN_INLINE void *
die_quickly(void *object, uintptr_t meta, const struct hfi_books *books)
{
    probe_2(dies, object, type_of_meta(meta)->name);
    yield_point(death_begins);
    void *heir = let_quick_fields_go(object, meta, books);
    if (candidate_is_free_quickly(object, meta)) block_free_small(object, books);
    else hfi_candidate_leave(object, meta);
    if (likely(heir && !hfi_line.first)) return heir;
    if (heir) stand_in_line(heir);
    return worklist_next(&hfi_line);
}

/* Ends object and those after it as long as each has the same meta word, as in a chain. One
 * comparison tells that what was looked up for the first holds for the next; to look it up again
 * would make each step along the chain wait for five loads in a row instead of one. Nothing of the
 * program runs meanwhile, so the ledger hears of all of them at the end; but not if a fatal handler
 * leaves by longjmp. Returns who dies next. */
APART static void *
die_alike(void *object, uintptr_t meta, struct hfi_books *books)
{
    uint64_t count = 0;
    do {
        object = die_quickly(object, meta, books);
        count++;
    } while (object && meta_of_dead(object) == meta);
    ledger_died(books, count, 0);
    return object;
}

void
hfi_line_drain(void *object)
{
    while (object) {
        uintptr_t meta = meta_of_dead(object);
        struct hfi_books *books = quick_books(meta);
        if (likely(books)) {
            object = die_alike(object, meta, books);
        } else {
            hfi_die_or_queue(object);
            object = worklist_next(&hfi_line);
        }
    }
    hfi_death_runs = false;
}

void
hfi_line_resume(void *waiting)
{
    line_open();
    hfi_line.rest = waiting;
}

void *
hfi_line_next(void)
{
    return worklist_next(&hfi_line);
}

void *
hfi_line_suspend(void)
{
    hfi_death_runs = false;
    return worklist_take_all(&hfi_line);
}

/* When no death runs on this thread, or for one that does. books are those of a quick death, or
 * NULL. */
APART static void
die_in_line(void *object, uintptr_t meta, struct hfi_books *books)
{
    if (hfi_death_runs) {
        stand_in_line(object);
        return;
    }
    line_open();
    hfi_line_drain(books ? die_alike(object, meta, books) : object);
    candidates_after_death();
}

/* The ticket of an object that holds nothing and has no tail, so that its death is its block's, on
 * a thread that has a row for its type; or NULL. */
static inline struct hfi_ticket *
quick_ticket(const void *object, uintptr_t meta)
{
    const uintptr_t both = HF_META_TYPE_ | HF_META_EXTENT_;
    if (HF_CHECKED || unlikely((meta & both) != both)) return NULL;
    const struct hfi_books *books = books_of(type_of_meta(meta));
    bool is_quick = (meta ^ HF_META_EXTENT_) == books->quick_meta && !books->steps
                    && books->tracked_kind && ledger_has_row(books);
    if (unlikely(!is_quick)) return NULL;
    const struct small_tracked *block = small_tracked_of(object, books->tracked_kind);
    return block->extent == EXTENT_TRACKED ? (struct hfi_ticket *)(uintptr_t)block->ticket : NULL;
}

/* The end of such an object when that of its ticket is over. */
FLATTEN_INLINE void
give_back_small_tracked(void *object, const struct hfi_books *books)
{
    ledger_died_in_row(books);
    block_free_small_tracked(object, books);
    if (unlikely(hfi_limbo_is_missed)) candidates_after_death();
}

APART static void
die_held(void *object, const struct hfi_books *books, struct hfi_ticket *ticket)
{
    hfi_ticket_end(ticket, object);
    give_back_small_tracked(object, books);
}

APART static void
die_tracked_or_in_line(void *object, uintptr_t meta)
{
    struct hfi_ticket *ticket = quick_ticket(object, meta);
    if (unlikely(!ticket)) {
        die_in_line(object, meta, NULL);
        return;
    }
    const struct hfi_books *books = books_of(type_of_meta(meta));
    probe_2(dies, object, books->type->name);
    if (unlikely(!ticket_is_unheld(ticket))) {
        die_held(object, books, ticket);
        return;
    }
    ticket_end_unheld(ticket);
    give_back_small_tracked(object, books);
}

void
hfi_die(void *object)
{
    uintptr_t meta = meta_of_dead(object);
    struct hfi_books *books = quick_books(meta);
    if (books && !books->steps && ledger_has_row(books)) {
        /* It holds nothing, so nothing follows it, and it need not stand in line. */
        probe_2(dies, object, books->type->name);
        ledger_died_in_row(books);
        block_free_small(object, books);
        if (unlikely(hfi_limbo_is_missed)) candidates_after_death();
    } else if (books) {
        die_in_line(object, meta, books);
    } else {
        die_tracked_or_in_line(object, meta);
    }
}

void
hfi_die_in_place(void *object, bool with_destroy)
{
    bool is_inner = hfi_death_runs;
    if (!is_inner) line_open();
    die_now(object, with_destroy);
    if (is_inner) return;
    hfi_line_drain(worklist_next(&hfi_line));
    candidates_after_death();
}
