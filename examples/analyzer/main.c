/* SPDX-License-Identifier: MIT
 *
 * The program: reads the command line, has the work done, and looks into the books at the end.
 * Knows the analyzer and its options.
 * When analyzer_run is over, every object that it made should be dead; if not, the report of the
 * library says which are left, and the exit status that some are. */
#include <inttypes.h>
#include <stdio.h>

#include "analyzer.h"

/* Returns the exit status of a program that would end with this one. */
static int
close_the_books(const struct options *options, int status)
{
    struct hf_stats books;
    hf_stats(&books);
    if (!books.live) {
        if (!options->quiet) {
            fprintf(stderr, "analyzer: %" PRIu64 " objects made, none left\n", books.born);
        }
        return status;
    }
    fprintf(stderr, "analyzer: %" PRIu64 " of %" PRIu64 " objects are left:\n", books.live,
            books.born);
    hf_report(stderr);
    if (options->leak) {
        fputs("analyzer: --leak gave the generator a strong edge to its analyzer, which owns it:\n"
              "analyzer: each waits for the other to let go; a weak reference back is the cure\n",
              stderr);
    }
    return EXIT_LEAK;
}

int
main(int argc, char **argv)
{
    struct options options;
    int status = options_read(&options, argc, argv);
    if (status >= 0) return status;
    status = analyzer_run(&options);
    return close_the_books(&options, status);
}
