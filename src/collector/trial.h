/* SPDX-License-Identifier: MIT
 *
 * The working set of one trial: every object that the walk saw, each once, with its word as it was
 * seen and the references to it that were counted.
 * Knows objects and their edges. For this room alone.
 *
 * A member takes 20 bytes and its place in the table 4, twice to three times: together no more than
 * 32 bytes for an object. Members stand in the order in which they were seen. While nobody else can
 * look, a member's own word takes the place of the table. */
#ifndef HFI_TRIAL_H
#define HFI_TRIAL_H

#include "collector/collector.h"

struct member {
    void *object;
    uint64_t word;  /* the live word, when it was read last; or UNREAD */
    uint32_t tally; /* flags; and above them references from members, or the next in a list */
} __attribute__((packed, aligned(4)));

/* No object's word: DONE alone is never said. */
#define UNREAD WORD_DONE

enum member_flag {
    MEMBER_WALKED = 1, /* its edges were followed; only then it can be garbage */
    MEMBER_LIVE = 2,   /* somebody outside holds it, or something that is held from outside */
    MEMBER_OPEN = 4,   /* seen from a candidate whose walk had to end early */
    MEMBER_TAKEN = 8,  /* a candidate that this trial took out of its list */
    MEMBER_SEEN = 16,  /* it was its turn in a walk */
    MEMBER_FLAGS = 31
};

/* Not a bit field: compilers write a flag of one by the byte, and a processor that is to read the
 * whole right after that waits for both. */
#define TALLY_ONE ((uint32_t)MEMBER_FLAGS + 1)

/* As many as a tally can name; a count that is higher is saturated. */
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
    bool is_alone;         /* nothing changes while the trial goes on */
    bool marks_words;      /* members are numbered in their words */
    bool is_quiescent;     /* unguarded trace functions may be used */
    uint64_t confined;     /* the tag of the thread whose confined objects it is about; 0: shared */
    bool lacks_memory;     /* a member could not be entered; the trial is void */
    bool runs_code;        /* of the program, if what was walked should die */
    bool has_queue;        /* what was walked has a type whose deaths wait in a queue */
    bool holds_others;     /* what was walked may hold what isn't garbage, or hold it weakly */
    bool is_quiet;         /* the garbage does neither, so it wasn't marked dead yet */
    const hf_type *faulty; /* of an object to which more references were found than counted */
    uint32_t few_slots[FEW_SLOTS];
    struct member few_members[FEW_MEMBERS];
};

/* Makes an empty trial. It must stay where it is. */
void hfi_trial_begin(struct trial *trial, bool is_quiescent, uint64_t confined);
void hfi_trial_end(struct trial *trial);

/* Forgets the members, but keeps the memory if it is not much. */
void hfi_trial_clear(struct trial *trial);

/* Before the first member comes: whether anything may change while the trial goes on. */
void hfi_trial_set_alone(struct trial *trial, bool is_alone);

/* Gives the members their own words back, where those hold numbers; those of garbage only if it is
 * spared. */
void hfi_trial_unmark(struct trial *trial, bool is_spared);

/* From now on members are looked up in the table again. Returns whether there was memory for it;
 * if not, the trial is void. */
bool hfi_trial_index(struct trial *trial);

/* Makes room for one more member at least; false without memory, and the trial is void. */
COLD bool hfi_trial_grow(struct trial *trial);

/* So many members at least are coming. Without memory for that, room is made bit by bit. */
void hfi_trial_expect(struct trial *trial, size_t count);

/* How an object is looked up: trial_find, trial_enter, trial_prefetch. */
#include "collector/lookup.h"

/* The references from members that were counted; or the next in a list of members. */
static inline uint32_t
member_references(const struct member *member)
{
    return member->tally / TALLY_ONE;
}

static inline void
member_set_references(struct member *member, uint32_t references)
{
    member->tally = (member->tally & MEMBER_FLAGS) | references * TALLY_ONE;
}

/* Whether an object is garbage by what the trial knows up to now. */
static inline bool
member_is_garbage(const struct member *member)
{
    return (member->tally & (MEMBER_WALKED | MEMBER_LIVE)) == MEMBER_WALKED;
}

FLATTEN_INLINE void
edge_look(void **place, edge_visitor *visit, void *context)
{
    /* acquire: the bump of what stands here is seen, too.
     * pairs with: the release in edge_exchange, handle/edge.c. */
    void *target = atomic_load_acquire(place);
    if (target) visit(context, target);
}

/* The edges of an object that has few. */
FLATTEN_INLINE void
edges_walk_few(void *object, const struct hfi_books *books, edge_visitor *visit, void *context)
{
    void **words = object;
    const uint16_t *edge = books->edges, *end = edge + books->edge_count;
    for (; edge < end; edge++) edge_look(words + *edge, visit, context);
}

/* The edges of objects that may have many. */
FLATTEN_INLINE void
edges_walk_all(void *object, uintptr_t meta, edge_visitor *visit, void *context)
{
    for (const hf_type *type = type_of_meta(meta); type; type = type->base) {
        fields_of(type, field) {
            if (!field_is_edge(field) || field_leads_nowhere(field)) continue;
            void **place = (void **)(void *)((char *)object + field->offset);
            size_t count = field_count(field, object, meta);
            for (size_t i = 0; i < count; i++) edge_look(place + i, visit, context);
        }
    }
}

/* Calls visit(context, target) for each edge of the object that a walk follows. meta is its tagged
 * type. Inlined with visit. */
FLATTEN_INLINE void
edges_walk(void *object, uintptr_t meta, edge_visitor *visit, void *context)
{
    const struct hfi_books *books = books_of(type_of_meta(meta));
    if (likely(books->edge_count != EDGES_ARE_MANY)) edges_walk_few(object, books, visit, context);
    else edges_walk_all(object, meta, visit, context);
    if (unlikely(books->is_traced)) hfi_trace(books->type, object, visit, context);
}

/* Whether an object with this word can be garbage: neither dead or dying nor beyond counting, and
 * of the thread that the trial is about. */
static inline bool
word_can_be_garbage(const struct trial *trial, uint64_t word)
{
    if (word & (WORD_DEAD | WORD_DONE | WORD_IMMORTAL | WORD_COUNT_ODD)) return false;
    if (likely(!trial->confined)) return !(word & WORD_CONFINED);
    return (word & WORD_CONFINED) && (word & WORD_VERSION_MASK) == trial->confined;
}

/* The books of an object that may be walked, if its header tells that at once; or NULL. */
static inline const struct hfi_books *
books_at_once(const void *object)
{
    const uintptr_t tags = HF_META_TYPE_ | HF_META_ACYCLIC_ | HF_META_PLACED_;
    /* relaxed: a type's address, behind which everything was there before the object. */
    uintptr_t meta = atomic_load_relaxed(&header_of(object)->meta);
    return (meta & tags) == HF_META_TYPE_ ? books_of(type_of_meta(meta)) : NULL;
}

/* The same if its death would do nothing but let go the edges that a walk follows, and this word
 * says nothing else of it. */
static inline const struct hfi_books *
plain_books(const void *object, uint64_t word)
{
    const struct hfi_books *books = books_at_once(object);
    return books && word_is_plain(word) && books->is_plain_member ? books : NULL;
}

/* The word of an object when it dies as garbage: the marks, a pin, and the release from its list,
 * if it was taken out of that. */
static inline uint64_t
dying_word(uint64_t word, bool is_taken)
{
    return (word + WORD_COUNT_ONE) | WORD_DEAD | WORD_CLAIMED | (is_taken ? WORD_ROOTABLE : 0);
}

static inline uint64_t
member_dying_word(const struct member *member)
{
    return dying_word(member->word, member->tally & MEMBER_TAKEN);
}

/* Takes out of the garbage what a member that was marked MEMBER_LIVE reaches, for all such members
 * that are linked by their references from first, which is MEMBER_NONE or the number of a member.
 * */
void hfi_trial_spread(struct trial *trial, uint32_t first);

/* Marks the member as living, and puts it in front of the list. Returns the new first. */
static inline uint32_t
member_lives(struct trial *trial, struct member *member, uint32_t first)
{
    trial->garbage--;
    member->tally |= MEMBER_LIVE;
    member_set_references(member, first);
    return (uint32_t)(member - trial->members);
}

/* ---- phases ---- */

/* How far the walk from one candidate may go. */
struct reach {
    uint64_t objects, edges;
};

/* Walks from the candidate, which this thread has taken out of its list, so far. Returns its number
 * as a member, or MEMBER_NONE without memory for it. */
uint32_t hfi_propose_from(struct trial *trial, void *candidate, struct reach reach);

/* Or all candidates at once: each is entered, with the word that it has now, before the first edge
 * is read; then everything that they reach is walked. Returns whether there was memory. */
static inline bool
propose_enter(struct trial *trial, void *candidate, uint64_t word)
{
    struct member *member = trial_enter(trial, candidate);
    if (!member) return false;
    member->tally |= MEMBER_TAKEN;
    member->word = word;
    return true;
}

void hfi_propose_all(struct trial *trial);

/* When all candidates were walked from: marks what lives. Returns whether anything else is left. */
bool hfi_propose(struct trial *trial);

/* Counts the edges between those that are left. Returns the list of those that have other
 * references, too: they live, which is for the caller to spread. */
uint32_t hfi_recount(struct trial *trial);

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

/* A garbage set whose death waits in a queue: a trial of its own, which must be there before the
 * claim. Returns NULL without memory for it. */
struct group;
struct group *hfi_group_new(const struct trial *trial);
void hfi_group_free(struct group *group);
/* After the claim: the garbage goes to the queue of one of its members. Returns false, and has done
 * nothing, if none of them has one. */
bool hfi_group_wait(struct group *group, const struct trial *trial);

/* Ends what the candidate reaches, if that is garbage, and so many objects at most, whose deaths do
 * nothing but free them. In a process with one thread, and for shared objects. Returns how many
 * died, for the run to count. */
size_t hfi_end_small(void *candidate, size_t most, struct hfi_dying_run *run);

/* Ends the garbage, and counts it. Returns how many died. Runs user code. */
size_t hfi_finalize(struct trial *trial);

#endif
