/* SPDX-License-Identifier: MIT
 *
 * The door of the object room: from payload to header and back, types, fields, side records,
 * misuse.
 * Knows the ground floor. Every room above comes in here.
 *
 *     [ticket] [extent] [link] [meta] [word] payload
 *
 * word     the state word (word.h), always.
 * meta     the type with tags in its low bits, or the exact address of the side record, which then
 * keeps the tagged type:
 *          exact, because leak checkers follow exact addresses.
 * link     only if objects of the type may be part of a cycle: while ROOTABLE is clear, the list of
 *          candidates; else where the dead stand in line, or in limbo.
 * extent   only for objects larger than their type: element count and size; and for those that are
 *          written down, which have a ticket before it.
 * Acyclic types pay 16 bytes, others 24, and 8 more with an extent, rounded up to the alignment of
 * the type. */
#ifndef HFI_OBJECT_H
#define HFI_OBJECT_H

#include <holdfast/type.h>

#include "base/base.h"
#include "object/word.h"

/* ---- header ---- */

struct hfi_header {
    hf_word_ link;
    uintptr_t meta;
    hf_word_ word;
};
_Static_assert(sizeof(struct hfi_header) == 3 * sizeof(uint64_t), "meta takes a whole word");

/* What types that can't be part of a cycle have: meta and word. Aligned as malloc aligns. */
enum { HEADER_LEAST_BYTES = 2 * sizeof(uint64_t), HEADER_LINKED_BYTES = 3 * sizeof(uint64_t) };

/* Small blocks take the short ways of block/block.h. They are alike, of one kind, when they have as
 * many words, and headers that are alike: with a link or without, with ticket and extent or without
 * both. */
enum { LARGEST_SMALL_BLOCK = 128, SMALL_KINDS = 4 * (LARGEST_SMALL_BLOCK / 8 + 1) };

static inline unsigned
small_kind_of(size_t bytes, bool is_linked, bool is_tracked)
{
    return (unsigned)(bytes / 8 * 4 + is_tracked * 2u + is_linked);
}

static inline size_t
small_kind_bytes(unsigned kind)
{
    return kind / 4 * (size_t)8;
}

static inline size_t
small_kind_header(unsigned kind)
{
    return HEADER_LEAST_BYTES + sizeof(uint64_t) * (kind % 2 + (kind & 2));
}

static inline struct hfi_header *
header_of(const void *object)
{
    return (struct hfi_header *)(uintptr_t)((const char *)object - sizeof(struct hfi_header));
}

/* Stands before the header proper, or where the link would be. Packed: elements in the low 40 bits,
 * their size above; an element of hf_new_type's tail is one byte. The highest bit says that the
 * object is written down (track/track.h): then the address of its ticket stands before the extent,
 * and there is an extent whether the object has a tail or not. */
enum { EXTENT_COUNT_BITS = 40, EXTENT_SIZE_BITS = 23 };
#define EXTENT_TRACKED (UINT64_C(1) << 63)

static inline uint64_t *
extent_of(const void *object, uintptr_t meta)
{
    size_t behind = meta & HF_META_ACYCLIC_ ? 3 : 4;
    return (uint64_t *)(uintptr_t)object - behind;
}

/* Bytes before the payload, for a type and its tags, with or without a ticket. The payload of an
 * over-aligned type is aligned by block/block.c. */
static inline uint32_t
header_bytes(const hf_type *type, uintptr_t meta, bool is_tracked)
{
    uint32_t bytes = HEADER_LEAST_BYTES;
    if (!(meta & HF_META_ACYCLIC_)) bytes += sizeof(uint64_t);
    if (meta & HF_META_EXTENT_) bytes += sizeof(uint64_t);
    if (is_tracked) bytes += sizeof(uint64_t);
    return type->alignment == 16 ? (bytes + 15) & ~UINT32_C(15) : bytes;
}

static inline size_t
extent_count(uint64_t extent)
{
    return (size_t)(extent & ((UINT64_C(1) << EXTENT_COUNT_BITS) - 1));
}

static inline size_t
extent_element_bytes(uint64_t extent)
{
    return (size_t)((extent & ~EXTENT_TRACKED) >> EXTENT_COUNT_BITS);
}

static inline bool
extent_is_tracked(uint64_t extent)
{
    return extent & EXTENT_TRACKED;
}

static inline size_t
extent_bytes(uint64_t extent)
{
    return extent_count(extent) * extent_element_bytes(extent);
}

/* ---- side records ---- */

struct hfi_notice;

/* Where the live word moves on the first weak reference or death notice. Read by everybody who
 * holds a share; the object is good only for those who hold a strong reference or run the death.
 * Lives until all shares are gone: the block holds one, from the birth of the record until the
 * block is freed, and every weak reference one. */
struct hfi_side_record {
    hf_word_ word;
    hf_word_ shares;            /* as wide as memory: leaked weak references can't make it wrap */
    uintptr_t meta;             /* the tagged type, as the header had it */
    uintptr_t hidden_object;    /* the payload; see side_record_object */
    struct hfi_notice *notices; /* in order; guarded by the lock of weak/death_notice.c */
};

#define AGREES(member)                                              \
    _Static_assert(offsetof(struct hfi_side_record, member)         \
                       == offsetof(struct hf_side_record_, member), \
                   "HF_INLINE knows side records")
AGREES(word);
AGREES(hidden_object);
#undef AGREES

/* The complement of the address is kept, so that leak checkers don't follow it: an object to which
 * nothing but weak references lead is lost. */
static inline void *
side_record_object(const struct hfi_side_record *record)
{
    return (void *)~record->hidden_object;
}

/* Returns the side record of object, made now if there was none: NULL and ENOMEM without memory.
 * The caller holds a reference to the object; no share is taken for it. Safe from any number of
 * threads at once. */
struct hfi_side_record *hfi_side_record_of(void *object);

/* Gives one share back; the last one frees the record. */
void hfi_side_record_drop(struct hfi_side_record *record);

/* Takes one more share; the caller has one, or a reference to the object. */
void hfi_side_record_share(struct hfi_side_record *record);

/* The record whose weak references are dead from the start; it has no shares and never goes. */
extern struct hfi_side_record hfi_side_record_dead;

/* The record of an object in whose word SIDE was read with acquire. */
static inline struct hfi_side_record *
side_record_of_header(const struct hfi_header *header)
{
    /* relaxed: the reader saw SIDE in the word with acquire, and meta was written before SIDE was
     * set;
     * pairs with: the release in publish(), side_record.c. Atomic because memory tools see a race
     * otherwise. */
    return (struct hfi_side_record *)atomic_load_relaxed(&header->meta);
}

/* The tagged type of an object, wherever it is kept. */
static inline uintptr_t
meta_of(const void *object)
{
    /* acquire: a side record is read through this address; pairs with the release in publish(),
     * side_record.c. */
    uintptr_t meta = atomic_load_acquire(&header_of(object)->meta);
    if (likely(meta & HF_META_TYPE_)) return meta;
    return ((const struct hfi_side_record *)meta)->meta;
}

static inline const hf_type *
type_of_meta(uintptr_t meta)
{
    return (const hf_type *)(meta & ~(uintptr_t)HF_META_MASK_);
}

static inline const hf_type *
type_of(const void *object)
{
    return type_of_meta(meta_of(object));
}

/* Whether the object may be part of a cycle, as far as its header tells at once; true also while
 * its first side record is being made. */
static inline bool
may_be_linked(const struct hfi_header *header)
{
    /* relaxed: nothing is read through it. */
    uintptr_t meta = atomic_load_relaxed(&header->meta);
    return !(meta & HF_META_ACYCLIC_);
}

/* The word that counts: the object's own, or that of its side record. */
static inline uint64_t *
live_word_of(const void *object)
{
    struct hfi_header *header = header_of(object);
    /* acquire: SIDE seen means that the record behind meta is complete; pairs with the acq_rel
     * exchange in side_record.c. */
    if (atomic_load_acquire(&header->word) & WORD_SIDE) {
        return &side_record_of_header(header)->word;
    }
    return &header->word;
}

/* ---- claims ---- */

/* The collector asks for a set of objects: begins a round, sets CLAIMED in their words, and commits
 * or aborts. hfi_claim_commit returns false when an upgrade has aborted the round. For the holder
 * of the lock of the candidates. */
void hfi_claim_begin(void);
bool hfi_claim_commit(void);
void hfi_claim_abort(void);

/* For who found CLAIMED in a word: whether the round is decided for the collector. Aborts it if it
 * was undecided, so nobody ever waits. The answer is about the round that runs now: if it is yes,
 * the word must be read again, and say the same. */
bool hfi_claim_is_committed(void);

/* The same, without an abort: a look, after which nothing follows. */
bool hfi_claim_was_committed(void);

/* ---- types ---- */

/* What the type or one of its bases has; none of it means that a death only gives the block
 * back. */
enum hfi_death_step {
    STEP_DESTROY = 1, /* a destroy function */
    STEP_LET_GO = 2,  /* edges, weak fields */
    STEP_TRACE = 4,   /* a trace function */
    STEP_FREE = 8,    /* a free function, HF_OWNED fields */
    STEP_QUEUE = 16   /* a queue, where all of it waits */
};

enum hfi_type_phase { TYPE_NEW, TYPE_READY, TYPE_FAULTY };

enum { FEW_EDGES = 16, EDGES_ARE_MANY = UINT16_MAX };

/* What the library knows of a type, computed when its first object is made; lies in the program's
 * hf_type_state. Everything above `born` is written once, under a lock; phase READY and small_bytes
 * are stored last, with release, and whoever read one of them with acquire may read the rest. */
struct hfi_books {
    uint32_t phase;       /* enum hfi_type_phase; written under the lock */
    uint32_t small_bytes; /* of a block, if it is small, of malloc, and plainly aligned, in whole
                             words; else 0 */
    size_t row_at;        /* where a thread's row for this type is among its rows, in bytes */
    const hf_type *type;
    struct hfi_books *next;        /* list of all types; never shrinks */
    uintptr_t meta;                /* the tagged type of objects of exactly the type's size */
    uint64_t first_word;           /* of a newborn; a confined one adds its thread */
    const hf_allocator *allocator; /* NULL: malloc */
    struct hf_queue *queue;        /* NULL: none */
    uint32_t header_bytes;         /* of objects of exactly the type's size */
    uintptr_t quick_meta; /* meta, if a death only lets references go, of a small block; else 0 */
    uint32_t steps;       /* enum hfi_death_step: what a death of this type has to do */
    bool is_linked;       /* has a link word: may be part of a cycle */
    bool holds_unwalked;  /* weak fields, or edges that no walk follows */
    bool is_traced;       /* the type or a base of it has a trace function */
    bool is_opaque;       /* one of those has no guard, so a trace is for quiescence only */
    bool is_overaligned;  /* above what malloc gives */
    bool is_confined;
    bool is_plain_member; /* all its edges are among these, and a death only lets those go */
    /* Of which kind a small block of exactly the type's size is, or 0; and one with a ticket. */
    uint8_t small_kind, tracked_kind;
    /* The edges that walks follow, in declared fields: how many, and how many words behind the
     * object's address each; EDGES_ARE_MANY when there is no room for them here. And how many of
     * these are all that a death gives back, if they are. */
    uint16_t edge_count, held_count;
    uint16_t edges[FEW_EDGES];
    hf_word_ born, died, tail_bytes; /* books of threads that are gone or have none; atomic */
};
_Static_assert(sizeof(struct hfi_books) <= sizeof(hf_type_state), "hf_type_state is too small");

static inline struct hfi_books *
books_of(const hf_type *type)
{
    return (struct hfi_books *)(void *)type->state;
}

/* Whether a type with a trace function without a guard is in use, so that edges may exist of which
 * no version tells. */
extern bool hfi_has_opaque_types;

/* Returns whether objects of the type can be made, after a first look at it; false and EINVAL, with
 * a warning that says why, when it contradicts itself. */
bool hfi_type_prepare(const hf_type *type);

/* What is wrong with the type or a base of it, or NULL. */
const char *hfi_type_fault(const hf_type *type);

/* The program or shared library in which an address lies. The path is empty for the program; base
 * is what its addresses are larger by than those in its file. */
struct hfi_module {
    const char *path;
    uintptr_t base;
};
COLD bool hfi_module_find(const void *address, struct hfi_module *found);

/* The shared library in which the address lies, if it does, is never unloaded. */
COLD void hfi_module_keep(const void *address);

/* From now on the short ways of making and freeing objects are closed, or open again: see
 * small_bytes. */
void hfi_types_take_long_way(bool do_so);

/* The first of the list of types of which an object was made or tried; follow next. */
struct hfi_books *hfi_types(void);

/* Whether the address is that of a type in this list: for those who must not trust a header. */
bool hfi_type_is_known(const hf_type *type);

/* Whether type is ancestor or derives from it. */
bool hfi_type_derives(const hf_type *type, const hf_type *ancestor);

/* ---- fields ---- */

#include "object/fields.h"

/* ---- misuse ---- */

/* Set by the room that writes down who holds objects: tells of one that is gone by which call it
 * was made, and by which its last reference was given back. Returns whether that is known. */
extern bool (*hfi_misuse_recall)(const void *object, uintptr_t *made, uintptr_t *ended);

/* Reports that `what` was done to object, from site, and doesn't return. Trusts nothing that it
 * reads from the header more than it must. Allocates nothing. */
_Noreturn COLD void hfi_misuse(const char *what, const void *object, const void *site);

/* The same for what is only suspicious. */
COLD void hfi_suspect(const char *what, const void *object, const void *site);

/* In checked builds: ends in hfi_misuse unless object looks like an object. Elsewhere nothing. */
#if HF_CHECKED
void hfi_object_check(const void *object, const void *site);
#else
static inline void
hfi_object_check(const void *object, const void *site)
{
    (void)object;
    (void)site;
}
#endif

#endif
