/* SPDX-License-Identifier: MIT
 *
 * The main function of every benchmark: section after section, measured and printed.
 * Knows the order of things and leaves each of them to its file.
 * README.md has the whole picture. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
bench_array(size_t count, size_t size)
{
    void *array = calloc(count, size);
    if (!array) bench_fail("out of memory");
    return array;
}

static void
print_names(const struct bench_section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        printf("%s\t%s\n", section->name, section->contenders[i].name);
    }
}

static void
run_alone(const struct bench_options *options, const struct bench_section *section)
{
    uint64_t iterations = options->iterations ? options->iterations : BENCH_GRANULE;
    if (bench_pin(options, 0)) bench_fail("can't bind to that processor");
    if (section->threaded || section->contended) bench_become_threaded();
    for (size_t i = 0; i < section->count; i++) {
        const struct bench_contender *contender = &section->contenders[i];
        if (strcmp(contender->name, options->only) != 0) continue;
        if (contender->prepare) contender->prepare(iterations);
        contender->run(iterations);
        return;
    }
    bench_fail("there is no such contender; --list names them");
}

static void
measure_and_print(const struct bench_options *options, const struct bench_section *section)
{
    struct bench_samples samples;
    if (bench_measure(options, section, &samples)) {
        printf("\n%s: left out, it needs %u processors.\n", section->title, section->contended);
        return;
    }
    bench_report(options, &samples);
    bench_samples_free(&samples);
}

int
bench_main(int argc, char **argv, const char *about, const struct bench_section *sections,
           size_t count)
{
    struct bench_options options;
    bench_read_options(&options, argc, argv, about);
    if (options.format == BENCH_TEXT && !options.list && !options.alone) {
        puts(about);
    }
    bool is_found = false;
    for (size_t i = 0; i < count; i++) {
        if (options.section && strcmp(options.section, sections[i].name) != 0) continue;
        is_found = true;
        if (options.list) {
            print_names(&sections[i]);
        } else if (options.alone) {
            run_alone(&options, &sections[i]);
        } else {
            measure_and_print(&options, &sections[i]);
        }
    }
    if (!is_found) bench_fail("there is no such section; --list names them");
    return 0;
}
