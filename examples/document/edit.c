/* SPDX-License-Identifier: MIT
 *
 * The editor: one document, what is done to it, and what is selected of it.
 * Knows nodes, outlines, paths and watches.
 * Every edit first finds all nodes that it is about and holds them; then nothing that it moves or
 * removes can take one of them away under its hands. */
#include "edit.h"

#include <errno.h>
#include <string.h>

#include "outline.h"
#include "path.h"
#include "watch.h"

struct editor {
    node *document; /* owned */
    nodes selected;
    bool has_selected;
    struct watch watch;
};

static int
trouble(const char *what, const char *name)
{
    fprintf(stderr, "document: can't %s %s: %s\n", what, name,
            errno == ENOMEM ? "out of memory" : strerror(errno));
    return EXIT_TROUBLE;
}

static int
refuse(const struct edit *edit, const char *path, const char *why)
{
    fprintf(stderr, "document: --%s: %s %s\n", edit->option, path, why);
    return EXIT_BAD_DATA;
}

static int
read_open(FILE *file, const char *name, node **document)
{
    struct outline_problem problem = {0, NULL};
    *document = outline_read(file, &problem);
    if (*document) return EXIT_FINE;
    if (!problem.what) return trouble("read", name);
    fprintf(stderr, "document: %s:%zu: %s\n", name, problem.line, problem.what);
    return EXIT_BAD_DATA;
}

/* Reads a document; *document is owned. Returns the exit status. */
static int
read_document(const char *name, node **document)
{
    if (strcmp(name, "-") == 0) return read_open(stdin, "standard input", document);
    FILE *file = fopen(name, "r");
    if (!file) return trouble("open", name);
    int status = read_open(file, name, document);
    fclose(file);
    return status;
}

/* Finds at least one node. Returns the exit status. */
static int
find(const struct editor *e, const struct edit *edit, const char *path, nodes *found)
{
    if (path_find(e->document, path, found)) {
        return errno == ENOMEM ? trouble("edit", path) : refuse(edit, path, "is no path");
    }
    return hf_array_count(found) ? EXIT_FINE : refuse(edit, path, "means no node");
}

/* Finds the one node that others go below. */
static int
find_target(const struct editor *e, const struct edit *edit, nodes *target)
{
    int status = find(e, edit, edit->to, target);
    if (status || hf_array_count(target) == 1) return status;
    return refuse(edit, edit->to, "means more than one node");
}

/* Lets n, or a copy of it, be the last below target. Returns the exit status. */
static int
put(const struct edit *edit, node *target, node *n)
{
    hf_auto node *copy = edit->kind == EDIT_COPY ? node_clone(n) : hf_retain(n);
    if (copy && !node_append(target, copy)) return EXIT_FINE;
    return errno == ELOOP ? refuse(edit, edit->what, "would be below itself")
                          : trouble(edit->option, edit->what);
}

static int
put_all(const struct editor *e, const struct edit *edit, nodes *found)
{
    hf_auto nodes target = {0};
    int status = find_target(e, edit, &target);
    for (size_t i = 0; !status && i < hf_array_count(found); i++) {
        status = put(edit, hf_array_at(&target, 0), hf_array_at(found, i));
    }
    return status;
}

/* All nodes of another document come into this one; what is left of the other is its top. */
static int
insert(const struct editor *e, const struct edit *edit)
{
    hf_auto node *other = NULL;
    int status = read_document(edit->what, &other);
    if (status) return status;
    hf_auto nodes all = {0};
    if (hf_array_copy(&all, &other->children)) return trouble("insert", edit->what);
    return put_all(e, edit, &all);
}

/* Does what is done to each node by itself. Returns the exit status. */
static int
do_to_each(struct editor *e, const struct edit *edit, nodes *found)
{
    for (size_t i = 0; i < hf_array_count(found); i++) {
        node *each = hf_array_at(found, i);
        if (edit->kind == EDIT_REMOVE) {
            node_remove(each);
        } else if (edit->kind == EDIT_WATCH) {
            if (watch_add(&e->watch, each)) return trouble("watch", edit->what);
        } else if (hf_array_push(&e->selected, each)) {
            return trouble("select", edit->what);
        }
    }
    e->has_selected |= edit->kind == EDIT_SELECT;
    return EXIT_FINE;
}

static int
do_edit(struct editor *e, const struct edit *edit)
{
    if (edit->kind == EDIT_INSERT) return insert(e, edit);
    hf_auto nodes found = {0};
    int status = find(e, edit, edit->what, &found);
    if (status) return status;
    bool changes = edit->kind != EDIT_SELECT && edit->kind != EDIT_WATCH;
    if (changes && hf_array_at(&found, 0) == e->document) {
        return refuse(edit, edit->what, "is the document, not a part of it");
    }
    if (edit->kind == EDIT_MOVE || edit->kind == EDIT_COPY) return put_all(e, edit, &found);
    return do_to_each(e, edit, &found);
}

static int
write_all(const struct editor *e, const struct options *options, FILE *out)
{
    int failed = 0;
    if (!e->has_selected) failed = outline_write(out, e->document);
    for (size_t i = 0; !failed && i < hf_array_count(&e->selected); i++) {
        node *each = hf_array_at(&e->selected, i);
        failed = options->paths ? path_write(out, each) : outline_write(out, each);
    }
    return failed ? trouble("write", "the outline") : EXIT_FINE;
}

int
edit_run(const struct options *options, FILE *out)
{
    struct editor e = {.document = NULL};
    int status = read_document(options->file, &e.document);
    for (size_t i = 0; !status && i < options->edit_count; i++) {
        status = do_edit(&e, &options->edits[i]);
    }
    if (!status) status = write_all(&e, options, out);
    watch_end(&e.watch);
    hf_array_clear(&e.selected);
    hf_release(e.document);
    return status;
}
