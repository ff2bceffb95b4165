/* SPDX-License-Identifier: MIT
 *
 * Snapshots, opened: the graph, its roots, and what is found on demand.
 * Knows the reader and the graph room. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "read.h"

static void
out_of_memory(const struct picture *picture)
{
    fail("%s: not enough memory for %" PRIu32 " objects", picture->path, picture->graph.node_count);
}

void
picture_open(struct picture *picture, const char *path)
{
    char fault[FAULT_BYTES];
    struct stat about;
    bool is_input = !strcmp(path, "-");
    FILE *in = is_input ? stdin : fopen(path, "re");
    *picture = (struct picture){.path = is_input ? "standard input" : path};
    if (!in) fail("%s: %s", path, strerror(errno));
    bool has_size = fstat(fileno(in), &about) == 0 && S_ISREG(about.st_mode);
    progress_begin("Reading", has_size ? (size_t)about.st_size : 0);
    int result = snapshot_read(in, &picture->graph, progress_step, fault);
    if (!is_input) fclose(in);
    if (result) {
        hfi_graph_end(&picture->graph);
        fail("%s: %s", picture->path, fault);
    }
    if (hfi_roots_find(&picture->graph, &picture->roots)) out_of_memory(picture);
    progress_end();
}

void
picture_close(struct picture *picture)
{
    hfi_paths_end(&picture->paths);
    hfi_dominators_end(&picture->dominators);
    hfi_roots_end(&picture->roots);
    hfi_graph_end(&picture->graph);
}

void
picture_find_symbols(struct picture *picture, const struct options *options)
{
    if (options->is_without_symbols) return;
    progress_begin("Looking for lines of the source", 0);
    hfi_symbols_find(&picture->graph);
    progress_end();
}

void
picture_find_dominators(struct picture *picture)
{
    if (picture->dominators.retained) return;
    progress_begin("Finding what dominates what", 0);
    if (hfi_dominators_find(&picture->graph, &picture->roots, &picture->dominators)) {
        out_of_memory(picture);
    }
    progress_end();
}

void
picture_find_paths(struct picture *picture)
{
    if (picture->paths.from) return;
    progress_begin("Finding the shortest ways", 0);
    if (hfi_paths_find(&picture->graph, &picture->roots, &picture->paths)) out_of_memory(picture);
    progress_end();
}

/* ---- objects by what people call them ---- */

/* Whether all of the text is a number of this base. */
static bool
parse(const char *text, int base, uint64_t *number)
{
    char *end;
    errno = 0;
    if (*text < '0' || (*text > '9' && base == 10)) return false;
    *number = strtoull(text, &end, base);
    return end != text && !*end && !errno;
}

/* The one of the type that retains most, or NO_NODE; then several tells how many there are. */
static uint32_t
find_by_type(struct picture *picture, const char *name, uint32_t *several)
{
    const struct hfi_graph *graph = &picture->graph;
    uint32_t best = NO_NODE;
    *several = 0;
    picture_find_dominators(picture);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (strcmp(graph->strings[graph->nodes[i].type], name) != 0) continue;
        const uint64_t *retained = picture->dominators.retained;
        if (best == NO_NODE || retained[i] > retained[best]) best = i;
        ++*several;
    }
    return best;
}

static uint32_t
find_by_number(const struct hfi_graph *graph, uint64_t number, bool is_address)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct hfi_node *node = &graph->nodes[i];
        if ((is_address ? node->address : node->serial) == number) return i;
    }
    return NO_NODE;
}

uint32_t
picture_find_object(struct picture *picture, const char *text)
{
    uint64_t number;
    uint32_t node, several;
    if (!strncmp(text, "0x", 2) && parse(text, 16, &number)) {
        node = find_by_number(&picture->graph, number, true);
        if (node == NO_NODE) fail("%s: there is no object at %s", picture->path, text);
        return node;
    }
    const char *digits = *text == '#' ? text + 1 : text;
    if (parse(digits, 10, &number)) {
        node = find_by_number(&picture->graph, number, false);
        if (node == NO_NODE) fail("%s: there is no object #%s", picture->path, digits);
        return node;
    }
    node = find_by_type(picture, text, &several);
    if (node == NO_NODE) fail("%s: there is no object of type %s", picture->path, text);
    if (several > 1) {
        fprintf(stderr, "Of %" PRIu32 " objects of type %s this is the one that retains most.\n",
                several, text);
    }
    return node;
}
