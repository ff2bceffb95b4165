/* SPDX-License-Identifier: MIT
 *
 * The figures of the collector, and the clock.
 * Knows nothing; keeps process-wide state: the figures, zero at first; a forked child goes on with
 * its parent's. */
#include "collector/figures.h"

#include <time.h>

#include "candidate/candidate.h"

struct hf_collect_stats hfi_figures;

uint64_t
hfi_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
hfi_figures_note_time(uint64_t nanoseconds)
{
    uint64_t microseconds = nanoseconds / 1000;
    /* relaxed, twice: a figure for reports; the largest of two at once may be lost. */
    if (microseconds > atomic_load_relaxed(&hfi_figures.longest_step_us)) {
        atomic_store_relaxed(&hfi_figures.longest_step_us, microseconds);
    }
}

void
hf_collect_stats(struct hf_collect_stats *out)
{
    uint64_t *to = (uint64_t *)out;
    uint64_t *from = (uint64_t *)&hfi_figures;
    /* relaxed: each was true a moment ago. */
    for (size_t i = 0; i < sizeof *out / sizeof *to; i++) to[i] = atomic_load_relaxed(&from[i]);
    out->candidates = hfi_candidate_count();
}
