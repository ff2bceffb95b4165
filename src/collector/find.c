/* SPDX-License-Identifier: MIT
 *
 * Report the garbage cycles, and end nothing.
 * Knows propose and verify, and components; a trial like any other, over all candidates, which stay
 * where they are. The program's function is called with the lock held and limbo open, so that
 * nothing of what it sees can go meanwhile. */
#include <errno.h>

#include "collector/figures.h"
#include "collector/trial.h"
#include "graph/graph.h"

/* One search; its memory is one piece. */
struct finding {
    struct trial *trial;
    struct number_graph graph;
    struct component_notes notes;
    uint32_t *numbers; /* of the members behind the vertices */
    uint32_t *sizes;   /* of components, by number */
    uint32_t *cycle;
    struct hf_cycle_edge *edges; /* of the cycle */
    uint64_t edge_count, edge_room;
    char *memory;
    size_t bytes;
};

/* ---- the garbage as plain numbers ---- */

/* Members that are garbage are numbered by their references, which nobody needs any more. */
static void
number_vertices(struct finding *finding)
{
    finding->graph.vertices = 0;
    for (uint32_t i = 0; i < finding->trial->count; i++) {
        struct member *member = &finding->trial->members[i];
        if (member_is_garbage(member)) member_set_references(member, finding->graph.vertices++);
    }
}

static void
count_edge(void *context, void *target)
{
    struct finding *finding = context;
    const struct member *member = trial_find(finding->trial, target);
    finding->edge_room += member && member_is_garbage(member);
}

/* There may be more edges now than there is room for: nothing keeps a weak reference to a member
 * from being upgraded. */
static void
add_edge(void *context, void *target)
{
    struct finding *finding = context;
    const struct member *member = trial_find(finding->trial, target);
    if (!member || !member_is_garbage(member)) return;
    if (finding->edge_count == finding->edge_room) return;
    finding->graph.targets[finding->edge_count++] = member_references(member);
}

static void
add_edges(struct finding *finding)
{
    uint32_t vertex = 0;
    for (uint32_t i = 0; i < finding->trial->count; i++) {
        const struct member *member = &finding->trial->members[i];
        if (!member_is_garbage(member)) continue;
        finding->numbers[vertex] = i;
        finding->graph.first[vertex++] = finding->edge_count;
        edges_walk(member->object, meta_of(member->object), add_edge, finding);
    }
    finding->graph.first[vertex] = finding->edge_count;
}

static void *
piece(struct finding *finding, size_t *at, size_t count, size_t size)
{
    void *start = finding->memory ? finding->memory + *at : NULL;
    *at += (count * size + 15) & ~(size_t)15;
    return start;
}

/* Lays out all pieces, and returns how many bytes they take. */
static size_t
lay_out(struct finding *finding)
{
    size_t at = 0, n = finding->graph.vertices;
    struct component_notes *notes = &finding->notes;
    finding->graph.first = piece(finding, &at, n + 1, sizeof(uint64_t));
    finding->graph.targets = piece(finding, &at, (size_t)finding->edge_room, sizeof(uint32_t));
    finding->numbers = piece(finding, &at, n, sizeof(uint32_t));
    finding->sizes = piece(finding, &at, n + 1, sizeof(uint32_t));
    finding->cycle = piece(finding, &at, n, sizeof(uint32_t));
    finding->edges = piece(finding, &at, n, sizeof(struct hf_cycle_edge));
    notes->component = piece(finding, &at, n, sizeof(uint32_t));
    notes->low = piece(finding, &at, n, sizeof(uint32_t));
    notes->index = piece(finding, &at, n, sizeof(uint32_t));
    notes->stack = piece(finding, &at, n, sizeof(uint32_t));
    notes->path = piece(finding, &at, n, sizeof(uint32_t));
    notes->next = piece(finding, &at, n, sizeof(uint64_t));
    return at;
}

/* Returns whether there was memory. */
static bool
build(struct finding *finding)
{
    number_vertices(finding);
    for (uint32_t i = 0; i < finding->trial->count; i++) {
        const struct member *member = &finding->trial->members[i];
        if (!member_is_garbage(member)) continue;
        edges_walk(member->object, meta_of(member->object), count_edge, finding);
    }
    finding->bytes = lay_out(finding);
    finding->memory = hfi_scratch_new(finding->bytes);
    if (!finding->memory) return false;
    lay_out(finding);
    add_edges(finding);
    return true;
}

/* ---- the words for it ---- */

struct naming {
    const void *target;
    struct hf_cycle_edge *edge;
    bool is_found;
};

static void
name_traced(void *context, void *target)
{
    struct naming *naming = context;
    if (target != naming->target || naming->is_found) return;
    naming->is_found = true;
    naming->edge->field = "(trace)";
}

static void
name_in_field(struct naming *naming, const hf_field *field, uintptr_t meta)
{
    const char *start = (const char *)naming->edge->object + field->offset;
    size_t count = field_count(field, naming->edge->object, meta);
    for (size_t i = 0; i < count && !naming->is_found; i++) {
        /* relaxed: garbage doesn't change. */
        void *const *place = (void *const *)(const void *)start + i;
        if (atomic_load_relaxed(place) != naming->target) continue;
        naming->is_found = true;
        naming->edge->field = field->name;
        naming->edge->index = i;
    }
}

/* The field of object that leads to target. */
static struct hf_cycle_edge
edge_between(void *object, const void *target)
{
    uintptr_t meta = meta_of(object);
    struct hf_cycle_edge edge = {.object = object, .type = type_of_meta(meta)};
    struct naming naming = {target, &edge, false};
    for (const hf_type *type = edge.type; type; type = type->base) {
        fields_of(type, field) {
            if (field_is_edge(field) && !field_leads_nowhere(field)) {
                name_in_field(&naming, field, meta);
            }
        }
    }
    if (!naming.is_found) hfi_trace(edge.type, object, name_traced, &naming);
    return edge;
}

static const struct member *
member_of(const struct finding *finding, uint32_t vertex)
{
    return &finding->trial->members[finding->numbers[vertex]];
}

/* ---- the call ---- */

/* Whether the objects of the cycle still are as they were judged. */
static bool
is_untouched(const struct finding *finding, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        const struct member *member = member_of(finding, finding->cycle[i]);
        /* acquire: as in read_words, collector/verify.c. */
        if (atomic_load_acquire(live_word_of(member->object)) != member->word) return false;
    }
    return true;
}

/* In a small group the shortest of all cycles is told, in a larger one that of its first object. Of
 * those that are equally short it begins with the candidate that came last: what a program lets go
 * of last is most often what it thinks of as the owner. */
enum { SMALL_GROUP = 64, VERTICES_AHEAD = 4096 };

/* Returns the length of the cycle that is told, from start, the first vertex of its component, and
 * leaves it in finding->cycle. */
static uint32_t
choose_cycle(struct finding *finding, uint32_t start)
{
    const uint32_t *component = finding->notes.component;
    uint32_t best = start, size = finding->sizes[component[start]];
    uint32_t least = hfi_components_cycle(&finding->graph, &finding->notes, start, finding->cycle);
    if (size > SMALL_GROUP || !least) return least;
    uint32_t end = finding->graph.vertices - start > VERTICES_AHEAD ? start + VERTICES_AHEAD
                                                                    : finding->graph.vertices;
    for (uint32_t v = start + 1, left = size - 1; v < end && left; v++) {
        if (component[v] != component[start]) continue;
        left--;
        uint32_t length = hfi_components_cycle(&finding->graph, &finding->notes, v, finding->cycle);
        bool is_candidate = member_of(finding, v)->tally & MEMBER_TAKEN;
        if (length > least || (length == least && !is_candidate)) continue;
        least = length;
        best = v;
    }
    return hfi_components_cycle(&finding->graph, &finding->notes, best, finding->cycle);
}

/* Reports the component of start, if it is a cycle. Returns whether it is. */
static bool
report(struct finding *finding, uint32_t start, void (*fn)(const struct hf_cycle *, void *),
       void *ctx)
{
    uint32_t length = choose_cycle(finding, start);
    for (uint32_t i = 0; i < length; i++) {
        void *object = member_of(finding, finding->cycle[i])->object;
        const struct member *next = member_of(finding, finding->cycle[(i + 1) % length]);
        finding->edges[i] = edge_between(object, next->object);
    }
    if (!length || !is_untouched(finding, length)) return false;
    struct hf_cycle cycle = {finding->edges, length,
                             finding->sizes[finding->notes.component[start]]};
    if (fn) fn(&cycle, ctx);
    return true;
}

/* Each component once, from its first vertex. */
static size_t
report_all(struct finding *finding, void (*fn)(const struct hf_cycle *, void *), void *ctx)
{
    size_t found = 0;
    hfi_components_find(&finding->graph, &finding->notes);
    const uint32_t *component = finding->notes.component;
    for (uint32_t v = 0; v < finding->graph.vertices; v++) finding->sizes[component[v]]++;
    for (uint32_t v = 0; v < finding->graph.vertices; v++) {
        if (!finding->sizes[component[v]]) continue;
        found += report(finding, v, fn, ctx);
        finding->sizes[component[v]] = 0;
    }
    return found;
}

/* Enters all candidates into the trial, and leaves them in their queues. */
static void
enter_candidates(struct trial *trial, struct hfi_candidates *candidates)
{
    for (unsigned level = 0; level < CANDIDATE_LEVELS; level++) {
        struct hfi_candidate_queue *queue = &candidates->level[level];
        for (size_t left = queue->count; left; left--) {
            uint64_t note;
            void *object = candidate_queue_take(queue, &note);
            uint64_t word = candidate_word(object);
            if (candidate_bury(object, word)) {
                candidates->unburied--;
                continue;
            }
            hfi_candidate_queue_put(queue, object, word);
            if (!(word & WORD_DEAD)) propose_enter(trial, object, word);
        }
    }
}

/* Returns how many cycles were reported, or SIZE_MAX without memory. */
static size_t
find_among(struct hfi_candidates *candidates, struct trial *trial,
           void (*fn)(const struct hf_cycle *, void *), void *ctx)
{
    enter_candidates(trial, candidates);
    hfi_propose_all(trial);
    if (trial->lacks_memory) return SIZE_MAX;
    /* Also where nobody can come in between: an edge that lies doesn't make a member garbage. */
    if (!hfi_propose(trial) || !hfi_verify(trial)) return 0;
    struct finding finding = {.trial = trial};
    size_t found = build(&finding) ? report_all(&finding, fn, ctx) : SIZE_MAX;
    hfi_scratch_free(finding.memory, finding.bytes);
    return found;
}

/* Without a lock, as the report runs the program's code. */
static void
end_search(struct trial *trial)
{
    if (trial->faulty) hfi_report_fault(trial->faulty);
    hfi_trial_end(trial);
}

static size_t
find_shared(void (*fn)(const struct hf_cycle *, void *), void *ctx)
{
    struct trial trial;
    hfi_trial_begin(&trial, false, 0);
    struct hfi_candidates *candidates = hfi_candidates_lock();
    hfi_limbo_open();
    hfi_candidates_gather(candidates);
    size_t found = find_among(candidates, &trial, fn, ctx);
    hfi_limbo_close();
    hfi_candidates_unlock();
    end_search(&trial);
    return found;
}

static size_t
find_confined(void (*fn)(const struct hf_cycle *, void *), void *ctx)
{
    struct trial trial;
    hfi_trial_begin(&trial, false, thread_tag());
    size_t found = find_among(hfi_candidates_confined(), &trial, fn, ctx);
    end_search(&trial);
    return found;
}

size_t
hf_find_cycles(void (*fn)(const struct hf_cycle *cycle, void *ctx), void *ctx)
{
    if (hfi_death_runs || hfi_collect_is_barred) return 0;
    hfi_collect_is_barred = true;
    size_t confined = thread_tag() ? find_confined(fn, ctx) : 0;
    size_t shared = confined == SIZE_MAX ? 0 : find_shared(fn, ctx);
    hfi_collect_is_barred = false;
    if (confined != SIZE_MAX && shared != SIZE_MAX) return confined + shared;
    errno = ENOMEM;
    return SIZE_MAX;
}
