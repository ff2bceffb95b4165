/* SPDX-License-Identifier: MIT
 *
 * The working set of one trial: every object that the walk saw, each once, with its word as it was
 * seen and the references to it that were counted.
 * Knows objects and their edges. For this room alone.
 *
 * A member takes 20 bytes and its place in the table 4, twice to three times: together no more than
 * 32 bytes for an object. Members stand in the order in which they were seen. */
#ifndef HFI_TRIAL_H
#define HFI_TRIAL_H

#include "collector/collector.h"

struct member {
    void *object;
    uint64_t word;          /* the live word, when it was read last; 0 before */
    uint32_t internal : 27; /* references from members; or the next in a list of members */
    uint32_t flags : 5;
} __attribute__((packed, aligned(4)));

enum member_flag {
    MEMBER_WALKED = 1, /* its edges were followed; only then it can be garbage */
    MEMBER_LIVE = 2,   /* somebody outside holds it, or something that is held from outside */
    MEMBER_OPEN = 4,   /* seen from a candidate whose walk had to end early */
    MEMBER_TAKEN = 8   /* a candidate that this trial took out of its list */
};

/* As many as internal can name; a count that is higher is saturated. */
#define MEMBERS_MAX ((UINT32_C(1) << 27) - 2)
#define MEMBER_NONE (MEMBERS_MAX + 1)

/* For a few members no memory is asked for. */
enum { FEW_SLOTS = 256, FEW_MEMBERS = FEW_SLOTS / 4 * 3 };

struct trial {
    struct member *members;
    uint32_t *slots; /* a hash table of numbers of members, from 1, and tags; 0: a free slot */
    uint32_t count, capacity;
    uint32_t slot_mask;    /* slots, less one; a power of two */
    uint32_t garbage;      /* how many members seem to be; goes down when one turns out to live */
    uint32_t looked_at;    /* members whose edges were followed, or that were found to have none */
    bool is_quiescent;     /* unguarded trace functions may be used */
    uint64_t confined;     /* the tag of the thread whose confined objects it is about; 0: shared */
    bool lacks_memory;     /* a member could not be entered; the trial is void */
    bool runs_code;        /* of the program, when the garbage dies */
    bool holds_others;     /* the garbage may hold what isn't garbage, or hold it weakly */
    const hf_type *faulty; /* of an object to which more references were found than counted */
    uint32_t few_slots[FEW_SLOTS];
    struct member few_members[FEW_MEMBERS];
};

/* Makes an empty trial. It must stay where it is. */
void hfi_trial_begin(struct trial *trial, bool is_quiescent, uint64_t confined);
void hfi_trial_end(struct trial *trial);

/* Forgets the members, but keeps the memory if it is not much. */
void hfi_trial_clear(struct trial *trial);

/* Makes room for one more member at least; false without memory, and the trial is void. */
COLD bool hfi_trial_grow(struct trial *trial);

/* So many members at least are coming. Without memory for that, room is made bit by bit. */
void hfi_trial_expect(struct trial *trial, size_t count);

/* Of the object's address, by Knuth's multiplicative hash of the 256 bytes in which it lies. */
static inline uint32_t
hash_of(const void *object)
{
    return (uint32_t)(((uintptr_t)object >> 8) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

/* Where the search for object begins. Objects that were made one after the other lie beside each
 * other, and so do their slots, as many as lie in 256 bytes; longer runs would grow together. The
 * upper bits of a multiplicative hash are the good ones. */
static inline uint32_t
slot_of(const struct trial *trial, const void *object)
{
    uint32_t unused_bits = (uint32_t)__builtin_clz(trial->slot_mask);
    uint32_t group = hash_of(object) >> (unused_bits + 3);
    return group << 3 | ((uint32_t)(uintptr_t)object >> 5 & 7);
}

/* What a slot holds beside the number of a member: the rest of the hash, so that a look at the slot
 * tells of most others that they are others. */
static inline uint32_t
tag_of(const struct trial *trial, const void *object)
{
    uint32_t used_bits = 29 - (uint32_t)__builtin_clz(trial->slot_mask);
    return (hash_of(object) << used_bits ^ (uint32_t)(uintptr_t)object >> 4 << 27)
           & ~trial->slot_mask;
}

/* Returns the slot of object, or the free one where it belongs. */
static inline uint32_t *
trial_search(const struct trial *trial, const void *object)
{
    uint32_t mask = trial->slot_mask, tag = tag_of(trial, object);
    for (uint32_t slot = slot_of(trial, object);; slot = (slot + 1) & mask) {
        uint32_t there = trial->slots[slot];
        if (!there) return &trial->slots[slot];
        if ((there & ~mask) != tag) continue;
        if (trial->members[(there & mask) - 1].object == object) return &trial->slots[slot];
    }
}

/* The object will be looked up soon. */
static inline void
trial_prefetch(const struct trial *trial, const void *object)
{
    __builtin_prefetch(&trial->slots[slot_of(trial, object)]);
}

/* Returns the member for object, or NULL. */
static inline struct member *
trial_find(const struct trial *trial, const void *object)
{
    uint32_t there = *trial_search(trial, object);
    return there ? &trial->members[(there & trial->slot_mask) - 1] : NULL;
}

/* Returns the member for object, entered now if it was none; NULL without memory. A pointer to a
 * member is good until the next call. */
static inline struct member *
trial_enter(struct trial *trial, void *object)
{
    if (unlikely(trial->count == trial->capacity) && !hfi_trial_grow(trial)) return NULL;
    uint32_t *slot = trial_search(trial, object);
    if (*slot) return &trial->members[(*slot & trial->slot_mask) - 1];
    *slot = ++trial->count | tag_of(trial, object);
    struct member *member = &trial->members[trial->count - 1];
    *member = (struct member){.object = object};
    return member;
}

/* Whether an object is garbage by what the trial knows up to now. */
static inline bool
member_is_garbage(const struct member *member)
{
    return (member->flags & (MEMBER_WALKED | MEMBER_LIVE)) == MEMBER_WALKED;
}

typedef void edge_visitor(void *context, void *target);

/* Trace functions run under their guard, if there is one. */
COLD void hfi_trace(const hf_type *type, void *object, edge_visitor *visit, void *context);

/* Calls visit(context, target) for each edge of the object that a walk follows. meta is its tagged
 * type. Inlined with visit. */
FLATTEN_INLINE void
edges_walk(void *object, uintptr_t meta, edge_visitor *visit, void *context)
{
    const hf_type *type = type_of_meta(meta);
    bool is_traced = books_of(type)->is_traced;
    for (const hf_type *t = type; t; t = t->base) {
        fields_of(t, field) {
            if (!field_is_edge(field) || field_leads_nowhere(field)) continue;
            void **place = (void **)(void *)((char *)object + field->offset);
            for (size_t left = field_count(field, object, meta); left; left--, place++) {
                /* acquire: the bump of what stands here is seen, too.
                 * pairs with: the release in edge_exchange, handle/edge.c. */
                void *target = atomic_load_acquire(place);
                if (target) visit(context, target);
            }
        }
    }
    if (unlikely(is_traced)) hfi_trace(type, object, visit, context);
}

/* Whether an object with this word can be garbage: neither dead or dying nor beyond counting, and
 * of the thread that the trial is about. */
static inline bool
word_can_be_garbage(const struct trial *trial, uint64_t word)
{
    uint64_t odd = WORD_DEAD | WORD_DONE | WORD_IMMORTAL | WORD_COUNT_TOP;
    if ((word & odd) || !word_count(word)) return false;
    if (likely(!trial->confined)) return !(word & WORD_CONFINED);
    return (word & WORD_CONFINED) && (word & WORD_VERSION_MASK) == trial->confined;
}

/* Takes out of the garbage what a member that was marked MEMBER_LIVE reaches, for all such members
 * that are linked by `internal` from first, which is MEMBER_NONE or the number of a member. */
void hfi_trial_spread(struct trial *trial, uint32_t first);

/* Marks the member as living, and puts it in front of the list. Returns the new first. */
static inline uint32_t
member_lives(struct trial *trial, struct member *member, uint32_t first)
{
    member->flags |= MEMBER_LIVE;
    trial->garbage--;
    member->internal = first & MEMBER_NONE;
    return (uint32_t)(member - trial->members);
}

/* ---- phases ---- */

/* How far the walk from one candidate may go. */
struct reach {
    uint64_t objects, edges;
};

/* Walks from the candidate, which this thread has taken out of its list, so far. Without memory for
 * it, it is no member afterwards. */
void hfi_propose_from(struct trial *trial, void *candidate, struct reach reach);

/* Or all candidates at once: each is entered, with the word that it has now, before the first edge
 * is read; then everything that they reach is walked. Returns whether there was memory. */
bool hfi_propose_enter(struct trial *trial, void *candidate, uint64_t word);
void hfi_propose_all(struct trial *trial);

/* When all candidates were walked from: marks what lives. Returns whether anything else is left. */
bool hfi_propose(struct trial *trial);

/* Reads everything again; takes out what is not garbage. Returns whether anything is left. */
bool hfi_verify(struct trial *trial);

/* Returns whether the garbage is this thread's to end, all of it: DEAD and pinned. If not, those in
 * whose way somebody came are taken out, and the rest may be verified again. */
bool hfi_claim(struct trial *trial);

/* The same where nobody can come in between: the guess is the truth, except for edges that lie. */
bool hfi_claim_alone(struct trial *trial);

/* Reports that more references to an object were found than were ever counted: a table or a trace
 * function is wrong. Runs user code. */
COLD void hfi_report_fault(const hf_type *type);

/* After the destroy functions of the garbage, DEAD and pinned: marks as living what they handed
 * out, and what that reaches. Returns whether anything was. */
bool hfi_verify_again(struct trial *trial);

/* Ends the garbage. Returns how many died, and in *leaked how many were kept. Runs user code. */
size_t hfi_finalize(struct trial *trial, size_t *leaked);

#endif
