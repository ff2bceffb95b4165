/* SPDX-License-Identifier: MIT
 *
 * Writes the snapshots that the tests of the command read: of a server, of the same later, of
 * another process, and of nothing.
 * Knows the graph room. Graphs are put together by hand, so that addresses and lines are always the
 * same. subject DIRECTORY; or: subject DIRECTORY large, of a chain and of many equal objects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"

static struct hfi_graph graph;

static uint32_t
name(const char *text)
{
    return hfi_graph_string(&graph, text, strlen(text));
}

static uint32_t
node(const char *type, uint64_t serial, uint64_t bytes, uint32_t count, uint32_t outside,
     uint32_t stack)
{
    struct hfi_node it = {.address = 0x1000 * serial,
                          .serial = serial,
                          .bytes = bytes,
                          .type = name(type),
                          .stack = stack,
                          .count = count,
                          .outside = outside};
    return hfi_graph_add_node(&graph, &it);
}

static void
edge(uint32_t to, const char *field, uint32_t index, bool is_weak)
{
    hfi_graph_add_edge(
        &graph, (struct hfi_graph_edge){
                    .to = to, .name = name(field) & INT32_MAX, .is_weak = is_weak, .index = index});
}

static uint32_t
frame(const char *function, const char *file, uint32_t line)
{
    struct hfi_frame it = {.offset = 0x100 + line,
                           .module = name("/no/such/program"),
                           .function = name(function),
                           .file = name(file),
                           .line = line};
    return hfi_graph_add_frame(&graph, &it);
}

static void
end(const char *directory, const char *file)
{
    char path[4096];
    struct hfi_roots roots;
    snprintf(path, sizeof path, "%s/%s.heapsnapshot", directory, file);
    FILE *out = fopen(path, "we");
    if (!out || graph.lacks_memory || hfi_roots_find(&graph, &roots)
        || hfi_heapsnapshot_write(&graph, &roots, out) || fclose(out)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    hfi_roots_end(&roots);
    hfi_graph_end(&graph);
}

/* A server that is held from outside has an array of sessions, each of which knows it weakly; and
 * an analyzer and its reporter hold each other, and a text with a name that HTML must not read. */
static void
write_server(const char *directory, const char *file, unsigned sessions)
{
    enum { BEFORE_SESSIONS = 5 };
    hfi_graph_begin(&graph);
    uint32_t frames[] = {frame("session_new", "session.c", 12), frame("main", "main.c", 40),
                         frame("hf_array_push", "array.c", 90)};
    uint32_t of_session = hfi_graph_add_stack(&graph, frames, 2);
    uint32_t of_main = hfi_graph_add_stack(&graph, &frames[1], 1);
    uint32_t of_array = hfi_graph_add_stack(&graph, (uint32_t[]){frames[2], frames[1]}, 2);
    uint32_t server = node("server", 1, 64, 2, 2, of_main);
    uint32_t items = node("hf_array_items", 2, 4000, 1, 0, of_array);
    uint32_t analyzer = node("analyzer", 3, 56, 1, 0, of_main);
    uint32_t reporter = node("reporter", 4, 24, 1, 0, of_main);
    uint32_t text = node("text</script><!--<script>", 5, 5000000000, 1, 0, 0);
    for (unsigned i = 0; i < sessions; i++) node("session", 10 + i, 100, 1, 0, of_session);
    hfi_graph_begin_edges(&graph, server);
    edge(items, "sessions", NO_INDEX, false);
    hfi_graph_begin_edges(&graph, items);
    for (unsigned i = 0; i < sessions; i++) edge(BEFORE_SESSIONS + i, "items", i, false);
    hfi_graph_begin_edges(&graph, analyzer);
    edge(reporter, "reporter", NO_INDEX, false);
    edge(text, "title", NO_INDEX, false);
    hfi_graph_begin_edges(&graph, reporter);
    edge(analyzer, "owner", NO_INDEX, false);
    hfi_graph_begin_edges(&graph, text);
    for (unsigned i = 0; i < sessions; i++) {
        hfi_graph_begin_edges(&graph, BEFORE_SESSIONS + i);
        edge(server, "server", NO_INDEX, true);
    }
    struct hfi_holder holder = {.node = server, .references = 1, .stack = of_main};
    hfi_graph_add_holder(&graph, &holder);
    holder = (struct hfi_holder){
        .node = server, .references = 1, .place = name("global variable the_server")};
    hfi_graph_add_holder(&graph, &holder);
    end(directory, file);
}

static void
write_others(const char *directory)
{
    hfi_graph_begin(&graph);
    end(directory, "nothing");
    hfi_graph_begin(&graph);
    node("session", 1, 64, 1, 1, 0);
    end(directory, "other");
}

/* A chain, whose way is long, beside a hundred thousand that hang on one; two of those share
 * something that is larger than they are. */
static void
write_large(const char *directory)
{
    enum { CHAIN = 50000, MANY = 100000, SHARING = 70 };
    hfi_graph_begin(&graph);
    for (uint32_t i = 0; i < CHAIN; i++) node("link", 1 + i, 16, 1, i == 0, 0);
    uint32_t owner = node("owner", CHAIN + 1, 800000, 1, 1, 0);
    for (uint32_t i = 0; i < MANY; i++) node("leaf", CHAIN + 2 + i, 10 + i % 100, 1, 0, 0);
    uint32_t shared = node("shared", CHAIN + 2 + MANY, 2000000, 2, 0, 0);
    for (uint32_t i = 0; i < CHAIN; i++) {
        hfi_graph_begin_edges(&graph, i);
        if (i + 1 < CHAIN) edge(i + 1, "next", NO_INDEX, false);
    }
    hfi_graph_begin_edges(&graph, owner);
    for (uint32_t i = 0; i < MANY; i++) edge(owner + 1 + i, "leaves", i, false);
    for (uint32_t i = 0; i < MANY; i++) {
        hfi_graph_begin_edges(&graph, owner + 1 + i);
        if (i == SHARING || i == SHARING + 1) edge(shared, "partner", NO_INDEX, false);
    }
    hfi_graph_begin_edges(&graph, shared);
    end(directory, "large");
}

int
main(int argc, char **argv)
{
    if (argc < 2) return EXIT_FAILURE;
    write_server(argv[1], "server", 3);
    write_server(argv[1], "later", 5);
    write_others(argv[1]);
    if (argc > 2) write_large(argv[1]);
    return EXIT_SUCCESS;
}
