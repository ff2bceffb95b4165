/* SPDX-License-Identifier: MIT
 *
 * The program: reads the command line, has the editing done, and looks into the books at the end.
 * Knows the editor.
 * The tree has a reference up from every node, and no circle: when the editor lets go of the
 * document, all of it is gone, and nobody collects. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <holdfast/holdfast.h>

#include "edit.h"

/* Returns the exit status of a program that would end with this one. */
static int
close_the_books(const struct options *options, int status)
{
    struct hf_stats books;
    hf_stats(&books);
    if (options->stats) {
        fprintf(stderr, "document: %" PRIu64 " objects made, %" PRIu64 " left\n", books.born,
                books.live);
    }
    if (!books.live) return status;
    hf_report(stderr);
    return EXIT_LEAK;
}

int
main(int argc, char **argv)
{
    struct options options;
    int status = options_read(&options, argc, argv);
    if (status >= 0) return status;
    status = edit_run(&options, stdout);
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "document: can't write standard output: %s\n", strerror(errno));
        status = EXIT_TROUBLE;
    }
    return close_the_books(&options, status);
}
