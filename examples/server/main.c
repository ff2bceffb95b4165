/* SPDX-License-Identifier: MIT
 *
 * The program: reads the command line, runs the server, and looks into the books at the end.
 * Knows the server and its listening socket.
 * When all threads are gone, so is everything that they shared; that nothing of it is left is what
 * --stats shows, and what the exit status says. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "listener.h"
#include "server.h"
#include "trouble.h"

static int
serve(const struct options *options, int listener)
{
    hf_auto server *s = server_new(options, listener);
    if (!s) return EXIT_TROUBLE;
    if (options->inetd && server_adopt(s, dup(STDIN_FILENO))) return EXIT_TROUBLE;
    if (listener >= 0) listener_announce(options, listener);
    return server_run(s) ? EXIT_TROUBLE : EXIT_FINE;
}

/* Returns the exit status of a program that would end with this one. */
static int
close_the_books(const struct options *options, int status)
{
    struct hf_stats books;
    /* What slots have let go may wait for sections, which are over. */
    (void)hf_slot_drain();
    hf_stats(&books);
    if (options->stats) {
        fprintf(stderr, "server: %" PRIu64 " objects made, %" PRIu64 " left\n", books.born,
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
    int listener = options.inetd ? -1 : listener_open(&options);
    if (listener < 0 && !options.inetd) return EXIT_TROUBLE;
    status = serve(&options, listener);
    if (listener >= 0) listener_close(&options, listener);
    return close_the_books(&options, status);
}
