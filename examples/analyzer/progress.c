/* SPDX-License-Identifier: MIT
 *
 * A line on the terminal that tells how far the reading is.
 * Knows the clock and standard error.
 * Asking the clock once for each batch costs nothing beside reading the batch. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "shown.h"

enum { NANOSECONDS = 1000000000, NAME_POINTS = 40 };

static uint64_t
now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

void
progress_begin(struct progress *p, bool quiet)
{
    *p = (struct progress){.shown = !quiet && isatty(STDERR_FILENO)};
    if (p->shown) p->begin = p->latest = now();
}

void
progress_show(struct progress *p, const char *name, uint64_t rows, uint64_t bytes)
{
    if (!p->shown) return;
    uint64_t time = now();
    if (time - p->latest < NANOSECONDS / 5) return;
    p->latest = time;
    p->on_screen = true;
    char shown[200];
    shown_text(shown, sizeof shown, NAME_POINTS, span_of(name), strlen(name));
    double megabytes = (double)bytes / 1e6;
    double seconds = (double)(time - p->begin) / NANOSECONDS;
    fprintf(stderr, "\r\033[K%s: %" PRIu64 " rows, %.0f MB, %.0f MB/s", shown, rows, megabytes,
            megabytes / seconds);
    fflush(stderr);
}

void
progress_end(struct progress *p)
{
    if (p->on_screen) fputs("\r\033[K", stderr);
    p->on_screen = false;
}
