/* SPDX-License-Identifier: MIT
 *
 * Who dominates whom, and how much would go with it (Lengauer and Tarjan, A Fast Algorithm for
 * Finding Dominators in a Flowgraph, 1979, with the simple linking).
 * Knows plain graphs.
 * Nodes are renamed to their number in depth-first order, from 2; 1 is the root above all roots,
 * and 0 is none.
 * All arrays are by that number, so that the steps that walk them in order walk memory in order. */
#include <errno.h>
#include <stdlib.h>

#include "graph/graph.h"

enum { ROOT = 1, FIRST = 2 };

struct search {
    const struct hfi_graph *graph;
    const struct hfi_roots *roots;
    uint32_t count;     /* one more than the highest number */
    uint32_t *number;   /* by node; 0: not reached yet */
    uint32_t *node;     /* the node of each number */
    uint32_t *parent;   /* in the depth-first tree */
    uint32_t *semi;     /* the semidominator */
    uint32_t *ancestor; /* in the forest of linked vertices */
    uint32_t *label;    /* least semidominator on the way to the ancestor */
    uint32_t *dominator;
    uint32_t *bucket, *next_in_bucket; /* those with this semidominator */
    uint32_t *source_first, *sources;  /* edges turned around; numbers */
    uint32_t *stack, *next_edge;
};

static bool
search_begin(struct search *s)
{
    size_t n = (size_t)s->graph->node_count + FIRST;
    uint32_t **by_number[] = {&s->number,   &s->node,           &s->parent,       &s->semi,
                              &s->ancestor, &s->label,          &s->dominator,    &s->bucket,
                              &s->stack,    &s->next_in_bucket, &s->source_first, &s->next_edge};
    bool has_memory = true;
    for (size_t i = 0; i < sizeof by_number / sizeof by_number[0]; i++) {
        *by_number[i] = calloc(n + 1, sizeof(uint32_t));
        has_memory &= *by_number[i] != NULL;
    }
    s->sources = malloc(((size_t)s->graph->edge_count + n) * sizeof(uint32_t));
    return has_memory && s->sources;
}

static void
search_end(struct search *s)
{
    uint32_t *all[] = {s->number,       s->node,      s->parent, s->semi,  s->ancestor,
                       s->label,        s->dominator, s->bucket, s->stack, s->next_in_bucket,
                       s->source_first, s->next_edge, s->sources};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) free(all[i]);
}

/* ---- step 1: numbers in depth-first order ---- */

static void
discover(struct search *s, uint32_t node, uint32_t parent)
{
    uint32_t number = s->count++;
    s->number[node] = number;
    s->node[number] = node;
    s->parent[number] = parent;
    s->next_edge[number] = s->graph->nodes[node].first_edge;
}

static void
search_from(struct search *s, uint32_t root)
{
    const struct hfi_graph *graph = s->graph;
    uint32_t depth = 0;
    discover(s, root, ROOT);
    s->stack[depth++] = s->number[root];
    while (depth) {
        uint32_t number = s->stack[depth - 1];
        if (s->next_edge[number] == graph_edges_end(graph, s->node[number])) {
            depth--;
            continue;
        }
        const struct hfi_graph_edge *edge = &graph->edges[s->next_edge[number]++];
        if (edge->is_weak || s->number[edge->to]) continue;
        discover(s, edge->to, number);
        s->stack[depth++] = s->number[edge->to];
    }
}

static void
number_all(struct search *s)
{
    s->count = FIRST;
    for (uint32_t i = 0; i < s->roots->count; i++) {
        if (!s->number[s->roots->nodes[i]]) search_from(s, s->roots->nodes[i]);
    }
}

/* ---- edges turned around ---- */

/* Calls for each strong edge between numbered nodes, and for the root's. */
#define FOR_EACH_EDGE(s, from, to, do_this)                                          \
    for (uint32_t i_ = 0; i_ < (s)->roots->count; i_++) {                            \
        uint32_t from = ROOT, to = (s)->number[(s)->roots->nodes[i_]];               \
        do_this;                                                                     \
    }                                                                                \
    for (uint32_t from = FIRST; from < (s)->count; from++) {                         \
        uint32_t node_ = (s)->node[from], end_ = graph_edges_end((s)->graph, node_); \
        for (uint32_t e_ = (s)->graph->nodes[node_].first_edge; e_ < end_; e_++) {   \
            uint32_t to = (s)->number[(s)->graph->edges[e_].to];                     \
            if (!(s)->graph->edges[e_].is_weak) do_this;                             \
        }                                                                            \
    }

static void
turn_around(struct search *s)
{
    FOR_EACH_EDGE(s, from, to, ((void)from, s->source_first[to + 1]++));
    for (uint32_t v = 0; v < s->count; v++) s->source_first[v + 1] += s->source_first[v];
    /* next_edge is free by now: where the next source of each goes. */
    for (uint32_t v = 0; v < s->count; v++) s->next_edge[v] = s->source_first[v];
    FOR_EACH_EDGE(s, from, to, s->sources[s->next_edge[to]++] = from);
}

/* ---- steps 2 and 3: semidominators, and dominators that follow from them ---- */

/* Shortens the way from v to the root of its tree, so that label[v] is the least on it. The way is
 * kept on a stack, as it may be long. */
static void
compress(struct search *s, uint32_t v)
{
    uint32_t depth = 0;
    for (; s->ancestor[s->ancestor[v]]; v = s->ancestor[v]) s->stack[depth++] = v;
    while (depth) {
        v = s->stack[--depth];
        uint32_t above = s->ancestor[v];
        if (s->semi[s->label[above]] < s->semi[s->label[v]]) s->label[v] = s->label[above];
        s->ancestor[v] = s->ancestor[above];
    }
}

static uint32_t
least_on_way(struct search *s, uint32_t v)
{
    if (!s->ancestor[v]) return v;
    compress(s, v);
    return s->label[v];
}

static void
settle_bucket(struct search *s, uint32_t parent)
{
    for (uint32_t v = s->bucket[parent]; v; v = s->next_in_bucket[v]) {
        uint32_t least = least_on_way(s, v);
        s->dominator[v] = s->semi[least] < s->semi[v] ? least : parent;
    }
    s->bucket[parent] = 0;
}

static void
find_semidominators(struct search *s)
{
    for (uint32_t v = 0; v < s->count; v++) s->semi[v] = s->label[v] = v;
    for (uint32_t w = s->count - 1; w > ROOT; w--) {
        for (uint32_t i = s->source_first[w]; i < s->source_first[w + 1]; i++) {
            uint32_t semi = s->semi[least_on_way(s, s->sources[i])];
            if (semi < s->semi[w]) s->semi[w] = semi;
        }
        uint32_t parent = s->parent[w], semi = s->semi[w];
        s->next_in_bucket[w] = s->bucket[semi];
        s->bucket[semi] = w;
        s->ancestor[w] = parent;
        settle_bucket(s, parent);
    }
}

/* ---- step 4, and the answer ---- */

static void
settle_all(struct search *s)
{
    for (uint32_t w = FIRST; w < s->count; w++) {
        if (s->dominator[w] != s->semi[w]) s->dominator[w] = s->dominator[s->dominator[w]];
    }
}

static void
tell(const struct search *s, struct hfi_dominators *dominators)
{
    for (uint32_t node = 0; node < s->graph->node_count; node++) {
        dominators->retained[node] = s->graph->nodes[node].bytes;
    }
    /* A dominator has a smaller number than those it dominates. */
    for (uint32_t w = s->count - 1; w > ROOT; w--) {
        uint32_t above = s->dominator[w], node = s->node[w];
        dominators->dominator[node] = above != ROOT ? s->node[above] : NO_NODE;
        if (above != ROOT) dominators->retained[s->node[above]] += dominators->retained[node];
    }
}

int
hfi_dominators_find(const struct hfi_graph *graph, const struct hfi_roots *roots,
                    struct hfi_dominators *dominators)
{
    struct search search = {.graph = graph, .roots = roots};
    size_t n = graph->node_count ? graph->node_count : 1;
    dominators->dominator = malloc(n * sizeof *dominators->dominator);
    dominators->retained = malloc(n * sizeof *dominators->retained);
    bool has_memory = search_begin(&search) && dominators->dominator && dominators->retained;
    if (has_memory) {
        number_all(&search);
        turn_around(&search);
        find_semidominators(&search);
        settle_all(&search);
        tell(&search, dominators);
    } else {
        hfi_dominators_end(dominators);
    }
    search_end(&search);
    if (has_memory) return 0;
    errno = ENOMEM;
    return -1;
}

void
hfi_dominators_end(struct hfi_dominators *dominators)
{
    free(dominators->dominator);
    free(dominators->retained);
    *dominators = (struct hfi_dominators){0};
}
