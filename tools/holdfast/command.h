/* SPDX-License-Identifier: MIT
 *
 * What the subcommands share: their options, an opened snapshot, and how they speak.
 * Knows the graph room, and no runtime: the program whose heap it is may be long gone. */
#ifndef COMMAND_H
#define COMMAND_H

#include <yajl/yajl_gen.h>

#include "graph/graph.h"

/* Exit statuses. */
enum { FINE = 0, HAS_GROWN = 1, FAILED = 2 };

struct options {
    const char *operands[2]; /* files, and what to ask about; NULL: not said */
    const char *output;      /* a path, or NULL */
    const char *format;      /* or NULL */
    unsigned long most;      /* lines of a table */
    unsigned long depth;     /* edges away */
    bool is_json, is_exact, is_without_symbols, wants_all;
};

/* ---- an opened snapshot ---- */

struct picture {
    const char *path;
    struct hfi_graph graph;
    struct hfi_roots roots;
    struct hfi_dominators dominators; /* empty until asked for */
    struct hfi_paths paths;           /* likewise */
};

/* Each ends the program with a message when it can't. */
void picture_open(struct picture *picture, const char *path);
void picture_close(struct picture *picture);
void picture_find_symbols(struct picture *picture, const struct options *options);
void picture_find_dominators(struct picture *picture);
void picture_find_paths(struct picture *picture);

/* The object that the text names: "#12" or "12" by serial, "0x55d0" by address, else by type, of
 * which it is then the one that retains most. */
uint32_t picture_find_object(struct picture *picture, const char *text);

/* ---- the dominator tree, downwards ---- */

/* The objects below node are children[first[node]] up to, but without, first[node + 1], most bytes
 * first; those below nothing are at node_count. */
struct tree {
    uint32_t *first, *children;
};

void tree_make(struct tree *tree, const struct picture *picture);
void tree_end(struct tree *tree);
/* Writes node and all below it to nodes, each before those below it; returns how many. nodes has
 * room for all. */
uint32_t tree_list(const struct tree *tree, uint32_t node, uint32_t *nodes);

/* What would go with all objects of a type, by type. Owner: the caller, free. */
uint64_t *tree_retained_by_type(const struct tree *tree, const struct picture *picture);

/* Puts those that retain most first, and of equals those that were met first. */
void sort_by_retained(const struct picture *picture, uint32_t *nodes, uint32_t count);

/* ---- sums ---- */

struct type_sum {
    uint32_t type;
    uint64_t objects, bytes;
    uint64_t retained; /* for who wants to tell it */
};

/* Adds up so many nodes; NULL: the first of the graph. Returns how many types there are, in the
 * order of their strings. Owner of sums: the caller, free. */
uint32_t sum_by_type(const struct hfi_graph *graph, const uint32_t *nodes, uint32_t count,
                     struct type_sum **sums);

/* ---- speaking ---- */

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory, or the end of the program. */
void *room_for(size_t count, size_t bytes);

enum { SIZE_BYTES = 24 };
/* "17", "1.5 KiB", "2.0 GiB", or the exact number; returns text. */
const char *size_spell(const struct options *options, uint64_t bytes, char text[SIZE_BYTES]);

/* A line on a terminal's standard error while something takes longer than half a second; total is
 * 0 where nobody knows. */
void progress_begin(const char *what, size_t total);
void progress_step(size_t done);
void progress_end(void);

/* ---- JSON ---- */

yajl_gen json_begin(void);
void json_end(yajl_gen json); /* writes it to standard output */
void json_key(yajl_gen json, const char *key);
void json_text_field(yajl_gen json, const char *key, const char *text);
void json_number_field(yajl_gen json, const char *key, uint64_t number);
/* Its serial, type, address and bytes as an object below key; or without a key. */
void json_object_field(yajl_gen json, const char *key, const struct hfi_graph *graph,
                       uint32_t node);
/* A type, and its objects and bytes, as fields of the object that is open. */
void json_sum_fields(yajl_gen json, const struct hfi_graph *graph, const struct type_sum *sum);
/* A frame as people read it, after the key. */
void json_frame_field(yajl_gen json, const char *key, const struct hfi_graph *graph,
                      const struct hfi_frame *frame);
/* The frames of a stack, innermost first, as people read them. */
void json_stack_field(yajl_gen json, const char *key, const struct hfi_graph *graph,
                      uint32_t stack);
/* The shapes of cycles, with advice, and one example of each. */
void json_cycles_field(yajl_gen json, const char *key, const struct hfi_graph *graph,
                       const struct hfi_cycles *cycles);

/* ---- the subcommands: each returns an exit status ---- */

int run_types(const struct options *options);
int run_top(const struct options *options);
int run_leaks(const struct options *options);
int run_cycles(const struct options *options);
int run_why(const struct options *options);
int run_retained(const struct options *options);
int run_diff(const struct options *options);
int run_dot(const struct options *options);
int run_profile(const struct options *options);
int run_view(const struct options *options);

/* Where a subcommand that writes a file writes: the path of -o, or standard output. */
FILE *output_open(const struct options *options);
/* Ends the program with a message when not all could be written. */
void output_close(const struct options *options, FILE *out);

#endif
