/* SPDX-License-Identifier: MIT
 *
 * Types: what follows from a description, and the list of all that were used.
 * Knows the header's layout; keeps process-wide state: the list, made as types are used, unchanged
 * by fork. The first object of a type pays for this; afterwards one acquire load finds it done. */
#include "object/object.h"

#include <errno.h>
#include <stdio.h>

enum { BYTES_OF_A_ROW = 3 * sizeof(uint64_t) };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct hfi_books *types;
static size_t rows_bytes;
static const hf_allocator *default_allocator; /* under the lock */
static bool long_way_only;                    /* too */

bool hfi_has_opaque_types;

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_TYPES, &lock, 1);
}

/* What one type of the chain adds to a death. */
static unsigned
steps_of(const hf_type *type, bool *has_edges)
{
    unsigned steps = (type->destroy ? STEP_DESTROY : 0) | (type->free ? STEP_FREE : 0);
    if (type->queue) steps |= STEP_QUEUE;
    if (type->trace) {
        steps |= STEP_TRACE;
        *has_edges = true;
    }
    fields_of(type, field) {
        steps |= field->kind == HF_FIELD_OWNED ? STEP_FREE : STEP_LET_GO;
        *has_edges |= field_is_edge(field);
    }
    return steps;
}

/* Enters the elements of a field behind the first *count edges; false when there is no room, or an
 * object may have more. */
static bool
enter_edges(struct hfi_books *books, const hf_field *field, uint16_t *count)
{
    size_t word = field->offset / sizeof(void *);
    if (field->kind == HF_FIELD_STRONG_FLEX || field->count > FEW_EDGES) return false;
    for (size_t i = 0; i < field->count; i++, word++) {
        if (*count == FEW_EDGES || word > UINT16_MAX) return false;
        books->edges[(*count)++] = (uint16_t)word;
    }
    return true;
}

/* Enters either the edges that walks follow, or those that they don't. Returns how many. */
static uint16_t
enter_all_edges(struct hfi_books *books, const hf_type *type, bool is_walked)
{
    uint16_t count = 0;
    for (; type; type = type->base) {
        fields_of(type, field) {
            bool is_meant = field_is_edge(field) && field_leads_nowhere(field) != is_walked;
            if (is_meant && !enter_edges(books, field, &count)) return EDGES_ARE_MANY;
        }
    }
    return count;
}

static bool
has_field_that(const hf_type *type, bool (*is_meant)(const hf_field *))
{
    for (; type; type = type->base) {
        fields_of(type, field) {
            if (is_meant(field)) return true;
        }
    }
    return false;
}

static bool
field_is_weak(const hf_field *field)
{
    return field->kind == HF_FIELD_WEAK;
}

static bool
field_is_unwalked(const hf_field *field)
{
    return field_is_weak(field) || field_leads_nowhere(field);
}

/* The edges of a type in one table, for walks; and for deaths, where it has no others, or others
 * alone. */
static void
list_edges(struct hfi_books *books, const hf_type *type)
{
    books->holds_unwalked = has_field_that(type, field_is_unwalked);
    books->edge_count = enter_all_edges(books, type, true);
    books->held_count = books->holds_unwalked ? EDGES_ARE_MANY : books->edge_count;
    if (books->holds_unwalked && !books->edge_count && !has_field_that(type, field_is_weak)) {
        books->held_count = enter_all_edges(books, type, false);
    }
}

static bool
has_unguarded_trace(const hf_type *type)
{
    for (; type; type = type->base) {
        if (type->trace && !type->guard.lock) return true;
    }
    return false;
}

/* Fills in what follows from the type and its bases; under the lock. */
static void
derive(struct hfi_books *books, const hf_type *type)
{
    bool has_edges = false;
    unsigned flags = 0;
    for (const hf_type *t = type; t; t = t->base) {
        books->steps |= steps_of(t, &has_edges);
        flags |= t->flags;
        if (!books->queue) books->queue = t->queue;
    }
    books->is_linked = has_edges && !(flags & HF_ACYCLIC);
    list_edges(books, type);
    books->is_traced = books->steps & STEP_TRACE;
    books->is_opaque = has_unguarded_trace(type);
    books->is_overaligned = type->alignment > _Alignof(max_align_t);
    books->meta = (uintptr_t)type | HF_META_TYPE_ | (books->is_linked ? 0 : HF_META_ACYCLIC_);
    books->is_confined = flags & HF_CONFINED;
    books->is_plain_member = books->edge_count != EDGES_ARE_MANY && !books->holds_unwalked
                             && !(books->steps & ~(uint32_t)STEP_LET_GO);
    books->first_word =
        (books->is_confined ? WORD_CONFINED : 0) | (books->is_linked ? WORD_ROOTABLE : 0);
    books->header_bytes = header_bytes(type, books->meta, false);
    books->allocator = type->allocator ? type->allocator : default_allocator;
    books->type = type;
}

/* In whole words, and with room for a pointer in the payload: block/kept.h. */
static size_t
small_block_bytes(const struct hfi_books *books, uint32_t header)
{
    size_t bytes = books->type->size < sizeof(void *) ? sizeof(void *) : books->type->size;
    return (header + bytes + 7) & ~(size_t)7;
}

/* The kind of block of objects of exactly the type's size, if it is small, of malloc, and plainly
 * aligned; else 0. A linked object lies where life/contended.h counts on. */
static uint8_t
small_kind_with(const struct hfi_books *books, uint32_t header, bool is_tracked)
{
    size_t bytes = small_block_bytes(books, header);
    if (bytes > LARGEST_SMALL_BLOCK || books->is_overaligned) return 0;
    if (books->allocator || hfi_under_valgrind) return 0;
    unsigned kind = small_kind_of(bytes, books->is_linked, is_tracked);
    return small_kind_header(kind) == header ? (uint8_t)kind : 0;
}

/* Bytes of a block that takes the short way, or zero. */
static uint32_t
small_bytes_of(const struct hfi_books *books)
{
    return long_way_only ? 0 : (uint32_t)small_kind_bytes(books->small_kind);
}

/* Enters the type into the list, under the lock. */
static void
enter(struct hfi_books *books)
{
    books->row_at = rows_bytes;
    rows_bytes += BYTES_OF_A_ROW;
    books->next = types;
    /* release: whoever finds the books in the list finds them complete.
     * pairs with: the acquire load in hfi_types. */
    atomic_store_release(&types, books);
}

static COLD void
report_fault(const hf_type *type, const char *fault)
{
    char text[HFI_MESSAGE_BYTES];
    snprintf(text, sizeof text, "holdfast: type %s can't be used: %s",
             type->name ? type->name : "without a name", fault);
    hfi_warn(text);
}

/* Computes the books and lets everybody see them. */
static void
publish(struct hfi_books *books, const hf_type *type)
{
    derive(books, type);
    uint32_t tracked_header = header_bytes(type, books->meta | HF_META_EXTENT_, true);
    books->small_kind = small_kind_with(books, books->header_bytes, false);
    books->tracked_kind = small_kind_with(books, tracked_header, true);
    uint32_t small_bytes = small_bytes_of(books);
    /* relaxed: read where a stale false costs a candidate of a cycle that this very type closes,
     * and whoever closes it has made an object of the type. */
    if (books->is_opaque) atomic_store_relaxed(&hfi_has_opaque_types, true);
    /* Also while the long way is to be taken: a type may be met first when objects are written
     * down, and such objects have a short death, too. */
    if (books->small_kind && !(books->steps & ~(uint32_t)STEP_LET_GO)) {
        books->quick_meta = books->meta;
    }
    enter(books);
    /* release, twice: the books are complete when one of the two is seen.
     * pairs with: the acquire loads in hfi_type_prepare and life/create.c. */
    atomic_store_release(&books->phase, TYPE_READY);
    atomic_store_release(&books->small_bytes, small_bytes);
}

/* Returns the fault that was found just now, else NULL. */
static const char *
prepare_once(const hf_type *type)
{
    struct hfi_books *books = books_of(type);
    const char *fault = NULL;
    pthread_mutex_lock(&lock);
    if (books->phase == TYPE_NEW) {
        fault = hfi_type_fault(type);
        if (fault) {
            /* relaxed: nothing is read of a faulty type. */
            atomic_store_relaxed(&books->phase, TYPE_FAULTY);
        } else {
            publish(books, type);
        }
    }
    pthread_mutex_unlock(&lock);
    return fault;
}

COLD bool
hfi_type_prepare(const hf_type *type)
{
    if (!type || !type->state) {
        errno = EINVAL;
        return false;
    }
    /* relaxed: it may be kept twice. Not under the lock, since a thread that loads a library may
     * want that while it has the loader's. */
    if (atomic_load_relaxed(&books_of(type)->phase) == TYPE_NEW) hfi_module_keep(type);
    const char *fault = prepare_once(type);
    if (fault) report_fault(type, fault);
    /* acquire: the books are read after this; pairs with the release in prepare_once. */
    if (atomic_load_acquire(&books_of(type)->phase) == TYPE_READY) return true;
    errno = EINVAL;
    return false;
}

void
hfi_types_take_long_way(bool do_so)
{
    pthread_mutex_lock(&lock);
    long_way_only = do_so;
    for (struct hfi_books *books = types; books; books = books->next) {
        /* release: as in publish. */
        atomic_store_release(&books->small_bytes, small_bytes_of(books));
    }
    pthread_mutex_unlock(&lock);
}

struct hfi_books *
hfi_types(void)
{
    /* acquire: the books behind the pointer are complete; pairs with the release in enter. */
    return atomic_load_acquire(&types);
}

bool
hfi_type_is_known(const hf_type *type)
{
    for (const struct hfi_books *books = hfi_types(); books; books = books->next) {
        if (books->type == type) return true;
    }
    return false;
}

bool
hfi_type_derives(const hf_type *type, const hf_type *ancestor)
{
    while (type && type != ancestor) type = type->base;
    return type != NULL;
}

size_t
hf_set_allocator(const hf_allocator *allocator)
{
    size_t early = 0;
    pthread_mutex_lock(&lock);
    default_allocator = allocator;
    for (const struct hfi_books *books = types; books; books = books->next)
        early += !books->type->allocator && books->allocator != allocator;
    pthread_mutex_unlock(&lock);
    return early;
}

const hf_type *
hf_type_of(const void *object)
{
    return type_of(object);
}

int
hf_is_(const void *object, const hf_type *type)
{
    return object && hfi_type_derives(type_of(object), type);
}

void *
hf_cast_(const hf_type *type, const void *object)
{
    return hf_is_(object, type) ? (void *)(uintptr_t)object : NULL;
}
