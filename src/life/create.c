/* SPDX-License-Identifier: MIT
 *
 * New, flexible, by type value; and giving back a half-built one.
 * Knows types, blocks and the ledger. */
#include <holdfast/object.h>

#include <errno.h>

#include "block/block.h"
#include "ledger/ledger.h"
#include "life/life.h"

/* What stands in the word of a newborn. */
static inline uint64_t
first_word_of(const struct hfi_books *books)
{
    uint64_t word = books->first_word;
    return unlikely(word & WORD_CONFINED) ? word | hfi_thread_tag() : word;
}

static COLD void *
out_of_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

static COLD void *
created_nothing(void *object, struct hfi_ticket *ticket)
{
    if (object) hfi_block_give_back(object, meta_of(object));
    hfi_ticket_drop(ticket);
    return out_of_memory();
}

/* Its word, and what finds it from now on. Returns false without memory for its holders. */
static inline bool
begin_tracked(void *object, struct hfi_books *books, struct hfi_ticket *ticket)
{
    /* relaxed: nobody else knows the object yet. */
    atomic_store_relaxed(&header_of(object)->word, first_word_of(books));
    /* Also an object that is in no cycle: its word is not to be changed without a look. */
    contended_check_newborn(object);
    return ticket_bind(ticket, object);
}

/* With this ticket, which may be NULL. */
APART static void *
create_with(struct hfi_ticket *ticket, struct hfi_books *books, uint64_t extent)
{
    if (unlikely(!ticket)) return out_of_memory();
    bool is_small = !extent && books->tracked_kind;
    void *object = is_small ? block_new_small_tracked(books, ticket)
                            : hfi_block_new(books, extent | EXTENT_TRACKED, ticket);
    if (unlikely(!object || !begin_tracked(object, books, ticket))) {
        return created_nothing(object, ticket);
    }
    ledger_born(books, extent_bytes(extent));
    probe_2(born, object, books->type->name);
    return object;
}

/* With a ticket, for one who called from site. Before a block is taken, here and below: a walk up
 * the stack may run the program's malloc. */
APART static void *
create_tracked(struct hfi_books *books, uint64_t extent, const void *site)
{
    return create_with(hfi_ticket_new(site), books, extent);
}

/* The same for an object without a tail, whose holders are not written down. So if the thread has
 * kept a block for it, there is no look at what threads contend for, as in hf_new_. */
APART static void *
create_tracked_quickly(struct hfi_books *books, const void *site)
{
    struct hfi_ticket *ticket = hfi_ticket_new(site);
    uint64_t word = books->first_word;
    if (unlikely(!ticket || (word & WORD_CONFINED) || !ledger_has_row(books))) {
        return create_with(ticket, books, 0);
    }
    void *object = block_reuse_small_tracked(books, ticket);
    if (unlikely(!object)) return create_with(ticket, books, 0);
    /* relaxed: as above. */
    atomic_store_relaxed(&header_of(object)->word, word);
    ticket_bind_unheld(ticket, object);
    ledger_born_in_row(books);
    probe_2(born, object, books->type->name);
    return object;
}

APART static void *
create_untracked(struct hfi_books *books, uint64_t extent)
{
    void *object = hfi_block_new(books, extent, NULL);
    if (unlikely(!object)) return NULL;
    /* relaxed: nobody else knows the object yet. */
    atomic_store_relaxed(&header_of(object)->word, first_word_of(books));
    if (books->is_linked) contended_check_newborn(object);
    ledger_born(books, extent_bytes(extent));
    probe_2(born, object, books->type->name);
    return object;
}

static COLD void *
create_first(const hf_type *type, uint64_t extent, const void *site)
{
    return hfi_type_prepare(type) ? hfi_create(type, extent, site) : NULL;
}

void *
hfi_create(const hf_type *type, uint64_t extent, const void *site)
{
    struct hfi_books *books = books_of(type);
    /* acquire: the books are complete; pairs with the release in publish, object/type.c. */
    if (unlikely(atomic_load_acquire(&books->phase) != TYPE_READY)) {
        return create_first(type, extent, site);
    }
    if (!track_is_on()) return create_untracked(books, extent);
    if (extent || track_has_holders()) return create_tracked(books, extent, site);
    return create_tracked_quickly(books, site);
}

/* It is jumped to, so memory tools name it as the place of a leak: the name says whose. */
APART static void *
hfi_new_small(struct hfi_books *books, size_t bytes)
{
    void *object = block_new_small(books, bytes);
    if (unlikely(!object)) return NULL;
    /* relaxed: as above. */
    atomic_store_relaxed(&header_of(object)->word, first_word_of(books));
    ledger_born(books, 0);
    probe_2(born, object, books->type->name);
    return object;
}

/* As the short ways of life.h: whoever is called is jumped to, so no frame is needed. No look at
 * what threads contend for: see life/contended.h. */
ALIGNED void *
hf_new_(const hf_type *type)
{
    struct hfi_books *books = books_of(type);
    /* acquire: as in hfi_create; the bytes are zero until the books are complete. */
    size_t bytes = atomic_load_acquire(&books->small_bytes);
    if (unlikely(!bytes)) return hfi_create(type, 0, __builtin_return_address(0));
    uint64_t word = books->first_word;
    if (unlikely(word & WORD_CONFINED)) {
        if (!thread_tag()) return hfi_new_small(books, bytes);
        word |= hf_confined_mark_;
    }
    if (unlikely(!ledger_has_row(books))) return hfi_new_small(books, bytes);
    void *object = block_reuse_small(books, bytes);
    if (unlikely(!object)) return hfi_new_small(books, bytes);
    /* relaxed: as above. */
    atomic_store_relaxed(&header_of(object)->word, word);
    ledger_born_in_row(books);
    probe_2(born, object, type->name);
    return object;
}

/* Packs count and size; zero when one of them, or what they make together, is too large. */
static uint64_t
extent_pack(size_t element_bytes, size_t count)
{
    uint64_t elements = count;
    if (elements >> EXTENT_COUNT_BITS || element_bytes >> EXTENT_SIZE_BITS) return 0;
    /* Together they are a size, also on 32 bits. */
    if (elements * element_bytes > PTRDIFF_MAX) return 0;
    return (uint64_t)element_bytes << EXTENT_COUNT_BITS | elements;
}

static void *
create_with_tail(const hf_type *type, size_t element_bytes, size_t count, const void *site)
{
    uint64_t extent = extent_pack(element_bytes, count);
    return extent ? hfi_create(type, extent, site) : out_of_memory();
}

void *
hf_new_flex_(const hf_type *type, size_t element_bytes, size_t count)
{
    return create_with_tail(type, element_bytes, count, __builtin_return_address(0));
}

void *
hf_new_type(const hf_type *type, size_t size)
{
    if (!type || size < type->size) {
        errno = EINVAL;
        return NULL;
    }
    const void *site = __builtin_return_address(0);
    if (size == type->size) return hfi_create(type, 0, site);
    return create_with_tail(type, 1, size - type->size, site);
}

size_t
hf_flex_count(const void *object)
{
    uintptr_t meta = meta_of(object);
    return meta & HF_META_EXTENT_ ? extent_count(*extent_of(object, meta)) : 0;
}

void
hf_abandon(void *object)
{
    if (!object) return;
    const void *site = __builtin_return_address(0);
    hfi_object_check(object, site);
    hfi_end(object, "abandon of a shared or dead object", site);
    hfi_die_in_place(object, false);
}
