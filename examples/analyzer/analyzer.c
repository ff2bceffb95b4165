/* SPDX-License-Identifier: MIT
 *
 * The analyzer: file by file, from the reader through the table to the generator.
 * Knows everything below it.
 * Every reference that a function holds is an hf_auto variable, so that each way out, out of memory
 * included, gives all of them back. */
#include "analyzer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

HF_TYPE(analyzer, .fields = HF_FIELDS(HF_STRONG_TO(analyzer, reporter, generator),
                                      HF_STRONG_TO(analyzer, cache, hf_cache),
                                      HF_STRONG_TO(analyzer, current, table)));

/* Tells what could not be done, and by errno why; returns the exit status for it. */
static int
tell(const char *what, const char *name)
{
    const char *reason = errno == ENOMEM ? "out of memory" : strerror(errno);
    fprintf(stderr, "analyzer: can't %s %s: %s\n", what, name, reason);
    return EXIT_TROUBLE;
}

static analyzer *
analyzer_new(const struct options *options)
{
    hf_auto analyzer *a = hf_new(analyzer);
    if (!a) return NULL;
    a->options = options;
    hf_give(a, cache, text_cache_new(options->memory));
    if (!a->cache) return NULL;
    hf_give(a, reporter, generator_new(a, options));
    if (!a->reporter) return NULL;
    return hf_move(a);
}

static int
take_columns(void *ctx, const batch *names, size_t count)
{
    analyzer *a = ctx;
    return table_name_columns(a->current, names, count);
}

static int
take_rows(void *ctx, batch *rows)
{
    analyzer *a = ctx;
    table *t = a->current;
    if (table_add(t, rows, a->cache, &a->options->nulls)) return -1;
    progress_show(&a->progress, t->name, t->rows, t->bytes);
    return 0;
}

static void
tell_problems(const table *t)
{
    size_t kept = problems_kept(&t->problems);
    for (size_t i = 0; i < kept; i++) {
        const struct problem *problem = &t->problems.kept[i];
        fprintf(stderr, "analyzer: %s:", t->name);
        if (problem->line) fprintf(stderr, "%" PRIu64 ":", problem->line);
        fprintf(stderr, " %s\n", problem->what);
    }
    if (t->problems.count > kept) {
        fprintf(stderr, "analyzer: %s: and %" PRIu64 " more problems\n", t->name,
                t->problems.count - kept);
    }
}

/* Reads the table, tells what is wrong with it, and has it reported. Returns the exit status. */
static int
analyze(analyzer *a, int file)
{
    table *t = a->current;
    const struct table_taker taker = {take_columns, take_rows, a};
    progress_begin(&a->progress, a->options->quiet);
    int failure = table_read(file, &a->options->form, &taker, &t->problems, &t->bytes) ? errno : 0;
    progress_end(&a->progress);
    tell_problems(t);
    int status = t->problems.count ? EXIT_BAD_DATA : EXIT_FINE;
    if (failure) {
        errno = failure;
        status = tell("read", t->name);
        if (failure == ENOMEM || !t->columns) return status;
    }
    if (generator_write(a->reporter)) return tell("report on", t->name);
    return status;
}

static int
analyze_file(analyzer *a, const char *name)
{
    bool is_input = strcmp(name, "-") == 0;
    hf_give(a, current, table_new(is_input ? "standard input" : name));
    if (!a->current) return tell("read", name);
    int file = is_input ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return tell("open", name);
    int status = analyze(a, file);
    if (!is_input) close(file);
    hf_set(a, current, NULL);
    return status;
}

int
analyzer_run(const struct options *options)
{
    hf_auto analyzer *a = analyzer_new(options);
    const char *output = options->output ? options->output : "standard output";
    if (!a) return tell("write", output);
    int status = EXIT_FINE;
    for (size_t i = 0; i < options->file_count; i++) {
        int of_file = analyze_file(a, options->files[i]);
        if (of_file > status) status = of_file;
    }
    if (generator_finish(a->reporter)) return tell("write", output);
    return status;
}
