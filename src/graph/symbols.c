/* SPDX-License-Identifier: MIT
 *
 * Lines of the source for frames that have a module and an offset, asked of addr2line (binutils).
 * Knows plain graphs, and how a program is started; without it, or without debugging information,
 * frames stay as they are.
 * One program for each module reads all its offsets from a file without a name. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graph/graph.h"

enum { LINE_BYTES = 4096 };

/* A file with the offsets of the module's frames, to be read from its beginning; -1 without. */
static int
write_offsets(const struct hfi_graph *graph, uint32_t module)
{
    int file = memfd_create("offsets", MFD_CLOEXEC);
    if (file < 0) return -1;
    for (uint32_t i = 0; i < graph->frame_count; i++) {
        if (graph->frames[i].module != module || graph->frames[i].file) continue;
        if (dprintf(file, "0x%" PRIx64 "\n", graph->frames[i].offset) < 0) {
            close(file);
            return -1;
        }
    }
    lseek(file, 0, SEEK_SET);
    return file;
}

/* Starts it with this input; returns where its answers come from, or NULL. */
static FILE *
start(const char *module, int offsets, pid_t *child)
{
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC)) return NULL;
    char *const arguments[] = {(char[]){"addr2line"},
                               (char[]){"-a"},
                               (char[]){"-i"},
                               (char[]){"-f"},
                               (char[]){"-C"},
                               (char[]){"-e"},
                               (char *)(uintptr_t)module,
                               NULL};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, offsets, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, pipes[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int fault = posix_spawnp(child, arguments[0], &files, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    close(pipes[1]);
    FILE *answers = fault ? NULL : fdopen(pipes[0], "r");
    if (!answers) close(pipes[0]);
    return answers;
}

/* Takes "function" and "file:line", or question marks. */
static void
take_answer(struct hfi_graph *graph, struct hfi_frame *frame, const char *function, char *place)
{
    char *discriminator = strstr(place, " (discriminator");
    if (discriminator) *discriminator = 0;
    if (*function && *function != '?') {
        frame->function = hfi_graph_string(graph, function, strlen(function));
    }
    char *colon = strrchr(place, ':');
    if (*place == '?' || !colon) return;
    const char *slash = memrchr(place, '/', (size_t)(colon - place));
    const char *file = slash ? slash + 1 : place;
    frame->file = hfi_graph_string(graph, file, (size_t)(colon - file));
    frame->line = (uint32_t)strtoul(colon + 1, NULL, 10);
}

static bool
read_line(FILE *answers, char *line)
{
    if (!fgets(line, LINE_BYTES, answers)) return false;
    line[strcspn(line, "\n")] = 0;
    return true;
}

/* The next frame of the module that still asks, from number on. */
static uint32_t
next_frame(const struct hfi_graph *graph, uint32_t module, uint32_t number)
{
    while (number < graph->frame_count
           && (graph->frames[number].module != module || graph->frames[number].file)) {
        number++;
    }
    return number;
}

/* For each address a line with it, then function and place of the code, from the innermost of the
 * functions that were inlined there. The library's own, from its headers, are passed over. */
static void
take_answers(struct hfi_graph *graph, uint32_t module, FILE *answers)
{
    char line[LINE_BYTES], place[LINE_BYTES];
    uint32_t number = 0, next = next_frame(graph, module, 0);
    bool is_settled = true;
    while (next <= graph->frame_count && read_line(answers, line)) {
        if (!strncmp(line, "0x", 2)) {
            number = next;
            if (number == graph->frame_count) return;
            next = next_frame(graph, module, number + 1);
            is_settled = false;
            continue;
        }
        if (!read_line(answers, place)) return;
        if (is_settled) continue;
        take_answer(graph, &graph->frames[number], line, place);
        is_settled = !hfi_is_our_function(line);
    }
}

static void
ask(struct hfi_graph *graph, uint32_t module)
{
    pid_t child;
    int offsets = write_offsets(graph, module);
    if (offsets < 0) return;
    FILE *answers = start(graph->strings[module], offsets, &child);
    close(offsets);
    if (!answers) return;
    take_answers(graph, module, answers);
    fclose(answers);
    waitpid(child, NULL, 0);
}

void
hfi_symbols_find(struct hfi_graph *graph)
{
    /* A string is a module if a frame says so; each is asked about once. */
    bool *is_asked = calloc(graph->string_count, sizeof *is_asked);
    if (!is_asked) return;
    uint32_t strings = graph->string_count;
    for (uint32_t i = 0; i < graph->frame_count; i++) {
        uint32_t module = graph->frames[i].module;
        if (graph->frames[i].file || !module || module >= strings || is_asked[module]) continue;
        is_asked[module] = true;
        if (access(graph->strings[module], R_OK) == 0) ask(graph, module);
    }
    free(is_asked);
}
