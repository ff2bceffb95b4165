/* SPDX-License-Identifier: MIT
 *
 * Catalogue, case G22: a random graph of fifty nodes is changed by random operations, and compared
 * with a plain walk over a model of it after each collection.
 * Knows public headers and the nodes of graph.h.
 * What the model can't reach may be dead or not until a collection has been asked for; then it must
 * be. tests/fuzz does more of the kind; this one runs in every way to collect. */
#include <string.h>

#include "collect/graph.h"

enum { NODES = 50, HANDLES = 6, WEAKS = 6, STEPS = 20000, STEPS_BESIDE_OTHERS = 600, NOBODY = -1 };

/* A node of the model. */
struct vertex {
    node *address; /* NULL: a free one */
    size_t number;
    int edges[PLACES];
};

static struct {
    struct vertex vertices[NODES];
    struct {
        node *owned;
        int vertex;
    } handles[HANDLES];
    struct {
        node_weak reference;
        int vertex;
    } weaks[WEAKS];
    const enum kind_number *kinds;
    size_t kind_count;
    uint64_t random;
    bool is_seeded;
} graph;

static size_t
choose(size_t limit)
{
    graph.random ^= graph.random << 13;
    graph.random ^= graph.random >> 7;
    graph.random ^= graph.random << 17;
    return (size_t)((graph.random >> 20) % limit);
}

/* ---- the plain walk ---------------------------------------------------------------------- */

static void
mark(int vertex, bool *reached)
{
    if (vertex == NOBODY || reached[vertex]) return;
    reached[vertex] = true;
    for (size_t i = 0; i < PLACES; i++) mark(graph.vertices[vertex].edges[i], reached);
}

static void
mark_all(bool *reached)
{
    memset(reached, false, NODES * sizeof *reached);
    for (size_t i = 0; i < HANDLES; i++) {
        if (graph.handles[i].owned) mark(graph.handles[i].vertex, reached);
    }
}

static size_t
references_to(int vertex, const bool *reached)
{
    size_t count = 0;
    for (size_t i = 0; i < HANDLES; i++) {
        count += graph.handles[i].owned && graph.handles[i].vertex == vertex;
    }
    for (size_t i = 0; i < NODES; i++) {
        for (size_t k = 0; reached[i] && k < PLACES; k++) {
            count += graph.vertices[i].edges[k] == vertex;
        }
    }
    return count;
}

static void
expect_alive(int vertex, const bool *reached)
{
    const struct vertex *v = &graph.vertices[vertex];
    expect_whole(v->address);
    expect_count(v->address, references_to(vertex, reached));
    for (size_t i = 0; i < PLACES; i++) {
        const node *expected = v->edges[i] == NOBODY ? NULL : graph.vertices[v->edges[i]].address;
        ck_assert_ptr_eq(at(v->address, i), expected);
    }
}

static void
expect_gone(int vertex)
{
    ck_assert_uint_eq(deaths_of(graph.vertices[vertex].number), 1);
    for (size_t i = 0; i < WEAKS; i++) {
        if (graph.weaks[i].vertex != vertex) continue;
        ck_assert(!is_there(&graph.weaks[i].reference));
        graph.weaks[i].vertex = NOBODY;
    }
    graph.vertices[vertex].address = NULL;
}

static void
collect_and_compare(void)
{
    bool reached[NODES];
    collect();
    mark_all(reached);
    for (int i = 0; i < NODES; i++) {
        if (!graph.vertices[i].address) continue;
        if (reached[i]) expect_alive(i, reached);
        else expect_gone(i);
    }
}

/* ---- operations -------------------------------------------------------------------------- */

static int
free_vertex(void)
{
    for (int i = 0; i < NODES; i++) {
        if (!graph.vertices[i].address) return i;
    }
    return NOBODY;
}

/* The handle owns the node, or nothing; what it owned goes. */
static void
fill_handle(size_t handle, node *owned, int vertex)
{
    node *former = graph.handles[handle].owned;
    graph.handles[handle].owned = owned;
    graph.handles[handle].vertex = vertex;
    if (former) drop(former);
}

/* What a handle leads to, perhaps some steps further. */
static int
choose_vertex(void)
{
    size_t handle = choose(HANDLES);
    if (!graph.handles[handle].owned) return NOBODY;
    int vertex = graph.handles[handle].vertex;
    for (size_t steps = choose(5); steps > 0; steps--) {
        int next = graph.vertices[vertex].edges[choose(PLACES)];
        if (next != NOBODY) vertex = next;
    }
    return vertex;
}

static void
make_one(void)
{
    int vertex = free_vertex();
    if (vertex == NOBODY) {
        collect_and_compare();
        return;
    }
    node *n = make(graph.kinds[choose(graph.kind_count)]);
    graph.vertices[vertex] = (struct vertex){n, n->number, {NOBODY, NOBODY, NOBODY}};
    fill_handle(choose(HANDLES), n, vertex);
}

static void
link_some(void)
{
    int from = choose_vertex(), to = choose(8) ? choose_vertex() : NOBODY;
    if (from == NOBODY) return;
    size_t place = choose(PLACES);
    graph.vertices[from].edges[place] = to;
    link_to(graph.vertices[from].address, place, to == NOBODY ? NULL : graph.vertices[to].address);
}

static void
give_a_handle(void)
{
    int from = choose_vertex();
    size_t handle = choose(HANDLES), place = choose(PLACES);
    if (from == NOBODY || !graph.handles[handle].owned) return;
    graph.vertices[from].edges[place] = graph.handles[handle].vertex;
    give(graph.vertices[from].address, place, hf_move(graph.handles[handle].owned));
}

static void
take_one(void)
{
    int from = choose_vertex();
    size_t place = choose(PLACES);
    if (from == NOBODY || graph.vertices[from].edges[place] == NOBODY) return;
    int taken = graph.vertices[from].edges[place];
    graph.vertices[from].edges[place] = NOBODY;
    fill_handle(choose(HANDLES), take(graph.vertices[from].address, place), taken);
}

static void
copy_one(void)
{
    int vertex = choose_vertex();
    if (vertex == NOBODY) return;
    fill_handle(choose(HANDLES), hf_retain(graph.vertices[vertex].address), vertex);
}

static void
drop_one(void)
{
    fill_handle(choose(HANDLES), NULL, NOBODY);
}

static void
watch_one(void)
{
    size_t weak = choose(WEAKS);
    int vertex = choose_vertex();
    if (vertex == NOBODY) return;
    watch(&graph.weaks[weak].reference, graph.vertices[vertex].address);
    graph.weaks[weak].vertex = vertex;
}

/* What is garbage may still be there, and then is none any more. */
static void
upgrade_one(void)
{
    size_t weak = choose(WEAKS);
    int vertex = graph.weaks[weak].vertex;
    bool reached[NODES];
    mark_all(reached);
    node *n = hf_upgrade(&graph.weaks[weak].reference);
    if (vertex == NOBODY || reached[vertex]) {
        ck_assert_ptr_eq(n, vertex == NOBODY ? NULL : graph.vertices[vertex].address);
    }
    if (n) fill_handle(choose(HANDLES), n, vertex);
}

static void
run_steps(void)
{
    static void (*const steps[])(void) = {make_one,  link_some,     link_some, link_some,
                                          link_some, give_a_handle, take_one,  copy_one,
                                          drop_one,  drop_one,      watch_one, upgrade_one};
    size_t count = is_concurrent() ? STEPS_BESIDE_OTHERS : hf_test_rounds(STEPS);
    for (size_t i = 0; i < count; i++) {
        steps[choose(sizeof steps / sizeof *steps)]();
        if (choose(100) == 0) collect_and_compare();
    }
}

static void
run_graph(const enum kind_number *of_kinds, size_t count)
{
    if (!graph.is_seeded) graph.random = hf_test_seed() | 1;
    graph.is_seeded = true;
    graph.kinds = of_kinds;
    graph.kind_count = count;
    for (size_t i = 0; i < WEAKS; i++) graph.weaks[i].vertex = NOBODY;
    run_steps();
    for (size_t i = 0; i < HANDLES; i++) fill_handle(i, NULL, NOBODY);
    collect_and_compare();
    for (size_t i = 0; i < WEAKS; i++) hf_weak_clear(&graph.weaks[i].reference);
}

CASE(G22_a_random_graph_is_always_what_a_plain_walk_finds)
{
    static const enum kind_number shared[] = {PLAIN, ARRAY,   FLEX,  DERIVED, NESTED,
                                              OWNER, ALIGNED, MIXED, SERVED,  GUARDED};
    run_graph(shared, sizeof shared / sizeof *shared);
}

CASE(G22_so_is_one_of_plain_nodes_only)
{
    static const enum kind_number plain_only[] = {PLAIN};
    run_graph(plain_only, 1);
}

CASE(G22_so_is_one_of_confined_nodes)
{
    static const enum kind_number confined[] = {CONFINED, CONFINED_TRACED};
    run_graph(confined, 2);
}

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("random graphs");
    TCase *tests = tcase_create("random graphs");
    add_case(tests, G22_a_random_graph_is_always_what_a_plain_walk_finds);
    add_case(tests, G22_so_is_one_of_plain_nodes_only);
    add_case(tests, G22_so_is_one_of_confined_nodes);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
