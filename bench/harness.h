/* SPDX-License-Identifier: MIT
 *
 * The door of the benchmarks: contenders, sections, and the program around them.
 * Knows clocks, processors and threads; nothing of Holdfast, so that it treats every contender
 * alike. README.md says why it measures as it does. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "barrier.h"

/* Counts of iterations are multiples of this, and contenders that work in batches divide it. */
enum { BENCH_GRANULE = 1000 };

/* Threads that may contend. */
enum { BENCH_MOST_THREADS = 16 };

struct bench_contender {
    const char *name;
    void (*run)(uint64_t iterations); /* what is timed */
    double goal;                      /* the largest ratio that meets the target; 0: no target */
    void (*prepare)(uint64_t iterations); /* before each run, not timed; may be NULL */
};

/* One table: contenders that do the same thing. The first is the baseline of all ratios. */
struct bench_section {
    const char *name; /* for --section */
    const char *title;
    const char *unit; /* what one iteration is, as in "ns per pair" */
    const struct bench_contender *contenders;
    size_t count;
    uint64_t iterations; /* 0: as many as fill a slice of time */
    bool absolute;       /* goals are figures, not ratios */
    bool threaded;       /* the process has a second thread, which sleeps */
    unsigned contended;  /* so many threads on as many processors run the contender at once */
    bool isolated;       /* each run in a child process, with a fresh heap */
};

/* The members that every section has: {BENCH_SECTION("atomic", ...), .threaded = true}. */
#define BENCH_SECTION(section_name, section_title, section_unit, list)        \
    .name = (section_name), .title = (section_title), .unit = (section_unit), \
    .contenders = (list), .count = sizeof(list) / sizeof((list)[0])

enum bench_format { BENCH_TEXT, BENCH_TSV, BENCH_MARKDOWN };

struct bench_options {
    const char *question; /* the name of the program */
    const char *section;  /* NULL: all */
    const char *only;     /* NULL: all; else one contender beside the baseline */
    uint64_t iterations;  /* 0: as the section says */
    unsigned rounds;
    unsigned slice_us;
    int processor; /* -1: the last one that this process may use */
    enum bench_format format;
    bool list;
    bool alone; /* run what `only` names once, with no clock and no baseline */
};

/* The main function of a benchmark: reads options, then measures and prints section after
 * section. Sections with `threaded` or `contended` come last, since a process that once had a
 * thread stays a process with threads. */
int bench_main(int argc, char **argv, const char *about, const struct bench_section *sections,
               size_t count);

/* Reads options, or ends the process after --help or an unknown one. */
void bench_read_options(struct bench_options *options, int argc, char **argv, const char *about);

/* What was measured in one section. */
struct bench_samples {
    const struct bench_section *section;
    double *ns;           /* ns per iteration, [contender * rounds + round] */
    const char **failure; /* [contender]: NULL, or why there are no figures */
    unsigned rounds;
    unsigned slices;    /* timed runs */
    unsigned disturbed; /* of these, how many lost their processor for a while */
};

/* Times all contenders of the section in `rounds` rounds, each contender once a round, in
 * rotated order. Returns 0, or -1 when this machine can't run the section (a message says why). */
int bench_measure(const struct bench_options *options, const struct bench_section *section,
                  struct bench_samples *samples);
void bench_samples_free(struct bench_samples *samples);

/* Prints the table of a section. */
void bench_report(const struct bench_options *options, const struct bench_samples *samples);

/* Starts a thread that sleeps for ever, once per process: from then on counts must be atomic. */
void bench_become_threaded(void);

/* Called by a contender while it runs, when it knows better than the clock around it: what all its
 * iterations took, in ns or in whatever the section's unit says. */
void bench_told(double figure);

/* Binds the calling thread to one processor: the chosen one for which == 0, another one for
 * which == 1, and so on. Returns 0, or -1 when there is no such processor. */
int bench_pin(const struct bench_options *options, int which);

/* Returns zeroed memory for so many elements, which is kept until the process ends. */
void *bench_array(size_t count, size_t size);

/* Ends the process with a message. */
_Noreturn void bench_fail(const char *what);

#endif
