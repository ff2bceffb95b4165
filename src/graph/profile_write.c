/* SPDX-License-Identifier: MIT
 *
 * Living bytes by the stacks that made them: for DHAT's viewer and the Firefox Profiler, and as
 * lines for flame graphs.
 * Knows plain graphs. The form of the former is that of DHAT's version 2 (dh_main.c in
 * Valgrind). */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "graph/graph.h"
#include "graph/json.h"

enum { FRAME_BYTES = 1024 };

/* Objects and bytes of each stack. */
struct sums {
    uint64_t *objects, *bytes;
};

static int
sums_begin(struct sums *sums, const struct hfi_graph *graph)
{
    sums->objects = calloc(graph->stack_count + (size_t)1, sizeof *sums->objects);
    sums->bytes = calloc(graph->stack_count + (size_t)1, sizeof *sums->bytes);
    if (!sums->objects || !sums->bytes) {
        free(sums->objects);
        free(sums->bytes);
        errno = ENOMEM;
        return -1;
    }
    for (uint32_t i = 0; i < graph->node_count; i++) {
        sums->objects[graph->nodes[i].stack]++;
        sums->bytes[graph->nodes[i].stack] += graph->nodes[i].bytes;
    }
    return 0;
}

static void
sums_end(struct sums *sums)
{
    free(sums->objects);
    free(sums->bytes);
}

/* ---- DHAT ---- */

static void
write_points(struct json *json, const struct hfi_graph *graph, const struct sums *sums)
{
    hfi_json_array_begin(json, "pps");
    for (uint32_t i = 0; i < graph->stack_count; i++) {
        if (!sums->objects[i]) continue;
        char totals[128];
        snprintf(totals, sizeof totals, "%s{\"tb\":%" PRIu64 ",\"tbk\":%" PRIu64 ",\"fs\":[",
                 json->needs_comma ? ",\n" : "", sums->bytes[i], sums->objects[i]);
        hfi_json_text(json, totals);
        json->needs_comma = false;
        const struct hfi_stack *stack = &graph->stacks[i];
        for (uint32_t f = 0; f < stack->count; f++) {
            json_number(json, graph->stack_frames[stack->first + f] + UINT64_C(1));
        }
        hfi_json_text(json, "]}");
        json->needs_comma = true;
    }
    hfi_json_array_end(json);
}

/* Spells the frame, cut if it is long. */
static void
spell(const struct hfi_graph *graph, const struct hfi_frame *frame, char text[FRAME_BYTES])
{
    text[0] = 0;
    FILE *out = fmemopen(text, FRAME_BYTES - 1, "w");
    if (!out) return;
    fprintf(out, "0x%" PRIX64 ": ", frame->offset);
    hfi_frame_write(graph, frame, out);
    fclose(out);
    text[FRAME_BYTES - 1] = 0;
}

static void
write_frames(struct json *json, const struct hfi_graph *graph)
{
    char text[FRAME_BYTES];
    hfi_json_array_begin(json, "ftbl");
    json_element(json, "[root]");
    for (uint32_t i = 0; i < graph->frame_count; i++) {
        spell(graph, &graph->frames[i], text);
        json_element(json, text);
    }
    hfi_json_array_end(json);
}

int
hfi_dhat_write(const struct hfi_graph *graph, FILE *out)
{
    struct sums sums;
    struct json *json = malloc(sizeof *json);
    if (!json || sums_begin(&sums, graph)) {
        free(json);
        return -1;
    }
    char process[32];
    snprintf(process, sizeof process, "%ld", (long)getpid());
    hfi_json_begin(json, out);
    hfi_json_text(json, "{\"dhatFileVersion\":2,\"mode\":\"heap\",\"verb\":\"Alive\","
                        "\"bklt\":false,\"bkacc\":false,\"bu\":\"byte\",\"bsu\":\"bytes\","
                        "\"bksu\":\"objects\",\"tu\":\"instrs\",\"Mtu\":\"Minstr\","
                        "\"cmd\":\"holdfast\",\"pid\":");
    hfi_json_text(json, process);
    hfi_json_text(json, ",\"te\":0");
    json->needs_comma = true;
    write_points(json, graph, &sums);
    write_frames(json, graph);
    hfi_json_text(json, "}\n");
    int result = hfi_json_end(json), reason = errno;
    sums_end(&sums);
    free(json);
    errno = reason;
    return result;
}

/* ---- flame graphs ---- */

/* Frames are separated by semicolons, and the number follows a blank. */
static void
write_name(const struct hfi_graph *graph, const struct hfi_frame *frame, FILE *out)
{
    const char *module = graph->strings[frame->module], *slash = strrchr(module, '/');
    const char *function = graph->strings[frame->function];
    if (!*function) {
        fprintf(out, "%s+0x%" PRIx64, slash ? slash + 1 : module, frame->offset);
        return;
    }
    for (; *function; function++) putc(*function == ';' || *function == ' ' ? '_' : *function, out);
}

int
hfi_collapsed_write(const struct hfi_graph *graph, FILE *out)
{
    struct sums sums;
    if (sums_begin(&sums, graph)) return -1;
    for (uint32_t i = 0; i < graph->stack_count; i++) {
        const struct hfi_stack *stack = &graph->stacks[i];
        if (!sums.objects[i]) continue;
        if (!stack->count) fprintf(out, "(unknown)");
        for (uint32_t f = stack->count; f-- > 0;) {
            write_name(graph, &graph->frames[graph->stack_frames[stack->first + f]], out);
            if (f) putc(';', out);
        }
        fprintf(out, " %" PRIu64 "\n", sums.bytes[i]);
    }
    sums_end(&sums);
    return fflush(out) || ferror(out) ? -1 : 0;
}
