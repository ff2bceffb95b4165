/* SPDX-License-Identifier: MIT
 *
 * The program: reads the command line, runs the session, and looks into the books at the end.
 * Knows sessions.
 * Closures and environments hold each other in circles everywhere; that none of them is left is
 * what --stats shows, and what the exit status says. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <holdfast/holdfast.h>

#include "options.h"
#include "session.h"

/* Returns the exit status of a program that would end with this one. */
static int
close_the_books(const struct options *options, int status)
{
    struct hf_stats books;
    struct hf_collect_stats cycles;
    hf_stats(&books);
    hf_collect_stats(&cycles);
    if (options->stats) {
        fprintf(stderr,
                "interpreter: %" PRIu64 " objects made, %" PRIu64 " ended as cycles, %" PRIu64
                " left\n",
                books.born, cycles.reclaimed, books.live);
    }
    if (!books.live) return status;
    hf_report(stderr);
    return EXIT_LEAK;
}

static int
trouble(const char *what, const char *name)
{
    fprintf(stderr, "interpreter: can't %s %s: %s\n", what, name, strerror(errno));
    return EXIT_TROUBLE;
}

int
main(int argc, char **argv)
{
    struct options options;
    int status = options_read(&options, argc, argv);
    if (status >= 0) return status;
    bool is_input = strcmp(options.file, "-") == 0;
    FILE *file = is_input ? stdin : fopen(options.file, "r");
    if (!file) return trouble("open", options.file);
    status = session_run(file, is_input ? "standard input" : options.file, stdout);
    if (!is_input) fclose(file);
    if (fflush(stdout) || ferror(stdout)) status = trouble("write", "standard output");
    return close_the_books(&options, status);
}
