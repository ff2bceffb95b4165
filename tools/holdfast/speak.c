/* SPDX-License-Identifier: MIT
 *
 * Messages, sizes, progress and files that are written: how the command speaks.
 * Knows terminals. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

/* ---- messages ---- */

void
fail(const char *format, ...)
{
    va_list arguments;
    progress_end();
    fflush(stdout);
    fputs("holdfast: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(FAILED);
}

void *
room_for(size_t count, size_t bytes)
{
    void *room = calloc(count ? count : 1, bytes);
    if (!room) fail("not enough memory");
    return room;
}

const char *
size_spell(const struct options *options, uint64_t bytes, char text[SIZE_BYTES])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double size = (double)bytes;
    unsigned unit = 0;
    /* So that rounding never says 1024.0 of a unit. */
    for (; size >= 1023.95; unit++) size /= 1024;
    if (options->is_exact) snprintf(text, SIZE_BYTES, "%llu", (unsigned long long)bytes);
    else snprintf(text, SIZE_BYTES, unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
    return text;
}

/* ---- progress ---- */

enum { QUIET_NANOSECONDS = 500000000, BETWEEN_NANOSECONDS = 100000000 };

static struct {
    const char *what; /* NULL: nothing goes on */
    size_t total;
    int64_t last; /* when it was told, or began */
    bool is_told;
} progress;

static int64_t
now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

void
progress_begin(const char *what, size_t total)
{
    progress_end();
    if (!isatty(STDERR_FILENO)) return;
    progress.what = what;
    progress.total = total;
    progress.last = now();
    /* What can't say how far it is says at once that it began. */
    if (total) return;
    fprintf(stderr, "\r\033[K%s ...", what);
    progress.is_told = true;
}

void
progress_step(size_t done)
{
    if (!progress.what || !progress.total) return;
    int64_t time = now();
    if (time - progress.last < (progress.is_told ? BETWEEN_NANOSECONDS : QUIET_NANOSECONDS)) return;
    progress.last = time;
    progress.is_told = true;
    fprintf(stderr, "\r\033[K%s, %.0f %%", progress.what,
            100 * (double)done / (double)progress.total);
}

void
progress_end(void)
{
    if (progress.is_told) fputs("\r\033[K", stderr);
    progress.is_told = false;
    progress.what = NULL;
}

/* ---- files ---- */

FILE *
output_open(const struct options *options)
{
    if (!options->output) return stdout;
    FILE *out = fopen(options->output, "we");
    if (!out) fail("%s: %s", options->output, strerror(errno));
    return out;
}

void
output_close(const struct options *options, FILE *out)
{
    const char *name = options->output ? options->output : "standard output";
    int result = fflush(out) || ferror(out);
    if (out != stdout && fclose(out)) result = true;
    if (result) fail("%s: %s", name, strerror(errno));
}
