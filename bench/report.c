/* SPDX-License-Identifier: MIT
 *
 * From samples to a table: medians, quartiles, ratios to the baseline, and whether targets are met.
 * Knows statistics and nothing of clocks.
 * A ratio is the median of the ratios of each round, so that a processor that runs faster later
 * spoils nothing. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spread {
    double middle;
    double low;  /* lower quartile */
    double high; /* upper quartile */
};

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which the given part of sorted values lies, between neighbours in proportion. */
static double
quantile(const double *sorted, size_t count, double part)
{
    double place = part * (double)(count - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (sorted[above] - sorted[below]) * (place - (double)below);
}

/* Sorts values. */
static struct spread
spread_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return (struct spread){quantile(values, count, 0.5), quantile(values, count, 0.25),
                           quantile(values, count, 0.75)};
}

static struct spread
ratio_of(const struct bench_samples *samples, size_t index, double *scratch)
{
    const double *mine = samples->ns + index * samples->rounds;
    for (unsigned i = 0; i < samples->rounds; i++) scratch[i] = mine[i] / samples->ns[i];
    return spread_of(scratch, samples->rounds);
}

static struct spread
time_of(const struct bench_samples *samples, size_t index, double *scratch)
{
    const double *mine = samples->ns + index * samples->rounds;
    memcpy(scratch, mine, samples->rounds * sizeof *scratch);
    return spread_of(scratch, samples->rounds);
}

static void
add_row(struct bench_table *table, const struct bench_samples *samples, size_t index,
        double *scratch)
{
    const struct bench_contender *contender = &samples->section->contenders[index];
    bench_table_row(table);
    bench_table_cell(table, "%s", contender->name);
    if (samples->failure[index]) {
        bench_table_cell(table, "%s", samples->failure[index]);
        for (int i = 0; i < 7; i++) bench_table_cell(table, "%s", "");
        return;
    }
    struct spread ns = time_of(samples, index, scratch);
    struct spread ratio = ratio_of(samples, index, scratch);
    bench_table_cell(table, "%.2f", ns.middle);
    bench_table_cell(table, "%.2f", ns.low);
    bench_table_cell(table, "%.2f", ns.high);
    bench_table_cell(table, "%.2f", ratio.middle);
    bench_table_cell(table, "%.2f", ratio.low);
    bench_table_cell(table, "%.2f", ratio.high);
    if (contender->goal > 0) {
        double judged = samples->section->absolute ? ns.middle : ratio.middle;
        bench_table_cell(table, "%.2f", contender->goal);
        bench_table_cell(table, "%s", judged <= contender->goal ? "met" : "not met");
    } else {
        bench_table_cell(table, "%s", "");
        bench_table_cell(table, "%s", "");
    }
}

/* A third of the runs interrupted, or a baseline that varies by a tenth: the figures deserve a
 * second look. */
static void
warn_of_noise(const struct bench_options *options, const struct bench_samples *samples,
              const struct spread *baseline)
{
    bool is_interrupted = samples->disturbed * 3 > samples->slices;
    bool is_unsteady = baseline->high - baseline->low > baseline->middle / 10;
    if (!is_interrupted && !is_unsteady) return;
    printf("%sNoisy: %u of %u runs were interrupted; the baseline's quartiles are %.0f %% apart.\n",
           options->format == BENCH_TSV ? "# " : "\n", samples->disturbed, samples->slices,
           (baseline->high - baseline->low) / baseline->middle * 100);
}

void
bench_report(const struct bench_options *options, const struct bench_samples *samples)
{
    const struct bench_section *section = samples->section;
    const char *goal = section->absolute ? "at most" : "goal";
    const char *head[] = {"", section->unit, "from", "to", "ratio", "from", "to", goal, "", NULL};
    struct bench_table *table = malloc(sizeof *table);
    double *scratch = calloc(samples->rounds, sizeof *scratch);
    if (!table || !scratch) bench_fail("out of memory");
    bench_table_begin(table, section->title, head);
    for (size_t i = 0; i < section->count; i++) {
        bool is_left_out = samples->failure[i] && !*samples->failure[i];
        if (!is_left_out) add_row(table, samples, i, scratch);
    }
    char key[128];
    snprintf(key, sizeof key, "%s\t%s", options->question, section->name);
    bench_table_print(table, options->format, key);
    struct spread baseline = time_of(samples, 0, scratch);
    warn_of_noise(options, samples, &baseline);
    free(scratch);
    free(table);
}
