/* SPDX-License-Identifier: MIT
 *
 * Guess a set that may be garbage: walk a little way from each candidate, count the references that
 * come from what was walked, and leave out what somebody else holds.
 * Knows the trial. Everything here may be read stale and may be wrong; verify.c decides.
 *
 * The set need not be closed: it is garbage if all references into it come from itself, wherever
 * its own lead. So a small dead cycle that points into a large living graph is found by a short
 * walk. Trial deletion is Lins (1992) and Bacon & Rajan (2001); that the set need not be closed,
 * and that the guess may be wrong, is new here. */
#include "collector/stream.h"

struct walk {
    struct stream targets; /* first, so that it leads to the rest */
    uint32_t asked;        /* members before this one had their targets asked for */
    uint32_t start;        /* members from here on were entered in this walk */
    uint64_t edges_left;   /* that may be followed */
    uint32_t next;         /* the member whose turn comes after the one that is looked at, and */
    const void *following; /* its object, or NULL if it isn't known yet */
    bool is_early;         /* in its beginning, where targets don't wait */
    bool is_open;          /* something that is reached was not walked */
    uint32_t held;         /* members of this walk that have references not yet found */
};

/* The beginning of a walk, in looks. */
enum { EARLY_LOOKS = 32, EARLY_AHEAD = 4 };

/* The object is reached by an edge: enters it, and counts the reference. */
FLATTEN_INLINE void
reach_target(struct stream *stream, void *target)
{
    struct walk *walk = (struct walk *)stream;
    struct trial *trial = stream->trial;
    uint32_t before = trial->count;
    struct member *member = trial_enter(trial, target);
    if (unlikely(!member)) {
        trial->holds_others = true;
        return;
    }
    member->tally += TALLY_ONE;
    if (trial->count != before) return;
    if (member < trial->members + walk->start) {
        /* From the walk of another candidate: as open as that was. */
        walk->is_open |= (member->tally & (MEMBER_SEEN | MEMBER_OPEN)) != MEMBER_SEEN;
    } else if (member->tally & MEMBER_WALKED) {
        walk->held -= word_count(member->word) == member_references(member);
    }
}

FLATTEN_INLINE void
see(void *context, void *target)
{
    struct walk *walk = context;
    yield_point(propose_edge);
    if (walk->is_early) {
        prefetch_object(target);
        reach_target(&walk->targets, target);
    } else if (target == walk->following) {
        /* In a list, often enough. It was not walked yet, so it isn't held less by that. */
        walk->targets.trial->members[walk->next].tally += TALLY_ONE;
    } else {
        stream_put(&walk->targets, target, reach_target);
    }
}

/* Whether objects of the type may be walked in this trial. */
static bool
type_can_be_walked(const struct walk *walk, const struct hfi_books *books)
{
    const struct trial *trial = walk->targets.trial;
    return likely(!books->is_opaque) || trial->is_quiescent || trial->confined;
}

/* How many edges an object of a type with many has room for; a few cost nothing. */
static uint64_t
edge_room_of(const struct hfi_books *books, const void *object, uintptr_t meta)
{
    uint64_t room = 0;
    if (likely(books->edge_count != EDGES_ARE_MANY)) return 0;
    for (const hf_type *type = type_of_meta(meta); type; type = type->base) {
        fields_of(type, field) {
            if (field_is_edge(field)) room += field_count(field, object, meta);
        }
    }
    return room;
}

/* Notes what its death would have to do. Functions of the program find words as they left them;
 * false without memory for that, and the trial is void. */
static bool
can_follow(struct trial *trial, const void *object, const struct hfi_books *books)
{
    /* relaxed: a flag that only appears. With a record there may be notices. */
    bool has_record = atomic_load_relaxed(&header_of(object)->word) & WORD_SIDE;
    trial->runs_code |= has_record || (books->steps & ~(unsigned)STEP_LET_GO);
    trial->has_queue |= (books->steps & STEP_QUEUE) != 0;
    trial->holds_others |= books->holds_unwalked;
    return !books->is_traced || !trial->marks_words || hfi_trial_index(trial);
}

/* The member was found to be one that can be garbage. */
static inline void
note_walked(struct walk *walk, struct member *member, uint64_t word)
{
    member->word = word;
    member->tally |= MEMBER_WALKED;
    walk->targets.trial->garbage++;
    walk->held += word_count(word) > member_references(member);
}

/* Follows the edges of a member with this word, if it can be garbage at all. */
APART static void
follow(struct walk *walk, struct member *member, uint64_t word)
{
    void *object = member->object;
    uintptr_t meta = meta_of(object);
    struct trial *trial = walk->targets.trial;
    if (!is_linked(object) || !word_can_be_garbage(trial, word)) return;
    const struct hfi_books *books = books_of(type_of_meta(meta));
    uint64_t room = edge_room_of(books, object, meta);
    if (room > walk->edges_left || !type_can_be_walked(walk, books)) {
        walk->is_open = true;
        return;
    }
    if (!can_follow(trial, object, books)) return;
    walk->edges_left -= room;
    note_walked(walk, member, word);
    edges_walk(object, meta, see, walk);
}

/* Looks at a member: notes its word, unless that was done, and follows its edges. */
FLATTEN_INLINE void
look_at(struct walk *walk, struct member *member)
{
    void *object = member->object;
    struct trial *trial = walk->targets.trial;
    trial->looked_at++;
    member->tally |= MEMBER_SEEN;
    yield_point(propose_object);
    /* acquire: the edges that are read next are no older.
     * pairs with: the release of every bump. */
    uint64_t word =
        member->word == UNREAD ? atomic_load_acquire(live_word_of(object)) : member->word;
    const struct hfi_books *books = plain_books(object, word);
    if (unlikely(!books || trial->confined)) {
        follow(walk, member, word);
        return;
    }
    note_walked(walk, member, word);
    edges_walk_few(object, books, see, walk);
}

static inline void
ask_for(void *context, void *target)
{
    (void)context;
    prefetch_object(target);
}

/* Asks for the headers of what the edges of an object lead to, all at once. */
static inline void
edges_prefetch(void *object)
{
    const struct hfi_books *books = books_at_once(object);
    if (books && books->edge_count != EDGES_ARE_MANY) edges_walk_few(object, books, ask_for, NULL);
}

/* The same for the members whose turn comes next, so that what several of them lead to is waited
 * for once. */
static inline void
edges_prefetch_ahead(struct walk *walk, uint32_t next, uint64_t objects)
{
    const struct trial *trial = walk->targets.trial;
    uint64_t end = next + EARLY_AHEAD, last = walk->start + objects;
    if (end > last) end = last;
    if (end > trial->count) end = trial->count;
    for (; walk->asked < end; walk->asked++) edges_prefetch(trial->members[walk->asked].object);
}

/* Looks at the members from `next` on, and those that are found meanwhile. Returns whether all were
 * looked at. In the beginning the walk ends when all references to what it walked come from there:
 * then that is garbage, however much else it reaches. Later on this isn't asked, as the targets
 * would have to leave their stream for it. */
static bool
look_at_all(struct walk *walk, uint32_t next, uint64_t objects)
{
    const struct trial *trial = walk->targets.trial;
    for (;; next++) {
        walk->is_early &= next - walk->start <= EARLY_LOOKS;
        if (!walk->is_early && next == trial->count) stream_end(&walk->targets, reach_target);
        if (next == trial->count) return true;
        if (next - walk->start >= objects || trial->lacks_memory) return false;
        if (walk->is_early && !walk->held) return false;
        if (walk->is_early && trial->count - next > 1) edges_prefetch_ahead(walk, next, objects);
        if (next + OBJECTS_AHEAD < trial->count) {
            prefetch_object(trial->members[next + OBJECTS_AHEAD].object);
        }
        walk->next = next + 1;
        walk->following = next + 1 < trial->count ? trial->members[next + 1].object : NULL;
        look_at(walk, &trial->members[next]);
    }
}

/* Not by an initializer, which would clear the ring of targets, too. */
static void
begin_walk(struct walk *walk, struct trial *trial, uint32_t start, uint64_t edges)
{
    stream_begin(&walk->targets, trial);
    walk->start = walk->asked = start;
    walk->edges_left = edges;
    walk->following = NULL;
    walk->is_early = true;
    walk->is_open = false;
    walk->held = 0;
}

/* What the walk saw first is open, and so is everything that leads there. */
static void
mark_open(struct trial *trial, uint32_t start)
{
    for (uint32_t i = start; i < trial->count; i++) trial->members[i].tally |= MEMBER_OPEN;
}

uint32_t
hfi_propose_from(struct trial *trial, void *candidate, struct reach reach)
{
    uint32_t start = trial->count;
    struct member *root = trial_enter(trial, candidate);
    if (!root) return MEMBER_NONE;
    uint32_t number = (uint32_t)(root - trial->members);
    root->tally |= MEMBER_TAKEN;
    if (root->tally & MEMBER_SEEN) return number;
    struct walk walk;
    begin_walk(&walk, trial, start, reach.edges);
    look_at(&walk, root);
    bool is_whole = look_at_all(&walk, walk.start + (number == walk.start), reach.objects);
    stream_end(&walk.targets, reach_target);
    if (is_whole && !walk.is_open) return number;
    trial->members[number].tally |= MEMBER_OPEN;
    mark_open(trial, walk.start);
    return number;
}

void
hfi_propose_all(struct trial *trial)
{
    struct walk walk;
    begin_walk(&walk, trial, 0, UINT64_MAX);
    walk.is_early = false;
    bool is_whole = look_at_all(&walk, 0, UINT64_MAX);
    stream_end(&walk.targets, reach_target);
    if (!is_whole || walk.is_open) mark_open(trial, 0);
}

bool
hfi_propose(struct trial *trial)
{
    uint32_t first = MEMBER_NONE;
    for (uint32_t i = 0; i < trial->count; i++) {
        struct member *member = &trial->members[i];
        uint64_t count = word_count(member->word), found = member_references(member);
        if (!member_is_garbage(member) || count == found) continue;
        if (count < found && !trial->is_alone) continue;
        /* Edges that lie are found here, where nothing else can explain them. */
        if (count < found) trial->faulty = type_of(member->object);
        first = member_lives(trial, member, first);
    }
    /* When most live it is cheaper to count anew without them than to go along all their edges. */
    bool is_little = trial->garbage && trial->garbage < trial->count / 4;
    hfi_trial_spread(trial, is_little ? hfi_recount(trial) : first);
    return trial->garbage;
}
