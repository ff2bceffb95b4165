/* SPDX-License-Identifier: MIT
 *
 * What the collector has done, for hf_collect_stats.
 * Knows nothing. Each figure is added to by whoever runs a step, and read by anybody. */
#ifndef HFI_FIGURES_H
#define HFI_FIGURES_H

#include <holdfast/collect.h>

#include "base/base.h"

extern __attribute__((visibility("hidden"))) struct hf_collect_stats hfi_figures;

/* relaxed: a figure for reports. */
static inline void
figures_add(uint64_t *figure, uint64_t amount)
{
    if (amount) atomic_add_relaxed(figure, amount);
}

/* A trial took so long, before the deaths. */
void hfi_figures_note_time(uint64_t nanoseconds);

/* Nanoseconds since some moment. */
uint64_t hfi_now(void);

#endif
