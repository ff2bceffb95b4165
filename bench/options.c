/* SPDX-License-Identifier: MIT
 *
 * The options that all benchmarks share.
 * Knows their names and nothing of what they do.
 * README.md shows them in use. */
#include "harness.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROUNDS = 1, USUAL_ROUNDS = 31, MOST_ROUNDS = 10000, USUAL_SLICE_US = 2000 };

#ifndef BENCH_BUILT_WITH
#define BENCH_BUILT_WITH "unknown"
#endif

static const char usage[] =
    "Usage: %s [OPTION]...\n"
    "%s\n\n"
    "  --rounds N      time every contender N times, in turn (31)\n"
    "  --slice US      let each of these runs last about US microseconds (2000)\n"
    "  --section NAME  only this table\n"
    "  --only NAME     only this contender, beside the baseline\n"
    "  --iterations N  let each run do N iterations, a multiple of 1000\n"
    "  --cpu N         run on processor N (the last one)\n"
    "  --tsv           print question, section and cells, separated by tabs\n"
    "  --markdown      print tables in Markdown\n"
    "  --list          print sections and contenders, and measure nothing\n"
    "  --alone         run the --only contender once, with no clock and no baseline:\n"
    "                  for profilers and for counting instructions\n"
    "  --built-with    print compilers and peers, with their versions\n"
    "  --help          print this\n";

static const struct option long_options[] = {{"rounds", required_argument, NULL, 'r'},
                                             {"slice", required_argument, NULL, 's'},
                                             {"section", required_argument, NULL, 'S'},
                                             {"only", required_argument, NULL, 'o'},
                                             {"iterations", required_argument, NULL, 'n'},
                                             {"cpu", required_argument, NULL, 'c'},
                                             {"tsv", no_argument, NULL, 't'},
                                             {"markdown", no_argument, NULL, 'm'},
                                             {"list", no_argument, NULL, 'l'},
                                             {"alone", no_argument, NULL, 'a'},
                                             {"built-with", no_argument, NULL, 'b'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

void
bench_fail(const char *what)
{
    fflush(stdout);
    fprintf(stderr, "bench: %s\n", what);
    exit(EXIT_FAILURE);
}

static uint64_t
number(const char *text, uint64_t least, uint64_t most)
{
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    if (end == text || *end || value < least || value > most) {
        fprintf(stderr, "bench: %s is no number from %llu to %llu\n", text,
                (unsigned long long)least, (unsigned long long)most);
        exit(EXIT_FAILURE);
    }
    return value;
}

static void
apply(struct bench_options *options, int letter, const char *value)
{
    switch (letter) {
    case 'r':
        options->rounds = (unsigned)number(value, LEAST_ROUNDS, MOST_ROUNDS);
        break;
    case 's':
        options->slice_us = (unsigned)number(value, 1, 10000000);
        break;
    case 'S':
        options->section = value;
        break;
    case 'o':
        options->only = value;
        break;
    case 'n':
        options->iterations = number(value, BENCH_GRANULE, UINT64_C(1) << 40);
        break;
    case 'c':
        options->processor = (int)number(value, 0, 4095);
        break;
    case 't':
        options->format = BENCH_TSV;
        break;
    case 'm':
        options->format = BENCH_MARKDOWN;
        break;
    case 'l':
        options->list = true;
        break;
    case 'a':
        options->alone = true;
        break;
    default:
        exit(EXIT_FAILURE);
    }
}

static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void
bench_read_options(struct bench_options *options, int argc, char **argv, const char *about)
{
    *options = (struct bench_options){.question = last_part(argv[0]),
                                      .rounds = USUAL_ROUNDS,
                                      .slice_us = USUAL_SLICE_US,
                                      .processor = -1};
    int letter;
    while ((letter = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (letter == 'h' || letter == 'b') {
            if (letter == 'h') printf(usage, options->question, about);
            else puts(BENCH_BUILT_WITH);
            exit(EXIT_SUCCESS);
        }
        apply(options, letter, optarg);
    }
    if (optind < argc) bench_fail("options only, no other arguments");
    if (options->iterations % BENCH_GRANULE) bench_fail("--iterations: a multiple of 1000");
    if (options->alone && (!options->only || !options->section)) {
        bench_fail("--alone needs --section and --only");
    }
}
